"""The loss layer opened: ten scores, their probabilities, the target, the difference, the loss."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QRectF

from app import formatting
from app.formatting import EM_DASH
from app.graph_view.blocks import SEMIBOLD, label_color
from app.graph_view.layer_cells import CellScene, Grid, named, newest_number, spoken
from app.graph_view.layer_parts import SMALL, fitted, number_color, paint_bar, paint_sweep
from app.graph_view.scene import Spot
from app.places import Place
from app.theme import mono_font, ui_font

if TYPE_CHECKING:
    from app.graph_view.canvas import Canvas

_translate = QCoreApplication.translate

_MARGIN, _INSET, _HEADER, _LOSS = 2.0, 10.0, 30.0, 44.0


@dataclass(frozen=True)
class OutputColumns:
    """Left end and right end of each column, heights, and the size of the type."""

    label: tuple[float, float]
    score: tuple[float, float]
    bar: tuple[float, float]
    y: tuple[float, float]
    target: tuple[float, float]
    difference: tuple[float, float]
    number: tuple[float, float]
    pitch: float
    size: int
    loss: QRectF


def arrange_outputs(width: float, height: float, classes: int) -> OutputColumns:
    """Lay out a row per class, and the loss below."""
    pitch = float(int(min((height - _HEADER - _LOSS - 12) / classes, 58)))
    size = 16 if pitch >= 34 and width >= 700 else 14 if pitch >= 24 and width >= 620 else 12
    size = SMALL if pitch < 16 or width < 500 else size
    unit, gap = 0.62 * size, 1.3 * size
    widths = {"label": 2 * unit, "score": 8 * unit, "y": 6 * unit, "target": 4 * unit}
    widths["number"] = 7 * unit
    room = width - 2 * (_MARGIN + _INSET) - sum(widths.values()) - 6 * gap
    widths["bar"], widths["difference"] = 0.45 * room, 0.55 * room
    x, columns = _MARGIN + _INSET, {}
    for name in ("label", "score", "bar", "y", "target", "difference", "number"):
        columns[name] = (float(round(x)), float(round(x + widths[name])))
        x += widths[name] + gap
    box = QRectF(_MARGIN, _HEADER + pitch * classes + 8, width - 2 * _MARGIN, _LOSS)
    return OutputColumns(**columns, pitch=pitch, size=size, loss=box)


class OutputsScene(CellScene):
    """SoftmaxWithLoss: from scores to probabilities to the loss, and y − t back."""

    @cached_property
    def columns(self) -> OutputColumns:
        """Where everything stands."""
        return arrange_outputs(*self.size, self._classes)

    @property
    def _classes(self) -> int:
        return int(self.frame.trace.values["t"].shape[1])

    def row(self, label: int) -> QRectF:
        """Return the row of a class."""
        place = self.columns
        width = self.size[0] - 2 * _MARGIN
        return QRectF(_MARGIN, _HEADER + label * place.pitch, width, place.pitch)

    def paint_still(self, canvas: Canvas) -> None:
        """Paint headings, rows and the loss."""
        self._paint_headings(canvas)
        axis = round(sum(self.columns.difference) / 2)
        for label in range(self._classes):
            self._paint_row(canvas, label)
        top, bottom = self.row(0).top(), self.row(self._classes - 1).bottom()
        canvas.fill(QRectF(axis, top, 1, bottom - top), canvas.theme.border_strong)
        self._paint_loss(canvas)

    def _paint_headings(self, canvas: Canvas) -> None:
        frame, place = self.frame, self.columns
        font, baseline = mono_font(12), 18
        canvas.text(place.score[1], baseline, "z2", font, label_color(canvas, frame, "z2"), "right")
        color = label_color(canvas, frame, "y")
        canvas.text(place.bar[0], baseline, "y = softmax(z2)", font, color, "left")
        color = label_color(canvas, frame, "t")
        canvas.text(sum(place.target) / 2, baseline, "t", font, color)
        color = label_color(canvas, frame, "dz2")
        axis = sum(place.difference) / 2
        canvas.text(axis, baseline, "dz2 = y − t", font, color)
        small, theme = mono_font(SMALL), canvas.theme
        if place.difference[1] - place.difference[0] >= 150:
            canvas.text(place.difference[0], baseline, "−1", small, theme.negative, "left")
            canvas.text(place.difference[1], baseline, "+1", small, theme.positive, "right")

    def _paint_row(self, canvas: Canvas, k: int) -> None:
        frame, place, theme, row = self.frame, self.columns, canvas.theme, self.row(k)
        baseline = round(row.center().y() + 0.36 * place.size)
        plain, strong = mono_font(place.size), mono_font(place.size, SEMIBOLD)
        right, chosen = k == frame.answer, k == frame.label
        if right:
            canvas.fill(row.adjusted(0, 1, 0, -1), theme.surface_2, 4)
        color = theme.text_1 if right else theme.accent_text if chosen else theme.text_2
        font = strong if right or chosen else plain
        canvas.text(place.label[0], baseline, str(k), font, color, "left")
        score = frame.number("z2", k)
        text = formatting.signed(score, 3)
        canvas.text(
            place.score[1], baseline, text, plain, number_color(canvas, score, False), "right"
        )
        self._paint_probability(canvas, k, baseline)
        self._paint_target(canvas, k, baseline)
        self._paint_difference(canvas, k, baseline)
        if chosen:
            canvas.outline(row.adjusted(0, 1, 0, -1), theme.text_3, 4)

    def _bar_height(self) -> float:
        return float(min(int(self.columns.pitch) - 6, 18))

    def _paint_probability(self, canvas: Canvas, k: int, baseline: float) -> None:
        place, theme, y = self.columns, canvas.theme, self.frame.number("y", k)
        height = self._bar_height()
        left, right = place.bar
        track = QRectF(left, round(self.row(k).center().y() - height / 2), right - left, height)
        canvas.fill(track, theme.surface_3)
        if y is not None:
            length = max(y * track.width(), 0.8)
            bar = QRectF(track.left(), track.top(), length, height)
            canvas.fill(bar, theme.text_1 if k == self.frame.answer else theme.text_2)
        color = theme.text_1 if y is not None and y >= 0.01 else theme.text_3
        text = formatting.probability(y)
        canvas.text(place.y[1], baseline, text, mono_font(place.size), color, "right")

    def _paint_target(self, canvas: Canvas, k: int, baseline: float) -> None:
        place, theme, t = self.columns, canvas.theme, self.frame.number("t", k)
        assert t is not None
        text = formatting.unsigned(t, 2) if self.frame.examples > 1 else str(int(t))
        font = mono_font(place.size, SEMIBOLD) if t else mono_font(place.size)
        canvas.text(
            sum(place.target) / 2, baseline, text, font, theme.text_1 if t else theme.text_3
        )

    def _paint_difference(self, canvas: Canvas, k: int, baseline: float) -> None:
        place, value = self.columns, self.frame.number("dz2", k)
        height = self._bar_height()
        left, right = place.difference
        top = round(self.row(k).center().y() - height / 2)
        paint_bar(canvas, QRectF(left, top, right - left, height), value, 1.0)
        text, color = formatting.difference(value), number_color(canvas, value, True)
        canvas.text(place.number[1], baseline, text, mono_font(place.size), color, "right")

    def _paint_loss(self, canvas: Canvas) -> None:
        frame, theme, box = self.frame, canvas.theme, self.columns.loss
        now = frame.computed_now("loss", "loss_after")
        canvas.fill(box, theme.surface_2, 6)
        canvas.outline(box, theme.accent if now else theme.border, 6)
        before, after = frame.number("loss"), frame.number("loss_after")
        size = 16 if box.width() >= 600 else 14
        font, strong = mono_font(size), mono_font(size, SEMIBOLD)
        baseline = round(box.center().y() + 0.36 * size)
        law = "L = −Σ t · log y" + ("" if frame.examples == 1 else " / N")
        x = canvas.text(box.left() + 14, baseline, law, font, theme.text_2, "left")
        x = canvas.text(x + 10, baseline, "=", font, theme.text_2, "left")
        color = theme.text_3 if before is None else theme.text_1
        x = canvas.text(x + 10, baseline, formatting.loss(before), strong, color, "left")
        if after is not None:
            word = _translate("Graph", "after the update")
            x = canvas.text(x + 18, baseline, "→", font, theme.text_2, "left")
            x = canvas.text(x + 18, baseline, formatting.loss(after), strong, theme.text_1, "left")
            room = box.right() - 12 - x - 10
            fitted(canvas, x + 10, baseline, word, ui_font(12), theme.text_3, room)

    def paint_moving(self, canvas: Canvas, pulse: float | None) -> None:
        """Lead a line over the probabilities or the differences that were just computed."""
        place = self.columns
        height = place.pitch * self._classes
        places = [
            (QRectF(left, _HEADER, right - left, height), names)
            for (left, right), names in (
                (place.bar, ("y",)),
                (place.difference, ("dz2",)),
                (place.score, ("z2",)),
            )
        ]
        paint_sweep(canvas, self.frame, pulse, places)

    @property
    def grids(self) -> tuple[Grid, ...]:
        """None: a row is one thing."""
        return ()

    @cached_property
    def spots(self) -> tuple[Spot, ...]:
        """The ten rows, and the loss."""
        frame = self.frame
        whole = Place(frame.trace.layers[3], 0)
        found = [self._class(label, whole) for label in range(self._classes)]
        loss = formatting.loss(frame.number("loss"))
        pending = _translate("Graph", "not computed yet")
        said = _translate("Graph", "loss: {0}").format(pending if loss == EM_DASH else loss)
        lines = [named(frame, "loss")]
        if "loss_after" in frame.known:
            lines.append(named(frame, "loss_after"))
        number = "" if loss == EM_DASH else lines[0].split(" = ")[1]
        found.append(
            Spot(
                "loss",
                self.columns.loss,
                said,
                "\n".join(lines),
                ("loss", "loss_after"),
                whole,
                number=number,
            )
        )
        return tuple(found)

    def _class(self, label: int, whole: Place) -> Spot:
        frame = self.frame
        title = _translate("Graph", "class {0}").format(label)
        y = formatting.probability(frame.number("y", label))
        pending = _translate("Graph", "not computed yet")
        text = _translate("Graph", "{0}; y: {1}; t: {2}")
        t = formatting.unsigned(frame.number("t", label), 2)
        spoken_ = spoken(frame, f"{title}, z2", "z2", label)
        names = ("z2", "y", "t", "dz2")
        return Spot(
            key=f"class{label}",
            rect=self.row(label),
            name=text.format(spoken_, pending if y == EM_DASH else y, t),
            tip="\n".join([title, *(named(frame, name, label) for name in names)]),
            values=names,
            opens=whole,
            label=label,
            number=newest_number(frame, "z2", label),
        )

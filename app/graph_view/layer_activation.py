"""The activation opened: a row per unit, from z through its gate to a, and the way back."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication, QRectF

from app import formatting
from app.formatting import EM_DASH
from app.graph_view.activation import FULL_SLOPE
from app.graph_view.blocks import label_color
from app.graph_view.canvas import text_width
from app.graph_view.layer_cells import CellScene, Grid, named, newest_number, spoken
from app.graph_view.layer_gates import paint_dimmer, paint_gate, paint_strips, paint_thin
from app.graph_view.layer_parts import (
    SMALL,
    end_of,
    fitted,
    motion,
    number_color,
    paint_bar,
    visible,
)
from app.graph_view.layer_rows import UnitRows, arrange_rows, factor_text
from app.graph_view.layout import Matrix
from app.graph_view.scene import Spot
from app.places import Place
from app.theme import mono_font, ui_font
from bpcore.graph.batch import of_each

if TYPE_CHECKING:
    from app.graph_view.canvas import Canvas
    from app.graph_view.frame import Array

_translate = QCoreApplication.translate

NAMES = {"z": "z1", "a": "a1", "da": "da1", "dz": "dz1"}
"""The trace's name of what stands in a column of numbers."""


class UnitsScene(CellScene):
    """Relu1, Sigmoid1 or Tanh1: what each unit lets pass, forwards and backwards."""

    @property
    def layer(self) -> str:
        """The layer's name."""
        return self.frame.trace.layers[1]

    @property
    def _batch(self) -> bool:
        return self.frame.examples > 1

    @property
    def _whole(self) -> bool:
        """Whether a gate is either open or closed."""
        return self.frame.trace.activation == "relu" and not self._batch

    @cached_property
    def _factors(self) -> list[float]:
        factors: list[float] = self.frame.local_derivative.tolist()
        return factors

    @cached_property
    def rows(self) -> UnitRows:
        """Where the rows stand: the same at every position, for the numbers of the whole pass."""
        end = type(self.frame)(
            self.frame.size,
            self.frame.trace,
            len(self.frame.trace.steps),
            "",
            self.frame.unit,
            self.frame.label,
        )
        texts: dict[str, tuple[str, ...]] = {}
        for column, name in NAMES.items():
            values = end.array(name)
            assert values is not None
            texts[column] = tuple(formatting.signed(value, 3) for value in values.tolist())
        texts["factor"] = tuple(factor_text(value, self._whole) for value in self._factors)
        return arrange_rows(*self.size, self.frame.units, texts, self._batch)

    @cached_property
    def _limits(self) -> dict[str, float | None]:
        """Ends of the scales: both columns of a direction share one, but for a squashed a."""
        z, a, da = (self._each(name) for name in ("z1", "a1", "da1"))
        shared = self.frame.trace.activation == "relu"
        after = end_of(z) if shared and a is not None else end_of(a)
        return {"z": end_of(z), "a": after, "da": end_of(da), "dz": end_of(da)}

    def _each(self, name: str) -> Array | None:
        """Return a value of all examples (N, M), if it is known."""
        return of_each(self.frame.trace, name) if name in self.frame.known else None

    def paint_still(self, canvas: Canvas) -> None:
        """Paint the rows with their headings."""
        self._paint_caption(canvas)
        for group in range(self.rows.groups):
            self._paint_headings(canvas, group)
            if self._batch or not self.rows.numbers:
                self._paint_arrays(canvas, group)
        if self.rows.numbers:
            seen = visible(canvas, self.size)
            for unit in range(self.rows.count):
                if self.rows.row(unit).intersects(seen):
                    self._paint_row(canvas, unit)
        spare = max(5 - self.rows.pitch, 1) / 2
        chosen = self.rows.row(self.frame.unit).adjusted(-3, -spare, 3, spare)
        canvas.outline(chosen, canvas.theme.text_1, 2, 1.2)

    def _paint_arrays(self, canvas: Canvas, group: int) -> None:
        """Draw what a group's units have as cells of colour: of a batch, one for each example."""
        limits = self._limits
        values = {c: (self._each(name), limits[c] or 0.0) for c, name in NAMES.items()}
        if self.rows.numbers:
            paint_strips(canvas, self.rows, group, values)
        else:
            shares = self._openness if "a1" in self.frame.known else None
            paint_thin(canvas, self.rows, group, values, shares)

    @cached_property
    def _openness(self) -> Array:
        shares: Array = self.frame.local_derivative / FULL_SLOPE[self.frame.trace.activation]
        return shares

    def _paint_caption(self, canvas: Canvas) -> None:
        """Draw what the layer does at the left, and where bars or colours end at the right."""
        frame, theme, font = self.frame, canvas.theme, ui_font(12)
        text = frame.texts.count_units(frame.units)
        if self._batch:
            text = _translate("Graph", "{0}, {1} examples").format(text, frame.examples)
        elif "a1" in frame.known and self._whole:
            closed = int(np.count_nonzero(frame.local_derivative == 0))
            text = frame.texts.gates.format(frame.units - closed, closed)
        elif "a1" in frame.known and frame.trace.activation != "relu":
            text = frame.texts.slope_of(frame.trace.activation)
        end = canvas.text(2, 16, text, font, theme.text_2, "left")
        ends = (
            (name, EM_DASH if limit is None else f"±{formatting.unsigned(limit, 3)}")
            for name, limit in (("z1", self._limits["z"]), ("da1", self._limits["da"]))
        )
        scale = " · ".join(f"{name} {limit}" for name, limit in ends)
        kind = _translate("Graph", "bars end at {0}")
        if self._batch or not self.rows.numbers:
            kind = _translate("Graph", "colours end at {0}")
        room = self.size[0] - end - 24
        for said in (kind.format(scale), scale):
            if len(said) * 6.4 <= room:
                x = self.size[0] - 2
                fitted(canvas, x, 16, said, ui_font(SMALL), theme.text_3, room, "right")
                break

    def _paint_headings(self, canvas: Canvas, group: int) -> None:
        rows, theme, font = self.rows, canvas.theme, mono_font(SMALL)
        baseline = rows.top - 8
        for column, name in NAMES.items():
            color = label_color(canvas, self.frame, name)
            if column not in rows.columns:
                area = rows.area(group, f"{column}_bar")
                canvas.text(area.left(), baseline, name, font, color, "left")
                continue
            area = rows.area(group, column)
            if rows.numbers:
                canvas.text(area.right(), baseline, name, font, color, "right")
            else:
                canvas.text(area.center().x(), baseline, name, font, color)
        if rows.numbers:
            area = rows.area(group, "factor")
            known = "a1" in self.frame.known
            color = theme.text_2 if known else theme.text_3
            word = _translate("Graph", "local")
            text = word if text_width(font, word) <= area.width() + 4 else "×"
            canvas.text(area.right(), baseline, text, font, color, "right")

    def _paint_row(self, canvas: Canvas, unit: int) -> None:
        frame, rows, theme = self.frame, self.rows, canvas.theme
        font, row = mono_font(rows.size), rows.row(unit)
        left, middle = row.left(), row.center().y()
        baseline = round(middle + 0.36 * rows.size)
        color = theme.text_1 if unit == frame.unit else theme.text_3
        right = left + sum(rows.columns["index"])
        canvas.text(right, baseline, str(unit), font, color, "right")
        height = min(max(rows.pitch - 9, 5), 16)
        top = round(middle - height / 2)
        for column, name in NAMES.items():
            value = frame.number(name, unit)
            if column in rows.columns:
                color = number_color(canvas, value, name.startswith("d"))
                right = left + sum(rows.columns[column])
                canvas.text(right, baseline, formatting.signed(value, 3), font, color, "right")
            place = rows.columns.get(f"{column}_bar")
            if place is not None and not self._batch:
                track = QRectF(left + place[0], top, place[1], height)
                paint_bar(canvas, track, value, self._limits[column] or 0.0)
        self._paint_gate(canvas, unit, baseline)

    def _paint_gate(self, canvas: Canvas, unit: int, baseline: float) -> None:
        rows, theme, font = self.rows, canvas.theme, mono_font(self.rows.size)
        known = "a1" in self.frame.known
        gate, factor = rows.cell(unit, "gate"), self._factors[unit]
        if not known:
            canvas.text(gate.center().x(), baseline, EM_DASH, font, theme.text_3)
        elif self._whole:
            paint_gate(canvas, gate, is_open=factor != 0)
        else:
            paint_dimmer(canvas, gate, float(self._openness[unit]))
        text = factor_text(factor, self._whole) if known else EM_DASH
        color = theme.text_3 if not known else theme.text_1 if factor else theme.text_2
        right = rows.cell(unit, "factor").right()
        canvas.text(right, baseline, text, font, color, "right")

    def paint_moving(self, canvas: Canvas, pulse: float | None) -> None:
        """Light the rows up one after the other, where the newest step runs here."""
        share, step = motion(self.frame, pulse), self.frame.step
        if share is None or step is None or step.node != self.layer:
            return
        rows = self.rows
        y = rows.top + share * rows.per_group * rows.pitch
        columns = ("z", "a") if step.phase == "forward" else ("da", "dz")
        for group in range(rows.groups):
            left = rows.group_left(group) + rows.columns[columns[0]][0]
            right = rows.group_left(group) + sum(rows.columns[columns[1]])
            if y <= rows.area(group, "z").bottom():
                canvas.fill(QRectF(left, y - 1, right - left, 2), canvas.theme.accent)

    def _spot(self, unit: int) -> Spot:
        frame = self.frame
        what = _translate("Graph", "unit {0}").format(unit)
        factor = formatting.unsigned(self._factors[unit]) if "a1" in frame.known else EM_DASH
        exact = str(self._factors[unit]) if "a1" in frame.known else EM_DASH
        out = spoken(frame, "a1", "a1", unit)
        inside = spoken(frame, "z1", "z1", unit)
        lines = [what, *(named(frame, name, unit) for name in ("z1", "a1"))]
        lines += [f"da1/dz1 = {exact}", *(named(frame, name, unit) for name in ("da1", "dz1"))]
        text = _translate("Graph", "{0}: {1}; {2}; local derivative {3}")
        return Spot(
            key=f"unit{unit}",
            rect=self.rows.row(unit),
            name=text.format(what, inside, out, factor),
            tip="\n".join(lines),
            values=("z1", "a1", "da1", "dz1"),
            opens=Place(self.layer, unit),
            unit=unit,
            number=newest_number(frame, "z1", unit),
        )

    @property
    def grids(self) -> tuple[Grid, ...]:
        """No cells but the rows: they are walked through."""
        return ()

    @cached_property
    def walks(self) -> tuple[Grid, ...]:
        """Rows, a block of them per group."""
        rows, found = self.rows, []
        for group in range(rows.groups):
            units = rows.units(group)
            rect = QRectF(rows.group_left(group), rows.top, rows.width, len(units) * rows.pitch)
            make = partial(self._in_group, units.start)
            matrix = Matrix(rect, len(units), 1)
            found.append(Grid(f"units{group}", matrix, make, first=units.start))
        return tuple(found)

    def _in_group(self, first: int, row: int, _column: int) -> Spot:
        return self._spot(first + row)

    @cached_property
    def spots(self) -> tuple[Spot, ...]:
        """The groups of rows."""
        text = _translate("Graph", "units {0} to {1}, the arrow keys go through them")
        values = tuple(NAMES.values())
        return tuple(
            Spot(
                grid.key,
                grid.matrix.rect,
                text.format(self.rows.units(group)[0], self.rows.units(group)[-1]),
                values=values,
            )
            for group, grid in enumerate(self.walks)
        )

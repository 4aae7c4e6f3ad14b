"""Where the error lands: the gradients of weights and pixels, the update, and the loss after it."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication, QLineF, QRectF
from PySide6.QtGui import QPen

from app import formatting
from app.formatting import EM_DASH
from app.graph_view.blocks import SEMIBOLD, label_color
from app.graph_view.canvas import color_of
from app.graph_view.landing_layout import LandingLayout, arrange_landing
from app.graph_view.landing_loss import paint_loss
from app.graph_view.layer_cells import CellScene, Grid, named, newest_number, spoken
from app.graph_view.layer_parts import (
    SMALL,
    end_of,
    fitted,
    paint_cell_numbers,
    paint_heading,
    paint_legend,
    paint_sweep,
)
from app.graph_view.layer_spots import (
    field_grids,
    field_spot,
    field_walk,
    pixel_grid,
    tile_spot,
    whole_spot,
)
from app.graph_view.layer_tiles import (
    image_matrix,
    outline_of,
    paint_image,
    paint_tiles,
    tile_shape,
)
from app.graph_view.layout import IMAGE_SIDE
from app.graph_view.scene import Spot
from app.theme import mono_font, ui_font

if TYPE_CHECKING:
    from app.graph_view.canvas import Canvas
    from app.graph_view.frame import Frame

_translate = QCoreApplication.translate

INK = 0.5
"""Pixels that are brighter belong to the digit."""

UPDATE = ("W1", "dW1", "W1_new")
"""What the three tiles of the update show."""


class LandingScene(CellScene):
    """What is left of a pass: who gets which gradient, and what one step with it changes.

    ``losses`` are those of a copy that takes such steps, from the first to the newest.
    """

    def __init__(self, frame: Frame, losses: tuple[float, ...] = ()) -> None:
        super().__init__(frame)
        self.losses = losses

    @cached_property
    def layout(self) -> LandingLayout:
        """Where everything stands."""
        return arrange_landing(*self.size, self.frame.units, len(self.frame.trace.values["W1"]))

    def paint_still(self, canvas: Canvas) -> None:
        """Paint the gradients, the counts, the update and the loss."""
        self._paint_weights(canvas)
        self._paint_counts(canvas)
        self._paint_pixels(canvas)
        self._paint_update(canvas)
        paint_loss(canvas, self.frame, self.layout.loss, self.losses)

    def _paint_weights(self, canvas: Canvas) -> None:
        frame, place = self.frame, self.layout
        gradient = frame.array("dW1")
        limit = end_of(gradient)
        note = ""
        if place.counts is None and gradient is not None:
            note = _translate("Graph", "{0} exactly 0").format(self._zeros("dW1"))
        paint_heading(canvas, frame, place.weights, "dW1", "dW1", note)
        legend = QRectF(place.weights.left(), place.weights.top() + 17, place.weights.width(), 16)
        paint_legend(canvas, legend, limit, 200)
        paint_tiles(canvas, place.field, gradient, limit or 0.0)
        chosen = place.field.rect(frame.unit).adjusted(-2, -2, 2, 2)
        canvas.outline(chosen, canvas.theme.text_1, 1, 1.5)

    def _zeros(self, name: str) -> str:
        """Say how many numbers of a gradient are exactly 0."""
        gradient = self.frame.array(name)
        if gradient is None:
            return EM_DASH
        zeros = int(np.count_nonzero(gradient == 0))
        text = _translate("Graph", "{0} of {1}") if zeros else _translate("Graph", "none of {1}")
        return text.format(formatting.count(zeros), formatting.count(gradient.size))

    def _paint_counts(self, canvas: Canvas) -> None:
        """Draw how many numbers of each gradient are exactly 0: no error reaches those."""
        place, theme = self.layout.counts, canvas.theme
        if place is None:
            return
        title = _translate("Graph", "Gradients that are exactly 0")
        left, room = place.left(), place.width()
        fitted(canvas, left, place.top() + 13, title, ui_font(12), theme.text_2, room)
        y = place.top() + 38 + 12
        for name in ("dW1", "db1", "dW2", "db2"):
            if y > place.bottom():
                break
            color = label_color(canvas, self.frame, name)
            canvas.text(place.left(), y, name, mono_font(SMALL), color, "left")
            said = self._zeros(name)
            color = theme.text_3 if said == EM_DASH else theme.text_1
            room = place.width() - 30
            fitted(canvas, place.left() + 30, y, said, ui_font(SMALL), color, room)
            y += 20

    def _paint_pixels(self, canvas: Canvas) -> None:
        """Draw the input's gradient with the digit's outline over it."""
        frame, place, theme = self.frame, self.layout, canvas.theme
        gradient = frame.array("dx")
        limit = end_of(gradient)
        paint_heading(canvas, frame, place.pixels, "dx", "dx", "∂L/∂x")
        legend = QRectF(place.pixels.left(), place.pixels.top() + 17, place.pixels.width(), 16)
        paint_legend(canvas, legend, limit, 200)
        paint_image(canvas, place.dx, gradient, limit or 0.0)
        self._paint_digit(canvas)
        if gradient is not None:
            matrix = image_matrix(place.dx, len(gradient))
            values = gradient.reshape(matrix.rows, matrix.columns)
            paint_cell_numbers(canvas, matrix, values, limit or 0.0)
        note = _translate("Graph", "+ more ink, more loss; − less")
        x, y = place.dx.left(), place.dx.bottom() + 15
        fitted(canvas, x, y, note, ui_font(SMALL), theme.text_3, place.dx.width())

    def _paint_digit(self, canvas: Canvas) -> None:
        x = self.frame.array("x")
        if x is None or tile_shape(len(x))[1] == 1:
            return
        rect, shape = self.layout.dx, tile_shape(len(x))
        scale = rect.width() / shape[1]
        lines = [
            QLineF(rect.topLeft() + start * scale, rect.topLeft() + end * scale)
            for start, end in outline_of(x.reshape(shape) > INK)
        ]
        canvas.painter.setPen(QPen(color_of(canvas.theme.text_3), 1.0))
        canvas.painter.drawLines(lines)

    def _paint_update(self, canvas: Canvas) -> None:
        """Draw a unit's weights, the step against their gradient, and what they are then."""
        frame, place, theme, j = self.frame, self.layout, canvas.theme, self.frame.unit
        title = _translate("Graph", "One step of unit {0} against its gradient").format(j)
        font, x = ui_font(12, SEMIBOLD), place.update.left()
        fitted(canvas, x, place.update.top() + 13, title, font, theme.text_1, place.update.width())
        known = {name: frame.array(name) for name in UPDATE}
        weights, gradient = known["W1"], known["dW1"]
        assert weights is not None
        own = end_of(weights[:, j]) or 0.0
        step = 0.0 if gradient is None else end_of(gradient[:, j]) or 0.0
        rate = frame.trace.learning_rate
        eta = EM_DASH if rate is None else f"{rate:g}"
        ends = (f"±{formatting.unsigned(own, 3)}", f"η = {eta}, ±{formatting.unsigned(step, 3)}")
        names = (f"W1[:,{j}]", f"−η × dW1[:,{j}]", f"W1[:,{j}] {frame.texts.new}")
        for i, (name, rect) in enumerate(zip(UPDATE, place.tiles, strict=True)):
            array = known[name]
            column = None if array is None else array[:, j]
            color = label_color(canvas, frame, name)
            baseline = rect.top() - 8
            canvas.text(rect.left(), baseline, names[i], mono_font(SMALL), color, "left")
            # The step goes against the gradient: its colours are those of the opposite sign.
            shown = -column if column is not None and name == "dW1" else column
            paint_image(canvas, rect, shown, step if name == "dW1" else own)
            end = ends[i % 2] if column is not None else EM_DASH
            fitted(
                canvas, rect.left(), rect.bottom() + 15, end, mono_font(SMALL), theme.text_3,
                max(rect.width(), 84.0) + 22,
            )  # fmt: skip
            if i:
                x = (place.tiles[i - 1].right() + rect.left()) / 2
                sign = "+" if i == 1 else "="
                canvas.text(x, rect.center().y() + 6, sign, mono_font(16), theme.text_2)

    def paint_moving(self, canvas: Canvas, pulse: float | None) -> None:
        """Lead a line over what was just computed."""
        place = self.layout
        places = [(place.field.area, ("dW1",)), (place.dx, ("dx",)), (place.tiles[2], ("W1_new",))]
        paint_sweep(canvas, self.frame, pulse, places)

    @cached_property
    def grids(self) -> tuple[Grid, ...]:
        """Pixels of the tiles, of the input's gradient, and of the update's tiles."""
        frame, place = self.frame, self.layout
        pixels = image_matrix(place.dx, len(frame.trace.values["W1"]))
        return (
            *field_grids(frame, "dW1", place.field),
            Grid("dx", pixels, self._pixel),
            *(
                pixel_grid(frame, f"update {name}", rect, frame.unit)
                for name, rect in zip(UPDATE, place.tiles, strict=True)
            ),
        )

    @cached_property
    def walks(self) -> tuple[Grid, ...]:
        """The units whose gradients are shown."""
        return (field_walk(self.frame, "dW1", self.layout.field),)

    def _pixel(self, row: int, column: int) -> Spot:
        frame = self.frame
        index = row * tile_shape(len(frame.trace.values["W1"]))[1] + column
        where = _translate("Graph", "pixel {0}: row {1}, column {2}")
        where = where.format(index, *divmod(index, IMAGE_SIDE))
        return Spot(
            key="",
            rect=QRectF(),
            name=spoken(frame, f"x[{index}]", "x", index),
            tip="\n".join([where, named(frame, "x", index), named(frame, "dx", index)]),
            values=("x", "dx"),
            number=newest_number(frame, "x", index),
        )

    @cached_property
    def spots(self) -> tuple[Spot, ...]:
        """The units' gradients, the input's, the update's tiles, the loss."""
        frame, place = self.frame, self.layout
        found = [field_spot(frame, "dW1", place.field)]
        found.append(whole_spot(frame, "dx", place.dx))
        for name, rect in zip(UPDATE, place.tiles, strict=True):
            tile = tile_spot(frame, name, frame.unit, rect)
            found.append(replace(tile, key=f"update {name}", values=(name,)))
        found.append(self._loss())
        return tuple(found)

    def _loss(self) -> Spot:
        frame = self.frame
        before, after = frame.number("loss"), frame.number("loss_after")
        pending = _translate("Graph", "not computed yet")
        texts = [pending if v is None else formatting.loss(v) for v in (before, after)]
        name = _translate("Graph", "loss before {0}, after the update {1}").format(*texts)
        if self.losses:
            steps = ", ".join(formatting.loss(value) for value in self.losses)
            name += "; " + _translate("Graph", "steps on a copy: {0}").format(steps)
        tip = "\n".join([named(frame, "loss"), named(frame, "loss_after")])
        tip = "\n".join([tip, *(f"L = {value}" for value in self.losses)])
        number = "" if before is None else str(before if after is None else after)
        return Spot("loss", self.layout.loss, name, tip, ("loss", "loss_after"), number=number)

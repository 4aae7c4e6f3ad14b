"""The second layer opened: all its weights and their gradient as matrices, a column per class."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QRectF

from app.formatting import EM_DASH
from app.graph_view.blocks import SEMIBOLD, label_color, paint_empty, paint_row_mark
from app.graph_view.layer_cells import CellScene, Grid, named, newest_number, spoken, weight_spot
from app.graph_view.layer_parts import (
    SMALL,
    end_of,
    paint_cell_numbers,
    paint_heading,
    paint_legend,
    paint_numbers,
    paint_sweep,
)
from app.graph_view.layer_spots import strip_grid, whole_spot
from app.graph_view.layout import Matrix
from app.graph_view.scene import Spot
from app.places import Place
from app.theme import diverging_pixels, mono_font

if TYPE_CHECKING:
    from app.graph_view.canvas import Canvas
    from app.graph_view.frame import Array

_translate = QCoreApplication.translate

_MARGIN, _GAP, _INDEX = 2.0, 20.0, 28.0
_HEADER, _CLASSES, _STRIP = 40.0, 20.0, 18.0
_MOST_ROW = 34.0


@dataclass(frozen=True)
class MatrixHalf:
    """Where a matrix stands with its bias below it and its scores below that; and their names."""

    name: str
    bias: str
    score: str
    area: QRectF
    cells: Matrix
    bias_cells: Matrix
    score_cells: Matrix

    def column(self, label: int) -> QRectF:
        """Return all that belongs to a class, from its heading to its score."""
        width = self.cells.rect.width() / self.cells.columns
        top = self.cells.rect.top() - _CLASSES
        left = self.cells.rect.left() + label * width
        return QRectF(left, top, width, self.score_cells.rect.bottom() - top)


def arrange_matrices(
    width: float, height: float, units: int, classes: int
) -> tuple[MatrixHalf, MatrixHalf]:
    """Lay out the weights at the left and their gradient at the right."""
    room = (width - 2 * _MARGIN - _GAP) / 2
    cell = max(int((room - _INDEX) / classes), 4)
    top = _HEADER + _CLASSES
    free = height - 8 - 2 * (_STRIP + 6) - top
    row = min(free / units, _MOST_ROW)
    row = float(int(row)) if row >= 2 else row
    halves = []
    for left, names in (
        (_MARGIN, ("W2", "b2", "z2")),
        (_MARGIN + room + _GAP, ("dW2", "db2", "dz2")),
    ):
        rect = QRectF(round(left + _INDEX), top, cell * classes, row * units)
        area = QRectF(round(left), 6, rect.right() - round(left), height - 12)
        bias = QRectF(rect.left(), round(rect.bottom()) + 6, rect.width(), _STRIP)
        halves.append(
            MatrixHalf(
                *names,
                area,
                Matrix(rect, units, classes),
                Matrix(bias, 1, classes),
                Matrix(bias.translated(0, _STRIP + 6), 1, classes),
            )
        )
    return halves[0], halves[1]


class MatrixScene(CellScene):
    """Affine2: from every unit to every class a weight, and what it gets on the way back."""

    @cached_property
    def halves(self) -> tuple[MatrixHalf, MatrixHalf]:
        """Where everything stands."""
        units, classes = self.frame.trace.values["W2"].shape
        return arrange_matrices(*self.size, units, classes)

    def paint_still(self, canvas: Canvas) -> None:
        """Paint both matrices with what belongs to them."""
        for half in self.halves:
            self._paint_half(canvas, half)

    def _paint_half(self, canvas: Canvas, half: MatrixHalf) -> None:
        frame, area, rect = self.frame, half.area, half.cells.rect
        values, shown, text = self._newest(half.name)
        limit = end_of(values)
        units, classes = frame.trace.values["W2"].shape
        paint_heading(canvas, frame, area, text, shown, f"{units} × {classes}")
        paint_legend(canvas, QRectF(rect.left(), area.top() + 17, rect.width(), 16), limit, 220)
        self._paint_classes(canvas, half)
        self._paint_indices(canvas, half)
        if values is None:
            paint_empty(canvas, rect)
        else:
            canvas.heat_map(rect, values, limit or 0.0)
            canvas.outline(rect.adjusted(-1, -1, 1, 1), canvas.theme.border_strong)
            paint_cell_numbers(canvas, half.cells, values, limit or 0.0)
        mark = half.cells.row_rect(frame.unit)
        paint_row_mark(canvas, mark, canvas.theme.text_1)
        for name, cells in ((half.bias, half.bias_cells), (half.score, half.score_cells)):
            self._paint_strip(canvas, name, cells)

    def _newest(self, name: str) -> tuple[Array | None, str, str]:
        """Return the newest values of an array, its name in the trace and in the picture."""
        if name.startswith(("d", "z")):
            return self.frame.array(name), name, name
        values, new = self.frame.newest(name)
        return (
            (values, f"{name}_new", f"{name} {self.frame.texts.new}")
            if new
            else (values, name, name)
        )

    def _paint_classes(self, canvas: Canvas, half: MatrixHalf) -> None:
        frame, theme = self.frame, canvas.theme
        for k in range(half.cells.columns):
            chosen = k == frame.label != frame.answer
            right = k == frame.answer
            color = theme.accent_text if chosen else theme.text_1 if right else theme.text_2
            font = mono_font(12, SEMIBOLD) if chosen or right else mono_font(12)
            canvas.text(half.column(k).center().x(), half.cells.rect.top() - 7, str(k), font, color)

    def _paint_indices(self, canvas: Canvas, half: MatrixHalf) -> None:
        """Draw the rows' indices, or as many of them as have room; the chosen one in any case."""
        frame, theme, rect = self.frame, canvas.theme, half.cells.rect
        height, units = rect.height() / half.cells.rows, half.cells.rows
        step = next(s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000) if s * height >= 13)
        for j in range(0, units, step):
            if abs(j - frame.unit) * height >= 13:
                self._paint_index(canvas, half, j, theme.text_3)
        self._paint_index(canvas, half, frame.unit, theme.text_1)

    def _paint_index(self, canvas: Canvas, half: MatrixHalf, j: int, color: str) -> None:
        row = half.cells.row_rect(j)
        x, y = row.left() - 6, round(row.center().y() + 4)
        canvas.text(x, y, str(j), mono_font(SMALL), color, "right")

    def _paint_strip(self, canvas: Canvas, name: str, cells: Matrix) -> None:
        frame, theme, rect = self.frame, canvas.theme, cells.rect
        values, shown, text = self._newest(name)
        if shown.endswith("_new"):
            text = f"{name}′"
        color = label_color(canvas, frame, shown)
        canvas.text(rect.left() - 6, rect.center().y() + 4, text, mono_font(SMALL), color, "right")
        if values is not None:
            limit = end_of(values) or 0.0
            canvas.pixels(rect, diverging_pixels(values[None], limit, theme))
            paint_numbers(canvas, cells, values[None], limit)
            for k in range(1, cells.columns):
                x = rect.left() + k * rect.width() / cells.columns
                canvas.fill(QRectF(x - 1, rect.top(), 1, rect.height()), theme.surface_1)
        else:
            for k in range(cells.columns):
                x = rect.left() + (k + 0.5) * rect.width() / cells.columns
                canvas.text(x, rect.center().y() + 4, EM_DASH, mono_font(SMALL), theme.text_3)
        dashes = () if values is not None else (3, 3)
        canvas.outline(rect.adjusted(-1, -1, 1, 1), theme.border_strong, 0, dashes=dashes)

    def paint_moving(self, canvas: Canvas, pulse: float | None) -> None:
        """Lead a line over the matrix or the cells that were just computed."""
        places = []
        for half in self.halves:
            new = () if half.name.startswith("d") else ("W2_new", "b2_new")
            places.append((half.cells.rect, (half.name, *new)))
            places.append((half.bias_cells.rect, (half.bias, *new)))
            places.append((half.score_cells.rect, (half.score,)))
        paint_sweep(canvas, self.frame, pulse, places)

    @cached_property
    def grids(self) -> tuple[Grid, ...]:
        """Every weight and every bias, twice: as it is, and its gradient."""
        found = []
        for half in self.halves:
            found.append(Grid(half.name, half.cells, partial(weight_spot, self.frame, "W2")))
            found.append(strip_grid(self.frame, half.bias, half.bias_cells))
        return tuple(found)

    def entry(self, key: str) -> tuple[str, int, int]:
        """Return the cell that a column leads to: its topmost."""
        name, _, label = key.partition(":")
        return name, 0, int(label or 0)

    @cached_property
    def spots(self) -> tuple[Spot, ...]:
        """The classes' columns and the bias, of both matrices."""
        found: list[Spot] = []
        for half in self.halves:
            found += [self._column(half, label) for label in range(half.cells.columns)]
            found.append(whole_spot(self.frame, half.bias, half.bias_cells.rect))
        return tuple(found)

    def _column(self, half: MatrixHalf, label: int) -> Spot:
        frame = self.frame
        what = _translate("Graph", "class {0}, {1}, z2").format(label, f"{half.name}[:,{label}]")
        title = _translate("Graph", "class {0}").format(label)
        values = ("z2", "dz2", "b2", "db2")
        new = () if half.name.startswith("d") else ("W2_new",)
        return Spot(
            key=f"{half.name}:{label}",
            rect=half.column(label),
            name=spoken(frame, what, "z2", label),
            tip="\n".join([title, *(named(frame, name, label) for name in values)]),
            values=(half.name, half.score, *new),
            opens=Place("Affine2", label),
            label=label,
            number=newest_number(frame, "z2", label),
        )

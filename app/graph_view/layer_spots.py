"""Tiles and their pixels as spots and cells, wherever units are drawn as images."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QRectF

from app import formatting
from app.graph_view.layer_cells import Grid, named, spoken, weight_spot
from app.graph_view.layer_tiles import TileField, image_matrix, tile_shape
from app.graph_view.layout import Matrix
from app.graph_view.scene import Spot
from app.places import Place

if TYPE_CHECKING:
    from app.graph_view.frame import Frame

_translate = QCoreApplication.translate

MOST_PIXELS = 128
"""Units of which each pixel can be pointed at; of more, whole units."""


def whole_spot(frame: Frame, name: str, rect: QRectF) -> Spot:
    """Return an array as one stop, through whose numbers the arrow keys go."""
    array = frame.array(name)
    pending = _translate("Graph", "not computed yet")
    text = _translate("Graph", "{0}: {1} numbers, the arrow keys go through them")
    shown = "" if array is None else text.format(name, formatting.count(array.size))
    return Spot(name, rect, f"{name}: {pending}" if array is None else shown, values=(name,))


def tile_spot(frame: Frame, name: str, unit: int, rect: QRectF) -> Spot:
    """Return a unit's tile of the array ``name``: ``"W1"`` or ``"dW1"``."""
    title = f"{name}[:,{unit}]"
    what = _translate("Graph", "unit {0}, {1}, z1").format(unit, title)
    own = (name, "dz1") if name.startswith("d") else (name, f"{name}_new", "z1")
    return Spot(
        key=title,
        rect=rect,
        name=spoken(frame, what, "z1", unit),
        tip="\n".join([title, *(named(frame, n, unit) for n in ("b1", "db1", "z1", "dz1"))]),
        values=own,
        opens=Place("Affine1", unit),
        unit=unit,
    )


def field_spot(frame: Frame, name: str, field: TileField) -> Spot:
    """Return a field of tiles as one stop, through whose units the arrow keys go."""
    known = not name.startswith("d") or name in frame.known
    pending = _translate("Graph", "not computed yet")
    text = _translate("Graph", "{0}: {1} units, the arrow keys go through them")
    text = text.format(name, formatting.count(field.count))
    new = () if name.startswith("d") else (f"{name}_new",)
    said = text if known else f"{text}; {pending}"
    return Spot(name, field.area, said, values=(name, *new))


def field_grids(frame: Frame, name: str, field: TileField) -> list[Grid]:
    """Return the pixels of a field of tiles; none where tiles are too small or too many."""
    if not field.whole or field.count > MOST_PIXELS:
        return []
    return [pixel_grid(frame, f"{name}[:,{j}]", field.rect(j), j) for j in range(field.count)]


def field_walk(frame: Frame, name: str, field: TileField) -> Grid:
    """Return the tiles of a field as cells, each with what stands below it."""
    across, down = field.pitch
    rect = QRectF(field.left, field.top, field.columns * across, field.rows * down)

    def make(row: int, column: int) -> Spot:
        return tile_spot(frame, name, row * field.columns + column, QRectF())

    def place(row: int, column: int) -> QRectF:
        return field.rect(row * field.columns + column)

    return Grid(name, Matrix(rect, field.rows, field.columns), make, field.count, place)


def pixel_grid(frame: Frame, key: str, rect: QRectF, unit: int) -> Grid:
    """Return a tile's pixels, each a weight of ``unit``."""
    inputs = len(frame.trace.values["W1"])
    make = partial(_pixel_cell, frame, unit, tile_shape(inputs)[1])
    return Grid(key, image_matrix(rect, inputs), make)


def _pixel_cell(frame: Frame, unit: int, columns: int, row: int, column: int) -> Spot:
    return weight_spot(frame, "W1", row * columns + column, unit)


def strip_grid(frame: Frame, name: str, cells: Matrix) -> Grid:
    """Return the cells of a bias, ``"b1"`` or its gradient ``"db1"``."""
    return Grid(name, cells, partial(_bias_cell, frame, name.removeprefix("d")))


def _bias_cell(frame: Frame, parameter: str, _row: int, column: int) -> Spot:
    return weight_spot(frame, parameter, column)

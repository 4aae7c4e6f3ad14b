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

MOST_STOPS = 128
"""Units of which each is a stop for Tab; more are cells of one."""


def by_tile(field: TileField) -> bool:
    """Tell whether each tile of ``field`` is a stop, and its pixels are cells."""
    return field.whole and field.count <= MOST_STOPS


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


def field_spots(frame: Frame, name: str, field: TileField) -> list[Spot]:
    """Return the stops of a field of tiles: each of them, or all as one."""
    if by_tile(field):
        return [tile_spot(frame, name, j, field.rect(j)) for j in range(field.count)]
    return [whole_spot(frame, name, field.area)]


def field_grids(frame: Frame, name: str, field: TileField) -> list[Grid]:
    """Return the cells of a field of tiles: their pixels, or the tiles themselves."""
    if by_tile(field):
        return [pixel_grid(frame, f"{name}[:,{j}]", field.rect(j), j) for j in range(field.count)]
    across, down = field.pitch
    rect = QRectF(field.left, field.top, field.columns * across, field.rows * down)
    matrix = Matrix(rect, field.rows, field.columns)
    return [Grid(name, matrix, partial(_tile_cell, frame, name, field.columns), field.count)]


def _tile_cell(frame: Frame, name: str, columns: int, row: int, column: int) -> Spot:
    return tile_spot(frame, name, row * columns + column, QRectF())


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

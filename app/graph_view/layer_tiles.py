"""The weights of many units, each unit's as an image: where the tiles stand, and their pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cache, cached_property, reduce
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from app.graph_view.blocks import paint_empty
from app.graph_view.layer_parts import rgb_of, visible
from app.graph_view.layout import IMAGE_SIDE, Matrix
from app.theme import diverging_pixels, mono_font

if TYPE_CHECKING:
    import numpy.typing as npt

    from app.graph_view.canvas import Canvas
    from app.graph_view.frame import Array
    from app.theme import Theme

WHOLE = tuple(IMAGE_SIDE * k for k in range(20, 0, -1))
"""Sides of tiles whose pixels are whole ones."""

POOLED = (14, 7, 4)
"""Sides of tiles that are too many to be larger: a pixel shows the strongest of 4, 16 or 49."""


def tile_shape(inputs: int) -> tuple[int, int]:
    """Return rows and columns of the image that a unit's weights are; of no image, a strip."""
    side = math.isqrt(inputs)
    return (side, side) if side * side == inputs else (inputs, 1)


@dataclass(frozen=True)
class TileField:
    """Equal tiles in rows, ``below`` pixels free under each."""

    left: float
    top: float
    side: int
    columns: int
    count: int
    below: int = 0

    @cached_property
    def gap(self) -> int:
        """Pixels between two tiles."""
        return 4 if self.side >= IMAGE_SIDE else 1

    @property
    def rows(self) -> int:
        """Rows of tiles."""
        return -(-self.count // self.columns)

    @cached_property
    def pitch(self) -> tuple[int, int]:
        """From one tile to the next, rightwards and downwards."""
        return self.side + self.gap, self.side + self.gap + self.below

    @property
    def area(self) -> QRectF:
        """All tiles and what stands under them."""
        across, down = self.pitch
        columns = min(self.columns, self.count)
        width, height = columns * across - self.gap, self.rows * down - self.gap
        return QRectF(self.left, self.top, width, height)

    @property
    def whole(self) -> bool:
        """Whether a tile shows each of its pixels."""
        return self.side >= IMAGE_SIDE

    def rect(self, unit: int) -> QRectF:
        """Return the tile of ``unit``."""
        row, column = divmod(unit, self.columns)
        across, down = self.pitch
        return QRectF(self.left + column * across, self.top + row * down, self.side, self.side)

    def at(self, point: QPointF) -> int | None:
        """Return the unit whose tile, or what stands under it, is at ``point``."""
        across, down = self.pitch
        column = math.floor((point.x() - self.left) / across)
        row = math.floor((point.y() - self.top) / down)
        unit = row * self.columns + column
        inside = 0 <= column < self.columns and row >= 0 and unit < self.count
        return unit if inside else None


def tile_field(room: QRectF, count: int, below: int = 0, least_width: float = 0) -> TileField:
    """Return the largest tiles that fit into ``room``, in as few columns as it takes.

    ``below`` is what each tile needs under it, unless they would be too small without each pixel
    of theirs. The columns fill ``least_width`` in any case.
    """
    choices = [(side, below) for side in WHOLE] + [(side, 0) for side in (IMAGE_SIDE, *POOLED)]
    for side, under in choices:
        probe = TileField(room.left(), room.top(), side, 1, count, under)
        across, down = probe.pitch
        most = int((room.width() + probe.gap) / across)
        rows = int((room.height() + probe.gap) / down)
        if most and rows and most * rows >= count:
            least = int((min(least_width, room.width()) + probe.gap) / across)
            columns = min(max(-(-count // rows), least), count)
            return replace(probe, columns=columns)
    columns = max(int(room.width() / (POOLED[-1] + 1)), 1)
    return TileField(room.left(), room.top(), POOLED[-1], columns, count)


def image_matrix(rect: QRectF, inputs: int) -> Matrix:
    """Return the cells of a tile at ``rect``."""
    return Matrix(rect, *tile_shape(inputs))


def paint_tiles(canvas: Canvas, field: TileField, values: Array | None, limit: float) -> None:
    """Draw the tiles of ``values`` (inputs, units) on a common scale; dashed while not known."""
    seen = visible(canvas, (field.area.right(), field.area.bottom()))
    if values is None and not field.whole:
        paint_empty(canvas, field.area)
        return
    places = [(unit, field.rect(unit)) for unit in range(field.count)]
    places = [(unit, rect) for unit, rect in places if rect.intersects(seen)]
    if values is None:
        for _, rect in places:
            paint_empty(canvas, rect)
        return
    shown = values if len(places) == field.count else values[:, [unit for unit, _ in places]]
    rgb = tile_pixels(_pooled(shown, field.side * canvas.detail), limit, canvas.theme)
    if len(places) == field.count and rgb.shape[1] == rgb.shape[2] == field.side < IMAGE_SIDE:
        _paint_mosaic(canvas, field, rgb)
        return
    for (_, rect), image in zip(places, rgb, strict=True):
        if field.whole:
            canvas.fill(rect.adjusted(-1, -1, 1, 1), canvas.theme.border)
        canvas.pixels(rect, image)


def _paint_mosaic(canvas: Canvas, field: TileField, rgb: npt.NDArray[np.uint8]) -> None:
    """Draw tiles (units, side, side, 3) that are too many for an image each as one."""
    across, down = field.pitch
    back = rgb_of(canvas.theme.surface_1)
    whole = np.full((field.rows * field.columns, down, across, 3), back, np.uint8)
    whole[: field.count, : field.side, : field.side] = rgb
    rows = whole.reshape(field.rows, field.columns, down, across, 3).swapaxes(1, 2)
    size = (field.columns * across, field.rows * down)
    image = rows.reshape(size[1], size[0], 3)
    canvas.pixels(QRectF(field.left, field.top, *size), image)


@cache
def _colors(theme: Theme) -> npt.NDArray[np.uint8]:
    return diverging_pixels(np.linspace(-1, 1, 511), 1.0, theme)


def tile_pixels(values: Array, limit: float, theme: Theme) -> npt.NDArray[np.uint8]:
    """Map numbers to sRGB bytes as ``diverging_pixels`` does, in 511 steps: for many of them."""
    share = np.clip(values * (255 / (limit or 1.0)), -255, 255)
    pixels: npt.NDArray[np.uint8] = _colors(theme)[np.rint(share).astype(np.int16) + 255]
    return pixels


def _pooled(values: Array, side: float) -> Array:
    """Return ``values`` (inputs, units) as images (units, rows, columns) for tiles of ``side``.

    Where the tile has fewer pixels than the image, each shows the strongest of those that share it.
    """
    rows, columns = tile_shape(len(values))
    images = values.reshape(rows, columns, -1)
    step = -(-rows // max(int(side), 1))
    if step > 1 and columns > 1:
        missing = -rows % step
        images = np.pad(images, ((0, missing), (0, missing), (0, 0)))
        high, low = (_picked(images, step, pick) for pick in (np.maximum, np.minimum))
        images = np.where(high >= -low, high, low)
    return np.moveaxis(images, -1, 0)


def _picked(images: Array, step: int, pick: np.ufunc) -> Array:
    """Return what ``pick`` leaves of every ``step`` × ``step`` pixels of (rows, columns, units)."""
    rows: Array = reduce(pick, [images[i::step] for i in range(step)])
    return reduce(pick, [rows[:, i::step] for i in range(step)])


def paint_image(canvas: Canvas, rect: QRectF, values: Array | None, limit: float) -> None:
    """Draw one unit's numbers (inputs,) as an image; nothing but zeros say so."""
    if values is None:
        paint_empty(canvas, rect)
        return
    canvas.heat_map(rect, values.reshape(tile_shape(len(values))), limit)
    canvas.outline(rect.adjusted(-1, -1, 1, 1), canvas.theme.border_strong)
    if not values.any():
        center = rect.center()
        canvas.text(center.x(), center.y() + 5, "0", mono_font(13), canvas.theme.text_2)


def outline_of(shape: npt.NDArray[np.bool_]) -> list[tuple[QPointF, QPointF]]:
    """Return the border lines of the set pixels of ``shape``, in pixels."""
    padded = np.pad(shape, 1)
    lines = []
    for row, column in np.argwhere(padded[1:, 1:-1] != padded[:-1, 1:-1]).tolist():
        lines.append((QPointF(column, row), QPointF(column + 1, row)))
    for row, column in np.argwhere(padded[1:-1, 1:] != padded[1:-1, :-1]).tolist():
        lines.append((QPointF(column, row), QPointF(column, row + 1)))
    return lines

"""The eraser that takes away whole strokes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from app.strokes import Bytes, Mark, Piece, Point, Raster, Stroke

if TYPE_CHECKING:
    from app.covers import Cover


class Remover:
    """Goes over ``marks``, and takes away each whose ink it touches.

    Ink counts where it can be seen: not where an eraser rubbed it off before. ``raster`` knows what
    the marks cover; nothing is drawn on it.
    """

    def __init__(self, marks: tuple[Mark, ...], raster: Raster, width: float) -> None:
        self.before = marks
        self.marks = marks
        self._raster = raster
        self._width = width
        self._last: Point | None = None
        self._seen: dict[int, Bytes] = {}

    def move(self, point: Point) -> bool:
        """Go straight on to ``point``; return whether a mark was touched on the way."""
        start = self._last or point
        self._last = point
        way = self._raster.piece_cover(Piece(start, start, point), self._width)
        left = tuple(mark for mark in self.marks if not self._touches(way, mark))
        touched, self.marks = len(left) < len(self.marks), left
        return touched

    def _touches(self, way: Cover, mark: Mark) -> bool:
        if isinstance(mark, Stroke) and mark.eraser:
            return False
        if not way.is_near(self._raster.cover(mark)):
            return False
        return way.meets(self._visible(mark))

    def _visible(self, mark: Mark) -> Bytes:
        """Return the ink (size, size) of ``mark`` that no eraser after it rubbed off."""
        ink = self._seen.get(id(mark))
        if ink is None:
            ink = self._seen[id(mark)] = np.zeros_like(self._raster.pixels)
            self._raster.cover(mark).add_to(ink)
            after = next(i for i, other in enumerate(self.before) if other is mark) + 1
            for other in self.before[after:]:
                if isinstance(other, Stroke) and other.eraser:
                    self._raster.cover(other).take_from(ink)
        return ink

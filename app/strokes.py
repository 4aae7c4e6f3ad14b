"""Strokes of a pen as data, and the ink that they leave."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPen

if TYPE_CHECKING:
    from collections.abc import Sequence

Bytes = npt.NDArray[np.uint8]

INK_SIZE = 320
NEUTRAL_PRESSURE = 0.5
"""Of a mouse or a finger; a stroke of this pressure has the width of its pen."""


class Point(NamedTuple):
    """A place in the unit square, x to the right and y down, with the pen's pressure, 0 to 1."""

    x: float
    y: float
    pressure: float = NEUTRAL_PRESSURE

    def clamped(self) -> Point:
        """Return the nearest point of the unit square; what is not finite goes to its middle."""
        return Point(*(min(max(v, 0.0), 1.0) if math.isfinite(v) else 0.5 for v in self))


@dataclass(frozen=True)
class Stroke:
    """What a pen or an eraser does between touching the canvas and leaving it.

    ``width`` is a share of the canvas' side.
    """

    points: tuple[Point, ...]
    width: float
    eraser: bool = False

    def extended(self, point: Point) -> Stroke:
        """Return the stroke with one point more."""
        return replace(self, points=(*self.points, point))


class _Piece(NamedTuple):
    """A quadratic curve; a straight line or a dot where its points are equal."""

    start: Point
    control: Point
    end: Point


def _middle(a: Point, b: Point) -> Point:
    return Point((a.x + b.x) / 2, (a.y + b.y) / 2, (a.pressure + b.pressure) / 2)


def _piece(points: Sequence[Point], i: int) -> _Piece:
    """Return the piece that is settled once point ``i`` is known: it ends half way to it.

    Each point is the control point of a curve between the middles beside it. So the curve is
    smooth, and a point that is added changes nothing that was settled.
    """
    if i == 0:
        return _Piece(points[0], points[0], points[0])
    middle = _middle(points[i - 1], points[i])
    if i == 1:
        return _Piece(points[0], points[0], middle)
    return _Piece(_middle(points[i - 2], points[i - 1]), points[i - 1], middle)


def _tail(points: Sequence[Point]) -> _Piece:
    """Return what is still missing from the last middle to the last point."""
    middle = _middle(points[-2], points[-1])
    return _Piece(middle, middle, points[-1])


class Raster:
    """Grey levels of strokes on a square of ``size`` × ``size`` pixels: 0 empty, 255 inked.

    A pixel takes the strongest of all that covers it, instead of one layer over the other. So the
    ink doesn't depend on how many points a stroke was made of, nor on whether it grew point by
    point or was drawn at once.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self._pixels = np.zeros((size, size), np.uint8)
        self._under_tail: tuple[tuple[slice, slice], Bytes] | None = None

    @property
    def pixels(self) -> Bytes:
        """The grey levels (size, size): a read-only view, which changes with the raster."""
        view = self._pixels.view()
        view.flags.writeable = False
        return view

    def clear(self) -> None:
        """Remove all ink."""
        self._pixels[:] = 0
        self._under_tail = None

    def draw(self, stroke: Stroke) -> None:
        """Draw a whole stroke."""
        self._under_tail = None
        for i in range(len(stroke.points)):
            self._ink(_piece(stroke.points, i), stroke)
        self._ink_tail(stroke)

    def grow(self, stroke: Stroke) -> None:
        """Draw the last point of ``stroke``, whose other points are drawn already."""
        if self._under_tail is not None and len(stroke.points) > 1:
            place, before = self._under_tail
            self._pixels[place] = before
        self._under_tail = None
        self._ink(_piece(stroke.points, len(stroke.points) - 1), stroke)
        self._ink_tail(stroke)

    def _ink_tail(self, stroke: Stroke) -> None:
        if len(stroke.points) > 1:
            piece = _tail(stroke.points)
            place = self._place(piece, self._width(piece, stroke))
            self._under_tail = place, self._pixels[place].copy()
            self._ink(piece, stroke)

    def _ink(self, piece: _Piece, stroke: Stroke) -> None:
        width = self._width(piece, stroke)
        place = self._place(piece, width)
        coverage = self._coverage(piece, width, place)
        target = self._pixels[place]
        if stroke.eraser:
            np.minimum(target, 255 - coverage, out=target)
        else:
            np.maximum(target, coverage, out=target)

    def _width(self, piece: _Piece, stroke: Stroke) -> float:
        pressure = (piece.start.pressure + piece.end.pressure) / 2
        return self.size * stroke.width * (0.4 + 0.6 * pressure / NEUTRAL_PRESSURE)

    def _place(self, piece: _Piece, width: float) -> tuple[slice, slice]:
        """Return the rows and columns that a piece can touch."""

        def span(values: Sequence[float]) -> slice:
            reach = width / 2 + 2
            first = math.floor(min(values) * self.size - reach)
            last = math.ceil(max(values) * self.size + reach)
            return slice(min(max(first, 0), self.size - 1), min(max(last, 1), self.size))

        return span([point.y for point in piece]), span([point.x for point in piece])

    def _coverage(self, piece: _Piece, width: float, place: tuple[slice, slice]) -> Bytes:
        rows, columns = place
        # Painting on 32 bits is several times as fast as on Format_Grayscale8.
        image = QImage(
            columns.stop - columns.start, rows.stop - rows.start, QImage.Format.Format_RGB32
        )
        image.fill(Qt.GlobalColor.black)
        start, control, end = (QPointF(p.x * self.size, p.y * self.size) for p in piece)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(-columns.start, -rows.start)
        if start == control == end:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(Qt.GlobalColor.white)
            painter.drawEllipse(start, width / 2, width / 2)
        else:
            painter.setPen(_pen(width))
            path = QPainterPath(start)
            path.quadTo(control, end)
            painter.drawPath(path)
        painter.end()
        levels = np.frombuffer(image.constBits(), np.uint8)
        # A copy, because the bytes die with the image.
        return levels.reshape(image.height(), image.width(), 4)[..., 0].copy()


def _pen(width: float) -> QPen:
    return QPen(
        Qt.GlobalColor.white,
        width,
        Qt.PenStyle.SolidLine,
        Qt.PenCapStyle.RoundCap,
        Qt.PenJoinStyle.RoundJoin,
    )

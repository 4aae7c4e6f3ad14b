"""Strokes of a pen and pictures as data, and the ink that they leave."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPen

from app.covers import Cover, Covers

if TYPE_CHECKING:
    from collections.abc import Sequence

Bytes = npt.NDArray[np.uint8]

INK_SIZE = 320
STILL = 1 / 4096
"""Share of the side, or of the pressure, by which a pen at rest may differ from itself."""

NEUTRAL_PRESSURE = 0.5
"""Of a mouse or a finger; a stroke of this pressure has the width of its pen."""

POINT_BYTES = 144
"""Memory of a point: three numbers, and what holds them together."""


class Point(NamedTuple):
    """A place in the unit square, x to the right and y down, with the pen's pressure, 0 to 1."""

    x: float
    y: float
    pressure: float = NEUTRAL_PRESSURE

    def clamped(self) -> Point:
        """Return the nearest point of the unit square; what is not finite goes to its middle."""
        return Point(*(min(max(v, 0.0), 1.0) if math.isfinite(v) else 0.5 for v in self))

    def is_at(self, other: Point) -> bool:
        """Whether the pen has not moved from ``other``: by nothing that is more than rounding.

        Two points at one place make a corner, so they must not depend on the last digit of a
        number, which differs from screen to screen.
        """
        return all(abs(a - b) < STILL for a, b in zip(self, other, strict=True))


@dataclass(frozen=True)
class Stroke:
    """What a pen or an eraser does between touching the canvas and leaving it.

    ``width`` is a share of the canvas' side.
    """

    points: tuple[Point, ...]
    width: float
    eraser: bool = False

    @property
    def nbytes(self) -> int:
        """Memory that it takes, about."""
        return POINT_BYTES * len(self.points)

    def extended(self, point: Point) -> Stroke:
        """Return the stroke with one point more."""
        return replace(self, points=(*self.points, point))


@dataclass(frozen=True, eq=False)
class Picture:
    """An image of ink that was opened or pasted: ``levels`` (320, 320), 0 to 255, read-only."""

    levels: Bytes

    def __post_init__(self) -> None:
        """Check the size, and make the array read-only."""
        if self.levels.shape != (INK_SIZE, INK_SIZE) or self.levels.dtype != np.uint8:
            raise ValueError(f"a picture has {INK_SIZE} × {INK_SIZE} bytes of ink")
        self.levels.flags.writeable = False

    @property
    def nbytes(self) -> int:
        """Memory that it takes, about."""
        return self.levels.nbytes


Mark: TypeAlias = Stroke | Picture
"""What leaves ink on the canvas, or takes some away."""


class Piece(NamedTuple):
    """A quadratic curve; a straight line or a dot where its points are equal."""

    start: Point
    control: Point
    end: Point


def _middle(a: Point, b: Point) -> Point:
    return Point((a.x + b.x) / 2, (a.y + b.y) / 2, (a.pressure + b.pressure) / 2)


def piece(points: Sequence[Point], i: int) -> Piece:
    """Return the piece that is settled once point ``i`` is known: it ends half way to it.

    Each point is the control point of a curve between the middles beside it. So the curve is
    smooth, and a point that is added changes nothing that was settled.
    """
    if i == 0:
        return Piece(points[0], points[0], points[0])
    middle = _middle(points[i - 1], points[i])
    if i == 1:
        return Piece(points[0], points[0], middle)
    return Piece(_middle(points[i - 2], points[i - 1]), points[i - 1], middle)


def tail(points: Sequence[Point]) -> Piece:
    """Return what is still missing from the last middle to the last point."""
    middle = _middle(points[-2], points[-1])
    return Piece(middle, middle, points[-1])


@dataclass
class _Growth:
    """What a stroke covers that grows point by point: all of it that is settled, and the tail."""

    levels: Bytes
    tail: Cover | None = None
    under_tail: Bytes | None = None


class Raster:
    """Grey levels of marks on a square of ``size`` × ``size`` pixels: 0 empty, 255 inked.

    A pixel takes the strongest of all that covers it, instead of one layer over the other. So the
    ink doesn't depend on how many points a stroke was made of, nor on whether it grew point by
    point or was drawn at once. What a mark covers is computed once: to draw all marks anew, after
    an undo, takes a moment only.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self._pixels = np.zeros((size, size), np.uint8)
        self._covers = Covers()
        self._growth: _Growth | None = None

    @property
    def pixels(self) -> Bytes:
        """The grey levels (size, size): a read-only view, which changes with the raster."""
        view = self._pixels.view()
        view.flags.writeable = False
        return view

    def clear(self) -> None:
        """Remove all ink."""
        self._pixels[:] = 0
        self._growth = None

    def draw(self, mark: Mark) -> None:
        """Draw a whole mark."""
        self._growth = None
        self._lay(self.cover(mark), mark)

    def grow(self, stroke: Stroke) -> None:
        """Draw the last point of ``stroke``, whose other points are drawn already."""
        growth = self._growth
        if growth is None or len(stroke.points) == 1:
            growth = self._growth = _Growth(np.zeros_like(self._pixels))
        if growth.tail is not None and growth.under_tail is not None:
            self._pixels[growth.tail.place] = growth.under_tail
        settled = self.piece_cover(piece(stroke.points, len(stroke.points) - 1), stroke.width)
        settled.add_to(growth.levels)
        self._lay(settled, stroke)
        if len(stroke.points) > 1:
            growth.tail = self.piece_cover(tail(stroke.points), stroke.width)
            growth.under_tail = self._pixels[growth.tail.place].copy()
            self._lay(growth.tail, stroke)

    def settle(self, stroke: Stroke) -> None:
        """Keep what ``stroke``, which has grown to its end, covers."""
        growth, self._growth = self._growth, None
        if growth is not None:
            if growth.tail is not None:
                growth.tail.add_to(growth.levels)
            self._covers.keep(stroke, Cover.of(growth.levels))

    def cover(self, mark: Mark) -> Cover:
        """Return what ``mark`` covers."""
        cover = self._covers.get(mark)
        if cover is None:
            drawn = self._picture(mark) if isinstance(mark, Picture) else self._stroke(mark)
            cover = Cover.of(drawn)
            self._covers.keep(mark, cover)
        return cover

    def forget(self, marks: Sequence[Mark]) -> None:
        """Hear that ``marks`` are not drawn again."""
        for mark in marks:
            self._covers.drop(mark)

    def piece_cover(self, piece: Piece, width: float) -> Cover:
        """Return what a pen of ``width``, a share of the side, covers along ``piece``."""
        pressure = (piece.start.pressure + piece.end.pressure) / 2
        width = self.size * width * (0.4 + 0.6 * pressure / NEUTRAL_PRESSURE)
        rows, columns = self._place(piece, width)
        return Cover(rows, columns, self._painted(piece, width, rows, columns))

    def _lay(self, cover: Cover, mark: Mark) -> None:
        if isinstance(mark, Stroke) and mark.eraser:
            cover.take_from(self._pixels)
        else:
            cover.add_to(self._pixels)

    def _stroke(self, stroke: Stroke) -> Bytes:
        levels = np.zeros_like(self._pixels)
        pieces = [piece(stroke.points, i) for i in range(len(stroke.points))]
        if len(stroke.points) > 1:
            pieces.append(tail(stroke.points))
        for part in pieces:
            self.piece_cover(part, stroke.width).add_to(levels)
        return levels

    def _picture(self, picture: Picture) -> Bytes:
        if self.size == INK_SIZE:
            return picture.levels
        image = QImage(
            picture.levels.data, INK_SIZE, INK_SIZE, INK_SIZE, QImage.Format.Format_Grayscale8
        )
        scaled = image.scaled(
            self.size,
            self.size,
            Qt.AspectRatioMode.IgnoreAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        ).convertToFormat(QImage.Format.Format_Grayscale8)
        rows = np.frombuffer(scaled.constBits(), np.uint8).reshape(self.size, -1)
        return rows[:, : self.size].copy()

    def _place(self, piece: Piece, width: float) -> tuple[slice, slice]:
        """Return the rows and columns that a piece can touch."""

        def span(values: Sequence[float]) -> slice:
            reach = width / 2 + 2
            first = math.floor(min(values) * self.size - reach)
            last = math.ceil(max(values) * self.size + reach)
            return slice(min(max(first, 0), self.size - 1), min(max(last, 1), self.size))

        return span([point.y for point in piece]), span([point.x for point in piece])

    def _painted(self, piece: Piece, width: float, rows: slice, columns: slice) -> Bytes:
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


@lru_cache(maxsize=64)
def _pen(width: float) -> QPen:
    return QPen(
        Qt.GlobalColor.white,
        width,
        Qt.PenStyle.SolidLine,
        Qt.PenCapStyle.RoundCap,
        Qt.PenJoinStyle.RoundJoin,
    )

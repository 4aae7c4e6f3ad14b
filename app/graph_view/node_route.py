"""The lines of edges: two each, beside one another, in curves between the columns."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF

if TYPE_CHECKING:
    from bpcore.graph.nodes import Edge


def _bends(count: int) -> tuple[tuple[float, float, float], ...]:
    shares = [number / (count + 1) for number in range(1, count + 1)]
    return tuple((t, t * t * (3 - 2 * t), 6 * t * (1 - t)) for t in shares)


_FLAT, _STEEP = _bends(5), _bends(11)
"""Where a curve between two columns is bent: shares of its width, of its height, and its slope."""

TURN = 14.0
"""How far from the end of a band the first of the lines turns that go on in the next."""

_CORNER = 4.0


@dataclass(frozen=True, eq=False)
class Link:
    """A piece of one edge, or of a trunk that several share, in the direction of the value.

    Attributes
    ----------
    forward, gradient
        The points of its two lines.
    riders
        The edges that run through it.
    source
        The node that it leaves; "" if another piece comes before.
    target
        The node that it enters; "" if another piece follows.
    ends
        Whether the value arrives here.
    """

    forward: tuple[QPointF, ...]
    gradient: tuple[QPointF, ...]
    riders: tuple[Edge, ...]
    source: str = ""
    target: str = ""
    ends: bool = False


def side(shape: QRectF, offset: float, *, right: bool) -> float:
    """Return where a node's border is at ``offset`` below its axis, on one of its sides.

    The node's shape is a rectangle whose corners are as round as they can be.
    """
    radius = min(shape.width(), shape.height()) / 2
    beyond = max(abs(offset) - (shape.height() / 2 - radius), 0.0)
    inset = radius - math.sqrt(max(radius * radius - beyond * beyond, 0.0))
    return shape.right() - inset if right else shape.left() + inset


def curve(start: QPointF, end: QPointF, shifts: tuple[float, float]) -> tuple[QPointF, ...]:
    """Return a line that leaves and arrives level, beside the one from ``start`` to ``end``.

    ``shifts`` are how far beside, at the two ends: below where positive.
    """
    x, y, first, last = start.x(), start.y(), *shifts
    dx, dy = end.x() - x, end.y() - y
    ends = QPointF(x, y + first), QPointF(end.x(), end.y() + last)
    if abs(dy) < 0.01 and first == last:
        return ends
    points = [ends[0]]
    for t, risen, steep in _STEEP if abs(dy) > 40 else _FLAT:
        shift = first + (last - first) * t
        slope = dy * steep / dx
        length = math.sqrt(1 + slope * slope)
        # Where it is steep, the line beside must not leave the space between the columns.
        beside = min(max(dx * t - shift * slope / length, 1.0), dx - 1.0)
        points.append(QPointF(x + beside, y + dy * risen + shift / length))
    points.append(ends[1])
    return tuple(points)


def turns(lines: int) -> float:
    """Return the room that so many lines take beside one another where they turn."""
    return 2 * TURN + 16.0 * (lines - 1)


def detour(
    start: QPointF, end: QPointF, gutter: float, number: int, lines: int, shift: float
) -> tuple[QPointF, ...]:
    """Return a line from the end of a band to the beginning of the next, below it and back.

    Parameters
    ----------
    start, end
        On the axis of the edge.
    gutter
        Where the space between the bands begins.
    number
        Which one of all ``lines`` it is, counted from the lowest.
    shift
        How far right of the edge's axis, in its direction.
    """
    right = start.x() + TURN + 16 * number - shift
    below = gutter + TURN + 16 * number - shift
    left = end.x() - TURN - 16 * (lines - 1 - number) - shift
    first, last = start.y() + shift, end.y() + shift
    corners = [
        QPointF(start.x(), first),
        QPointF(right, first),
        QPointF(right, below),
        QPointF(left, below),
        QPointF(left, last),
        QPointF(end.x(), last),
    ]
    points = corners[:1]
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        points += [_towards(corner, before), _towards(corner, after)]
    return (*points, corners[-1])


def _towards(corner: QPointF, other: QPointF) -> QPointF:
    way = other - corner
    length = math.hypot(way.x(), way.y())
    return corner + way * (min(_CORNER, length / 2) / length) if length else corner


def along(points: tuple[QPointF, ...], share: float) -> QPointF:
    """Return the point that lies at a share of a line's length, 0 to 1."""
    lengths = [math.hypot(b.x() - a.x(), b.y() - a.y()) for a, b in itertools.pairwise(points)]
    left = share * sum(lengths)
    for start, end, length in zip(points, points[1:], lengths, strict=False):
        if left <= length and length > 0:
            return start + (end - start) * (left / length)
        left -= length
    return points[-1]

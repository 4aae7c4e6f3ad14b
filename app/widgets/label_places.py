"""Where the texts beside curves find room, so that none lies over another. Needs no pyqtgraph."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from app.widgets.chart_labels import GAP, PADDING, Label, Placed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt
    from PySide6.QtCore import QSizeF

    Floats = npt.NDArray[np.float64]

_PROBES = 16
"""Places across a label at which it is looked for a curve."""

_TOGETHER = 30.0
_STEP, _FARTHEST = 8.0, 96.0
"""Pixels from one place for a text to the next, and from its point to the last one."""

_BELOW = 6.0
"""Pixels above or below its point where a text begins."""

# What a place costs, in pixels that a text rather stands away from its point: each part of a text,
# of 15, through which its own curve goes, or that of another; a mark through it; the left side.
_OWN, _OTHER, _MARK, _LEFT = 2.0, 6.0, 12.0, 24.0
# A place near the point of another label, which will want to stand there; one beyond that point.
_NEAR, _BEYOND = 10.0, 40.0
_MOST_CROSSED = 3
"""Parts of a text that is not needed through which other curves may go: else it is left out."""

_ROOM_OF_OTHER, _AS_HIGH = 22.0, 8.0


def place(
    labels: Sequence[Label],
    room: QRectF,
    taken: Sequence[QRectF] = (),
    curves: Sequence[tuple[Floats, Floats]] = (),
    marks: Sequence[float] = (),
) -> list[Placed]:
    """Return the labels that find room, none over another or over ``taken``.

    The first in the list choose first: places near their points that cover little of ``curves``, x
    and y in pixels, arrays of equal length, and of the upright lines at ``marks``. One that is
    ``needed`` is placed in any case, where it covers least of the others.
    """
    placed: list[Placed] = []
    rects = list(taken)
    for label in labels:
        choices = _places_of(label, room, curves, marks, _ends_beside(label, labels))
        refused: list[tuple[QRectF, bool]] = []
        for choice in choices:
            if not any(choice[0].intersects(rect) for rect in rects):
                break
            refused.append(choice)
        else:
            if not (label.needed and refused):
                continue
            choice = min(refused, key=lambda choice: _covered(choice[0], rects))
        rects.append(choice[0])
        placed.append(Placed(label, *choice))
    return _exchanged(placed)


def _exchanged(placed: list[Placed]) -> list[Placed]:
    """Return labels of lines that end together in the order of these ends, in the same places."""
    placed = list(placed)
    of_lines = [n for n, each in enumerate(placed) if each.label.style is not None]
    for n, m in itertools.combinations(of_lines, 2):
        one, other = placed[n], placed[m]
        together = abs(one.label.point.x() - other.label.point.x()) < _TOGETHER
        apart = one.label.point.y() - other.label.point.y()
        if together and apart * (one.rect.top() - other.rect.top()) < 0:
            rects = (other.rect, one.rect)
            placed[n], placed[m] = (
                replace(each, rect=QRectF(rect.topLeft(), each.rect.size()))
                for each, rect in zip((one, other), rects, strict=True)
            )
    return placed


def in_order(placed: Sequence[Placed]) -> bool:
    """Return whether each one stands under the one before it, or at the same height."""
    tops = [each.rect.top() for each in placed]
    return tops == sorted(tops)


def stacked(labels: Sequence[Label]) -> Label:
    """Return the lines of ``labels``, one under the other, as one label in their midst."""
    first = labels[0]
    x = max(label.point.x() for label in labels)
    y = sum(label.point.y() for label in labels) / len(labels)
    lines = tuple(line for label in labels for line in label.lines)
    return replace(first, point=QPointF(x, y), lines=lines)


def _places_of(
    label: Label,
    room: QRectF,
    curves: Sequence[tuple[Floats, Floats]],
    marks: Sequence[float],
    ends: Floats,
) -> Iterator[tuple[QRectF, bool]]:
    """Yield rectangles in ``room`` for a label, best first, and whether it lies over curves there.

    They are made as they are asked for: most often the first one will do.
    """
    size = label.size
    weights = np.array([_OWN if n == label.curve else _OTHER for n in range(len(curves))])
    found: list[tuple[float, float, float, bool]] = []
    for left, tops, costs, bedded in _sides(label, size):
        if not room.left() <= left <= room.right() - size.width():
            continue
        inside = (tops >= room.top()) & (tops + size.height() <= room.bottom())
        tops, costs = tops[inside], costs[inside]
        crossed = crossings(left, left + size.width(), tops, size.height(), curves)
        if not label.needed:
            free = crossed[weights == _OTHER].sum(axis=0) <= _MOST_CROSSED
            tops, costs, crossed = tops[free], costs[free], crossed[:, free]
        costs = costs + weights @ crossed
        costs += _cost_of_ends(label.point.y(), tops, size.height(), ends)
        through = sum(left <= mark <= left + size.width() for mark in marks)
        rows = zip(costs.tolist(), tops.tolist(), strict=True)
        found.extend((cost + _MARK * through, left, top, bedded) for cost, top in rows)
    for _, left, top, bedded in sorted(found, key=lambda each: each[0]):
        yield QRectF(QPointF(left, top), size), bedded


def _ends_beside(label: Label, labels: Sequence[Label]) -> Floats:
    """Return how far down the points of other labels are that stand beside that of ``label``."""
    x = label.point.x()
    points = (each.point for each in labels if each is not label)
    return np.array([point.y() for point in points if abs(point.x() - x) < _TOGETHER])


def _cost_of_ends(y: float, tops: Floats, height: float, ends: Floats) -> Floats:
    """Return what texts at ``tops`` (n,) of a point at ``y`` cost those at ``ends`` (m,)."""
    ends = ends[np.abs(ends - y) > _AS_HIGH, None]  # of others as high, the first one chooses
    if not len(ends):
        return np.zeros(len(tops))
    near = (tops - _ROOM_OF_OTHER < ends) & (ends < tops + height + _ROOM_OF_OTHER)
    beyond = (tops + height / 2 - ends) * (y - ends) < 0
    costs: Floats = _NEAR * near.sum(axis=0) + _BEYOND * beyond.sum(axis=0)
    return costs


def _sides(label: Label, size: QSizeF) -> Iterator[tuple[float, Floats, Floats, bool]]:
    """Yield for each side of a label's point: left edge, tops (n,), costs (n,), over curves."""
    x, y, height = label.point.x(), label.point.y(), size.height()
    right, left = x + GAP - PADDING, x - GAP - size.width()
    steps = np.arange(0.0, _FARTHEST + 1, _STEP)
    above, below = y - _BELOW - height - steps, y + _BELOW + steps
    tops = np.concatenate((above, below) if label.above else (below, above))
    costs = np.concatenate((steps, steps + 1.0))
    if label.at_end:
        beside = np.concatenate((steps, -steps[1:]))
        away = np.abs(beside)
        moved = np.maximum(away - height / 2, 0) + 0.25 * np.minimum(away, height / 2)
        yield right, y - height / 2 + beside, moved, label.crowded
    else:
        yield right, tops, costs, True
    yield left, tops, costs + _LEFT, True


def crossings(
    left: float,
    right: float,
    tops: Floats,
    height: float,
    curves: Sequence[tuple[Floats, Floats]],
) -> Floats:
    """Return in how many parts of texts at ``tops`` (n,) each curve goes: (curves, n)."""
    at = np.linspace(left, right, _PROBES)
    ys = np.full((len(curves), _PROBES), np.nan)
    for row, (x, y) in enumerate(curves):
        if len(x):
            ys[row] = np.interp(at, x, y, left=np.nan, right=np.nan)
    high = np.minimum(ys[:, :-1], ys[:, 1:])[:, None]
    low = np.maximum(ys[:, :-1], ys[:, 1:])[:, None]
    crossed = (low >= tops[:, None] - 1) & (high <= tops[:, None] + height + 1)
    counts: Floats = crossed.sum(axis=2).astype(float)
    return counts


def _covered(rect: QRectF, others: Sequence[QRectF]) -> float:
    shared = (rect.intersected(other) for other in others)
    return sum(area.width() * area.height() for area in shared)

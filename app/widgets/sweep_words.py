"""Words beside the curves of a sweep over h, each where it is nearest to what it is said of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication, QRectF
from PySide6.QtGui import QFontMetricsF

from app import theme
from app.widgets.sweep_plan import SweepPlan, curve, winning

if TYPE_CHECKING:
    import numpy.typing as npt

    from app.widgets.sweep_plan import Floats
    from bpcore.gradient_check import Sweep

    Points = npt.NDArray[np.float64]

FONT_SIZE = 11
_DENSE, _CLEAR = 5.0, 2.0
_ANCHORS, _AWAY = 24, (3.0, 6.0, 11.0)
"""At so many points of a branch a word may stand, and so far from it."""

_AWAY_FROM_POINT = (5.0, 12.0, 20.0)

_BESIDE = 2.0
"""How far a word is from the line at the present h."""

_FAR = 14.0
"""How far a word may be from what it is said of."""

_CROWD = 64.0
"""The same word does not stand at another curve if it would be nearer than that."""


@dataclass(frozen=True)
class Word:
    """A word and where it stands; ``sweep`` is the number of its curve.

    Where it has no room across it is ``upright``, read from below.
    """

    text: str
    rect: QRectF
    sweep: int
    is_best: bool = False
    upright: bool = False


@lru_cache(maxsize=8)
def words(plan: SweepPlan, sweeps: tuple[Sweep | None, Sweep | None], h: float) -> tuple[Word, ...]:
    """Return the words that find room: the best h, and what wins on which branch.

    None lies over a curve, the line at ``h`` or another word, or is nearer to what it does not
    mean. Where the same word is at both curves it is left out at one, unless they are far apart.
    """
    subjects = list(_subjects(plan, sweeps))
    curves = {n: _dense(*curve(plan, s)) for n, s in enumerate(sweeps) if s is not None}
    line = plan.x(h) if h > 0 else None
    found: list[Word] = []
    for text, number, own in subjects:
        others = [points for _, n, points in subjects if n == number and points is not own]
        others += [points for n, points in curves.items() if n != number]
        for upright in (False, True)[: 1 + (len(own) > 1)]:
            size = _size(text, upright=upright)
            rect = _place(plan.bed, size, own, others, curves[number], line, found)
            if rect is not None:
                if not _is_crowded(text, rect, found):
                    found.append(Word(text, rect, number, len(own) == 1, upright))
                break
    return tuple(found)


def _subjects(
    plan: SweepPlan, sweeps: tuple[Sweep | None, Sweep | None]
) -> list[tuple[str, int, Points]]:
    """Return each word, the number of its curve, and the points (n, 2) that it is said of."""
    found = []
    for number, sweep in enumerate(sweeps):
        if sweep is None:
            continue
        for error, text in (("truncation", _tr("truncation")), ("rounding", _tr("rounding"))):
            points = winning(sweep, error)
            if points:
                pixels = [plan.point(point) for point in points]
                xs, ys = np.array([p.x() for p in pixels]), np.array([p.y() for p in pixels])
                found.append((text, number, _dense(xs, ys)))
        best = sweep.best
        if number == 0 and best is not None and best.mean_absolute_difference > 0:
            at = plan.point(best)
            found.append((_tr("best"), number, np.array([[at.x(), at.y()]])))
    return found


def _size(text: str, *, upright: bool) -> Floats:
    metrics = QFontMetricsF(theme.ui_font(FONT_SIZE))
    size = np.array([metrics.horizontalAdvance(text) + 4, metrics.height()])
    return np.array([metrics.ascent(), size[0]]) if upright else size


def _place(
    bed: QRectF,
    size: Floats,
    own: Points,
    others: list[Points],
    curve_of_own: Points,
    line: float | None,
    taken: list[Word],
) -> QRectF | None:
    corners = _corners(own, size)
    free = [bed.right(), bed.bottom()] - size
    inside = (corners >= [bed.left() + 2, bed.top() + 2]) & (corners <= free)
    corners = corners[inside.all(axis=1)]
    if line is not None:
        right, left = corners[:, 0] >= line + _BESIDE, corners[:, 0] + size[0] <= line - _BESIDE
        corners = corners[right | left]
    for word in taken:
        box = word.rect
        after, before = [box.right(), box.bottom()], [box.left(), box.top()]
        apart = (corners > after) | (corners + size < before)
        corners = corners[apart.any(axis=1)]
    far, is_branch = _distance(corners, size, own), len(own) > 1
    near = far <= (_FAR if is_branch else np.inf)
    corners, far = corners[near], far[near]
    clear = _distance(corners, size, curve_of_own) >= _CLEAR
    corners, far = corners[clear], far[clear]
    for points in others:
        beyond = _distance(corners, size, points)
        clear = beyond >= _CLEAR
        if is_branch:  # a point is its word's own, whatever is near
            clear &= beyond > far
        corners, far = corners[clear], far[clear]
    if not len(corners):
        return None
    x, y = corners[far.argmin()].tolist()
    return QRectF(x, y, *size.tolist())


def _is_crowded(text: str, rect: QRectF, found: list[Word]) -> bool:
    around = rect.adjusted(-_CROWD, -_CROWD, _CROWD, _CROWD)
    return any(word.text == text and word.rect.intersects(around) for word in found)


def _corners(own: Points, size: Floats) -> Points:
    """Return the upper left corners (n, 2) of words on all sides of some of ``own`` (m, 2)."""
    anchors = own[:: max(len(own) // _ANCHORS, 1), np.newaxis, np.newaxis]
    sides = np.array([[x, y] for x in (0, 0.5, 1) for y in (0, 0.5, 1) if (x, y) != (0.5, 0.5)])
    steps = _AWAY if len(own) > 1 else _AWAY_FROM_POINT
    away = np.array([[x, y] for x in steps for y in steps])[:, np.newaxis]
    corners: Points = (anchors - sides * size + (1 - 2 * sides) * away).reshape(-1, 2)
    return corners


def _distance(corners: Points, size: Floats, points: Points) -> Floats:
    """Return how far rectangles at ``corners`` (n, 2) are from the nearest of ``points`` (m, 2)."""
    squared: Floats = np.zeros((len(corners), len(points)))
    for axis in range(2):
        middle = corners[:, axis, np.newaxis] + size[axis] / 2
        apart = np.abs(middle - points[:, axis]) - size[axis] / 2
        squared += np.square(np.maximum(apart, 0))
    nearest: Floats = np.sqrt(squared.min(axis=1))
    return nearest


def _dense(x: Floats, y: Floats) -> Points:
    """Return points (n, 2) along a curve, a few pixels apart."""
    if len(x) < 2:
        return np.stack([x, y], axis=-1)
    along = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))])
    at = np.linspace(0, along[-1], max(int(along[-1] / _DENSE), 2))
    return np.stack([np.interp(at, along, x), np.interp(at, along, y)], axis=-1)


def _tr(text: str) -> str:
    return QCoreApplication.translate("StepSweep", text)

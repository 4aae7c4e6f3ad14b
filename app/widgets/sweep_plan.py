"""Where things are in the chart of a sweep over h: pure functions of its numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from bpcore.gradient_check import Sweep, SweepPoint

    Floats = npt.NDArray[np.float64]

LEFT, RIGHT, TITLE = 38, 6, 24
TICKS, NAME, LEGEND, LINE, GAP = 20, 16, 18, 16, 4
LEAST_BED, LOWEST_BED = 100, 90
"""Of a lower bed the texts below it are left out, one after the other; then the last line, too."""

_FOOT = 22
"""Pixels below the lowest point, for a word."""

_TICK_WIDTH, _TICK_HEIGHT = 46, 24
_BLANK = ((-12, -1), (-9, -1))
"""Powers of ten of both axes before there are any numbers."""

CLEARLY = 3.0
"""An h that is so many times worse than the best lies on a branch of the curve."""


@dataclass(frozen=True)
class SweepPlan:
    """A chart of ``width`` × ``height``; ``across`` and ``down`` are powers of ten of its axes."""

    width: float
    height: float
    across: tuple[float, float]
    down: tuple[float, float]

    @property
    def parts(self) -> tuple[bool, bool, int]:
        """Whether the axis has a name, there is a legend, and how many lines of text there are."""
        free = self.height - TITLE - TICKS - LEAST_BED - LINE - GAP
        if free < LOWEST_BED - LEAST_BED:
            return False, False, 0
        lines = 2 if free >= LINE else 1
        free -= (lines - 1) * LINE
        has_legend = free >= LEGEND
        return has_legend and free >= LEGEND + NAME, has_legend, lines

    @property
    def bed(self) -> QRectF:
        """Where the curves are."""
        has_name, has_legend, lines = self.parts
        below = TICKS + has_name * NAME + has_legend * LEGEND + lines * LINE + GAP
        room = self.width - LEFT - RIGHT, self.height - TITLE - below
        return QRectF(LEFT, TITLE, max(room[0], 1.0), max(room[1], 1.0))

    def x(self, h: float) -> float:
        """Return where an h is."""
        return self.bed.left() + _share(math.log10(h), self.across) * self.bed.width()

    def y(self, value: float) -> float:
        """Return where a difference is."""
        return self.bed.bottom() - _share(math.log10(value), self.down) * self.bed.height()

    def point(self, point: SweepPoint) -> QPointF:
        """Return where a point of a curve is."""
        return QPointF(self.x(point.h), self.y(point.mean_absolute_difference))

    @property
    def x_ticks(self) -> tuple[int, ...]:
        """The powers of ten with a tick, as many as have room."""
        return _ticks(self.across, self.bed.width() / _TICK_WIDTH)

    @property
    def y_ticks(self) -> tuple[int, ...]:
        """The powers of ten with a tick, as many as have room."""
        return _ticks(self.down, self.bed.height() / _TICK_HEIGHT)

    def nearest(self, steps: Sequence[float], x: float) -> int:
        """Return the place in ``steps`` of the h that is nearest to ``x``."""
        return min(range(len(steps)), key=lambda n: abs(self.x(steps[n]) - x))


def plan_of(width: float, height: float, sweeps: Sequence[Sweep | None], h: float) -> SweepPlan:
    """Return the chart of ``sweeps`` in which there is room for all that is drawn, and for h."""
    points = [point for sweep in sweeps if sweep is not None for point in drawn(sweep)]
    steps = steps_of(sweeps)
    if not steps:
        return SweepPlan(width, height, *_BLANK)
    ends = [math.log10(step) for step in (*steps, *((h,) if h > 0 else ()))]
    logs = [math.log10(point.mean_absolute_difference) for point in points] or list(_BLANK[1])
    across = (min(ends), max(ends)) if max(ends) > min(ends) else (ends[0] - 1, ends[0] + 1)
    blank = SweepPlan(width, height, across, _BLANK[1])
    high = max(math.ceil(max(logs)), min(logs) + 1)
    below = min(_FOOT / blank.bed.height(), 0.5)
    low = min(logs) - (high - min(logs)) * below / (1 - below)
    return SweepPlan(width, height, across, (low, high))


def drawn(sweep: Sweep) -> tuple[SweepPoint, ...]:
    """Return the points that a log scale has a place for, from the smallest h on."""
    points = sorted(sweep.points, key=lambda point: point.h)
    return tuple(p for p in points if 0 < p.mean_absolute_difference < math.inf)


def steps_of(sweeps: Sequence[Sweep | None]) -> tuple[float, ...]:
    """Return each h of ``sweeps`` once, from the smallest on."""
    return tuple(sorted({p.h for sweep in sweeps if sweep is not None for p in sweep.points}))


def winning(sweep: Sweep, error: str) -> tuple[SweepPoint, ...]:
    """Return the points where ``error`` clearly wins; none if it nowhere does."""
    best = sweep.best
    if best is None:
        return ()
    clear = CLEARLY * best.mean_absolute_difference
    points = [point for point in drawn(sweep) if sweep.error_at(point) == error]
    return tuple(point for point in points if point.mean_absolute_difference > clear)


def curve(plan: SweepPlan, sweep: Sweep) -> tuple[Floats, Floats]:
    """Return x and y of the points of a curve in pixels."""
    points = [plan.point(point) for point in drawn(sweep)]
    return np.array([p.x() for p in points]), np.array([p.y() for p in points])


def _share(value: float, ends: tuple[float, float]) -> float:
    return (value - ends[0]) / (ends[1] - ends[0])


def _ticks(ends: tuple[float, float], most: float) -> tuple[int, ...]:
    low, high = math.ceil(ends[0] - 1e-9), math.floor(ends[1] + 1e-9)
    stride = max(math.ceil((high - low) / max(most, 1.0)), 1)
    return tuple(n for n in range(low, high + 1) if n % stride == 0)

"""Where the losses of two trainings are in a chart: pure functions."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPolygonF

if TYPE_CHECKING:
    import numpy.typing as npt

    from bpcore.rehearsal import Rehearsal

    Floats = npt.NDArray[np.floating]

LEFT, RIGHT, LEGEND, FOOT = 38, 8, 22, 18
MOST_ABOVE = 100.0
"""How far above the largest loss of the right run the chart reaches, as a factor."""

_LEAST = 1e-12


@dataclass(frozen=True, eq=False)
class RehearsalPlan:
    """Where losses are on a canvas of ``width`` × ``height``."""

    rehearsal: Rehearsal
    width: float
    height: float

    @property
    def count(self) -> int:
        """How many iterations there are."""
        return max(len(self.rehearsal.right), len(self.rehearsal.wrong))

    @property
    def bed(self) -> QRectF:
        """Where the curves are."""
        down = max(self.height - LEGEND - FOOT, 1)
        return QRectF(LEFT, LEGEND, max(self.width - LEFT - RIGHT, 1), down)

    @property
    def limits(self) -> tuple[float, float]:
        """The common logarithms of the least and the largest loss that are in the chart."""
        right, wrong = self.rehearsal.right, self.rehearsal.wrong
        every = np.concatenate([right, wrong])
        high = every.max()
        if len(right):
            high = min(high, MOST_ABOVE * right.max())
        low, top = math.log10(max(every.min(), _LEAST)), math.log10(max(high, _LEAST))
        room = max((top - low) * 0.06, 0.05)
        return low - room, top + room

    def x(self, iteration: float) -> float:
        """Return where an iteration is, counted from 1."""
        return self.bed.left() + (iteration - 1) / max(self.count - 1, 1) * self.bed.width()

    def y(self, loss: float) -> float:
        """Return where a loss is; above the chart if it is too large for it."""
        low, high = self.limits
        share = (math.log10(max(loss, _LEAST)) - low) / (high - low)
        return self.bed.bottom() - share * self.bed.height()

    def line(self, losses: Floats) -> QPolygonF:
        """Return the points of a curve."""
        low, high = self.limits
        share = (np.log10(np.maximum(losses, _LEAST)) - low) / (high - low)
        bed = self.bed
        ys = bed.bottom() - np.minimum(share, 2.0) * bed.height()
        xs = bed.left() + np.arange(len(losses)) / max(self.count - 1, 1) * bed.width()
        points = zip(xs.tolist(), ys.tolist(), strict=True)
        return QPolygonF([QPointF(x, y) for x, y in points])

    def nearest(self, x: float) -> int:
        """Return the iteration nearest to ``x``."""
        share = (x - self.bed.left()) / self.bed.width()
        return 1 + round(min(max(share, 0.0), 1.0) * (self.count - 1))

    @property
    def exit_of_wrong(self) -> QPointF | None:
        """Where the curve with the bug goes over the top for good; None if it does not."""
        wrong, top = self.rehearsal.wrong, 10 ** self.limits[1]
        inside = np.flatnonzero(wrong <= top)
        first = int(inside[-1]) + 1 if inside.size else 0
        if first >= len(wrong):
            return None
        after = self.y(float(wrong[first]))
        before = self.y(float(wrong[first - 1])) if first else after
        share = (before - self.bed.top()) / (before - after) if before > after else 1.0
        return QPointF(self.x(first + share), self.bed.top())

    @property
    def end_of_wrong(self) -> QPointF | None:
        """Where the cross for the iteration at which it diverged is; None if it did not."""
        if self.rehearsal.diverged is None:
            return None
        return QPointF(self.x(min(self.rehearsal.diverged, self.count)), self.bed.top() + 10)

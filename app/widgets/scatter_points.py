"""The points of a scatter plot of two gradients: what each is, and where. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from PySide6.QtCore import QRectF

from bpcore.gradient_report import agree

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from bpcore.gradient_report import GradientReport

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]
    Kinds = npt.NDArray[np.uint8]

ZERO, PLUS, MINUS, DOUBT, WRONG, OPPOSITE = range(6)
"""Neither plus nor minus or left out at a kink; right, by its sign; apart, which says something of
h alone; wrong; wrong in the sign."""

KINDS = 6
LOW, HIGH = -8, 0
"""The powers of ten that are always in view."""

LOWEST, HIGHEST = -16, 16
LEFT, TOP, TICKS, AXIS, LINE = 40, 24, 18, 18, 17
LEAST_BED = 90
"""Before the bed is lower, the lines below it are left out, one after the other."""

_PARTS = ((3, True), (1, True), (1, False))
_BARE = (0, False)
BAND = 12
"""Of the row on the floor and the column at the left: gradients that are too small for the scale.
"""

CELL = 4
"""The side of the squares in which points are counted."""


class Element(NamedTuple):
    """One point: an element of a gradient, with both of its values."""

    name: str
    indices: tuple[int, ...]
    backprop: float
    numerical: float
    difference: float
    kink: bool
    wrong: bool
    with_bug: bool
    doubtful: bool


@dataclass(frozen=True, eq=False)
class Points:
    """The elements of some reports, one after the other; all arrays are (n,).

    Of the reports with a bug only those elements are here that it makes wrong: the others are where
    they are without it.
    """

    reports: tuple[GradientReport, ...]
    right: int
    """How many of the reports are of the code as it is: the first ones."""

    report: Ints
    place: Ints
    backprop: Floats
    numerical: Floats
    kind: Kinds
    doubtful: bool = False
    """Whether it says nothing of the code where gradients differ: h does not suit."""

    @classmethod
    def of(
        cls,
        reports: Sequence[GradientReport],
        broken: Sequence[GradientReport],
        *,
        doubtful: bool = False,
    ) -> Points:
        """Take what can be drawn of ``reports``, and what is wrong in ``broken``."""
        every = (*reports, *broken)
        chosen: list[tuple[Any, ...]] = []
        for number, report in enumerate(every):
            kinds = _kinds(report, doubtful=doubtful)
            drawn = ~(np.isnan(report.backprop) | np.isnan(report.numerical))
            if number >= len(reports):
                drawn &= kinds >= DOUBT
            places = np.flatnonzero(drawn)
            values = report.backprop[places], report.numerical[places]
            chosen.append((np.full(len(places), number), places, *values, kinds[places]))
        parts = zip(*chosen, strict=True) if chosen else [[np.empty(0)]] * 5
        of, place, backprop, numerical, kind = (np.concatenate(part) for part in parts)
        of, place, kind = of.astype(np.int64), place.astype(np.int64), kind.astype(np.uint8)
        return cls(every, len(reports), of, place, backprop, numerical, kind, doubtful)

    def __len__(self) -> int:
        """Return how many points there are."""
        return len(self.kind)

    def element(self, point: int) -> Element:
        """Return which element a point is."""
        number, place = int(self.report[point]), int(self.place[point])
        report = self.reports[number]
        index = np.unravel_index(int(report.elements[place]), report.shape)
        return Element(
            report.name,
            tuple(int(i) for i in index),
            float(report.backprop[place]),
            float(report.numerical[place]),
            float(report.absolute_difference[place]),
            bool(report.kink[place]),
            bool(self.kind[point] >= WRONG),
            number >= self.right,
            bool(self.kind[point] == DOUBT),
        )

    @cached_property
    def scale(self) -> tuple[int, int]:
        """The powers of ten from which to which the axes go: wider only where it is needed."""
        sizes = np.abs(self.backprop)
        sizes = sizes[(sizes > 0) & np.isfinite(sizes)]
        if not len(sizes):
            return LOW, HIGH
        most = max(sizes.max(), _largest(self.numerical))
        low = int(np.floor(np.log10(np.quantile(sizes, 0.1, method="lower"))))
        high = int(np.ceil(np.log10(most)))
        return max(min(low, LOW), LOWEST), min(max(high, HIGH), HIGHEST)


def _kinds(report: GradientReport, *, doubtful: bool) -> Kinds:
    """Return what each element is: wrong ones are only in a report that did not pass."""
    backprop, numerical = report.backprop, report.numerical
    sign = np.where(numerical == 0, np.sign(backprop), np.sign(numerical))
    kinds = np.where(sign > 0, PLUS, np.where(sign < 0, MINUS, ZERO))
    if not report.passed:
        # An element by the rule that the report has for the mean over all.
        size = np.maximum(np.abs(backprop), np.abs(numerical))
        wrong = ~np.asarray(agree(report.absolute_difference, size, report.h))
        opposite = np.sign(backprop) * np.sign(numerical) < 0
        faults = np.where(opposite, OPPOSITE, WRONG)
        kinds = np.where(wrong, DOUBT if doubtful else faults, kinds)
    return np.where(report.kink, ZERO, kinds).astype(np.uint8)


def _largest(values: Floats) -> float:
    finite = np.abs(values[np.isfinite(values)])
    return float(finite.max()) if len(finite) else 0.0


@dataclass(frozen=True)
class ScatterPlan:
    """Where things are in a widget of ``width`` × ``height``; axes from 10^low to 10^high."""

    width: int
    height: int
    low: int = LOW
    high: int = HIGH

    @property
    def parts(self) -> tuple[int, bool]:
        """How many lines there are for sentences, and whether the axis has its name."""
        free = self.height - TOP - TICKS - LEAST_BED
        fits = (parts for parts in _PARTS if free >= _below(*parts))
        return next(fits, _BARE)

    @property
    def bed(self) -> QRectF:
        """Where the points are."""
        down = self.height - TOP - TICKS - _below(*self.parts)
        return QRectF(LEFT, TOP, max(self.width - LEFT - 1, 40), max(down, 40))

    @property
    def note(self) -> QRectF:
        """Where the sentences are, or what is pointed at; empty if there is no room for them."""
        lines, has_axis = self.parts
        top = self.bed.bottom() + TICKS + AXIS * has_axis
        return QRectF(0, top + 4, self.width, LINE * lines - 1) if lines else QRectF()

    def x(self, power: float) -> float:
        """Return where 10^power is across."""
        share = (power - self.low) / (self.high - self.low)
        return self.bed.left() + BAND + share * (self.bed.width() - BAND)

    def y(self, power: float) -> float:
        """Return where 10^power is up."""
        share = (power - self.low) / (self.high - self.low)
        return self.bed.bottom() - BAND - share * (self.bed.height() - BAND)

    def ticks(self, length: float, room: float) -> list[int]:
        """Return the powers with a text along ``length``, each of which takes ``room``."""
        pitch = (length - BAND) / (self.high - self.low)
        step = next((n for n in (1, 2, 4, 8) if n * pitch >= room), 16)
        if step == 1 and (self.high - self.low) % 2 == 0:
            step = 2
        powers = range(self.high, self.low, -step)
        # At the low end stands what is on the band.
        return [n for n in powers if (n - self.low) * pitch + BAND / 2 >= room - 4]


def _below(lines: int, has_axis: bool) -> int:
    return AXIS * has_axis + (LINE * lines + 3 if lines else 0)


@dataclass(frozen=True, eq=False)
class Layout:
    """Where points are in a plan (n,), and how many of their kind are close to each."""

    plan: ScatterPlan
    xs: Floats
    ys: Floats
    crowd: Ints

    @classmethod
    def of(cls, points: Points, plan: ScatterPlan) -> Layout:
        """Place all points; those that are too small for an axis are spread over its band."""
        seeds = points.place * 8 + points.report
        bed = plan.bed
        across, left = _share(points.backprop, plan)
        up, below = _share(points.numerical, plan)
        xs = bed.left() + BAND + across * (bed.width() - BAND)
        ys = bed.bottom() - BAND - up * (bed.height() - BAND)
        xs[left] = bed.left() + 2 + (BAND - 4) * _spread(seeds[left], 2654435761)
        ys[below] = bed.bottom() - 2 - (BAND - 4) * _spread(seeds[below], 2246822519)
        columns = int(plan.width) // CELL + 1
        cells = (ys.astype(np.int64) // CELL * columns + xs.astype(np.int64) // CELL) * KINDS
        cells += points.kind
        return cls(plan, xs, ys, np.bincount(cells)[cells] if len(cells) else cells)

    def nearest(self, x: float, y: float, reach: float) -> int | None:
        """Return the point at most ``reach`` from a place: of those on each other, the rarest."""
        if not len(self.xs):
            return None
        apart = np.hypot(self.xs - x, self.ys - y)
        least = apart.min()
        if least > reach:
            return None
        close = np.flatnonzero(apart <= least + 0.75)
        return int(close[self.crowd[close].argmin()])

    def beyond(self, point: int, right: int, down: int) -> int:
        """Return the point next to ``point`` in a direction; itself at the end of all."""
        ahead = (self.xs - self.xs[point]) * right + (self.ys - self.ys[point]) * down
        aside = np.abs((self.xs - self.xs[point]) * down + (self.ys - self.ys[point]) * right)
        # At least as far as can be seen, and rather straight on than to a side.
        cost = np.where(ahead >= 1, ahead + 2 * aside, np.inf)
        best = int(cost.argmin())
        return best if np.isfinite(cost[best]) else point


def _share(values: Floats, plan: ScatterPlan) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Return how far along an axis sizes are, 0 to 1, and which are too small for it."""
    sizes = np.abs(values)
    small = sizes <= 10.0**plan.low
    powers = np.log10(np.where(small, 1.0, sizes))
    return np.clip((powers - plan.low) / (plan.high - plan.low), 0, 1), small


def _spread(numbers: Ints, factor: int) -> Floats:
    """Return a share from 0 to 1 for each number, the same each time, that says nothing of it."""
    mixed: Floats = (numbers * factor % 2**32) / 2.0**32
    return mixed

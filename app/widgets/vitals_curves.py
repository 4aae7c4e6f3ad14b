"""The course of a quantity over a run, in bins as wide as pixels: pure functions of Vitals."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bpcore.vitals import Vitals

Kind: TypeAlias = Literal["gradient", "update"]

Floats: TypeAlias = npt.NDArray[np.float64]

RULE_OF_THUMB = 1e-3
"""About as large is an update of a weight that learns well, as a share of the weight.

From A. Karpathy's notes to CS231n, "Ratio of weights:updates".
"""

LEAST_DECADES = 3
"""How many powers of ten a scale holds at least, so that it stands still most of the time."""


@dataclass(frozen=True, eq=False)
class Course:
    """A quantity in bins: arrays (bins,); ``x`` in iterations, ``middle`` the mean of a bin."""

    x: Floats
    low: Floats
    middle: Floats
    high: Floats


def quantity(vitals: Vitals, kind: Kind, column: int) -> Floats:
    """Return what is shown of parameter ``column`` at each iteration, (n,).

    That is the root mean square of its gradient, or that of its update as a share of its own. Where
    the parameter was all zeros there is no such share: NaN.
    """
    if kind == "gradient":
        return vitals.gradient[:, column]
    weight = vitals.weight[:, column]
    ratio: Floats = np.full(len(weight), np.nan)
    np.divide(vitals.update[:, column], weight, out=ratio, where=weight > 0)
    return ratio


def value_at(vitals: Vitals, values: Floats, iteration: float) -> float | None:
    """Return the last of ``values`` (n,) up to ``iteration``; None if there is none, or no number.

    Of a run that is longer than its rows are dense, that may be some iterations before.
    """
    row = int(np.searchsorted(vitals.iterations, iteration, side="right")) - 1
    if row < 0 or not math.isfinite(values[row]):
        return None
    return float(values[row])


def course_of(
    iterations: npt.NDArray[np.int64], values: Floats, start: float, stop: float, bins: int
) -> Course:
    """Return ``values`` (n,) from ``start`` to ``stop`` in ``bins`` equal parts; no empty ones.

    The next value on either side is in it too, so that a line goes on to the border of a picture.
    """
    known = np.isfinite(values)
    iterations, values = iterations[known], values[known]
    first = max(int(np.searchsorted(iterations, start, side="left")) - 1, 0)
    last = int(np.searchsorted(iterations, stop, side="right")) + 1
    iterations, values = iterations[first:last], values[first:last]
    if not len(values):
        return Course(*(np.empty(0) for _ in range(4)))
    place = np.floor((iterations - start) / max(stop - start, 1e-9) * bins)
    heads = np.flatnonzero(np.diff(np.clip(place, -1, bins), prepend=-2.0))
    counts = np.diff(heads, append=len(values))
    return Course(
        np.add.reduceat(iterations, heads) / counts,
        np.minimum.reduceat(values, heads),
        np.add.reduceat(values, heads) / counts,
        np.maximum.reduceat(values, heads),
    )


def decades(courses: Iterable[Course], *, include: float | None = None) -> tuple[float, float]:
    """Return the ends of a log scale that holds all ``courses``, as ``decades_of`` does."""
    ends = [part for course in courses for part in (course.low, course.high)]
    return decades_of([*ends, np.array([] if include is None else [include])])


def decades_of(values: Sequence[Floats]) -> tuple[float, float]:
    """Return the ends of a log scale that holds all ``values``, as whole powers of ten.

    What is exactly zero has no place on such a scale, and no part in it.
    """
    known = [part[np.isfinite(part) & (part > 0)] for part in values]
    sizes = np.concatenate([*known, []])
    if not len(sizes):
        return -4.0, -1.0
    low = math.floor(math.log10(float(sizes.min())) - 0.05)
    high = math.ceil(math.log10(float(sizes.max())) + 0.05)
    spare = max(LEAST_DECADES - (high - low), 0)
    return float(low - (spare + 1) // 2), float(high + spare // 2)


def inner_ticks(low: float, high: float, height: float, apart: float) -> list[int]:
    """Return the powers of ten to be written within a scale ``height`` high: none at its ends.

    So those of one row stand nearer to each other, ``apart`` at least, than to those of the next.
    There is one at least if the scale has one inside.
    """
    step = max(math.ceil(apart * (high - low) / height), 1)
    inside = range(math.floor(low + 1e-9) + 1, math.ceil(high - 1e-9))
    edge = apart / 2 * (high - low) / height
    ticks = [p for p in inside if p % step == 0 and low + edge <= p <= high - edge]
    if not ticks and inside:
        ticks = [min(inside, key=lambda power: abs(power - (low + high) / 2))]
    return ticks


def decade_ticks(low: float, high: float, height: float, apart: float) -> list[int]:
    """Return the powers of ten to be written on a scale ``height`` high, ``apart`` from another.

    Both ends are written if there is nearly room for two, and between them what has room.
    """
    first, last = math.ceil(low - 1e-9), math.floor(high + 1e-9)

    def place(power: int) -> float:
        return height * (power - low) / (high - low)

    ticks = [last] if place(last) - place(first) < 0.8 * apart else [first, last]
    step = max(math.ceil(apart * (high - low) / height), 1)
    for power in range(first + 1, last):
        if power % step == 0 and all(abs(place(power) - place(t)) >= apart for t in ticks):
            ticks.append(power)
    return sorted(ticks)

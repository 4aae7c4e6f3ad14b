"""The course of a quantity over a run, in bins as wide as pixels: pure functions of Vitals."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bpcore.vitals import Vitals

Kind: TypeAlias = Literal["gradient", "update"]

Floats: TypeAlias = npt.NDArray[np.float64]

RULE_OF_THUMB = 1e-3
"""About as large is an update of a weight that learns well, as a share of the weight.

From A. Karpathy's notes to CS231n, "Ratio of weights:updates".
"""

_LEAST_DECADES = 2.0
_STEP = 2
"""Ends of a scale move by a half of a decade, so that it stands still most of the time."""


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
    """Return the ends of a log scale that holds all ``courses``, as powers of ten.

    What is exactly zero has no place on such a scale, and no part in it.
    """
    lows = [course.low[course.low > 0] for course in courses]
    highs = [course.high[course.high > 0] for course in courses]
    sizes = np.concatenate([*lows, *highs, [] if include is None else [include]])
    if not len(sizes):
        return -4.0, -2.0
    low, high = math.log10(float(sizes.min())), math.log10(float(sizes.max()))
    low = math.floor((low - 0.1) * _STEP) / _STEP
    high = math.ceil((high + 0.1) * _STEP) / _STEP
    spare = max(_LEAST_DECADES - (high - low), 0.0)
    return low - spare / 2, high + spare / 2


def decade_ticks(low: float, high: float, height: float, apart: float) -> list[int]:
    """Return the powers of ten to be written on a scale ``height`` high, ``apart`` from another."""
    step = max(math.ceil(apart / (height / (high - low))), 1)
    first = math.ceil(low + 1e-9)
    return [power for power in range(first, math.floor(high - 1e-9) + 1) if power % step == 0]

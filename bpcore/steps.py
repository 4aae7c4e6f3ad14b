"""What long work that is done in short steps has in common.

Such work is a generator: it gives the share that is done, 0 to 1, and at last returns its result.
Between two steps, whoever runs it can stop it.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Generator

    import numpy.typing as npt

T = TypeVar("T")

STEP_WORK = 20_000_000
"""Multiplications and additions in a step, about: some milliseconds on one core."""

MOST_DIGITS = 1000
"""Digits on which a network is looked at: as many as are computed in no time."""

_PER_UNIT = 100
"""What an activation costs beside the product that it comes from, in multiplications."""


def evenly_spaced(count: int, most: int = MOST_DIGITS) -> npt.NDArray[np.intp]:
    """Return the indices of all of ``count`` things, or of ``most`` of them, evenly spaced."""
    taken = min(count, most)
    return np.arange(taken) * count // max(taken, 1)


def work_of(sizes: tuple[int, ...]) -> int:
    """Return what a forward pass of one example costs, in multiplications, about.

    ``sizes`` are the units per layer, the inputs first.
    """
    return sum((inputs + _PER_UNIT) * units for inputs, units in pairwise(sizes))


def rows_of_a_step(work: int) -> int:
    """Return how many examples fit into a step, if one costs ``work``; at least one."""
    return max(STEP_WORK // max(work, 1), 1)


def part_of(
    work: Generator[float, None, T], start: float, stop: float
) -> Generator[float, None, T]:
    """Do ``work`` as a part of a longer one, from the share ``start`` of it to ``stop``."""
    while True:
        try:
            share = next(work)
        except StopIteration as end:
            result: T = end.value
            return result
        yield stop - (stop - start) * (1 - share)  # exactly `stop` at the end


def result_of(work: Generator[float, None, T]) -> T:
    """Do all of ``work`` at once, and return its result."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: T = end.value
            return result

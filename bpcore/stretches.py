"""Sums of many stretches of values, and straight lines through them, at once."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Values: TypeAlias = npt.NDArray[np.floating]
Indices: TypeAlias = npt.NDArray[np.int64]


OVERLAPPING = 256
"""Most values of an overlapping stretch that are short: adding them is faster than what is not."""


def short_sums(values: Values, starts: Indices, stops: Indices, short: int | None) -> Floats | None:
    """Return the sum of values[start:stop] for each pair; None if a stretch is not short.

    Stretches that ascend and overlap are short up to ``OVERLAPPING`` values, others up to
    ``short``; without it all are. An empty stretch has the sum 0.
    """
    longest = int((stops - starts).max())
    ascend = (starts[1:] >= starts[:-1]) & (stops[1:] >= stops[:-1]) & (starts[1:] <= stops[:-1])
    if ascend.all() and (starts < stops).all():
        if short is None or longest <= OVERLAPPING:
            return _overlapping_sums(values, starts, stops)
    elif short is None or longest <= short:
        return sums_of(values, starts, stops)
    return None


def _overlapping_sums(values: Values, starts: Indices, stops: Indices) -> Floats:
    first, end = int(starts[0]), int(stops[-1])
    bounds = np.empty(2 * len(starts), np.int64)
    bounds[::2] = starts - first
    # Sums are taken from each bound to the next. None is the end itself: its value is added after.
    np.minimum(stops - first, end - first - 1, out=bounds[1::2])
    sums: Floats = np.add.reduceat(values[first:end], bounds, dtype=np.float64)[::2]
    sums[(stops == end) & (starts < end - 1)] += values[end - 1]
    return sums


def sums_of(values: Values, starts: Indices, stops: Indices) -> Floats:
    """Return the sum of values[start:stop] for each pair, 0 for an empty stretch."""
    offsets = np.arange(max(int((stops - starts).max()), 0))
    indices = starts[:, None] + offsets
    inside = indices < stops[:, None]
    picked = np.where(inside, values[np.where(inside, indices, 0)], 0.0)
    return np.asarray(picked.sum(axis=1, dtype=np.float64))


class Lines(NamedTuple):
    """Straight lines that fit values best, by least squares: each field is (n,).

    A line goes through its mean at its middle; ``lows`` and ``highs`` are the ends of the range of
    the values that it fits.
    """

    means: Floats
    slopes: Floats
    middles: Floats
    lows: Floats
    highs: Floats

    def at(self, which: Indices, places: Floats) -> Floats:
        """Return line number ``which`` at each of ``places``, both (m,), within its range."""
        values = self.means[which] + self.slopes[which] * (places - self.middles[which])
        return np.clip(values, self.lows[which], self.highs[which])


def lines_through(values: Values, starts: Indices, stops: Indices) -> Lines:
    """Fit a line to values[start:stop] for each pair; values stand at 0, 1, 2 and so on.

    A stretch has at least two values. It takes time that grows with their number times the length
    of the longest.
    """
    counts = stops - starts
    offsets = np.arange(int(counts.max()))
    inside = offsets < counts[:, None]
    picked = values[np.where(inside, starts[:, None] + offsets, 0)].astype(np.float64)
    lows = np.where(inside, picked, np.inf).min(axis=1)
    highs = np.where(inside, picked, -np.inf).max(axis=1)
    picked = np.where(inside, picked, 0.0)
    sums: Floats = picked.sum(axis=1)
    moments: Floats = picked @ offsets
    last = counts - 1
    # The mean square of the distances from the middle is (n² - 1) / 12.
    slopes = (12 * moments - 6 * last * sums) / (counts * (counts * counts - 1.0))
    return Lines(sums / counts, slopes, starts + last / 2, lows, highs)

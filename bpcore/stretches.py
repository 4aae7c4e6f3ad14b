"""Sums of many stretches of values, and straight lines through them, at once."""

from __future__ import annotations

from typing import TypeAlias

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


def lines_at_ends(
    values: Values, count: int, starts: Indices, stops: Indices, at: Floats
) -> Floats:
    """Return at each of ``at`` the line that fits values[start:stop] best, by least squares.

    Values stand at 0, 1, 2 and so on. Where the line leaves the range of the values that it fits,
    the end of that range is returned.

    Parameters
    ----------
    values
        (m,)
    count
        How many of them there are, at most m; the others are left out.
    starts, stops
        The stretches (n,), of at least two values: each begins with the first value of all, or
        ends with the last.
    at
        Where each line is asked for, (n,).
    """
    lines = np.empty(len(at))
    head = starts == 0
    if head.any():
        first = values[: int(stops[head].max())]
        lines[head] = _lines_through_first(first, stops[head], at[head])
    if not head.all():  # the same, seen from the other end
        tail = ~head
        last = values[int(starts[tail].min()) : count][::-1]
        lines[tail] = _lines_through_first(last, count - starts[tail], count - 1 - at[tail])
    return lines


def lines_through(values: Values, starts: Indices, stops: Indices, at: Floats) -> Floats:
    """Return the same as ``lines_at_ends``, for stretches that lie anywhere.

    It takes time that grows with the length of all stretches together: they should be short.
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
    return _fitted(counts, sums, moments, at - starts, (lows, highs))


def _lines_through_first(values: Values, counts: Indices, at: Floats) -> Floats:
    # All stretches begin at the same value, so that running totals are their sums as they are: a
    # difference of two totals would have lost what is small beside an early huge value.
    exact: Floats = values.astype(np.float64)
    last = counts - 1
    sums: Floats = np.cumsum(exact)[last]
    moments: Floats = np.cumsum(exact * np.arange(len(exact)))[last]
    lows, highs = np.minimum.accumulate(exact)[last], np.maximum.accumulate(exact)[last]
    return _fitted(counts, sums, moments, at, (lows, highs))


def _fitted(
    counts: Indices, sums: Floats, moments: Floats, at: Floats, ends: tuple[Floats, Floats]
) -> Floats:
    """Return at each of ``at`` the line through values at 0, 1 and so on, within their ``ends``."""
    last = counts - 1
    # The mean square of the distances from the middle is (n² - 1) / 12.
    slopes = (12 * moments - 6 * last * sums) / (counts * (counts * counts - 1.0))
    lines: Floats = np.clip(sums / counts + slopes * (at - last / 2), *ends)
    return lines

"""A value per iteration, kept so that any stretch of it is drawn in time that grows with pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Indices: TypeAlias = npt.NDArray[np.int64]

_BLOCK = 64
"""Values under one minimum, maximum and sum of the coarse level."""

_QUARTILE_SAMPLES = 64
"""Values per bin from which quartiles are taken; all of them where a bin has no more."""


@dataclass(frozen=True, eq=False)
class Envelope:
    """A stretch of a series in bins: arrays (bins,), ``x`` at the middle of each, in iterations.

    ``low`` and ``high`` are the exact extremes of a bin; the quartiles come from at most 64 of its
    values, evenly spaced. ``smooth`` is the mean over a window around ``x``. Near an end of the
    series, where half of the window is missing, it is the value at ``x`` of the straight line that
    fits what is there: a mean would lag behind a curve that falls.
    """

    x: Floats
    low: Floats
    lower_quartile: Floats
    upper_quartile: Floats
    high: Floats
    smooth: Floats


class Series:
    """Append-only values of iterations 1, 2, 3 and so on."""

    def __init__(self) -> None:
        self._size = 0
        self._values = np.empty(_BLOCK, np.float64)
        self._lows, self._highs, self._sums = np.empty(1), np.empty(1), np.empty(1)

    def __len__(self) -> int:
        """Return the number of values."""
        return self._size

    def extend(self, values: npt.ArrayLike) -> None:
        """Append finite ``values`` (n,)."""
        new = np.asarray(values, np.float64)
        if not len(new):
            return
        if not np.isfinite(new).all():
            raise ValueError("values must be finite")
        start, stop = self._size, self._size + len(new)
        self._reserve(stop)
        self._values[start:stop] = new
        first_block = start // _BLOCK
        heads = np.arange(first_block * _BLOCK, stop, _BLOCK)
        block_slice = slice(first_block, first_block + len(heads))
        tail = self._values[heads[0] : stop]
        self._lows[block_slice] = np.minimum.reduceat(tail, heads - heads[0])
        self._highs[block_slice] = np.maximum.reduceat(tail, heads - heads[0])
        self._sums[block_slice] = np.add.reduceat(tail, heads - heads[0])
        self._size = stop

    def envelope(self, start: float, stop: float, bins: int, window: float) -> Envelope:
        """Return the values of iterations ``start`` to ``stop`` in at most ``bins`` bins.

        Both may lie outside the series; with many values per bin, the outermost bins may reach a
        little beyond them. ``window`` is the width of the moving mean, in iterations.
        """
        first = min(max(int(np.floor(start)) - 1, 0), self._size)
        last = max(min(int(np.ceil(stop)), self._size), first)
        if first == last:
            return Envelope(*(np.empty(0) for _ in range(6)))
        edges = self._edges(first, last, max(bins, 1))
        lows, highs = self._extremes(edges)
        lower, upper = self._quartiles(edges)
        middle = (edges[:-1] + edges[1:] - 1) / 2
        return Envelope(middle + 1, lows, lower, upper, highs, self._moving_mean(middle, window))

    def mean_of_last(self, count: int) -> float | None:
        """Return the mean of the last ``count`` values, or of all if fewer; None of none."""
        count = min(count, self._size)
        if not count:
            return None
        return float(self._values[self._size - count : self._size].mean())

    def _reserve(self, size: int) -> None:
        if size <= len(self._values):
            return
        capacity = max(size, 2 * len(self._values))
        blocks = -(-capacity // _BLOCK)
        self._values = _grown(self._values, capacity)
        self._lows, self._highs, self._sums = (
            _grown(level, blocks) for level in (self._lows, self._highs, self._sums)
        )

    def _edges(self, first: int, last: int, bins: int) -> Indices:
        """Return where bins begin, and where the last one ends, as indices of values."""
        if last - first > 2 * _BLOCK * bins:
            # Wide bins end where blocks do, so that their extremes come from the coarse level.
            first, last = first // _BLOCK, -(-last // _BLOCK)
            edges = np.linspace(first, last, bins + 1).astype(np.int64) * _BLOCK
            return np.minimum(edges, self._size)
        return np.unique(np.linspace(first, last, bins + 1).astype(np.int64))

    def _extremes(self, edges: Indices) -> tuple[Floats, Floats]:
        start, stop = int(edges[0]), int(edges[-1])
        at_blocks = (edges % _BLOCK == 0) | (edges == self._size)
        if not at_blocks.all():
            heads = edges[:-1] - start
            values = self._values[start:stop]
            return np.minimum.reduceat(values, heads), np.maximum.reduceat(values, heads)
        heads = (edges[:-1] - start) // _BLOCK
        blocks = slice(start // _BLOCK, -(-stop // _BLOCK))
        return (
            np.minimum.reduceat(self._lows[blocks], heads),
            np.maximum.reduceat(self._highs[blocks], heads),
        )

    def _quartiles(self, edges: Indices) -> tuple[Floats, Floats]:
        widths = np.diff(edges)
        samples = int(min(widths.max(), _QUARTILE_SAMPLES))
        # (bins, samples): a bin narrower than `samples` repeats some of its values.
        offsets = (np.arange(samples) * widths[:, None]) // samples
        picked = np.sort(self._values[edges[:-1, None] + offsets], axis=1)
        return picked[:, (samples - 1) // 4], picked[:, samples - 1 - (samples - 1) // 4]

    def _moving_mean(self, middle: Floats, window: float) -> Floats:
        room = np.minimum(middle, self._size - 1 - middle)
        half = np.minimum(window / 2, room)
        # However narrow the window, the value or the two values at the middle are in it.
        first = np.minimum(np.ceil(middle - half), np.floor(middle)).astype(np.int64)
        last = np.maximum(np.floor(middle + half), np.ceil(middle)).astype(np.int64) + 1
        smooth = self._sums_over(first, last) / (last - first)
        if window > 4 and self._size > 2:  # enough for a line through more than its ends
            for i in np.flatnonzero(room < window / 2):
                smooth[i] = self._line_at(middle[i], window / 2)
        return smooth

    def _line_at(self, x: float, half: float) -> float:
        """Return at ``x`` the line fitted by least squares to the values within ``half`` of it."""
        first, last = max(int(np.ceil(x - half)), 0), min(int(np.floor(x + half)) + 1, self._size)
        values = self._values[first:last]
        distances = np.arange(first, last) - x
        centred = distances - distances.mean()
        slope = centred @ values / (centred @ centred)
        line = values.mean() - slope * distances.mean()
        return float(np.clip(line, values.min(), values.max()))

    def _sums_over(self, first: Indices, last: Indices) -> Floats:
        """Return the sum of values[first:last] for each pair: whole blocks, and the ragged ends.

        Nothing outside a stretch takes part in its sum, as it would in a difference of running
        totals: there, one huge loss would swallow the digits of all that come later.
        """
        head, tail = -(-first // _BLOCK), last // _BLOCK
        within = head >= tail  # no whole block: the stretch is a single ragged end
        head_end = np.where(within, last, head * _BLOCK)
        tail_start = np.where(within, last, tail * _BLOCK)
        return (
            _sums_of(self._values, first, head_end)
            + _sums_of(self._sums, head, tail)
            + _sums_of(self._values, tail_start, last)
        )


def _sums_of(values: Floats, starts: Indices, stops: Indices) -> Floats:
    """Return the sum of values[start:stop] for each pair of short stretches, 0 for an empty one."""
    offsets = np.arange(max(int((stops - starts).max()), 0))
    indices = starts[:, None] + offsets
    inside = indices < stops[:, None]
    picked = np.where(inside, values[np.where(inside, indices, 0)], 0.0)
    return np.asarray(picked.sum(axis=1))


def _grown(array: Floats, size: int) -> Floats:
    bigger = np.empty(size)
    bigger[: len(array)] = array
    return bigger

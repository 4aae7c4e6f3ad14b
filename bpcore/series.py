"""A value per iteration, kept so that any stretch of it is drawn in time that grows with pixels."""

from __future__ import annotations

import dataclasses
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt

from bpcore.moving_mean import BLOCK, FACTOR, Sums, moving_mean

if TYPE_CHECKING:
    from bpcore.stretches import Floats, Indices, Values

Kind = TypeVar("Kind", bound=np.generic)

_QUARTILE_SAMPLES = 64
"""Values per bin from which quartiles are taken; all of them where a bin has no more."""

NO_BREAKS: Indices = np.empty(0, np.int64)


@dataclass(frozen=True, eq=False)
class Envelope:
    """A stretch of a series in bins: arrays (bins,), ``x`` at the middle of each, in iterations.

    ``low`` and ``high`` are the exact extremes of a bin; the quartiles come from at most 64 of its
    values, evenly spaced. ``smooth`` is the mean over a window around ``x``. Near an end of the
    series and near a break, where half of the window is missing, it is the value at ``x`` of the
    straight line that fits what is there: a mean would lag behind a curve that falls.
    """

    x: Floats
    low: Floats
    lower_quartile: Floats
    upper_quartile: Floats
    high: Floats
    smooth: Floats


class _Level:
    """Minimum, maximum and sum of blocks of equal length, the last of which may be unfinished."""

    def __init__(self, block: int, dtype: np.dtype[np.floating]) -> None:
        self.block = block
        self.lows, self.highs = np.empty(1, dtype), np.empty(1, dtype)
        self.sums: Floats = np.empty(1)

    def refresh(self, first: int, count: int, below: tuple[Values, Values, Values]) -> None:
        """Compute blocks ``first`` to ``count`` anew, from ``below``: what lies under ``first``."""
        if count > len(self.lows):
            self.lows, self.highs, self.sums = (
                _grown(array, first, 2 * count) for array in (self.lows, self.highs, self.sums)
            )
        lows, highs, sums = below
        under = BLOCK if self.block == BLOCK else FACTOR
        heads = np.arange(0, len(sums), under)
        self.lows[first:count] = np.minimum.reduceat(lows, heads)
        self.highs[first:count] = np.maximum.reduceat(highs, heads)
        self.sums[first:count] = np.add.reduceat(sums, heads, dtype=np.float64)


class Series:
    """Append-only values of iterations 1, 2, 3 and so on.

    Above the values stand levels of ever longer blocks, as in a pyramid. Bins take their figures
    from the level that fits them, so that a view of a million values costs what one of a thousand
    does.

    Values are kept in the type of the first ones, float32 or float64: as they are, in no more
    memory than they need. Whatever is summed is summed in float64.
    """

    def __init__(self) -> None:
        self._size = 0
        self._values: Values = np.empty(0)
        self._levels: list[_Level] = []

    def __len__(self) -> int:
        """Return the number of values."""
        return self._size

    def extend(self, values: npt.ArrayLike) -> None:
        """Append finite ``values`` (n,)."""
        new = np.asarray(values)
        if not len(new):
            return
        if not self._size:
            self._values = np.empty(0, np.float32 if new.dtype == np.float32 else np.float64)
        with np.errstate(over="ignore"):  # what is too large for float32 is not finite in it
            new = new.astype(self._values.dtype, copy=False)
        if not np.isfinite(new).all():
            raise ValueError("values must be finite")
        start, self._size = self._size, self._size + len(new)
        if self._size > len(self._values):
            capacity = max(self._size, 2 * len(self._values), BLOCK)
            self._values = _grown(self._values, start, capacity)
        self._values[start : self._size] = new
        self._refresh_levels(start)

    def _refresh_levels(self, start: int) -> None:
        block, under, count = BLOCK, BLOCK, self._size
        lows = highs = sums = self._values
        dtype = self._values.dtype
        for n in itertools.count():
            first, end = start // block, count
            if n == len(self._levels):
                if n and end < 2 * under:  # a further level would be of a block or two
                    return
                self._levels.append(_Level(block, dtype))
                first = 0
            count = -(-end // under)
            part = slice(first * under, end)
            level = self._levels[n]
            level.refresh(first, count, (lows[part], highs[part], sums[part]))
            lows, highs, sums = level.lows, level.highs, level.sums
            block, under = block * FACTOR, FACTOR

    def envelope(
        self, start: float, stop: float, bins: int, window: float, breaks: Indices = NO_BREAKS
    ) -> Envelope:
        """Return the values of iterations ``start`` to ``stop`` in at most ``bins`` bins.

        Both may lie outside the series; with many values per bin, the outermost bins may reach a
        little beyond them. ``window`` is the width of the moving mean, in iterations; it does not
        reach across ``breaks``, iterations (n,) that ascend, after each of which something changed.
        """
        first = min(max(int(np.floor(start)) - 1, 0), self._size)
        last = max(min(int(np.ceil(stop)), self._size), first)
        if first == last:
            return Envelope(*(np.empty(0) for _ in range(6)))
        edges, level = self._edges(first, last, max(bins, 1))
        lows, highs = self._extremes(edges, level)
        lower, upper = self._quartiles(edges)
        middle = (edges[:-1] + edges[1:] - 1) / 2
        smooth = self._moving_mean(middle, window, breaks)
        return Envelope(middle + 1, lows, lower, upper, highs, smooth)

    def smooth_at(self, iteration: float, window: float, breaks: Indices = NO_BREAKS) -> float:
        """Return what an envelope has as ``smooth`` at an iteration of the series."""
        return float(self._moving_mean(np.array([iteration - 1.0]), window, breaks)[0])

    def mean_of_last(self, count: int) -> float | None:
        """Return the mean of the last ``count`` values, or of all if fewer; None of none."""
        count = min(count, self._size)
        if not count:
            return None
        return float(self._values[self._size - count : self._size].mean(dtype=np.float64))

    def begins_as(self, other: Series) -> bool:
        """Return whether the values are those of ``other``, bit for bit, as far as both have any.

        Two series of which one is empty have nothing in common.
        """
        count = min(len(self), len(other))
        return count > 0 and np.array_equal(self._values[:count], other._values[:count])

    def _edges(self, first: int, last: int, bins: int) -> tuple[Indices, _Level | None]:
        """Return where bins begin and the last one ends, as indices of values, and their level.

        Wide bins end where blocks of their level do; narrow ones have no level.
        """
        wide = [level for level in self._levels if last - first > 2 * level.block * bins]
        if not wide:
            return np.unique(np.linspace(first, last, bins + 1).astype(np.int64)), None
        block = wide[-1].block
        blocks = np.linspace(first // block, -(-last // block), bins + 1).astype(np.int64)
        return np.minimum(blocks * block, self._size), wide[-1]

    def _extremes(self, edges: Indices, level: _Level | None) -> tuple[Floats, Floats]:
        start, stop = int(edges[0]), int(edges[-1])
        if level is None:
            heads, lows = edges[:-1] - start, self._values[start:stop]
            highs = lows
        else:
            heads = (edges[:-1] - start) // level.block
            blocks = slice(start // level.block, -(-stop // level.block))
            lows, highs = level.lows[blocks], level.highs[blocks]
        low, high = np.minimum.reduceat(lows, heads), np.maximum.reduceat(highs, heads)
        return low.astype(np.float64), high.astype(np.float64)

    def _quartiles(self, edges: Indices) -> tuple[Floats, Floats]:
        widths = np.diff(edges)
        samples = int(min(widths.max(), _QUARTILE_SAMPLES))
        # (bins, samples): a bin narrower than `samples` repeats some of its values.
        offsets = (np.arange(samples) * widths[:, None]) // samples
        picked = np.sort(self._values[edges[:-1, None] + offsets].astype(np.float64), axis=1)
        return picked[:, (samples - 1) // 4], picked[:, samples - 1 - (samples - 1) // 4]

    def _moving_mean(self, middle: Floats, window: float, breaks: Indices) -> Floats:
        sums = Sums(self._values, self._size, [level.sums for level in self._levels])
        return moving_mean(sums, middle, window, breaks)


class SparseSeries:
    """Append-only values of some iterations, such as the accuracy at the end of each epoch."""

    def __init__(self) -> None:
        self._series = Series()
        self._kept = np.empty(0, np.int64)

    @property
    def _iterations(self) -> Indices:
        return self._kept[: len(self._series)]

    def __len__(self) -> int:
        """Return the number of values."""
        return len(self._series)

    def extend(self, iterations: npt.ArrayLike, values: npt.ArrayLike) -> None:
        """Append finite ``values`` (n,) of ``iterations`` (n,), which ascend."""
        start, new = len(self), np.asarray(iterations, np.int64)
        self._series.extend(values)
        if len(self) > len(self._kept):
            self._kept = _grown(self._kept, start, max(len(self), 2 * len(self._kept)))
        self._kept[start : len(self)] = new

    def envelope(self, start: float, stop: float, bins: int, *, beyond: bool = False) -> Envelope:
        """Return the values of iterations ``start`` to ``stop`` in at most ``bins`` bins.

        ``beyond`` adds the value before and the one after, so that a line through them crosses all
        of the stretch.
        """
        first = int(np.searchsorted(self._iterations, start, side="left"))
        last = int(np.searchsorted(self._iterations, stop, side="right"))
        if beyond:
            first, last = max(first - 1, 0), min(last + 1, len(self))
        found = self._series.envelope(first + 1, last, bins, 0)
        before = np.floor(found.x - 1).astype(np.int64)
        after = np.minimum(before + 1, max(len(self) - 1, 0))
        share = found.x - 1 - before
        x = (1 - share) * self._iterations[before] + share * self._iterations[after]
        return dataclasses.replace(found, x=x)

    def until(self, iteration: int) -> tuple[int, float] | None:
        """Return the last value up to ``iteration``, and the iteration that it is of."""
        index = int(np.searchsorted(self._iterations, iteration, side="right")) - 1
        if index < 0:
            return None
        return int(self._iterations[index]), self._series.smooth_at(index + 1, 0)


def _grown(array: npt.NDArray[Kind], size: int, capacity: int) -> npt.NDArray[Kind]:
    """Return an array with the first ``size`` elements of ``array``, and room for more."""
    bigger = np.empty(capacity, array.dtype)
    bigger[:size] = array[:size]
    return bigger

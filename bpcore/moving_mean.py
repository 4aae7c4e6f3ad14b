"""The moving mean of a series, up to its ends and to where it breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bpcore.stretches import lines_through, short_sums, sums_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bpcore.stretches import Floats, Indices, Values

BLOCK, FACTOR = 16, 8
"""Values under a block of the finest level, and blocks of a level under one of the next."""

LINE_BLOCKS = 256
"""Least number of blocks to which a line is fitted instead of to their values."""


class Sums(NamedTuple):
    """``size`` values, of which (n,) there may be room for more, and the sums of their blocks.

    ``levels`` are these sums, from the finest level on.
    """

    values: Values
    size: int
    levels: Sequence[Floats]

    def of(self, level: int) -> tuple[Values, int]:
        """Return the sums of a level and the values under each; at -1 the values themselves."""
        if level < 0:
            return self.values, 1
        return self.levels[level], BLOCK * FACTOR**level


def moving_mean(sums: Sums, middle: Floats, window: float, breaks: Indices) -> Floats:
    """Return the mean over ``window`` values around each of ``middle`` (n,), which ascend.

    It does not reach across a break: the values before it and those from it on are series of their
    own. Near an end of these, where part of the window is missing, it is the straight line through
    as many values: the first ``window``, or the last. A mean of what is there would lag behind, and
    a line through half as many swings with the noise of each batch.

    Parameters
    ----------
    middle
        Places among the values, from 0 on. Between two values that a break parts, it is that of
        the first one.
    breaks
        Which values come first after something changed, ascending.
    """
    inside = breaks[(breaks > 0) & (breaks < sums.size)]
    bounds = np.concatenate(([0], inside, [sums.size]))
    part = np.searchsorted(bounds, middle, side="right")
    begin, end = bounds[part - 1], bounds[part]
    middle = np.minimum(middle, end - 1)
    room = np.minimum(middle - begin, end - 1 - middle)
    half = np.minimum(window / 2, room)
    # However narrow the window, the value or the two values at the middle are in it.
    first = np.minimum(np.ceil(middle - half), np.floor(middle)).astype(np.int64)
    last = np.maximum(np.floor(middle + half), np.ceil(middle)).astype(np.int64) + 1
    smooth = _sums_over(sums, first, last) / (last - first)
    if window > 4:  # enough for a line through more than its ends
        ends = (room < window / 2) & (end - begin > 2)
        if ends.any():
            smooth[ends] = _lines_at(sums, middle[ends], window / 2, begin[ends], end[ends])
    return smooth


def _lines_at(sums: Sums, x: Floats, half: float, begin: Indices, end: Indices) -> Floats:
    """Return at each ``x`` the line through values[begin:end] within ``half`` of it.

    What is missing at one end is taken at the other: all of an end have one line.
    """
    left, right = np.minimum(x, end - 1 - half) - half, np.maximum(x, begin + half) + half
    first = np.maximum(np.ceil(left).astype(np.int64), begin)
    last = np.minimum(np.floor(right).astype(np.int64) + 1, end)
    stretches, which = np.unique(first * (sums.size + 1) + last, return_inverse=True)
    first, last = np.divmod(stretches, sums.size + 1)
    # Of a long stretch the means of many blocks have the same line, nearly.
    blocks = [BLOCK * FACTOR**n for n in range(len(sums.levels))]
    levels = np.searchsorted(blocks, (last - first) // LINE_BLOCKS, side="right") - 1
    smooth = np.empty(len(x))
    for n in np.unique(levels).tolist():
        values, block = sums.of(n)
        here = levels == n
        lines = lines_through(values, -(-first[here] // block), last[here] // block)
        number, mine = np.cumsum(here) - 1, here[which]
        places = (x[mine] - (block - 1) / 2) / block
        smooth[mine] = lines.at(number[which[mine]], places) / block
    return smooth


def _sums_over(sums: Sums, first: Indices, last: Indices, level: int = -1) -> Floats:
    """Return the sum of values[first:last] for each pair: whole blocks, and the ragged ends.

    ``first`` and ``last`` count blocks of ``level``, values at -1. Nothing outside a stretch takes
    part in its sum, as it would in a difference of running totals: there, one huge loss would
    swallow the digits of all that come later.
    """
    values, _ = sums.of(level)
    under = BLOCK if level < 0 else FACTOR
    is_top = level + 1 == len(sums.levels)
    short = short_sums(values, first, last, None if is_top else 2 * under)
    if short is not None:
        return short
    head, tail = -(-first // under), last // under
    within = head >= tail  # no whole block: the stretch is a single ragged end
    head_end = np.where(within, last, head * under)
    tail_start = np.where(within, last, tail * under)
    whole = _sums_over(sums, np.where(within, 0, head), np.where(within, 0, tail), level + 1)
    return sums_of(values, first, head_end) + whole + sums_of(values, tail_start, last)

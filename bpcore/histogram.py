"""Histograms with edges that are round numbers and stay, so that two of them compare."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Generator

    from bpcore.layers import Array

Floats: TypeAlias = npt.NDArray[np.float64]

BINS = 40
"""As many bins a histogram has at most, about; half as many at least, so that edges are round."""

_CHUNK = 1 << 17
"""Numbers that are counted at once: some milliseconds."""

_LARGEST = 1e290
"""Numbers beyond are counted, but no edges are made for them."""

_SAME = 1e-9
"""Numbers that are nearer to each other than this share of them are the same, to a histogram."""


@dataclass(frozen=True, eq=False)
class Histogram:
    """How often a number lay in each bin; its arrays are read-only.

    Attributes
    ----------
    edges
        Where bins begin and the last one ends, (bins + 1,): evenly spaced round numbers. A number
        on an edge is counted in the bin that begins there, on the last edge in the last bin.
    counts
        Numbers in each bin, (bins,).
    total
        Numbers altogether.
    zeros
        Share of them, 0 to 1, that is exactly 0 and in no bin. Only the outputs of a Relu, whose
        closed gates give 0, are counted so; in other histograms 0 is a number like others, and this
        is 0.
    below, above
        Numbers less than the first edge, and greater than the last. There are none, unless the
        edges are those of another histogram.
    """

    edges: Floats
    counts: npt.NDArray[np.int64]
    total: int
    zeros: float = 0.0
    below: int = 0
    above: int = 0

    @property
    def shares(self) -> Floats:
        """Share of all numbers that is in each bin, (bins,); 0 everywhere if there are none."""
        return self.counts / max(self.total, 1)


def round_edges(low: float, high: float, bins: int = BINS) -> Floats:
    """Return edges from ``low`` or less to ``high`` or more, evenly spaced round numbers.

    The width of a bin is 1, 2, 2.5 or 5 times a power of ten. Where both are the same, nearly, that
    number is in the middle. Beyond 1e290 there are no edges.
    """
    low, high = (min(max(end, -_LARGEST), _LARGEST) for end in (low, high))
    largest = max(abs(low), abs(high))
    if not high - low > _SAME * largest or largest < 1 / _LARGEST:
        room = largest / 2 if largest > 1 / _LARGEST else 1.0
        low, high = low - room, high + room
    exponent = math.floor(math.log10((high - low) / bins)) - 1
    # A quotient is rounded but once: 3 / 10 is the number that is written 0.3, 3 * 0.1 is not.
    digits = next(d for d in (10, 20, 25, 50, 100) if (high - low) / _edge(d, exponent) <= bins)
    width = _edge(digits, exponent)
    first, last = math.floor(low / width), math.ceil(high / width)
    first -= _edge(first * digits, exponent) > low
    last += _edge(last * digits, exponent) < high
    return np.array([_edge(n * digits, exponent) for n in range(first, last + 1)])


def _edge(digits: int, exponent: int) -> float:
    return digits / 10.0**-exponent if exponent < 0 else digits * 10.0**exponent


def edges_for(values: Array) -> Floats:
    """Return round edges between which all finite ``values`` lie; -1 to 1 if there are none."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return round_edges(-1.0, 1.0)
    return round_edges(float(finite.min()), float(finite.max()))


def counted(
    values: Array, edges: Floats, zeros_apart: bool = False
) -> Generator[float, None, Histogram]:
    """Count ``values``, of any shape, giving every few milliseconds the share that is done."""
    counts = np.zeros(len(edges) - 1, np.int64)
    zeros = below = above = 0
    flat = values.reshape(-1)
    for start in range(0, flat.size, _CHUNK):
        chunk = flat[start : start + _CHUNK]
        if zeros_apart:
            zeros += int(np.count_nonzero(chunk == 0))
            chunk = chunk[chunk != 0]
        counts += np.histogram(chunk, edges)[0]
        below += int(np.count_nonzero(chunk < edges[0]))
        above += int(np.count_nonzero(chunk > edges[-1]))
        yield min((start + _CHUNK) / flat.size, 1)
    edges.flags.writeable = counts.flags.writeable = False
    share = zeros / max(flat.size, 1)
    return Histogram(edges, counts, flat.size, share, below, above)

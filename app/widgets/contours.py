"""Lines of equal height over a grid of numbers: marching squares. Pure functions, no widgets."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

FEWEST, MOST = 4, 9
"""Levels: with less a picture says little, with more their lines merge."""

_MANTISSAS = (
    (1.0,),
    (1.0, 2.0, 5.0),
    (1.0, 1.5, 2.0, 3.0, 5.0, 7.0),
    (1.0, 1.2, 1.4, 1.6, 1.8, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0),
)
"""Of round levels, from few to many of them in a power of ten."""

_BOTTOM, _RIGHT, _TOP, _LEFT = range(4)


def contour(xs: Floats, ys: Floats, heights: Floats, level: float) -> Floats:
    """Return the pieces (n, 4) x0, y0, x1, y1 of the line on which the height is ``level``.

    ``heights`` (m, n) are at ``ys`` (m,) and ``xs`` (n,), ascending, and linear in between. Squares
    with a corner that is no finite number have no line.
    """
    lower_left, lower_right = heights[:-1, :-1] - level, heights[:-1, 1:] - level
    upper_left, upper_right = heights[1:, :-1] - level, heights[1:, 1:] - level
    corners = np.stack((lower_left, lower_right, upper_right, upper_left))
    known = np.isfinite(corners).all(axis=0)
    sides = ((0, 1), (1, 2), (3, 2), (0, 3))
    crossed = np.stack([(corners[a] < 0) != (corners[b] < 0) for a, b in sides]) & known
    points = _crossings(xs, ys, corners, crossed)
    count = crossed.sum(axis=0)
    plain = count == 2
    # The two sides of each plain square that are crossed, in order.
    order = np.argsort(~crossed, axis=0, kind="stable")
    rows, columns = np.nonzero(plain)
    pieces = [
        _pieces(points, order[0, rows, columns], order[1, rows, columns], rows, columns),
    ]
    middle = corners.mean(axis=0) < 0
    joined = middle == (lower_left < 0)  # the lower left is on one side with the middle
    for which, pairs in (
        (joined, ((_BOTTOM, _RIGHT), (_TOP, _LEFT))),
        (~joined, ((_BOTTOM, _LEFT), (_TOP, _RIGHT))),
    ):
        rows, columns = np.nonzero((count == 4) & which)
        for a, b in pairs:
            ends = np.full(len(rows), a), np.full(len(rows), b)
            pieces.append(_pieces(points, *ends, rows, columns))
    return np.concatenate(pieces)


def _crossings(xs: Floats, ys: Floats, corners: Floats, crossed: npt.NDArray[np.bool_]) -> Floats:
    """Return where the line crosses each side of each square (4, m - 1, n - 1, 2)."""
    shape = crossed.shape[1:]
    left, right = np.broadcast_to(xs[:-1], shape), np.broadcast_to(xs[1:], shape)
    low, high = (np.broadcast_to(each[:, np.newaxis], shape) for each in (ys[:-1], ys[1:]))
    points = np.zeros((*crossed.shape, 2))
    for side, (a, b, fixed, across) in enumerate(
        ((0, 1, low, True), (1, 2, right, False), (3, 2, high, True), (0, 3, left, False))
    ):
        start, stop = (left, right) if across else (low, high)
        at = crossed[side]
        share = corners[a][at] / (corners[a][at] - corners[b][at])
        way = start[at] + share * (stop[at] - start[at])
        points[side, at, 0 if across else 1] = way
        points[side, at, 1 if across else 0] = fixed[at]
    return points


def _pieces(
    points: Floats,
    start: npt.NDArray[np.intp],
    stop: npt.NDArray[np.intp],
    rows: npt.NDArray[np.intp],
    columns: npt.NDArray[np.intp],
) -> Floats:
    return np.hstack((points[start, rows, columns], points[stop, rows, columns]))


def round_levels(values: Floats) -> tuple[float, ...]:
    """Return levels for positive ``values`` on a logarithmic scale, round ones if there are enough.

    None if they are all the same.
    """
    finite = values[np.isfinite(values) & (values > 0)]
    if not finite.size or finite.min() == finite.max():
        return ()
    low, high = float(finite.min()), float(finite.max())
    for mantissas in _MANTISSAS:
        levels = [
            float(f"{mantissa}e{power}")
            for power in range(math.floor(math.log10(low)), math.floor(math.log10(high)) + 1)
            for mantissa in mantissas
        ]
        levels = [level for level in levels if low < level < high]  # an extreme has no line
        if len(levels) >= FEWEST:
            return tuple(levels[:: -(-len(levels) // MOST)])
    return tuple(np.geomspace(low, high, FEWEST + 2)[1:-1].tolist())


def log_scale(values: Floats) -> tuple[Floats, float, float]:
    """Return ``values`` as shares of a logarithmic scale, 0 to 1, and the two ends of the scale.

    What is infinite is NaN; what is 0 counts as the least value above it.
    """
    finite = values[np.isfinite(values) & (values > 0)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (1.0, 1.0)
    span = math.log10(high / low) or 1.0
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.log10(np.maximum(values, low) / low) / span
    return np.where(np.isfinite(values), np.clip(shares, 0, 1), np.nan), low, high

"""Planes through the parameters of a network: two directions, and where a run passes by them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping, Sequence

    from bpcore.layers import Array
    from bpcore.recording import State

Floats: TypeAlias = npt.NDArray[np.float64]

_BLOCK = 1 << 17
"""Numbers that are taken at once: some milliseconds of work."""

_LINE = 1e-12
"""Squared lengths that are a smaller share of others than this are rounding, and count as 0."""


class SurfaceError(Exception):
    """A loss surface that there is not; the text says in one sentence why, and what to do."""


class Plane(NamedTuple):
    """Two directions, each by parameter arrays of its shapes and type."""

    along: dict[str, Array]
    across: dict[str, Array]


def random_plane(params: Mapping[str, Array], seed: int) -> Generator[float, None, Plane]:
    """Return two random directions that are filter-normalised (Li et al. 2018, section 4).

    A filter is the column of weights that come into a unit. It moves by as much as it is long; the
    second direction is made orthogonal to the first after that. Biases do not move, as in the
    paper's pictures: they are few, and have no scale of their own while they are near 0.

    Raises
    ------
    SurfaceError
        If all weights are 0.
    """
    rng = np.random.default_rng(seed)
    total, done = 4 * sum(array.size for array in params.values()), 0
    first, second = _zeros(params), _zeros(params)
    for direction in (first, second):
        for name, array in params.items():
            for count in _draw(direction[name], array, rng):
                done += count
                yield done / total
    square = overlap = 0.0
    for name, drawn in first.items():
        square += dot(drawn, drawn)
        overlap += dot(drawn, second[name])
        done += drawn.size
        yield done / total
    _check_size(square, overlap)
    if not square:
        raise SurfaceError(
            "All weights are 0, so that no direction is as large as they are; start with other "
            "weights, or take the directions of the run's path."
        )
    plane = Plane({}, {})
    for name, array in params.items():
        second[name] -= overlap / square * first[name]
        plane.along[name] = first[name].astype(array.dtype)
        plane.across[name] = second[name].astype(array.dtype)
        done += array.size
        yield done / total
    return plane


def _draw(direction: Floats, weights: Array, rng: np.random.Generator) -> Iterator[int]:
    """Fill ``direction`` (inputs, units) at random, its columns as long as those of ``weights``.

    How many numbers are drawn is given every few milliseconds. Biases are left as they are.
    """
    if weights.ndim == 1:
        yield weights.size
        return
    drawn, wanted = np.zeros((2, weights.shape[1]))
    rows = max(_BLOCK // weights.shape[1], 1)
    for start in range(0, len(weights), rows):
        part = slice(start, start + rows)
        direction[part] = rng.standard_normal(direction[part].shape)
        drawn += _squares(direction[part])
        wanted += _squares(weights[part])
        yield direction[part].size
    direction *= np.sqrt(wanted / drawn)


def path_plane(
    params: Mapping[str, Array], keyframes: Sequence[State]
) -> Generator[float, None, Plane]:
    """Return the two directions in which ``keyframes`` spread most around ``params``.

    They are the principal directions of the rows (keyframe - params), as in Li et al. 2018, section
    7.2: of length 1, orthogonal, about the network and not about the keyframes' mean. The run comes
    from the lower left.

    Raises
    ------
    SurfaceError
        If there are fewer than three different keyframes, or all lie on a line.
    """
    states = [state.params for state in keyframes]
    gram = np.zeros((len(states), len(states)))
    total = sum(array.size for array in params.values()) * max(len(states), 1)
    done = 0
    for block in _differences(params, states):
        gram += _times(block.rows, block.rows.T)
        done += block.rows.size
        yield done / total / 2
    _check_size(gram)
    different = _count_different(gram)
    if different < 3:
        raise SurfaceError(
            f"The run has kept {different} different states so far, and its path needs 3 of them; "
            "train some more iterations, or take random directions."
        )
    values, vectors = np.linalg.eigh(gram)
    if values[-2] <= _LINE * values[-1]:
        raise SurfaceError(
            "The run has moved along a line only, and a plane needs a second direction; train some "
            "more iterations, or take random directions."
        )
    weights = vectors[:, [-1, -2]] / np.sqrt(values[[-1, -2]])
    weights *= np.where(gram[0] @ weights > 0, -1, 1)
    plane = Plane(
        *({name: np.zeros_like(array) for name, array in params.items()} for _ in range(2))
    )
    for block in _differences(params, states):
        for direction, numbers in zip(plane, weights.T @ block.rows, strict=True):
            direction[block.name].reshape(-1)[block.part] = numbers
        done += block.rows.size
        yield done / total / 2
    return plane


def projected(
    params: Mapping[str, Array], plane: Plane, states: Sequence[Mapping[str, Array]]
) -> Generator[float, None, tuple[Floats, float]]:
    """Return the points of ``plane`` nearest to each of ``states``, and how much it holds of them.

    The points are x and y (k, 2). The share, 0 to 1, is that of the squared distances from
    ``params``; NaN if there is none.
    """
    products, squares = np.zeros((len(states), 2)), 0.0
    gram = np.array([[sum(dot(a[n], b[n]) for n in params) for b in plane] for a in plane])
    total = sum(array.size for array in params.values()) * max(len(states), 1)
    done = 0
    for block in _differences(params, states):
        directions = [d[block.name].reshape(-1)[block.part].astype(np.float64) for d in plane]
        products += _times(block.rows, np.stack(directions, axis=1))
        squares += dot(block.rows, block.rows)
        done += block.rows.size
        yield done / total
    _check_size(squares, products)
    points: Floats = np.linalg.lstsq(gram, products.T, rcond=None)[0].T
    held = float(np.sum(points * products))
    return points, min(held / squares, 1.0) if squares else np.nan


def _check_size(*squares: npt.ArrayLike) -> None:
    if not all(np.isfinite(numbers).all() for numbers in squares):
        raise SurfaceError(
            "The numbers of this network have grown beyond all measure, so there is no plane "
            "through them: choose an earlier iteration."
        )


class _Block(NamedTuple):
    """Rows (k, n): by how much ``part`` of a parameter, flat, differs in each of k states."""

    name: str
    part: slice
    rows: Floats


def _differences(
    params: Mapping[str, Array], states: Sequence[Mapping[str, Array]]
) -> Iterator[_Block]:
    for state in states:
        if {n: a.shape for n, a in state.items()} != {n: a.shape for n, a in params.items()}:
            raise ValueError("keyframes must be of the same network")
    if not states:
        return
    size = max(_BLOCK // len(states), 1)
    for name, array in params.items():
        middle, others = array.reshape(-1), [state[name].reshape(-1) for state in states]
        for start in range(0, array.size, size):
            part = slice(start, start + size)
            rows = np.array([other[part] for other in others], np.float64)
            yield _Block(name, part, rows - middle[part])


def _count_different(gram: Floats) -> int:
    """Return how many of the rows are different whose products are ``gram`` (k, k); 3 for more."""
    squares = gram.diagonal()
    distances = squares[:, None] + squares - 2 * gram
    found: list[int] = []
    for i in range(len(gram)):
        if len(found) < 3 and all(distances[i, found] > _LINE * squares[i]):
            found.append(i)
    return len(found)


def _zeros(params: Mapping[str, Array]) -> dict[str, Floats]:
    return {name: np.zeros(array.shape, np.float64) for name, array in params.items()}


# Squares of large numbers may be too large: that is looked at once, after all of them.
_may_overflow = np.errstate(over="ignore", invalid="ignore")


@_may_overflow
def dot(one: Array, other: Array) -> float:
    """Return the sum of the products of all elements of two arrays, in float64."""
    flat, others = one.reshape(-1), other.reshape(-1)
    parts = [slice(start, start + _BLOCK) for start in range(0, flat.size, _BLOCK)]
    return sum(float(np.vdot(_exact(flat[part]), _exact(others[part]))) for part in parts)


@_may_overflow
def _times(one: Floats, other: Floats) -> Floats:
    return one @ other


@_may_overflow
def _squares(array: Array) -> Floats:
    return np.asarray(np.square(_exact(array)).sum(axis=0))


def _exact(array: Array) -> Floats:
    return array.astype(np.float64, copy=False)

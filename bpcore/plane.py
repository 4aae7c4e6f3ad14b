"""Planes through the parameters of a network: two directions, and where a run passes by them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from bpcore.steps import part_of

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping, Sequence

    from bpcore.layers import Array
    from bpcore.recording import State

Floats: TypeAlias = npt.NDArray[np.float64]

_BLOCK = 1 << 17
"""Numbers that are taken at once: some milliseconds of work."""

_LINE = 1e-12
"""A path is a line if its second direction holds no more than this share of the first's."""


class SurfaceError(Exception):
    """A loss surface that there is not; the text says in one sentence why, and what to do."""


class Plane(NamedTuple):
    """Two directions, each by parameter arrays of its shapes and type."""

    along: Mapping[str, Array]
    across: Mapping[str, Array]


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
    first: dict[str, Floats] = {}
    second: dict[str, Floats] = {}
    for n, direction in enumerate((first, second)):
        for name, array in params.items():
            direction[name] = np.zeros(array.shape)
            if array.ndim == 2:
                yield from part_of(_draw(direction[name], array, rng), n / 2, (n + 1) / 2)
    square = overlap = 0.0
    for name in params:
        square += dot(first[name], first[name])
        overlap += dot(first[name], second[name])
        yield 1.0
    if not square:
        raise SurfaceError(
            "All weights are 0, so that no direction is as large as they are; start with other "
            "weights, or take the directions of the run's path."
        )
    for name in params:
        second[name] -= overlap / square * first[name]
        yield 1.0
    return Plane(*({n: a.astype(params[n].dtype) for n, a in d.items()} for d in (first, second)))


def _draw(
    direction: Floats, weights: Array, rng: np.random.Generator
) -> Generator[float, None, None]:
    """Fill ``direction`` (inputs, units) at random, its columns as long as those of ``weights``."""
    drawn, wanted = np.zeros((2, weights.shape[1]))
    rows = max(_BLOCK // weights.shape[1], 1)
    for start in range(0, len(weights), rows):
        part = slice(start, start + rows)
        direction[part] = rng.standard_normal(direction[part].shape)
        drawn += np.square(direction[part]).sum(axis=0)
        wanted += np.square(weights[part], dtype=np.float64).sum(axis=0)
        yield start / len(weights)
    direction *= np.sqrt(wanted / drawn)


def path_plane(
    params: Mapping[str, Array], keyframes: Sequence[State]
) -> Generator[float, None, Plane]:
    """Return the two directions in which ``keyframes`` spread most around ``params``.

    They are the principal directions of the rows (keyframe - params), as in Li et al. 2018, section
    7.2: of length 1, orthogonal, about the network and not about the keyframes' mean. The run comes
    from the left.

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
        gram += block.rows @ block.rows.T
        done += block.rows.size
        yield done / total / 2
    distances = gram.diagonal()[:, None] + gram.diagonal() - 2 * gram
    different = _count_different(distances)
    if different < 3:
        raise SurfaceError(
            f"The run has {different} different keyframes so far and a path needs 3; train some "
            "more iterations, or take random directions."
        )
    values, vectors = np.linalg.eigh(gram)
    if values[-2] <= _LINE * values[-1]:
        raise SurfaceError(
            "The run has moved along a line only, and a plane needs a second direction; train some "
            "more iterations, or take random directions."
        )
    weights = vectors[:, [-1, -2]] / np.sqrt(values[[-1, -2]])
    weights *= np.where(gram[0] @ weights > 0, -1, 1)
    plane = Plane(*({name: np.zeros_like(array) for name, array in params.items()} for _ in "12"))
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
        products += block.rows @ np.stack(directions, axis=1)
        squares += float(np.vdot(block.rows, block.rows))
        done += block.rows.size
        yield done / total
    points: Floats = np.linalg.lstsq(gram, products.T, rcond=None)[0].T
    held = float(np.sum(points * products))
    return points, min(held / squares, 1.0) if squares else np.nan


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


def _count_different(distances: Floats) -> int:
    found: list[int] = []
    for i in range(len(distances)):
        if all(distances[i, j] > 0 for j in found):
            found.append(i)
    return len(found)


def dot(one: Array, other: Array) -> float:
    """Return the sum of the products of all elements of two arrays, in float64."""
    return float(np.vdot(one.astype(np.float64), other.astype(np.float64)))

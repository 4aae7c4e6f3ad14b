"""The loss around a network, on a plane through its parameters.

A network has tens of thousands of parameters; a picture has two directions. Here are the two ways
of choosing them from H. Li, Z. Xu, G. Taylor, C. Studer and T. Goldstein, "Visualizing the Loss
Landscape of Neural Nets" (2018): at random but as large as the weights are, or along the way that
the run has taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from bpcore.datasets.mnist import scale
from bpcore.network import Network
from bpcore.plane import Plane, SurfaceError, path_plane, projected, random_plane
from bpcore.steps import STEP_WORK, evenly_spaced, part_of, rows_of_a_step, work_of

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from bpcore.datasets.idx import Bytes
    from bpcore.layers import Array
    from bpcore.recording import State

__all__ = ["KINDS", "Kind", "LossSurface", "SurfaceError", "loss_surface"]

Kind: TypeAlias = Literal["random", "path"]
KINDS: tuple[Kind, ...] = ("random", "path")

Floats: TypeAlias = npt.NDArray[np.float64]

MOST_KEYFRAMES = 256
"""As many points of a path are enough for a picture."""

_MARGIN = 0.15
"""Room around a path, as a share of its width."""

_GRID_SHARE = 0.9
"""Of the time, what the losses of the grid take, about."""


@dataclass(frozen=True, eq=False)
class LossSurface:
    """The loss on a plane through a network's parameters; its arrays are read-only.

    Attributes
    ----------
    kind
        How the directions were chosen: ``"random"`` or ``"path"``.
    xs, ys
        Where the loss was computed, (n,) and (m,), ascending and evenly spaced. The network itself
        is at 0 of both. Along a random direction, 1 is as far as the weights are from 0; along
        those of a path, it is a distance of 1 between parameters.
    losses
        The loss at ``ys[i]`` and ``xs[j]``, (m, n); inf where it is beyond all numbers.
    path
        For each keyframe a row x, y, iteration, (k, 3): the point of the plane nearest to it.
    explained
        How much of the squared distances of the keyframes from the network lies in the plane, 0
        to 1. NaN if there are none, or none differs from it.
    here
        Where the network is: always (0, 0).
    count
        Digits of which ``losses`` are the mean.
    """

    kind: Kind
    xs: Floats
    ys: Floats
    losses: Floats
    path: Floats
    explained: float
    here: tuple[float, float] = (0.0, 0.0)
    count: int = 0

    @property
    def loss(self) -> float:
        """Loss of the network itself, on the same digits."""
        return float(self.losses[np.flatnonzero(self.ys == 0)[0], np.flatnonzero(self.xs == 0)[0]])


def loss_surface(
    network: Network,
    images: Bytes,
    labels: Bytes,
    kind: Kind,
    keyframes: Sequence[State],
    seed: int = 0,
    size: int = 25,
) -> Generator[float, None, LossSurface]:
    """Compute the loss on ``size`` × ``size`` points of a plane through the parameters.

    The loss is the network's own, with its penalty on large weights, over at most 1,000 of the
    digits, evenly spaced.

    ``"random"`` takes two directions of normally distributed numbers from ``seed``. In the first,
    the weights that come into a unit are scaled to the length of that unit's own weights, and so
    they are in the second before it is made orthogonal to the first; biases stay as they are. The
    grid reaches from -1 to 1. ``"path"`` takes the two directions in which the keyframes spread
    most around the network, biases included, and covers their path.

    Parameters
    ----------
    network
        Its parameters are the middle of the plane; it is left as it is.
    images, labels
        Digits (N, 784), 0 to 255, and what they are (N,).
    kind
        ``"random"`` or ``"path"``.
    keyframes
        States of the network's run, in order. Of more than 256, so many are taken, evenly spaced,
        with the last.
    seed
        Of random directions.
    size
        Points in each direction, at least 3.

    Yields
    ------
    float
        The share that is done, 0 to 1, every few milliseconds.

    Raises
    ------
    SurfaceError
        If there is no such plane: the run is too young, or has not moved; all weights are 0.
    ValueError
        For another kind, fewer than 3 points, no digits, or keyframes of another network.
    """
    if kind not in KINDS:
        raise ValueError(f"kind must be {' or '.join(KINDS)}, not {kind!r}")
    if size < 3:
        raise ValueError(f"size must be at least 3, not {size}")
    if not len(labels):
        raise ValueError("there must be at least one digit")
    network = Network.from_params(network.params, network.activation, network.weight_decay)
    if not all(np.isfinite(array).all() for array in network.params.values()):
        raise SurfaceError(
            "Some parameters of the network are no longer finite numbers; go back to an earlier "
            "iteration."
        )
    states = _thinned(keyframes)
    if kind == "random":
        plane = random_plane(network.params, seed)
    else:
        plane = yield from part_of(path_plane(network.params, states), 0.0, 0.07)
    placed = projected(network.params, plane, [state.params for state in states])
    path, explained = yield from part_of(placed, 0.07, 1 - _GRID_SHARE)
    if kind == "random":
        xs = ys = _axis(-1.0, 1.0, size)
    else:
        xs, ys = (_axis_over(path[:, i], size) for i in range(2))
    chosen = evenly_spaced(len(labels))
    x, t = scale(images[chosen], network.dtype), labels[chosen]
    losses = yield from part_of(_losses(network, plane, x, t, xs, ys), 1 - _GRID_SHARE, 1.0)
    iterations = np.array([state.iteration for state in states], np.float64)
    rows: Floats = np.column_stack((path, iterations))
    for array in (xs, ys, losses, rows):
        array.flags.writeable = False
    return LossSurface(kind, xs, ys, losses, rows, explained, count=len(chosen))


def _thinned(keyframes: Sequence[State]) -> list[State]:
    indices = evenly_spaced(len(keyframes), MOST_KEYFRAMES)
    if len(indices):
        indices[-1] = len(keyframes) - 1
    return [keyframes[i] for i in indices]


def _axis(low: float, high: float, size: int) -> Floats:
    """Return ``size`` evenly spaced numbers that reach from ``low`` to ``high``, 0 among them."""
    step = (high - low) / (size - 1)
    before = round(-low / step)
    if abs(before + low / step) > 1e-9:
        step = (high - low) / (size - 2)  # room for moving the points until one is at 0
        before = int(np.ceil(-low / step - 1e-9))
    return step * (np.arange(size, dtype=np.float64) - before)


def _axis_over(points: Floats, size: int) -> Floats:
    low, high = min(float(points.min()), 0.0), max(float(points.max()), 0.0)
    margin = _MARGIN * (high - low)
    return _axis(low - margin, high + margin, size)


def _losses(
    network: Network, plane: Plane, x: Array, t: Bytes, xs: Floats, ys: Floats
) -> Generator[float, None, Floats]:
    points = _Points(network, plane, x, t)
    with np.errstate(all="ignore"):
        yield from points.prepare()
    losses = np.empty((len(ys), len(xs)))
    work = 0
    for i, y in enumerate(ys.tolist()):
        for j, at_x in enumerate(xs.tolist()):
            for cost in points.move(at_x, y):
                work += cost
                if work >= STEP_WORK:
                    yield (i * len(xs) + j) / losses.size
                    work = 0
            losses[i, j] = points.loss
    return losses


class _Points:
    """The loss of a network at any point of a plane through its parameters.

    What the first layer gives moves with its parameters in a straight line, so that the products of
    its weights and the digits, by far the most of the work, are needed but once.
    """

    def __init__(self, network: Network, plane: Plane, x: Array, t: Bytes) -> None:
        self.network, self.plane, self.x, self.t = network, plane, x, t
        self.probe = Network.from_params(network.params, network.activation, network.weight_decay)
        units = network.sizes[1]
        self.first = np.empty((3, len(x), units), network.dtype)
        self.scores = np.empty((len(x), network.sizes[-1]), network.dtype)
        self.loss = np.inf
        self.upper = [name for name in network.params if name not in ("W1", "b1")]

    def prepare(self) -> Iterator[float]:
        origin, (along, across) = self.network.params, self.plane
        rows = rows_of_a_step(3 * work_of(self.network.sizes[:2]))
        for start in range(0, len(self.x), rows):
            part = slice(start, start + rows)
            for first, params in zip(self.first, (origin, along, across), strict=True):
                first[part] = self.x[part] @ params["W1"] + params["b1"]
            yield 0.0
        self._penalties = self._squares()

    def move(self, x: float, y: float) -> Iterator[int]:
        """Compute ``loss`` at the point; what each piece of the work has cost is given."""
        along, across = self.plane
        with np.errstate(all="ignore"):
            for name in self.upper:
                array = self.probe.params[name]
                array[...] = self.network.params[name] + x * along[name] + y * across[name]
        yield 3 * sum(self.network.params[name].size for name in self.upper)
        work = work_of(self.network.sizes[1:]) + 4 * self.network.sizes[1]
        rows = rows_of_a_step(work)
        for start in range(0, len(self.x), rows):
            part = slice(start, start + rows)
            with np.errstate(all="ignore"):
                values = self.first[0, part] + x * self.first[1, part] + y * self.first[2, part]
                for layer in list(self.probe.layers.values())[1:]:
                    values = layer.forward(values)
                self.scores[part] = values
            yield work * len(values)
        with np.errstate(all="ignore"):
            loss = self.probe.last_layer.forward(self.scores, self.t)
            if self.network.weight_decay:
                loss = float(self.network.dtype.type(loss + self._penalty(x, y)))
        self.loss = np.inf if np.isnan(loss) else loss

    def _squares(self) -> tuple[float, ...]:
        along, across = self.plane
        pairs = (
            (self.network.params, along),
            (self.network.params, across),
            (along, along),
            (along, across),
            (across, across),
        )
        return tuple(
            sum(
                float(np.vdot(one[name], other[name]))
                for name in self.network.params
                if name.startswith("W")
            )
            for one, other in pairs
        )

    def _penalty(self, x: float, y: float) -> float:
        """Return the penalty at the point: a square of sums, so the digits of 0, 0 are kept."""
        to_x, to_y, xx, xy, yy = self._penalties
        moved = x * to_x + y * to_y + x * y * xy + (x * x * xx + y * y * yy) / 2
        return self.network.penalty() + self.network.weight_decay * moved

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
from bpcore.plane import SurfaceError, path_plane, projected, random_plane
from bpcore.steps import STEP_WORK, evenly_spaced, part_of
from bpcore.surface_points import SurfacePoints

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from bpcore.datasets.idx import Bytes
    from bpcore.layers import Array
    from bpcore.plane import Plane
    from bpcore.recording import State

__all__ = ["KINDS", "Kind", "LossSurface", "SurfaceError", "loss_surface"]

Kind: TypeAlias = Literal["random", "path"]
KINDS: tuple[Kind, ...] = ("random", "path")

Floats: TypeAlias = npt.NDArray[np.float64]

MOST_KEYFRAMES = 256
"""As many points of a path are enough for a picture."""

_MARGIN = 0.15
"""Room around a path, as a share of its width."""

_CHOSEN, _PLACED, _PREPARED = 0.1, 0.2, 0.1
"""Shares of the time: a plane is chosen, the path is placed on it; of the rest, before the grid."""


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
    count
        Digits of which ``losses`` are the mean.
    """

    kind: Kind
    xs: Floats
    ys: Floats
    losses: Floats
    path: Floats
    explained: float
    count: int

    @property
    def here(self) -> tuple[float, float]:
        """Where the network is: x and y."""
        return 0.0, 0.0

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
        If there is no such plane: the run is too young or has moved along a line, all weights are
        0, or some are no longer finite.
    ValueError
        For another kind, fewer than 3 points, no digits, not as many labels, or keyframes of
        another network.
    """
    if kind not in KINDS:
        raise ValueError(f"kind must be {' or '.join(KINDS)}, not {kind!r}")
    if size < 3:
        raise ValueError(f"size must be at least 3, not {size}")
    if not len(labels) or len(images) != len(labels):
        raise ValueError(f"there must be a label for each image, not {len(labels)}")
    network = Network.from_params(network.params, network.activation, network.weight_decay)
    _check_finite(network)
    states = _thinned(keyframes)
    if kind == "random":
        choosing = random_plane(network.params, seed)
    else:
        choosing = path_plane(network.params, states)
    plane = yield from part_of(choosing, 0.0, _CHOSEN)
    placing = projected(network.params, plane, [state.params for state in states])
    points, explained = yield from part_of(placing, _CHOSEN, _PLACED)
    axis = _axis(-1.0, 1.0, size)
    axes = (axis, axis) if kind == "random" else _axes_over(points, size)
    chosen = evenly_spaced(len(labels))
    x, t = scale(images[chosen], network.dtype), labels[chosen]
    losses = yield from part_of(_losses(network, plane, x, t, axes), _PLACED, 1.0)
    iterations = np.array([state.iteration for state in states], np.float64)
    path: Floats = np.column_stack((points, iterations))
    for array in (*axes, losses, path):
        array.flags.writeable = False
    return LossSurface(kind, *axes, losses, path, explained, len(chosen))


def _check_finite(network: Network) -> None:
    if not all(np.isfinite(array).all() for array in network.params.values()):
        raise SurfaceError(
            "This network no longer consists of finite numbers, so there is no loss around it: "
            "choose an earlier iteration."
        )


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


def _axes_over(points: Floats, size: int) -> tuple[Floats, Floats]:
    """Return x and y such that all ``points`` (k, 2) and 0, 0 lie within, with a margin."""
    lows, highs = np.minimum(points.min(axis=0), 0.0), np.maximum(points.max(axis=0), 0.0)
    margins = _MARGIN * (highs - lows)
    x, y = zip((lows - margins).tolist(), (highs + margins).tolist(), strict=True)
    return _axis(*x, size), _axis(*y, size)


def _losses(
    network: Network, plane: Plane, x: Array, t: Bytes, axes: tuple[Floats, Floats]
) -> Generator[float, None, Floats]:
    points, (xs, ys) = SurfacePoints(network, plane, x, t), axes
    yield from part_of(points.prepare(), 0.0, _PREPARED)
    losses = np.empty((len(ys), len(xs)))
    total, done, work = points.cost * losses.size, 0, 0
    for i, j in np.ndindex(losses.shape):
        for cost in points.move(float(xs[j]), float(ys[i])):
            done, work = done + cost, work + cost
            if work >= STEP_WORK or done == total:
                yield _PREPARED + (1 - _PREPARED) * done / total
                work = 0
        losses[i, j] = points.loss
    return losses

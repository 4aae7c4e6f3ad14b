"""How a network is doing: where gradients vanish, which units no longer take part."""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from bpcore.layers import Relu, Sigmoid, Tanh
from bpcore.optimizers import SGD

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from bpcore.layers import Array
    from bpcore.network import Network
    from bpcore.optimizers import Optimizer

SATURATED_SLOPE = 0.05
"""A Sigmoid or Tanh is saturated where its slope is less than this share of its steepest."""


@dataclass(frozen=True, eq=False)
class Health:
    """What the batch of ``iteration`` and its update show.

    Attributes
    ----------
    iteration
        Iterations done.
    weight, gradient, update
        By parameter (``"W1"``), the root mean square of its elements, of their gradients in the
        last iteration, and of what that iteration added to them. Per element, so that layers of
        different size compare.
    dead
        By Relu layer (``"Relu1"``), units (M,): True where the gate was shut for the whole batch.
    saturated
        By Sigmoid or Tanh layer, units (M,): share of the batch, 0 to 1, in which they were
        saturated.
    """

    iteration: int
    weight: Mapping[str, float]
    gradient: Mapping[str, float]
    update: Mapping[str, float]
    dead: Mapping[str, npt.NDArray[np.bool_]]
    saturated: Mapping[str, npt.NDArray[np.float64]]


def examine(network: Network, optimizer: Optimizer, iteration: int) -> Health:
    """Examine ``network`` just after an iteration, whose batch its layers still hold."""
    params, grads = network.params, network.grads
    dead: dict[str, npt.NDArray[np.bool_]] = {}
    saturated: dict[str, npt.NDArray[np.float64]] = {}
    for name, layer in network.layers.items():
        if isinstance(layer, Relu):
            dead[name] = np.all(layer.mask, axis=0)
        elif isinstance(layer, Sigmoid | Tanh):
            saturated[name] = saturated_share(layer)
    gradient = {name: root_mean_square(grads[name]) for name in params}
    return Health(
        iteration=iteration,
        weight=MappingProxyType({name: root_mean_square(W) for name, W in params.items()}),
        gradient=MappingProxyType(gradient),
        update=MappingProxyType(_updates(optimizer, grads, gradient)),
        dead=MappingProxyType(dead),
        saturated=MappingProxyType(saturated),
    )


def root_mean_square(array: Array) -> float:
    """Return the root of the mean of the squares of all elements, which may be of any size.

    Squares are summed in the array's own type, unless they are too large or too small for it.
    """
    mean = float(np.vdot(array, array)) / array.size
    # The squares of numbers far below 1 lose their digits long before the numbers do.
    if not _SMALLEST <= mean <= _LARGEST:
        return _scaled_root_mean_square(array)
    return math.sqrt(mean)


_SMALLEST, _LARGEST = 1e-28, 1e28
"""Mean squares between which sums of float32 keep their digits, whatever the numbers."""


def _scaled_root_mean_square(array: Array) -> float:
    peak = float(np.abs(array).max())
    if not 0 < peak < math.inf:
        return peak
    scaled = array.astype(np.float64) / peak
    return peak * math.sqrt(np.vdot(scaled, scaled) / array.size)


def _updates(
    optimizer: Optimizer, grads: Mapping[str, Array], gradient: Mapping[str, float]
) -> dict[str, float]:
    if isinstance(optimizer, SGD):  # its step is the gradient times a number
        return {name: optimizer.learning_rate * size for name, size in gradient.items()}
    return {name: root_mean_square(optimizer.last_step(name, grads[name])) for name in gradient}


def saturated_share(layer: Sigmoid | Tanh) -> npt.NDArray[np.float64]:
    """Return for each unit (M,) in what share of its last batch the layer was saturated."""
    y = layer.out
    slope = 4 * y * (1 - y) if isinstance(layer, Sigmoid) else 1 - y * y
    share: npt.NDArray[np.float64] = (slope < SATURATED_SLOPE).mean(axis=0)
    return share

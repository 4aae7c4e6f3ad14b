"""How a network is doing: where gradients vanish, which units no longer take part."""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from bpcore.layers import Relu, Sigmoid, Tanh

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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
    return Health(
        iteration=iteration,
        weight=_by_name((name, array) for name, array in params.items()),
        gradient=_by_name((name, grads[name]) for name in params),
        update=_by_name((name, optimizer.last_step(name, grads[name])) for name in params),
        dead=MappingProxyType(dead),
        saturated=MappingProxyType(saturated),
    )


def root_mean_square(array: Array) -> float:
    """Return the root of the mean of the squares of all elements, summed in float64."""
    return math.sqrt(np.square(array, dtype=np.float64).mean())


def saturated_share(layer: Sigmoid | Tanh) -> npt.NDArray[np.float64]:
    """Return for each unit (M,) in what share of its last batch the layer was saturated."""
    y = layer.out
    slope = 4 * y * (1 - y) if isinstance(layer, Sigmoid) else 1 - y * y
    share: npt.NDArray[np.float64] = (slope < SATURATED_SLOPE).mean(axis=0)
    return share


def _by_name(arrays: Iterable[tuple[str, Array]]) -> Mapping[str, float]:
    return MappingProxyType({name: root_mean_square(array) for name, array in arrays})

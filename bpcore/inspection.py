"""What a network's hidden units do on a set of digits, and how its weights are spread."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from bpcore.datasets.mnist import scale
from bpcore.health import saturated_share
from bpcore.histogram import Histogram, counted, edges_for, round_edges
from bpcore.layers import Affine, Relu, Sigmoid, Tanh
from bpcore.network import Network
from bpcore.steps import evenly_spaced, part_of, rows_of_a_step, work_of

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from bpcore.datasets.idx import Bytes
    from bpcore.layers import Array
    from bpcore.network import ActivationLayer

__all__ = ["Histogram", "Inspection", "LayerInspection", "inspect"]

Floats: TypeAlias = npt.NDArray[np.float64]

_PASS_SHARE = 0.7
"""Of the time, what the forward pass takes, about; counting takes the rest."""


@dataclass(frozen=True, eq=False)
class LayerInspection:
    """What the units of one hidden layer did; its arrays are read-only.

    Attributes
    ----------
    dead
        Per unit (M,): True where a Relu was closed for every digit.
    saturated
        Per unit (M,): share of the digits, 0 to 1, in which a Sigmoid or Tanh had a slope of less
        than ``bpcore.health.SATURATED_SLOPE`` of its steepest. 0 for a Relu.
    activations
        Of all outputs of the layer.
    """

    dead: npt.NDArray[np.bool_]
    saturated: Floats
    activations: Histogram


@dataclass(frozen=True, eq=False)
class Inspection:
    """What the hidden units did on ``count`` digits, and how the weights are spread.

    Attributes
    ----------
    count
        Digits that were looked at.
    layers
        By hidden layer, ``"Relu1"``, the first one first.
    weights
        By weight matrix, ``"W1"``: of all its elements.
    """

    count: int
    layers: Mapping[str, LayerInspection]
    weights: Mapping[str, Histogram]

    @property
    def first(self) -> LayerInspection:
        """The first hidden layer; one without units if there is none."""
        return next(iter(self.layers.values()), _NO_LAYER)

    @property
    def dead(self) -> npt.NDArray[np.bool_]:
        """Units of the first hidden layer (M,) that never open, see LayerInspection."""
        return self.first.dead

    @property
    def saturated(self) -> Floats:
        """Share of the digits that saturates each unit of the first hidden layer, (M,)."""
        return self.first.saturated

    @property
    def activations(self) -> Histogram:
        """Of the outputs of the first hidden layer."""
        return self.first.activations


def inspect(
    network: Network, images: Bytes, like: Inspection | None = None
) -> Generator[float, None, Inspection]:
    """Look at ``network`` on at most 1,000 of ``images`` (N, 784), 0 to 255, evenly spaced.

    With ``like``, histograms have the edges of its histograms, so that two moments of a run compare
    bin by bin. The network is left as it is.

    Yields
    ------
    float
        The share that is done, 0 to 1, every few milliseconds.

    Raises
    ------
    ValueError
        If there are no images.
    """
    if not len(images):
        raise ValueError("there must be at least one image")
    network = Network.from_params(network.params, network.activation)
    chosen = images[evenly_spaced(len(images))]
    seen = {
        name: _Seen(layer, np.empty((len(chosen), units), network.dtype))
        for (name, layer), units in zip(_hidden(network), network.sizes[1:-1], strict=True)
    }
    rows = rows_of_a_step(work_of(network.sizes))
    for start in range(0, len(chosen), rows):
        _look(network, chosen, slice(start, start + rows), seen)
        yield _PASS_SHARE * min((start + rows) / len(chosen), 1)
    histograms = yield from _count(network, seen, like)
    layers = {name: layer.result(histograms[name]) for name, layer in seen.items()}
    weights = {name: found for name, found in histograms.items() if name not in layers}
    return Inspection(len(chosen), MappingProxyType(layers), MappingProxyType(weights))


class _Seen:
    """What is noted of a hidden layer, block of digits by block."""

    def __init__(self, layer: ActivationLayer, outputs: Array) -> None:
        self.layer, self.outputs = layer, outputs
        self.dead = np.ones(outputs.shape[1], bool)
        self.saturated = np.zeros(outputs.shape[1])

    def note(self, part: slice, outputs: Array) -> None:
        """Keep the outputs (n, M) of the digits ``part``, which the layer has just given."""
        self.outputs[part] = outputs
        if isinstance(self.layer, Relu):
            self.dead &= self.layer.mask.all(axis=0)
        else:
            self.dead[:] = False
            self.saturated += saturated_share(self.layer) * (len(outputs) / len(self.outputs))

    def edges(self) -> Floats:
        """Return edges that suit the outputs: a Sigmoid's and a Tanh's are known beforehand."""
        if isinstance(self.layer, Sigmoid):
            return round_edges(0.0, 1.0)
        if isinstance(self.layer, Tanh):
            return round_edges(-1.0, 1.0)
        return edges_for(np.append(self.outputs, np.zeros(1, self.outputs.dtype)))

    def result(self, activations: Histogram) -> LayerInspection:
        self.dead.flags.writeable = self.saturated.flags.writeable = False
        return LayerInspection(self.dead, self.saturated, activations)


def _hidden(network: Network) -> list[tuple[str, ActivationLayer]]:
    layers = network.layers.items()
    return [(name, layer) for name, layer in layers if not isinstance(layer, Affine)]


def _look(network: Network, images: Bytes, part: slice, seen: Mapping[str, _Seen]) -> None:
    x = scale(images[part], network.dtype)
    with np.errstate(over="ignore", invalid="ignore"):
        for name, layer in network.layers.items():
            x = layer.forward(x)
            if name in seen:
                seen[name].note(part, x)


def _count(
    network: Network, seen: Mapping[str, _Seen], like: Inspection | None
) -> Generator[float, None, dict[str, Histogram]]:
    """Return the histograms of hidden layers, ``"Relu1"``, and of weights, ``"W1"``."""
    values = {name: layer.outputs for name, layer in seen.items()}
    values |= {name: array for name, array in network.params.items() if array.ndim == 2}
    known: dict[str, Histogram] = {}
    if like:
        known = {name: layer.activations for name, layer in like.layers.items()}
        known |= like.weights
    found = {}
    total = sum(array.size for array in values.values())
    done, start = 0, _PASS_SHARE
    for name, array in values.items():
        if name in known:
            edges = known[name].edges
        else:
            edges = seen[name].edges() if name in seen else edges_for(array)
        apart = name in seen and isinstance(seen[name].layer, Relu)
        counting = counted(array, edges, zeros_apart=apart)
        done += array.size
        stop = _PASS_SHARE + (1 - _PASS_SHARE) * done / total
        found[name] = yield from part_of(counting, start, stop)
        start = stop
    return found


_NO_LAYER = LayerInspection(
    np.empty(0, bool), np.empty(0), Histogram(round_edges(-1.0, 1.0), np.zeros(40, np.int64), 0)
)

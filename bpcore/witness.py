"""A backward pass of which everything is remembered that goes from one layer to the next."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import numpy as np

from bpcore.graph.steps import layer_number
from bpcore.layers import Affine

if TYPE_CHECKING:
    from bpcore.boundary import Layer
    from bpcore.layers import Array, Labels
    from bpcore.network import Network


class Witness:
    """A copy of a network, and what happened in its pass with a batch.

    Each layer gets copies, so that one which writes into what it gets spoils nothing else.

    Attributes
    ----------
    network, x, t
        The copy, with layers of the same classes, and the batch.
    layers
        Name and layer, first to last.
    names, values
        ``"x"``, ``"z1"``, ``"a1"`` … and the value of each (N, units): what went into the first
        layer, and what came out of each.
    gradients
        ``"dz1"``, ``"dW1"`` … by backpropagation.
    overwrote
        Names of layers whose ``backward`` wrote into the array that it got.
    """

    def __init__(self, network: Network, x: Array, t: Labels) -> None:
        self.network, self.x, self.t = copy.deepcopy(network), x, t
        self.layers = tuple(self.network.layers.items())
        self.names = ("x", *(_output_of(name) for name, _ in self.layers))
        self.values = [x]
        self.gradients: dict[str, Array] = {}
        self.overwrote: set[str] = set()
        with np.errstate(all="ignore"):
            self._run()

    @property
    def is_finite(self) -> bool:
        """Whether all parameters, and all values of the forward pass, are finite numbers."""
        arrays = (*self.network.params.values(), *self.values)
        return all(bool(np.isfinite(array).all()) for array in arrays)

    def _run(self) -> None:
        for _, layer in self.layers:
            self.values.append(np.array(layer.forward(self.values[-1].copy())))
        last_layer = self.network.last_layer
        last_layer.forward(self.values[-1].copy(), self.t.copy())
        dout = np.array(last_layer.backward())
        self.gradients[f"d{self.names[-1]}"] = dout
        for (name, layer), source in zip(self.layers[::-1], self.names[-2::-1], strict=True):
            if _writes_into(layer, dout):
                self.overwrote.add(name)
            dout = np.array(layer.backward(dout.copy()))
            self.gradients[f"d{source}"] = dout
            if isinstance(layer, Affine):
                if self.network.weight_decay:
                    self.network.decay(layer)
                n = layer_number(name)
                self.gradients |= {f"dW{n}": layer.dW.copy(), f"db{n}": layer.db.copy()}


def _output_of(layer: str) -> str:
    return f"{'z' if layer.startswith('Affine') else 'a'}{layer_number(layer)}"


def _writes_into(layer: Layer, dout: Array) -> bool:
    """Tell whether ``backward`` would write into ``dout``, even what stands there already."""
    layer, dout = copy.deepcopy(layer), dout.copy()
    dout.flags.writeable = False
    try:
        layer.backward(dout)
    except ValueError:
        return True
    return False

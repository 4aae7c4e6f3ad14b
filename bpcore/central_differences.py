"""The slope of the loss along every parameter, from forward passes alone.

(L(w + h) - L(w - h)) / 2h asks for two losses per element, 79,520 of them for the book's network.
A weight or bias that is moved changes one unit of its layer, so only that unit is computed anew,
and hundreds of moved elements are units side by side: columns of one wide Affine layer. What comes
behind it sees hundreds of batches at once. All of it goes through the layers' own ``forward``, and
nothing through ``backward``, which is what these numbers are there to check.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bpcore.layers import Affine, Relu, Sigmoid, SoftmaxWithLoss, Tanh, log_softmax, one_hot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy.typing as npt

    from bpcore.layers import Array, Labels
    from bpcore.network import Network

    Elements = npt.NDArray[np.intp]

STEP = 1e-4
"""The book's h: at it, the errors of truncation and rounding are both small in float64."""

CHUNK_VALUES = 1 << 17
"""Values in the largest array of a chunk: 1 MB in float64, so that it stays in the cache."""

_OWN_FORWARDS = {layer.forward for layer in (Affine, Relu, Sigmoid, Tanh)}


@dataclass(frozen=True, eq=False)
class Slopes:
    """Central differences for some elements of a parameter.

    Attributes
    ----------
    elements
        Their flat indices (K,) in the parameter.
    values
        The slope of the loss along each (K,).
    kink
        (K,): True where the two evaluations saw a Relu open in one and shut in the other. There the
        loss has no derivative between them.
    """

    elements: Elements
    values: Array
    kink: npt.NDArray[np.bool_]


def central_differences(
    network: Network, x: Array, t: Labels, name: str, elements: Elements, h: float
) -> Iterator[Slopes]:
    """Give the slopes of the loss of a batch along ``elements`` of parameter ``name``, in chunks.

    Parameters
    ----------
    network
        Left as it is, bit for bit.
    x, t
        The batch: (N, D), and class numbers (N,) or one-hot rows (N, C).
    name
        ``"W1"``, ``"b1"`` …
    elements
        Flat indices (K,) in that parameter.
    h
        How far each is moved up and down.
    """
    if all(type(layer).forward in _OWN_FORWARDS for layer in network.layers.values()):
        moves = _Moves(network, x, t, name)
        size = moves.chunk_size
        for start in range(0, len(elements), size):
            yield moves.slopes(elements[start : start + size], h)
    else:  # a layer that computes something else can do so across a batch: a pass for each
        for element in elements:
            yield _one_at_a_time(network, x, t, name, int(element), h)


class _Moves:
    """What moved elements of one parameter make of the loss of a batch."""

    def __init__(self, network: Network, x: Array, t: Labels, name: str) -> None:
        self.kind, number = name[0], int(name[1:])
        layers = list(network.layers.items())
        place = [layer for layer, _ in layers].index(f"Affine{number}")
        for _, layer in layers[:place]:
            x = _fresh(layer).forward(x)
        layer = layers[place][1]
        assert isinstance(layer, Affine)
        self.x, self.W, self.b = x, layer.W, layer.b
        self.out = _fresh(layer).forward(x)
        self.rest = [_fresh(layer) for _, layer in layers[place + 1 :]]
        self.weight_decay = network.weight_decay if self.kind == "W" else 0.0
        self.t = one_hot(t, np.empty((len(x), network.sizes[-1]), network.dtype))
        self.last_layer, self.answers = copy(network.last_layer), t
        widest = max(len(x) * max(network.sizes[number:]), len(self.W))
        self.chunk_size = max(CHUNK_VALUES // widest, 1)

    def slopes(self, elements: Elements, h: float) -> Slopes:
        above, gates_above = self.losses(elements, h)
        below, gates_below = self.losses(elements, -h)
        kink = np.zeros(len(elements), bool)
        for one, other in zip(gates_above, gates_below, strict=True):
            kink |= (one != other).any(axis=1)
        return Slopes(elements, (above - below) / (2 * h), kink)

    def losses(self, elements: Elements, h: float) -> tuple[Array, list[npt.NDArray[np.bool_]]]:
        """Return the loss with each element moved by ``h`` (K,), and the Relus' masks (K, …)."""
        count, each = len(elements), np.arange(len(elements))
        if self.kind == "W":
            rows, units = np.unravel_index(elements, self.W.shape)
            W, b = self.W[:, units], self.b[units]
            W[rows, each] += h
        else:
            units = elements
            W, b = self.W[:, units], self.b[units] + self.b.dtype.type(h)
        moved = Affine(W, b).forward(self.x)  # (N, K): the unit of each element
        out = np.repeat(self.out[np.newaxis], count, axis=0)  # (K, N, units)
        out[each, :, units] = moved.T
        scores = out.reshape(-1, out.shape[-1])
        gates = []
        for layer in self.rest:
            scores = layer.forward(scores)
            if isinstance(layer, Relu):
                gates.append(layer.mask.reshape(count, -1))
        losses = self.of_scores(scores.reshape(count, *self.t.shape))
        if self.weight_decay:  # the rest of the penalty is the same above and below
            losses += 0.5 * self.weight_decay * W[rows, each] ** 2
        return losses, gates

    def of_scores(self, scores: Array) -> Array:
        """Return the loss (K,) of each of many batches of scores (K, N, C)."""
        if type(self.last_layer).forward is SoftmaxWithLoss.forward:
            losses: Array = -(self.t / len(self.t) * log_softmax(scores)).sum(axis=(1, 2))
            return losses
        loss, t = self.last_layer.forward, self.answers
        return np.array([loss(batch, t) for batch in scores], scores.dtype)


def _fresh(layer: Affine | Relu | Sigmoid | Tanh) -> Affine | Relu | Sigmoid | Tanh:
    """Return a layer that does the same, so that the network's own remembers what it did."""
    return Affine(layer.W, layer.b) if isinstance(layer, Affine) else type(layer)()


def moved_values(f: Callable[[], float], array: Array, index: int, h: float) -> tuple[float, float]:
    """Return f() with the element at flat ``index`` moved by +h and by -h, put back exactly."""
    if not np.issubdtype(array.dtype, np.floating):
        raise TypeError(f"x must be of a floating type to be moved by h, not {array.dtype}")
    value = array.flat[index]
    try:
        array.flat[index] = value + h
        above = f()
        array.flat[index] = value - h
        return above, f()
    finally:
        array.flat[index] = value


def _one_at_a_time(
    network: Network, x: Array, t: Labels, name: str, element: int, h: float
) -> Slopes:
    gates: list[list[bytes]] = []

    def loss() -> float:
        value = network.loss(x, t)
        relus = (layer for layer in network.layers.values() if isinstance(layer, Relu))
        gates.append([relu.mask.tobytes() for relu in relus])
        return value

    above, below = moved_values(loss, network.params[name], element, h)
    slope = np.array([(above - below) / (2 * h)], network.dtype)
    return Slopes(np.array([element]), slope, np.array([gates[0] != gates[1]]))

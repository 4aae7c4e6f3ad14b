"""What moving a value between two layers, or a parameter, does to the loss: by forwards alone.

The examples of a batch meet in the loss only. So a row that is moved goes through the layers by
itself, beside hundreds of others, and what the rest of its batch adds to the loss is the same
above and below. A layer that mixes rows, and a loss that is not ``SoftmaxWithLoss.forward``, gets
the whole batch with one row moved, once for each move.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias

import numpy as np

from bpcore.layers import Affine, Relu, SoftmaxWithLoss, log_softmax, one_hot

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from bpcore.layers import Array, Labels
    from bpcore.network import ActivationLayer, Network

    Layer: TypeAlias = Affine | ActivationLayer
    Bools: TypeAlias = npt.NDArray[np.bool_]
    Elements: TypeAlias = npt.NDArray[np.intp]

WORK = 3_000_000
"""Multiplications in a chunk of moves: some milliseconds."""

MOST_WORK = 400_000_000
"""Multiplications for all moves of a boundary; of more, some of its elements are drawn."""

LEAST = 200
"""Elements of a boundary that are moved in any case, if it has so many."""

MOST_ROWS = 10
"""Rows of a batch from which elements are drawn."""

EVALUATIONS = 4
"""Losses per element: above and below, at h and at h / 2."""

CALL = 100_000
"""Multiplications that could be done in the time that a call of a layer takes."""


class Moved(NamedTuple):
    """What became of moved elements (K,).

    Where each is now, the loss, and whether a Relu is open that was shut, or the other way round.
    """

    value: Array
    loss: Array
    crossed: Bools


class Movable(Protocol):
    """Elements that can be moved, to see what the loss does."""

    chunk: int
    """How many at a time take some milliseconds."""

    def moved(self, elements: Elements, offsets: Array) -> Moved:
        """Return what becomes of the loss with each of ``elements`` moved by its offset (K,)."""

    def unmoved(self, elements: Elements) -> Array:
        """Return the same losses (K,) with nothing moved."""


class Slopes(NamedTuple):
    """What two steps, h and h / 2, tell of the loss along elements (K,).

    The central differences with both; how much the slope above differs from the slope below, for
    both; and whether a Relu changed its mind.
    """

    far: Array
    near: Array
    far_bend: Array
    near_bend: Array
    kink: Bools


@np.errstate(all="ignore")
def slopes(movable: Movable, elements: Elements, steps: Sequence[float]) -> list[Slopes]:
    """Return the slopes of the loss along ``elements`` (K,) for each h of ``steps``.

    A slope is divided by the way that an element really went, h up and down but for rounding.
    """
    ways = np.array([way for h in steps for way in (h, -h, h / 2, -h / 2)])
    # All ways at once: layers are called a few times, and with many rows.
    moved = movable.moved(np.tile(elements, len(ways)), np.repeat(ways, len(elements)))
    unmoved, shape = movable.unmoved(elements), (len(steps), EVALUATIONS, len(elements))
    value, loss = moved.value.reshape(shape), moved.loss.reshape(shape)
    crossed = moved.crossed.reshape(shape)
    found = []
    for n, h in enumerate(steps):
        far, far_bend = _slopes(value[n, :2], loss[n, :2], unmoved, h)
        near, near_bend = _slopes(value[n, 2:], loss[n, 2:], unmoved, h / 2)
        found.append(Slopes(far, near, far_bend, near_bend, crossed[n].any(axis=0)))
    return found


def _slopes(value: Array, loss: Array, unmoved: Array, h: float) -> tuple[Array, Array]:
    """Return slopes and bends (K,) of elements at ``value`` above and below (2, K)."""
    slopes: Array = (loss[0] - loss[1]) / (value[0] - value[1])
    bends: Array = np.abs((loss[0] - unmoved) - (unmoved - loss[1])) / h
    return slopes, bends


class Boundary:
    """A value (N, D) between two layers, with all that comes behind it.

    Parameters
    ----------
    values
        The value, and what comes out of each layer behind it.
    layers, last_layer
        Those layers, and the loss.
    apart
        How many of the layers, from the first on, keep rows apart: see ``keeps_rows_apart``.
    t
        The answers of the batch.

    Attributes
    ----------
    elements
        Flat indices (K,) in the value of those to be moved: all, or so many of ``MOST_ROWS`` rows
        as can be moved in about a tenth of a second.
    rows
        The rows in which they are (R,).
    losses
        What each of these rows adds to the loss (R,), or the whole loss if that is not a sum.
    work
        Roughly how many multiplications it takes to move them all.
    """

    @np.errstate(all="ignore")
    def __init__(
        self,
        values: Sequence[Array],
        layers: Sequence[Layer],
        apart: int,
        last_layer: SoftmaxWithLoss,
        t: Labels,
    ) -> None:
        value = self.value = values[0]
        self.last_layer, self.t = last_layer, t
        self.apart, self.mixing, self.between = layers[:apart], layers[apart:], values[apart]
        own_loss = type(last_layer).forward is SoftmaxWithLoss.forward
        self.rows_are_apart = own_loss and not self.mixing
        if self.rows_are_apart:
            self.answers = one_hot(t, values[-1])
        work = EVALUATIONS * (_work(self.apart) + len(value) * _work(self.mixing))
        if not self.rows_are_apart:
            work += EVALUATIONS * CALL * (len(self.mixing) + 2)
        self.chunk = max(WORK // work, 1)
        self.elements = _drawn(value.shape, max(MOST_WORK // work, LEAST))
        self.work = work * len(self.elements)
        self.rows = np.unique(self.elements // value.shape[1])
        self.losses, self.gates = self._outcome(self.rows, value[self.rows])

    def moved(self, elements: Elements, offsets: Array) -> Moved:
        """Return what becomes of the loss with each of ``elements`` moved by its offset (K,).

        Only differences of such losses mean something: of one row, or of the whole batch.
        """
        rows, columns = np.unravel_index(elements, self.value.shape)
        each = np.arange(len(elements))
        moved = self.value[rows]
        moved[each, columns] += offsets
        losses, gates = self._outcome(rows, moved)
        before = self.gates[np.searchsorted(self.rows, rows)]
        return Moved(moved[each, columns], losses, (gates != before).any(axis=1))

    def unmoved(self, elements: Elements) -> Array:
        """Return the same losses (K,) with nothing moved."""
        losses: Array = self.losses[np.searchsorted(self.rows, elements // self.value.shape[1])]
        return losses

    def _outcome(self, rows: Elements, moved: Array) -> tuple[Array, Bools]:
        """Return the loss with row ``rows[k]`` of the batch as ``moved[k]`` (K,), and all gates."""
        out, gates = _passed(self.apart, moved)
        if self.rows_are_apart:
            t = self.answers
            losses: Array = -(t[rows] / len(t) * log_softmax(out)).sum(axis=1)
            return losses, gates
        losses, all_gates = np.empty(len(rows)), []
        for k, row in enumerate(rows):
            batch = self.between.copy()
            batch[row] = out[k]
            batch, more = _passed(self.mixing, batch)
            losses[k] = self.last_layer.forward(batch, self.t)
            all_gates.append(np.concatenate([gates[k], more.ravel()]))
        return losses, np.array(all_gates)


class Parameter:
    """A parameter of a network, whose elements are moved in place and put back."""

    def __init__(self, network: Network, name: str, x: Array, t: Labels) -> None:
        self.network, self.x, self.t = network, x, t
        self.array = network.params[name]
        work = len(x) * _work(tuple(network.layers.values())) + CALL * len(network.layers)
        self.chunk = max(WORK // (EVALUATIONS * work), 1)

    @cached_property
    def _before(self) -> tuple[float, Bools]:
        return self._outcome()  # most parameters are never moved

    def moved(self, elements: Elements, offsets: Array) -> Moved:
        """Return what becomes of the loss with each of ``elements`` moved by its offset (K,)."""
        values, losses = self.array.ravel()[elements] + offsets, np.empty(len(elements))
        crossed, (_, all_gates) = np.empty(len(elements), bool), self._before
        for k, element in enumerate(elements):
            before = self.array.flat[element]
            self.array.flat[element] = values[k]
            losses[k], gates = self._outcome()
            self.array.flat[element] = before
            crossed[k] = (gates != all_gates).any()
        return Moved(values, losses, crossed)

    def unmoved(self, elements: Elements) -> Array:
        """Return the same losses (K,) with nothing moved."""
        return np.full(len(elements), self._before[0])

    def _outcome(self) -> tuple[float, Bools]:
        network = self.network
        scores, gates = _passed(tuple(network.layers.values()), self.x)
        return network.penalised(network.last_layer.forward(scores, self.t)), gates


def _passed(layers: Sequence[Layer], x: Array) -> tuple[Array, Bools]:
    """Return what ``layers`` make of rows (K, D), and which gates of Relus are open (K, G)."""
    gates = [np.empty((len(x), 0), bool)]
    x = x.copy()  # a layer could write into what it gets
    for layer in layers:
        if isinstance(layer, Relu):
            gates.append(x > 0)
        x = layer.forward(x)
    return x, np.concatenate(gates, axis=1)


@np.errstate(all="ignore")
def keeps_rows_apart(layer: Layer, x: Array) -> bool:
    """Tell whether each row of ``x`` (N, D) gives the same among others."""
    among_others = layer.forward(np.concatenate([x, x[::-1] + 1]))[: len(x)]
    alone = layer.forward(x.copy())
    if np.array_equal(among_others, alone):  # as mostly, and soon seen
        return True
    close = 1e-9 * np.abs(alone).max(initial=0)
    return np.allclose(among_others, alone, rtol=0, atol=close, equal_nan=True)


def _work(layers: Sequence[Layer]) -> int:
    """Return roughly how many multiplications a row costs."""
    return 100 + sum(layer.W.size for layer in layers if isinstance(layer, Affine))


def _drawn(shape: tuple[int, ...], most: int) -> Elements:
    """Return flat indices of all elements, or of about ``most`` in at most ``MOST_ROWS`` rows."""
    count, width = shape
    if count * width <= most:
        return np.arange(count * width)
    rows = np.unique(np.linspace(0, count - 1, min(count, MOST_ROWS)).astype(int))
    each = min(-(-most // len(rows)), width)
    rng = np.random.default_rng(0)
    columns = [np.sort(rng.permutation(width)[:each]) for _ in rows]
    return np.concatenate([row * width + some for row, some in zip(rows, columns, strict=True)])

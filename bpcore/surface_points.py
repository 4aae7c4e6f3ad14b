"""The loss of a network at any point of a plane through its parameters."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np

from bpcore.network import Network
from bpcore.plane import dot
from bpcore.steps import rows_of_a_step, work_of

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from bpcore.datasets.idx import Bytes
    from bpcore.layers import Array
    from bpcore.plane import Plane

_MOVING = 15
"""What moving a number along two directions costs, in multiplications of a matrix product."""


class SurfacePoints:
    """Computes the loss of ``network`` on digits ``x`` (N, 784), labels ``t`` (N,), in steps.

    The layers compute as ever, but for the first: what it gives moves in a straight line as its
    parameters do, so that the products of its weights and the digits, which are by far the most of
    the work, are needed but once. At 0, 0 the loss is the network's own, bit for bit.

    Attributes
    ----------
    loss
        At the point to which ``move`` went last: inf if it is beyond all numbers.
    """

    def __init__(self, network: Network, plane: Plane, x: Array, t: Bytes) -> None:
        self._origin, self._plane, self._x, self._t = network, plane, x, t
        self._probe = Network.from_params(network.params, network.activation)
        first = (3, len(x), network.sizes[1])
        self._first = np.empty(first, network.dtype)
        self._scores = np.empty((len(x), network.sizes[-1]), network.dtype)
        self._products: list[float] = []
        self._moves = {
            name: _MOVING * array.size
            for name, array in network.params.items()
            if name not in ("W1", "b1")
        }
        self._work = work_of(network.sizes[1:]) + _MOVING * network.sizes[1]
        self.loss = np.inf

    def prepare(self) -> Generator[float, None, None]:
        """Do what all points have in common; the share that is done is given."""
        planes = (self._origin.params, *self._plane)
        pairs = list(itertools.combinations_with_replacement(planes, 2))[1:]
        weights = [name for name in self._origin.params if name.startswith("W")]
        rows = rows_of_a_step(3 * work_of(self._origin.sizes[:2]))
        starts = range(0, len(self._x), rows)
        steps, done = len(starts) + len(pairs) * len(weights), 0
        for start in starts:
            part = slice(start, start + rows)
            for first, params in zip(self._first, planes, strict=True):
                with np.errstate(all="ignore"):
                    first[part] = self._x[part] @ params["W1"] + params["b1"]
            done += 1
            yield done / steps
        for one, other in pairs:
            product = 0.0
            for name in weights:
                product += dot(one[name], other[name])
                done += 1
                yield done / steps
            self._products.append(product)

    @property
    def cost(self) -> int:
        """What ``move`` costs altogether."""
        return sum(self._moves.values()) + self._work * len(self._x)

    def move(self, x: float, y: float) -> Iterator[int]:
        """Compute ``loss`` at ``x``, ``y``; what each piece of the work has cost is given."""
        for name, cost in self._moves.items():
            origin, (along, across) = self._origin.params[name], self._plane
            self._probe.params[name] = _moved((origin, along[name], across[name]), x, y)
            yield cost
        _, *layers = self._probe.layers.values()
        rows = rows_of_a_step(self._work)
        for start in range(0, len(self._x), rows):
            part = slice(start, start + rows)
            values = _moved(tuple(self._first[:, part]), x, y)
            with np.errstate(all="ignore"):
                for layer in layers:
                    values = layer.forward(values)
            self._scores[part] = values
            if start + rows >= len(self._x):
                self._finish(x, y)
            yield self._work * len(values)

    def _finish(self, x: float, y: float) -> None:
        with np.errstate(all="ignore"):
            loss = self._probe.last_layer.forward(self._scores, self._t)
            if self._origin.weight_decay:
                loss = float(self._origin.dtype.type(loss + self._penalty(x, y)))
        self.loss = np.inf if np.isnan(loss) else loss

    def _penalty(self, x: float, y: float) -> float:
        to_x, to_y, xx, xy, yy = self._products
        moved = x * to_x + y * to_y + x * y * xy + (x * x * xx + y * y * yy) / 2
        return self._origin.penalty() + self._origin.weight_decay * moved


def _moved(arrays: tuple[Array, ...], x: float, y: float) -> Array:
    origin, along, across = arrays
    with np.errstate(all="ignore"):
        moved = origin + x * along if x else origin  # 0 times what has overflowed would be nan
        return moved + y * across if y else moved

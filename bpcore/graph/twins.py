"""Twin lanes: the same weights, example and upstream gradient through Relu and through Sigmoid."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from bpcore.graph.arrays import kept
from bpcore.graph.example import trace_example, whole
from bpcore.initializers import initial_weights
from bpcore.layers import Affine
from bpcore.network import ACTIVATIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from bpcore.layers import Array
    from bpcore.network import Network

LANES = ("relu", "sigmoid")
MOST_LAYERS = 64

MOST_KEPT = 64_000_000
"""Bytes of drawn weights that are kept for the next time; seven layers of 1,000 units fit."""


@dataclass(frozen=True, eq=False, slots=True, repr=False)
class Crossing:
    """One activation layer on one example, crossed forward and back. All arrays are (M,).

    Attributes
    ----------
    z, a
        Before and after the activation.
    upstream, downstream
        The gradient that arrives at ``a``, and what is left of it at ``z``.
    factor
        downstream / upstream per unit: 0 or 1 for Relu, y (1 − y) for Sigmoid, at most 1/4.
    """

    z: Array
    a: Array
    upstream: Array
    downstream: Array
    factor: Array

    def __repr__(self) -> str:
        return f"<Crossing of {len(self.z)} units, {self.passed:.3g} of the gradient passes>"

    @property
    def passed(self) -> float:
        """How much of the gradient's length gets through, 0 to 1; 0 where none arrives."""
        return _ratio(self.downstream, self.upstream)


@dataclass(frozen=True, eq=False, slots=True, repr=False)
class Lane:
    """A stack of hidden layers with one activation; the first one is that next to the input.

    Attributes
    ----------
    activation
        ``"relu"`` or ``"sigmoid"``.
    crossings
        One per hidden layer, in forward order.
    """

    activation: str
    crossings: tuple[Crossing, ...]

    def __repr__(self) -> str:
        layers = f"{len(self.crossings)} layer{'s' if len(self.crossings) > 1 else ''}"
        return f"<Lane {self.activation}: {layers}, {self.left[-1]:.3g} of the gradient is left>"

    @property
    def passed(self) -> Array:
        """What the activations alone let through on the way back, (n,): after 1, 2, … n layers.

        From the topmost layer down, against the order of ``crossings``: the product of their
        ``passed``. The weights between them stretch and shrink a gradient, too, and are left out.
        """
        return np.cumprod([crossing.passed for crossing in reversed(self.crossings)])

    @property
    def left(self) -> Array:
        """What is left of the gradient at z after 1, 2, … n layers, (n,).

        From the topmost layer down, against the order of ``crossings``; with the weights between
        them, so that it can also grow beyond 1.
        """
        arrived = self.crossings[-1].upstream
        return np.array([_ratio(c.downstream, arrived) for c in reversed(self.crossings)])


def compare_activations(
    network: Network,
    x: npt.ArrayLike,
    t: npt.ArrayLike,
    *,
    layers: int | None = None,
    seed: int = 0,
) -> Mapping[str, Lane]:
    """Send one example, and the gradient that it causes, through Relu and through Sigmoid.

    Both lanes have the weights of ``network``, and the gradient that arrives at the topmost hidden
    layer is, in both, the one that ``network`` itself gets there.

    Parameters
    ----------
    x, t
        The example: (D,) or (1, D), and its class or one-hot row.
    layers
        How many hidden layers are stacked, instead of the network's own number. The first one is
        the network's; each further one has as many units as its last, and weights drawn anew as He
        would for Relu, from ``seed``, the same in both lanes.

    Returns
    -------
    Mapping
        ``"relu"`` and ``"sigmoid"`` to their lanes.

    Raises
    ------
    ValueError
        If the example does not fit, the network has no hidden layer, or ``layers`` is not 1 to 64.
    """
    hidden = len(network.sizes) - 2
    if not hidden:
        raise ValueError("the network has no hidden layer whose activation could be compared")
    layers = hidden if layers is None else whole("layers", layers)
    if not 1 <= layers <= MOST_LAYERS:
        raise ValueError(f"layers must be 1 to {MOST_LAYERS}, not {layers}")
    trace = trace_example(network, x, t)
    weights = [(trace.values[f"W{n}"], trace.values[f"b{n}"]) for n in range(1, hidden + 1)]
    units = network.sizes[-2]
    bias = np.zeros(units, network.dtype)
    further = _further_weights(units, layers - hidden, seed, network.dtype)
    weights += [(drawn, bias) for drawn in further]
    upstream = trace.values[f"da{min(layers, hidden)}"]
    return MappingProxyType(
        {name: _lane(name, weights[:layers], trace.values["x"], upstream) for name in LANES}
    )


class _Drawn:
    """Weights (units, units) of one layer after the other, drawn when they are first asked for."""

    def __init__(self, units: int, seed: int, dtype: np.dtype[np.floating]) -> None:
        self._units, self._dtype = units, dtype
        self._rng = np.random.default_rng(seed)
        self._weights: list[Array] = []
        self._drawing = Lock()

    def first(self, count: int) -> list[Array]:
        """Return those of the first ``count`` layers; they are read-only."""
        with self._drawing:
            while len(self._weights) < count:
                drawn = initial_weights("he", self._units, self._units, self._rng)
                self._weights.append(kept(drawn.astype(self._dtype)))
            return self._weights[: max(count, 0)]


_kept_drawn = lru_cache(maxsize=1)(_Drawn)
"""Drawing takes far longer than the passes, which run anew at each snapshot."""


def _further_weights(
    units: int, count: int, seed: int, dtype: np.dtype[np.floating]
) -> list[Array]:
    small = count * units**2 * dtype.itemsize <= MOST_KEPT
    return (_kept_drawn if small else _Drawn)(units, seed, dtype).first(count)


def _lane(name: str, weights: list[tuple[Array, Array]], x: Array, upstream: Array) -> Lane:
    """Run the layers that train, forward with ``x`` (1, D) and back with ``upstream`` (1, M)."""
    affines = [Affine(W, b) for W, b in weights]
    activations = [ACTIVATIONS[name]() for _ in weights]
    passes = []
    out = x
    for affine, activation in zip(affines, activations, strict=True):
        z = affine.forward(out)
        out = activation.forward(z)
        passes.append((z, out))
    crossings = []
    dout = upstream
    for affine, activation, (z, a) in zip(
        reversed(affines), reversed(activations), reversed(passes), strict=True
    ):
        factor = activation.backward(np.ones_like(dout))
        dx = activation.backward(dout)
        crossings.append(Crossing(*(kept(rows[0].copy()) for rows in (z, a, dout, dx, factor))))
        if affine is not affines[0]:
            dout = dx @ affine.W.T  # its backward would compute dW as well, for nobody
    return Lane(name, tuple(reversed(crossings)))


def _ratio(of: Array, to: Array) -> float:
    """Return how long one vector is in terms of another; 0 if that has no length."""
    length = _length(to)
    return _length(of) / length if length else 0.0


def _length(vector: Array) -> float:
    """Return the length of a vector whose squares single precision could not hold."""
    return float(np.linalg.norm(vector.astype(np.float64)))

"""A layer, a unit or a whole network opened into its primitive operations, with its own numbers.

Values are called as in the trace of the pass: ``x``, ``W1``, ``z1``, ``a1``, ``y``, ``loss``; those
of one unit bear its index, ``z1[17]``. Every graph knows the gradient that its output really got,
so that its ``backward`` gives the network's own gradients. Two of them are shares: in the graph of
a unit, what x or a1 gets is what this unit hands back; and the penalty on large weights is part of
the graph of the whole network only.

Sums are added up in another order than a matrix product does, so that the last digits can differ,
and with them, where z is 0 but for those digits, the gate of a Relu.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bpcore.graph.builder import GraphBuilder
from bpcore.graph.example import trace_batch, trace_example, whole
from bpcore.graph.ops import (
    Add,
    Divide,
    Dot,
    Exp,
    Log,
    Max,
    Multiply,
    Negate,
    Power,
    Reciprocal,
    Relu,
    Sigmoid,
    Subtract,
    Sum,
    Tanh,
)
from bpcore.graph.steps import layer_number

if TYPE_CHECKING:
    import numpy.typing as npt

    from bpcore.graph.graph import Graph
    from bpcore.graph.steps import Trace
    from bpcore.network import Network

TERMS = 12
"""Products of an Affine unit that are shown one by one."""


def expand_network(network: Network, x: npt.ArrayLike, t: npt.ArrayLike) -> Graph:
    """Return the loss of ``network`` on an example, or on a batch, as one graph of whole arrays.

    Parameters
    ----------
    x
        (D,) or a batch (N, D).
    t
        Its class, its one-hot row, or those of the batch.

    Raises
    ------
    ValueError
        If ``x`` or ``t`` do not fit the network.
    """
    expansion = _Expansion(trace_batch(network, x, t))
    name = expansion.leaf("x")
    for layer in expansion.trace.layers[:-1]:
        name = expansion.layer(layer, name)
    decay = network.weight_decay
    loss = expansion.loss(name, "loss without penalty" if decay else "loss")
    return expansion.builder.build(expansion.penalised(loss, decay) if decay else loss, 1.0)


def expand_layer(network: Network, x: npt.ArrayLike, t: npt.ArrayLike, layer: str) -> Graph:
    """Return one layer on an example or a batch as a graph of whole arrays.

    ``layer`` is its name in the network, or ``"SoftmaxWithLoss"``. Arguments and errors are those
    of ``expand_network``; an unknown layer is a ValueError, too.
    """
    expansion = _Expansion(trace_batch(network, x, t))
    source, output = expansion.ends(layer)
    name = expansion.leaf(source)
    made = expansion.loss(name, "loss") if output == "loss" else expansion.layer(layer, name)
    upstream = expansion.values["dL" if output == "loss" else f"d{output}"]
    return expansion.builder.build(made, upstream)


def expand_unit(
    network: Network,
    x: npt.ArrayLike,
    t: npt.ArrayLike,
    layer: str,
    unit: int,
    *,
    terms: int | None = TERMS,
) -> Graph:
    """Return one unit of an Affine layer or of an activation on an example, number by number.

    A unit of an Affine is the sum of its products x × W and its bias. The ``terms`` largest ones
    are nodes; all others, in the order of their index, are one node that adds them up. None makes
    a node of each.

    Raises
    ------
    ValueError
        If the example does not fit the network, or there is no such layer or unit.
    """
    expansion = _Expansion(trace_example(network, x, t))
    source, output = expansion.ends(layer)
    if output == "loss":
        raise ValueError("the loss has no units: each of its outputs depends on every score")
    unit = expansion.checked_unit(layer, output, unit)
    if output.startswith("z"):
        made = expansion.affine_unit(layer_number(layer), unit, terms)
    else:
        z = expansion.values[source][0, unit]
        made = expansion.activation(
            expansion.builder.variable(f"{source}[{unit}]", z), output, unit
        )
    return expansion.builder.build(made, expansion.values[f"d{output}"][0, unit])


def expand_neuron(
    network: Network,
    x: npt.ArrayLike,
    t: npt.ArrayLike,
    number: int,
    unit: int,
    *,
    terms: int | None = TERMS,
) -> Graph:
    """Return a unit of hidden layer ``number``, from 1: its Affine and its activation in one graph.

    Arguments and errors are those of ``expand_unit``.
    """
    expansion = _Expansion(trace_example(network, x, t))
    number = whole("number", number)
    output = f"a{number}"
    if output not in expansion.values:
        raise ValueError(f"there is no hidden layer {number}, only {len(network.sizes) - 2}")
    unit = expansion.checked_unit(f"hidden layer {number}", output, unit)
    total = expansion.affine_unit(number, unit, terms)
    made = expansion.activation(total, output, unit)
    return expansion.builder.build(made, expansion.values[f"d{output}"][0, unit])


class _Expansion:
    """Adds the nodes of a traced pass to a graph; what adds some returns the name of the last."""

    def __init__(self, trace: Trace) -> None:
        self.trace, self.values = trace, trace.values
        self.builder = GraphBuilder()

    def ends(self, layer: str) -> tuple[str, str]:
        """Return the names of what a layer reads and of what it makes."""
        if layer not in self.trace.layers:
            raise ValueError(f"no layer {layer!r}; there are {', '.join(self.trace.layers)}")
        if layer == self.trace.layers[-1]:
            return f"z{layer_number(self.trace.layers[-2])}", "loss"
        n = layer_number(layer)
        if layer.startswith("Affine"):
            return _source(n), f"z{n}"
        return f"z{n}", f"a{n}"

    def checked_unit(self, layer: str, output: str, unit: int) -> int:
        unit, units = whole("unit", unit), self.values[output].shape[1]
        if not 0 <= unit < units:
            raise ValueError(f"{layer} has units 0 to {units - 1}, not {unit}")
        return unit

    def leaf(self, name: str) -> str:
        return self.builder.variable(name, self.values[name], parameter=name[0] in "Wb")

    def number(self, value: float) -> str:
        """Add a constant of the network's type: one of a larger type would change the others'."""
        return self.builder.constant(np.asarray(value, self.values["x"].dtype))

    def layer(self, layer: str, source: str) -> str:
        """Add an Affine or an activation that reads ``source``."""
        n = layer_number(layer)
        if not layer.startswith("Affine"):
            return self.activation(source, f"a{n}")
        product = self.builder.apply(Dot(), source, self.leaf(f"W{n}"))
        return self.builder.apply(Add(), product, self.leaf(f"b{n}"), name=f"z{n}")

    def affine_unit(self, n: int, unit: int, terms: int | None) -> str:
        """Add z[unit] of Affine ``n``: its largest products, the rest in one node, the bias."""
        if terms is not None and whole("terms", terms) < 0:
            raise ValueError(f"terms must be None or a number >= 0, not {terms}")
        source = _source(n)
        x, W = self.values[source][0], self.values[f"W{n}"][:, unit]
        by_size = np.argsort(-np.abs(x * W), kind="stable")
        shown = len(x) if terms is None or terms == len(x) - 1 else terms
        addends = []
        for i in by_size[:shown]:
            one = self.builder.variable(f"{source}[{i}]", x[i])
            other = self.builder.variable(f"W{n}[{i},{unit}]", W[i], parameter=True)
            addends.append(self.builder.apply(Multiply(), one, other, name=f"{one} × {other}"))
        rest = np.sort(by_size[shown:])
        if len(rest):
            one = self.builder.variable(f"{source}[others]", x[rest])
            other = self.builder.variable(f"W{n}[others,{unit}]", W[rest], parameter=True)
            addends.append(self.builder.apply(Dot(), one, other, name=f"other {len(rest)} terms"))
        bias = self.values[f"b{n}"][unit]
        addends.append(self.builder.variable(f"b{n}[{unit}]", bias, parameter=True))
        return self.builder.apply(Add(), *addends, name=f"z{n}[{unit}]")

    def activation(self, source: str, output: str, unit: int | None = None) -> str:
        """Add the activation that makes ``output``, all of it or one unit, from ``source``."""
        y = self.values[output]
        if unit is not None:
            y, output = y[0, unit], f"{output}[{unit}]"
        if self.trace.activation == "relu":
            return self.builder.apply(Relu(), source, name=output)
        if self.trace.activation == "tanh":
            return self.builder.apply(Tanh(), source, name=output)
        if np.any(y * y < np.finfo(y.dtype).tiny):
            # exp(−x), on the way forward, or y², on the way back, leaves the floats: one node then.
            return self.builder.apply(Sigmoid(), source, name=output)
        negated = self.builder.apply(Negate(), source, name=f"−{source}")
        exp = self.builder.apply(Exp(), negated, name=f"exp(−{source})")
        total = self.builder.apply(Add(), self.number(1), exp, name=f"1 + exp(−{source})")
        return self.builder.apply(Reciprocal(), total, name=output)

    def loss(self, scores: str, output: str) -> str:
        """Add SoftmaxWithLoss in the book's order, with the largest score taken away before exp."""
        apply = self.builder.apply
        largest = apply(Max(last_axis=True), scores, name=f"max {scores}")
        shifted = apply(Subtract(), scores, largest, name=f"{scores} − max")
        exp = apply(Exp(), shifted, name=f"exp({scores} − max)")
        total = apply(Sum(last_axis=True), exp, name="Σ exp")
        y = self.values["y"]
        if np.any(y < np.finfo(y.dtype).tiny):
            # A probability leaves the floats, its logarithm does not, as the layer computes it.
            log_y = apply(Subtract(), shifted, apply(Log(), total, name="log Σ exp"), name="log y")
        else:
            log_y = apply(Log(), apply(Divide(), exp, total, name="y"), name="log y")
        target = self.builder.constant(self.values["t"], "t")
        product = apply(Multiply(), target, log_y, name="t × log y")
        count = len(y)
        total = apply(Sum(), product, name="Σ t × log y")
        if count == 1:
            return apply(Negate(), total, name=output)
        negated = apply(Negate(), total, name="−Σ t × log y")
        return apply(Divide(), negated, self.number(count), name=output)

    def penalised(self, loss: str, decay: float) -> str:
        """Add the penalty on large weights, and both together."""
        two = self.number(2)
        sums = []
        for name in [name for name in self.builder.nodes if name.startswith("W")]:
            square = self.builder.apply(Power(), name, two, name=f"{name}²")
            sums.append(self.builder.apply(Sum(), square, name=f"Σ {name}²"))
        total = sums[0] if len(sums) == 1 else self.builder.apply(Add(), *sums, name="Σ W²")
        half = self.builder.constant(np.asarray(decay / 2, self.values["x"].dtype), "λ/2")
        penalty = self.builder.apply(Multiply(), half, total, name="penalty")
        return self.builder.apply(Add(), loss, penalty, name="loss")


def _source(n: int) -> str:
    """Return the name of what Affine ``n`` reads."""
    return "x" if n == 1 else f"a{n - 1}"

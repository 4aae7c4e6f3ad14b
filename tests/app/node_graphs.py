"""Graphs of every shape, for tests of their picture."""

from __future__ import annotations

import random
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from bpcore import TwoLayerNet, load_mnist
from bpcore.graph.expand import expand_layer, expand_network, expand_neuron, expand_unit
from bpcore.graph.expression import parse_expression
from bpcore.graph.shop import apples_and_oranges
from bpcore.graph.trace import Trace, trace_graph

if TYPE_CHECKING:
    from bpcore.graph.graph import Graph

EXPRESSIONS = (
    "x",
    "x*x",
    "x*x + exp(x)*x",
    "x**2 + y**2 + 3*x*y - 1",
    "1 / (1 + exp(-x))",
    "max(x, 0) * 2 - y / 4",
    "sigmoid(x) + tanh(y) * relu(x - y)",
    "(x*y + z)**2 / (1 + exp(-x))",
    "2**x + 2*3",
    "((((x + 1)*x + 2)*x + 3)*x + 4)*x",
)


@cache
def network(activation: str) -> TwoLayerNet:
    """Return a network that never trained."""
    return TwoLayerNet(
        784, 50, 10, weight_init_std=0.1, activation=activation, dtype=np.float32, seed=1
    )


@cache
def graph(name: str) -> Graph:
    """Return ``"neuron relu 5"``, ``"unit sigmoid"``, ``"softmax"`` … or an expression."""
    _, (x, t) = load_mnist(normalize=True, flatten=True)
    kind, *rest = name.split()
    if kind == "neuron":
        net, terms = network(rest[0]), int(rest[1])
        return expand_neuron(net, x[6], t[6], 1, int(rest[2]) if rest[2:] else 17, terms=terms)
    if kind == "unit":
        return expand_unit(network(rest[0]), x[6], t[6], f"{rest[0].capitalize()}1", 17)
    if kind == "softmax":
        return expand_layer(network("relu"), x[6], t[6], "SoftmaxWithLoss")
    if kind == "network":
        return expand_network(network("sigmoid"), x[6], t[6])
    if kind == "apples":
        return apples_and_oranges()
    return parse_expression(name, {"x": 1.5, "y": 2.0, "z": -1.0})


@cache
def trace(name: str) -> Trace:
    """Return the pass of ``graph(name)``."""
    return trace_graph(graph(name))


NAMES = (
    "neuron relu 5",
    "neuron relu 12",
    "neuron sigmoid 5",
    "neuron sigmoid 12",
    "unit relu",
    "unit sigmoid",
    "unit tanh",
    "softmax",
    "network",
    "apples",
    *EXPRESSIONS,
)


def random_graph(leaves: int, seed: int) -> Graph:
    """Return an expression of so many leaves, in which variables come up again and again."""
    draw = random.Random(seed)
    parts = [draw.choice("xyzw3") for _ in range(leaves)]
    while len(parts) > 1:
        at = draw.randrange(len(parts) - 1)
        one, other = parts.pop(at), parts.pop(at)
        text = f"({one}{draw.choice('+-*')}{other})"
        parts.insert(at, f"sin{text}" if draw.random() < 0.2 else text)
    return parse_expression(parts[0], {name: 0.5 + at / 8 for at, name in enumerate("xyzw")})

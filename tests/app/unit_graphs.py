"""Passes of graphs with fixed numbers, for tests that look at an opened unit or an expression."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from bpcore import TwoLayerNet, expand_neuron, expand_unit, load_mnist, parse_expression
from bpcore.graph.trace import Trace, trace_graph, trace_pass

if TYPE_CHECKING:
    from bpcore.graph.graph import Graph

DIGIT = 6


@cache
def a_network(activation: str = "sigmoid", units: int = 50) -> TwoLayerNet:
    """Return a network that never trained."""
    return TwoLayerNet(
        784, units, 10, weight_init_std=0.1, activation=activation, dtype=np.float32, seed=1
    )


@cache
def an_example() -> tuple[np.ndarray, int]:
    """Return a bundled test digit and its label."""
    _, (x, t) = load_mnist(normalize=True, flatten=True)
    return x[DIGIT], int(t[DIGIT])


@cache
def a_network_pass(activation: str = "sigmoid") -> Trace:
    """Return the pass of the digit through the network."""
    x, t = an_example()
    return trace_pass(a_network(activation), x[np.newaxis], [t])


@cache
def a_unit(activation: str = "sigmoid", unit: int = 17) -> tuple[Graph, Trace]:
    """Return a unit of the activation, opened."""
    graph = expand_unit(a_network(activation), *an_example(), f"{activation.title()}1", unit)
    return graph, trace_graph(graph)


@cache
def a_neuron(unit: int = 17, terms: int = 5) -> tuple[Graph, Trace]:
    """Return a unit of a Sigmoid with the products that it adds up."""
    graph = expand_neuron(a_network(), *an_example(), 1, unit, terms=terms)
    return graph, trace_graph(graph)


def an_expression(text: str, **values: object) -> tuple[Graph, Trace]:
    """Return the pass of a typed expression."""
    graph = parse_expression(text, values)
    return graph, trace_graph(graph)


@cache
def units_by_gate() -> tuple[int, int]:
    """Return a Relu unit whose gate is open and one whose gate is shut."""
    z = a_network_pass("relu").values["z1"][0]
    return int(z.argmax()), int(z.argmin())

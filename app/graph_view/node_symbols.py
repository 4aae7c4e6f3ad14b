"""What is drawn of a graph: which nodes and edges, and what stands inside each node."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.formatting import MINUS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.graph_view.frame import Array
    from bpcore.graph.graph import Graph
    from bpcore.graph.nodes import Edge, Node

_SYMBOLS = {"negate": f"× {MINUS}1", "reciprocal": "1 / x"}

_WITH_CONSTANT = {
    "add": ("+ {0}", "+ {0}"),
    "subtract": ("{0} − x", "− {0}"),
    "multiply": ("× {0}", "× {0}"),
    "divide": ("{0} / x", "/ {0}"),
    "power": ("{0} ^ x", "x ^ {0}"),
    "maximum": ("max {0}", "max {0}"),
}
"""An operation's text with a constant in place of its first or second input."""

_POWERS = {"x ^ 2": "x²", "x ^ 3": "x³"}


@dataclass(frozen=True)
class Drawn:
    """What is drawn of a graph.

    Attributes
    ----------
    names
        Of the nodes, each after those it reads.
    edges
        Into each operation, in the order of its inputs.
    readers
        The edges out of each node, in the order of the graph's.
    symbols
        What stands inside each node: a leaf's is its name.
    """

    names: tuple[str, ...]
    edges: Mapping[str, tuple[Edge, ...]]
    readers: Mapping[str, tuple[Edge, ...]]
    symbols: Mapping[str, str]


def drawn(graph: Graph, values: Mapping[str, Array] | None = None) -> Drawn:
    """Return what is drawn: a constant number with one reader becomes a part of that reader.

    ``values`` are those of a pass; the graph's own if None.
    """
    folded = _folded(graph)
    names = tuple(name for name in graph.nodes if name not in folded)
    edges: dict[str, tuple[Edge, ...]] = {}
    readers: dict[str, list[Edge]] = {name: [] for name in names}
    for name in names:
        edges[name] = tuple(edge for edge in graph.edges_to(name) if edge.source not in folded)
        for edge in edges[name]:
            readers[edge.source].append(edge)
    symbols = {}
    for name in names:
        constants = [edge for edge in graph.edges_to(name) if edge.source in folded]
        symbols[name] = symbol(graph, graph.nodes[name], constants, values)
    return Drawn(names, edges, {name: tuple(found) for name, found in readers.items()}, symbols)


def _folded(graph: Graph) -> frozenset[str]:
    """Return the constants that are told inside the one operation that reads them."""
    reads = Counter(edge.source for edge in graph.edges)
    folded = set()
    for edge in graph.edges:
        source, target = graph.nodes[edge.source], graph.nodes[edge.target]
        assert target.operation is not None
        if (
            source.constant
            and source.value is not None
            and source.value.ndim == 0
            and reads[edge.source] == 1
            and target.operation.name in _WITH_CONSTANT
            and graph.changes(edge.target)
        ):
            folded.add(edge.source)
    return frozenset(folded)


def symbol(
    graph: Graph, node: Node, constants: list[Edge], values: Mapping[str, Array] | None
) -> str:
    """Return what stands inside a node, with the constants that it takes in."""
    if node.operation is None:
        return node.name
    name = node.operation.name
    if not constants:
        return _SYMBOLS.get(name, node.operation.symbol)
    numbers = [_number(graph.nodes[edge.source], values) for edge in constants]
    if len(numbers) > 1:  # only a sum can have several
        return " ".join(f"+ {number}" for number in numbers)
    text = _WITH_CONSTANT[name][min(constants[0].position, 1)].format(numbers[0])
    return _POWERS.get(text, text)


def _number(node: Node, values: Mapping[str, Array] | None) -> str:
    """Return a constant as it is written: its name, where that is no number."""
    value = node.value if values is None else values[node.name]
    assert value is not None
    name = node.name.split(" #")[0]
    try:
        float(name)
    except ValueError:
        if values is None or node.value is None or value == node.value:
            return name
    text = f"{float(value):.6g}"
    return f"({MINUS}{text[1:]})" if text.startswith("-") else text

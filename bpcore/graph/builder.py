"""Building a graph node by node."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from bpcore.graph.arrays import array
from bpcore.graph.graph import Graph, computed
from bpcore.graph.nodes import Node, check_arity
from bpcore.graph.operation import GraphError, Operation

if TYPE_CHECKING:
    import numpy.typing as npt

    from bpcore.layers import Array

LONGEST_NAME = 32
"""Characters in a name that a node gets from its formula; a longer one is called "add #1"."""


class GraphBuilder:
    """Collects nodes; each method returns the name of the node it adds, to be read by others.

    Raises
    ------
    GraphError
        If a name is taken, or a value is no finite number.
    """

    def __init__(self) -> None:
        self.nodes: dict[str, Node] = {}
        self._counts: Counter[str] = Counter()

    def variable(self, name: str, value: npt.ArrayLike, *, parameter: bool = False) -> str:
        """Add a leaf that gets a gradient."""
        return self.add(Node(name, value=array(value), parameter=parameter))

    def constant(self, value: npt.ArrayLike, name: str | None = None) -> str:
        """Add a leaf that gets none; without a ``name`` it is called by its number."""
        numbers = array(value)
        if name is None:
            name = self.free_name(f"{numbers:.6g}" if numbers.ndim == 0 else "constant")
        return self.add(Node(name, value=numbers, constant=True))

    def apply(
        self,
        operation: Operation,
        *inputs: str,
        name: str | None = None,
    ) -> str:
        """Add what ``operation`` makes of ``inputs``; the formula is the name if none is given."""
        if not isinstance(operation, Operation):
            raise GraphError(f"an operation is given as Add(), not as {operation!r:.60}")
        for source in inputs:
            if source not in self.nodes:
                raise GraphError(f"there is no node {source!r} to read")
        check_arity(name or operation.name, operation, inputs)
        if name is None:
            name = self.free_name(operation.formula(inputs), operation.name)
        return self.add(Node(name, operation, inputs))

    def build(self, output: str, upstream: npt.ArrayLike | None = None) -> Graph:
        """Return the graph of all nodes added so far, which lead to ``output``."""
        return Graph(self.nodes.values(), output, upstream)

    def free_name(self, wanted: str, instead: str = "node") -> str:
        """Return ``wanted`` or, where it is long or taken, a name with a number that is free."""
        if len(wanted) <= LONGEST_NAME and wanted not in self.nodes:
            return wanted
        short = len(wanted) <= LONGEST_NAME
        stem = wanted if short else instead
        while True:
            self._counts[stem] += 1
            name = f"{stem} #{self._counts[stem] + short}"  # the first "x" is called just that
            if name not in self.nodes:
                return name

    def add(self, node: Node) -> str:
        """Add a node as it is."""
        if not isinstance(node.name, str) or not node.name:
            raise GraphError(f"a name is a text, not {node.name!r}")
        if node.name in self.nodes:
            raise GraphError(f"two nodes are called {node.name!r}", node=node.name)
        self.nodes[node.name] = node
        return node.name


def fold_constants(graph: Graph, *, share: bool = False) -> Graph:
    """Return ``graph`` with a constant in place of everything that constants alone make.

    With ``share``, equal constants are one node.
    """
    builder = GraphBuilder()
    known: dict[tuple[tuple[int, ...], bytes], str] = {}
    values: dict[str, Array] = {}
    names: dict[str, str] = {}
    read = {edge.source for edge in graph.edges if graph.changes(edge.target)} | {graph.output}
    for name, node in graph.nodes.items():
        if graph.changes(name):
            inputs = tuple([names[source] for source in node.inputs])
            names[name] = builder.add(replace(node, inputs=inputs))
            continue
        with np.errstate(all="ignore"):  # what is not finite is told by its node
            values[name] = computed(node, values)
        if name in read:
            number = (values[name].shape, values[name].tobytes())
            if not (share and number in known):
                called = builder.free_name(name) if node.operation is None else None
                known[number] = builder.constant(values[name], called)
            names[name] = known[number]
    return builder.build(names[graph.output], graph.upstream)

"""The parts of a computational graph, and the order in which they are computed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bpcore.graph.arrays import array
from bpcore.graph.operation import GraphError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from bpcore.graph.operation import Operation
    from bpcore.layers import Array


@dataclass(frozen=True, eq=False, slots=True)
class Node:
    """A value of a graph: given, or made by an operation from other nodes.

    Attributes
    ----------
    name
        Unique in its graph.
    operation
        None for a value that is given: a leaf.
    inputs
        Names of the nodes that the operation reads, in its order.
    value
        Of a leaf, read-only.
    constant
        A leaf that gets no gradient, since it never changes.
    parameter
        A leaf that training would change: a weight or a bias.
    column
        Where the operation stands in the text of an expression, from 1.
    """

    name: str
    operation: Operation | None = None
    inputs: tuple[str, ...] = ()
    value: Array | None = None
    constant: bool = False
    parameter: bool = False
    column: int | None = None

    def with_value(self, value: npt.ArrayLike) -> Node:
        """Return this leaf with a read-only copy of a value, or itself if it has that already."""
        if isinstance(value, np.ndarray) and value is self.value and not value.flags.writeable:
            return self
        return replace(self, value=array(value))


class Edge(NamedTuple):
    """The way from a value to one input of an operation that reads it, counted from 0."""

    source: str
    target: str
    position: int


def in_order(nodes: Mapping[str, Node], output: str) -> list[str]:
    """Return what leads to ``output``, each name after its inputs; without recursion."""
    order: dict[str, None] = {}
    open_: set[str] = set()
    stack = [(output, "")]
    while stack:
        name, reader = stack[-1]
        if name in order:
            stack.pop()
            continue
        if name not in nodes:
            by = f", which {reader!r} reads" if reader else ", the output"
            raise GraphError(f"there is no node {name!r}{by}", node=name)
        node = nodes[name]
        if name in open_:
            order[name] = None
            stack.pop()
            continue
        if node.operation is not None:
            check_arity(name, node.operation, node.inputs)
        open_.add(name)
        for source in reversed(node.inputs):
            if source not in order:
                if source in open_:
                    raise GraphError(f"{source!r} would have to be computed from itself", node=name)
                stack.append((source, name))
    return list(order)


def check_arity(name: str, operation: Operation, inputs: tuple[str, ...]) -> None:
    """Raise GraphError if a node's operation can't have as many inputs."""
    least, most = operation.arity
    if not least <= len(inputs) <= most:
        needed = f"{least}" if least == most else f"{least} or more"
        plural = "" if needed == "1" else "s"
        raise GraphError(
            f"{operation.name} takes {needed} input{plural}, {name!r} has {len(inputs)}", node=name
        )

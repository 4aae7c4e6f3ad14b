"""Computational graphs: named nodes, the edges between them, a pass forward and a pass back."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from bpcore.graph.arrays import array, finite, fitted, kept
from bpcore.graph.dot import to_dot
from bpcore.graph.nodes import Edge, in_order
from bpcore.graph.operation import GraphError, numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy.typing as npt

    from bpcore.graph.nodes import Node
    from bpcore.layers import Array


class Gradients(Mapping[str, "Array"]):
    """The gradient of a graph's output with respect to each node that can change, by its name.

    A constant has none.

    Attributes
    ----------
    contributions
        What each edge hands back. Those of the edges that leave a node add up to its gradient.
    """

    def __init__(self, upstream: dict[str, Array], contributions: dict[Edge, Array]) -> None:
        self._upstream = upstream
        self.contributions: Mapping[Edge, Array] = MappingProxyType(contributions)

    def __getitem__(self, name: str) -> Array:
        if name not in self._upstream:
            raise KeyError(f"no gradient of {name!r}: it is a constant, or no node")
        return self._upstream[name]

    def __contains__(self, name: object) -> bool:
        return name in self._upstream

    def __repr__(self) -> str:
        return (
            f"<Gradients of {', '.join(self._upstream) if len(self) < 8 else f'{len(self)} nodes'}>"
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self._upstream)

    def __len__(self) -> int:
        return len(self._upstream)


class Graph:
    """Nodes in the order of their computation. A pass returns its results and changes nothing.

    Parameters
    ----------
    nodes
        In any order.
    output
        Name of the node that all others lead to.
    upstream
        The gradient that comes from above the output, of its shape; 1 for each element if None.

    Raises
    ------
    GraphError
        If names are missing or taken twice, the nodes go round in a circle, an operation can't
        have as many inputs, or a node does not lead to the output.
    """

    def __init__(
        self, nodes: Iterable[Node], output: str, upstream: npt.ArrayLike | None = None
    ) -> None:
        given: dict[str, Node] = {}
        for node in nodes:
            if node.name in given:
                raise GraphError(f"two nodes are called {node.name!r}", node=node.name)
            given[node.name] = node if node.value is None else node.with_value(node.value)
        self._output = output
        order = self._order = in_order(given, output)
        if len(order) < len(given):
            name = next(name for name in given if name not in set(order))
            raise GraphError(f"{name!r} does not lead to the output {output!r}", node=name)
        self._nodes: Mapping[str, Node] = MappingProxyType({name: given[name] for name in order})
        self._edges_to = {
            name: tuple([Edge(source, name, at) for at, source in enumerate(node.inputs)])
            for name, node in self._nodes.items()
        }
        self._edges = tuple(chain.from_iterable(self._edges_to.values()))
        self._upstream = None if upstream is None else array(upstream)
        self._changes = self._find_what_changes()

    def _find_what_changes(self) -> frozenset[str]:
        """Return the names of the nodes that get a gradient: all but what constants alone make."""
        changes: set[str] = set()
        for node in self._nodes.values():
            if node.constant:
                continue
            if node.operation is None or not changes.isdisjoint(node.inputs):
                changes.add(node.name)
        return frozenset(changes)

    def __repr__(self) -> str:
        return f"<Graph of {len(self.nodes)} nodes that make {self.output!r}>"

    @property
    def nodes(self) -> Mapping[str, Node]:
        """The nodes by name, each after those it reads."""
        return self._nodes

    @property
    def edges(self) -> tuple[Edge, ...]:
        """The edges in the order of the nodes that they lead to."""
        return self._edges

    @property
    def output(self) -> str:
        """Name of the node that all others lead to."""
        return self._output

    @property
    def upstream(self) -> Array | None:
        """The gradient that comes from above the output; None is 1 for each element."""
        return self._upstream

    @property
    def leaves(self) -> tuple[Node, ...]:
        """The nodes whose values are given."""
        return tuple(node for node in self._nodes.values() if node.operation is None)

    @property
    def operations(self) -> tuple[Node, ...]:
        """The nodes whose values are computed, in the order of the forward pass."""
        return tuple(node for node in self._nodes.values() if node.operation is not None)

    def edges_to(self, name: str) -> tuple[Edge, ...]:
        """Return the edges into an operation, in the order of its inputs."""
        return self._edges_to[name]

    def changes(self, name: str) -> bool:
        """Say whether a node gets a gradient: whether anything but constants leads to it."""
        return name in self._changes

    def forward(self, values: Mapping[str, npt.ArrayLike] | None = None) -> Mapping[str, Array]:
        """Return the value of every node, read-only; ``values`` replace those of leaves.

        Raises
        ------
        GraphError
            If an operation has no finite output, with its node and the input to blame.
        """
        results: dict[str, Array] = {}
        given = {} if values is None else {name: array(value) for name, value in values.items()}
        for name in given:
            if name not in self.nodes or self.nodes[name].operation is not None:
                leaves = ", ".join(node.name for node in self.leaves)
                raise GraphError(f"no value can be given to {name!r}, only to {leaves}", node=name)
        with np.errstate(all="ignore"):
            for name, node in self._nodes.items():
                results[name] = given[name] if name in given else computed(node, results)
        return MappingProxyType(results)

    def backward(
        self,
        values: Mapping[str, Array] | None = None,
        upstream: npt.ArrayLike | None = None,
    ) -> Gradients:
        """Carry a gradient from the output back to every node.

        Parameters
        ----------
        values
            Of a ``forward``; made anew if None.
        upstream
            The gradient that comes from above, instead of the graph's own.

        Raises
        ------
        GraphError
            If a gradient is no finite number, with the node and the input it belongs to.
        """
        if values is None:
            values = self.forward()
        else:
            self._check_values(values)
        gradients = {self.output: self._seed(values[self.output], upstream)}
        contributions: dict[Edge, Array] = {}
        with np.errstate(all="ignore"):
            for name in reversed(self._order):
                node = self._nodes[name]
                if node.operation is None or name not in self._changes:
                    continue
                inputs = tuple([values[source] for source in node.inputs])
                shares = node.operation.gradients(gradients[name], inputs, values[name])
                for edge, x, share in zip(self.edges_to(name), inputs, shares, strict=True):
                    if edge.source in self._changes:
                        share = contributions[edge] = self._kept(share, edge, x)
                        if edge.source in gradients:
                            share = self._kept(gradients[edge.source] + share, edge, x)
                        gradients[edge.source] = share
        ordered = {name: gradients[name] for name in self.nodes if name in gradients}
        return Gradients(ordered, contributions)

    def _check_values(self, values: Mapping[str, Array]) -> None:
        arrays = all(isinstance(value, np.ndarray) for value in values.values())
        if isinstance(values, Gradients) or values.keys() != self.nodes.keys() or not arrays:
            raise GraphError("values must be those of a forward pass of this graph")

    def _seed(self, output: Array, upstream: npt.ArrayLike | None) -> Array:
        """Return the gradient from above, of the shape and type of the output."""
        given = self.upstream if upstream is None else array(upstream)
        if given is None:
            return kept(np.ones_like(output))
        if given.shape != output.shape:
            raise GraphError(f"upstream has shape {given.shape}, the output {output.shape}")
        with np.errstate(over="ignore"):
            given = given.astype(output.dtype)
        if not finite(given):
            raise GraphError(f"upstream is too large for a {output.dtype}")
        return kept(given)

    def _kept(self, gradient: Array, edge: Edge, x: Array) -> Array:
        """Return the gradient of an input ``x``, of its shape and read-only."""
        gradient = np.asarray(gradient, x.dtype)
        if gradient.shape != x.shape:
            gradient = fitted(gradient, x.shape)
        if finite(gradient):
            return kept(gradient)
        what = f"the gradient of {edge.source!r} is no finite number where it is {numbers(x)}"
        raise _failure(self._nodes[edge.target], what)

    def to_dot(
        self,
        values: Mapping[str, Array] | None = None,
        gradients: Gradients | None = None,
        *,
        rankdir: str = "LR",
    ) -> str:
        """Return the graph in Graphviz' language, with the numbers of its passes if given.

        ``rankdir`` is ``"LR"``, left to right, or ``"TB"``, top to bottom.
        """
        if values is not None:
            self._check_values(values)
        if gradients is not None and not (
            isinstance(gradients, Gradients)
            and gradients.keys() - {self.output} == self._changes - {self.output}
            and set(self.edges).issuperset(gradients.contributions)
        ):
            raise GraphError("gradients must be those of a backward pass of this graph")
        return to_dot(self, values, gradients, rankdir=rankdir)


def computed(node: Node, values: Mapping[str, Array]) -> Array:
    """Return the value of a node from the ``values`` of those it reads."""
    if node.operation is None:
        if node.value is None:
            raise GraphError(f"{node.name!r} has no value", node=node.name)
        return node.value
    inputs = tuple([values[source] for source in node.inputs])
    try:
        out = np.asarray(node.operation.forward(*inputs))
    except MemoryError:
        raise _failure(
            node, f"{node.operation.name} makes more numbers than fit in memory"
        ) from None
    except (ValueError, IndexError):
        shapes = " and ".join(str(x.shape) for x in inputs)
        raise _failure(node, f"{node.operation.name} can't take shapes {shapes}") from None
    if out.dtype != inputs[0].dtype:  # NumPy 1 makes float64 of a single float32 and an integer
        out = out.astype(np.result_type(*[x.dtype for x in inputs]))
    if not finite(out):
        raise _failure(node, node.operation.complaint(*inputs))
    return kept(out)


def _failure(node: Node, what: str) -> GraphError:
    """Return the error that says what failed at a node, and where that stands in a text."""
    where = "" if node.column is None else f", column {node.column}"
    return GraphError(f"{what}, at {node.name!r}{where}", node=node.name, column=node.column)

"""The columns of a graph's picture: what stands in each, and in which order from top to bottom.

Nodes and the labels of edges stand in columns of their own by turns. An edge that passes columns
has a place in each of them, so that nothing else can stand in its way; all edges out of one node
share these places, as a trunk from which each branches off before its reader.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from app.graph_view.node_symbols import Drawn
    from bpcore.graph.nodes import Edge

SWEEPS = 6
"""How often the columns are gone through, there and back, to find a better order."""

Kind: TypeAlias = Literal["node", "label", "trunk"]


@dataclass(eq=False)
class Item:
    """One thing in a column: a node, the label of an edge, or the place of a trunk.

    Attributes
    ----------
    column
        Counted from 0; nodes stand in the even ones.
    name
        Of the node, or of the node that the trunk comes from.
    edge
        Whose label it is.
    riders
        The edges that run through here.
    before, after
        What it is linked with in the neighbouring columns.
    ins, outs
        The same, with the points at which its links enter and leave it, from its axis.
    place
        Its place in the column, from the top.
    up, down
        How far it reaches above and below its axis.
    y
        Its axis.
    gap
        How far the two lines of an edge stand from its axis.
    """

    kind: Kind
    column: int
    name: str
    edge: Edge | None = None
    riders: list[Edge] = field(default_factory=list)
    before: list[Item] = field(default_factory=list)
    after: list[Item] = field(default_factory=list)
    ins: dict[Item, float] = field(default_factory=dict)
    outs: dict[Item, float] = field(default_factory=dict)
    place: int = 0
    up: float = 0.0
    down: float = 0.0
    y: float = 0.0
    gap: float = 0.0


def columns_of(drawn: Drawn, output: Edge) -> list[list[Item]]:
    """Return the columns with their items linked and in an order with few crossings.

    ``output`` is the edge that leads from the last node out of the picture.
    """
    rank = _ranks(drawn, output.source)
    columns: list[list[Item]] = [[] for _ in range(2 * rank[output.source] + 2)]
    nodes = {name: Item("node", 2 * rank[name], name) for name in drawn.names}
    labels: dict[Edge, Item] = {}
    for name in drawn.names:
        readers = {edge: 2 * rank[edge.target] - 1 for edge in drawn.readers[name]}
        if name == output.source:
            readers[output] = len(columns) - 1
        _branch(nodes[name], readers, labels)
    for name in drawn.names:
        for edge in drawn.edges[name]:
            _link(labels[edge], nodes[name])
    for item in _from_the_end(labels[output]):
        item.place = len(columns[item.column])
        columns[item.column].append(item)
    _uncross(columns)
    return columns


def _ranks(drawn: Drawn, output: str) -> dict[str, int]:
    """Return how many columns of nodes stand left of each node, which stands next to its reader."""
    depth = dict.fromkeys(drawn.names, 0)
    for name in reversed(drawn.names):
        for edge in drawn.edges[name]:
            depth[edge.source] = max(depth[edge.source], depth[name] + 1)
    deepest = max(depth.values())
    assert depth[output] == 0
    return {name: deepest - found for name, found in depth.items()}


def _link(before: Item, after: Item) -> None:
    before.after.append(after)
    after.before.append(before)


def _branch(node: Item, readers: dict[Edge, int], labels: dict[Edge, Item]) -> None:
    """Add the labels of the edges out of a node, and the trunk that leads to them.

    ``readers`` has the column of each edge's label.
    """
    at = node
    for column in range(node.column + 1, max(readers.values()) + 1):
        if column % 2:
            for edge, place in readers.items():
                if place == column:
                    labels[edge] = Item("label", column, node.name, edge, [edge])
                    _link(at, labels[edge])
        riders = [edge for edge, place in readers.items() if place > column]
        if riders:
            trunk = Item("trunk", column, node.name, riders=riders)
            _link(at, trunk)
            at = trunk


def _from_the_end(end: Item) -> list[Item]:
    """Return all items, each after one that it leads to, the inputs of a node in their order."""
    found: dict[Item, None] = {}
    stack = [end]
    while stack:
        item = stack.pop()
        if item not in found:
            found[item] = None
            stack.extend(reversed(item.before))
    return list(found)


def _uncross(columns: list[list[Item]]) -> None:
    """Bring each item near those it is linked with; keep the best order that is found."""
    best = crossings(columns)
    order = [list(column) for column in columns]
    idle = 0
    for sweep in range(2 * SWEEPS):
        if not best or idle == 4:
            break
        forward = sweep % 2 == 0
        for column in columns if forward else reversed(columns):
            _sort(column, forward)
        count = crossings(columns)
        idle += 1
        if count < best:
            best, order, idle = count, [list(column) for column in columns], 0
    for column, kept in zip(columns, order, strict=True):
        column[:] = kept
        for place, item in enumerate(column):
            item.place = place


def _sort(column: list[Item], forward: bool) -> None:
    def wanted(item: Item) -> float:
        linked = item.before if forward else item.after
        if not linked:
            return item.place
        return sum(other.place for other in linked) / len(linked)

    column.sort(key=wanted)
    for place, item in enumerate(column):
        item.place = place


def crossings(columns: list[list[Item]]) -> int:
    """Return how many pairs of links cross."""
    count = 0
    for column in columns:
        ends: list[int] = []
        for item in column:
            for place in sorted(other.place for other in item.after):
                count += len(ends) - bisect_right(ends, place)
                insort(ends, place)
    return count

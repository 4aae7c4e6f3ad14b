"""Where the nodes, edges and numbers of any computational graph stand. Pure geometry.

What is computed first stands left. Nodes and the labels of edges stand in columns by turns, and
an edge that passes a column has a place of its own in it: so nothing overlaps, and no line runs
through a node or a label that is not its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF

from app.graph_view.node_boxes import LabelBox, NodeBox, Sizes
from app.graph_view.node_columns import Columns
from app.graph_view.node_order import columns_of
from app.graph_view.node_place import set_ports
from app.graph_view.node_plan import LOCAL_ROW, MARGIN, STUB
from app.graph_view.node_route import Link, curve, detour, side
from app.graph_view.node_symbols import Drawn, drawn
from app.graph_view.node_texts import GraphTexts
from bpcore.graph.nodes import Edge

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.graph_view.frame import Array
    from app.graph_view.node_order import Item
    from bpcore.graph.graph import Graph

LEAST_ROOM = (240.0, 100.0)
"""A room that is smaller, as that of a window which is just being made, is taken for this one."""

_ORDERED = frozenset({"subtract", "divide", "power", "dot", "maximum"})


@dataclass(frozen=True, eq=False)
class NodeLayout:
    """The geometry of a graph's picture.

    Attributes
    ----------
    size
        Its width and height: of the room, or of the room's shape where the graph needs more.
    nodes
        By name, from left to right and from top to bottom; folded constants have none.
    labels
        By edge, in the same order; that of the value that leaves the graph at ``output``.
    links
        The lines.
    legend
        Where the key of the lines stands.
    local_row
        Where the local derivatives of a chain stand; None if it is no chain.
    drawn
        What is drawn of the graph.
    order
        Nodes and labels as they are read: column by column.
    """

    size: tuple[float, float]
    nodes: Mapping[str, NodeBox]
    labels: Mapping[Edge, LabelBox]
    links: tuple[Link, ...]
    legend: QRectF
    local_row: QRectF | None
    output: Edge
    drawn: Drawn
    order: tuple[str | Edge, ...]

    @cached_property
    def routes(self) -> Mapping[Edge, tuple[Link, ...]]:
        """The pieces of each edge, from its source on."""
        found: dict[Edge, list[Link]] = {edge: [] for edge in self.labels}
        for link in self.links:
            for edge in link.riders:
                found[edge].append(link)
        return {edge: tuple(links) for edge, links in found.items()}


def arrange_nodes(
    graph: Graph,
    room: tuple[float, float],
    texts: GraphTexts | None = None,
    values: Mapping[str, Array] | None = None,
) -> NodeLayout:
    """Lay out ``graph`` for a room of that width and height.

    Names and numbers are large where there is room for it. A graph that needs more than the room
    gets a larger picture of the same shape, into which the room's can be zoomed.

    Parameters
    ----------
    texts
        What will stand at the edges and nodes.
    values
        Of the pass that is shown, for the constants inside operations; the graph's own if None.
    """
    room = max(room[0], LEAST_ROOM[0]), max(room[1], LEAST_ROOM[1])
    picture = drawn(graph, values)
    chain = bool(graph.operations) and all(
        len(picture.edges[name]) <= 1 and len(picture.readers[name]) <= 1 for name in picture.names
    )
    output = Edge(graph.output, "", 0)
    columns = columns_of(picture, output)
    in_order = {n.name for n in graph.operations if n.operation and n.operation.name in _ORDERED}
    set_ports(columns, in_order)
    placed = Columns(columns, Sizes(graph, picture, texts or GraphTexts()), room, chain)
    placed.arrange()
    return _Boxes(placed, output).layout()


@dataclass
class _Boxes:
    """Makes boxes and lines of placed columns."""

    placed: Columns
    output: Edge

    def layout(self) -> NodeLayout:
        nodes, labels = self._boxes()
        placed, (wide, high) = self.placed, self.placed.size
        row = QRectF(0, high - placed.bottom, wide, LOCAL_ROW) if placed.sizes.row else None
        return NodeLayout(
            size=placed.size,
            nodes=nodes,
            labels=labels,
            links=self._links(nodes),
            legend=QRectF(MARGIN, MARGIN, wide - 2 * MARGIN, placed.top - MARGIN),
            local_row=row,
            output=self.output,
            drawn=placed.sizes.drawn,
            order=tuple(item.edge or item.name for item in placed.items if item.kind != "trunk"),
        )

    def _boxes(self) -> tuple[dict[str, NodeBox], dict[Edge, LabelBox]]:
        placed, nodes, labels = self.placed, {}, {}
        for item in placed.items:
            left, right = placed.lefts[item.column], placed.rights[item.column]
            x = (left + right) / 2
            if item.kind == "node":
                nodes[item.name] = placed.sizes.box(item, placed.style, x, right)
            elif item.edge is not None:
                wide = placed.sizes.width(item, placed.style)
                rect = QRectF(x - wide / 2, item.y - item.up, wide, item.up + item.down)
                room = placed.sizes.room(item, placed.style.roomy[item.column])
                labels[item.edge] = LabelBox(item.edge, rect, item.y, room)
        return nodes, labels

    def _links(self, nodes: dict[str, NodeBox]) -> tuple[Link, ...]:
        return tuple(
            self._link(item, other, nodes) for item in self.placed.items for other in item.outs
        )

    def _link(self, item: Item, other: Item, nodes: dict[str, NodeBox]) -> Link:
        """Return the lines from one item to the next, and across that one if it is no node."""
        first, last = item.gap, other.gap
        if item.kind == "node":
            first = last if len(item.outs) == 1 else min(first, last)
        if other.kind == "node":
            last = first if len(other.ins) == 1 else min(first, last)
        lines = []
        for sign in (-1, 1):
            points = list(self._between(item, other, (sign * first, sign * last)))
            if item.kind == "node":
                points.insert(0, QPointF(_leaving(nodes[item.name], points[0]), points[0].y()))
            if other.kind == "node":
                shape = nodes[other.name].shape
                x = side(shape, points[-1].y() - shape.center().y(), right=False)
            else:
                stub = STUB if other.edge == self.output else 0.0
                x = self.placed.rights[other.column] + stub
            points.append(QPointF(x, points[-1].y()))
            lines.append(tuple(points))
        return Link(
            forward=lines[0],
            gradient=lines[1],
            riders=tuple(other.riders or item.riders),
            source=item.name if item.kind == "node" else "",
            target=other.name if other.kind == "node" else "",
            ends=other.kind == "node" or other.edge == self.output,
        )

    def _between(self, item: Item, other: Item, shifts: tuple[float, float]) -> tuple[QPointF, ...]:
        """Return a line from one column to the next, which may stand in the next band."""
        placed = self.placed
        start = QPointF(placed.rights[item.column], item.y + item.outs[other])
        end = QPointF(placed.lefts[other.column], other.y + other.ins[item])
        detoured = self._detours.get((item, other))
        if detoured is None:
            return curve(start, end, shifts)
        return detour(start, end, *detoured, shifts[0])

    @cached_property
    def _detours(self) -> dict[tuple[Item, Item], tuple[float, int, int]]:
        """For links that go on in the next band: where the space between begins, and which."""
        found = {}
        for band in range(len(self.placed.starts) - 1):
            links, gutter = self.placed.cut(band), self.placed.gutter(band)
            for number, link in enumerate(links):
                found[link] = gutter, number, len(links)
        return found


def _leaving(box: NodeBox, point: QPointF) -> float:
    """Return where the line that leaves a node at the height of ``point`` begins."""
    if box.leaf:
        return box.rect.right()
    return side(box.shape, point.y() - box.shape.center().y(), right=True)

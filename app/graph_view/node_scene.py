"""The picture of any computational graph at one position of its pass."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from app.graph_view.node_act import paint_moving_parts, product_lines
from app.graph_view.node_layout import NodeLayout, arrange_nodes
from app.graph_view.node_legend import local_words, paint_legend, paint_local_row
from app.graph_view.node_paint import (
    paint_gradient,
    paint_gradient_line,
    paint_locals,
    paint_node,
    paint_running,
    paint_value,
    paint_value_line,
)
from app.graph_view.node_picture import Picture
from app.graph_view.node_values import Knowledge, Names, exact, names_of
from app.graph_view.node_words import edge_name, edge_tip, node_name, node_tip, step_words
from app.graph_view.scene import Scene, Spot, Weight
from app.places import Place

if TYPE_CHECKING:
    from app.graph_view.canvas import Canvas
    from bpcore.graph.graph import Graph
    from bpcore.graph.nodes import Edge
    from bpcore.graph.steps import Trace

_WEIGHT = re.compile(r"([Wb]\d+)\[(\d+(?:,\d+)*)\]")


class NodeScene(Scene):
    """A graph with the numbers of one pass after ``position`` steps.

    Parameters
    ----------
    graph
        What ran.
    trace
        Its pass.
    position
        Steps done, 0 to ``len(trace.steps)``.
    room
        Width and height that there are, in pixels. A graph that needs more gets a larger picture.
    place
        Where the graph is: its operations open from there.
    reduced_motion
        Nothing moves: every pulse rests.
    """

    def __init__(
        self,
        graph: Graph,
        trace: Trace,
        position: int,
        room: tuple[float, float],
        place: Place | None = None,
        *,
        reduced_motion: bool = False,
    ) -> None:
        names, self.layout = _arranged(graph, trace, room)
        self.place = Place() if place is None else place
        now = Knowledge(graph, trace, position, names)
        self.picture = Picture(self.layout, now, reduced_motion)
        self.size = self.layout.size

    def paint_still(self, canvas: Canvas) -> None:
        """Paint all but what the newest step made."""
        picture, layout, now = self.picture, self.layout, self.picture.now
        paint_legend(canvas, picture)
        for link in layout.links:
            moves = picture.moves(link)
            if picture.backward or not moves:
                there = now.array(link.riders[0].source) is not None
                paint_value_line(canvas, picture, link, there=there)
            if picture.has_gradient(link) and not (picture.backward and moves):
                paint_gradient_line(canvas, picture, link, picture.link_gradient(link))
        for box in layout.nodes.values():
            paint_node(canvas, picture, box)
            if not picture.backward or box is not picture.running:
                paint_locals(canvas, picture, box)
        for edge, label in layout.labels.items():
            if edge not in picture.new_values:
                paint_value(canvas, picture, label)
            if edge not in picture.new_gradients:
                paint_gradient(canvas, picture, label)
        paint_local_row(canvas, picture, moving=False)
        if picture.running is not None:
            paint_running(canvas, picture.running)

    def paint_moving(self, canvas: Canvas, pulse: float | None) -> None:
        """Paint what the newest step made, as far as it has been acted out."""
        paint_moving_parts(canvas, self.picture, pulse)

    @cached_property
    def spots(self) -> tuple[Spot, ...]:
        """Each node and each edge's label, column by column."""
        return tuple(
            self._node_spot(found) if isinstance(found, str) else self._edge_spot(found)
            for found in self.layout.order
        )

    @property
    def description(self) -> str:
        """The step that just ran and its numbers, in words."""
        return step_words(self.picture)

    @property
    def products(self) -> tuple[str, ...]:
        """The newest step back as products: ``+0.8530 × −0.4189 = −0.3573``; () for others."""
        box = self.picture.running
        return product_lines(self.picture, box) if box and self.picture.backward else ()

    @property
    def local_row(self) -> tuple[tuple[str, str], ...]:
        """A chain's operations that have run back, with their local derivatives; else ()."""
        if self.layout.local_row is None:
            return ()
        boxes = self.layout.nodes.values()
        words = {box.name: local_words(self.picture, box) for box in boxes if not box.leaf}
        return tuple((name, texts[0]) for name, texts in words.items() if texts)

    def _node_spot(self, name: str) -> Spot:
        now, box = self.picture.now, self.layout.nodes[name]
        total = now.names.totals.get(name)
        return Spot(
            key=f"node {name}",
            rect=box.rect,
            name=node_name(self.picture, name),
            tip=node_tip(self.picture, name),
            values=(name, total) if total else (name,),
            opens=None if box.leaf else replace(self.place, node=name),
            weight=self._weight(name),
            number=self._number(name),
        )

    def _edge_spot(self, edge: Edge) -> Spot:
        gradient = self.picture.now.gradient_name(edge)
        return Spot(
            key=f"edge {edge.source} {edge.target} {edge.position}",
            rect=self.layout.labels[edge].rect,
            name=edge_name(self.picture, edge),
            tip=edge_tip(self.picture, edge),
            values=(edge.source, gradient) if gradient else (edge.source,),
            weight=self._weight(edge.source),
            number=self._number(edge.source),
        )

    def _number(self, name: str) -> str:
        value = self.picture.now.array(name)
        return exact(value) if value is not None and value.size == 1 else ""

    def _weight(self, name: str) -> Weight | None:
        """Return which number of a parameter a leaf is, if it is called like one."""
        found = _WEIGHT.fullmatch(name)
        if found is None or not self.picture.now.graph.nodes[name].parameter:
            return None
        return Weight(found[1], tuple(map(int, found[2].split(","))))


@lru_cache(maxsize=8)
def _arranged(graph: Graph, trace: Trace, room: tuple[float, float]) -> tuple[Names, NodeLayout]:
    """Return what all positions of a pass share: the names of its values, and the geometry."""
    names = names_of(graph, trace)
    texts = Knowledge(graph, trace, 0, names).texts()
    return names, arrange_nodes(graph, room, texts, trace.values)

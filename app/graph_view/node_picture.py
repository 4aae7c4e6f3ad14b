"""A graph's picture at one position: its geometry, what is known, and how strong things look."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from app.graph_view.activation import FULL_SLOPE
from app.graph_view.node_boxes import SMALL_FONT
from app.graph_view.node_texts import width
from app.graph_view.node_values import number_text, size_of

if TYPE_CHECKING:
    from PySide6.QtCore import QPointF

    from app.graph_view.node_boxes import NodeBox
    from app.graph_view.node_layout import NodeLayout
    from app.graph_view.node_route import Link
    from app.graph_view.node_values import Array, Knowledge
    from bpcore.graph.nodes import Edge

WEAKEST = 0.35
"""How much of its colour the smallest gradient keeps."""

THINNEST, THICKEST, COMMON = 1.2, 4.0, 1.8
"""Widths of the lines of values: of the smallest and largest weight, and of all that are none."""


@dataclass(frozen=True, eq=False)
class Picture:
    """What is painted, besides the theme."""

    layout: NodeLayout
    now: Knowledge
    reduced_motion: bool = False

    @cached_property
    def running(self) -> NodeBox | None:
        """The node of the newest step."""
        step = self.now.step
        return None if step is None else self.layout.nodes[step.node]

    @property
    def backward(self) -> bool:
        """Whether the newest step is one of the way back."""
        return self.now.step is not None and self.now.step.phase == "backward"

    @cached_property
    def new_values(self) -> frozenset[Edge]:
        """The edges that the newest step gave their value."""
        if self.running is None or self.backward:
            return frozenset()
        return frozenset(e for e in self.layout.labels if e.source == self.running.name)

    @cached_property
    def new_gradients(self) -> frozenset[Edge]:
        """The edges that the newest step gave their gradient."""
        if self.running is None or not self.backward:
            return frozenset()
        edges = self.layout.drawn.edges[self.running.name]
        return frozenset(edge for edge in edges if self.now.gradient_name(edge))

    @property
    def read_values(self) -> tuple[Edge, ...]:
        """The edges whose values the newest step read, if it is one of the way forward."""
        if self.running is None or self.backward:
            return ()
        return self.layout.drawn.edges[self.running.name]

    def moves(self, link: Link) -> bool:
        """Say whether the newest step wrote what runs along a piece of line."""
        new = self.new_gradients if self.backward else self.new_values
        return not new.isdisjoint(link.riders)

    def has_gradient(self, link: Link) -> bool:
        """Say whether a gradient runs along a piece of line, now or later."""
        return any(self.now.gradient_name(edge) for edge in link.riders)

    def link_gradient(self, link: Link) -> Array | None:
        """Return the gradient that runs along a piece of line, if it is there.

        A trunk of several edges carries the sum of what they hand back.
        """
        if len(link.riders) == 1:
            return self.now.gradient(link.riders[0])
        return self.now.total(link.riders[0].source)

    def strength(self, gradient: Array) -> float:
        """Return how strong the colour of a gradient is, by its size among all that are there."""
        largest = self.now.largest_gradient
        share = size_of(gradient) / largest if largest else 0.0
        return WEAKEST + (1 - WEAKEST) * share

    def line_width(self, edge: Edge) -> float:
        """Return the width of a value's line: of a weight by its size."""
        node, value = self.now.graph.nodes[edge.source], self.now.trace.values[edge.source]
        if not node.parameter or value.size > 1 or not self.now.largest_weight:
            return COMMON
        share = abs(float(value.item())) / self.now.largest_weight
        return THINNEST + (THICKEST - THINNEST) * share

    def openness(self, node: str) -> float | None:
        """Return how far an activation's gate is open, once it ran; None where there is none.

        Of an array, the share of its numbers that pass a Relu; none for a slope.
        """
        operation = self.now.graph.nodes[node].operation
        if operation is None:
            return None
        full = FULL_SLOPE.get(operation.name)
        if full is None or node not in self.now.known or not self.now.graph.changes(node):
            return None
        (local,) = self.now.all_locals(node)
        if local.size == 1:
            return float(local.item()) / full
        return float(np.count_nonzero(local)) / local.size if operation.name == "relu" else None

    def number(
        self, value: Array | None, wide: float, pixels: int, detail: float
    ) -> tuple[str, int]:
        """Return a number with as many digits as can be read in ``wide``, and the font's size."""
        for least, decimals in ((3.0, 8), (1.8, 6)):
            if detail >= least:
                text = number_text(value, decimals)
                size = min(pixels, int(wide / width(text, 1)))
                if size * detail >= SMALL_FONT:
                    return text, size
        return number_text(value), pixels

    def route(self, edge: Edge, *, gradient: bool) -> tuple[QPointF, ...]:
        """Return all points of an edge's line, from its source to its target."""
        points: list[QPointF] = []
        for link in self.layout.routes[edge]:
            points.extend(link.gradient if gradient else link.forward)
        return tuple(points)

"""What a graph's picture knows: which value of the trace stands where, and whether it is there."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QCoreApplication

from app.formatting import EM_DASH, MINUS, count, signed, unsigned
from app.graph_view.node_symbols import drawn
from app.graph_view.node_texts import GraphTexts, LabelTexts, NodeTexts
from bpcore.graph.nodes import Edge
from bpcore.graph.operation import gradient_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bpcore.graph.graph import Graph
    from bpcore.graph.steps import Downstream, Step, Trace

Array: TypeAlias = npt.NDArray[np.floating]

_translate = QCoreApplication.translate


def size_of(value: Array) -> float:
    """Return the largest size of a number in ``value``."""
    return abs(float(value.item())) if value.size == 1 else float(np.abs(value).max())


def sign_of(value: Array) -> float | None:
    """Return 1, −1 or 0, the sign of all numbers of ``value``; None where they differ."""
    if value.size == 1:
        low = high = float(value.item())
    else:
        low, high = float(value.min()), float(value.max())
    return None if low < 0 < high else float((high > 0) - (low < 0))


def number_text(value: Array | None, decimals: int = 4) -> str:
    """Return a number as it stands at an edge, how many numbers an array has, or an em dash."""
    if value is None:
        return EM_DASH
    if value.size == 1:
        return signed(float(value.item()), decimals)
    return _translate("Graph", "{0} numbers").format(count(value.size))


def local_text(value: Array, decimals: int = 4) -> str:
    """Return what upstream is multiplied by: ``"× 0.5451"``, ``"× −1"``.

    Of an array, its number if all are alike, or how many there are.
    """
    number = float(value.flat[0])
    if value.size > 1 and np.any(value != number):
        return f"× {number_text(value)}"
    return f"× {unsigned(number, 0 if number.is_integer() else decimals)}"


def exact(value: Array | None) -> str:
    """Return a number with all of its digits; of an array, how many there are and their range."""
    if value is None:
        return EM_DASH
    if value.size == 1:
        number = value.reshape(())[()]
        text = str(number) if number else "0"
        return MINUS + text[1:] if text.startswith("-") else text
    text = _translate("Graph", "{0} numbers from {1} to {2}")
    return text.format(count(value.size), exact(value.min()), exact(value.max()))


@dataclass(frozen=True, eq=False)
class Names:
    """What the values of a graph's trace are called at its edges and nodes.

    Attributes
    ----------
    gradients
        What each edge hands back; a share where its source has several readers.
    totals
        The gradient of each node that gets one.
    forward, backward
        The index of each operation's step in the trace.
    downstream
        What an operation hands back, by the edge.
    """

    gradients: Mapping[Edge, str]
    totals: Mapping[str, str]
    forward: Mapping[str, int]
    backward: Mapping[str, int]
    downstream: Mapping[Edge, Downstream]


def names_of(graph: Graph, trace: Trace) -> Names:
    """Find the names of a trace's values; they are the trace's own."""
    gradients: dict[Edge, str] = {}
    downstream: dict[Edge, Downstream] = {}
    steps: dict[str, dict[str, int]] = {"forward": {}, "backward": {}}
    for number, step in enumerate(trace.steps):
        steps[step.phase][step.node] = number
        if step.phase == "backward":
            edges = [edge for edge in graph.edges_to(step.node) if graph.changes(edge.source)]
            for edge, share in zip(edges, step.downstream, strict=True):
                gradients[edge], downstream[edge] = share.gradient, share
    return Names(
        gradients=gradients,
        totals=_totals(graph, trace, gradients),
        forward=steps["forward"],
        backward=steps["backward"],
        downstream=downstream,
    )


def _totals(graph: Graph, trace: Trace, gradients: Mapping[Edge, str]) -> dict[str, str]:
    totals = {step.node: step.upstream for step in trace.steps if step.phase == "backward"}
    readers = Counter(edge.source for edge in gradients)
    for edge, name in gradients.items():
        if readers[edge.source] == 1:
            totals[edge.source] = name
    for step in trace.steps:
        handed = {share.gradient: share.input for share in step.downstream}
        for name in step.computes:
            if step.phase == "backward" and name not in handed:
                source = next(s for share, s in handed.items() if share.startswith(f"{name} via "))
                totals[source] = name
    if graph.output not in totals and graph.changes(graph.output):
        totals[graph.output] = gradient_name(graph.output)
    return totals


@dataclass(frozen=True, eq=False)
class Knowledge:
    """What is there after ``position`` steps of a graph's trace."""

    graph: Graph
    trace: Trace
    position: int
    names: Names

    @cached_property
    def known(self) -> frozenset[str]:
        """Names of the values that are there."""
        return self.trace.known(self.position)

    @property
    def step(self) -> Step | None:
        """The step that just ran."""
        return self.trace.steps[self.position - 1] if self.position else None

    def array(self, name: str | None) -> Array | None:
        """Return a value by its name; None while it is not there."""
        return self.trace.values[name] if name in self.known and name is not None else None

    def gradient_name(self, edge: Edge) -> str | None:
        """Return what the gradient at an edge is called; None for one that never gets any."""
        if edge.target in self.graph.nodes:
            return self.names.gradients.get(edge)
        return self.names.totals.get(edge.source)

    def gradient(self, edge: Edge) -> Array | None:
        """Return the gradient at an edge; None while it is not there."""
        return self.array(self.gradient_name(edge))

    def total(self, node: str) -> Array | None:
        """Return the gradient of a node's value; None while it is not there."""
        return self.array(self.names.totals.get(node))

    def locals_of(self, node: str) -> tuple[Array, ...]:
        """Return a node's local derivatives, alike ones once; () before its step back."""
        number = self.names.backward.get(node)
        if number is None or number >= self.position:
            return ()
        return self.all_locals(node)

    def all_locals(self, node: str) -> tuple[Array, ...]:
        """Return a node's local derivatives, as ``locals_of`` does, at any time."""
        found = [
            self.names.downstream[edge].local_derivative
            for edge in self.graph.edges_to(node)
            if edge in self.names.downstream
        ]
        if len(found) > 1 and all(np.array_equal(found[0], other) for other in found[1:]):
            return (found[0],)
        return tuple(found)

    def local_texts(self, node: str) -> tuple[str, ...]:
        """Return a node's local derivatives as they stand below it, once its step back is done."""
        return tuple(dict.fromkeys(map(local_text, self.locals_of(node))))

    @cached_property
    def largest_gradient(self) -> float | None:
        """The largest size of a gradient that is there; None while none is."""
        names = {*self.names.gradients.values(), *self.names.totals.values()}
        sizes = [size_of(self.trace.values[name]) for name in names & self.known]
        return max(sizes, default=None)

    @cached_property
    def largest_weight(self) -> float:
        """The largest size of a parameter that is a single number; 0 if there is none."""
        weights = [leaf.name for leaf in self.graph.leaves if leaf.parameter]
        values = [self.trace.values[name] for name in weights]
        return max((abs(float(v.item())) for v in values if v.size == 1), default=0.0)

    def texts(self) -> GraphTexts:
        """Return the texts that the whole pass will show, for the room that they need."""
        values, picture = self.trace.values, drawn(self.graph, self.trace.values)
        labels: dict[Edge, LabelTexts] = {}
        output = Edge(self.graph.output, "", 0)
        for edge in (*(e for name in picture.names for e in picture.edges[name]), output):
            name = self.gradient_name(edge)
            shown = [values[edge.source], *([values[name]] if name else [])]
            numbers = tuple(map(number_text, shown))
            strip = shown[0].size > 1
            labels[edge] = LabelTexts(edge.source, name or "", numbers, strip)
        nodes = {}
        for name in picture.names:
            total = ""
            if len(picture.readers[name]) > 1 and name in self.names.totals:
                called = self.names.totals[name]
                total = f"{called} {number_text(values[called])}"
            local = dict.fromkeys(map(local_text, self.all_locals(name)))
            nodes[name] = NodeTexts(tuple(local), total)
        return GraphTexts(labels, nodes)

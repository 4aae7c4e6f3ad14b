"""One operation of a graph, large: what comes in, what goes out, and what it hands back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.formatting import EM_DASH
from app.graph_view.curve_plot import CurvePlot, operation_plot, paint_curve
from app.graph_view.frame import MOVING_SHARE
from app.graph_view.node_marks import DASHES, paint_dot, paint_pulse
from app.graph_view.operation_facts import Facts, Told, facts_of, full_text, number_text
from app.graph_view.operation_layout import GRADIENT, VALUE, OperationLayout, arrange_operation
from app.graph_view.operation_painter import (
    paint_box,
    paint_edges,
    paint_gradients,
    paint_more,
    paint_node,
    paint_pills,
    paint_running,
)
from app.graph_view.operation_products import caption_lines, paint_header, paint_products
from app.graph_view.scene import Scene, Spot

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF

    from app.graph_view.canvas import Canvas
    from app.places import Place
    from bpcore.graph.graph import Graph
    from bpcore.graph.trace import Trace

_translate = QCoreApplication.translate

_REST = 0.62
"""Where in their time pulses rest: beside the local derivative, on their way to the inputs."""

_SHIFT = 3 * sum(DASHES)
"""How far dashes wander in a step: whole periods, so that they end as they began."""


@dataclass(frozen=True, eq=False)
class OperationScene(Scene):
    """The operation that ``place`` names, after ``position`` steps of its graph's pass."""

    graph: Graph
    trace: Trace
    position: int
    place: Place
    size: tuple[int, int]
    reduced_motion: bool = False

    @cached_property
    def facts(self) -> Facts:
        """The numbers that are shown."""
        return facts_of(self.graph, self.trace, self.position, self.place.node)

    @cached_property
    def plot(self) -> CurvePlot | None:
        """The curve of a function of one number; None if it is none."""
        return operation_plot(self.graph, self.trace, self.position, self.place.node, tangent=True)

    @cached_property
    def layout(self) -> OperationLayout:
        """Where everything stands."""
        facts = self.facts
        return arrange_operation(
            self.size,
            len(facts.inputs),
            len(facts.shares),
            more=bool(facts.more),
            curve=self.plot is not None,
            captions=caption_lines(facts, self.size),
        )

    def paint_still(self, canvas: Canvas) -> None:
        """Paint everything but the gradients on their way."""
        facts, place = self.facts, self.layout
        paint_header(canvas, place, facts)
        paint_edges(canvas, place, facts)
        for rect, told in zip(place.inputs, facts.inputs, strict=True):
            paint_box(canvas, rect, told, place.form)
        paint_more(canvas, place.more, facts.more)
        paint_box(canvas, place.output, facts.output, "tall" if place.output.height() >= 80 else
                  "medium")  # fmt: skip
        paint_node(canvas, place, facts)
        if facts.active:
            paint_running(canvas, place)
        paint_products(canvas, place, facts)
        if self.plot is not None and place.curve is not None:
            paint_curve(canvas, place.curve, self.plot)

    def paint_moving(self, canvas: Canvas, pulse: float | None) -> None:
        """Paint the gradients, and what flows while the newest step is this operation's."""
        facts, place = self.facts, self.layout
        motion = None
        if pulse is not None and not self.reduced_motion and facts.active:
            motion = pulse / MOVING_SHARE if pulse < MOVING_SHARE else None
        backward = facts.step.phase == "backward"
        shift = _SHIFT * motion if motion is not None and backward else 0.0
        paint_gradients(canvas, place, facts, shift)
        paint_pills(canvas, place, facts)
        if motion is not None:
            self._paint_flow(canvas, motion, backward=backward)
        elif facts.active and backward:
            self._paint_flow(canvas, _REST, backward=True)

    def _paint_flow(self, canvas: Canvas, motion: float, *, backward: bool) -> None:
        """Let dots run to the node and from it, each way in one half of the time."""
        facts, place = self.facts, self.layout
        inputs = list(zip(place.ways, facts.inputs, strict=True))
        first, half = motion < 0.5, (2 * motion) % 1.0
        for way, told in inputs if first != backward else [(place.out, facts.output)]:
            if backward and told.gradient is not None:
                paint_pulse(canvas, way.at(1 - half, GRADIENT), told.gradient)
            elif not backward and told.value is not None:
                paint_dot(canvas, way.at(half, VALUE))

    @cached_property
    def spots(self) -> tuple[Spot, ...]:
        """The inputs with their local derivatives, the node, the output, the curve."""
        facts, place = self.facts, self.layout
        found = []
        for number, told in enumerate(facts.inputs):
            found.append(self._value_spot(f"input{told.number}", place.inputs[number], told))
            if told.changes:
                found.append(self._local_spot(place.pills[number], told))
        found.append(self._node_spot())
        found.append(self._value_spot("output", place.output, facts.output))
        for rect, told in zip(place.products, facts.shares, strict=True):
            found.append(self._product_spot(rect, told))
        if self.plot is not None and place.curve is not None:
            name = _translate("Graph", "the curve: {0}").format(", ".join(self.plot.texts()))
            found.append(Spot("curve", place.curve, name, name))
        return tuple(found)

    def _value_spot(self, key: str, rect: QRectF, told: Told) -> Spot:
        name, tip = f"{told.name}: {number_text(told.value)}", [
            f"{told.name} = {full_text(told.value)}"
        ]  # fmt: skip
        if told.changes:
            name = f"{name}, {told.gradient_name}: {number_text(told.gradient)}"
            tip.append(f"{told.gradient_name} = {full_text(told.gradient)}")
        else:
            tip.append(_translate("Graph", "constant, no gradient"))
        opens = None
        source = self.graph.nodes[told.name]
        if key != "output" and source.operation is not None:
            opens = replace(self.place, node=told.name)
        names = tuple(n for n in (told.name, told.gradient_name) if n)
        one = told.value is not None and told.value.size == 1
        number = full_text(told.value) if one else ""
        return Spot(key, rect, name, "\n".join(tip), names, opens, number=number)

    def _local_spot(self, rect: QRectF, told: Told) -> Spot:
        text = _translate("Graph", "local derivative for {0}: {1}")
        tip = text.format(told.name, full_text(told.local))
        name = text.format(told.name, number_text(told.local))
        one = told.local is not None and told.local.size == 1
        number = full_text(told.local) if one else ""
        return Spot(f"local{told.number}", rect, name, tip, number=number)

    def _product_spot(self, rect: QRectF, told: Told) -> Spot:
        upstream = self.facts.output.gradient
        numbers = " × ".join(map(number_text, (upstream, told.local)))
        name = f"{told.formula}: {numbers} = {number_text(told.gradient)}"
        full = " × ".join(map(full_text, (upstream, told.local)))
        tip = f"{told.formula}\n{full}\n= {full_text(told.gradient)}"
        names = (self.facts.output.gradient_name, told.gradient_name)
        return Spot(f"product{told.number}", rect, name, tip, names)

    def _node_spot(self) -> Spot:
        facts = self.facts
        tip = f"{facts.step.formula}\n{facts.rule}"
        return Spot("node", self.layout.node, f"{facts.symbol}: {facts.step.formula}", tip)

    @cached_property
    def description(self) -> str:
        """The operation, what it does, and its numbers, in words."""
        facts, out = self.facts, self.facts.output
        said = [f"{facts.node}: {facts.rule}", f"{out.name} = {number_text(out.value)}."]
        if out.changes:
            said.append(f"{out.gradient_name} = {number_text(out.gradient)}.")
        for told in facts.shares:
            numbers = f"{number_text(out.gradient)} × {number_text(told.local)}"
            shown = (
                EM_DASH if told.gradient is None else f"{numbers} = {number_text(told.gradient)}"
            )
            said.append(f"{told.gradient_name}: {shown}.")
        return " ".join(said)

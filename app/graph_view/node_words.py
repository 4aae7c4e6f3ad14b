"""What a graph's picture says in words: of each node and edge, and of the step that just ran."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication

from app.formatting import EM_DASH
from app.graph_view.node_paint import gate_words
from app.graph_view.node_values import exact, local_text, number_text

if TYPE_CHECKING:
    from app.graph_view.node_picture import Picture
    from app.graph_view.node_values import Array
    from bpcore.graph.nodes import Edge

_translate = QCoreApplication.translate


def node_name(picture: Picture, name: str) -> str:
    """Return what a node is, its value and its gradient: for who can't see it."""
    symbol = picture.layout.nodes[name].symbol
    called = name if symbol == name else f"{symbol}: {name}"
    value, gradient = picture.now.array(name), picture.now.total(name)
    said = _told(picture, called, value, gradient, picture.now.names.totals.get(name))
    return ", ".join(filter(None, (said, gate_words(picture, name))))


def edge_name(picture: Picture, edge: Edge) -> str:
    """Return where an edge leads, its value and its gradient: for who can't see it."""
    nodes, source = picture.layout.nodes, edge.source
    if edge.target in nodes:
        symbol = nodes[edge.target].symbol
        called = _translate("Graph", "edge from {0} to {1}").format(source, symbol)
    else:
        called = _translate("Graph", "output {0}").format(source)
    value, gradient = picture.now.array(source), picture.now.gradient(edge)
    return _told(picture, called, value, gradient, picture.now.gradient_name(edge))


def _told(
    picture: Picture, called: str, value: Array | None, gradient: Array | None, name: str | None
) -> str:
    pending = _translate("Graph", "not computed yet")
    shown = pending if value is None else number_text(value)
    if name is None:
        return _translate("Graph", "{0}, value {1}, no gradient").format(called, shown)
    handed = pending if gradient is None else number_text(gradient)
    return _translate("Graph", "{0}, value {1}, gradient {2}").format(called, shown, handed)


def node_tip(picture: Picture, name: str) -> str:
    """Return the numbers of a node with all of their digits, a line each."""
    lines = _lines(picture, name, picture.now.names.totals.get(name))
    found = picture.now.locals_of(name)
    for local in found:
        text = _translate("Graph", "local derivative {0}")
        lines.append(text.format(exact(local)))
    if not found and picture.now.names.backward.get(name) is not None:
        lines.append(_translate("Graph", "local derivative {0}").format(EM_DASH))
    gate = gate_words(picture, name)
    return "\n".join([*lines, gate] if gate else lines)


def edge_tip(picture: Picture, edge: Edge) -> str:
    """Return the numbers of an edge with all of their digits, a line each."""
    return "\n".join(_lines(picture, edge.source, picture.now.gradient_name(edge)))


def _lines(picture: Picture, name: str, gradient_name: str | None) -> list[str]:
    lines = []
    for called in filter(None, (name, gradient_name)):
        value = picture.now.array(called)
        lines.append(f"{called} = {exact(value)}")
        if value is not None and value.size > 1:
            text = _translate("Graph", "colours of {0} end at ±{1}")
            lines.append(text.format(called, f"{float(np.abs(value).max()):.3g}"))
    if gradient_name is None:
        lines.append(_translate("Graph", "no gradient: it never changes"))
    return lines


def step_words(picture: Picture) -> str:
    """Return the step that just ran and its numbers."""
    now = picture.now
    steps, step = len(now.trace.steps), now.step
    if step is None:
        return _translate("Graph", "Step 0 of {0}: nothing is computed yet.").format(steps)
    rule = _translate("Trace", step.rule)
    said = _translate("Graph", "Step {0} of {1}, {2} {3}: {4}.").format(
        now.position, steps, step.node, step.phase, rule
    )
    numbers = [f"{name} = {number_text(now.array(name))}." for name in step.computes]
    if picture.backward:
        upstream = f"{step.upstream} = {number_text(now.array(step.upstream))}"
        factors = ", ".join(local_text(local) for local in now.locals_of(step.node))
        numbers.insert(0, f"{upstream}, {factors}.")
    return " ".join([said, *numbers])

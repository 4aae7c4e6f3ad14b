"""Acts out the newest step of a graph: what lights up, what is multiplied, what moves."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont

from app.formatting import signed
from app.graph_view.canvas import elided, text_width
from app.graph_view.node_legend import paint_local_row
from app.graph_view.node_marks import paint_dot, paint_pulse
from app.graph_view.node_paint import (
    paint_gradient,
    paint_gradient_line,
    paint_locals,
    paint_value,
    paint_value_line,
)
from app.graph_view.node_route import along
from app.graph_view.node_values import local_text
from app.theme import blend, mono_font

if TYPE_CHECKING:
    from app.graph_view.canvas import Canvas
    from app.graph_view.node_boxes import LabelBox, NodeBox
    from app.graph_view.node_picture import Picture
    from app.graph_view.node_route import Link

LIGHT_UP = 0.2
"""Until then the node of a step back lights up; then its local derivatives appear."""

PRODUCT, FLOW = 0.4, 0.6
"""From when on the product is written, and the gradient travels on."""

_PERIODS = 4
"""How far dashes wander: whole periods, so that they end as they began."""

_LINE = 16.0


def paint_moving_parts(canvas: Canvas, picture: Picture, pulse: float | None) -> None:
    """Paint what the newest step made, as far as it has been acted out; all of it at rest."""
    box = picture.running
    if box is None:
        return
    moment = 1.0 if pulse is None or picture.reduced_motion else pulse
    if picture.backward:
        _paint_back(canvas, picture, box, moment)
        if pulse is not None and PRODUCT <= moment:
            paint_product(canvas, picture, box)
    else:
        _paint_forth(canvas, picture, moment, moving=pulse is not None)
    if moment < 1 and (moment < LIGHT_UP if picture.backward else PRODUCT <= moment < FLOW):
        share = moment / LIGHT_UP if picture.backward else (moment - PRODUCT) / (FLOW - PRODUCT)
        _light_up(canvas, box, share)


def _light_up(canvas: Canvas, box: NodeBox, share: float) -> None:
    by = 2 + 6 * share
    shape = box.shape.adjusted(-by, -by, by, by)
    color = blend(canvas.theme.accent, canvas.theme.surface_1, 1 - share)
    canvas.outline(shape, color, min(shape.width(), shape.height()) / 2, 2)


def _paint_back(canvas: Canvas, picture: Picture, box: NodeBox, moment: float) -> None:
    there = moment >= FLOW
    flow = (moment - FLOW) / (1 - FLOW) if there else 0.0
    offset = -_PERIODS * 10 * flow
    for link in _moving_links(picture):
        gradient = picture.link_gradient(link) if there else None
        paint_gradient_line(canvas, picture, link, gradient, offset)
    for edge in picture.layout.labels:
        if edge in picture.new_gradients:
            label = picture.layout.labels[edge]
            paint_gradient(canvas, picture, label, new=True, there=there)
    if moment >= LIGHT_UP:
        paint_locals(canvas, picture, box)
        paint_local_row(canvas, picture, moving=True)
    if there:
        _paint_pulses(canvas, picture, flow)


def _paint_pulses(canvas: Canvas, picture: Picture, flow: float) -> None:
    """Draw the pulses: from the node to the end, and once more to where they rest."""
    for edge, label in picture.layout.labels.items():
        if edge not in picture.new_gradients:
            continue
        gradient = picture.now.gradient(edge)
        assert gradient is not None
        points = tuple(reversed(picture.route(edge, gradient=True)))
        rest = _rest(points, label)
        travelled = (1 + rest) * flow
        share = travelled if travelled < 1 else travelled - 1
        paint_pulse(canvas, along(points, share), gradient)


def _rest(points: tuple[QPointF, ...], label: LabelBox) -> float:
    """Return where a pulse rests: in the middle of a large label, right of a small one."""
    roomy = label.room.gradient_name is not None
    x, y = label.x if roomy else label.rect.right(), label.axis + label.room.gap
    total = passed = 0.0
    for start, end in pairwise(points):
        level = abs(start.y() - y) < 0.1 and abs(end.y() - y) < 0.1
        if not passed and level and end.x() <= x <= start.x():
            passed = total + start.x() - x
        total += math.hypot(end.x() - start.x(), end.y() - start.y())
    return passed / total if total else 0.5


def _moving_links(picture: Picture) -> list[Link]:
    return [link for link in picture.layout.links if picture.moves(link)]


def _paint_forth(canvas: Canvas, picture: Picture, moment: float, *, moving: bool) -> None:
    there = moment >= FLOW
    for link in _moving_links(picture):
        paint_value_line(canvas, picture, link, there=there)
    for edge in picture.layout.labels:
        if edge in picture.new_values:
            paint_value(canvas, picture, picture.layout.labels[edge], there=there)
    if not moving or picture.reduced_motion:
        return
    if moment < PRODUCT:
        edges, share = picture.read_values, moment / PRODUCT
    elif there:
        edges, share = tuple(picture.new_values), (moment - FLOW) / (1 - FLOW)
    else:
        return
    for edge in edges:
        paint_dot(canvas, along(picture.route(edge, gradient=False), share))


def product_lines(picture: Picture, box: NodeBox) -> tuple[str, ...]:
    """Return ``upstream × local = downstream`` for each input, alike ones once."""
    now = picture.now
    lines: dict[str, None] = {}
    upstream = now.total(box.name)
    for edge in picture.layout.drawn.edges[box.name]:
        downstream, share = now.gradient(edge), now.names.downstream.get(edge)
        if share is None or downstream is None or upstream is None:
            continue
        if max(upstream.size, downstream.size, share.local_derivative.size) > 1:
            lines[share.formula] = None
            continue
        first, last = signed(float(upstream.item())), signed(float(downstream.item()))
        lines[f"{first} {local_text(share.local_derivative)} = {last}"] = None
    return tuple(lines)


def paint_product(canvas: Canvas, picture: Picture, box: NodeBox) -> None:
    """Write the product of the step in a box that hides as little as can be."""
    lines, font = product_lines(picture, box), mono_font(12, QFont.Weight.DemiBold)
    if not lines:
        return
    wide = min(max(text_width(font, line) for line in lines) + 20, picture.layout.size[0] - 8)
    rect = _place(picture, box, wide, _LINE * len(lines) + 10)
    canvas.fill(rect, canvas.theme.surface_3, 6)
    canvas.outline(rect, canvas.theme.accent, 6)
    for number, line in enumerate(lines):
        y = rect.top() + 17 + _LINE * number
        text = elided(font, line, wide - 16)
        canvas.text(rect.center().x(), y, text, font, canvas.theme.text_1)


def _place(picture: Picture, box: NodeBox, wide: float, high: float) -> QRectF:
    """Return a place near a node: the one that covers least of what the step is about."""
    width, height = picture.layout.size
    x = min(max(box.rect.center().x() - wide / 2, 4.0), width - wide - 4)
    edges = (*picture.layout.drawn.edges[box.name], *picture.layout.drawn.readers[box.name])
    matters = [box.rect.united(box.pill)]
    matters += [picture.layout.labels[edge].rect for edge in edges]
    if picture.layout.output.source == box.name:
        matters.append(picture.layout.labels[picture.layout.output].rect)

    def hidden(place: QRectF) -> float:
        found = (place.intersected(rect) for rect in matters)
        return sum(part.width() * part.height() for part in found if not part.isEmpty())

    top = picture.layout.legend.bottom()
    places = []
    for distance in (4.0, 14.0, 30.0, 60.0):
        for y in (box.rect.bottom() + distance, box.rect.top() - high - distance):
            places.append(QRectF(x, min(max(y, top), height - high - 2), wide, high))
    return min(places, key=hidden)

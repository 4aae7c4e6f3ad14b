"""Paints what stays of a graph's picture: nodes, lines and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPointF, QRectF
from PySide6.QtGui import QFont

from app.formatting import count
from app.graph_view.canvas import elided, text_width
from app.graph_view.node_boxes import SMALL_FONT
from app.graph_view.node_marks import (
    DASHES,
    gradient_color,
    paint_dimmer,
    paint_gate,
    paint_strip,
    polyline,
    text_color,
)
from app.graph_view.node_texts import width
from app.graph_view.node_values import number_text, sign_of
from app.theme import mono_font, ui_font

if TYPE_CHECKING:
    from app.graph_view.canvas import Align, Canvas
    from app.graph_view.node_boxes import LabelBox, NodeBox
    from app.graph_view.node_picture import Picture
    from app.graph_view.node_route import Link
    from app.graph_view.node_values import Array

_translate = QCoreApplication.translate

_HEAD = 5.0
"""How far a line ends before the tip of its head."""


LEAST_OUTLINED = 14.0
"""The least height of a number's box that gets a border."""


def shortened(text: str, pixels: int, wide: float) -> str:
    """Return ``text``, cut where it is wider than ``wide``."""
    return text if width(text, pixels) <= wide else elided(mono_font(pixels), text, wide)


def paint_value_line(canvas: Canvas, picture: Picture, link: Link, *, there: bool) -> None:
    """Draw the line of a value, with its head where it arrives."""
    theme, points = canvas.theme, list(link.forward)
    if not there:
        polyline(canvas, points, theme.border_strong, 1, (2, 4))
        return
    if link.ends:
        tip = points[-1] - QPointF(1, 0)
        points[-1] = tip - QPointF(_HEAD, 0)
        canvas.head(tip, 1, theme.text_2)
    polyline(canvas, points, theme.text_2, picture.line_width(link.riders[0]))


def paint_gradient_line(
    canvas: Canvas, picture: Picture, link: Link, gradient: Array | None, offset: float = 0.0
) -> None:
    """Draw the line of a gradient, from right to left."""
    points = list(reversed(link.gradient))
    if gradient is None:
        polyline(canvas, points, canvas.theme.border_strong, 1, (2, 4))
        return
    color = gradient_color(canvas, gradient, picture.strength(gradient))
    if link.source:
        tip = points[-1] + QPointF(1, 0)
        points[-1] = tip + QPointF(_HEAD, 0)
        canvas.head(tip, -1, color)
    polyline(canvas, points, color, 2.2, DASHES, offset)


def paint_value(canvas: Canvas, picture: Picture, box: LabelBox, *, there: bool = True) -> None:
    """Write a value above its edge, if it is there, and its name above it."""
    theme, room = canvas.theme, box.room
    value = picture.now.array(box.edge.source) if there else None
    if room.value_name is not None:
        font = mono_font(SMALL_FONT)
        name = shortened(box.edge.source, SMALL_FONT, box.rect.width())
        color = theme.text_3 if value is None else theme.text_2
        canvas.text(box.x, box.axis + room.value_name, name, font, color)
    _number(canvas, picture, box, value, box.axis + room.value, theme.text_1)
    if value is not None and room.strip is not None and value.size > 1:
        top, _, high = room.strip
        paint_strip(canvas, QRectF(box.x - 28, box.axis + top, 56, high), value)


def paint_gradient(
    canvas: Canvas, picture: Picture, box: LabelBox, *, new: bool = False, there: bool = True
) -> None:
    """Write a gradient below its edge, boxed if it is ``new``, and its name below it."""
    theme, room, name = canvas.theme, box.room, picture.now.gradient_name(box.edge)
    if name is None:
        return
    gradient = picture.now.array(name) if there else None
    if new and gradient is not None:
        _box(canvas, picture, box, gradient)
    color = theme.text_3 if gradient is None else text_color(canvas, gradient)
    _number(canvas, picture, box, gradient, box.axis + room.gradient, color)
    if room.gradient_name is not None:
        font = mono_font(SMALL_FONT)
        color = theme.text_3 if gradient is None else theme.text_2
        text = shortened(name, SMALL_FONT, box.rect.width())
        canvas.text(box.x, box.axis + room.gradient_name, text, font, color)
    if gradient is not None and room.strip is not None and gradient.size > 1:
        _, top, high = room.strip
        paint_strip(canvas, QRectF(box.x - 28, box.axis + top, 56, high), gradient)


def _number(
    canvas: Canvas, picture: Picture, box: LabelBox, value: Array | None, y: float, color: str
) -> None:
    wide = box.rect.width() - 6
    text, pixels = picture.number(value, wide, box.room.font, canvas.detail)
    color = canvas.theme.text_3 if value is None else color
    canvas.text(box.x, y, text, mono_font(pixels, QFont.Weight.DemiBold), color)


def _box(canvas: Canvas, picture: Picture, box: LabelBox, gradient: Array) -> None:
    text, pixels = picture.number(gradient, box.rect.width() - 6, box.room.font, canvas.detail)
    wide = text_width(mono_font(pixels, QFont.Weight.DemiBold), text) + 8
    wide = min(max(wide, 64.0 if gradient.size > 1 else 32.0), box.rect.width())
    top, high = box.room.box
    rect = QRectF(box.x - wide / 2, box.axis + top, wide, high)
    sign = sign_of(gradient) or 0.0
    canvas.fill(rect, canvas.theme.sign_background(sign), 3)
    if high >= LEAST_OUTLINED:  # closer around the digits, a line would seem to strike them out
        canvas.outline(rect, canvas.theme.sign_color(sign), 3)


def paint_node(canvas: Canvas, picture: Picture, box: NodeBox) -> None:
    """Draw a node with what stands in it, and the gradient of a value with several readers."""
    if box.leaf:
        _paint_leaf(canvas, box)
    else:
        _paint_operation(canvas, picture, box)
    if box.total is not None:
        name = picture.now.names.totals.get(box.name)
        if name is not None:
            total = picture.now.array(name)
            color = canvas.theme.text_3 if total is None else text_color(canvas, total)
            font = mono_font(SMALL_FONT)
            number = number_text(total)
            left = box.rect.width() - text_width(font, f" {number}")
            text = f"{elided(font, name, max(left, 0.0))} {number}"
            align: Align = "right" if box.leaf else "center"
            canvas.text(box.total.x(), box.total.y(), text, font, color, align)


def _paint_leaf(canvas: Canvas, box: NodeBox) -> None:
    font = mono_font(box.font)
    middle, right = box.shape.center().y(), box.shape.right()
    name = shortened(box.symbol, box.font, box.shape.width())
    canvas.text(right, middle + 0.35 * box.font, name, font, canvas.theme.text_1, "right")
    if box.ports:
        top, bottom = middle - box.ports - 7, middle + box.ports + 7
        bar = QRectF(right + 4, top, 2, bottom - top)
        canvas.fill(bar, canvas.theme.border_strong, 1)


def _paint_operation(canvas: Canvas, picture: Picture, box: NodeBox) -> None:
    theme, shape = canvas.theme, box.shape
    radius = min(shape.width(), shape.height()) / 2
    running = picture.running is box
    canvas.fill(shape, theme.accent_bg if running else theme.surface_2, radius)
    border = theme.accent if running else theme.border_strong
    canvas.outline(shape, border, radius, 2 if running else 1)
    openness = picture.openness(box.name)
    x, y = shape.center().x(), shape.center().y() + 0.35 * box.font
    color = theme.accent_text if running else theme.text_1
    font = mono_font(box.font)
    text = shortened(box.symbol, box.font, shape.width() - 6)
    if openness is None:
        canvas.text(x, y, text, font, color)
        return
    canvas.text(x, y - (7 if shape.height() > 40 else 5), text, font, color)
    middle = QPointF(x, shape.center().y() + (12 if shape.height() > 40 else 9))
    operation = picture.now.graph.nodes[box.name].operation
    if operation is not None and operation.name == "relu":
        paint_gate(canvas, middle, openness)
    else:
        paint_dimmer(canvas, middle, openness)


def paint_locals(canvas: Canvas, picture: Picture, box: NodeBox) -> None:
    """Write a node's local derivatives below it, once its step back is done."""
    color = canvas.theme.accent_text if picture.running is box else canvas.theme.text_2
    for place, text in zip(box.local, picture.now.local_texts(box.name), strict=False):
        canvas.text(place.x(), place.y(), text, mono_font(SMALL_FONT), color)


def paint_running(canvas: Canvas, box: NodeBox) -> None:
    """Write at a node that it runs."""
    theme, pill = canvas.theme, box.pill
    canvas.fill(pill, theme.accent, pill.height() / 2)
    font = ui_font(11, QFont.Weight.DemiBold)
    text = elided(font, _translate("Graph", "running"), pill.width() - 6)
    canvas.text(pill.center().x(), pill.center().y() + 4, text, font, theme.on_accent)


def gate_words(picture: Picture, name: str) -> str:
    """Return whether a Relu's gate is open, or how many of its gates are; "" for other nodes."""
    openness = picture.openness(name)
    operation = picture.now.graph.nodes[name].operation
    if openness is None or operation is None or operation.name != "relu":
        return ""
    (local,) = picture.now.all_locals(name)
    if local.size > 1:
        passing = round(openness * local.size)
        text = _translate("Graph", "{0} open · {1} closed")
        return text.format(count(passing), count(local.size - passing))
    return _translate("Graph", "gate open") if openness else _translate("Graph", "gate closed")

"""One operation, painted: its inputs, the node, its output, and what is multiplied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainterPath, QPen

from app.graph_view.canvas import color_of, elided, text_width
from app.graph_view.node_marks import DASHES, paint_strip, text_color
from app.graph_view.operation_facts import factor_text, number_text, shape_text
from app.graph_view.operation_layout import GRADIENT, VALUE
from app.graph_view.operation_products import BOLD, factor_ink
from app.theme import mono_font, ui_font

if TYPE_CHECKING:
    from app.graph_view.canvas import Align, Canvas
    from app.graph_view.frame import Array
    from app.graph_view.operation_facts import Facts, Told
    from app.graph_view.operation_layout import OperationLayout

_translate = QCoreApplication.translate


_LARGE = 120
"""A box of this height has larger type."""

_WITH_GRADIENT = 240
"""Where a line is as wide as this, it has room for the gradient; else it stands below alone."""


def paint_box(canvas: Canvas, rect: QRectF, told: Told, form: str) -> None:
    """Draw a value with its name above, and its gradient below."""
    theme = canvas.theme
    canvas.fill(rect, theme.surface_2, 6)
    canvas.outline(rect, theme.border, 6)
    {"tall": _tall, "medium": _medium, "line": _line}[form](canvas, rect, told)


def _tall(canvas: Canvas, rect: QRectF, told: Told) -> None:
    theme, x, middle = canvas.theme, rect.center().x(), rect.center().y()
    large = rect.height() >= _LARGE
    small, bold = mono_font(13 if large else 11), mono_font(18 if large else 14, BOLD)
    room, k = rect.width() - 12, 1.3 if large else 1.0
    canvas.line(QPointF(rect.left() + 8, middle), QPointF(rect.right() - 8, middle), theme.border)
    name = elided(small, told.name, room)
    canvas.text(x, middle - 27 * k, name, small, theme.text_2)
    _paint_number(canvas, QPointF(x, middle - 9 * k), told.value, bold, theme.text_1, room)
    if not told.changes:
        text = _translate("Graph", "constant, no gradient")
        canvas.text(x, middle + 20 * k, text, ui_font(11), theme.text_3)
        return
    color = _gradient_color(canvas, told.gradient)
    _paint_number(canvas, QPointF(x, middle + 20 * k), told.gradient, bold, color, room)
    name = elided(small, told.gradient_name, room)
    canvas.text(x, middle + 36 * k, name, small, theme.text_2 if told.gradient is not None else
                theme.text_3)  # fmt: skip


def _medium(canvas: Canvas, rect: QRectF, told: Told) -> None:
    theme, small, bold = canvas.theme, mono_font(11), mono_font(12, BOLD)
    left, right, y = rect.left() + 8, rect.right() - 8, rect.top() + 15
    canvas.text(left, y, elided(small, told.name, right - left), small, theme.text_2, "left")
    y = rect.bottom() - 9
    ink = theme.text_3 if told.value is None else theme.text_1
    canvas.text(left, y, number_text(told.value), bold, ink, "left")
    _paint_back(canvas, right, y, told, bold)


def _line(canvas: Canvas, rect: QRectF, told: Told) -> None:
    theme, font, y = canvas.theme, mono_font(11), rect.center().y() + 4
    left, right = rect.left() + 6, rect.right() - 6
    bold, value = mono_font(11, BOLD), right
    if rect.width() >= _WITH_GRADIENT:
        _paint_back(canvas, right, y, told, bold)
        value = right - 64
    ink = theme.text_3 if told.value is None else theme.text_1
    canvas.text(value, y, number_text(told.value), bold, ink, "right")
    room = value - 60 - left
    canvas.text(left, y, elided(font, told.name, room), font, theme.text_2, "left")


def _paint_back(canvas: Canvas, right: float, y: float, told: Told, font: QFont) -> None:
    if told.changes:
        color = _gradient_color(canvas, told.gradient)
        canvas.text(right, y, number_text(told.gradient), font, color, "right")
    else:
        text = _translate("Graph", "constant")
        canvas.text(right, y, text, ui_font(11), canvas.theme.text_3, "right")


def _gradient_color(canvas: Canvas, gradient: Array | None) -> str:
    if gradient is None:
        return canvas.theme.text_3
    if gradient.size > 1:
        return canvas.theme.text_1
    return canvas.theme.sign_color(float(gradient.item()))


def _paint_number(
    canvas: Canvas, base: QPointF, array: Array | None, font: QFont, color: str, room: float
) -> None:
    """Draw a number; an em dash before it is known; of several, a strip of colours and how many."""
    theme = canvas.theme
    if array is None or array.size == 1:
        ink = theme.text_3 if array is None else color
        canvas.text(base.x(), base.y(), number_text(array), font, ink)
        return
    small, text = mono_font(11), shape_text(array)
    strip = QRectF(round(base.x() - room / 2), round(base.y() - 9), room, 9)
    label = text_width(small, text) + 8
    strip.setWidth(max(round(room - label), 16))
    paint_strip(canvas, strip, array)
    canvas.text(base.x() + room / 2, base.y(), text, small, theme.text_2, "right")


def paint_node(canvas: Canvas, place: OperationLayout, facts: Facts) -> None:
    """Draw the circle with the operation's symbol; the accent's if it just ran."""
    theme, rect = canvas.theme, place.node
    painter = canvas.painter
    pen = QPen(color_of(theme.accent if facts.active else theme.border_strong))
    pen.setWidthF(2.0 if facts.active else 1.2)
    painter.setPen(pen)
    painter.setBrush(color_of(theme.surface_2))
    painter.drawEllipse(rect.adjusted(1, 1, -1, -1))
    radius = rect.width() / 2
    sizes = (size for size in (54, 40, 34, 30, 26, 22, 18, 15, 13, 11) if size <= 0.8 * radius)
    fonts = [mono_font(size, BOLD) for size in sizes]
    room = 1.6 * radius
    font = next((f for f in fonts if text_width(f, facts.symbol) <= room), fonts[-1])
    ink = theme.accent_text if facts.active else theme.text_1
    y = rect.center().y() + 0.36 * font.pixelSize()
    canvas.text(rect.center().x(), y, facts.symbol, font, ink)


def paint_edges(canvas: Canvas, place: OperationLayout, facts: Facts) -> None:
    """Draw the values' lines, and dotted ones for gradients that are not computed."""
    ways = [*zip(place.ways, facts.inputs, strict=True), (place.out, facts.output)]
    for way, told in ways:
        known = told.value is not None
        _stroke(canvas, way.path(VALUE), canvas.theme.text_2 if known else "", 1.8)
        if known:
            canvas.head(way.end + QPointF(-1, VALUE), 1, canvas.theme.text_2)
        if told.changes and told.gradient is None:
            _stroke(canvas, way.path(GRADIENT), "", 1.0)


def _stroke(
    canvas: Canvas,
    path: QPainterPath,
    color: str,
    width: float,
    dashes: tuple[float, ...] = (),
    offset: float = 0.0,
) -> None:
    """Draw a line; one without a colour is pending and dotted."""
    pen = QPen(color_of(color or canvas.theme.border_strong), width if color else 1.0)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pattern = dashes if color else (2.0, 4.0)
    if pattern:
        pen.setDashPattern([length / pen.widthF() for length in pattern])
        pen.setDashOffset(offset / pen.widthF())
    canvas.painter.setPen(pen)
    canvas.painter.setBrush(Qt.BrushStyle.NoBrush)
    canvas.painter.drawPath(path)


def paint_gradients(canvas: Canvas, place: OperationLayout, facts: Facts, shift: float) -> None:
    """Draw the gradients' dashed lines, their dashes moved back by ``shift`` pixels."""
    for way, told in (*zip(place.ways, facts.inputs, strict=True), (place.out, facts.output)):
        if told.gradient is None:
            continue
        color = text_color(canvas, told.gradient)
        path = way.path(GRADIENT).toReversed()
        _stroke(canvas, path, color, 2.2, DASHES, -shift)
        canvas.head(way.start + QPointF(1, GRADIENT), -1, color)


def paint_pills(canvas: Canvas, place: OperationLayout, facts: Facts) -> None:
    """Draw the local derivative of each input on its edge."""
    theme, font = canvas.theme, mono_font(11, BOLD)
    for rect, told in zip(place.pills, facts.inputs, strict=True):
        if not told.changes:
            continue
        several = told.local is not None and told.local.size > 1
        text = f"× [{factor_text(told.local)}]" if several else f"× {factor_text(told.local)}"
        wide = text_width(font, text) + 12
        pill = QRectF(rect.center().x() - wide / 2, rect.top(), wide, rect.height())
        canvas.fill(pill, theme.surface_1, 8)
        canvas.outline(pill, theme.border_strong, 8)
        canvas.text(
            pill.center().x(), pill.bottom() - 5, text, font, factor_ink(canvas, told.local)
        )


def paint_more(canvas: Canvas, rect: QRectF | None, more: int, align: Align = "left") -> None:
    """Draw how many further inputs there are."""
    if rect is None or not more:
        return
    text = _translate("Graph", "and {0} more").format(more)
    canvas.text(rect.left() + 6, rect.center().y() + 4, text, ui_font(12), canvas.theme.text_3,
                align)  # fmt: skip


def paint_running(canvas: Canvas, place: OperationLayout) -> None:
    """Draw the word above the node that its step just ran."""
    theme, text = canvas.theme, _translate("Graph", "running")
    font, rect = ui_font(11, BOLD), place.node
    wide = text_width(font, text) + 18
    pill = QRectF(rect.center().x() - wide / 2, rect.top() - 20, wide, 17)
    canvas.fill(pill, theme.accent, 8.5)
    canvas.text(pill.center().x(), pill.bottom() - 4.5, text, font, theme.on_accent)

"""What is told of one operation: its rule, its formula, and what it hands back as products."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QRectF
from PySide6.QtGui import QFont, QFontMetricsF

from app.graph_view.canvas import elided, text_width
from app.graph_view.operation_facts import factor_text
from app.graph_view.operation_layout import LINE, PAD
from app.theme import mono_font, ui_font

if TYPE_CHECKING:
    from app.graph_view.canvas import Canvas
    from app.graph_view.frame import Array
    from app.graph_view.operation_facts import Facts, Told
    from app.graph_view.operation_layout import OperationLayout

_translate = QCoreApplication.translate

BOLD = QFont.Weight.DemiBold

_GAP = 24
"""Between the boxes of a product, where × and = stand."""


def paint_header(canvas: Canvas, place: OperationLayout, facts: Facts) -> None:
    """Draw the rule as a sentence, and below it the formula of the step."""
    theme, rect = canvas.theme, place.header
    font = ui_font(14 if place.roomy else 12)
    mono = mono_font(13 if place.roomy else 12)
    line = 19.0 if place.roomy else 16.0
    y = rect.top() + line - 3
    rule = wrapped(facts.rule, font, rect.width())[:2]
    for text in rule:
        canvas.text(rect.left(), y, text, font, theme.text_1, "left")
        y += line
    for text in _cut(facts.step.formula, mono, rect.width(), 3 - len(rule)):
        canvas.text(rect.left(), y + 1, text, mono, theme.text_2, "left")
        y += line


def _cut(text: str, font: QFont, width: float, most: int) -> list[str]:
    """Break ``text`` into at most ``most`` lines, of which the last may be cut."""
    if not most:
        return []
    lines = wrapped(text, font, width)
    rest = " ".join(lines[most - 1 :])
    return [elided(font, line, width) for line in (*lines[: most - 1], rest) if line]


def caption_lines(facts: Facts, size: tuple[float, float]) -> int:
    """Return how many lines the formulas over the products take, 1 or 2."""
    column = (size[0] - 3 * PAD) / 2
    if len(facts.shares) != 2:
        return 1
    return max(min(len(wrapped(told.formula, mono_font(11), column)), 2) for told in facts.shares)


def wrapped(text: str, font: QFont, width: float) -> list[str]:
    """Break ``text`` between words."""
    metrics, lines = QFontMetricsF(font), [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and metrics.horizontalAdvance(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def factor_ink(canvas: Canvas, array: Array | None) -> str:
    """Return the colour of a factor by its sign; a 1 and an array are neutral."""
    theme = canvas.theme
    if array is None:
        return theme.text_3
    if array.size > 1 or array.item() == 1:
        return theme.text_1
    return theme.sign_color(float(array.item()))


def paint_products(canvas: Canvas, place: OperationLayout, facts: Facts) -> None:
    """Draw upstream × local = downstream for each input that gets a gradient."""
    theme, upstream = canvas.theme, facts.output.gradient
    lines = 0 if len(facts.shares) == 1 else caption_lines(facts, place.size)
    heading = _translate("Graph", "Upstream × local = downstream")
    if not place.boxed and place.products:
        top = place.products[0]
        canvas.text(top.left(), top.top() - 7, heading, ui_font(11), theme.text_3, "left")
    for rect, told in zip(place.products, facts.shares, strict=True):
        if not place.boxed:
            _paint_line(canvas, rect, upstream, told)
            continue
        y = rect.top() + 13
        if lines == 0:  # the formula at the top is that of the one product already
            canvas.text(rect.left(), y, heading, ui_font(12), theme.text_2, "left")
        for text in _cut(told.formula, mono_font(11), rect.width(), lines):
            canvas.text(rect.left(), y, text, mono_font(11), theme.text_2, "left")
            y += LINE
        below = rect.adjusted(0, LINE * max(lines, 1), 0, 0)
        _paint_boxes(canvas, below, (upstream, told.local, told.gradient), roomy=place.roomy)


def _paint_boxes(
    canvas: Canvas, rect: QRectF, arrays: tuple[Array | None, ...], *, roomy: bool
) -> None:
    """Draw one product as three boxes with their headings."""
    heads = (
        _translate("Graph", "upstream"),
        _translate("Graph", "local"),
        _translate("Graph", "downstream"),
    )
    wide = round(min((rect.width() - 2 * _GAP) / 3, 160.0 if roomy else 120.0))
    top, high = rect.top() + (26 if roomy else 21), 44 if roomy else 30
    for number, (head, array) in enumerate(zip(heads, arrays, strict=True)):
        box = QRectF(round(rect.left()) + number * (wide + _GAP), round(top), wide, high)
        x = box.center().x()
        canvas.text(x, box.top() - 5, head, ui_font(11), canvas.theme.text_3)
        _paint_factor(canvas, box, array, 17 if roomy else 14)
        if number < 2:
            y = box.center().y() + 5
            canvas.text(box.right() + _GAP / 2, y, "×="[number], ui_font(14), canvas.theme.text_2)


def _paint_factor(canvas: Canvas, box: QRectF, array: Array | None, largest: int) -> None:
    """Draw a number in a box tinted by its sign; dashed while it is not computed."""
    theme, text = canvas.theme, factor_text(array)
    if array is None:
        canvas.outline(box, theme.border_strong, 6, dashes=(3, 3))
    else:
        signed = array.size == 1 and array.item() != 1
        fill = theme.sign_background(float(array.item())) if signed else theme.surface_2
        canvas.fill(box, fill, 6)
        canvas.outline(box, theme.border, 6)
    fonts = [mono_font(size, BOLD) for size in (largest, 14, 13, 12, 11)]
    font = next((f for f in fonts if text_width(f, text) <= box.width() - 6), fonts[-1])
    canvas.text(box.center().x(), box.center().y() + 5, text, font, factor_ink(canvas, array))


def _paint_line(canvas: Canvas, rect: QRectF, upstream: Array | None, told: Told) -> None:
    """Draw one product of many as a line."""
    theme = canvas.theme
    plain, bold = mono_font(11), mono_font(11, BOLD)
    parts = [
        (factor_text(upstream), bold, factor_ink(canvas, upstream)),
        (" × ", plain, theme.text_2),
        (factor_text(told.local), bold, factor_ink(canvas, told.local)),
        (" = ", plain, theme.text_2),
        (factor_text(told.gradient), bold, factor_ink(canvas, told.gradient)),
    ]
    wide = sum(text_width(font, text) for text, font, _ in parts)
    y = rect.center().y() + 4
    name = elided(plain, told.gradient_name, rect.width() - wide - 12)
    canvas.text(rect.left(), y, name, plain, theme.text_2, "left")
    canvas.texts(rect.right() - wide / 2, y, parts)

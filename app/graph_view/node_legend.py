"""What explains a graph's picture: the key of its lines, and the local derivatives of a chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPointF
from PySide6.QtGui import QFont

from app.formatting import EM_DASH, magnitude
from app.graph_view.canvas import text_width
from app.graph_view.node_boxes import SMALL_FONT
from app.graph_view.node_marks import DASHES, polyline
from app.graph_view.node_picture import COMMON, THICKEST, THINNEST, WEAKEST
from app.graph_view.node_plan import LEGEND
from app.graph_view.node_texts import width
from app.graph_view.node_values import local_text
from app.theme import blend, mono_font, ui_font

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.graph_view.canvas import Canvas, Color
    from app.graph_view.node_boxes import NodeBox
    from app.graph_view.node_picture import Picture

_translate = QCoreApplication.translate

_APART = 16.0
_SAMPLE = 20.0


def paint_legend(canvas: Canvas, picture: Picture) -> None:
    """Draw the key of the lines, and where their scales end, in as many rows as they take."""
    rect = picture.layout.legend
    x, y = rect.left(), rect.top() + 12
    for text, sample in _entries(canvas, picture):
        wide = _SAMPLE + 6 + text_width(ui_font(SMALL_FONT), text)
        if x + wide > rect.right() and x > rect.left():
            x, y = rect.left(), y + LEGEND - 4
        sample(x, y)
        canvas.text(x + _SAMPLE + 6, y + 4, text, ui_font(SMALL_FONT), canvas.theme.text_2, "left")
        x += wide + _APART


def _entries(canvas: Canvas, picture: Picture) -> list[tuple[str, Callable[[float, float], None]]]:
    theme, now = canvas.theme, picture.now

    def line(color: Color, dashes: tuple[float, ...] = ()) -> Callable[[float, float], None]:
        wide = 2.2 if dashes else COMMON
        return lambda x, y: polyline(
            canvas, (QPointF(x, y + 0.5), QPointF(x + _SAMPLE, y + 0.5)), color, wide, dashes
        )

    def dash(x: float, y: float) -> None:
        canvas.text(x + _SAMPLE / 2, y + 4, EM_DASH, ui_font(12), theme.text_3)

    gradient = _translate("Graph", "gradient")
    entries: list[tuple[str, Callable[[float, float], None]]] = [
        (_translate("Graph", "value"), line(theme.text_2)),
        (f"{gradient} +", line(theme.positive, DASHES)),
        (f"{gradient} −", line(theme.negative, DASHES)),
        (_translate("Graph", "not computed yet"), dash),
    ]
    if now.largest_gradient:
        text = _translate("Graph", "gradients up to ±{0}")
        entries.append((text.format(magnitude(now.largest_gradient, 3)), _shades(canvas)))
    if now.largest_weight:
        text = _translate("Graph", "weights up to ±{0}")
        entries.append((text.format(magnitude(now.largest_weight, 3)), _widths(canvas)))
    return entries


def _shades(canvas: Canvas) -> Callable[[float, float], None]:
    """Return what draws the colours of gradients from the weakest to the strongest."""

    def sample(x: float, y: float) -> None:
        for number in range(4):
            strength = WEAKEST + (1 - WEAKEST) * number / 3
            color = blend(canvas.theme.text_2, canvas.theme.surface_1, strength)
            start = QPointF(x + 5 * number, y + 0.5)
            canvas.line(start, start + QPointF(4, 0), color, 2.2)

    return sample


def _widths(canvas: Canvas) -> Callable[[float, float], None]:
    """Return what draws the lines of weights from the thinnest to the thickest."""

    def sample(x: float, y: float) -> None:
        for number in range(3):
            wide = THINNEST + (THICKEST - THINNEST) * number / 2
            start = QPointF(x + _SAMPLE / 3 * number, y + 0.5)
            canvas.line(start, start + QPointF(_SAMPLE / 3, 0), canvas.theme.text_2, wide)

    return sample


def local_words(picture: Picture, box: NodeBox) -> tuple[str, ...]:
    """Return a chain's local derivative at a node, with its formula: ``exp(−x) = 0.5451``."""
    found = picture.now.locals_of(box.name)
    if not found:
        return ()
    edge = next(e for e in picture.layout.drawn.edges[box.name] if picture.now.gradient_name(e))
    share = picture.now.names.downstream[edge]
    number = local_text(found[0]).removeprefix("× ")
    start = f"{share.gradient} = {picture.now.names.totals[box.name]} × "
    formula = share.formula.removeprefix(start)
    if formula == share.formula or " if " in formula:
        return (number,)
    if formula.startswith("(") and formula.endswith(")") and formula.count("(") == 1:
        formula = formula[1:-1]
    return (number,) if formula == number else (f"{formula} = {number}", number)


def paint_local_row(canvas: Canvas, picture: Picture, *, moving: bool) -> None:
    """Write the local derivatives of a chain below its nodes.

    The newest one appears while its step is acted out: it is ``moving``.
    """
    row = picture.layout.local_row
    if row is None:
        return
    theme = canvas.theme
    if not moving:
        y = row.top() + 6.5
        canvas.line(QPointF(8, y), QPointF(row.right() - 8, y), theme.border)
        text = _translate("Graph", "local")
        canvas.text(8, row.bottom() - 8, text, ui_font(SMALL_FONT), theme.text_3, "left")
    boxes = [box for box in picture.layout.nodes.values() if not box.leaf]
    first = text_width(ui_font(SMALL_FONT), _translate("Graph", "local")) + 16
    edges = [first, *(b.shape.center().x() for b in boxes), row.right()]
    for number, box in enumerate(boxes):
        new = picture.running is box and picture.backward
        if new != moving:
            continue
        x = box.shape.center().x()
        left, right = edges[number], edges[number + 2]
        room = 2 * min((x - left) / (2 if number else 1), (right - x) / 2) - 8
        texts = local_words(picture, box)
        text = next((t for t in texts if width(t, SMALL_FONT) <= room), "")
        if text:
            weight = QFont.Weight.DemiBold if new else QFont.Weight.Normal
            color = theme.accent_text if new else theme.text_1
            canvas.text(x, row.bottom() - 8, text, mono_font(SMALL_FONT, weight), color)

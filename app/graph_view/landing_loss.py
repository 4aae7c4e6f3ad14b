"""The loss before and after an update, and how it goes on over further steps on a copy."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPointF, QRectF

from app import formatting
from app.formatting import EM_DASH
from app.graph_view.blocks import SEMIBOLD
from app.graph_view.canvas import text_width
from app.graph_view.layer_parts import SMALL, fitted
from app.theme import mono_font, ui_font

if TYPE_CHECKING:
    from app.graph_view.canvas import Canvas
    from app.graph_view.frame import Frame

_translate = QCoreApplication.translate

_HEADER = 48.0
"""A title and the two numbers."""


def paint_loss(canvas: Canvas, frame: Frame, rect: QRectF, losses: tuple[float, ...]) -> None:
    """Draw the loss before and after, and below it the line of ``losses``."""
    theme, x = canvas.theme, rect.left()
    title = _translate("Graph", "Loss before and after")
    canvas.text(x, rect.top() + 13, title, ui_font(12, SEMIBOLD), theme.text_1, "left")
    before, after = frame.number("loss"), frame.number("loss_after")
    y, font, strong = rect.top() + 37, mono_font(14), mono_font(14, SEMIBOLD)
    color = theme.text_3 if before is None else theme.text_1
    x = canvas.text(x, y, formatting.loss(before), strong, color, "left")
    x = canvas.text(x + 10, y, "→", font, theme.text_2, "left")
    now = frame.computed_now("loss_after")
    color = theme.text_3 if after is None else theme.accent_text if now else theme.text_1
    canvas.text(x + 10, y, formatting.loss(after), strong, color, "left")
    line = losses or tuple(value for value in (before, after) if value is not None)
    plot = QRectF(rect.left(), rect.top() + _HEADER, rect.width(), rect.height() - _HEADER)
    _paint_line(canvas, plot, line, len(losses))


def _paint_line(canvas: Canvas, rect: QRectF, losses: tuple[float, ...], steps: int) -> None:
    """Draw losses as a line above 0, with the numbers that have room."""
    theme, font = canvas.theme, mono_font(SMALL)
    bottom = rect.bottom() - 20
    canvas.fill(QRectF(rect.left(), round(bottom), rect.width(), 1), theme.border_strong)
    caption = _translate("Graph", "steps on a copy: {0}").format(max(steps - 1, 0))
    baseline, room = rect.bottom() - 3, rect.width()
    fitted(canvas, rect.left(), baseline, caption, ui_font(SMALL), theme.text_3, room)
    if len(losses) < 2:
        canvas.text(rect.center().x(), (rect.top() + bottom) / 2 + 4, EM_DASH, font, theme.text_3)
        return
    texts = [formatting.loss(value) for value in losses]
    beside = max(text_width(font, text) for text in texts) + 10
    area = QRectF(rect.left() + 4, rect.top() + 16, rect.width() - 4 - beside, 0)
    area.setBottom(bottom - 4)
    high = max(max(losses), 1e-12)
    points = [
        QPointF(
            area.left() + i / (len(losses) - 1) * area.width(),
            area.bottom() - value / high * area.height(),
        )
        for i, value in enumerate(losses)
    ]
    for start, end in pairwise(points):
        canvas.line(start, end, theme.text_2, 1.6)
    for point in points[:-1]:
        canvas.circle(point, 2, theme.text_2, theme.text_2)
    canvas.circle(points[-1], 3.5, theme.accent, theme.accent)
    # Above and right of its point a number keeps clear of a line that falls.
    last, taken = len(losses) - 1, -1.0
    for i, (text, point) in enumerate(zip(texts, points, strict=True)):
        left = point.x() + 6
        right = left + text_width(font, text)
        if i == last or (left > taken and right < points[last].x()):
            color = theme.text_1 if i in (0, last) else theme.text_3
            canvas.text(left, point.y() - 4, text, font, color, "left")
            taken = right + 6

"""A picture that is not the answer to what the reader asked: dimmed, with a line that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor

from app import theme
from app.graph_view.canvas import Canvas, elided

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

VEIL = 0.68
"""How much of the picture the surface takes away."""

LINE = 26.0


def paint_doubt(painter: QPainter, view: QRectF, text: str) -> None:
    """Dim all of ``view`` and write ``text`` at its top, with a cross."""
    colors = theme.current()
    veil = QColor(colors.surface_1)
    veil.setAlphaF(VEIL)
    painter.fillRect(view, veil)
    canvas = Canvas(painter, colors)
    strip = QRectF(view.left(), view.top() + 2, view.width(), LINE)
    canvas.fill(strip, colors.surface_3, 6)
    font, y = theme.ui_font(12), strip.center().y() + 4
    x = canvas.text(strip.left() + 12, y, "✗", font, colors.fail, "left")
    shown = elided(font, text, strip.right() - x - 20)
    canvas.text(x + 8, y, shown, font, colors.text_1, "left")

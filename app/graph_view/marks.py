"""What the view paints over any picture: the cursor of the keys, and a veil over a doubtful one."""

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

LEAST_CURSOR = 10.0
"""Pixels of the cursor around however small a cell."""


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


def paint_cursor(canvas: Canvas, rect: QRectF, pixel: float) -> None:
    """Draw what has the focus of the keys: a frame in the accent that any colour lets be seen.

    ``pixel`` is a pixel of the view in the picture's coordinates.
    """
    grown = rect.adjusted(-4 * pixel, -4 * pixel, 4 * pixel, 4 * pixel)
    across = max(LEAST_CURSOR * pixel - grown.width(), 0.0) / 2
    down = max(LEAST_CURSOR * pixel - grown.height(), 0.0) / 2
    grown = grown.adjusted(-across, -down, across, down)
    canvas.outline(grown, canvas.theme.surface_1, 5 * pixel, 5 * pixel)
    inner = grown.adjusted(pixel, pixel, -pixel, -pixel)
    canvas.outline(inner, canvas.theme.accent, 4 * pixel, 3 * pixel)

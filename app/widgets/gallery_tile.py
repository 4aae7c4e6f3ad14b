"""How a drawing looks in the gallery: a pure function of what is kept of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from app import theme
from app.widgets.basics import SEMIBOLD

if TYPE_CHECKING:
    from app.widgets.gallery_entries import Kept

SIDE = 56
"""Of the picture: twice the 28 pixels of the image."""

INSET = 6
"""Of the picture in its tile."""

TILE = QSize(SIDE + 2 * INSET, SIDE + INSET + 24)


def draw_tile(
    painter: QPainter,
    place: QRect,
    kept: Kept,
    colors: theme.Theme,
    *,
    current: bool = False,
    hovered: bool = False,
) -> None:
    """Paint ``kept`` in the tile whose top left corner is that of ``place``."""
    tile = QRectF(place.x(), place.y(), TILE.width(), TILE.height()).adjusted(0.5, 0.5, -0.5, -0.5)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QColor(colors.accent) if current else Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colors.surface_3) if hovered else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(tile, 6, 6)
    box = QRectF(place.x() + INSET, place.y() + INSET, SIDE, SIDE)
    painter.setPen(QPen(QColor(colors.border_strong), 1))
    painter.setBrush(QColor(colors.canvas))
    painter.drawRect(box.adjusted(-0.5, -0.5, 0.5, 0.5))
    pixels = theme.digit_pixels(kept.image, colors)
    height, width = kept.image.shape
    painter.drawImage(
        box, QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    )
    _draw_caption(painter, box, kept, colors)
    painter.restore()


def _draw_caption(painter: QPainter, box: QRectF, kept: Kept, colors: theme.Theme) -> None:
    line = QRectF(box.x(), box.bottom() + 2, box.width(), 18)
    painter.setFont(theme.ui_font(12, SEMIBOLD))
    painter.setPen(QColor(colors.text_1))
    middle = Qt.AlignmentFlag.AlignVCenter
    painter.drawText(line, Qt.AlignmentFlag.AlignLeft | middle, kept.reading)
    if kept.digit is not None:
        painter.setFont(theme.ui_font(11))
        painter.setPen(QColor(colors.text_3))
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | middle, kept.certainty)

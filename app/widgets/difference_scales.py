"""What the colours of the map of differences mean: scales, lying or upright, and how a kink looks.

Pure functions of a painter, the room and a theme.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication, QRect, QRectF, Qt
from PySide6.QtGui import QColor

from app import theme
from app.widgets.difference_pixels import HIGHEST, LOWEST, level_pixels, picture_of

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from app.widgets.difference_pixels import Pixels

BAR, TEXT_GAP = 8, 8
STEPS = 129
_SWATCH, _LINE = 10, 14
_ENDS = (f"1e{LOWEST}", f"1e{HIGHEST}")
_MIDDLE = Qt.AlignmentFlag.AlignVCenter


def draw_legend(painter: QPainter, room: QRect, colors: theme.Theme, *, has_kinks: bool) -> None:
    """Draw the scale of the tiles, and how a kink looks if there are some."""
    room, levels = QRect(room), np.linspace(LOWEST, HIGHEST, STEPS)
    if room.height() > room.width():
        if has_kinks:
            line = QRect(room.left(), room.bottom() + 1 - _LINE, room.width(), _LINE)
            _draw_kink(painter, line, colors)
            room.setBottom(line.top() - 5)
        _draw_upright(painter, room, level_pixels(levels[::-1, np.newaxis], colors), colors)
        return
    if has_kinks:
        room.setRight(_draw_kink(painter, room, colors) - 12)
    draw_scale(painter, room, _ENDS, level_pixels(levels[np.newaxis], colors), colors)


def _draw_kink(painter: QPainter, line: QRect, colors: theme.Theme) -> int:
    """Draw at the right of ``line`` how a kink looks; return where that begins."""
    text = QCoreApplication.translate("DifferenceMap", "kink")
    painter.setFont(theme.ui_font(11))
    painter.setPen(QColor(colors.text_2))
    painter.drawText(line, Qt.AlignmentFlag.AlignRight | _MIDDLE, text)
    left = line.right() - painter.fontMetrics().horizontalAdvance(text) - 4 - _SWATCH
    swatch = picture_of(level_pixels(np.full((_SWATCH, _SWATCH), np.nan), colors))
    painter.drawImage(left + 1, line.center().y() - _SWATCH // 2 + 1, swatch)
    return left


def _draw_upright(painter: QPainter, room: QRect, pixels: Pixels, colors: theme.Theme) -> None:
    """Draw a bar of ``pixels`` (n, 1, 3) at the right of ``room``, its ends named beside it."""
    painter.drawImage(
        QRectF(room.right() + 1 - BAR, room.top() + 1, BAR, room.height() - 2), picture_of(pixels)
    )
    painter.setFont(theme.mono_font(11))
    painter.setPen(QColor(colors.text_2))
    texts = room.adjusted(0, 0, -BAR - 4, 0)
    right = Qt.AlignmentFlag.AlignRight
    painter.drawText(texts, right | Qt.AlignmentFlag.AlignTop, _ENDS[1])
    painter.drawText(texts, right | Qt.AlignmentFlag.AlignBottom, _ENDS[0])


def draw_scale(
    painter: QPainter, room: QRect, ends: tuple[str, str], pixels: Pixels, colors: theme.Theme
) -> None:
    """Draw a bar of ``pixels`` (1, n, 3) across ``room`` between the texts of its ends."""
    painter.setFont(theme.mono_font(11))
    painter.setPen(QColor(colors.text_2))
    metrics = painter.fontMetrics()
    painter.drawText(room, _MIDDLE | Qt.AlignmentFlag.AlignLeft, ends[0])
    painter.drawText(room, _MIDDLE | Qt.AlignmentFlag.AlignRight, ends[1])
    left = room.left() + metrics.horizontalAdvance(ends[0]) + TEXT_GAP
    right = room.right() + 1 - metrics.horizontalAdvance(ends[1]) - TEXT_GAP
    top = room.top() + (room.height() - BAR) // 2
    painter.drawImage(QRectF(left, top, right - left, BAR), picture_of(pixels))

"""What stands on and beside a unit's tile: pure functions of where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.theme import ui_font

if TYPE_CHECKING:
    from app.theme import Theme

LABELS = 21
"""Across, for the numbers of the rows."""

EDGE = 2
"""Around the tiles, for the frame of one at the edge."""

_MARK = 9


def draw_number(painter: QPainter, rect: QRect, number: int, colors: Theme) -> None:
    """Write the number of the first unit of a row left of its tile."""
    painter.setFont(ui_font(11))
    painter.setPen(QColor(colors.text_3))
    place = QRect(0, rect.top(), LABELS - 4, rect.height())
    flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(place, flags, str(number))


def draw_mark(painter: QPainter, rect: QRect, colors: Theme) -> None:
    """Draw a small cross in the upper right corner of the tile of a dead unit."""
    chip = QRectF(rect.right() + 1 - _MARK, rect.top(), _MARK, _MARK)
    painter.fillRect(chip.adjusted(-1, 0, 0, 1), QColor(colors.surface_1))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colors.text_1), 1.4))
    arm = chip.adjusted(2, 2, -2, -2)
    painter.drawLine(arm.topLeft(), arm.bottomRight())
    painter.drawLine(arm.topRight(), arm.bottomLeft())
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def draw_frame(painter: QPainter, rect: QRect, colors: Theme, *, focused: bool) -> None:
    """Draw a frame around the tile of the selected unit; a second one inside has the focus."""
    tile = QRectF(rect)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if focused:
        painter.setPen(QPen(QColor(colors.text_1), 1))
        painter.drawRect(tile.adjusted(0.5, 0.5, -0.5, -0.5))
    painter.setPen(QPen(QColor(colors.accent), EDGE))
    painter.drawRoundedRect(tile.adjusted(-1, -1, 1, 1), 1, 1)

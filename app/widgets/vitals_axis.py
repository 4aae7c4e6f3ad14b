"""The ends of what is in view, under the rows of the vitals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget

from app import formatting, theme
from app.widgets import vitals_words
from app.widgets.vitals_painter import TICKS, rule_pen

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent


class VitalsAxis(QWidget):
    """The iterations at both ends; left of them, what belongs to the rows above."""

    def __init__(self, rows: QWidget) -> None:
        super().__init__(rows)
        self._range = (0.0, 1.0)
        self._left = 0
        self._ruled = False
        self._note = ""

    def set_range(self, low: float, high: float) -> None:
        """Show iterations ``low`` to ``high``."""
        self._range = low, high
        self.update()

    def set_left(self, left: int) -> None:
        """Begin where the curves do, ``left`` from the left."""
        if left != self._left:
            self._left = left
            self.update()

    def set_note(self, note: str) -> None:
        """Say something of the last row."""
        if note != self._note:
            self._note = note
            self.update()

    def set_ruled(self, ruled: bool) -> None:
        """Say what the dotted line is, or that there is none."""
        self._ruled = ruled
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        rect, colors = QRectF(self.rect()), theme.current()
        paint_axis(painter, rect.adjusted(self._left, 2, -TICKS, 0), self._range, colors)
        if self._ruled:
            _paint_rule_legend(painter, rect, vitals_words.rule(), colors)
        elif self._note:
            _paint_note(painter, rect, self._note, colors)
        painter.end()


def _paint_rule_legend(painter: QPainter, rect: QRectF, text: str, colors: theme.Theme) -> None:
    """Say what the dotted line is."""
    middle = round(rect.center().y()) + 1.5
    painter.setPen(rule_pen(colors))
    painter.drawLine(QPointF(0, middle), QPointF(14, middle))
    painter.setFont(theme.ui_font(11))
    painter.setPen(QColor(colors.text_3))
    left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(rect.adjusted(18, 2, 0, 0), left, text)


def _paint_note(painter: QPainter, rect: QRectF, text: str, colors: theme.Theme) -> None:
    """Write what belongs to the last row under its name."""
    painter.setFont(theme.ui_font(11))
    painter.setPen(QColor(colors.text_3))
    left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
    painter.drawText(rect, left, text)


def paint_axis(painter: QPainter, bed: QRectF, x: tuple[float, float], colors: theme.Theme) -> None:
    """Write the iterations at both ends of ``bed``, which is as wide as the curves."""
    painter.setFont(theme.ui_font(11))
    painter.setPen(QColor(colors.text_3))
    for value, side in zip(
        x, (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight), strict=True
    ):
        painter.drawText(bed, side | Qt.AlignmentFlag.AlignVCenter, formatting.count(round(value)))

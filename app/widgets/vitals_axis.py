"""The ends of what is in view, under the rows of the vitals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app import theme
from app.widgets import vitals_painter, vitals_words

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent


class VitalsAxis(QWidget):
    """The iterations at both ends; left of them, what belongs to the rows above."""

    def __init__(self, rows: QWidget) -> None:
        super().__init__(rows)
        self._range = (0.0, 1.0)
        self._ruled = False
        self._note = ""

    def set_range(self, low: float, high: float) -> None:
        """Show iterations ``low`` to ``high``."""
        self._range = low, high
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
        vitals_painter.paint_axis(painter, rect, self._range, colors)
        if self._ruled:
            vitals_painter.paint_rule_legend(painter, rect, vitals_words.rule(), colors)
        elif self._note:
            vitals_painter.paint_note(painter, rect, self._note, colors)
        painter.end()

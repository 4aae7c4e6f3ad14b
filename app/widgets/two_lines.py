"""A sentence in at most two lines; where it needs more, its tooltip has all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QLabel, QSizePolicy

from app import theme

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

MOST_LINES = 2


class TwoLines(QLabel):
    """Breaks between words, and within one that is longer than a line, as a path may be."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setFont(theme.ui_font(12))
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the height of two lines."""
        return QSize(0, MOST_LINES * self.fontMetrics().lineSpacing())

    def minimumSizeHint(self) -> QSize:
        """Take no width that others need."""
        return self.sizeHint()

    def lines(self) -> list[str]:
        """Return what is shown, line by line."""
        text, metrics = self.text(), self.fontMetrics()
        layout = QTextLayout(text, self.font())
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        starts = []
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(self.width(), 1))
            starts.append(line.textStart())
        layout.endLayout()
        ends = [*starts[1:], len(text)]
        shown = [text[a:b].rstrip() for a, b in zip(starts, ends, strict=True)][:MOST_LINES]
        if len(starts) > MOST_LINES:
            rest = text[starts[MOST_LINES - 1] :]
            shown[-1] = metrics.elidedText(rest, Qt.TextElideMode.ElideRight, self.width())
        return shown

    def setText(self, text: str) -> None:
        """Show ``text``."""
        super().setText(text)
        self.setAccessibleName(text)
        self._tell()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find out whether all of it fits now."""
        super().resizeEvent(event)
        self._tell()

    def _tell(self) -> None:
        fits = sum(map(len, self.lines())) >= len(self.text().rstrip()) - MOST_LINES + 1
        self.setToolTip("" if fits else self.text())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the lines, in the middle of the height."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        metrics, lines = self.fontMetrics(), self.lines()
        top = (self.height() - len(lines) * metrics.lineSpacing()) // 2 + metrics.ascent()
        for row, line in enumerate(lines):
            painter.drawText(QPoint(0, top + row * metrics.lineSpacing()), line)
        painter.end()

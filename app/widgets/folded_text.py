"""A text of which the first lines are shown, and the rest where there is room or on demand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QLabel

from app import theme

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

LINES = 2


class FoldedText(QLabel):
    """A text over as many lines as it needs; folded, over two, the second cut with an ellipsis."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setFont(theme.ui_font(12))
        self.setProperty("tone", "2")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self._folded = False

    @property
    def is_longer(self) -> bool:
        """Whether the text has more lines than are left of it when it is folded."""
        return len(self._lines()) > LINES

    def fold(self, folded: bool) -> None:
        """Show the first lines only, or all."""
        if folded != self._folded:
            self._folded = folded
            self.updateGeometry()
            self.update()

    def shown_lines(self) -> tuple[str, ...]:
        """Return the lines that are painted."""
        lines = self._lines()
        if not self._folded or len(lines) <= LINES:
            return lines
        rest = " ".join(line.strip() for line in lines[LINES - 1 :])
        last = self.fontMetrics().elidedText(rest, Qt.TextElideMode.ElideRight, self.width())
        return (*lines[: LINES - 1], last)

    def hasHeightForWidth(self) -> bool:
        """Return that the height follows from the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of the lines that are shown."""
        count = len(self._lines(width))
        shown = min(count, LINES) if self._folded else count
        return shown * self.fontMetrics().lineSpacing()

    def sizeHint(self) -> QSize:
        """Return the room of the lines that are shown."""
        return QSize(self.width(), self.heightForWidth(self.width()))

    def minimumSizeHint(self) -> QSize:
        """Take any width."""
        return QSize(0, self.heightForWidth(self.width()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the lines anew."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the lines."""
        painter, metrics = QPainter(self), self.fontMetrics()
        painter.setPen(self.palette().color(self.foregroundRole()))
        for number, line in enumerate(self.shown_lines()):
            painter.drawText(0, number * metrics.lineSpacing() + metrics.ascent(), line)
        painter.end()

    def _lines(self, width: int | None = None) -> tuple[str, ...]:
        """Return the text broken into lines of ``width``, or as wide as this is."""
        layout = QTextLayout(self.text(), self.font())
        layout.setTextOption(QTextOption(Qt.AlignmentFlag.AlignLeft))
        layout.beginLayout()
        lines = []
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(self.width() if width is None else width, 1))
            start = line.textStart()
            lines.append(self.text()[start : start + line.textLength()].rstrip())
        layout.endLayout()
        return tuple(lines)

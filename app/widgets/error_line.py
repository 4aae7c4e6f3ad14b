"""A line that says what is wrong with the field above it, and points at the character."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from app import theme

CARET_HEIGHT, MESSAGE_HEIGHT = 11, 17
CARET_SIZE = 14


class ErrorLine(QWidget):
    """Shows a hint while all is well, else a message with a cross, and a caret above it.

    Its place never changes, so that nothing moves while someone types.
    """

    def __init__(self, name: str, hint: str = "", *, above: int = CARET_HEIGHT) -> None:
        """Take the height ``above`` the message, which the caret needs where there is one."""
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(self.tr("What is wrong"))
        self.setFixedHeight(above + MESSAGE_HEIGHT)
        self._above = above
        self._hint = hint
        self._message = ""
        self._caret: float | None = None
        self._left, self._right = 0.0, 0.0

    @property
    def message(self) -> str:
        """What is wrong; "" if nothing is."""
        return self._message

    @property
    def caret(self) -> float | None:
        """Middle of the caret from the left edge, in pixels; None where none is shown."""
        return self._caret if self._message else None

    def show_message(self, message: str) -> None:
        """Say what is wrong; "" says that nothing is."""
        if message != self._message:
            self._message = message
            self.setAccessibleDescription(message)
            self.update()

    def point_at(self, x: float | None, left: float = 0.0, right: float = 0.0) -> None:
        """Put the caret at ``x``; beyond ``left`` or ``right`` an arrow tells where it would be."""
        if (x, left, right) != (self._caret, self._left, self._right):
            self._caret, self._left, self._right = x, left, right
            self.update()

    def sizeHint(self) -> QSize:
        """Return a small size: a long message is cut, and told whole by the tooltip."""
        return QSize(80, self._above + MESSAGE_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint caret and message, or the hint."""
        colors = theme.current()
        painter = QPainter(self)
        if self._message:
            painter.setPen(QColor(colors.fail))
            self._draw_caret(painter)
        else:
            painter.setPen(QColor(colors.text_3))
        font = theme.ui_font(12)
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        baseline = self._above + (MESSAGE_HEIGHT + metrics.ascent() - metrics.descent()) / 2
        text = metrics.elidedText(self._text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(QPointF(0, baseline), text)
        painter.end()

    def event(self, event: QEvent) -> bool:
        """Tell a cut message whole."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            text = self._text()
            cut = QFontMetricsF(theme.ui_font(12)).horizontalAdvance(text) > self.width()
            QToolTip.showText(event.globalPos(), text if cut else "", self)
            return True
        return super().event(event)

    def _text(self) -> str:
        return f"✗ {self._message}" if self._message else self._hint

    def _draw_caret(self, painter: QPainter) -> None:
        if self._caret is None:
            return
        font = theme.mono_font(CARET_SIZE, QFont.Weight.DemiBold)
        x, sign = self._caret, "^"
        if x < self._left:
            x, sign = self._left, "←"
        elif x > self._right:
            x, sign = self._right, "→"
        painter.setFont(font)
        width = QFontMetricsF(font).horizontalAdvance(sign)
        painter.drawText(QPointF(x - width / 2, self._above + 1), sign)

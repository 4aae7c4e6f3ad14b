"""A note below a field: why it did not take what was typed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app import theme

HEIGHT, PADDING, GAP = 22, 6, 3


class FieldNote(QWidget):
    """Says a sentence by ``field``, over what is there, so that nothing moves."""

    def __init__(self, field: QWidget) -> None:
        super().__init__(field)
        self.setObjectName(f"{field.objectName()}Note")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        self._field = field
        self._message = ""
        self._wrong = True
        field.installEventFilter(self)

    @property
    def message(self) -> str:
        """What is said; "" if nothing is."""
        return self._message

    def clear(self) -> None:
        """Say nothing more."""
        self.say("")

    def say(self, message: str, *, wrong: bool = True) -> None:
        """Say ``message``, with a cross if something is ``wrong``."""
        if (message, wrong) == (self._message, self._wrong):
            return
        self._message, self._wrong = message, wrong
        self.setAccessibleName(message)
        if message:
            self._place()
        self.setVisible(bool(message))
        self.update()

    def _place(self) -> None:
        """Lie below the field, within the innermost of its parents that has room for that.

        Where even the window ends, lie above it.
        """
        field, size = self._field, self.sizeHint()
        host, corner = field.parentWidget(), QPoint()
        while host is not None:
            corner = field.mapTo(host, QPoint(0, field.height() + GAP))
            fits = corner.y() + size.height() <= host.height() and size.width() <= host.width()
            if fits:
                break
            if host.isWindow():
                corner = field.mapTo(host, QPoint(0, -GAP - size.height()))
                break
            host.installEventFilter(self)
            host = host.parentWidget()
        if host is None:
            return
        self.setParent(host)
        corner.setX(max(min(corner.x(), host.width() - size.width()), 0))
        self.setGeometry(corner.x(), corner.y(), size.width(), size.height())
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go with the field, to another place or out of sight."""
        if self._message and event.type() in (QEvent.Type.Move, QEvent.Type.Resize):
            self._place()
        elif watched is self._field and event.type() == QEvent.Type.Hide:
            self.clear()
        return False

    def sizeHint(self) -> QSize:
        """Return the room of the sentence."""
        width = QFontMetrics(theme.ui_font(12)).horizontalAdvance(self._text())
        return QSize(width + 2 * PADDING + 1, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the sentence on a small card."""
        colors, painter = theme.current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colors.fail if self._wrong else colors.border_strong), 1))
        painter.setBrush(QColor(colors.surface_1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setFont(theme.ui_font(12))
        painter.setPen(QColor(colors.fail if self._wrong else colors.text_2))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._text())
        painter.end()

    def _text(self) -> str:
        return f"✗ {self._message}" if self._wrong else self._message

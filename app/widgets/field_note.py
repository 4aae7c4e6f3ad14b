"""A note below a field that took another number than was typed, as that was out of its range."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QDoubleSpinBox, QSpinBox, QWidget

from app import theme

if TYPE_CHECKING:
    Box: TypeAlias = QSpinBox | QDoubleSpinBox

HEIGHT, PADDING, GAP = 22, 6, 3
LONGEST = 15
"""Letters of a number that are taken while someone types; more are refused."""

_NUMBER = re.compile(r"\d[\d,]*(\.\d*)?|\.\d+", re.ASCII)


def number_of(text: str) -> float | None:
    """Return the number that was typed, with or without thousands commas; None if it is none."""
    return float(text.replace(",", "")) if _NUMBER.fullmatch(text) else None


def is_beyond(box: Box, text: str) -> bool:
    """Return whether ``text`` is a number above the largest that ``box`` takes."""
    number = number_of(text.removeprefix(box.prefix()))
    return number is not None and len(text) <= LONGEST and number > box.maximum()


class FieldNote(QWidget):
    """Says below ``box`` what the largest number is where a larger one was typed, or the least.

    It lies over what is below the field, so that nothing moves, and stays until the next edit.
    """

    def __init__(self, box: Box) -> None:
        super().__init__(box)
        self.setObjectName(f"{box.objectName()}Note")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        self._box = box
        self._typed: float | None = None
        self._message = ""
        box.lineEdit().textEdited.connect(self._edit)
        box.valueChanged.connect(self.clear)
        box.editingFinished.connect(self._judge)
        box.installEventFilter(self)

    @property
    def message(self) -> str:
        """What is said; "" if nothing is."""
        return self._message

    def clear(self) -> None:
        """Say nothing more."""
        self._say("")

    def _edit(self) -> None:
        self._typed = number_of(self._box.cleanText())
        self.clear()

    def _judge(self) -> None:
        """Say which number was out of range once the field has taken another."""
        typed, self._typed = self._typed, None
        least, largest = self._ends()
        low, high = number_of(least), number_of(largest)
        if typed is None or low is None or high is None:
            return
        if typed > high:
            self._say(self.tr("The largest is {0}.").format(largest))
        elif typed < low:
            self._say(self.tr("The least is {0}.").format(least))

    def _ends(self) -> tuple[str, str]:
        box = self._box
        if isinstance(box, QSpinBox):
            return box.textFromValue(box.minimum()), box.textFromValue(box.maximum())
        return box.textFromValue(box.minimum()), box.textFromValue(box.maximum())

    def _say(self, message: str) -> None:
        if message == self._message:
            return
        self._message = message
        self.setAccessibleName(message)
        if message:
            self._place()
        self.setVisible(bool(message))

    def _place(self) -> None:
        """Lie below the field, within the innermost of its parents that has room for that."""
        box, size = self._box, self.sizeHint()
        host, corner = box.parentWidget(), QPoint()
        while host is not None:
            corner = box.mapTo(host, QPoint(0, box.height() + GAP))
            fits = corner.y() + size.height() <= host.height() and size.width() <= host.width()
            if fits or host.isWindow():
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
        elif watched is self._box and event.type() == QEvent.Type.Hide:
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
        painter.setPen(QPen(QColor(colors.fail), 1))
        painter.setBrush(QColor(colors.surface_1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setFont(theme.ui_font(12))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._text())
        painter.end()

    def _text(self) -> str:
        return f"✗ {self._message}"

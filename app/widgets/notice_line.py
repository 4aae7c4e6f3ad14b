"""A line that says what to do, and for a while what happened or went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from app import theme
from app.widgets.basics import ElidedLabel, label

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QResizeEvent

NOTICE_MS = 8000
CROSS = "✗"
MARGIN = 8


class NoticeLine(ElidedLabel):
    """Shows ``hint``, except for some seconds after ``say`` or ``complain``.

    A notice for which the line is too short is shown whole in a bubble at the lower edge of the
    widget that is given to ``float_over``, and the line is empty meanwhile.
    """

    def __init__(self, name: str, title: str, hint: str) -> None:
        super().__init__(hint)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setFont(theme.ui_font(12))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._hint = hint
        self._bubble: QLabel | None = None
        self._below: QWidget | None = None
        self._pause = QTimer(self, singleShot=True, interval=NOTICE_MS)
        self._pause.timeout.connect(self.forget)
        self._show(hint, "3")

    @property
    def is_notice(self) -> bool:
        """Whether something else than the hint is shown."""
        return self._pause.isActive()

    def float_over(self, below: QWidget) -> None:
        """Show what is too long for the line over the lower edge of ``below``."""
        self._below = below
        self._bubble = label(name="noticeBubble")
        self._bubble.setParent(below)
        self._bubble.setWordWrap(True)
        self._bubble.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._bubble.hide()
        below.installEventFilter(self)

    def say(self, sentence: str) -> None:
        """Tell what happened."""
        self._pause.start()
        self._show(sentence, "2")

    def complain(self, sentence: str) -> None:
        """Tell what went wrong."""
        self._pause.start()
        self._show(f"{CROSS} {sentence}", "fail")

    def forget(self) -> None:
        """Show the hint again."""
        self._pause.stop()
        self._show(self._hint, "3")

    def _show(self, text: str, tone: str) -> None:
        if text != self.text():
            self.setText(text)
            self.setAccessibleDescription(text)
        _set_tone(self, tone)
        self._float()

    def _float(self) -> None:
        """Show the bubble where it is needed, or hide it."""
        bubble, below = self._bubble, self._below
        if bubble is None or below is None:
            return
        is_short = self.fontMetrics().horizontalAdvance(self.text()) <= self.width()
        if is_short or not self.is_notice:
            bubble.hide()
        else:
            bubble.setText(self.text())
            _set_tone(bubble, self.property("tone"))
            width = below.width() - 2 * MARGIN
            height = bubble.heightForWidth(width)
            bubble.setGeometry(MARGIN, below.height() - height - MARGIN, width, height)
            bubble.show()
            bubble.raise_()
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the bubble at the edge."""
        if event.type() == QEvent.Type.Resize:
            self._float()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find out whether the bubble is needed now."""
        super().resizeEvent(event)
        self._float()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the line, unless the bubble says the same."""
        if self._bubble is None or self._bubble.isHidden():
            super().paintEvent(event)


def _set_tone(widget: QWidget, tone: str) -> None:
    if tone != widget.property("tone"):
        widget.setProperty("tone", tone)
        widget.style().unpolish(widget)
        widget.style().polish(widget)

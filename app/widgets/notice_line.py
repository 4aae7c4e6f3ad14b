"""A line that says what to do, and for a while what happened or went wrong."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QSizePolicy

from app import theme
from app.widgets.basics import ElidedLabel

NOTICE_MS = 8000
CROSS = "✗"


class NoticeLine(ElidedLabel):
    """Shows ``hint``, except for some seconds after ``say`` or ``complain``."""

    def __init__(self, name: str, title: str, hint: str) -> None:
        super().__init__(hint)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setFont(theme.ui_font(12))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._hint = hint
        self._pause = QTimer(self, singleShot=True, interval=NOTICE_MS)
        self._pause.timeout.connect(self.forget)
        self._show(hint, "3")

    @property
    def is_notice(self) -> bool:
        """Whether something else than the hint is shown."""
        return self._pause.isActive()

    def say(self, sentence: str) -> None:
        """Tell what happened."""
        self._show(sentence, "2")
        self._pause.start()

    def complain(self, sentence: str) -> None:
        """Tell what went wrong."""
        self._show(f"{CROSS} {sentence}", "fail")
        self._pause.start()

    def forget(self) -> None:
        """Show the hint again."""
        self._pause.stop()
        self._show(self._hint, "3")

    def _show(self, text: str, tone: str) -> None:
        if text != self.text():
            self.setText(text)
            self.setAccessibleDescription(text)
        if tone != self.property("tone"):
            self.setProperty("tone", tone)
            self.style().unpolish(self)
            self.style().polish(self)

"""A button that asks once more before it does what can't be undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal

from app.widgets.basics import ThemedButton

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QMouseEvent

_WAITS = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)


class AskingButton(ThemedButton):
    """Pressed once it asks, pressed again it is ``confirmed``; whoever goes elsewhere means no.

    ``asked`` tells that it begins to ask, or no longer does.
    """

    confirmed = Signal()
    asked = Signal(bool)

    def __init__(self, text: str, question: str, name: str, *, height: int = 32) -> None:
        super().__init__(text, name, height=height)
        self._plain, self._question = text, question
        self._is_asking = False
        widths = []
        for each in (question, text):
            self.setText(each)
            widths.append(self.sizeHint().width())
        self.setMinimumWidth(max(widths))  # what stands beside it stays where it is
        self.clicked.connect(self._ask)

    @property
    def is_asking(self) -> bool:
        """Whether the next press confirms."""
        return self._is_asking

    def take_back(self) -> None:
        """Ask no longer."""
        self._show(False)

    def _ask(self) -> None:
        confirmed = self._is_asking
        self._show(not confirmed)
        if confirmed:
            self.confirmed.emit()

    def _show(self, is_asking: bool) -> None:
        if is_asking != self._is_asking:
            self._is_asking = is_asking
            self.set_action("", self._question if is_asking else self._plain)
            self.asked.emit(is_asking)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Take a double click for one: nobody can have read the question."""
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take a key that is held for one press."""
        if event.isAutoRepeat():
            event.accept()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Ask no longer."""
        super().focusOutEvent(event)
        if event.reason() not in _WAITS:
            self.take_back()

    def hideEvent(self, event: QHideEvent) -> None:
        """Ask no longer."""
        super().hideEvent(event)
        self.take_back()

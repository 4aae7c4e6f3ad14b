"""Lists and numbers beside a picture: once something is chosen, the focus can go back to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractButton, QComboBox, QWidget

from app.widgets.number_boxes import WholeBox

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QMouseEvent

_DONE = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)


def leave_focus(widget: QWidget) -> None:
    """Let a click on ``widget``, or on a button in it, leave the focus where it was.

    The keys of the page would act on what was clicked otherwise; Tab still leads there.
    """
    for each in (widget, *widget.findChildren(QAbstractButton)):
        if each.focusPolicy() != Qt.FocusPolicy.NoFocus:
            each.setFocusPolicy(Qt.FocusPolicy.TabFocus)


class ChoiceBox(QComboBox):
    """A list that never keeps the focus of a click.

    ``entered`` tells that something was chosen from the list, or that Return or Escape was pressed.
    The arrow keys walk through the choices and keep the focus: it came by Tab.
    """

    entered = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._walking = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.activated.connect(self._tell_chosen)

    def uses(self, key: int) -> bool:
        """Tell whether ``key`` means something here: letters and digits lead to a choice."""
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk through the choices, or give the focus back."""
        if event.key() in _DONE:
            self.entered.emit()
            return
        self._walking = True
        super().keyPressEvent(event)
        self._walking = False

    def _tell_chosen(self) -> None:
        if not self._walking:
            self.entered.emit()


class NumberBox(WholeBox):
    """A number; ``entered`` tells of Return and Escape, and of a click on its arrows.

    Not of Return where what was typed is refused.
    """

    entered = Signal()

    def __init__(self, name: str, title: str) -> None:
        super().__init__(name)
        self.setAccessibleName(title)
        # Not by the wheel: who turns it over a number does not mean to type there.
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tell that whoever typed is done, after the number has been taken."""
        super().keyPressEvent(event)
        if event.key() in _DONE and not self.typing.was_refused:
            self.entered.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tell of the end of a click on an arrow; clicks into the number reach its line."""
        super().mouseReleaseEvent(event)
        self.entered.emit()

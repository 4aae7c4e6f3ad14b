"""The rate of a step on one digit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal

from app.widgets.fields import RateBox

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QMouseEvent

SLOWEST, FASTEST, USUAL = 0.0001, 0.5, 0.002
HEIGHT = 28
WIDTH = 106
_DONE = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)


class LearnRate(RateBox):
    """The factor of the gradient; ``entered`` tells that whoever set it is done.

    Not where what was typed is refused.
    """

    entered = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("learnRate")
        self.setAccessibleName(self.tr("Rate of the step"))
        self.setRange(SLOWEST, FASTEST)
        self.setValue(USUAL)
        self.setPrefix(self.tr("rate "))
        self.setFixedSize(WIDTH, HEIGHT)
        tip = self.tr(
            "Factor of the gradient, {0:g} to {1:g}. A batch averages a hundred digits; here one "
            "digit pulls alone, and 0.1 is so far a step that it overshoots."
        )
        self.setToolTip(tip.format(SLOWEST, FASTEST))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tell of Return and Escape, after the number has been taken."""
        super().keyPressEvent(event)
        if event.key() in _DONE and not self.typing.was_refused:
            self.entered.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tell of the end of a click on an arrow; clicks into the number reach its line."""
        super().mouseReleaseEvent(event)
        self.entered.emit()

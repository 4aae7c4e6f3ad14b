"""Take the step of this pass on a copy of the network, and see what becomes of the loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app import formatting
from app.widgets.basics import ThemedButton, label
from app.widgets.choice_box import leave_focus
from app.widgets.copy_note import copy_text

if TYPE_CHECKING:
    from collections.abc import Sequence


class LandingBar(QWidget):
    """Buttons, and the loss before and after.

    ``take`` does the step, ``discard`` throws the copy away; while the pass has not come to its
    end, ``end`` leads there instead.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("landingBar")
        self.take = ThemedButton(
            self.tr("Take this step"), "takeStepButton", primary=True, height=28
        )
        self.take.setToolTip(self.tr("On a copy: the network that trains stays as it is"))
        self.discard = ThemedButton(self.tr("Back to the network"), "discardCopyButton", height=28)
        self.discard.setToolTip(self.tr("Throw the copy away"))
        self.end = ThemedButton(
            self.tr("To the end of the pass"), "landingEndButton", primary=True, height=28
        )
        self.end.hide()
        for button in (self.take, self.discard, self.end):
            leave_focus(button)
        self._said = label(mono=True, name="stepLosses")
        self._note = label(tone="2", name="stepNote", elided=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 4, 0, 4)
        row.setSpacing(8)
        row.addWidget(self.end)
        row.addWidget(self.take)
        row.addWidget(self.discard)
        row.addSpacing(8)
        row.addWidget(self._said)
        row.addWidget(self._note)
        row.addStretch(1)

    def show_losses(self, losses: Sequence[float], *, ended: bool) -> None:
        """Show the loss before the first step and after the last; first the pass has to be ended.

        Its step is that of all gradients, which are not there before.
        """
        self.discard.setEnabled(bool(losses))
        had_focus = self.end.hasFocus()
        self.take.setVisible(ended)
        self.end.setVisible(not ended)
        if had_focus and ended:  # not on to the next button, which Space would press then
            self.take.setFocus(Qt.FocusReason.OtherFocusReason)
        self._show_note(losses, ended)

    def _show_note(self, losses: Sequence[float], ended: bool) -> None:
        self._said.setText("")
        if not ended:
            text = self.tr("The pass is not played to its end: what is — here comes later in it")
            self._note.setText(text)
            return
        if not losses:
            self._note.setText(self.tr("W ← W − η ∂L/∂W, on a copy"))
            return
        first, last = formatting.loss(losses[0]), formatting.loss(losses[-1])
        self._said.setText(f"L {first} → {last}")
        self._note.setText(copy_text(losses))

"""Take the step of this pass on a copy of the network, and see what becomes of the loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QWidget

from app import formatting
from app.widgets.basics import ThemedButton, label
from app.widgets.choice_box import leave_focus
from app.widgets.copy_note import copy_text

if TYPE_CHECKING:
    from collections.abc import Sequence


class LandingBar(QWidget):
    """Two buttons, and the loss before and after; ``take`` and ``discard`` are the buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("landingBar")
        self.take = ThemedButton(
            self.tr("Take this step"), "takeStepButton", primary=True, height=28
        )
        self.take.setToolTip(self.tr("On a copy: the network that trains stays as it is"))
        self.discard = ThemedButton(self.tr("Back to the network"), "discardCopyButton", height=28)
        self.discard.setToolTip(self.tr("Throw the copy away"))
        leave_focus(self.take)
        leave_focus(self.discard)
        self._said = label(mono=True, name="stepLosses")
        self._note = label(tone="3", name="stepNote")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 4, 0, 4)
        row.setSpacing(8)
        row.addWidget(self.take)
        row.addWidget(self.discard)
        row.addSpacing(8)
        row.addWidget(self._said)
        row.addWidget(self._note)
        row.addStretch(1)

    def show_losses(self, losses: Sequence[float]) -> None:
        """Show the loss before the first step and after the last."""
        self.discard.setEnabled(bool(losses))
        if not losses:
            self._said.setText("")
            self._note.setText(self.tr("W ← W − η ∂L/∂W, on a copy"))
            return
        first, last = formatting.loss(losses[0]), formatting.loss(losses[-1])
        self._said.setText(f"L {first} → {last}")
        self._note.setText(copy_text(losses))

"""What a bug does to training: two losses side by side, and the button that finds it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.widgets.measure_bar import MeasureBar
from app.widgets.rehearsal_curves import RehearsalCurves

if TYPE_CHECKING:
    from bpcore.rehearsal import Rehearsal


class RehearsalChart(QWidget):
    """``wanted`` and ``cancelled`` tell what the button was pressed for."""

    wanted = Signal()
    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("rehearsalChart")
        self._rehearsal: Rehearsal | None = None
        self._can_start, self._is_checked_now = True, False
        self.curves = RehearsalCurves()
        self.bar = MeasureBar(
            "rehearsalButton",
            self.tr("Train 500 iterations with it"),
            self.tr("Training with the bug, and without it, from fresh weights"),
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.curves, 1)
        layout.addWidget(self.bar)
        self.bar.let_progress_grow()
        self.bar.wanted.connect(self.wanted)
        self.bar.cancelled.connect(self.cancelled)
        self.show_progress(None)

    @property
    def busy(self) -> bool:
        """Whether a training is shown to be under way."""
        return self.bar.busy

    def set_ready(self, can_start: bool, *, busy: bool = False) -> None:
        """Let it be started, or not: before a bug is on and checked there is nothing to train.

        ``busy`` if a bug is on, and its check under way.
        """
        self._can_start, self._is_checked_now = can_start, busy
        if not self.busy:
            self.show_progress(None)

    def show_rehearsal(self, rehearsal: Rehearsal | None) -> None:
        """Show both losses; None if there are none for the bug that is on."""
        self._rehearsal = rehearsal
        self._show_curves()

    def show_progress(self, share: float | None, error: str = "") -> None:
        """Show how much is done, 0 to 1; None if nothing is under way, maybe for an ``error``."""
        if share is None:
            self.bar.show_idle(error, can_start=self._can_start, failed=bool(error))
        else:
            if not self.busy:
                self.bar.show_busy("")
            self.bar.show_share(share)
        self._show_curves()

    def _show_curves(self) -> None:
        remark = self.tr("Training with the bug and without it …") if self.busy else self._idle()
        self.curves.show_rehearsal(self._rehearsal, remark)

    def _idle(self) -> str:
        if self._is_checked_now and not self._can_start:
            return self.tr(
                "The bug is on, and what it does to the gradients is being found out: then it can "
                "be trained with."
            )
        if not self._can_start:
            return self.tr("Switch a bug on and run the check, to see what it does to the loss.")
        return self.tr(
            "What does the bug do to the loss? Two trainings from fresh weights tell, with the "
            "same seed and images. Some bugs hide well."
        )

    def sizeHint(self) -> QSize:
        """Return the room below the list of bugs."""
        return QSize(320, 182)

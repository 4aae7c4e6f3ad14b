"""The button that runs a check, and cancels one that takes a while."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QProgressBar

from app.widgets.basics import ThemedButton

HEIGHT = 28
STEPS = 1000
LATE_MS = 400
"""A check that takes longer can be cancelled; of a shorter one nobody wants to see it. Checks begin
by themselves, too, and the button must not become another one under a hand."""


class RunButton(ThemedButton):
    """``wanted`` and ``cancelled`` tell what is asked for.

    Attributes
    ----------
    progress
        How far a check is that takes a while; it keeps its room when there is none.
    """

    wanted = Signal()
    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__("", "runCheckButton", primary=True, height=HEIGHT)
        self._busy = False
        self._late = QTimer(self, singleShot=True, interval=LATE_MS)
        self._late.timeout.connect(self._show_state)
        self.progress = QProgressBar()
        self.progress.setObjectName("checkProgress")
        self.progress.setAccessibleName(self.tr("Progress of the check"))
        self.progress.setRange(0, STEPS)
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(3)
        keeps_room = self.progress.sizePolicy()
        keeps_room.setRetainSizeWhenHidden(True)
        self.progress.setSizePolicy(keeps_room)
        widths = []
        for text in (self.tr("Cancel"), self.tr("Run check")):
            self.setText(text)
            self.ensurePolished()
            widths.append(self.sizeHint().width())
        self.setFixedWidth(max(widths))
        self.clicked.connect(self._tell)
        self._show_state()

    @property
    def can_cancel(self) -> bool:
        """Whether a click cancels."""
        return self._busy and not self._late.isActive()

    def show_busy(self, busy: bool, *, why_not: str = "", tip: str = "") -> None:
        """Show whether a check is under way, or else why none can be begun, if none can.

        ``tip`` says what is checked, if it is not what is chosen.
        """
        if busy and not self._busy:
            self._late.start()
            self.progress.setValue(0)
        elif not busy:
            self._late.stop()
        self._busy = busy
        self.setEnabled(busy or not why_not)
        self.setToolTip("" if busy else why_not or tip)
        self.setAccessibleDescription(self.toolTip())
        self._show_state()

    def show_share(self, share: float) -> None:
        """Show how much is done, 0 to 1."""
        self.progress.setValue(round(share * STEPS))

    def _show_state(self) -> None:
        self.setText(self.tr("Cancel") if self.can_cancel else self.tr("Run check"))
        self.setAccessibleName(self.text())
        self.progress.setVisible(self.can_cancel)

    def _tell(self) -> None:
        (self.cancelled if self.can_cancel else self.wanted).emit()

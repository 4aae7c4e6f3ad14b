"""A button for what takes a while: it starts and cancels, with progress beside it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from app.widgets.basics import ThemedButton, label

HEIGHT = 28
STEPS = 1000


class MeasureBar(QWidget):
    """``wanted`` and ``cancelled`` tell what is asked for.

    ``name`` is that of the button; its parts are called after it.
    """

    wanted = Signal()
    cancelled = Signal()

    def __init__(self, name: str, text: str, title: str) -> None:
        """Take what stands on the button, and what it starts, for a screen reader."""
        super().__init__()
        self._text, self._busy = text, False
        self._status = label(tone="3", name=f"{name}Status", elided=True)
        self._status.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._progress = QProgressBar()
        self._progress.setObjectName(f"{name}Progress")
        self._progress.setAccessibleName(title)
        self._progress.setRange(0, STEPS)
        self._progress.setTextVisible(False)
        self._progress.setFixedSize(96, 4)
        self._button = ThemedButton(text, name, height=HEIGHT)
        self._button.setToolTip(title)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._status, 1)
        row.addWidget(self._progress)
        row.addWidget(self._button)
        self._button.clicked.connect(self._clicked)
        self.show_idle("", can_start=False)

    @property
    def busy(self) -> bool:
        """Whether something is under way that can be cancelled."""
        return self._busy

    def stop(self) -> None:
        """Take it that nothing is under way any more; ``show_idle`` follows."""
        self._busy = False

    def show_idle(self, status: str, *, can_start: bool, failed: bool = False) -> None:
        """Show what is known, and whether more can be found out."""
        self._busy = False
        self._status.setText(f"✗ {status}" if failed else status)
        self._status.setProperty("tone", "fail" if failed else "3")
        self._status.style().polish(self._status)
        self._progress.hide()
        self._button.setText(self._text)
        self._button.setAccessibleName(self._text)
        self._button.setEnabled(can_start)

    def show_busy(self, status: str) -> None:
        """Show that it is under way."""
        self.show_idle(status, can_start=True)
        self._busy = True
        self._progress.setValue(0)
        self._progress.show()
        self._button.setText(self.tr("Cancel"))
        self._button.setAccessibleName(self.tr("Cancel"))

    def show_share(self, share: float) -> None:
        """Show how much is done, 0 to 1."""
        self._progress.setValue(round(share * STEPS))

    def _clicked(self) -> None:
        (self.cancelled if self._busy else self.wanted).emit()

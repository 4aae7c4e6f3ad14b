"""A button for what takes a while: it starts and cancels, and says at its left how far it is."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QProgressBar, QSizePolicy, QWidget

from app.widgets.basics import ThemedButton, label

HEIGHT = 28
STEPS = 1000
QWIDGETSIZE_MAX = (1 << 24) - 1


class MeasureBar(QWidget):
    """``wanted`` and ``cancelled`` tell what is asked for.

    The status has the room that the rest leaves: whatever it says, nothing else moves.
    """

    wanted = Signal()
    cancelled = Signal()

    def __init__(self, name: str, text: str, title: str) -> None:
        """Take the ``name`` of the button, what stands on it, and what it starts, in words."""
        super().__init__()
        self._text, self._busy = text, False
        self._status = label(tone="3", name=f"{name}Status", elided=True)
        self._status.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._status.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._progress = QProgressBar()
        self._progress.setObjectName(f"{name}Progress")
        self._progress.setAccessibleName(title)
        self._progress.setRange(0, STEPS)
        self._progress.setTextVisible(False)
        self._progress.setFixedSize(96, 4)
        self._button = ThemedButton(text, name, height=HEIGHT)
        self._button.setToolTip(title)
        under = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom
        self._said = QGridLayout()
        self._said.addWidget(self._status, 0, 0)
        self._said.addWidget(self._progress, 0, 0, under)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self._row.addLayout(self._said, 1)
        self._row.addWidget(self._button)
        self._button.clicked.connect(self._clicked)
        self._button.setMinimumWidth(self._widest((self.tr("Cancel"), text)))
        self.show_idle("", can_start=False)

    def _widest(self, texts: tuple[str, ...]) -> int:
        """Return how wide the button is with the longest of ``texts``."""
        widths = []
        for text in texts:
            self._button.setText(text)
            self._button.ensurePolished()
            widths.append(self._button.sizeHint().width())
        return max(widths)

    def add_choice(self, choice: QWidget) -> None:
        """Put what the button does before it."""
        self._row.insertWidget(self._row.indexOf(self._button), choice)
        for part in choice.findChildren(QWidget):
            QWidget.setTabOrder(part, self._button)

    def let_progress_grow(self) -> None:
        """Give the progress all the room beside a button that is as wide as what stands on it."""
        self._progress.setMaximumWidth(QWIDGETSIZE_MAX)
        self._progress.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._said.setAlignment(self._progress, Qt.AlignmentFlag.AlignVCenter)
        self._button.setMinimumWidth(0)

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

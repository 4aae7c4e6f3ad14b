"""A list of the networks that can read a drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox

from app import theme
from app.widgets.choice_box import ChoiceBox

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QWheelEvent

    from app.readers import Readers

HEIGHT = 28
_WALKING = frozenset(
    {
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
        Qt.Key.Key_PageUp,
        Qt.Key.Key_PageDown,
        Qt.Key.Key_Home,
        Qt.Key.Key_End,
        Qt.Key.Key_Space,
        Qt.Key.Key_F4,
        Qt.Key.Key_Return,
        Qt.Key.Key_Enter,
        Qt.Key.Key_Escape,
    }
)
WIDTH = 152


class NetworkChoice(ChoiceBox):
    """Offers what there is; the tooltips say where a network comes from and how large it is."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("networkChoice")
        self.setAccessibleName(self.tr("Which network reads"))
        self.setFont(theme.ui_font(12))
        self.setFixedSize(WIDTH, HEIGHT)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._names = {
            "run": self.tr("This run"),
            "shipped": self.tr("Shipped network"),
            "own": self.tr("My handwriting"),
        }
        self.activated.connect(self._tell)

    def show_networks(self, readers: Readers) -> None:
        """Offer the networks of ``readers``, and show which one reads."""
        if tuple(self.itemData(i) for i in range(self.count())) != readers.offers:
            self.clear()
            for choice in readers.offers:
                self.addItem(self._names[choice], choice)
        for i, choice in enumerate(readers.offers):
            tip = self._tip(choice, readers.sizes(choice))
            self.setItemData(i, tip, Qt.ItemDataRole.ToolTipRole)
            if choice == readers.choice:
                self.setCurrentIndex(i)
                self.setToolTip(tip)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Walk through the choices only with the focus: the wheel may just pass over them."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def uses(self, key: int) -> bool:
        """Leave letters, digits and Delete to the page: here they would choose by accident."""
        return key in _WALKING

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk through the networks, or open the list."""
        if self.uses(event.key()):
            super().keyPressEvent(event)
        else:
            event.ignore()

    def _tip(self, choice: str, sizes: tuple[int, ...]) -> str:
        if choice == "run" and not sizes:
            return self.tr("The run of this session: not trained yet")
        text = {
            "run": self.tr("The network of this session's run, as it is being trained: {0}"),
            "shipped": self.tr(
                "The network that comes with Chainlight: {0}, trained on all of MNIST and on "
                "digits that were bent and moved; its percentages are calibrated"
            ),
            "own": self.tr("The network that learned from your own handwriting: {0}"),
        }[choice]
        return text.format("-".join(str(size) for size in sizes))

    def _tell(self, index: int) -> None:
        self.chosen.emit(self.itemData(index))

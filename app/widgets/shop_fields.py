"""The prices, numbers and tax of the book's shopping."""

from __future__ import annotations

from types import MappingProxyType

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.staging import Shop
from app.widgets.error_line import ErrorLine
from app.widgets.variables import VariableFields

STEPS = MappingProxyType({"apple price": "10", "apples": "1", "orange price": "10", "oranges": "1"})


class ShopFields(QWidget):
    """Five numbers; those that are no numbers keep the last that they were.

    ``wrong_changed`` tells that one became no number, or all are numbers again.
    """

    changed = Signal()
    wrong_changed = Signal()
    entered = Signal()

    def __init__(self) -> None:
        super().__init__()
        # Imported here: the window shows a network first, without all operations.
        from bpcore.graph.shop import apples_and_oranges

        leaves = apples_and_oranges().leaves
        self._book = {leaf.name: float(leaf.value) for leaf in leaves if leaf.value is not None}
        self.setObjectName("shopFields")
        self.variables = VariableFields("shopVariables", STEPS, mono=False)
        self.variables.set_values(self._book)
        self.variables.show_names(tuple(self._book))
        self.error = ErrorLine("shopError", self.tr("You pay for both, tax included."), above=5)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.variables)
        column.addWidget(self.error)
        self.variables.changed.connect(self._edited)
        self.variables.entered.connect(self.entered)

    @property
    def wrong(self) -> bool:
        """Whether one of them is no number."""
        return bool(self.error.message)

    def staged(self) -> Shop:
        """Return the shopping with these numbers."""
        values = {name: self.variables.value(name) for name in self._book}
        return Shop(MappingProxyType(values))

    def reset(self) -> None:
        """Put the book's numbers back."""
        self.variables.set_values(self._book)
        self._edited()

    def set_tab_order(self, before: QWidget) -> None:
        """Come after ``before`` in the tab order."""
        self.variables.set_tab_order(before)

    def _edited(self) -> None:
        was_wrong = self.wrong
        self.error.show_message(self.variables.error)
        self.changed.emit()
        if self.wrong != was_wrong:
            self.wrong_changed.emit()

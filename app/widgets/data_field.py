"""Which digits a run learns from."""

from __future__ import annotations

from pathlib import PurePath

from PySide6.QtCore import Qt, Signal

from app.widgets.fields import ListField
from bpcore.config import BUNDLED, FULL


class DataField(ListField):
    """The digits that come along, or those in a folder.

    ``data_chosen`` carries what a TrainingConfig has as data, ``folder_wanted`` that a folder is to
    be named.
    """

    data_chosen = Signal(str)
    folder_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(
            "dataChoice",
            ((BUNDLED, self.tr("MNIST 10k (bundled)")), ("", self.tr("Folder with MNIST files …"))),
        )
        self.activated.connect(self._choose)

    def show_data(self, data: str) -> None:
        """Show ``data`` as chosen; a folder that is not in the list yet is added."""
        if self.findData(data) < 0:
            place = self.count() - 1
            name = self.tr("MNIST (all)") if data == FULL else PurePath(data).name or data
            self.insertItem(place, name, data)
            self.setItemData(place, data, Qt.ItemDataRole.ToolTipRole)
        self.show_choice(data)

    def _choose(self, index: int) -> None:
        data = self.itemData(index)
        if data:
            self.data_chosen.emit(data)
        else:
            self.folder_wanted.emit()

"""What the keys do."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from app.actions import SHORTCUTS
from app.widgets.basics import SEMIBOLD, label


class HelpDialog(QDialog):
    """A list of all shortcuts, page by page."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("helpDialog")
        self.setWindowTitle(self.tr("Keyboard and mouse"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        # Two columns, each page in the shorter one: a list of all keys is higher than many screens.
        columns = QHBoxLayout()
        columns.setSpacing(40)
        grids = [self._add_grid(columns) for _ in range(2)]
        for page, entries in SHORTCUTS:
            _add_page(min(grids, key=QGridLayout.rowCount), page, entries)
        column.addLayout(columns)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.setObjectName("helpButtons")
        buttons.rejected.connect(self.reject)
        close = buttons.button(QDialogButtonBox.StandardButton.Close)
        close.setObjectName("helpClose")
        close.setFixedHeight(32)
        close.setMinimumWidth(80)
        column.addWidget(buttons)

    def _add_grid(self, columns: QHBoxLayout) -> QGridLayout:
        holder = QVBoxLayout()
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(6)
        holder.addLayout(grid)
        holder.addStretch(1)
        columns.addLayout(holder)
        return grid


def _add_page(grid: QGridLayout, page: str, entries: tuple[tuple[str, str], ...]) -> None:
    title = QCoreApplication.translate("Shortcuts", page)
    grid.addWidget(label(title, size=13, weight=SEMIBOLD), grid.rowCount(), 0, 1, 2)
    for keys, text in entries:
        row = grid.rowCount()
        key: QLabel = label(keys, mono=True, tone="accent")
        grid.addWidget(key, row, 0)
        grid.addWidget(label(QCoreApplication.translate("Shortcuts", text)), row, 1)

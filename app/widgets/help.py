"""What the keys do."""

from __future__ import annotations

from itertools import combinations_with_replacement

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

COLUMNS = 3


class HelpDialog(QDialog):
    """A list of all shortcuts, page by page."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("helpDialog")
        self.setWindowTitle(self.tr("Keyboard and mouse"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        # Columns about equally high: a list of all keys is higher than many screens.
        columns = QHBoxLayout()
        columns.setSpacing(24)
        grids = [self._add_grid(columns) for _ in range(COLUMNS)]
        for (page, entries), side in zip(SHORTCUTS, _sides(), strict=True):
            _add_page(grids[side], page, entries)
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
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        holder.addLayout(grid)
        holder.addStretch(1)
        columns.addLayout(holder)
        return grid


def _sides() -> tuple[int, ...]:
    """Return for each page its column, where the highest is as low as can be, in their order."""
    rows = [1 + len(entries) for _, entries in SHORTCUTS]

    def highest(sides: tuple[int, ...]) -> int:
        return max(
            sum(n for n, at in zip(rows, sides, strict=True) if at == k) for k in range(COLUMNS)
        )

    ways = combinations_with_replacement(range(COLUMNS), len(rows))
    return min(ways, key=highest)


def _add_page(grid: QGridLayout, page: str, entries: tuple[tuple[str, str], ...]) -> None:
    title = QCoreApplication.translate("Shortcuts", page)
    heading = label(title, size=13, weight=SEMIBOLD)
    if grid.count():
        heading.setContentsMargins(0, 8, 0, 0)
    grid.addWidget(heading, grid.rowCount(), 0, 1, 2)
    for keys, text in entries:
        row = grid.rowCount()
        key: QLabel = label(keys, mono=True, tone="accent")
        grid.addWidget(key, row, 0)
        grid.addWidget(label(QCoreApplication.translate("Shortcuts", text)), row, 1)

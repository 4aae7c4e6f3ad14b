"""A number in large type with what belongs to it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from app import theme
from app.formatting import EM_DASH
from app.widgets.basics import SEMIBOLD, label


class Tile(QFrame):
    """A card of 64 px with a title, a value, and a remark at the right."""

    def __init__(self, title: str, name: str) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setFixedHeight(64)
        column = QVBoxLayout(self)
        column.setContentsMargins(15, 9, 15, 8)
        column.setSpacing(0)
        self.value = label(EM_DASH, size=21, weight=SEMIBOLD, name=f"{name}Value", steady=True)
        self.value.setAccessibleName(title)
        self.remark = label(tone="3", name=f"{name}Remark", steady=True)
        self.remark.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.remark.setFont(theme.ui_font(12))
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.value)
        row.addStretch(1)
        row.addWidget(self.remark, 0, Qt.AlignmentFlag.AlignBottom)
        self.remark.setContentsMargins(0, 0, 0, 3)
        column.addWidget(label(title, tone="2"))
        column.addLayout(row)

    def show_texts(self, value: str, remark: str = "") -> None:
        """Show ``value`` and ``remark``."""
        self.value.setText(value)
        self.remark.setText(remark)

"""The sentences in the card of runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from app.widgets.basics import label
from app.widgets.two_lines import TwoLines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QLabel


class UnreadableFiles(TwoLines):
    """Names files of the user's folder that are no runs: they would be missed."""

    def __init__(self) -> None:
        super().__init__("runsUnreadable")
        self.setProperty("tone", "fail")
        self.hide()

    def show_names(self, names: Sequence[str]) -> None:
        """Name the files in the folder of runs that can't be read."""
        one = self.tr("✗ A file in the runs folder can't be read: {0}")
        more = self.tr("✗ {1} files in the runs folder can't be read: {0}")
        text = (one if len(names) == 1 else more).format(", ".join(names), len(names))
        self.setText(text if names else "")
        self.setVisible(bool(names))


def sentence(name: str, text: str = "") -> QLabel:
    """Return a label for a sentence that may take two lines."""
    widget = label(text, tone="3", name=name)
    widget.setWordWrap(True)
    widget.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
    return widget

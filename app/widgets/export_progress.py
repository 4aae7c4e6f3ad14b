"""How far the writing of a GIF has come, and the way to stop it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from app import formatting
from app.widgets.basics import ThemedButton, label
from app.widgets.choice_box import leave_focus

if TYPE_CHECKING:
    from app.widgets.export_menu import ExportButton


class ExportProgress(QWidget):
    """A row with a text, a bar and a button; it is there only while ``export`` writes a GIF."""

    def __init__(self, export: ExportButton) -> None:
        super().__init__()
        self.setObjectName("exportProgress")
        self._text = label(tone="2", name="exportProgressText")
        self._bar = QProgressBar()
        self._bar.setObjectName("exportProgressBar")
        self._bar.setAccessibleName(self.tr("Progress of the GIF"))
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(4)
        self._cancel = ThemedButton(self.tr("Cancel"), "exportCancel", height=28)
        self._cancel.setAccessibleName(self.tr("Cancel the GIF"))
        leave_focus(self._cancel)
        self._cancel.clicked.connect(export.cancel)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self._text)
        row.addWidget(self._bar, 1)
        row.addWidget(self._cancel)
        self.hide()
        export.progress.connect(self.show_progress)
        export.ended.connect(self.hide)

    def show_progress(self, done: int, total: int) -> None:
        """Show that ``done`` of ``total`` pictures are written."""
        text = self.tr("Writing GIF: frame {0} of {1}")
        if self.isHidden():
            # As wide as it will ever be, so that the bar doesn't twitch.
            longest = text.format(formatting.count(total), formatting.count(total))
            self._text.setMinimumWidth(self._text.fontMetrics().horizontalAdvance(longest) + 4)
        self._text.setText(text.format(formatting.count(done), formatting.count(total)))
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        self.show()

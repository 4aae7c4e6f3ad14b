"""How far the writing of a file has come, and the way to stop it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from app.widgets.basics import ThemedButton, label
from app.widgets.choice_box import leave_focus

if TYPE_CHECKING:
    from app.widgets.saving_button import SavingButton


class ExportProgress(QWidget):
    """A row with a text, a bar and a button; it is there only while ``export`` writes long."""

    def __init__(self, export: SavingButton, prefix: str = "export") -> None:
        """Take what the object names begin with."""
        super().__init__()
        self._export = export
        self.setObjectName(f"{prefix}Progress")
        self._text = label(tone="2", name=f"{prefix}ProgressText")
        self._bar = QProgressBar()
        self._bar.setObjectName(f"{prefix}ProgressBar")
        self._bar.setAccessibleName(export.progress_title)
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(4)
        self._cancel = ThemedButton(self.tr("Cancel"), f"{prefix}Cancel", height=28)
        self._cancel.setAccessibleName(export.cancel_title)
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
        """Show that ``done`` of ``total`` parts are written."""
        if self.isHidden():
            # As wide as it will ever be, so that the bar doesn't twitch.
            longest = self._export.progress_text(total, total)
            self._text.setMinimumWidth(self._text.fontMetrics().horizontalAdvance(longest) + 4)
        self._text.setText(self._export.progress_text(done, total))
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        self.show()

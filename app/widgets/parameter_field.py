"""One parameter: its caption, its field, and whether what it says waits for a restart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.widgets.basics import SEMIBOLD, label
from app.widgets.fields import help_text

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

GAP = 6
SHORT_MARK = "↺"


class ParameterField(QWidget):
    """A field below its caption, with one sentence of help on hover.

    The caption can be the ``heading`` of a section that has but this field.

    Attributes
    ----------
    field
        What is edited.
    """

    def __init__(self, title: str, field: QWidget, tip: str, *, heading: bool = False) -> None:
        super().__init__()
        self.field = field
        self._caption = label(title, weight=SEMIBOLD) if heading else label(title, tone="2")
        self._caption.setBuddy(field)
        self._mark = label(tone="3", name=f"{field.objectName()}Waits")
        self._mark.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._mark.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._waits = False
        field.setAccessibleName(title)
        self.set_tip(tip)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addWidget(self._caption)
        row.addWidget(self._mark, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6 if heading else 4)
        column.addLayout(row)
        column.addWidget(field)

    def set_tip(self, tip: str) -> None:
        """Show ``tip`` on hover, over caption and field."""
        self._caption.setToolTip(help_text(tip))
        self.field.setToolTip(help_text(tip))

    @property
    def waits(self) -> bool:
        """Whether what the field says waits for a restart."""
        return self._waits

    def set_waits(self, waits: bool, own: str = "") -> None:
        """Mark that what the field says waits for a restart, or no longer.

        ``own`` is what the run has there, if that is to be told.
        """
        tip = self.tr("The run under way keeps its own; this one applies when you restart.")
        said = self.tr("Applies at restart")
        if own:
            tip = self.tr("The run under way keeps {0}; what stands here applies when you restart.")
            tip, said = tip.format(own), self.tr("{0}; the run has {1}").format(said, own)
        self._mark.setToolTip(help_text(tip) if waits else "")
        self.field.setAccessibleDescription(said if waits else "")
        if waits == self._waits:
            return
        self._waits = waits
        for part in (self.field, *self.field.findChildren(QFrame, "segments")):
            part.setProperty("waits", "true" if waits else "")  # dashed, as all that is pending
            part.style().polish(part)
        self._show_mark()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find out how much of the mark has room."""
        super().resizeEvent(event)
        self._show_mark()

    def _show_mark(self) -> None:
        text = self.tr("at restart") if self._waits else ""
        room = self.width() - self._caption.sizeHint().width() - GAP
        fits = self._mark.fontMetrics().horizontalAdvance(text) <= room
        self._mark.setText(text if fits else SHORT_MARK)

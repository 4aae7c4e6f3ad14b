"""What the export says, over the lower edge of the picture: the picture keeps its size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app import theme
from app.widgets.basics import label
from app.widgets.export_progress import ExportProgress

if TYPE_CHECKING:
    from app.widgets.saving_button import SavingButton

SAID_MS, FAILED_MS = 6_000, 20_000
"""How long a sentence stays: what went wrong has to be read to its end."""

MARGIN, PADDING = 8, 12
BUSY_WIDTH = 480


class ExportNotes(QFrame):
    """Floats over a widget: how far a long file is, and for some seconds what became of one."""

    def __init__(self, over: QWidget, export: SavingButton, prefix: str = "export") -> None:
        """Take what the object names begin with."""
        super().__init__(over)
        self.setObjectName(f"{prefix}Notes")
        self._over = over
        self._progress = ExportProgress(export, prefix)
        self._notice = label(tone="1", name=f"{prefix}Notice")
        self._notice.setAccessibleName(self.tr("What became of the export"))
        self._notice.setWordWrap(True)
        self._vanishing = QTimer(self)
        self._vanishing.setSingleShot(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(PADDING, 6, PADDING, 6)
        column.setSpacing(4)
        column.addWidget(self._progress)
        column.addWidget(self._notice)
        self._notice.hide()
        self.hide()
        self._vanishing.timeout.connect(self._end_notice)
        export.said.connect(self._say)
        export.failed.connect(self._complain)
        # After the progress itself, which connected first.
        export.progress.connect(self._arrange)
        export.ended.connect(self._arrange)
        over.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the lower edge."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a surface that parts the words from the picture."""
        colors, painter = theme.current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colors.border_strong), 1))
        painter.setBrush(QColor(colors.surface_3))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.end()

    def _say(self, text: str) -> None:
        self._show_notice(text, SAID_MS)

    def _complain(self, text: str) -> None:
        self._show_notice(f"✗ {text}", FAILED_MS)

    def _show_notice(self, text: str, milliseconds: int) -> None:
        self._notice.setText(text)
        self._notice.show()
        self._vanishing.start(milliseconds)
        self._arrange()

    def _end_notice(self) -> None:
        self._notice.hide()
        self._arrange()

    def _arrange(self) -> None:
        """Be as high as what there is to say, or not at all."""
        busy = not self._progress.isHidden()
        # Words alone are no obstacle for the pointer; the progress has a button.
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, not busy)
        self.setVisible(busy or not self._notice.isHidden())
        self._place()

    def _place(self) -> None:
        layout = self.layout()
        if layout is None or self.isHidden():
            return
        wide = min(self._wide(), self._over.width() - 2 * MARGIN)
        layout.activate()
        # Without words that can be broken there is no height for a width.
        high = max(layout.totalHeightForWidth(wide), layout.totalMinimumSize().height())
        left = (self._over.width() - wide) // 2
        self.setGeometry(left, self._over.height() - high - MARGIN, wide, high)
        self.raise_()

    def _wide(self) -> int:
        """Return the width that shows a sentence in one line, and the progress."""
        words = self._notice.fontMetrics().horizontalAdvance(self._notice.text()) + 2 * PADDING + 2
        least = 0 if self._progress.isHidden() else BUSY_WIDTH
        return max(least, 0 if self._notice.isHidden() else words)

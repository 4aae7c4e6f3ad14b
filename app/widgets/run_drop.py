"""Files of runs that are dragged over the window and dropped on it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QDragMoveEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app import theme
from bpcore.run_file import SUFFIX

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData
    from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent

    from app.session import Session

MARGIN = 4


def run_files(mime: QMimeData) -> list[Path]:
    """Return the files of runs in what is dragged, by their names alone."""
    paths = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    return [path for path in paths if path.suffix.lower() == SUFFIX]


class RunDrop(QObject):
    """Lets files of runs be dropped anywhere on ``window``; other files are left to its widgets.

    While one is over the window a line says so, on a pane above all else: what lies below might
    take the file for text. ``taken`` tells that one was dropped: its run is being opened, or why it
    can't be will be said.
    """

    taken = Signal()

    def __init__(self, window: QWidget, session: Session) -> None:
        super().__init__(window)
        self._window, self._session = window, session
        self._pane = _Pane(window)
        self._pane.dropped.connect(self._open)
        self._check = QTimer(self, singleShot=True, interval=0)
        self._check.timeout.connect(self._pane.hide_unless_over)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Show the pane as soon as a run comes over the window."""
        if isinstance(event, QDragMoveEvent):  # coming in is a move too
            if runs := run_files(event.mimeData()):
                self._pane.cover(len(runs))
                event.setDropAction(Qt.DropAction.CopyAction)
                event.accept()
            else:
                event.ignore()
            return True
        if event.type() == QEvent.Type.DragLeave:
            self._check.start()  # it leaves the window too when it comes over the pane
        elif isinstance(event, QDropEvent):
            self._pane.dropEvent(event)
            return True
        return super().eventFilter(watched, event)

    def _open(self, path: Path) -> None:
        self._session.runs.open(path)
        self.taken.emit()


class _Pane(QWidget):
    """Covers a window while a run is over it; ``dropped`` carries a path."""

    dropped = Signal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("runDrop")
        self.setAcceptDrops(True)
        self._is_over = False
        self.hide()

    def cover(self, count: int) -> None:
        """Lie over the whole window; ``count`` runs are dragged over it, but one can be shown."""
        one, more = self.tr("Drop to open the run"), self.tr("Drop one run at a time")
        self.setAccessibleName(one if count == 1 else more)
        self.setGeometry(self.window().rect())
        self.raise_()
        self.show()

    def hide_unless_over(self) -> None:
        """Go away if nothing came over it."""
        if not self._is_over:
            self.hide()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Stay while a run is over it."""
        self._is_over = True
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()  # however many: else the window below would get it

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Take a run."""
        event.setDropAction(Qt.DropAction.CopyAction)
        event.setAccepted(len(run_files(event.mimeData())) == 1)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Go away with it."""
        self._leave()

    def dropEvent(self, event: QDropEvent) -> None:
        """Tell of the run."""
        paths = run_files(event.mimeData())
        self._leave()
        event.setDropAction(Qt.DropAction.CopyAction)
        event.setAccepted(len(paths) == 1)
        if len(paths) == 1:
            self.dropped.emit(paths[0])

    def _leave(self) -> None:
        self._is_over = False
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a line around the window, and what to do in its middle."""
        colors = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(colors.accent), 2)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        frame = QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        painter.drawRoundedRect(frame, 8, 8)
        painter.setFont(theme.ui_font(13))
        text = self.accessibleName()
        words = painter.boundingRect(frame, Qt.AlignmentFlag.AlignCenter, text)
        painter.setPen(QPen(QColor(colors.accent), 1))
        painter.setBrush(QColor(colors.surface_1))
        painter.drawRoundedRect(words.adjusted(-16.5, -8.5, 16.5, 8.5), 6, 6)
        painter.setPen(QColor(colors.accent_text))
        painter.drawText(frame, Qt.AlignmentFlag.AlignCenter, text)
        painter.end()

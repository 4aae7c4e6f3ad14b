"""Pictures that are dragged over a widget and dropped on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QDragMoveEvent, QDropEvent

from app.images import may_hold_picture, offered
from app.widgets.run_drop import run_files

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


class PictureDrop(QObject):
    """Lets files and pictures be dropped on ``target``.

    ``moved`` is emitted when one comes over it or leaves; ``dropped`` carries its Offer, or None if
    the other program only said that it had a picture. Files of runs are left to the window.
    """

    moved = Signal()
    dropped = Signal(object)

    def __init__(self, target: QWidget) -> None:
        super().__init__(target)
        self.is_over = False
        target.setAcceptDrops(True)
        target.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take what is dragged, if it may be a picture."""
        if isinstance(event, QDragMoveEvent):  # coming in is a move too
            if may_hold_picture(event.mimeData()) and not run_files(event.mimeData()):
                event.setDropAction(Qt.DropAction.CopyAction)
                event.accept()
                self._set_over(True)
            else:
                event.ignore()
            return True
        if event.type() == QEvent.Type.DragLeave:
            self._set_over(False)
        elif event.type() == QEvent.Type.Drop:
            assert isinstance(event, QDropEvent)
            self._set_over(False)
            offer = offered(event.mimeData())
            event.setDropAction(Qt.DropAction.CopyAction)
            event.setAccepted(offer is not None)
            self.dropped.emit(offer)
            return True
        return super().eventFilter(watched, event)

    def _set_over(self, over: bool) -> None:
        if over != self.is_over:
            self.is_over = over
            self.moved.emit()

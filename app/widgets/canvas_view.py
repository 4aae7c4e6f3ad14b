"""The ink at the resolution of the screen, without waiting for it while a window is resized."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from app.drawing import Drawing
    from app.strokes import Bytes

REST_MS = 100


class CanvasView(QObject):
    """Gives the ink of ``drawing`` at a size; where that takes long, first at the size of before.

    To draw every stroke anew takes many times as long as a frame. So it is done when the size has
    not changed for a moment and no stroke is under way, mark by mark, and ``sharpened`` tells that
    all is done.
    """

    sharpened = Signal()

    def __init__(self, drawing: Drawing, parent: QObject) -> None:
        super().__init__(parent)
        self._drawing = drawing
        self._wanted = 0
        self._pause = QTimer(self, singleShot=True)
        self._pause.timeout.connect(self._go_on)

    def levels(self, size: int) -> Bytes:
        """Return the ink, (size, size) or as large as it was before, 0 to 255 and read-only."""
        shown = self._drawing.view_size
        if shown is None or shown == size or not self._drawing.marks:
            self._wanted = size
            self._pause.stop()
            return self._drawing.view(size)
        if size != self._wanted:
            self._wanted = size
            self._pause.start(REST_MS)
        return self._drawing.view(shown)

    def _go_on(self) -> None:
        if self._drawing.is_growing:
            self._pause.start(REST_MS)
        elif self._drawing.prepare_view(self._wanted):
            self._drawing.view(self._wanted)
            self.sharpened.emit()
        else:
            self._pause.start(0)

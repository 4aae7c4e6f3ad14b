"""News of new ink, told often enough for the eye and not more often."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, QTimer, Signal

CHANGE_INTERVAL_MS = 17  # just above a sixtieth of a second


class CanvasNews(QObject):
    """``told`` follows ``note``: at once at rest, else at most 60 times a second, the last too."""

    told = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._news = self._growing = False
        self._pause = QTimer(self, singleShot=True, interval=CHANGE_INTERVAL_MS)
        self._pause.setTimerType(Qt.TimerType.PreciseTimer)
        self._pause.timeout.connect(self._end_pause)

    def note(self, at_rest: bool) -> None:
        """Hear of new ink; ``at_rest`` says that no stroke is under way."""
        self._news, self._growing = True, not at_rest
        if at_rest:
            self._pause.stop()
        if not self._pause.isActive():
            self._tell()

    def _tell(self) -> None:
        self._news = False
        if self._growing:
            self._pause.start()
        self.told.emit()

    def _end_pause(self) -> None:
        if self._news:
            self._tell()

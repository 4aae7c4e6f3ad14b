"""The clock of the Backward page: it runs while a step is acted out before the reader's eyes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.playback import Playback

FRAME_MS = 16

LONGEST_TICK = 0.1
"""After a stall the pass goes on from where it was seen, not from where it would be by now."""


class PassClock(QObject):
    """Lets time go by for ``playback`` while something of it moves and ``page`` can be seen.

    ``ticked`` tells that some has gone by.
    """

    ticked = Signal()

    def __init__(self, playback: Playback, page: QWidget) -> None:
        super().__init__(page)
        self._playback, self._page = playback, page
        self._ticked_at = 0.0
        self._timer = QTimer(self, interval=FRAME_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        playback.playing_changed.connect(self.run)

    @property
    def running(self) -> bool:
        """Whether time goes by."""
        return self._timer.isActive()

    def run(self) -> None:
        """Run if something moves and can be seen; rest if not."""
        wanted = self._playback.moving and self._page.isVisible()
        if wanted and not self.running:
            self._ticked_at = time.monotonic()
            self._timer.start()
        elif not wanted:
            self._timer.stop()

    def _tick(self) -> None:
        now = time.monotonic()
        seconds, self._ticked_at = min(now - self._ticked_at, LONGEST_TICK), now
        self._playback.tick(seconds)
        self.ticked.emit()
        self.run()

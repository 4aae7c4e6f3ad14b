"""When a page that follows a run is drawn anew."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Qt, QTimer, Signal

FRAME_MS = 30
"""Least milliseconds between two frames: half of that can't be told apart by the eye."""

SLOWEST_MS = 250

REST = 14
"""While a run is followed it has this many times as long for itself as drawing a frame takes: what
the window computes with, the run lacks."""

PATIENCE_MS = 60
"""How much longer than its time a frame waits for news, to be painted together with them."""

SMALL_STEP, SMALL_PART = 0.5, 0.05
"""Pixels, and share of the run, by which it goes on before its curve is drawn anew."""

_NEWER = 0.3
"""Weight of the last frame in what one takes."""


class FramePace(QObject):
    """Holds what draws to a pace: ``due`` tells that it is time for what was wanted since.

    It is emitted before what has changed by then is painted, so that all of it is one frame.
    """

    due = Signal()
    _soon = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._begun = -1.0
        self._took = 0.0
        self._used = 0.0
        self._waits = False
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.draw)
        self._painted = QTimer(self, singleShot=True, interval=0)
        self._painted.timeout.connect(self._measure)
        # An event that is posted comes before the paint of what has changed; a timer comes after.
        self._soon.connect(self._draw_if_wanted, Qt.ConnectionType.QueuedConnection)

    @property
    def is_waiting(self) -> bool:
        """Whether something is wanted that was not drawn yet."""
        return self._waits or self._timer.isActive()

    @property
    def interval(self) -> int:
        """Milliseconds from frame to frame while a run is followed."""
        return round(min(max(FRAME_MS, REST * self._took * 1000), SLOWEST_MS))

    def want(self, *, at_once: bool = False) -> None:
        """Let a frame be due: in its time, or with the next paint."""
        left = 0 if at_once else self.milliseconds_left
        if left <= 0:
            self._timer.stop()
            if not self._waits:
                self._waits = True
                self._soon.emit()
        elif not self.is_waiting:
            self._timer.start(left + PATIENCE_MS)

    @property
    def milliseconds_left(self) -> int:
        """How long the last frame is still to be seen."""
        return round(self.interval - (time.monotonic() - self._begun) * 1000)

    def draw(self) -> None:
        """Let it be drawn now."""
        self._timer.stop()
        self._waits = False
        self._begun, self._used = time.monotonic(), time.thread_time()
        self.due.emit()
        self._painted.start()

    def _draw_if_wanted(self) -> None:
        if self._waits:
            self.draw()

    def _measure(self) -> None:
        """Take down what the frame took of the processor, its paint included."""
        took = time.thread_time() - self._used
        self._took += _NEWER * (took - self._took)

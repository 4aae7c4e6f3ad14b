"""Plays a run again from the iteration that is looked at."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from app.session import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.session import Session

TICK_MS = 33
FASTEST = 1000.0
"""Iterations per second where training has no pace: they are there to be watched."""

LONGEST_TICK = 0.25
"""Seconds that count at most: after a pause of the window nothing is skipped."""


class Replay(QObject):
    """Moves the pinned iteration on at the pace of training, until the end of what there is.

    It ends when somebody else goes elsewhere. ``clock`` gives seconds; ``changed`` tells that it
    plays, or no longer does.
    """

    changed = Signal()

    def __init__(
        self,
        session: Session,
        parent: QObject | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._session, self._clock = session, clock
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self.tick)
        self._at = 0.0
        self._ticked = 0.0
        self._wanted: int | None = None
        session.pin_changed.connect(self._look)
        session.state_changed.connect(self._look)

    @property
    def playing(self) -> bool:
        """Whether it plays."""
        return self._timer.isActive()

    def play(self) -> None:
        """Go on from the pinned iteration; nothing happens where none is, or while training."""
        pinned = self._session.pinned
        if pinned is None or self.playing or self._session.state is State.RUNNING:
            return
        self._at, self._wanted, self._ticked = float(pinned), pinned, self._clock()
        self._timer.start()
        self.changed.emit()

    def pause(self) -> None:
        """Stay where it is."""
        if self.playing:
            self._timer.stop()
            self._wanted = None
            self.changed.emit()

    def tick(self) -> None:
        """Go on by what the clock says; a state that is still looked for is waited for."""
        now = self._clock()
        seconds, self._ticked = min(now - self._ticked, LONGEST_TICK), now
        if self._session.replaying:
            return
        self._at += seconds * (self._session.pace or FASTEST)
        live = self._session.live
        end = 0 if live is None else live.iteration
        self._wanted = min(int(self._at), end)
        self._session.seek(self._wanted)
        if self._wanted == end:
            self.pause()

    def _look(self) -> None:
        if self.playing and self._session.pinned != self._wanted:
            self.pause()

"""When the Backward page shows a newer network: as often as its numbers can be read."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from app.session import State

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.session import Session
    from app.theatre import Theatre
    from app.widgets.stage_chooser import StageChooser

REFRESH_MS = 1000
"""While it follows a run, the page does so once a second: numbers that change faster can't be read,
and training would lose a twentieth of its time to their painting."""


class Watch(QObject):
    """Keeps what is on stage that of ``chooser`` and of the session's snapshot.

    Nothing is computed for a ``page`` that can't be seen; it catches up when it is shown.
    """

    def __init__(
        self, session: Session, theatre: Theatre, chooser: StageChooser, page: QWidget
    ) -> None:
        super().__init__(page)
        self._session, self._theatre = session, theatre
        self._chooser, self._page = chooser, page
        self._stale = self._restage = True
        self._refreshed_at = 0.0
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.catch_up)
        chooser.changed.connect(self._take_staged)
        session.snapshot_changed.connect(self._take_snapshot)
        theatre.playback.playing_changed.connect(self._playing_changed)

    def refresh(self) -> None:
        """Send what is staged through the network of the present snapshot."""
        self._refreshed_at = time.monotonic()
        restage, self._stale, self._restage = self._restage, False, False
        if restage:
            self._theatre.stage(self._chooser.staged())
        elif self._theatre.running.keeps_copy:
            self._theatre.refresh()
        else:
            self._theatre.refresh(self._chooser.staged())

    def catch_up(self) -> None:
        """Show what is new, if anything is and can be seen."""
        if self._stale and self._page.isVisible():
            self.refresh()

    def refresh_with_step(self) -> bool:
        """Show what is new with the step that a playing pass has just taken, if it is time.

        Returns
        -------
        Whether the theatre has changed.
        """
        if self._stale and self._theatre.playback.playing and not self._milliseconds_left():
            self.refresh()
            return True
        return False

    def rest(self) -> None:
        """Show nothing new before the page is seen again."""
        self._timer.stop()

    def _take_staged(self) -> None:
        self._stale = self._restage = True
        self.catch_up()

    def _take_snapshot(self) -> None:
        self._stale = True
        # While a step is acted out its numbers stay: the next step brings new ones.
        if not self._page.isVisible() or self._theatre.playback.playing:
            return
        left = self._milliseconds_left()
        if not self._timer.isActive() or left < self._timer.remainingTime():
            self._timer.start(left)

    def _milliseconds_left(self) -> int:
        """Return how long the page still shows the network that it shows."""
        session = self._session
        if session.state is not State.RUNNING or session.pinned is not None:
            return 0
        since = (time.monotonic() - self._refreshed_at) * 1000
        return max(0, round(REFRESH_MS - since))

    def _playing_changed(self, playing: bool) -> None:
        if self._stale and not playing:
            self._take_snapshot()

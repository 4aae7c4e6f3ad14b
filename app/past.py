"""Where in its past a run is looked at."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from app.seeker import Found, Seeker, Wish

if TYPE_CHECKING:
    from bpcore.timeline import Timeline

RIGHT_OF_WAY_MS = 100
"""How long training gives way from a wish on, and again from when its state is found: until then it
is drawn, or a hand that drags has wished again. A replay that takes longer lets it go on."""


class Past(QObject):
    """The iteration that is pinned, and the state that belongs to it once it is found.

    ``found`` carries the Snapshot of the newest wish, or of one on the way there; ``changed`` tells
    that another iteration is pinned, or is there now; ``failed`` carries a sentence.

    Attributes
    ----------
    idle
        Set unless somebody waits for a state to be seen: what is not as urgent should wait for it,
        as two threads that compute, or draw, take each other's time.
    """

    found = Signal(object)
    changed = Signal()
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pinned: int | None = None
        self._number = 0  # of the last wish
        self._since = 0  # the first wish since nothing was pinned
        self._reached = 0
        self._coarse = False
        self.idle = Event()
        self.idle.set()
        self._urgent = QTimer(self, singleShot=True, interval=RIGHT_OF_WAY_MS)
        self._urgent.timeout.connect(self._give_way)
        self.seeker = Seeker()
        self.seeker.found.connect(self._take)

    @property
    def pinned(self) -> int | None:
        """The iteration that is wanted; None follows the run."""
        return self._pinned

    @property
    def replaying(self) -> bool:
        """Whether its state is still being looked for."""
        return self._pinned is not None and self._reached != self._number

    def seeks(self, iteration: int, *, coarse: bool) -> bool:
        """Return whether ``iteration`` is what is pinned, and looked for no less closely."""
        near_enough = coarse or not self._coarse or not self.replaying
        return iteration == self._pinned and near_enough

    def pin(self, run: int, timeline: Timeline, iteration: int, *, coarse: bool) -> None:
        """Show ``iteration`` of a run as soon as its state is found."""
        self._number += 1
        if self._pinned is None:
            self._since = self._number
        self._pinned, self._coarse = iteration, coarse
        self._take_way()
        self.seeker.seek(Wish(self._number, run, timeline, iteration, coarse))
        self.changed.emit()

    def unpin(self) -> None:
        """Follow the run."""
        if self._pinned is not None:
            self._pinned = None
            self._since = self._number + 1  # what still comes in was wished for before
            self.seeker.forget()
            self._give_way()
            self.changed.emit()

    def end(self) -> None:
        """Let the thread end."""
        self._pinned = None
        self.seeker.end()
        self._give_way()

    def _take_way(self) -> None:
        self.idle.clear()
        self._urgent.start()

    def _give_way(self) -> None:
        self._urgent.stop()
        self.idle.set()

    def _take(self, found: Found) -> None:
        if self._pinned is None or found.number < self._since:
            return
        self._take_way()
        newest = found.number == self._number
        if newest:
            self._reached = found.number
        if found.snapshot is not None:
            if newest:
                self._pinned = found.snapshot.iteration
            self.found.emit(found.snapshot)
            self.changed.emit()
        elif newest:
            self.failed.emit(found.message)

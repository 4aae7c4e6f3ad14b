"""When the network that is shown is examined anew: as often as it can be seen, not more."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from app.lab import Laboratory, Question
from app.pages.evaluate_findings import Findings, Subject, Wishes, examine
from app.session import State

if TYPE_CHECKING:
    from app.session import Session

LIVE_INTERVAL_MS = 500
"""Between two evaluations while training goes on."""

SPLIT = "test"


class Watch(QObject):
    """Keeps what is known of the session's network up to date while ``awake``.

    One examination is under way at a time. What changes meanwhile waits until it is done, and only
    the newest is looked at then: so that numbers appear however fast the hand on the timeline
    moves. ``found`` carries the Findings, ``failed`` a sentence; ``emptied`` tells that there is
    no network or no digits.
    """

    found = Signal(object)
    failed = Signal(str)
    emptied = Signal()

    def __init__(self, session: Session, laboratory: Laboratory, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._question = Question(laboratory, "evaluation")
        self._question.answered.connect(self._take)
        self._question.failed.connect(self._fail)
        self._wishes = Wishes()
        self._awake = False
        self._known: Findings | None = None
        self._shown: Subject | None = None
        self._tried: tuple[Subject, Wishes] | None = None
        self._pause = QTimer(self, singleShot=True)
        self._pause.timeout.connect(self._look)
        self._since = QElapsedTimer()
        session.snapshot_changed.connect(self._look_soon)
        session.data_changed.connect(self._look_soon)

    @property
    def known(self) -> Findings | None:
        """What was found out last; None after a failure, too."""
        return self._known

    @property
    def shown(self) -> Subject | None:
        """What was examined last, whether anything was found out or not."""
        return self._shown

    @property
    def subject(self) -> Subject | None:
        """What is shown now; None while there is no network or no digits."""
        session = self._session
        snapshot, network, digits = session.snapshot, session.network, session.digits
        if snapshot is None or network is None or digits is None:
            return None
        images, labels = digits.split(SPLIT)
        if not len(labels):
            return None
        return Subject(network, snapshot.run, snapshot.iteration, SPLIT, images, labels)

    def wake(self, awake: bool) -> None:
        """Examine what is shown from now on, or leave it for later."""
        self._awake = awake
        self._look()

    def wish(self, wishes: Wishes) -> None:
        """Find out other things, at once."""
        if wishes != self._wishes:
            self._wishes = wishes
            self._look()

    def _look_soon(self) -> None:
        """Look at what is new; not at once while training changes it all the time."""
        is_live = self._session.pinned is None and self._session.state is State.RUNNING
        waited = self._since.elapsed() if self._since.isValid() else LIVE_INTERVAL_MS
        if is_live and self._is_same_run() and waited < LIVE_INTERVAL_MS:
            if not self._pause.isActive():
                self._pause.start(int(LIVE_INTERVAL_MS - waited))
        else:
            self._look()

    def _is_same_run(self) -> bool:
        snapshot = self._session.snapshot
        return (
            self._tried is not None
            and snapshot is not None
            and snapshot.run == self._tried[0].run
            and snapshot.iteration >= self._tried[0].iteration
        )

    def _look(self) -> None:
        if not self._awake or self._question.busy:
            return
        subject = self.subject
        if subject is None:
            self._known, self._shown, self._tried = None, None, None
            self.emptied.emit()
            return
        if self._tried and self._tried[1] == self._wishes and subject.is_same(self._tried[0]):
            return
        self._pause.stop()
        self._since.restart()
        self._tried = subject, self._wishes
        self._question.ask(partial(examine, subject, self._wishes, self._known))

    def _take(self, found: Findings) -> None:
        self._known, self._shown = found, found.subject
        self.found.emit(found)
        self._look_again()

    def _fail(self, message: str) -> None:
        assert self._tried is not None
        self._known, self._shown = None, self._tried[0]
        self.failed.emit(message)
        self._look_again()

    def _look_again(self) -> None:
        assert self._tried is not None
        if self._wishes != self._tried[1]:
            self._look()
        else:
            self._look_soon()

"""Training with a bug beside training without it, for the one that is switched on."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QObject, Signal

from app.lab import Question
from bpcore.bugs import bug_of
from bpcore.rehearsal import rehearse

if TYPE_CHECKING:
    from app.checks import Accused
    from app.session import Session
    from bpcore.config import TrainingConfig
    from bpcore.rehearsal import Rehearsal

    What: TypeAlias = tuple[str, str, TrainingConfig]


class Rehearsing(QObject):
    """What the bug in an Accused does to training.

    ``changed`` tells that something else is known or under way, ``progressed`` the share done,
    ``failed`` carries a sentence.
    """

    changed = Signal()
    progressed = Signal(float)
    failed = Signal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._wanted: What | None = None
        self._asked: What | None = None
        self._known: tuple[What, Rehearsal] | None = None
        self._question = Question(session.laboratory, "rehearsal")
        self._question.answered.connect(self._take)
        self._question.progressed.connect(self.progressed)
        self._question.failed.connect(self.failed)

    @property
    def rehearsal(self) -> Rehearsal | None:
        """The losses with and without the bug that is switched on; None until it was tried."""
        known = self._known
        return known[1] if known is not None and known[0] == self._wanted else None

    @property
    def busy(self) -> bool:
        """Whether it is being tried."""
        return self._question.busy

    def want(self, accused: Accused | None) -> None:
        """Be about the bug in ``accused``, if there is one; trying another is given up.

        While None is known yet, what is under way goes on: it may be of the same.
        """
        self._wanted = None if accused is None else _what(accused)
        if accused is not None and self._asked != self._wanted:
            self._question.cancel()

    def begin(self) -> None:
        """Train a network with the bug that is switched on, beside the same one without it."""
        dataset = self._session.digits
        if self._wanted is None or dataset is None:
            return
        self._asked = key, place, config = self._wanted
        work = partial(rehearse, config, dataset, bug_of(key), place)
        self._question.ask(work)
        self.changed.emit()

    def cancel(self) -> None:
        """Give up training with the bug."""
        self._question.cancel()
        self.changed.emit()

    def _take(self, rehearsal: Rehearsal) -> None:
        assert self._asked is not None
        self._known = self._asked, rehearsal
        self.changed.emit()


def _what(accused: Accused) -> What | None:
    bug = accused.bug
    return None if bug is None else (bug.key, accused.place, accused.ground.config)

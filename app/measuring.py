"""Accuracies of the iteration that stays in view, where the run itself measured none."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from app.lab import Question
from app.session import State
from bpcore.evaluation import accuracy_in_steps
from bpcore.network import Network
from bpcore.recording import Accuracies
from bpcore.steps import part_of

if TYPE_CHECKING:
    from collections.abc import Generator

    from app.session import Session, Snapshot
    from bpcore.datasets.mnist import Dataset

PAUSE_MS = 150
"""How long an iteration stays in view before it is measured: not while the timeline is dragged."""


class Measuring(QObject):
    """Measures the network that is shown, once the timeline and the run stand still.

    ``changed`` tells that accuracies are known which were not.
    """

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._wanted: tuple[int, int] | None = None  # run and iteration
        self._known: tuple[int, Accuracies] | None = None
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        self._question = Question(session.laboratory, "accuracies")
        self._question.answered.connect(self._take)

    def accuracies(self, snapshot: Snapshot | None) -> Accuracies | None:
        """Return those of the iteration of ``snapshot``, or else the run's newest before it."""
        if snapshot is None:
            return None
        if self._known is not None:
            run, found = self._known
            if (run, found.iteration) == (snapshot.run, snapshot.iteration):
                return found
        return snapshot.accuracies[-1] if snapshot.accuracies else None

    def look(self) -> None:
        """Measure what is shown if it stays; give up what is not shown any more."""
        wanted = self._to_be_measured()
        if wanted == self._wanted:
            return
        self._question.cancel()
        self._wanted = wanted
        if wanted is None:
            self._pause.stop()
        else:
            self._pause.start()

    def rest(self) -> None:
        """Measure nothing: nobody looks any more."""
        self._wanted = None
        self._pause.stop()
        self._question.cancel()

    def _to_be_measured(self) -> tuple[int, int] | None:
        session = self._session
        snapshot = session.snapshot
        stays = session.pinned is not None or session.state is State.PAUSED
        if snapshot is None or session.digits is None or not stays or not snapshot.iteration:
            return None
        found = self.accuracies(snapshot)
        is_known = found is not None and found.iteration == snapshot.iteration
        return None if is_known else (snapshot.run, snapshot.iteration)

    def _ask(self) -> None:
        snapshot, digits = self._session.snapshot, self._session.digits
        if snapshot is not None and digits is not None:
            self._question.ask(partial(_work, snapshot, digits))

    def _take(self, answer: tuple[int, Accuracies]) -> None:
        self._known = answer
        self.changed.emit()


def _work(snapshot: Snapshot, digits: Dataset) -> Generator[float, None, tuple[int, Accuracies]]:
    network = Network.from_params(snapshot.params, snapshot.config.activation)
    test = yield from part_of(accuracy_in_steps(network, *digits.split("test")), 0.0, 0.5)
    train = yield from part_of(accuracy_in_steps(network, *digits.split("train")), 0.5, 1.0)
    return snapshot.run, Accuracies(snapshot.iteration, train, test)

"""What the hidden units do at the iteration that is shown, and what they did at the start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from app.lab import Question
from app.session import State
from bpcore.inspection import Inspection, inspect
from bpcore.learner import first_network
from bpcore.steps import part_of

if TYPE_CHECKING:
    from collections.abc import Generator

    from app.session import Session, Snapshot
    from app.staging import Bytes
    from bpcore.histogram import Histogram
    from bpcore.network import Network

INTERVAL_MS = 250
"""Least time between two questions: four answers a second are enough for the eye."""

REST = 20
"""While a run goes on, it has this many times as long for itself as an answer takes."""


@dataclass(frozen=True, eq=False)
class Inspected:
    """What was found about ``iteration`` of ``run``.

    ``then`` is of the network before its first iteration, with histograms of the same edges as
    those of ``now``. ``size`` counts the digits of the test set, of which some may have done.
    """

    run: int
    iteration: int
    activation: str
    size: int
    now: Inspection
    then: Inspection

    @property
    def all_digits(self) -> bool:
        """Whether all digits of the test set were looked at."""
        return self.now.count == self.size


class Inspector(QObject):
    """Has the shown network inspected, a few times a second and only while somebody looks.

    ``changed`` tells that there is another answer, or none any more.
    """

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._found: Inspected | None = None
        self._asked: tuple[int, int] | None = None
        self._took = 0
        self._since_asked = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.look)
        self._question = Question(session.laboratory, "inspection")
        self._question.answered.connect(self._take)
        self._question.failed.connect(self._give_up)

    def found(self, snapshot: Snapshot | None) -> Inspected | None:
        """Return what was found about ``snapshot``; None while that is not known.

        While a run is followed, what was found a moment ago will do.
        """
        found = self._found
        if found is None or snapshot is None or found.run != snapshot.run:
            return None
        exact = found.iteration == snapshot.iteration
        return found if exact or self._session.pinned is None else None

    def look(self) -> None:
        """Ask about the shown network, as soon as it is time to."""
        session = self._session
        snapshot, network, digits = session.snapshot, session.network, session.digits
        if snapshot is None or network is None or digits is None:
            return
        wanted = (snapshot.run, snapshot.iteration)
        if wanted == self._asked or self._question.busy:
            return
        wait = self._wait()
        if wait > 0:
            if not self._timer.isActive():
                self._timer.start(wait)
            return
        self._asked = wanted
        self._since_asked.restart()
        images, before = digits.split("test")[0], self._found
        self._question.ask(lambda: _work(snapshot, network, images, before))

    def _wait(self) -> int:
        """Return for how many milliseconds nothing is to be asked yet."""
        if not self._since_asked.isValid():
            return 0
        running = self._session.state is State.RUNNING
        least = max(INTERVAL_MS, REST * self._took if running else 0)
        return least - int(self._since_asked.elapsed())

    def rest(self) -> None:
        """Ask nothing: nobody looks any more."""
        self._timer.stop()
        if self._question.busy:
            self._question.cancel()
            self._asked = None

    def _take(self, answer: object) -> None:
        assert isinstance(answer, Inspected)
        self._took = int(self._since_asked.elapsed())
        self._found = answer
        self.changed.emit()

    def _give_up(self, _message: str) -> None:
        """Say nothing of a network that can't be inspected; the run itself says what is wrong."""
        self._found = None
        self.changed.emit()


def _work(
    snapshot: Snapshot, network: Network, images: Bytes, before: Inspected | None
) -> Generator[float, None, Inspected]:
    now = yield from part_of(inspect(network, images), 0.0, 0.5)
    if before is not None and before.run == snapshot.run and _same_edges(before.then, now):
        then = before.then
    else:
        first = first_network(snapshot.config)  # a change later on is no part of it
        then = yield from part_of(inspect(first, images, like=now), 0.5, 1.0)
    config = snapshot.config
    return Inspected(snapshot.run, snapshot.iteration, config.activation, len(images), now, then)


def _same_edges(a: Inspection, b: Inspection) -> bool:
    return all(
        np.array_equal(x.edges, y.edges)
        for x, y in zip(histograms(a).values(), histograms(b).values(), strict=True)
    )


def histograms(inspection: Inspection) -> dict[str, Histogram]:
    """Return the histograms of weights, ``"W1"``, and of hidden layers, ``"Relu1"``."""
    layers = {name: layer.activations for name, layer in inspection.layers.items()}
    return {**inspection.weights, **layers}

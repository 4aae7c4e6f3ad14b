"""Who reads the drawing: the run of the session, the network that comes along, or one's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from bpcore.lesson import Lesson, LessonError, learn
from bpcore.network import Network
from bpcore.reader import Reader, ReaderError, Reading, shipped_reader
from bpcore.saliency import Saliency, saliency

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.snapshot import Snapshot
    from app.staging import Bytes

RUN, SHIPPED, OWN = CHOICES = ("run", "shipped", "own")
MOST_LESSONS, LEAST_LESSONS = 50, 5
MOST_BYTES = 64_000_000
"""What the steps of one copy can take: each keeps a network, so that the bits before it come back.

A large network takes fewer steps, but always the least.
"""


@dataclass(frozen=True, eq=False)
class Prediction:
    """What is read in an image: a Reading, and the iteration of the run whose network read it.

    ``probabilities`` is (10,), ``margin`` the first's lead over the second. ``iteration`` is None
    if it was no network of the run.
    """

    probabilities: npt.NDArray[np.floating]
    digit: int
    margin: float
    unsure: bool
    iteration: int | None


@dataclass(frozen=True, eq=False)
class _Step:
    image: Bytes
    former: Reader
    present: Reader
    lesson: Lesson


class Readers(QObject):
    """The networks that can read a drawing, and the one that is chosen.

    A network learns on a copy: the run stays what can be replayed. Each has its own copy, whose
    steps stack; that of the run stays at the iteration where it was made, and goes with the run.
    ``changed`` tells that another network is chosen, can be chosen, or has other weights, but not
    that the run has a new snapshot. A method that makes no sense at present does nothing.
    """

    changed = Signal()

    def __init__(
        self, parent: QObject | None = None, *, shipped: Callable[[], Reader] = shipped_reader
    ) -> None:
        super().__init__(parent)
        self._load_shipped = shipped
        self._wanted = SHIPPED
        self._bases: dict[str, Reader] = {}
        self._steps: dict[str, list[_Step]] = {choice: [] for choice in CHOICES}
        self._snapshot: Snapshot | None = None
        self._copied: Snapshot | None = None
        self._run_network: Network | None = None
        self._shipped_asked = False

    # Which there are.

    @property
    def offers(self) -> tuple[str, ...]:
        """What can be chosen: "run" always, "shipped" and "own" if there is one."""
        self._ask_for_shipped()
        return tuple(choice for choice in CHOICES if choice == RUN or choice in self._bases)

    @property
    def choice(self) -> str:
        """What is chosen: what was wanted last if there is one, else "shipped", else "run"."""
        offers = self.offers
        return next(c for c in (self._wanted, SHIPPED, RUN) if c in offers)

    @property
    def wanted(self) -> str:
        """What was wanted last, whether there is one by now or not: what is to be remembered."""
        return self._wanted

    def choose(self, choice: str) -> None:
        """Let another network read, at once or as soon as there is one."""
        if choice in CHOICES and choice != self._wanted:
            before, self._wanted = self.choice, choice
            if self.choice != before:
                self.changed.emit()

    def set_own(self, reader: Reader | None) -> None:
        """Offer the user's own network in place of the last one, or none any more."""
        if reader is self._bases.get(OWN):
            return
        self._steps[OWN].clear()
        self._bases.pop(OWN, None)
        if reader is not None:
            self._bases[OWN] = reader
        self.changed.emit()

    def take_snapshot(self, snapshot: Snapshot) -> None:
        """Read with another network of the run from now on."""
        self._snapshot, self._run_network = snapshot, None
        self._bases.pop(RUN, None)
        if self._copied is not None and self._copied.run != snapshot.run:
            self._copied = None
            self._steps[RUN].clear()
            if self.choice == RUN:
                self.changed.emit()

    # What the chosen one says.

    @property
    def present(self) -> Reader | None:
        """The chosen one with what it has learned; None for a run that is not trained yet."""
        return self._present(self.choice)

    @property
    def former(self) -> Reader | None:
        """The chosen one before the last step that it learned; None if it learned none."""
        steps = self._steps[self.choice]
        return steps[-1].former if steps else None

    @property
    def iteration(self) -> int | None:
        """Of the run, if that is chosen and loaded; that of the copy once one has learned."""
        snapshot = self._copied or self._snapshot
        return snapshot.iteration if self.choice == RUN and snapshot is not None else None

    @property
    def follows_run(self) -> bool:
        """Whether each snapshot of the run brings another network to read with."""
        return self.choice == RUN and self._copied is None

    def sizes(self, choice: str) -> tuple[int, ...]:
        """Return the units per layer of a network that is offered; () while there is none."""
        reader = self._present(choice)
        return () if reader is None else reader.network.sizes

    def read(self, image: Bytes) -> Prediction | None:
        """Return what is read in ``image`` (784,); None without a network or finite numbers."""
        return self._read(self.present, image)

    def read_before(self, image: Bytes) -> Prediction | None:
        """Return what was read in ``image`` before the last step; None if none was learned."""
        return self._read(self.former, image)

    def explain(self, image: Bytes, label: int) -> Saliency | None:
        """Return which pixels move the loss for ``label``; None as from ``read``."""
        reader = self.present
        if reader is None:
            return None
        said = saliency(reader.network, image, label)
        return said if np.isfinite(said.gradient).all() and np.isfinite(said.loss) else None

    # What it learns.

    @property
    def lessons(self) -> tuple[Lesson, ...]:
        """What the chosen one has learned, step by step."""
        return tuple(step.lesson for step in self._steps[self.choice])

    @property
    def is_full(self) -> bool:
        """Whether the copy has taken as many steps as it can."""
        steps = self._steps[self.choice]
        if not steps:
            return False
        size = sum(array.nbytes for array in steps[-1].present.network.params.values())
        return len(steps) >= min(max(MOST_BYTES // size, LEAST_LESSONS), MOST_LESSONS)

    @property
    def way_back(self) -> int | None:
        """Iteration of the run as it is now, if that comes back instead of what was copied.

        So it is where the run went on meanwhile, and its copy has but one step to take back.
        """
        copied, snapshot = self._copied, self._snapshot
        if self.choice != RUN or copied is None or snapshot is None or len(self._steps[RUN]) > 1:
            return None
        return None if snapshot.iteration == copied.iteration else snapshot.iteration

    def lesson_on(self, image: Bytes, label: int) -> Lesson | None:
        """Return the last step if it was one on ``image`` with ``label``, else None."""
        steps = self._steps[self.choice]
        if not steps or steps[-1].lesson.label != label:
            return None
        return steps[-1].lesson if np.array_equal(steps[-1].image, image) else None

    def learn(self, image: Bytes, label: int, rate: float) -> Lesson | None:
        """Take one step on ``image`` (784,) with the answer ``label``, on a copy.

        Returns None, and learns nothing, where there is no network, where the copy is full, or
        where the step would lead out of the range of numbers.
        """
        former = self.present
        if former is None or self.is_full:
            return None
        try:
            present, lesson = learn(former, image, label, rate)
        except LessonError:
            return None
        choice = self.choice
        if choice == RUN and self._copied is None:
            self._copied = self._snapshot
        self._steps[choice].append(_Step(image, former, present, lesson))
        self.changed.emit()
        return lesson

    def unlearn(self) -> None:
        """Take back the last step: the bits before it are there again.

        Without the first step of a copy of the run, the run itself is there again, as it is now.
        """
        choice = self.choice
        if self._steps[choice]:
            self._steps[choice].pop()
            if choice == RUN and not self._steps[RUN]:
                self._copied = None
            self.changed.emit()

    # The run, whoever is chosen.

    @property
    def run_network(self) -> Network | None:
        """The network of the run's snapshot, trained or not; None until its data is loaded."""
        if self._run_network is None and self._snapshot is not None:
            config = self._snapshot.config
            self._run_network = Network.from_params(
                self._snapshot.params, config.activation, config.weight_decay
            )
        return self._run_network

    def read_by_run(self, image: Bytes) -> Prediction | None:
        """Return what the snapshot's network reads in ``image`` (784,), trained or not."""
        network = self.run_network
        if network is None or self._snapshot is None:
            return None
        return _prediction(Reader(network).read(image), self._snapshot.iteration)

    def _read(self, reader: Reader | None, image: Bytes) -> Prediction | None:
        return None if reader is None else _prediction(reader.read(image), self.iteration)

    def _present(self, choice: str) -> Reader | None:
        self._ask_for_shipped()
        if self._steps[choice]:
            return self._steps[choice][-1].present
        trained = self._snapshot is not None and self._snapshot.iteration > 0
        if choice == RUN and RUN not in self._bases and trained and self.run_network is not None:
            self._bases[RUN] = Reader(self.run_network)
        return self._bases.get(choice)

    def _ask_for_shipped(self) -> None:
        if self._shipped_asked:
            return
        self._shipped_asked = True
        try:
            self._bases[SHIPPED] = self._load_shipped()
        except ReaderError:
            pass  # it is not offered, then; the others are


def _prediction(reading: Reading | None, iteration: int | None) -> Prediction | None:
    if reading is None:
        return None
    return Prediction(
        reading.probabilities, reading.digit, reading.margin, reading.unsure, iteration
    )

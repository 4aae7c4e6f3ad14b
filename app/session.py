"""The one owner of runs, data and networks; what pages talk to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QDeadlineTimer, Signal

from app.handwriting import Handwriting
from app.lab import Laboratory
from app.passes import Passes
from app.readers import Prediction, Readers
from app.run_session import RunSession
from app.run_state import State
from app.runs import Runs
from app.snapshot import Snapshot
from app.staging import Batch, Bytes, Example

if TYPE_CHECKING:
    from collections.abc import Collection

    from PySide6.QtCore import QObject

    from app.last_save import AtRisk
    from app.snapshot import Mailbox
    from bpcore.config import TrainingConfig
    from bpcore.datasets.mnist import Dataset
    from bpcore.network import Network
    from bpcore.run_summary import RunSummary

MOST_STAGED = 1000
"""Examples of a batch that are staged: a pass of so many takes about as long as a frame."""

__all__ = ["Example", "Prediction", "Session", "Snapshot", "State"]


class Session(RunSession):
    """Runs of training, and all that is asked of their networks.

    Runs are saved by themselves in the user's folder, unless ``keep_runs`` is false. Lives in the
    GUI thread, and never blocks it; ``unit_changed`` carries the hidden unit that is looked at.

    Attributes
    ----------
    readers
        The networks that can read a drawing, that of the run among them.
    handwriting
        The user's corrections, and the network that learned from them: "own" among the readers.
    runs
        All runs that are kept.
    laboratory
        Answers what takes longer than a frame.
    """

    data_changed = Signal()
    drawing_changed = Signal()
    mistake_found = Signal(object)
    unit_changed = Signal(int)
    offer_changed = Signal()

    def __init__(
        self,
        config: TrainingConfig | None = None,
        parent: QObject | None = None,
        *,
        keep_runs: bool = True,
    ) -> None:
        super().__init__(config, parent, keep_runs=keep_runs)
        self.readers = Readers(self)
        self.handwriting = Handwriting(self)
        self.handwriting.own_changed.connect(self._offer_own)
        self.handwriting.load_own()
        self.laboratory = Laboratory(self)
        self.runs = Runs(self, keep_runs=keep_runs)
        self.runs.listed.connect(self._find_offer)
        self.runs.changed.connect(self._check_offer)
        self.state_changed.connect(self._check_offer)
        self._is_offered = False
        self._dataset: Dataset | None = None
        self._drawing: Bytes | None = None
        self._search = 0
        self._unit = 0
        self._prepare_first()

    def close(self, timeout: float = 10.0) -> bool:
        """End all threads, training after what was asked of it and the iteration it is in.

        Returns whether they ended within ``timeout`` seconds.
        """
        deadline = QDeadlineTimer(round(timeout * 1000))
        ended = [self.laboratory.close(timeout), super().close(timeout)]
        for close in (self.handwriting.close, self.runs.close):
            ended.append(close(deadline.remainingTime() / 1000))
        return all(ended)

    def end_if_saved(self, timeout: float = 10.0) -> AtRisk | None:
        """End training if all there is can be saved; else return what can't be, and go on.

        Waits for the answer so long at most, as ``close`` does; without one no trouble is known.
        """
        save = self.runs.last_save()
        if self._worker.isRunning():
            self._worker.end_if_saved(save)
            save.wait(timeout)
            self.read_news()
        return self.runs.at_risk(save)

    def step(self, n: int = 1) -> None:
        """Do ``n`` iterations and pause; from idle this begins the prepared run."""
        super().step(n)
        self._take_offer()

    def branch(self, iteration: int | None = None) -> None:
        """Show a new run with the past of the shown one, beside which it is compared."""
        parent = next((lane for lane in self.lanes if lane.run == self.shown_run), None)
        before = self.shown_run
        super().branch(iteration)
        if parent is not None and self.shown_run != before:
            self.runs.compare_also(parent)

    # What the shown network makes of an image. A forward pass of one digit takes about 0.1 ms and
    # a trace 1 ms, so both run at once in the caller's thread, on the published snapshot: never
    # stale, never waiting for an iteration to end.

    def predict(self, image: Bytes) -> Prediction | None:
        """Return what the shown network reads in ``image`` (784,); None without a network."""
        return self.readers.read_by_run(image)

    def passes(self) -> Passes | None:
        """Return what can be traced through the shown network; None without a network."""
        network, snapshot = self.network, self.snapshot
        if network is None or snapshot is None:
            return None
        return Passes(network, snapshot.iteration, snapshot.config.learning_rate)

    @property
    def network(self) -> Network | None:
        """The network of the snapshot that is shown; None until its data is loaded."""
        return self.readers.run_network

    @property
    def unit(self) -> int:
        """The hidden unit that is looked at, on every page; at most the last one there is."""
        units = self.config.hidden_sizes[:1] or (1,)
        return min(self._unit, units[0] - 1)

    def select_unit(self, unit: int) -> None:
        """Look at a hidden unit; pages are told of the present one, too: it is chosen now."""
        if unit >= 0:
            self._unit = unit
            self.unit_changed.emit(self.unit)

    # Data.

    @property
    def digits(self) -> Dataset | None:
        """All digits of the run's data; None while none are loaded."""
        return self._dataset

    def size(self, split: str) -> int:
        """Return the number of examples in ``"train"`` or ``"test"``; 0 while none are loaded."""
        return 0 if self._dataset is None else len(self._dataset.split(split)[1])

    def example(self, split: str, index: int) -> Example | None:
        """Return example ``index`` of ``split``; None if there is none."""
        if self._dataset is None or not 0 <= index < self.size(split):
            return None
        images, labels = self._dataset.split(split)
        return Example(split, index, images[index], int(labels[index]))

    def batch(self, split: str, first: int, count: int) -> Batch | None:
        """Return ``count`` examples from ``first`` on, or as many as follow; None if none do."""
        if self._dataset is None or not 0 <= first < self.size(split):
            return None
        images, labels = self._dataset.split(split)
        rows = slice(first, first + count)
        return Batch(split, first, images[rows], labels[rows])

    def next_batch(self) -> Batch | None:
        """Return the examples that the iteration after the shown one learns from.

        At most the first thousand of them; None while no data is loaded.
        """
        snapshot = self.snapshot
        if self._dataset is None or snapshot is None:
            return None
        rows = snapshot.next_batch[:MOST_STAGED]
        if len(rows) and int(np.max(rows)) >= self.size("train"):
            return None  # of a run on other data, which is gone already
        images, labels = self._dataset.split("train")
        return Batch("run", snapshot.iteration + 1, images[rows], labels[rows])

    def find_mistake(self, split: str, after: int) -> None:
        """Look for the next example that is read wrongly, going round; ``mistake_found`` answers.

        It carries the Example, or None if every example is read right.
        """
        snapshot = self.snapshot
        if snapshot is not None and self._dataset is not None:
            self._search += 1
            self._worker.find_mistake(self._search, snapshot, self._dataset, split, after)

    @property
    def drawing(self) -> Bytes | None:
        """The drawn digit as the network gets it, (784,); None while nothing is drawn."""
        return self._drawing

    def set_drawing(self, image: Bytes | None) -> None:
        """Keep what was drawn, for every page."""
        self._drawing = image
        self.drawing_changed.emit()

    # The run of the last time.

    @property
    def offer(self) -> tuple[RunSummary, ...]:
        """The run that was broken off when the window was closed or killed, or those of a race.

        None if none was.
        """
        return self.runs.unfinished if self._is_offered else ()

    def accept_offer(self) -> None:
        """Go on with it."""
        offer = self._take_offer()
        if offer:
            self.runs.go_on(offer)

    def decline_offer(self) -> None:
        """Leave it as it is; it stays in the list of runs."""
        self.runs.leave(self._take_offer())

    def _find_offer(self) -> None:
        if self.state is not State.RUNNING and self.runs.unfinished:
            self._is_offered = True
            self.offer_changed.emit()

    def _check_offer(self) -> None:
        """Offer a run no longer once one is trained, or it is shown, or gone."""
        offered = {run.path for run in self.runs.unfinished}
        shown = next((lane.path for lane in self.lanes if lane.run == self.shown_run), None)
        if self.state is State.RUNNING or not offered or shown in offered:
            self._take_offer()

    def _take_offer(self) -> tuple[RunSummary, ...]:
        offer, was_offered, self._is_offered = self.offer, self._is_offered, False
        if was_offered:
            self.offer_changed.emit()
        return offer

    def _offer_own(self) -> None:
        own = self.handwriting.own
        self.readers.set_own(None if own is None else own.reader)

    def _names_taken(self) -> Collection[str]:
        return {entry.name for entry in self.runs.entries}

    # The other end of the thread.

    def _take_mail(self, mailbox: Mailbox) -> None:
        for unsaved in mailbox.unsaved:
            self.runs.keep_unsaved(unsaved)
        for sentence in mailbox.refused:
            self.runs.failed.emit(sentence)
        super()._take_mail(mailbox)
        for answer in mailbox.answers:
            if answer.request == self._search:
                found = None if answer.index is None else self.example(answer.split, answer.index)
                self.mistake_found.emit(found)

    def _take_live(self, snapshot: Snapshot, dataset: Dataset | None) -> None:
        if dataset is not self._dataset:
            self._dataset = dataset
            self.data_changed.emit()
        super()._take_live(snapshot, dataset)

    def _show(self, snapshot: Snapshot) -> None:
        self.readers.take_snapshot(snapshot)
        super()._show(snapshot)

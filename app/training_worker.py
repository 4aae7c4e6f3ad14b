"""The thread that trains: it takes commands, and publishes what it has done."""

from __future__ import annotations

import time
from functools import partial
from queue import Empty, SimpleQueue
from threading import Lock
from typing import TYPE_CHECKING

from PySide6.QtCore import QThread, Signal

from app.curves import curves_of
from app.lane_set import LaneSet
from app.lanes import Lane, sentence_of
from app.run_files import RunFile, new_file
from app.snapshot import Mailbox, Mistake
from bpcore.datasets.mnist import Dataset, load_dataset
from bpcore.evaluation import next_mistake
from bpcore.network import Network
from bpcore.timeline import KEYFRAME_BYTES
from bpcore.training import Trainer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from app.plans import Plan
    from bpcore.layers import Array
    from bpcore.recording import Recording

PUBLISH_INTERVAL = 0.03
"""Least seconds between two snapshots while training goes on, a frame of the window: four chunks of
training. Half of that can't be told apart by the eye, and would cost training twice as much."""


class TrainingWorker(QThread):
    """Owns the trainers. Commands are done in the order in which they were posted, one at a time.

    It holds one run, or several that race: in turn, or one after the other. One of them is shown.
    Commands that change where runs are carry a number, which comes back in each Report.
    ``news`` is emitted, once until the mailbox is emptied, when there is something in it.
    """

    news = Signal()

    def __init__(self, keep_runs: bool = True) -> None:
        super().__init__()
        self.setObjectName("training")
        self._commands: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._lock = Lock()
        self._mailbox = Mailbox()
        self._told = False
        self._ending = False
        self._order = 0
        self._lanes = LaneSet()
        self._dataset: Dataset | None = None
        self._dataset_of = ""
        self._pace: float | None = None
        self._published = 0.0
        self._keeps_runs = keep_runs
        self._notice = ""

    # Called in any thread.

    def prepare(self, order: int, first: int, plans: Sequence[Plan], in_turn: bool = True) -> None:
        """Make runs ready to start, numbered from ``first`` on, in place of those there are."""
        self._post(order, partial(self._prepare, first, tuple(plans), in_turn), first)

    def open(self, order: int, run: int, recording: Recording, path: Path | None) -> None:
        """Go on with a recorded run, saved in ``path``, or in a new file."""
        self._post(order, partial(self._open, run, recording, path), run)

    def branch(self, order: int, run: int, iteration: int, name: str) -> None:
        """Make a run of the first ``iteration`` iterations of the one that is shown."""
        self._post(order, partial(self._branch, run, iteration, name), run)

    def show(self, order: int, run: int) -> None:
        """Publish snapshots of another one of the runs."""
        self._post(order, partial(self._show, run))

    def resume(self, order: int) -> None:
        """Train until told otherwise, or until the end of the runs."""
        self._post(order, self._lanes.resume)

    def pause(self, order: int) -> None:
        """Stop between two iterations."""
        self._post(order, self._lanes.pause)

    def step(self, order: int, n: int) -> None:
        """Do ``n`` iterations and pause."""
        self._post(order, partial(self._lanes.step, n))

    def finish(self, order: int) -> None:
        """End the runs here, with their accuracies measured."""
        self._post(order, self._lanes.finish)

    def retry(self, order: int, name: str, value: float) -> None:
        """Go on with a failed run from its last state, with another hyperparameter."""
        self._post(order, partial(self._retry, name, value))

    def change(self, name: str, value: float) -> None:
        """Change a hyperparameter of the shown run from the next iteration on."""
        self._commands.put(partial(self._change, name, value))

    def rename(self, run: int, name: str) -> None:
        """Give a run another name."""
        self._commands.put(partial(self._rename, run, name))

    def call(self, command: Callable[[], None]) -> None:
        """Do anything in this thread, after all commands so far."""
        self._commands.put(command)

    def set_pace(self, pace: float | None) -> None:
        """Do ``pace`` iterations per second of each run; None is as many as possible."""
        self._commands.put(partial(self._set_pace, pace))

    def find_mistake(
        self, request: int, params: Mapping[str, Array], activation: str, split: str, after: int
    ) -> None:
        """Look for the next example of ``split`` behind index ``after`` that is read wrongly."""
        search = partial(self._find_mistake, request, params, activation, split, after)
        self._commands.put(search)

    def end(self) -> None:
        """Let the thread end after the iteration it is in."""
        self._ending = True
        self._commands.put(lambda: None)

    def take(self) -> Mailbox:
        """Return what is in the mailbox and empty it."""
        with self._lock:
            mailbox, self._mailbox = self._mailbox, Mailbox()
            self._told = False
        return mailbox

    def _post(self, order: int, command: Callable[[], None], makes: int | None = None) -> None:
        self._commands.put(partial(self._do, order, command, makes))

    # The thread itself.

    def run(self) -> None:
        """Do commands; train in between."""
        while not self._ending:
            try:
                command = self._commands.get(timeout=self._lanes.patience(self._pace))
            except Empty:
                command = self._advance if self._lanes.active else self._lanes.save
            try:
                command()
            except Exception as error:  # whatever it is, the window must live on and say so
                self._fail(error)
        self._clear(self._lanes.shown)

    def _do(self, order: int, command: Callable[[], None], makes: int | None) -> None:
        self._order = order
        try:
            command()
        except Exception as error:
            if makes is None:
                raise
            self._clear(makes)  # whatever there is of it: the run could not be made
            self._lanes.failure = sentence_of(error)
        self._publish()

    def _advance(self) -> None:
        self._lanes.advance(self._pace)
        if self._lanes.active:
            self._publish_if_due()
        else:
            self._publish()

    # Which runs there are.

    def _prepare(self, first: int, plans: tuple[Plan, ...], in_turn: bool) -> None:
        self._clear(first)
        self._lanes.in_turn = in_turn
        for run, plan in enumerate(plans, start=first):
            self._load(plan.config.data)
            room = KEYFRAME_BYTES // len(plans)
            trainer = Trainer(plan.config, self._dataset, room)
            self._add(Lane(run, plan.name, trainer, self._new_file(), plan.changes))

    def _open(self, run: int, recording: Recording, path: Path | None) -> None:
        self._clear(run)
        self._load(recording.config.data)
        trainer = Trainer.resume(recording, self._dataset)
        curves = curves_of(recording)
        with self._lock:
            self._mailbox.curves[run] = curves
        own = path is not None and self._keeps_runs
        file = RunFile(path, self._post_notice) if own and path is not None else self._new_file()
        lane = Lane(run, recording.notes.name, trainer, file)
        lane.stopped = recording.notes.ended == "stopped"
        lane.phase = "finished" if lane.is_complete else "paused"
        self._add(lane)
        if not own:
            lane.save()

    def _branch(self, run: int, iteration: int, name: str) -> None:
        lane = self._lanes.shown_lane
        if lane is None:
            return
        recording = lane.trainer.timeline.branch(iteration)
        self._clear(run)
        trainer = Trainer.resume(recording, self._dataset)
        branch = Lane(run, name, trainer, self._new_file())
        branch.phase = "paused" if iteration else "idle"
        self._add(branch)

    def _show(self, run: int) -> None:
        self._lanes.shown = run

    def _clear(self, shown: int) -> None:
        """Let the runs that there are give way to ``shown``."""
        unsaved = self._lanes.close()
        if self._lanes:
            self._notice = self._lanes.trouble
        self._lanes.clear(shown)
        with self._lock:
            self._mailbox.unsaved |= unsaved

    def _add(self, lane: Lane) -> None:
        lane.trainer.heartbeat = self._publish_if_due
        self._lanes.add(lane)

    def _load(self, data: str) -> None:
        if self._dataset is None or self._dataset_of != data:
            self._dataset = load_dataset(data)
            self._dataset_of = data
            with self._lock:
                self._mailbox.dataset = self._dataset

    # Where they are.

    def _retry(self, name: str, value: float) -> None:
        lane = self._lanes.shown_lane
        if lane is not None and lane.phase == "failed":
            lane.change(name, value)
            lane.begin()

    def _change(self, name: str, value: float) -> None:
        lane = self._lanes.shown_lane
        if lane is not None and lane.phase in ("running", "paused"):
            lane.change(name, value)
            self._publish()

    def _rename(self, run: int, name: str) -> None:
        lane = self._lanes.lane(run)
        if lane is not None:
            lane.rename(name)
            self._publish()

    def _set_pace(self, pace: float | None) -> None:
        self._pace = pace
        self._lanes.restart_clocks()

    def _find_mistake(
        self, request: int, params: Mapping[str, Array], activation: str, split: str, after: int
    ) -> None:
        index = None
        if self._dataset is not None:
            network = Network.from_params(params, activation)
            index = next_mistake(network, *self._dataset.split(split), after)
        with self._lock:
            self._mailbox.answers.append(Mistake(request, split, index))
        self._tell()

    # What is told.

    def _publish(self) -> None:
        self._published = time.perf_counter()
        report = self._lanes.report(self._order, self._notice)
        with self._lock:
            self._mailbox.report = report
        self._tell()

    def _publish_if_due(self) -> None:
        waited = time.perf_counter() - self._published
        # A window that is busy gets the next one when it has looked at the last.
        if waited >= PUBLISH_INTERVAL and self._lanes.active and not self._told:
            self._publish()

    def _tell(self) -> None:
        with self._lock:
            told, self._told = self._told, True
        if not told:
            self.news.emit()

    def _fail(self, error: Exception) -> None:
        lane = self._lanes.shown_lane
        if lane is not None:
            lane.fail(error)
        else:
            self._lanes.failure = sentence_of(error)
        self._publish()

    # Saving.

    def _new_file(self) -> RunFile | None:
        return new_file(self._post_notice, self._notice) if self._keeps_runs else None

    def _post_notice(self) -> None:
        self._commands.put(self._publish_notice)

    def _publish_notice(self) -> None:
        self._notice = self._lanes.trouble
        if self._lanes:
            self._publish()

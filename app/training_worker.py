"""The thread that trains: it takes commands, and publishes what it has done."""

from __future__ import annotations

import time
from functools import partial
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from PySide6.QtCore import QThread, Signal

from app.curves import curves_of
from app.lane_maker import LaneMaker
from app.lane_set import LaneSet
from app.outbox import Outbox
from app.snapshot import Mistake
from bpcore.evaluation import next_mistake
from bpcore.network import Network

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from threading import Event

    from app.lanes import Lane
    from app.last_save import LastSave
    from app.plans import Opened, Plan
    from app.snapshot import Mailbox, Snapshot
    from bpcore.datasets.mnist import Dataset
    from bpcore.recording import Recording

PUBLISH_INTERVAL = 0.03
"""Least seconds between two snapshots while training goes on, a frame of the window: four chunks of
training. Half of that can't be told apart by the eye, and would cost training twice as much."""

GIVES_WAY = 0.05
"""Most seconds that training waits for a past state which somebody wants to see, before each of its
chunks: while a hand drags along the timeline it goes on slowly."""


class TrainingWorker(QThread):
    """Owns the trainers. Commands are done in the order in which they were posted, one at a time.

    It holds one run, or several that race: in turn, or one after the other. One of them is shown.
    Commands that change where runs are carry a number, which comes back in each Report once they
    are done. ``news`` is emitted, once until the mailbox is emptied, when something is in it.
    """

    news = Signal()

    def __init__(self, keep_runs: bool = True, way: Event | None = None) -> None:
        super().__init__()
        self.setObjectName("training")
        self._way = way
        self._commands: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._outbox = Outbox(self._tell)
        self._ending = self._ended = False
        self._wanted = 0  # the run that is to be made last of all that were asked for
        self._order = 0
        self._lanes = LaneSet()
        self._maker = LaneMaker(keep_runs, self._post_notice)
        self._pace: float | None = None
        self._published = 0.0

    # Called in any thread.

    def prepare(self, order: int, first: int, plans: Sequence[Plan], in_turn: bool = True) -> None:
        """Make runs ready to start, numbered from ``first`` on, in place of those there are."""
        self._post(order, partial(self._prepare, first, tuple(plans), in_turn), first)

    def open(
        self, order: int, first: int, opened: Sequence[Opened], shown: int, in_turn: bool = True
    ) -> None:
        """Load one recorded run, or those of a race, numbered from ``first`` on; show ``shown``."""
        self._post(order, partial(self._open, first, tuple(opened), shown, in_turn), shown)

    def branch(self, order: int, run: int, iteration: int, name: str) -> None:
        """Make a run of the first ``iteration`` iterations of the one that is shown."""
        self._post(order, partial(self._branch, run, iteration, name), run)

    def show(self, order: int, run: int) -> None:
        """Publish snapshots of another one of the runs."""
        self._post(order, partial(self._show, run))

    def resume(self, order: int) -> None:
        """Train until told otherwise, or until the end of the runs."""
        self._post(order, lambda: self._lanes.resume(self._pace))

    def pause(self, order: int) -> None:
        """Stop between two iterations."""
        self._post(order, self._lanes.pause)

    def step(self, order: int, n: int) -> None:
        """Do ``n`` iterations and pause."""
        self._post(order, lambda: self._lanes.step(n, self._pace))

    def finish(self, order: int) -> None:
        """End the runs here, with their accuracies measured."""
        self._post(order, self._lanes.finish)

    def change(self, order: int, name: str, value: float) -> None:
        """Change a hyperparameter of the shown run from the next iteration on."""
        self._post(order, partial(self._change, name, value))

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
        self, request: int, snapshot: Snapshot, dataset: Dataset, split: str, after: int
    ) -> None:
        """Look for the next example of ``split`` behind index ``after`` that is read wrongly."""
        search = partial(self._find_mistake, request, snapshot, dataset, split, after)
        self._commands.put(search)

    def end_if_saved(self, answer: LastSave) -> None:
        """Let the thread end as ``end`` does, but only if all can be saved; ``answer`` tells."""
        self._ending = True
        self._commands.put(partial(self._end_if_saved, answer))

    def end(self) -> None:
        """Let the thread end after the commands so far, and the iteration it is in."""
        self._ending = True
        self._commands.put(self._end)

    def take(self) -> Mailbox:
        """Return what is in the mailbox and empty it."""
        return self._outbox.take()

    def _post(self, order: int, command: Callable[[], None], makes: int | None = None) -> None:
        if makes is not None:
            self._wanted = makes
        self._commands.put(partial(self._do, order, command, makes))

    # The thread itself.

    def run(self) -> None:
        """Do commands; train in between."""
        while not self._ended:
            patience = None if self._ending else self._lanes.patience(self._pace)
            try:
                command = self._commands.get(timeout=patience)
            except Empty:
                command = self._advance if self._lanes.active else self._lanes.save
            try:
                command()
            except Exception as error:  # whatever it is, the window must live on and say so
                self._lanes.fail(error)
                self._publish()
        self._clear(self._lanes.shown, left=False)

    def _do(self, order: int, command: Callable[[], None], makes: int | None) -> None:
        try:
            command()
        except Exception as error:
            if makes is not None:
                # Whatever there is of it: the run could not be made.
                self._clear(makes, left=not self._ending)
            self._lanes.fail(error)
        # Not before: what is told on the way is not yet what the command leads to.
        self._order = order
        self._publish()

    def _end(self) -> None:
        self._ended = True

    def _end_if_saved(self, answer: LastSave) -> None:
        self._ended = answer.do(*self._lanes.save_for_good())
        self._ending = self._ended

    def _advance(self) -> None:
        if self._way is not None:
            self._way.wait(GIVES_WAY)
        self._lanes.advance(self._pace)
        if self._lanes.active:
            self._publish_if_due()
        else:
            self._publish()

    # Which runs there are.

    def _prepare(self, first: int, plans: tuple[Plan, ...], in_turn: bool) -> None:
        self._clear(first)
        self._lanes.in_turn = in_turn
        for lane in self._maker.planned(first, plans, in_turn):
            self._add(lane)

    def _open(self, first: int, opened: tuple[Opened, ...], shown: int, in_turn: bool) -> None:
        self._clear(shown)
        self._lanes.in_turn = in_turn
        for lane in self._maker.opened(first, opened, shown, in_turn, self._refuse):
            self._tell_curves(lane.run, opened[lane.run - first].recording)
            self._add(lane)

    def _refuse(self, sentence: str) -> None:
        with self._outbox.filling() as mailbox:
            mailbox.refused.append(sentence)

    def _branch(self, run: int, iteration: int, name: str) -> None:
        lane = self._lanes.shown_lane
        if lane is None:
            raise ValueError("there is no run to branch off from")
        # In a long run of a large network it takes minutes to get there.
        recording = lane.trainer.timeline.branch(
            iteration, lambda: self._ending or self._wanted != run
        )
        self._clear(run)
        branch = self._maker.branched(run, name, recording, lane.trainer.dataset)
        self._tell_curves(run, recording)
        self._add(branch)

    def _tell_curves(self, run: int, recording: Recording) -> None:
        """Make the curves here: of a long run that takes longer than the window may."""
        curves = curves_of(recording)
        with self._outbox.filling() as mailbox:
            mailbox.curves[run] = curves

    def _show(self, run: int) -> None:
        self._lanes.show(run)

    def _clear(self, shown: int, *, left: bool = True) -> None:
        """Let the runs that there are give way to ``shown``; ``left`` unless the program ends."""
        if left:
            self._lanes.leave()
        unsaved = self._lanes.close()
        if self._lanes:
            self._maker.trouble = self._lanes.trouble
        self._lanes.clear(shown)
        with self._outbox.filling() as mailbox:
            mailbox.unsaved += unsaved

    def _add(self, lane: Lane) -> None:
        lane.trainer.heartbeat = self._publish_if_due
        self._lanes.add(lane)

    # Where they are.

    def _change(self, name: str, value: float) -> None:
        lane = self._lanes.shown_lane
        if lane is not None and lane.phase in ("running", "paused"):
            lane.change(name, value)

    def _rename(self, run: int, name: str) -> None:
        lane = self._lanes.lane(run)
        if lane is not None:
            lane.rename(name)
            self._publish()

    def _set_pace(self, pace: float | None) -> None:
        self._pace = pace
        self._lanes.note_pace(pace)

    def _find_mistake(
        self, request: int, snapshot: Snapshot, dataset: Dataset, split: str, after: int
    ) -> None:
        network = Network.from_params(snapshot.params, snapshot.config.activation)
        index = next_mistake(network, *dataset.split(split), after)
        with self._outbox.filling() as mailbox:
            mailbox.answers.append(Mistake(request, split, index))
        self._outbox.tell()

    # What is told.

    def _publish(self) -> None:
        self._published = time.perf_counter()
        notice = self._lanes.trouble if self._lanes else self._maker.trouble
        report = self._lanes.report(self._order, notice)
        with self._outbox.filling() as mailbox:
            mailbox.report = report
        self._outbox.tell()

    def _publish_if_due(self) -> None:
        waited = time.perf_counter() - self._published
        # A window that is busy gets the next one when it has looked at the last.
        if waited >= PUBLISH_INTERVAL and self._lanes.active and not self._outbox.is_waiting:
            self._publish()

    def _tell(self) -> None:
        self.news.emit()

    def _post_notice(self) -> None:
        self._commands.put(self._publish)

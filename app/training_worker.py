"""The thread that trains: it takes commands, and publishes what it has done."""

from __future__ import annotations

import math
import time
from collections import deque
from dataclasses import dataclass, field
from functools import partial
from queue import Empty, SimpleQueue
from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QThread, Signal

from app.snapshot import Mailbox, Mistake, Phase, Report, Snapshot
from bpcore.autosave import Autosave, make_room, new_run_path, run_folder
from bpcore.datasets.mnist import Dataset, DatasetError, load_dataset
from bpcore.evaluation import predicted_labels
from bpcore.folders import FolderError
from bpcore.network import Network
from bpcore.training import Diverged, Trainer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bpcore.config import TrainingConfig
    from bpcore.layers import Array

PUBLISH_INTERVAL = 0.013
"""A little less than a frame of 1/60 s: two chunks of training are one frame, not three."""

CHUNK_SECONDS = 0.008
"""How long the worker trains before it looks for a command again."""

SPEED_WINDOW = 0.5
SEARCH_BLOCK = 500


@dataclass
class _Stopwatch:
    """Measures iterations per second, as trained and while busy."""

    elapsed: float = 0.0
    busy: float = 0.0
    iterations: int = 0
    recent: deque[tuple[float, int, float]] = field(default_factory=deque)

    def add(self, now: float, iterations: int, busy: float, waited: float) -> None:
        self.elapsed += busy + waited
        self.busy += busy
        self.iterations += iterations
        self.recent.append((now, self.iterations, self.busy))
        while len(self.recent) > 2 and now - self.recent[0][0] > SPEED_WINDOW:
            self.recent.popleft()

    def rates(self) -> tuple[float | None, float | None]:
        if len(self.recent) < 2:
            return None, None
        (t0, n0, b0), (t1, n1, b1) = self.recent[0], self.recent[-1]
        count = n1 - n0
        return (count / (t1 - t0) if t1 > t0 else None, count / (b1 - b0) if b1 > b0 else None)


class TrainingWorker(QThread):
    """Owns the trainer. Commands are done in the order in which they were posted, one at a time.

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
        self._run = 0
        self._phase: Phase = "idle"
        self._trainer: Trainer | None = None
        self._dataset: Dataset | None = None
        self._dataset_of = ""
        self._pace: float | None = None
        self._due_from = (0.0, 0)  # a moment, and the iteration that was due at it
        self._published = 0.0
        self._watch = _Stopwatch()
        self._watched_until = 0.0
        self._keeps_runs = keep_runs
        self._saver: Autosave | None = None
        self._message, self._notice = "", ""

    # Called in any thread.

    def prepare(self, run: int, config: TrainingConfig) -> None:
        """Make run number ``run`` ready to start, at iteration 0."""
        self._commands.put(partial(self._prepare, run, config))

    def resume(self) -> None:
        """Train until told otherwise, or until the end of the run."""
        self._commands.put(self._resume)

    def pause(self) -> None:
        """Stop between two iterations."""
        self._commands.put(self._pause)

    def step(self, n: int) -> None:
        """Do ``n`` iterations and pause."""
        self._commands.put(partial(self._step, n))

    def finish(self) -> None:
        """End the run here, with its accuracies measured."""
        self._commands.put(self._finish)

    def change(self, name: str, value: float) -> None:
        """Change a hyperparameter from the next iteration on."""
        self._commands.put(partial(self._change, name, value))

    def set_pace(self, pace: float | None) -> None:
        """Do ``pace`` iterations per second; None is as many as possible."""
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

    # The thread itself.

    def run(self) -> None:
        """Do commands; train in between."""
        while not self._ending:
            try:
                command = self._commands.get(timeout=self._patience())
            except Empty:
                command = self._advance if self._phase == "running" else self._save
            try:
                command()
            except (Diverged, DatasetError) as error:
                self._fail(str(error))
            except MemoryError:
                self._fail("There is not enough memory for this network and batch size.")
            except Exception as error:  # whatever it is, the window must live on and say so
                self._fail(f"Training stopped: {type(error).__name__}: {error}")
        self._end_saving()

    def _patience(self) -> float | None:
        """Return how long to wait for a command before training goes on; None is forever."""
        if self._phase == "paused" and self._saver is not None and self._trainer is not None:
            return self._saver.seconds_left(self._trainer)  # steps that were not saved yet
        if self._phase != "running":
            return None
        if self._pace is None or self._trainer is None:
            return 0.0
        since, iteration = self._due_from
        done = self._trainer.iteration - iteration
        # Several iterations at a time, so that a fast pace doesn't cost a wake-up for each.
        due = since + max((done + 1) / self._pace, done / self._pace + CHUNK_SECONDS)
        return max(due - time.perf_counter(), 0.0)

    def _advance(self) -> None:
        trainer = self._trainer
        assert trainer is not None
        start = time.perf_counter()
        done = self._train(trainer, self._iterations_due(trainer, start), start + CHUNK_SECONDS)
        now = time.perf_counter()
        self._watch.add(now, done, now - start, start - self._watched_until)
        self._watched_until = now
        if trainer.iteration >= trainer.config.iterations:
            self._save()
            self._publish("finished")
        else:
            self._publish_if_due()
            if self._saver is not None:
                self._saver.save_if_due(trainer)

    def _train(self, trainer: Trainer, count: float, deadline: float) -> int:
        done = 0
        while done < count and next(trainer, None) is not None:
            done += 1
            if time.perf_counter() >= deadline:
                break
        return done

    def _iterations_due(self, trainer: Trainer, now: float) -> float:
        if self._pace is None:
            return math.inf
        since, iteration = self._due_from
        due = iteration + (now - since) * self._pace - trainer.iteration
        if due > max(self._pace / 10, 2):  # too fast for this machine: don't run after lost time
            self._due_from = (now, trainer.iteration)
            return max(self._pace / 10, 1)
        return max(int(due), 0)

    def _prepare(self, run: int, config: TrainingConfig) -> None:
        self._end_saving()
        self._run, self._phase, self._trainer, self._message = run, "idle", None, ""
        if self._dataset is None or self._dataset_of != config.data:
            self._dataset = load_dataset(config.data)
            self._dataset_of = config.data
            with self._lock:
                self._mailbox.dataset = self._dataset
        self._trainer = Trainer(config, self._dataset)
        self._trainer.heartbeat = self._publish_if_due
        self._watch = _Stopwatch()
        self._saver = self._new_saver()
        self._publish("idle")

    def _resume(self) -> None:
        if self._trainer is not None and self._phase in ("idle", "paused"):
            self._phase = "running"
            self._watched_until = time.perf_counter()
            self._watch.recent.clear()
            self._due_from = (self._watched_until, self._trainer.iteration)

    def _pause(self) -> None:
        if self._phase == "running":
            self._save()
            self._publish("paused")

    def _step(self, n: int) -> None:
        trainer = self._trainer
        if trainer is None or self._phase in ("finished", "failed"):
            return
        start = time.perf_counter()
        done = self._train(trainer, n, math.inf)
        self._watch.add(time.perf_counter(), done, time.perf_counter() - start, 0.0)
        if trainer.iteration >= trainer.config.iterations:
            self._save()
            self._publish("finished")
        else:
            # Steps follow one another fast where a key is held down: they are saved when it is due.
            self._publish("paused")

    def _finish(self) -> None:
        trainer = self._trainer
        if trainer is not None and self._phase in ("running", "paused"):
            trainer.measure()
            self._save()
            self._publish("finished")

    def _change(self, name: str, value: float) -> None:
        if self._trainer is not None and self._phase in ("running", "paused"):
            self._trainer.change(name, value)
            self._publish(self._phase)

    def _set_pace(self, pace: float | None) -> None:
        self._pace = pace
        if self._trainer is not None:
            self._due_from = (time.perf_counter(), self._trainer.iteration)

    def _find_mistake(
        self, request: int, params: Mapping[str, Array], activation: str, split: str, after: int
    ) -> None:
        index = None
        if self._dataset is not None:
            network = Network.from_params(params, activation)
            images, labels = self._dataset.split(split)
            order = np.roll(np.arange(len(labels)), -(after + 1))
            for start in range(0, len(order), SEARCH_BLOCK):
                block = order[start : start + SEARCH_BLOCK]
                wrong = block[predicted_labels(network, images[block]) != labels[block]]
                if len(wrong):
                    index = int(wrong[0])
                    break
        with self._lock:
            self._mailbox.answers.append(Mistake(request, split, index))
        self._tell()

    def _publish(self, phase: Phase) -> None:
        self._phase = phase
        self._published = time.perf_counter()
        snapshot = self._snapshot() if self._trainer is not None else None
        with self._lock:
            self._mailbox.report = Report(self._run, phase, snapshot, self._message, self._notice)
        self._tell()

    def _publish_if_due(self) -> None:
        waited = time.perf_counter() - self._published
        if self._phase == "running" and waited >= PUBLISH_INTERVAL:
            self._publish("running")

    def _tell(self) -> None:
        with self._lock:
            told, self._told = self._told, True
        if not told:
            self.news.emit()

    def _fail(self, message: str) -> None:
        self._message = message
        self._publish("failed")
        try:
            self._save()
        except Exception as error:  # what failed may well fail again; the thread must live on
            self._message = f"{message} The run is not saved: {type(error).__name__}: {error}"
            self._publish("failed")

    # Saving.

    def _new_saver(self) -> Autosave | None:
        if not self._keeps_runs:
            return None
        try:
            folder = run_folder()
        except FolderError:  # without a place nothing can be kept, but everything else works
            return None
        make_room(folder)
        path = new_run_path(folder)
        return Autosave(path, changed=self._post_notice, error=self._notice)

    def _save(self) -> None:
        if self._saver is not None and self._trainer is not None:
            self._saver.save(self._trainer)

    def _end_saving(self) -> None:
        self._save()
        if self._saver is not None:
            self._saver.close()
            self._notice = self._saver.error
        self._saver = None

    def _post_notice(self) -> None:
        self._commands.put(self._publish_notice)

    def _publish_notice(self) -> None:
        if self._saver is not None:
            self._notice = self._saver.error
        if self._trainer is not None:
            self._publish(self._phase)

    def _snapshot(self) -> Snapshot:
        trainer = self._trainer
        assert trainer is not None
        speed, top_speed = self._watch.rates()
        return Snapshot(
            run=self._run,
            config=trainer.config,
            iteration=trainer.iteration,
            params=MappingProxyType(
                {name: _frozen_copy(array) for name, array in trainer.network.params.items()}
            ),
            losses=trainer.losses,
            accuracies=tuple(trainer.accuracies),
            iterations_per_epoch=trainer.iterations_per_epoch,
            speed=speed,
            top_speed=top_speed,
            health=trainer.health(),
            elapsed=self._watch.elapsed,
        )


def _frozen_copy(array: Array) -> Array:
    copy = array.copy()
    copy.flags.writeable = False
    return copy

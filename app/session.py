"""The one owner of run, data and network; what pages talk to."""

from __future__ import annotations

import enum
import weakref
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.handwriting import Handwriting
from app.passes import Passes
from app.readers import Prediction, Readers
from app.snapshot import Report, Snapshot
from app.staging import Batch, Bytes, Example
from app.training_worker import TrainingWorker
from bpcore.config import TrainingConfig
from bpcore.series import Series

if TYPE_CHECKING:
    from bpcore.datasets.mnist import Dataset

__all__ = ["Example", "Prediction", "Session", "Snapshot", "State"]

DEFAULT_PACE = 1000.0


class State(enum.Enum):
    """Where the run is."""

    IDLE = "idle"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    FAILED = "failed"


class Session(QObject):
    """A run of training and all that is asked of it. Lives in the GUI thread, and never blocks it.

    At first, and after ``reset``, a run is prepared and idle: its network has its initial weights,
    so that its passes can be looked at. Runs are saved by themselves in the user's folder, unless
    ``keep_runs`` is false. A method that makes no sense in the present state does nothing.
    ``state_changed`` carries the State, ``snapshot_changed`` the Snapshot.

    Attributes
    ----------
    readers
        The networks that can read a drawing, that of the run among them.
    handwriting
        The user's corrections, and the network that learned from them: "own" among the readers.
    """

    state_changed = Signal(object)
    snapshot_changed = Signal(object)
    notice_changed = Signal(str)
    data_changed = Signal()
    drawing_changed = Signal()
    mistake_found = Signal(object)

    def __init__(
        self,
        config: TrainingConfig | None = None,
        parent: QObject | None = None,
        *,
        keep_runs: bool = True,
    ) -> None:
        super().__init__(parent)
        self._state = State.IDLE
        self._config = config or TrainingConfig()
        self._message = ""
        self._notice = ""
        self._closed = False
        self._run = 0
        self._snapshot: Snapshot | None = None
        self.readers = Readers(self)
        self.handwriting = Handwriting(self)
        self.handwriting.own_changed.connect(self._offer_own)
        self.handwriting.load_own()
        self._dataset: Dataset | None = None
        self._drawing: Bytes | None = None
        self._losses = Series()
        self._search = 0
        self._pace: float | None = DEFAULT_PACE
        self._worker = TrainingWorker(keep_runs)
        self._worker.news.connect(self._read_mailbox)
        self._worker.set_pace(self._pace)
        self._prepare(self._config)
        self._worker.start()
        # However the program ends: a thread that outlives its QThread object would abort it.
        self._end_thread = weakref.finalize(self, _end_thread, self._worker)

    @property
    def state(self) -> State:
        """Where the run is."""
        return self._state

    @property
    def message(self) -> str:
        """Why the run failed; "" unless it did."""
        return self._message

    @property
    def notice(self) -> str:
        """Why the run could not be saved; "" if it could, or nothing was to be saved yet."""
        return self._notice

    @property
    def config(self) -> TrainingConfig:
        """What the present run depends on."""
        return self._config

    @property
    def snapshot(self) -> Snapshot | None:
        """The newest state of the run; None until its data is loaded."""
        return self._snapshot

    @property
    def losses(self) -> Series:
        """The losses of the snapshot, ready to be drawn at any zoom."""
        return self._losses

    @property
    def pace(self) -> float | None:
        """Iterations per second that training is held to; None is as many as possible."""
        return self._pace

    # Training.

    def prepare(self, config: TrainingConfig) -> None:
        """Make a run ready, idle at iteration 0, in place of an idle one."""
        if self._state is State.IDLE and config != self._config:
            self.reset(config)

    def start(self, config: TrainingConfig | None = None) -> None:
        """Begin a new run, with ``config`` or with that of the last one."""
        self._prepare(config or self._config)
        self._worker.resume()
        self._set_state(State.RUNNING)

    def pause(self) -> None:
        """Halt between two iterations."""
        if self._state is State.RUNNING:
            self._worker.pause()
            self._set_state(State.PAUSED)

    def resume(self) -> None:
        """Go on from where the run was paused."""
        if self._state is State.PAUSED:
            self._worker.resume()
            self._set_state(State.RUNNING)

    def step(self, n: int = 1) -> None:
        """Do ``n`` iterations and pause; from idle this begins the prepared run."""
        if n < 1:
            raise ValueError(f"n must be at least 1, not {n}")
        if self._state in (State.IDLE, State.RUNNING, State.PAUSED):
            self._worker.step(n)
            self._set_state(State.PAUSED)

    def stop(self) -> None:
        """End the run where it is; its network stays."""
        if self._state in (State.RUNNING, State.PAUSED):
            self._worker.finish()
            self._set_state(State.FINISHED)

    def reset(self, config: TrainingConfig | None = None) -> None:
        """Discard the run and prepare another, idle at iteration 0."""
        self._prepare(config or self._config)
        self._set_state(State.IDLE)

    def change_learning_rate(self, value: float) -> None:
        """Change the learning rate, from the next iteration on if a run is under way.

        Raises
        ------
        ValueError
            If it is out of range.
        """
        config = self._config.replace(learning_rate=value)
        if config == self._config:
            return
        if self._state is State.IDLE:
            self.reset(config)
        elif self._state in (State.RUNNING, State.PAUSED):
            self._config = config
            self._worker.change("learning_rate", value)

    def set_pace(self, pace: float | None) -> None:
        """Hold training to ``pace`` iterations per second; None is as many as possible."""
        if pace is not None and not pace > 0:
            raise ValueError(f"pace must be above 0 iterations per second, not {pace}")
        self._pace = pace
        self._worker.set_pace(pace)

    def close(self, timeout: float = 10.0) -> bool:
        """End the thread after the iteration it is in.

        Returns whether it ended within ``timeout`` seconds.
        """
        if not self._closed:
            self._closed = True
            self._worker.news.disconnect(self._read_mailbox)
        self._worker.end()
        kept = self.handwriting.close(timeout)
        return self._worker.wait(round(timeout * 1000)) and kept

    # What the present network makes of an image. A forward pass of one digit takes about 0.1 ms and
    # a trace 1 ms, so both run at once in the caller's thread, on the published snapshot: never
    # stale, never waiting for an iteration to end.

    def predict(self, image: Bytes) -> Prediction | None:
        """Return what the present network reads in ``image`` (784,); None without a network."""
        return self.readers.read_by_run(image)

    def passes(self) -> Passes | None:
        """Return what can be traced through the present network; None without a network."""
        network = self.readers.run_network
        if network is None or self._snapshot is None:
            return None
        return Passes(network, self._snapshot.iteration, self._snapshot.config.learning_rate)

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

    def find_mistake(self, split: str, after: int) -> None:
        """Look for the next example that is read wrongly, going round; ``mistake_found`` answers.

        It carries the Example, or None if every example is read right.
        """
        if self._snapshot is not None:
            self._search += 1
            self._worker.find_mistake(
                self._search,
                self._snapshot.params,
                self._snapshot.config.activation,
                split,
                after,
            )

    @property
    def drawing(self) -> Bytes | None:
        """The drawn digit as the network gets it, (784,); None while nothing is drawn."""
        return self._drawing

    def set_drawing(self, image: Bytes | None) -> None:
        """Keep what was drawn, for every page."""
        self._drawing = image
        self.drawing_changed.emit()

    def _offer_own(self) -> None:
        own = self.handwriting.own
        self.readers.set_own(None if own is None else own.reader)

    # The other end of the thread.

    def _prepare(self, config: TrainingConfig) -> None:
        self._run += 1
        self._config = config
        self._message = ""
        self._worker.prepare(self._run, config)

    def _read_mailbox(self) -> None:
        mailbox = self._worker.take()
        if mailbox.dataset is not None:
            self._dataset = mailbox.dataset
            self.data_changed.emit()
        if mailbox.report is not None and mailbox.report.run == self._run:
            self._read_report(mailbox.report)
        for answer in mailbox.answers:
            if answer.request == self._search:
                found = None if answer.index is None else self.example(answer.split, answer.index)
                self.mistake_found.emit(found)

    def _read_report(self, report: Report) -> None:
        if report.notice != self._notice:
            self._notice = report.notice
            self.notice_changed.emit(self._notice)
        if report.snapshot is not None:
            if self._snapshot is None or self._snapshot.run != report.run:
                self._losses = Series()
            self._snapshot = report.snapshot
            self.readers.take_snapshot(report.snapshot)
            self._losses.extend(report.snapshot.losses[len(self._losses) :])
            self.snapshot_changed.emit(report.snapshot)
        if report.phase == "finished" and report.snapshot is not None:
            # A change that came too late for the run is none of its configuration.
            self._config = report.snapshot.config
            self._set_state(State.FINISHED)
        elif report.phase == "failed":
            self._message = report.message
            self._set_state(State.FAILED)

    def _set_state(self, state: State) -> None:
        if state is not self._state:
            self._state = state
            self.state_changed.emit(state)


def _end_thread(worker: TrainingWorker) -> None:
    worker.end()
    worker.wait()

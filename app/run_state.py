"""Where the runs of a session are, and what is shown of them."""

from __future__ import annotations

import enum
import weakref
from typing import TYPE_CHECKING

from PySide6.QtCore import QDeadlineTimer, QObject, Signal

from app.curves import RunCurves
from app.past import Past
from app.training_worker import TrainingWorker
from bpcore.config import TrainingConfig

if TYPE_CHECKING:
    from app.seeker import Seeker
    from app.snapshot import Divergence, LaneNews, Mailbox, Report, Snapshot
    from bpcore.datasets.mnist import Dataset
    from bpcore.recording import State as TrainingState
    from bpcore.series import Series
    from bpcore.timeline import Timeline

DEFAULT_PACE = 1000.0


class State(enum.Enum):
    """Where the run is."""

    IDLE = "idle"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    FAILED = "failed"


class RunState(QObject):
    """What the training thread tells of the runs, and where in its past the shown one is.

    ``state_changed`` carries the State. ``snapshot_changed`` carries the Snapshot that is shown:
    the newest, or that of the pinned iteration; ``live_changed`` the newest. ``lanes_changed``
    tells where all runs are, ``pin_changed`` that another iteration is wanted, or is there now.
    """

    state_changed = Signal(object)
    snapshot_changed = Signal(object)
    live_changed = Signal(object)
    pin_changed = Signal()
    lanes_changed = Signal()
    notice_changed = Signal(str)
    seek_failed = Signal(str)

    def __init__(
        self, config: TrainingConfig | None, parent: QObject | None, *, keep_runs: bool
    ) -> None:
        super().__init__(parent)
        self._state = State.IDLE
        self._config = config or TrainingConfig()
        self._message = self._notice = ""
        self._divergence: Divergence | None = None
        self._branched: tuple[str, int] | None = None
        self._closed = False
        self._run = self._last_run = self._order = 0
        self._live: Snapshot | None = None
        self._shown: Snapshot | None = None
        self._timeline: Timeline | None = None
        self._lanes: tuple[LaneNews, ...] = ()
        self._curves: dict[int, RunCurves] = {}
        self._pace: float | None = DEFAULT_PACE
        self._past = Past(self)
        self._past.found.connect(self._show_past)
        self._past.changed.connect(self.pin_changed)
        self._past.failed.connect(self._seek_failed)
        self._worker = TrainingWorker(keep_runs, self._past.idle)
        self._worker.news.connect(self.read_news)
        self._worker.set_pace(self._pace)
        # However the program ends: a thread that outlives its QThread object would abort it.
        self._end_thread = weakref.finalize(self, _end_threads, self._worker, self._past.seeker)

    # What there is.

    @property
    def state(self) -> State:
        """Where the run is; running while one of several is."""
        return self._state

    @property
    def message(self) -> str:
        """Why the run failed; "" unless it did."""
        return self._message

    @property
    def diverged(self) -> Divergence | None:
        """Where the run left the finite numbers; None unless it failed so."""
        return self._divergence

    @property
    def notice(self) -> str:
        """Why the run could not be saved; "" if it could, or nothing was to be saved yet."""
        return self._notice

    @property
    def config(self) -> TrainingConfig:
        """What the present run depends on, with the changes made to it."""
        return self._config

    @property
    def snapshot(self) -> Snapshot | None:
        """What is shown: the newest state of the run, or that of the pinned iteration.

        None until its data is loaded.
        """
        return self._shown

    @property
    def live(self) -> Snapshot | None:
        """The newest state of the run; None until its data is loaded."""
        return self._live

    @property
    def lanes(self) -> tuple[LaneNews, ...]:
        """Where the runs are that are loaded: one, or those that race."""
        return self._lanes

    @property
    def shown_run(self) -> int:
        """The number of the run that is shown."""
        return self._run

    @property
    def branched(self) -> tuple[str, int] | None:
        """From which run, by its name, and which iteration this one branched off, while paused."""
        return self._branched

    @property
    def curves(self) -> RunCurves:
        """The curves of the whole run, as long as it is: of that which ``live`` is of."""
        return self.curves_of(self._run if self._live is None else self._live.run)

    @property
    def losses(self) -> Series:
        """The losses of the whole run, ready to be drawn at any zoom."""
        return self.curves.losses

    def curves_of(self, run: int) -> RunCurves:
        """Return the curves of a run that is loaded."""
        if run not in self._curves:
            self._curves[run] = RunCurves(self._config.iterations)
        return self._curves[run]

    @property
    def pace(self) -> float | None:
        """Iterations per second that training is held to; None is as many as possible."""
        return self._pace

    def timeline_of(self, run: int) -> Timeline | None:
        """Return what happened in a run that is loaded."""
        return next((lane.timeline for lane in self._lanes if lane.run == run), None)

    # The past.

    @property
    def pinned(self) -> int | None:
        """The iteration that is wanted instead of the newest; None follows the run."""
        return self._past.pinned

    @property
    def replaying(self) -> bool:
        """Whether the pinned iteration is still being looked for."""
        return self._past.replaying

    def seek(self, iteration: int, *, coarse: bool = False) -> None:
        """Show the run as it was after ``iteration`` iterations, as soon as that is known.

        The end of a run that does not go on is the run itself. ``coarse`` is enough where a hand
        drags through a very long run: the nearest iteration that is had at once.
        """
        live = self._live
        if live is None or self._timeline is None or live.run != self._run:
            return
        iteration = min(max(iteration, 0), live.iteration)
        if iteration == live.iteration and self._state is not State.RUNNING:
            self.jump_to_live()
        elif not self._past.seeks(iteration, coarse=coarse):
            self._past.pin(self._run, self._timeline, iteration, coarse=coarse)

    def jump_to_live(self) -> None:
        """Follow the run again."""
        if self._past.pinned is not None:
            self._past.unpin()
            if self._live is not None and self._live.run == self._run:
                self._show(self._live)

    def keyframes(self) -> tuple[TrainingState, ...]:
        """Return states of the run, from its beginning up to the shown iteration."""
        if self._timeline is None or self._shown is None:
            return ()
        return self._timeline.states_until(self._shown.iteration)

    def close(self, timeout: float = 10.0) -> bool:
        """End the threads, training after what was asked of it and the iteration it is in.

        Returns whether they ended within ``timeout`` seconds.
        """
        if not self._closed:
            self._closed = True
            self._worker.news.disconnect(self.read_news)
        self._past.end()
        self._worker.end()
        deadline = QDeadlineTimer(round(timeout * 1000))
        return self._worker.wait(deadline) and self._past.seeker.wait(deadline)

    # The other end of the thread.

    def _leave(self, run: int) -> None:
        """Show ``run`` from now on, as soon as there is something of it."""
        if all(lane.run != run for lane in self._lanes):
            self._lanes = ()  # they give way to it
        self._run = run
        self._message, self._divergence, self._branched = "", None, None
        self._past.unpin()
        self._timeline = None

    def read_news(self) -> None:
        """Take what the thread has put down by now, though it has not told of it yet."""
        self._take_mail(self._worker.take())

    def _take_mail(self, mailbox: Mailbox) -> None:
        self._curves.update(mailbox.curves)
        if mailbox.report is not None:
            self._read_report(mailbox.report)

    def _read_report(self, report: Report) -> None:
        if report.notice != self._notice:
            self._notice = report.notice
            self.notice_changed.emit(self._notice)
        if report.run != self._run:
            return
        self._lanes = report.lanes
        for lane in report.lanes:
            self.curves_of(lane.run).take(
                lane.losses, lane.accuracies, lane.vitals, lane.events, lane.last_config.iterations
            )
        if report.snapshot is not None:
            self._take_live(report.snapshot, report.dataset)
        self.lanes_changed.emit()
        if report.order == self._order:
            self._take_phase(report)

    def _take_live(self, snapshot: Snapshot, _dataset: Dataset | None) -> None:
        """Take over the newest state of the shown run, and what it is trained on."""
        self._live, self._timeline = snapshot, self.timeline_of(snapshot.run)
        self.live_changed.emit(snapshot)
        if self._past.pinned is None:
            self._show(snapshot)

    def _take_phase(self, report: Report) -> None:
        """Take over where the runs are, now that the last command is done."""
        self._message, self._divergence = report.message, report.divergence
        held = {lane.run for lane in report.lanes}
        if self._live is not None:
            held.add(self._live.run)  # an earlier one, as long as there is nothing of a later one
        self._curves = {run: curves for run, curves in self._curves.items() if run in held}
        if report.snapshot is not None:
            # A change may have come too late, or been made by a plan.
            self._config = report.snapshot.config
        self._set_state(State.RUNNING if report.phase == "waiting" else State(report.phase))

    def _show_past(self, snapshot: Snapshot) -> None:
        if snapshot.run == self._run:
            self._show(snapshot)

    def _show(self, snapshot: Snapshot) -> None:
        if snapshot is not self._shown:
            self._shown = snapshot
            self.snapshot_changed.emit(snapshot)

    def _seek_failed(self, message: str) -> None:
        self.jump_to_live()
        self.seek_failed.emit(message)

    def _set_state(self, state: State) -> None:
        if state is not self._state:
            self._state = state
            self.state_changed.emit(state)


def _end_threads(worker: TrainingWorker, seeker: Seeker) -> None:
    worker.end()
    worker.wait()
    seeker.end()
    seeker.wait()

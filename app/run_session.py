"""The runs of a session: what is asked of the training thread, and what it tells."""

from __future__ import annotations

import enum
import weakref
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.curves import RunCurves
from app.past import Past
from app.plans import Plan
from app.training_worker import TrainingWorker
from bpcore.config import TrainingConfig, checked_change

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from app.snapshot import Divergence, LaneNews, Mailbox, Report, Snapshot
    from bpcore.recording import Recording
    from bpcore.recording import State as TrainingState
    from bpcore.series import Series
    from bpcore.timeline import Timeline

DEFAULT_PACE = 1000.0
MOST_RUNS = 4


class State(enum.Enum):
    """Where the run is."""

    IDLE = "idle"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    FAILED = "failed"


class RunSession(QObject):
    """Runs of training, one of which is shown. Lives in the GUI thread, and never blocks it.

    At first, and after ``reset``, a run is prepared and idle: its network has its initial weights,
    so that its passes can be looked at. A method that makes no sense at present does nothing.

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
        self._worker = TrainingWorker(keep_runs)
        self._worker.news.connect(self._read_mailbox)
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

    # Training.

    def prepare(self, config: TrainingConfig) -> None:
        """Make a run ready, idle at iteration 0, in place of an idle one."""
        if self._state is State.IDLE and config != self._config:
            self.reset(config)

    def start(self, config: TrainingConfig | None = None, name: str = "") -> None:
        """Begin a new run, with ``config`` or with that of the last one."""
        self.begin(Plan(name, config or self._config))

    def begin(self, plan: Plan) -> None:
        """Begin a new run with changes on its way."""
        self._prepare((plan,))
        self._go_on()

    def race(self, plans: Sequence[Plan], *, in_turn: bool = True) -> None:
        """Begin two to four runs that train in turn, or one after the other.

        The first is shown.
        """
        if not 2 <= len(plans) <= MOST_RUNS:
            raise ValueError(f"a race has 2 to {MOST_RUNS} runs, not {len(plans)}")
        self._prepare(tuple(plans), in_turn)
        self._go_on()

    def pause(self) -> None:
        """Halt between two iterations."""
        if self._state is State.RUNNING:
            self._worker.pause(self._next_order())
            self._set_state(State.PAUSED)

    def resume(self) -> None:
        """Go on from where the run was paused; what is pinned is left."""
        if self._state is State.PAUSED:
            self.jump_to_live()
            self._go_on()

    def step(self, n: int = 1) -> None:
        """Do ``n`` iterations and pause; from idle this begins the prepared run."""
        if n < 1:
            raise ValueError(f"n must be at least 1, not {n}")
        if self._state in (State.IDLE, State.RUNNING, State.PAUSED):
            self.jump_to_live()
            self._branched = None
            self._worker.step(self._next_order(), n)
            self._set_state(State.PAUSED)

    def stop(self) -> None:
        """End the run where it is; its network stays."""
        if self._state in (State.RUNNING, State.PAUSED):
            self._worker.finish(self._next_order())
            self._set_state(State.FINISHED)

    def reset(self, config: TrainingConfig | None = None) -> None:
        """Leave the run, which is kept, and prepare another, idle at iteration 0."""
        self._prepare((Plan("", config or self._config),))
        self._set_state(State.IDLE)

    def change(self, name: str, value: float) -> None:
        """Change a hyperparameter, from the next iteration on if a run is under way.

        Raises
        ------
        ValueError
            If it can't be changed during a run, or not to that.
        """
        config = self._config.replace(**{name: checked_change(name, value)})
        if config == self._config:
            return
        if self._state is State.IDLE:
            self.reset(config)
        elif self._state in (State.RUNNING, State.PAUSED):
            self._config = config
            self._worker.change(name, getattr(config, name))

    def continue_with(self, learning_rate: float) -> None:
        """Go on from the last finite state of a run that diverged, with another learning rate.

        Raises
        ------
        ValueError
            If the rate is out of range.
        """
        config = self._config.replace(learning_rate=learning_rate)
        if self._state is State.FAILED and self._divergence is not None:
            self.jump_to_live()
            self._config, self._message, self._divergence = config, "", None
            self._worker.retry(self._next_order(), "learning_rate", config.learning_rate)
            self._set_state(State.RUNNING)

    def set_pace(self, pace: float | None) -> None:
        """Hold training to ``pace`` iterations per second; None is as many as possible."""
        if pace is not None and not pace > 0:
            raise ValueError(f"pace must be above 0 iterations per second, not {pace}")
        self._pace = pace
        self._worker.set_pace(pace)

    # Other runs.

    def show_lane(self, run: int) -> None:
        """Show another one of the runs that are loaded."""
        lane = next((lane for lane in self._lanes if lane.run == run), None)
        if lane is not None and run != self._run:
            self._leave(run)
            self._config = lane.last_config
            self._worker.show(self._next_order(), run)

    def open_recording(self, recording: Recording, path: Path | None) -> int:
        """Show a recorded run, which can be gone on with; return its number.

        It is saved in ``path``, or in a new file.
        """
        run = self._new_run()
        self._leave(run)
        self._config = recording.last_config
        self._worker.open(self._next_order(), run, recording, path)
        self._set_state(State.PAUSED)
        return run

    def branch(self, iteration: int | None = None) -> None:
        """Show a new run with the same past up to ``iteration``, or the shown one, and pause there.

        What can be changed during a run can be changed for it.
        """
        live, at = self._live, iteration
        if live is None or live.run != self._run or not live.iteration:
            return
        if at is None:
            at = self._past.pinned if self._past.pinned is not None else live.iteration
        at = min(max(at, 0), live.iteration)
        name = next((lane.name for lane in self._lanes if lane.run == self._run), "")
        config = self._timeline.config_at(at) if self._timeline is not None else self._config
        run = self._new_run()
        self._leave(run)
        self._branched = name, at
        self._config = config
        self._worker.branch(self._next_order(), run, at, "")
        self._set_state(State.PAUSED if at else State.IDLE)

    def rename_lane(self, run: int, name: str) -> None:
        """Give a run that is loaded another name."""
        self._worker.rename(run, name)

    def timeline_of(self, run: int) -> Timeline | None:
        """Return what happened in a run that is loaded."""
        return next((lane.timeline for lane in self._lanes if lane.run == run), None)

    def call_worker(self, command: Callable[[], None]) -> None:
        """Do something in the training thread once all that was asked of it is done."""
        self._worker.call(command)

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
        elif iteration != self._past.pinned:
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
        """End the threads, training after the iteration it is in.

        Returns whether they ended within ``timeout`` seconds.
        """
        if not self._closed:
            self._closed = True
            self._worker.news.disconnect(self._read_mailbox)
        self._past.end()
        self._worker.end()
        milliseconds = round(timeout * 1000)
        return self._worker.wait(milliseconds) and self._past.seeker.wait(milliseconds)

    # The other end of the thread.

    def _prepare_first(self) -> None:
        self._prepare((Plan("", self._config),))
        self._worker.start()

    def _new_run(self, count: int = 1) -> int:
        first = self._last_run + 1
        self._last_run += count
        return first

    def _next_order(self) -> int:
        self._order += 1
        return self._order

    def _leave(self, run: int) -> None:
        """Show ``run`` from now on, as soon as there is something of it."""
        if all(lane.run != run for lane in self._lanes):
            self._lanes = ()  # they give way to it
        self._run = run
        self._message, self._divergence, self._branched = "", None, None
        self._past.unpin()
        self._timeline = None

    def _prepare(self, plans: tuple[Plan, ...], in_turn: bool = True) -> None:
        first = self._new_run(len(plans))
        self._leave(first)
        self._config = plans[0].config
        self._worker.prepare(self._next_order(), first, plans, in_turn)

    def _go_on(self) -> None:
        self._branched = None
        self._worker.resume(self._next_order())
        self._set_state(State.RUNNING)

    def _read_mailbox(self) -> None:
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
            self._live, self._timeline = report.snapshot, self.timeline_of(report.run)
            self.live_changed.emit(report.snapshot)
            if self._past.pinned is None:
                self._show(report.snapshot)
        self.lanes_changed.emit()
        if report.order == self._order:
            self._take_phase(report)

    def _take_phase(self, report: Report) -> None:
        """Take over where the runs are, now that the last command is done."""
        self._message, self._divergence = report.message, report.divergence
        self._curves = {lane.run: self._curves[lane.run] for lane in report.lanes}
        if report.phase == "finished" and report.snapshot is not None:
            # A change that came too late for the run is none of its configuration.
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


def _end_threads(worker: TrainingWorker, seeker: object) -> None:
    worker.end()
    worker.wait()
    seeker.end()  # type: ignore[attr-defined]
    seeker.wait()  # type: ignore[attr-defined]

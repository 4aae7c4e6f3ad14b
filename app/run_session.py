"""The runs of a session: what is asked of the training thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.plans import MOST_RUNS, Opened, Plan
from app.run_names import branch_name, numbered, run_title, shown_name
from app.run_state import RunState, State
from bpcore.config import checked_change

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    from bpcore.config import TrainingConfig
    from bpcore.recording import Recording


class RunSession(RunState):
    """Runs of training, one of which is shown. Lives in the GUI thread, and never blocks it.

    At first, and after ``reset``, a run is prepared and idle: its network has its initial weights,
    so that its passes can be looked at. A method that makes no sense at present does nothing.
    """

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
            self._worker.change(self._next_order(), name, getattr(config, name))

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

    def open_recording(
        self, recording: Recording, path: Path | None, *, is_saved: bool = False
    ) -> int:
        """Show a recorded run, which can be gone on with; return its number.

        Its file is ``path``, or a new one; ``is_saved`` is whether it was read from there.
        """
        return self.open_recordings((Opened(recording, path, is_saved),))

    def open_recordings(
        self, opened: Sequence[Opened], shown: int = 0, *, in_turn: bool = True
    ) -> int:
        """Load one recorded run or those of a race, of which that at ``shown`` is shown.

        Return the number of the first; the others follow.
        """
        first = self._new_run(len(opened))
        self._leave(first + shown)
        self._config = opened[shown].recording.last_config
        self._worker.open(self._next_order(), first, opened, first + shown, in_turn)
        self._set_state(State.PAUSED)
        return first

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
        parent = next((lane for lane in self._lanes if lane.run == self._run), None)
        name = run_title(live.config) if parent is None else shown_name(parent.name, parent.config)
        # Without the changes made right there: see Timeline.branch.
        config = self._timeline.config_at(at - 1) if self._timeline is not None else self._config
        run, taken = self._new_run(), self._names_taken()
        self._leave(run)
        self._branched = name, at
        self._config = config
        named = numbered(branch_name(name, at), taken)
        self._worker.branch(self._next_order(), run, at, named)
        self._set_state(State.PAUSED if at else State.IDLE)

    def rename_lane(self, run: int, name: str) -> None:
        """Give a run that is loaded another name."""
        self._worker.rename(run, name)

    def call_worker(self, command: Callable[[], None]) -> None:
        """Do something in the training thread once all that was asked of it is done."""
        self._worker.call(command)

    # Inside.

    def _names_taken(self) -> Collection[str]:
        """Return what a new run is not to be called."""
        return {lane.name for lane in self._lanes}

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

    def _prepare(self, plans: tuple[Plan, ...], in_turn: bool = True) -> None:
        first = self._new_run(len(plans))
        self._leave(first)
        self._config = plans[0].config
        self._worker.prepare(self._next_order(), first, plans, in_turn)

    def _go_on(self) -> None:
        self._branched = None
        self._worker.resume(self._next_order())
        self._set_state(State.RUNNING)

"""The runs that the training thread holds: one, or several that race."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from app.lanes import Lane, sentence_of
from app.snapshot import LaneNews, Phase, Report

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.snapshot import Unsaved


class LaneSet:
    """Runs that are trained in turn, or one after the other; one of them is shown.

    Attributes
    ----------
    shown
        The number of the run that is shown; it may be one that could not be made.
    in_turn
        Whether the runs keep abreast.
    failure
        Why ``shown`` could not be made.
    """

    def __init__(self) -> None:
        self.shown = 0
        self.in_turn = True
        self.failure = ""
        self._lanes: list[Lane] = []

    def __bool__(self) -> bool:
        """Tell whether there is any run."""
        return bool(self._lanes)

    def add(self, lane: Lane) -> None:
        """Hold one more run."""
        self._lanes.append(lane)

    @property
    def shown_lane(self) -> Lane | None:
        """The run that is shown."""
        return self.lane(self.shown)

    def lane(self, run: int) -> Lane | None:
        """Return the run of this number, if it is held."""
        return next((lane for lane in self._lanes if lane.run == run), None)

    @property
    def active(self) -> list[Lane]:
        """The runs that are to be trained now."""
        running = [lane for lane in self._lanes if lane.phase == "running"]
        return running if self.in_turn else running[:1]

    def show(self, run: int) -> None:
        """Show another one of the runs; as long as one can go on, that is kept with them."""
        self.shown = run
        if any(lane.phase in ("running", "paused") for lane in self._lanes):
            for lane in self._lanes:
                lane.note_shown(lane.run == run)

    def leave(self) -> None:
        """Note that the runs do not go on by themselves: others are wanted instead."""
        for lane in self._lanes:
            lane.leave()

    def save_for_good(self) -> tuple[str, tuple[int, ...]]:
        """Save all there is, and wait; return why that can't be done, and of which runs."""
        said = {lane.run: trouble for lane in self._lanes if (trouble := lane.save_for_good())}
        return next(iter(said.values()), ""), tuple(said)

    def close(self) -> list[Unsaved]:
        """Save all for the last time; return what could not be saved."""
        closed = [lane.close() for lane in self._lanes]
        return [unsaved for unsaved in closed if unsaved is not None]

    def clear(self, shown: int) -> None:
        """Let all that are closed give way to ``shown``."""
        self._lanes, self.shown, self.failure = [], shown, ""

    # Training.

    def patience(self, pace: float | None) -> float | None:
        """Return for how long nothing is due; None is forever."""
        lane = self._next
        if lane is not None:
            return lane.patience(pace)
        # Steps that were not saved yet.
        waits = [wait for lane in self._lanes if (wait := lane.seconds_to_save()) is not None]
        return min(waits, default=None)

    @property
    def _next(self) -> Lane | None:
        """The run whose turn it is: the one that is most behind; None if all stand."""
        return min(self.active, key=lambda lane: lane.trainer.iteration, default=None)

    def advance(self, pace: float | None) -> None:
        """Train the run whose turn it is for a while."""
        lane = self._next
        if lane is None:
            return
        try:
            lane.advance(pace)
        except Exception as error:  # the others go on
            lane.fail(error)
        lane.save_if_due()
        if not self.in_turn and lane.phase != "running":
            for other in self.active:
                other.begin(pace)  # its clock stood still while it waited

    def resume(self, pace: float | None) -> None:
        """Train until told otherwise."""
        for lane in self._lanes:
            if lane.phase in ("idle", "paused"):
                lane.begin(pace)

    def pause(self) -> None:
        """Stop between two iterations."""
        self._each(Lane.pause)

    def step(self, n: int, pace: float | None) -> None:
        """Do ``n`` iterations of each run and pause."""
        self._each(lambda lane: lane.step(n, pace))

    def finish(self) -> None:
        """End all runs where they are."""
        self._each(Lane.finish)

    def save(self) -> None:
        """Begin to save what is news."""
        self._each(Lane.save)

    def fail(self, error: Exception) -> None:
        """Take down why the shown run can't go on."""
        lane = self.shown_lane
        if lane is not None:
            lane.fail(error)
        else:
            self.failure = sentence_of(error)

    def _each(self, act: Callable[[Lane], None]) -> None:
        for lane in self._lanes:
            try:
                act(lane)
            except Exception as error:  # the others are no worse for it
                lane.fail(error)

    def note_pace(self, pace: float | None) -> None:
        """Hold the runs to another pace from now on."""
        for lane in self._lanes:
            lane.note_pace(pace)

    # What is told.

    @property
    def trouble(self) -> str:
        """Why a run could not be saved; "" if all could."""
        return next((lane.trouble for lane in self._lanes if lane.trouble), "")

    def report(self, order: int, notice: str) -> Report:
        """Return where the runs are."""
        try:
            return self._report(order, notice, with_snapshot=True)
        except Exception as error:  # most likely there is no memory for a copy of the weights
            self.fail(error)
            return self._report(order, notice, with_snapshot=False)

    def _report(self, order: int, notice: str, *, with_snapshot: bool) -> Report:
        lane = self.shown_lane
        return Report(
            order=order,
            run=self.shown,
            phase=self._phase,
            snapshot=lane.snapshot() if lane is not None and with_snapshot else None,
            dataset=None if lane is None else lane.trainer.dataset,
            lanes=tuple(self._news()),
            message=self.failure if lane is None else lane.message,
            divergence=None if lane is None else lane.divergence,
            notice=notice,
        )

    def _news(self) -> list[LaneNews]:
        """Return where each run is; one that lets another go first waits."""
        waiting = [la for la in self._lanes if la.phase == "running" and la not in self.active]
        return [
            replace(lane.news(), phase="waiting") if lane in waiting else lane.news()
            for lane in self._lanes
        ]

    @property
    def _phase(self) -> Phase:
        """The phase of all runs together: that of the shown one if none can go on."""
        if self.active:
            return "running"
        if any(lane.phase == "paused" for lane in self._lanes):
            return "paused"
        lane = self.shown_lane
        return "failed" if lane is None else lane.phase

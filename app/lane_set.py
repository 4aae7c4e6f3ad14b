"""The runs that the training thread holds: one, or several that race."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from app.snapshot import LaneNews, Phase, Report

if TYPE_CHECKING:
    from app.lanes import Lane
    from bpcore.recording import Recording


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

    def close(self) -> dict[int, Recording]:
        """Save all for the last time; return what could not be saved, by run."""
        unsaved = {lane.run: lane.close() for lane in self._lanes}
        return {run: recording for run, recording in unsaved.items() if recording is not None}

    def clear(self, shown: int) -> None:
        """Let all that are closed give way to ``shown``."""
        self._lanes, self.shown, self.failure = [], shown, ""

    # Training.

    def patience(self, pace: float | None) -> float | None:
        """Return for how long nothing is due; None is forever."""
        active = self.active
        if active:
            return min(lane.patience(pace) for lane in active)
        # Steps that were not saved yet.
        waits = [wait for lane in self._lanes if (wait := lane.seconds_to_save()) is not None]
        return min(waits, default=None)

    def advance(self, pace: float | None) -> None:
        """Train one of the runs for a while: the one that is most behind."""
        lane = min(self.active, key=lambda lane: lane.trainer.iteration)
        try:
            lane.advance(pace)
        except Exception as error:  # the others go on
            lane.fail(error)
        lane.save_if_due()
        if not self.in_turn and lane.phase != "running":
            for other in self.active:
                other.begin()  # its clock stood still while it waited

    def resume(self) -> None:
        """Train until told otherwise."""
        for lane in self._lanes:
            if lane.phase in ("idle", "paused"):
                lane.begin()

    def pause(self) -> None:
        """Stop between two iterations."""
        for lane in self._lanes:
            lane.pause()

    def step(self, n: int) -> None:
        """Do ``n`` iterations of each run and pause."""
        for lane in self._lanes:
            if lane.phase in ("idle", "running", "paused"):
                try:
                    lane.step(n)
                except Exception as error:
                    lane.fail(error)

    def finish(self) -> None:
        """End all runs where they are."""
        for lane in self._lanes:
            lane.finish()

    def save(self) -> None:
        """Begin to save what is news."""
        for lane in self._lanes:
            lane.save()

    def restart_clocks(self) -> None:
        """Count what is due at a pace from now on."""
        for lane in self._lanes:
            lane.restart_clock()

    # What is told.

    @property
    def trouble(self) -> str:
        """Why a run could not be saved; "" if all could."""
        return next((lane.trouble for lane in self._lanes if lane.trouble), "")

    def report(self, order: int, notice: str) -> Report:
        """Return where the runs are."""
        lane = self.shown_lane
        return Report(
            order=order,
            run=self.shown,
            phase=self._phase,
            snapshot=None if lane is None else lane.snapshot(),
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
        """The phase of all runs together."""
        if self.active:
            return "running"
        lane = self.shown_lane
        return "failed" if lane is None else lane.phase

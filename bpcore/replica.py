"""Past iterations of a run, done once more."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from bpcore.learner import Learner

if TYPE_CHECKING:
    from collections.abc import Callable

    from bpcore.recording import State
    from bpcore.timeline import Timeline

SPEED = 2000.0
"""Iterations per second that are expected of a replay before one was measured."""

TIMED = 8
"""Iterations of a replay from which its speed is taken: of fewer, the clock tells nothing."""


class Replica:
    """A learner that does iterations of ``timeline`` again, for one thread at a time.

    On its way it keeps stepping stones: states at 1, 2, 4, 8 … iterations before where it goes.
    From them a step back is as near as a step ahead, however far apart keyframes are.

    Parameters
    ----------
    timeline
        The run.
    stones
        Most states that are kept.

    Attributes
    ----------
    speed
        Iterations per second of the replays up to now, the last of which count most.
    """

    def __init__(self, timeline: Timeline, stones: int) -> None:
        self.speed = SPEED
        self._timeline = timeline
        self._learner: Learner | None = None
        self._exact = True
        self._most = stones
        self._stones: tuple[State, ...] = ()

    @property
    def at_hand(self) -> tuple[int, ...]:
        """Iterations from which it can go on."""
        learner = self._learner
        stones = (state.iteration for state in self._stones)
        return (*stones, learner.iteration) if learner is not None else tuple(stones)

    def state_at(self, iteration: int, keyframe: State, ask: Callable[[], None]) -> State:
        """Return the state after ``iteration`` iterations, of which ``keyframe`` is before.

        ``ask`` is called before each iteration. If it raises, the replica stays where it is.
        """
        self._stones = tuple(
            stone for stone in self._stones if keyframe.iteration < stone.iteration <= iteration
        )
        start = self._stones[-1] if self._stones else keyframe
        if start.iteration == iteration:
            return start
        learner = self._learner_at(start, iteration)
        changes = {event.iteration for event in self._timeline.events}
        losses = self._timeline.losses
        first, begun = learner.iteration, time.perf_counter()
        while learner.iteration < iteration:
            ask()
            if learner.iteration in changes:
                learner.configure(self._timeline.config_at(learner.iteration))
            try:
                loss = losses.dtype.type(learner.learn())
            except BaseException:
                self._learner = None  # broken off in the middle of an iteration
                raise
            self._exact &= bool(loss == losses[learner.iteration - 1])
            left = iteration - learner.iteration
            if left and not left & (left - 1) and self._most:
                self._stones = (*self._stones, learner.state(self._exact))[-self._most :]
        if iteration - first >= TIMED:
            measured = (iteration - first) / max(time.perf_counter() - begun, 1e-6)
            self.speed = (self.speed + measured) / 2
        return learner.state(self._exact)

    def _learner_at(self, start: State, iteration: int) -> Learner:
        """Return the learner at ``start``, or where it stands if that is nearer."""
        learner = self._learner
        if learner is None:
            learner = self._learner = Learner(self._timeline.config, self._timeline.dataset)
        if not start.iteration <= learner.iteration <= iteration:
            learner.restore(start)
            self._exact = start.exact
        learner.configure(self._timeline.config_at(learner.iteration))
        return learner

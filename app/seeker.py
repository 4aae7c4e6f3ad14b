"""The thread that goes back to any iteration of a run."""

from __future__ import annotations

import time
from dataclasses import dataclass
from threading import Condition
from typing import TYPE_CHECKING

from PySide6.QtCore import QThread, Signal

from app.lab import sentence
from app.snapshot import Snapshot
from bpcore.learner import batch_after
from bpcore.timeline import Interrupted

if TYPE_CHECKING:
    from collections.abc import Callable

    from bpcore.timeline import Timeline

LONG_SEEK = 0.03
"""Seconds after which a replay gives way to a newer wish; shorter ones are finished and shown."""

COARSE_SEEK = 0.012
"""Seconds that a replay may take where an iteration near by is as good: a hand drags meanwhile."""


@dataclass(frozen=True, eq=False)
class Wish:
    """An iteration of a run that is to be shown; ``coarse`` if one near it is as good."""

    number: int
    run: int
    timeline: Timeline
    iteration: int
    coarse: bool


@dataclass(frozen=True, eq=False)
class Found:
    """The state that was wished for, or why there is none."""

    number: int
    snapshot: Snapshot | None
    message: str = ""


class Seeker(QThread):
    """Finds past states, the newest wish first; older ones that still wait are forgotten.

    The thread starts with the first wish. ``found`` carries a Found.
    """

    found = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("seeker")
        self._changed = Condition()
        self._wish: Wish | None = None
        self._given_up = False
        self._ending = False

    # Called in the thread of the window.

    def seek(self, wish: Wish) -> None:
        """Look for this one next, instead of what waits."""
        with self._changed:
            self._wish = wish
            self._changed.notify()
        if not self.isRunning() and not self._ending:
            self.start()

    def forget(self) -> None:
        """Look for nothing more."""
        with self._changed:
            self._wish, self._given_up = None, True

    def end(self) -> None:
        """Let the thread end."""
        with self._changed:
            self._ending, self._wish = True, None
            self._changed.notify()

    # The thread itself.

    def run(self) -> None:
        """Find what is wished for."""
        while (wish := self._next()) is not None:
            self._find(wish)
            del wish  # with it goes a run that may be gone meanwhile

    def _next(self) -> Wish | None:
        """Wait for a wish; return None at the end."""
        with self._changed:
            while self._wish is None and not self._ending:
                self._changed.wait()
            wish, self._wish, self._given_up = self._wish, None, False
        return wish

    def _find(self, wish: Wish) -> None:
        begun = time.perf_counter()

        def interrupted() -> bool:
            if self._given_up or self._ending:
                return True
            return self._wish is not None and time.perf_counter() - begun > LONG_SEEK

        timeline, iteration = wish.timeline, wish.iteration
        try:
            if wish.coarse:
                iteration = timeline.at_hand(iteration, timeline.replayed_in(COARSE_SEEK))
            found = Found(wish.number, snapshot_at(wish.run, timeline, iteration, interrupted))
        except Interrupted:
            return
        except Exception as error:  # whatever it is, the window must live on and say so
            found = Found(wish.number, None, sentence(error))
        self.found.emit(found)


def snapshot_at(
    run: int, timeline: Timeline, iteration: int, interrupted: Callable[[], bool]
) -> Snapshot:
    """Return the state of ``run`` after ``iteration`` iterations, with all that goes with it."""
    state = timeline.state_at(iteration, interrupted)
    config = timeline.config_at(iteration)
    return Snapshot(
        run=run,
        config=config,
        iteration=iteration,
        params=state.params,
        losses=timeline.losses[:iteration],
        accuracies=tuple(a for a in timeline.accuracies if a.iteration <= iteration),
        iterations_per_epoch=max(len(timeline.dataset.train_labels) // config.batch_size, 1),
        speed=None,
        top_speed=None,
        elapsed=None,
        next_batch=batch_after(state.generator, config, timeline.dataset),
        vitals=timeline.vitals.view().until(iteration),
        events=tuple(e for e in timeline.events if e.iteration <= iteration),
        exact=state.exact,
    )

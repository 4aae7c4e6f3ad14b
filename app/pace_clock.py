"""When the next iterations of a run are due that is held to a pace."""

from __future__ import annotations

import math
import time

CHUNK_SECONDS = 0.008
"""How long a lane trains before the thread looks for a command again."""


class PaceClock:
    """Counts from a moment, and the iteration that was due at it.

    A pace is in iterations per second; None is as many as possible.
    """

    def __init__(self) -> None:
        self._due_from = (0.0, 0)

    def restart(self, iteration: int) -> None:
        """Count what is due from now on, when ``iteration`` iterations are done."""
        self._due_from = (time.perf_counter(), iteration)

    def patience(self, iteration: int, pace: float | None) -> float:
        """Return for how many seconds nothing is due after ``iteration`` iterations."""
        if pace is None:
            return 0.0
        since, before = self._due_from
        done = iteration - before
        # Several iterations at a time, so that a fast pace doesn't cost a wake-up for each.
        due = since + max((done + 1) / pace, done / pace + CHUNK_SECONDS)
        return max(due - time.perf_counter(), 0.0)

    def due(self, iteration: int, pace: float | None, now: float) -> float:
        """Return how many iterations are due after ``iteration``, at the moment ``now``."""
        if pace is None:
            return math.inf
        since, before = self._due_from
        due = before + (now - since) * pace - iteration
        if due > max(pace / 10, 2):  # too fast for this machine: don't run after lost time
            self._due_from = (now, iteration)
            return max(pace / 10, 1)
        return max(int(due), 0)

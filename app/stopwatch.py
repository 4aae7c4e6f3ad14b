"""How fast a run is trained."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

SPEED_WINDOW = 0.5
"""Seconds over which a speed is measured."""


@dataclass
class Stopwatch:
    """Measures iterations per second, as trained and while busy."""

    elapsed: float = 0.0
    busy: float = 0.0
    iterations: int = 0
    recent: deque[tuple[float, int, float]] = field(default_factory=deque)

    def add(self, now: float, iterations: int, busy: float, waited: float) -> None:
        """Count ``iterations`` that took ``busy`` seconds, after ``waited`` seconds of nothing."""
        self.elapsed += busy + waited
        self.busy += busy
        self.iterations += iterations
        self.recent.append((now, self.iterations, self.busy))
        while len(self.recent) > 2 and now - self.recent[0][0] > SPEED_WINDOW:
            self.recent.popleft()

    def rates(self) -> tuple[float | None, float | None]:
        """Return iterations per second as trained, and while busy; None is not known yet."""
        if len(self.recent) < 2:
            return None, None
        (t0, n0, b0), (t1, n1, b1) = self.recent[0], self.recent[-1]
        count = n1 - n0
        return (count / (t1 - t0) if t1 > t0 else None, count / (b1 - b0) if b1 > b0 else None)

"""The curves of one run, which grow with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from bpcore.series import Series, SparseSeries

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bpcore.recording import Accuracies, Event, Recording
    from bpcore.series import Envelope
    from bpcore.vitals import Vitals

Floats: TypeAlias = npt.NDArray[np.float64]

SMOOTHING, LEAST_SMOOTHED = 0.01, 50
"""Width of the moving mean of a loss: a share of the run's iterations, but no fewer than these."""

SMALLEST_LOSS = 1e-7
"""The bottom of a logarithmic scale: a loss of exactly 0 is drawn there."""


class RunCurves:
    """What is drawn of a run over its iterations, ready at any zoom.

    Attributes
    ----------
    losses
        Loss of each iteration.
    train, test
        Accuracies, where they were measured.
    vitals
        Root mean squares and idle units; None while none are known.
    events
        Changes made during the run, in order.
    total
        Iterations that the run shall have.
    """

    def __init__(self, total: int) -> None:
        self.losses = Series()
        self.train, self.test = SparseSeries(), SparseSeries()
        self.vitals: Vitals | None = None
        self.events: tuple[Event, ...] = ()
        self.total = total

    @property
    def smoothing(self) -> int:
        """Iterations over which a smoothed loss is a mean, however much of the run is in view."""
        return smoothing_of(self.total)

    @property
    def breaks(self) -> npt.NDArray[np.int64]:
        """Iterations after which something changed: a smoothed loss does not reach across them."""
        return breaks_of(event.iteration for event in self.events)

    def smoothed(self, start: float, stop: float, bins: int) -> Envelope:
        """Return the losses of iterations ``start`` to ``stop`` in at most ``bins`` bins."""
        return self.losses.envelope(start, stop, bins, self.smoothing, self.breaks)

    def smoothed_at(self, iteration: float) -> float | None:
        """Return the smoothed loss at an iteration; None where the run has not been."""
        if not 1 <= iteration <= self.iteration:
            return None
        return self.losses.smooth_at(iteration, self.smoothing, self.breaks)

    @property
    def iteration(self) -> int:
        """Iterations done."""
        return len(self.losses)

    def take(
        self,
        losses: npt.NDArray[np.floating],
        accuracies: Sequence[Accuracies],
        vitals: Vitals,
        events: tuple[Event, ...],
        total: int,
    ) -> None:
        """Take what there is of the run by now; only what is new takes time."""
        self.losses.extend(losses[len(self.losses) :])
        new = accuracies[len(self.train) :]
        if new:
            iterations = [a.iteration for a in new]
            self.train.extend(iterations, [a.train for a in new])
            self.test.extend(iterations, [a.test for a in new])
        self.vitals, self.events, self.total = vitals, events, total


def smoothing_of(total: int) -> int:
    """Return over how many iterations the losses of a run of ``total`` are smoothed."""
    return max(round(total * SMOOTHING), LEAST_SMOOTHED)


def breaks_of(iterations: Iterable[int]) -> npt.NDArray[np.int64]:
    """Return iterations after which something changed as smoothing takes them: (n,), ascending."""
    return np.array(sorted(set(iterations)), np.int64)


def joined(low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Return the ranges of bins (n,), widened until neighbours touch.

    Of few iterations each bin has one value, whose range is nothing that could be seen.
    """
    lows, highs = low.copy(), high.copy()
    for first, second in (
        ((low[:-1], lows[:-1]), (high[1:], highs[1:])),  # down to the next bin
        ((low[1:], lows[1:]), (high[:-1], highs[:-1])),  # down to the one before
    ):
        (above, lower), (below, upper) = first, second
        middle = np.where(above > below, (above + below) / 2, above)
        np.minimum(lower, middle, out=lower)
        np.maximum(upper, np.where(above > below, middle, below), out=upper)
    return lows, highs


def curves_of(recording: Recording) -> RunCurves:
    """Return the curves of a recorded run."""
    total = recording.last_config.iterations
    curves = RunCurves(total)
    curves.take(recording.losses, recording.accuracies, recording.vitals, recording.events, total)
    return curves

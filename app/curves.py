"""The curves of one run, which grow with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpcore.series import Series, SparseSeries

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt

    from bpcore.recording import Accuracies, Event, Recording
    from bpcore.vitals import Vitals

SMOOTHING = 0.01
"""Width of the moving mean of a loss, as a share of the iterations in view."""

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


def curves_of(recording: Recording) -> RunCurves:
    """Return the curves of a recorded run."""
    total = recording.last_config.iterations
    curves = RunCurves(total)
    curves.take(recording.losses, recording.accuracies, recording.vitals, recording.events, total)
    return curves

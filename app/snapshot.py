"""What the training thread publishes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy as np
    import numpy.typing as npt

    from app.curves import RunCurves
    from bpcore.config import TrainingConfig
    from bpcore.datasets.mnist import Dataset
    from bpcore.layers import Array
    from bpcore.recording import Accuracies, Ending, Event, Recording
    from bpcore.timeline import Timeline
    from bpcore.vitals import Vitals

Phase = Literal["idle", "waiting", "running", "paused", "finished", "failed"]


@dataclass(frozen=True, eq=False)
class Snapshot:
    """One state of a run; all of it belongs to the same iteration, and never changes.

    ``run`` numbers the runs of a session. ``params`` are read-only copies; ``losses`` (iteration,)
    is a read-only view. ``events`` are the changes made up to here, ``vitals`` what was measured.
    ``next_batch`` (batch_size,) says which training examples the next iteration learns from.
    ``speed`` is in iterations per second as trained, ``top_speed`` what the engine would reach
    without a pace, ``elapsed`` in seconds of training; None is not measured yet. ``exact`` is
    whether replaying up to here gave every recorded loss, bit for bit.
    """

    run: int
    config: TrainingConfig
    iteration: int
    params: Mapping[str, Array]
    losses: npt.NDArray[np.floating]
    accuracies: tuple[Accuracies, ...]
    iterations_per_epoch: int
    speed: float | None
    top_speed: float | None
    elapsed: float | None
    next_batch: npt.NDArray[np.int64]
    vitals: Vitals
    events: tuple[Event, ...] = ()
    exact: bool = True


@dataclass(frozen=True)
class Divergence:
    """Why a run left the finite numbers: at which iteration, what of it, with which rate.

    That iteration was undone, so the run stands at the one before.
    """

    iteration: int
    what: str
    learning_rate: float


@dataclass(frozen=True, eq=False)
class LaneNews:
    """Where one of the runs is that the thread holds.

    ``config`` is that of its beginning; ``losses`` (iteration,) is a read-only view. ``ended`` is
    how it ended before its time, unless it goes on. ``path`` is the file that it is saved in, if
    any; ``message`` says why it failed; ``timeline`` knows its past.
    """

    run: int
    name: str
    config: TrainingConfig
    last_config: TrainingConfig
    events: tuple[Event, ...]
    losses: npt.NDArray[np.floating]
    accuracies: tuple[Accuracies, ...]
    vitals: Vitals
    phase: Phase
    ended: Ending = ""
    path: Path | None = None
    message: str = ""
    divergence: Divergence | None = None
    timeline: Timeline | None = None

    @property
    def iteration(self) -> int:
        """Iterations done."""
        return len(self.losses)


@dataclass(frozen=True, eq=False)
class Report:
    """What the worker tells the session: where the runs are, and the newest snapshot.

    ``order`` numbers the last command that was done before. ``phase`` is that of all runs together:
    running while one is. ``snapshot`` is of the run that is shown, and ``dataset`` what it is
    trained on; None if it could not be made. ``notice`` says why a run could not be saved,
    ``message`` why the shown one failed.
    """

    order: int
    run: int
    phase: Phase
    snapshot: Snapshot | None
    dataset: Dataset | None
    lanes: tuple[LaneNews, ...]
    message: str = ""
    divergence: Divergence | None = None
    notice: str = ""


@dataclass(frozen=True, eq=False)
class Unsaved:
    """A run that gave way and could not be saved: in ``path``, if it has a file."""

    run: int
    path: Path | None
    recording: Recording


@dataclass(frozen=True)
class Mistake:
    """The answer to a search: the index of a wrongly read example, or None."""

    request: int
    split: str
    index: int | None


@dataclass
class Mailbox:
    """What the worker has to say: the latest report wins, everything else queues up.

    ``curves`` are those of runs that were opened, by run: too long to be made in the window's
    thread. ``refused`` says of runs of a race why they could not be opened.
    """

    report: Report | None = None
    answers: list[Mistake] = field(default_factory=list)
    curves: dict[int, RunCurves] = field(default_factory=dict)
    unsaved: list[Unsaved] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

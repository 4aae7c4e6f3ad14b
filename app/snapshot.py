"""What the training thread publishes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import numpy.typing as npt

    from bpcore.config import TrainingConfig
    from bpcore.datasets.mnist import Dataset
    from bpcore.health import Health
    from bpcore.layers import Array
    from bpcore.recording import Accuracies

Phase = Literal["idle", "running", "paused", "finished", "failed"]


@dataclass(frozen=True)
class Snapshot:
    """One published state of a run; all of it belongs to the same iteration, and never changes.

    ``run`` numbers the runs of a session. ``params`` are read-only copies; ``losses`` (iteration,)
    is a read-only view. ``speed`` is in iterations per second as trained, ``top_speed`` what the
    engine would reach without a pace, ``elapsed`` in seconds of training, ``health`` what the last
    iteration showed; None is not measured yet.
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
    elapsed: float
    health: Health | None = None


@dataclass(frozen=True)
class Report:
    """What the worker tells the session: where a run is, and its newest snapshot.

    ``message`` says why a run failed, ``notice`` why it could not be saved.
    """

    run: int
    phase: Phase
    snapshot: Snapshot | None
    message: str = ""
    notice: str = ""


@dataclass(frozen=True)
class Mistake:
    """The answer to a search: the index of a wrongly read example, or None."""

    request: int
    split: str
    index: int | None


@dataclass
class Mailbox:
    """What the worker has to say: the latest report wins, answers queue up."""

    report: Report | None = None
    dataset: Dataset | None = None
    answers: list[Mistake] = field(default_factory=list)

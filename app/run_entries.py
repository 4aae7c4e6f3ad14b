"""The rows of the list of runs, whether a run is loaded, in a file, or in memory alone.

What a run is called, in the list, the pill of the timeline (there in capitals) and the banner:

- ready: nothing is done yet;
- running (in the pill: live), or waiting, while others of its race go first;
- paused: it stands, and can be gone on with at once;
- stopped: it has iterations left, and does not go on by itself. Somebody stopped it, or left it for
  another run; or it was broken off (the phase "unfinished"), and is offered at the next start;
- finished: all of its iterations are done;
- diverged: it left the finite numbers;
- failed: anything else went wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from app.run_names import shown_name
from bpcore.autosave import beginning_of
from bpcore.recording import Notes
from bpcore.run_summary import RunSummary

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    from app.snapshot import LaneNews, Unsaved
    from bpcore.config import TrainingConfig
    from bpcore.recording import Accuracies, Event, Recording

RunPhase = Literal[
    "idle",
    "waiting",
    "running",
    "paused",
    "finished",
    "stopped",
    "diverged",
    "failed",
    "unfinished",
]
LAST_LOSSES = 100


@dataclass(frozen=True, eq=False)
class RunEntry:
    """One run of the list.

    ``config`` is that of its beginning, ``loss`` the mean of the last hundred, ``accuracies`` the
    last that were measured; None is not known. ``began`` is in seconds since 1970.
    """

    key: str
    name: str
    config: TrainingConfig
    last_config: TrainingConfig
    changes: tuple[Event, ...]
    iteration: int
    loss: float | None
    accuracies: Accuracies | None
    phase: RunPhase
    is_shown: bool
    began: float

    @property
    def data(self) -> str:
        """What it was trained on."""
        return self.config.data


@dataclass(frozen=True, eq=False)
class InMemory:
    """A run that could not be saved; ``path`` would be its file, if it has one."""

    began: float
    path: Path | None
    recording: Recording


def began_at(path: Path | None, otherwise: float) -> float:
    """Return when the run in ``path`` began, as its name tells; of others ``otherwise``."""
    began = None if path is None else beginning_of(path)
    return otherwise if began is None else began


def key_of(run: LaneNews | Unsaved) -> str:
    """Return what names a run of this session in the list: its file, if it has one."""
    return str(run.path) if run.path is not None else f"run {run.run}"


def of_lane(lane: LaneNews, began: float, *, is_shown: bool) -> RunEntry:
    """Return the row of a loaded run."""
    return RunEntry(
        key_of(lane),
        shown_name(lane.name, lane.config),
        lane.config,
        lane.last_config,
        lane.events,
        lane.iteration,
        mean_of_last(lane.losses),
        lane.accuracies[-1] if lane.accuracies else None,
        _phase_of(lane),
        is_shown,
        began,
    )


def of_file(key: str, kept: RunSummary) -> RunEntry:
    """Return the row of a run in the user's folder."""
    return RunEntry(
        key,
        shown_name(kept.notes.name, kept.config),
        kept.config,
        kept.last_config,
        kept.events,
        kept.iteration,
        kept.loss,
        kept.accuracies,
        phase_of(kept.notes, kept.iteration, kept.last_config),
        False,
        began_at(kept.path, kept.modified),
    )


def of_memory(key: str, memory: InMemory) -> RunEntry:
    """Return the row of a run that could not be saved."""
    recording = memory.recording
    return RunEntry(
        key,
        shown_name(recording.notes.name, recording.config),
        recording.config,
        recording.last_config,
        recording.events,
        recording.iteration,
        mean_of_last(recording.losses),
        recording.accuracies[-1] if recording.accuracies else None,
        phase_of(recording.notes, recording.iteration, recording.last_config),
        False,
        memory.began,
    )


def summary_of(lane: LaneNews, path: Path, began: float) -> RunSummary:
    """Return what the file of a loaded run will say."""
    return RunSummary(
        path=path,
        notes=Notes(lane.name, lane.ended),
        config=lane.config,
        last_config=lane.last_config,
        events=lane.events,
        iteration=lane.iteration,
        loss=mean_of_last(lane.losses),
        accuracies=lane.accuracies[-1] if lane.accuracies else None,
        modified=began,
    )


def phase_of(
    notes: Notes, iteration: int, config: TrainingConfig
) -> Literal["finished", "stopped", "diverged", "unfinished"]:
    """Return where a run is that is not loaded."""
    if notes.ended == "diverged":
        return "diverged"
    if iteration >= config.iterations:
        return "finished"
    return "stopped" if notes.ended == "stopped" else "unfinished"


def mean_of_last(losses: npt.NDArray[np.floating]) -> float | None:
    """Return the mean of the last hundred losses (n,), or of all if fewer; None of none."""
    recent = losses[-LAST_LOSSES:]
    return float(recent.mean(dtype=np.float64)) if len(recent) else None


def _phase_of(lane: LaneNews) -> RunPhase:
    if lane.divergence is not None:
        return "diverged"
    return "stopped" if lane.ended == "stopped" and lane.phase == "finished" else lane.phase

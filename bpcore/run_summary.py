"""What a list of runs tells of each: read from little of its file, however large that is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bpcore.recording import Accuracies, config_after
from bpcore.run_description import read_description, require
from bpcore.run_file import MAX_JSON_BYTES, MAX_MEMBERS, members_of, read_accuracies, reported
from bpcore.zip_file import open_stored, read_last_rows, read_member

if TYPE_CHECKING:
    from bpcore.config import TrainingConfig
    from bpcore.recording import Event, Notes

LOSSES = 100
"""Iterations over which the loss is taken as a mean."""


@dataclass(frozen=True)
class RunSummary:
    """A run in a few figures.

    Attributes
    ----------
    path
        Its file.
    notes, config, last_config, events, iteration
        See Recording.
    loss
        Mean of the last 100 losses, or of all if fewer; None of none.
    accuracies
        The last ones that were measured, if any were.
    modified
        When the file was written, in seconds since 1970.
    """

    path: Path
    notes: Notes
    config: TrainingConfig
    last_config: TrainingConfig
    events: tuple[Event, ...]
    iteration: int
    loss: float | None
    accuracies: Accuracies | None
    modified: float


def read_summary(path: str | Path) -> RunSummary:
    """Read the summary of the run that ``save_run`` wrote to ``path``.

    Its keyframes are not read: that they are undamaged is known when ``load_run`` has read them.

    Raises
    ------
    RunFileError
        If the file can't be read, or is no run of a known version.
    """
    path = Path(path)
    with reported(path), open_stored(path, MAX_MEMBERS) as archive:
        modified = path.stat().st_mtime
        about = read_description(read_member(archive, "run.json", MAX_JSON_BYTES))
        require(set(archive.namelist()) == members_of(about), "is incomplete, or no run")
        done = about.iteration
        losses = read_last_rows(archive, "losses.npy", (done,), about.config.dtype, LOSSES)
        rows = read_last_rows(archive, "accuracies.npy", (None, 3), np.float64, 1, done + 1)
        return RunSummary(
            path,
            about.notes,
            about.config,
            config_after(about.config, about.events),
            about.events,
            done,
            float(losses.mean(dtype=np.float64)) if done else None,
            read_accuracies(rows, done)[-1] if len(rows) else None,
            modified,
        )

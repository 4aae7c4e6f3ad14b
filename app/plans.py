"""Runs to be trained: what a lesson stages, a race begins, is repeated, or gone on with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from bpcore.config import TrainingConfig
    from bpcore.recording import Event, Recording

MOST_RUNS = 4
"""Runs of a race."""


@dataclass(frozen=True)
class Plan:
    """A run to be trained.

    Attributes
    ----------
    name
        What it is called in the list of runs.
    config
        What it depends on at its beginning.
    changes
        What is changed while it runs, each when as many iterations are done as it says.
    """

    name: str
    config: TrainingConfig
    changes: tuple[Event, ...] = ()


@dataclass(frozen=True, eq=False)
class Opened:
    """A recorded run to be looked at, or gone on with.

    Attributes
    ----------
    recording
        All of it.
    path
        Its file; None for a new one.
    is_saved
        Whether it was read from there.
    """

    recording: Recording
    path: Path | None
    is_saved: bool = False

"""A run to be trained: what a lesson stages, what a race begins, what is repeated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bpcore.config import TrainingConfig
    from bpcore.recording import Event


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

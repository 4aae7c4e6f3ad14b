"""How a run is repeated on the command line. Pure functions."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from app.parameter_changes import is_used
from bpcore.commands.options import CONFIG_FLAGS
from bpcore.config import BUNDLED, FULL
from bpcore.recording import config_after

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bpcore.config import TrainingConfig
    from bpcore.recording import Event

FILE = "run.chainlight"
FOLDER = "FOLDER"
"""Stands for a folder of digits: where it is, is its owner's business."""

TRAIN = "python -m bpcore train"


Command = tuple[str, ...]
"""Its parts, each of which is best kept in one line: ``--learning-rate 0.1``."""


def commands(
    config: TrainingConfig, events: Sequence[Event], iterations: int
) -> tuple[Command, ...]:
    """Return what to type so that a run of ``config`` is done again, bit for bit.

    It goes on for ``iterations``; at each change of ``events`` one command ends, and the next goes
    on with other values.
    """
    first = config_after(config, [event for event in events if not event.iteration])
    changed = [event for event in events if 0 < event.iteration < iterations]
    stops = [*sorted({event.iteration for event in changed}), iterations]
    written: list[Command] = [
        (TRAIN, *_options(first), f"--iterations {stops[0]}", f"--save {FILE}")
    ]
    for start, stop in pairwise(stops):
        values = {event.name: event.value for event in changed if event.iteration == start}
        flags = (f"{CONFIG_FLAGS[name]} {value!r}" for name, value in values.items())
        written.append((TRAIN, f"--resume {FILE}", *flags, f"--iterations {stop}"))
    return tuple(written)


def _options(config: TrainingConfig) -> list[str]:
    """Return the options of all that a run depends on, but for its length."""
    names = [name for name in CONFIG_FLAGS if name != "iterations" and is_used(config, name)]
    return [f"{CONFIG_FLAGS[name]} {_value(config, name)}" for name in names]


def _value(config: TrainingConfig, name: str) -> str:
    if name == "hidden_sizes":
        return ",".join(map(str, config.sizes))
    if name == "data":
        return config.data if config.data in (BUNDLED, FULL) else FOLDER
    value = getattr(config, name)
    return value if isinstance(value, str) else repr(value)

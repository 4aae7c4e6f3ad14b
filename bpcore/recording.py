"""What is kept of a run: plain values, the same in memory and in a file."""

from __future__ import annotations

import dataclasses
import itertools
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from bpcore.vitals import NO_VITALS, Vitals

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy as np
    import numpy.typing as npt

    from bpcore.config import TrainingConfig
    from bpcore.layers import Array

Memory: TypeAlias = "Mapping[str, Mapping[str, Array]]"
Ending = Literal["", "stopped", "diverged"]

FIRST_STRIDE = 16
"""Iterations between keyframes while a run is young: replaying them takes some milliseconds."""

NAME_LENGTH = 120
"""Most characters of a run's name."""

SLOWEST, FASTEST = 0.01, 1e9
"""Iterations per second between which a pace is noted."""


@dataclass(frozen=True, slots=True)
class Race:
    """The race that a run takes part in.

    Attributes
    ----------
    key
        The same in all runs of the race, and in no other: 1 to 64 letters, digits or dashes.
    in_turn
        Whether its runs keep abreast; else one goes after the other.
    is_shown
        Whether this was the run that was looked at.

    Raises
    ------
    ValueError
        For anything else.
    """

    key: str
    in_turn: bool = True
    is_shown: bool = False

    def __post_init__(self) -> None:
        """Check all three."""
        if not isinstance(self.key, str) or not re.fullmatch(r"[0-9A-Za-z-]{1,64}", self.key):
            raise ValueError("key must be 1 to 64 letters, digits or dashes")
        if type(self.in_turn) is not bool or type(self.is_shown) is not bool:
            raise ValueError("in_turn and is_shown must be true or false")


@dataclass(frozen=True, slots=True)
class Notes:
    """What is noted about a run beside what it consists of.

    Attributes
    ----------
    name
        Of at most 120 characters, in one line; "" is none.
    ended
        ``"stopped"`` by the user, who may just have begun another run, or ``"diverged"``; "" if it
        has done all its iterations. With iterations left, "" says that it was broken off, or still
        goes on.
    pace
        Iterations per second that it was held to; 0 is as many as possible, None not known.
    ahead
        Changes that are still to be made on its way, in order of their iterations.
    race
        What it shares with the runs that it was trained beside; None if there were none.

    Raises
    ------
    ValueError
        For another name, end or pace.
    """

    name: str = ""
    ended: Ending = ""
    pace: float | None = None
    ahead: tuple[Event, ...] = ()
    race: Race | None = None

    def __post_init__(self) -> None:
        """Check name, end and pace."""
        if not isinstance(self.name, str) or len(self.name) > NAME_LENGTH:
            raise ValueError(f"name must be at most {NAME_LENGTH} characters")
        if any(unicodedata.category(character) in _NO_TEXT for character in self.name):
            raise ValueError("name must be plain text in one line")
        if self.ended not in get_args(Ending):
            raise ValueError('ended must be "", "stopped" or "diverged"')
        if self.pace is not None and not _is_pace(self.pace):
            raise ValueError(f"pace must be 0, or {SLOWEST:g} to {FASTEST:g}")


def _is_pace(value: object) -> bool:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    return value == 0 or SLOWEST <= value <= FASTEST


_NO_TEXT = ("Cc", "Cs", "Zl", "Zp")
"""Categories of Unicode: controls, halves of characters, ends of lines and of paragraphs."""


@dataclass(frozen=True, slots=True)
class Accuracies:
    """Share of right answers, 0 to 1, over the whole train and test set after ``iteration``."""

    iteration: int
    train: float
    test: float


@dataclass(frozen=True, slots=True)
class Event:
    """A parameter changed during the run: from the iteration after ``iteration`` on."""

    iteration: int
    name: str
    value: float


@dataclass(frozen=True, eq=False)
class State:
    """All that the iterations after ``iteration`` depend on, beside configuration and data.

    Attributes
    ----------
    params
        ``W1``, ``b1``, ``W2`` …: read-only copies.
    memory
        What the optimizer remembers, by name and parameter, as ``Optimizer.memory``; read-only.
    generator
        State of the PCG64 generator that draws the batches, as NumPy gives it.
    exact
        Whether replaying up to here gave every loss that was recorded, bit for bit. It does on the
        machine that recorded the run; on another processor sums may be rounded otherwise.
    """

    iteration: int
    params: Mapping[str, Array]
    memory: Memory
    generator: Mapping[str, Any]
    exact: bool = True

    @property
    def nbytes(self) -> int:
        """Size of the arrays, in bytes."""
        kept = (self.params, *self.memory.values())
        return sum(array.nbytes for arrays in kept for array in arrays.values())


@dataclass(frozen=True, eq=False)
class Recording:
    """A run up to an iteration, complete: it can be looked at, replayed and continued.

    Attributes
    ----------
    config
        With which the run began.
    data_hash
        ``Dataset.fingerprint`` of the digits that it was trained on.
    events
        Changes made during the run, in order.
    losses
        Loss of each iteration (iterations done,), of the network's type, read-only.
    accuracies
        Train and test accuracy at the end of each epoch, in order.
    keyframes
        States in order of their iterations: of iteration 0 first, and of the last one at the end.
    vitals
        How the network was doing, now and then.
    notes
        Its name, how it ended, and what it takes to go on with it as before.
    """

    config: TrainingConfig
    data_hash: str
    events: tuple[Event, ...]
    losses: npt.NDArray[np.floating]
    accuracies: tuple[Accuracies, ...]
    keyframes: tuple[State, ...]
    vitals: Vitals = NO_VITALS
    notes: Notes = Notes()

    @property
    def iteration(self) -> int:
        """Iterations done."""
        return len(self.losses)

    @property
    def last_config(self) -> TrainingConfig:
        """The configuration as it is after all changes."""
        return config_after(self.config, self.events)

    def thinned(self, keyframe_bytes: int) -> Recording:
        """Return the run with so few keyframes, evenly apart, that they fit ``keyframe_bytes``.

        The first and the last are always kept.
        """
        keyframes, stride = self.keyframes, stride_of(self.keyframes)
        room = max(keyframe_bytes // max(keyframes[0].nbytes, 1), 2)
        while len(keyframes) > room:
            stride *= 2
            kept = (state for state in keyframes[:-1] if state.iteration % stride == 0)
            keyframes = (*kept, keyframes[-1])
        return dataclasses.replace(self, keyframes=keyframes)


def stride_of(keyframes: tuple[State, ...]) -> int:
    """Return the stride at which ``keyframes`` were kept; the last one may stand anywhere."""
    iterations = [state.iteration for state in keyframes[:-1]]
    gap = min((b - a for a, b in itertools.pairwise(iterations)), default=FIRST_STRIDE)
    stride = FIRST_STRIDE
    while 2 * stride <= gap:
        stride *= 2
    return stride


def config_after(config: TrainingConfig, events: Iterable[Event]) -> TrainingConfig:
    """Return ``config`` with the changes of ``events`` made to it, in order."""
    changes = {event.name: event.value for event in events}
    return config.replace(**changes) if changes else config

"""What is kept of a run: plain values, the same in memory and in a file."""

from __future__ import annotations

import dataclasses
import itertools
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


@dataclass(frozen=True, slots=True)
class Notes:
    """What is noted about a run beside what it consists of.

    Attributes
    ----------
    name
        Of at most 120 characters, in one line; "" is none.
    ended
        ``"stopped"`` by the user or ``"diverged"``; "" if it has done all its iterations. With
        iterations left, "" says that it was broken off, or still goes on.

    Raises
    ------
    ValueError
        For another name or end.
    """

    name: str = ""
    ended: Ending = ""

    def __post_init__(self) -> None:
        """Check both."""
        if not isinstance(self.name, str) or len(self.name) > NAME_LENGTH:
            raise ValueError(f"name must be at most {NAME_LENGTH} characters")
        if any(unicodedata.category(character) in _NO_TEXT for character in self.name):
            raise ValueError("name must be plain text in one line")
        if self.ended not in get_args(Ending):
            raise ValueError('ended must be "", "stopped" or "diverged"')


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
        Its name, and how it ended.
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

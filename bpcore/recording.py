"""What is kept of a run: plain values, the same in memory and in a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy as np
    import numpy.typing as npt

    from bpcore.config import TrainingConfig
    from bpcore.layers import Array

Memory: TypeAlias = "Mapping[str, Mapping[str, Array]]"


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
    """

    config: TrainingConfig
    data_hash: str
    events: tuple[Event, ...]
    losses: npt.NDArray[np.floating]
    accuracies: tuple[Accuracies, ...]
    keyframes: tuple[State, ...]

    @property
    def iteration(self) -> int:
        """Iterations done."""
        return len(self.losses)

    @property
    def last_config(self) -> TrainingConfig:
        """The configuration as it is after all changes."""
        return config_after(self.config, self.events)


def config_after(config: TrainingConfig, events: Iterable[Event]) -> TrainingConfig:
    """Return ``config`` with the changes of ``events`` made to it, in order."""
    changes = {event.name: event.value for event in events}
    return config.replace(**changes) if changes else config

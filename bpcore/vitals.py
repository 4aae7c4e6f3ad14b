"""How the network was doing, now and then during a run: the course of its root mean squares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from bpcore.health import Health

Floats: TypeAlias = npt.NDArray[np.float64]

FIRST_STRIDE = 4
"""Iterations between two rows while a run is young."""

MOST_ROWS = 2048
"""Rows that are kept of a run of any length."""


@dataclass(frozen=True, eq=False)
class Vitals:
    """What ``bpcore.health.examine`` gave at n iterations of a run; the arrays never change.

    Attributes
    ----------
    parameters
        Names of the columns: ``("W1", "b1", "W2", "b2")``.
    iterations
        The iterations (n,), which ascend.
    weight, gradient, update
        Root mean squares (n, parameters), as in Health.
    idle
        Share of all hidden units (n,), 0 to 1, that took no part in the batch: those that were
        dead, with Relu; with Sigmoid and Tanh the mean of the shares in which they were saturated.
    """

    parameters: tuple[str, ...]
    iterations: npt.NDArray[np.int64]
    weight: Floats
    gradient: Floats
    update: Floats
    idle: Floats

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.iterations)

    def until(self, iteration: int) -> Vitals:
        """Return the rows of iterations up to ``iteration``."""
        end = int(np.searchsorted(self.iterations, iteration, side="right"))
        return self if end == len(self) else _cut(self, end)

    def table(self) -> Floats:
        """Return a row of idle, weights, gradients and updates per iteration, (n, 1 + 3 p)."""
        return np.column_stack((self.idle, self.weight, self.gradient, self.update))


def vitals_of(
    parameters: tuple[str, ...], iterations: npt.NDArray[np.int64], table: Floats
) -> Vitals:
    """Return the vitals of ``iterations`` whose ``table`` is laid out as ``Vitals.table`` gives."""
    count = len(parameters)
    weight, gradient, update = (table[:, 1 + n * count : 1 + (n + 1) * count] for n in range(3))
    vitals = Vitals(parameters, iterations, weight, gradient, update, table[:, 0])
    for array in (vitals.iterations, vitals.weight, vitals.gradient, vitals.update, vitals.idle):
        array.flags.writeable = False
    return vitals


def no_vitals(parameters: tuple[str, ...]) -> Vitals:
    """Return the vitals of a run of which none were taken."""
    return vitals_of(parameters, np.empty(0, np.int64), np.empty((0, 1 + 3 * len(parameters))))


NO_VITALS = no_vitals(())


def stride_after(iteration: int) -> int:
    """Return how many iterations lie between two rows of a run of ``iteration`` iterations.

    It depends on nothing else, so that a run that was resumed has the rows of one that never
    stopped.
    """
    stride = FIRST_STRIDE
    while iteration // stride > MOST_ROWS:
        stride *= 2
    return stride


class VitalsRecorder:
    """Takes the vitals of a run: at most ``MOST_ROWS`` rows, evenly apart.

    One thread adds, any may look.

    Parameters
    ----------
    parameters
        Names of the network's parameters.
    vitals
        Those of a run that is resumed.
    iteration
        Iterations that it has done.
    """

    def __init__(
        self, parameters: tuple[str, ...], vitals: Vitals | None = None, iteration: int = 0
    ) -> None:
        self._parameters = parameters
        self.stride = stride_after(iteration)
        if vitals is None or vitals.parameters != parameters:
            vitals = no_vitals(parameters)
        # Replaced at once, so that whoever looks meanwhile sees the one or the other.
        self._kept = self._room_for(vitals.iterations, vitals.table())

    def due(self, iteration: int) -> bool:
        """Return whether a row is to be added after ``iteration``."""
        return iteration % self.stride == 0

    def add(self, health: Health) -> None:
        """Append a row of what ``examine`` gave after an iteration later than all others."""
        iterations, table, count = self._kept
        iterations[count] = health.iteration
        table[count] = _row(health, self._parameters)
        self._kept = iterations, table, count + 1
        if health.iteration // self.stride > MOST_ROWS:
            self.stride = stride_after(health.iteration)
            self._kept = self._room_for(iterations[: count + 1], table[: count + 1])

    def forget_after(self, iteration: int) -> None:
        """Drop the rows of later iterations: they were undone."""
        iterations, table, count = self._kept
        kept = int(np.searchsorted(iterations[:count], iteration, side="right"))
        if kept < count:
            self._kept = self._room_for(iterations[:kept], table[:kept])

    def view(self) -> Vitals:
        """Return the rows up to now; it takes a few microseconds."""
        iterations, table, count = self._kept
        return vitals_of(self._parameters, iterations[:count], table[:count])

    def _room_for(
        self, iterations: npt.NDArray[np.int64], table: Floats
    ) -> tuple[npt.NDArray[np.int64], Floats, int]:
        """Return new arrays with the rows that are a stride apart, and room for all to come."""
        kept = iterations % self.stride == 0
        count = int(kept.sum())
        # One more than most: the row that makes the stride double.
        new_iterations = np.empty(MOST_ROWS + 1, np.int64)
        new_table = np.empty((MOST_ROWS + 1, table.shape[1]))
        new_iterations[:count] = iterations[kept]
        new_table[:count] = table[kept]
        return new_iterations, new_table, count


def _row(health: Health, parameters: tuple[str, ...]) -> list[float]:
    kinds = (health.weight, health.gradient, health.update)
    return [idle_share(health), *(kind[name] for kind in kinds for name in parameters)]


def idle_share(health: Health) -> float:
    """Return the share of all hidden units that took no part in the batch, see Vitals."""
    units = sum(len(layer) for layer in (*health.dead.values(), *health.saturated.values()))
    dead = sum(int(np.count_nonzero(layer)) for layer in health.dead.values())
    saturated = sum(float(layer.sum()) for layer in health.saturated.values())
    return (dead + saturated) / units if units else 0.0


def _cut(vitals: Vitals, end: int) -> Vitals:
    return Vitals(
        vitals.parameters,
        vitals.iterations[:end],
        vitals.weight[:end],
        vitals.gradient[:end],
        vitals.update[:end],
        vitals.idle[:end],
    )

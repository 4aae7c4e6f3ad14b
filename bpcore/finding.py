"""Whether backpropagation and a numerical gradient differ: a rule without false alarms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bpcore.boundary import Slopes, slopes

if TYPE_CHECKING:
    from collections.abc import Generator

    import numpy.typing as npt

    from bpcore.boundary import Bools, Elements, Movable
    from bpcore.layers import Array

EPSILON = float(np.finfo(np.float64).eps)

RELATIVE = 1e-6
"""The share of a gradient by which two right ones may differ."""

TRUNCATION = 10
"""How many times further off than it is from that with h / 2 a numerical gradient may be."""

ROUNDING = 16
"""Roundings of the size that the sums in a forward pass have, that a loss may be off by."""

HEARINGS = (1, 1 / 16, 1 / 256, 1 / 4096)
"""Shares of h with which an accused element is heard again."""

RESOLVED = 1e-3
"""Of a numerical gradient: where h and h / 2 differ by more, the loss bends too much within h."""

STRAIGHTER = 0.75
"""Of the bend within h: within h / 2 it is half of it, but at a kink it is the same."""

AT_A_TIME = 8
"""Accused elements that are heard again together."""

AT_KINKS = 32
"""Elements at a kink that are moved again with smaller steps, those that differ most."""


@dataclass(frozen=True, eq=False)
class Finding:
    """Backpropagation against central differences for one value or parameter.

    Attributes
    ----------
    name
        ``"da1"``, ``"dz1"``, ``"dW2"``, ``"db2"``; ``"dx"`` for the input of the network.
    backprop, numerical
        The two gradients of each element that was moved (K,).
    kink
        (K,): True where the loss has no derivative between the two evaluations. Such an element is
        left out of all other figures.
    differs
        Whether an element differs by more than is explained by what the numerical gradient does
        not know: see ``find_guilty``.
    """

    name: str
    backprop: Array
    numerical: Array
    kink: npt.NDArray[np.bool_]
    differs: bool

    @property
    def count(self) -> int:
        """Number of elements that were moved."""
        return len(self.kink)

    @property
    def kinks(self) -> int:
        """Number of them at a kink."""
        return int(self.kink.sum())

    @property
    def mean_absolute_difference(self) -> float:
        """The book's figure, over what is not at a kink; NaN if there is nothing else."""
        compared = np.abs(self.backprop - self.numerical)[~self.kink]
        return float(compared.mean()) if compared.size else np.nan


class Comparison:
    """Elements of a value or a parameter (K,), with all that is known of their gradients.

    Parameters
    ----------
    backprop
        Their gradients (K,).
    movable, elements
        What they are elements of, and their flat indices (K,).
    rounding
        By how much a loss may be rounded: one number, or one for each (K,).
    h
        How far each is moved.

    Attributes
    ----------
    numerical
        The central difference of each, with h where a Relu allows it, or with less (K,).
    kink
        Those that can't be compared (K,).
    """

    def __init__(
        self,
        backprop: Array,
        movable: Movable,
        elements: Elements,
        rounding: float | Array,
        h: float,
    ) -> None:
        self.backprop, self.movable, self.elements, self.h = backprop, movable, elements, h
        self.noise = ROUNDING * np.broadcast_to(rounding, backprop.shape) / h
        self.numerical: Array = np.empty(0)
        self.near: Array = np.empty(0)
        self.kink: Bools = np.empty(0, bool)

    def move(self) -> Generator[float, None, None]:
        """Find the numerical gradients. Yields the share done."""
        parts = []
        for start in range(0, len(self.elements), self.movable.chunk):
            some = self.elements[start : start + self.movable.chunk]
            parts += slopes(self.movable, some, [self.h])
            yield start / len(self.elements)
        far, near, _, _, kink = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
        self.take(far, near, kink)

    def take(self, far: Array, near: Array, kink: Bools) -> None:
        """Take numerical gradients (K,), with h and h / 2, that others have found."""
        self.numerical, self.near = far.copy(), near
        self.kink = kink | ~np.isfinite(far) | ~np.isfinite(near) | ~np.isfinite(self.noise)

    def judge(self) -> Generator[float, None, bool]:
        """Return whether an element differs, by the rule of ``bpcore.suspects.find_guilty``."""
        with np.errstate(all="ignore"):
            difference = np.abs(self.backprop - self.numerical)
            limit = _limit(self.backprop, self.numerical, self.near, self.noise)
            excess = np.nan_to_num(difference / limit, nan=np.inf)
        order = np.argsort(-excess, kind="stable")
        accused = order[~self.kink[order] & (excess[order] > 1)]
        at_kinks = order[self.kink[order]][:AT_KINKS]
        for some in self._few_at_a_time(accused):
            _, guilty = yield from self._hear(some, difference[some])
            self.kink[some[~guilty]] = True
            if guilty.any():
                return True
        for some in self._few_at_a_time(at_kinks):
            told, guilty = yield from self._hear(some, np.full(len(some), np.inf))
            self.kink[some[told]] = False
            if guilty.any():
                return True
        return False

    def _few_at_a_time(self, elements: Elements) -> list[Elements]:
        count = min(AT_A_TIME, self.movable.chunk)
        return [elements[start : start + count] for start in range(0, len(elements), count)]

    def _hear(
        self, some: Elements, difference: Array
    ) -> Generator[float, None, tuple[Bools, Bools]]:
        """Move ``some`` (K,) with smaller and smaller steps to see if ``difference`` is there.

        Returns of which of them a step could tell, and which differ at the last that could.
        """
        told, guilty = np.zeros(len(some), bool), np.zeros(len(some), bool)
        backprop, noise = self.backprop[some], self.noise[some]
        seen_with = yield from self._smaller_steps(some)
        for share, seen in zip(HEARINGS, seen_with, strict=True):
            with np.errstate(all="ignore"):
                limit = _limit(backprop, seen.far, seen.near, noise / share)
                now = np.abs(backprop - seen.far)
                differs = ~(now <= limit)
                tells = _can_tell(seen, noise / share) & (differs | (limit < difference / 2))
            first = tells & self.kink[some] & ~told
            self.numerical[some[first]] = seen.far[first]
            difference = np.where(tells & differs, now, difference)
            guilty = np.where(tells, differs, guilty)
            told |= tells
        return told, guilty

    def _smaller_steps(self, some: Elements) -> Generator[float, None, list[Slopes]]:
        """Return the slopes along ``some`` with each of ``HEARINGS``, some milliseconds a step."""
        steps, found = [share * self.h for share in HEARINGS], list[Slopes]()
        at_once = min(max(self.movable.chunk // len(some), 1), len(steps))
        for start in range(0, len(steps), at_once):
            found += slopes(self.movable, self.elements[some], steps[start : start + at_once])
            yield 1.0
        return found


@np.errstate(all="ignore")
def _can_tell(seen: Slopes, noise: Array) -> Bools:
    """Tell for which elements a step is small enough (K,)."""
    size = np.maximum(np.abs(seen.far), np.abs(seen.near))
    same_slope = np.abs(seen.far - seen.near) <= RESOLVED * size + noise  # not so of NaN
    straighter = seen.near_bend <= STRAIGHTER * seen.far_bend + 4 * noise
    tells: Bools = ~seen.kink & same_slope & straighter & np.isfinite(noise)
    return tells


@np.errstate(all="ignore")
def _limit(backprop: Array, far: Array, near: Array, noise: Array) -> Array:
    """Return how far ``backprop`` and the slope with h may be apart (K,)."""
    size = np.maximum(np.abs(backprop), np.abs(far))
    limit: Array = RELATIVE * size + TRUNCATION * np.abs(far - near) + noise
    return limit

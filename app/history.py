"""What a drawing was before each of its steps, for as long as there is room."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from app.strokes import Mark

MOST_STEPS = 200
BUDGET = 8 * 2**20
"""Bytes of marks that only the past has: 80 pictures, or some hours of drawing and erasing."""


class Version(NamedTuple):
    """The marks of a drawing, and the number of the drawing that they are a version of."""

    marks: tuple[Mark, ...]
    identity: int


class History:
    """The versions before the present one, and those that were taken back.

    Beyond ``most_steps``, or ``budget`` bytes, the oldest are forgotten; one is kept at least.
    """

    def __init__(self, most_steps: int = MOST_STEPS, budget: int = BUDGET) -> None:
        self._most_steps, self._budget = most_steps, budget
        # Marks never change, so the past is what there was. No QUndoStack: it and its commands,
        # when Python collects them together, are deleted twice.
        self._past: deque[Version] = deque()
        self._weights: deque[int] = deque()
        self._future: list[Version] = []

    @property
    def steps(self) -> int:
        """The number of steps that can be taken back."""
        return len(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether something was taken back, and nothing was done since."""
        return bool(self._future)

    def note(self, before: Version, after: Version) -> tuple[Mark, ...]:
        """Hear of a step; return the marks that nobody can go back to any more, if any."""
        self._future.clear()
        self._push(before, after)
        return self._forget_oldest()

    def undo(self, now: Version) -> Version | None:
        """Return the version before ``now``, which can be had again; None if there is none."""
        if not self._past:
            return None
        self._future.append(now)
        self._weights.pop()
        return self._past.pop()

    def redo(self, now: Version) -> Version | None:
        """Return the version that was taken back last; None if none was."""
        if not self._future:
            return None
        after = self._future.pop()
        self._push(now, after)
        return after

    def _push(self, before: Version, after: Version) -> None:
        self._past.append(before)
        self._weights.append(sum(mark.nbytes for mark in _gone(before, after)))

    def _forget_oldest(self) -> tuple[Mark, ...]:
        forgotten: list[Mark] = []
        while len(self._past) > 1 and self._is_full():
            self._weights.popleft()
            forgotten += _gone(self._past.popleft(), self._past[0])
        return tuple(forgotten)

    def _is_full(self) -> bool:
        return len(self._past) > self._most_steps or sum(self._weights) > self._budget


def _gone(before: Version, after: Version) -> list[Mark]:
    """Return the marks that ``after`` has no more."""
    left = {id(mark) for mark in after.marks}
    return [mark for mark in before.marks if id(mark) not in left]

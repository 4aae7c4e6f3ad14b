"""What is changed at a network's hidden units, with a way back. No widgets, no arrays."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

OFF, ON = 0.0, 1.0
MOST_STEPS = 200


class Scales:
    """Factors of hidden units' outgoing weights; units that are as they were have none."""

    def __init__(self) -> None:
        self._now: dict[int, float] = {}
        self._before: list[dict[int, float]] = []
        self._sliding: int | None = None

    @property
    def factors(self) -> Mapping[int, float]:
        """Factors by unit, in the order of the units."""
        return MappingProxyType(dict(sorted(self._now.items())))

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self._before)

    def of(self, unit: int) -> float:
        """Return the factor of ``unit``; 1 if it is as it was."""
        return self._now.get(unit, ON)

    def set(self, unit: int, factor: float, *, sliding: bool = False) -> None:
        """Change a unit. While a hand is ``sliding`` through factors all of them are one step."""
        if factor == self.of(unit):
            return
        if not (sliding and self._sliding == unit):
            self._remember()
        self._sliding = unit if sliding else None
        if factor == ON:
            self._now.pop(unit)
        else:
            self._now[unit] = factor

    def release(self) -> None:
        """Take it that the hand has let go: the next change is a step of its own."""
        self._sliding = None

    def put_back(self) -> None:
        """Put all units back as they were; this can be undone, too."""
        if self._now:
            self._remember()
            self._now, self._sliding = {}, None

    def undo(self) -> None:
        """Take the last step back."""
        if self._before:
            self._now, self._sliding = self._before.pop(), None

    def forget(self) -> None:
        """Begin with another network."""
        self._now, self._before, self._sliding = {}, [], None

    def _remember(self) -> None:
        self._before.append(dict(self._now))
        del self._before[:-MOST_STEPS]

"""Which runs are drawn beside the shown one, and their curves."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from app.curves import RunCurves

MOST_COMPARED = 3
"""Runs beside the one that is shown: as many as there are other line styles."""


class Compared:
    """At most three runs, by their keys.

    The curves of those that are loaded grow elsewhere; those of the others are read once for as
    long as they are compared.
    """

    def __init__(self) -> None:
        self._keys: tuple[str, ...] = ()
        self._curves: dict[str, RunCurves] = {}
        self._asked: set[str] = set()

    @property
    def keys(self) -> tuple[str, ...]:
        """The runs, in the order of their styles."""
        return self._keys

    def choose(self, keys: Sequence[str]) -> None:
        """Compare these, or as many of them as can be."""
        self._keys = tuple(keys)[:MOST_COMPARED]

    def drop(self, key: str) -> None:
        """Compare one less."""
        self._keys = tuple(other for other in self._keys if other != key)

    def style(self, key: str) -> int:
        """Return the style of a run's curve: 0 is the shown one's."""
        return self._keys.index(key) + 1 if key in self._keys else 0

    def curves(self, key: str) -> RunCurves | None:
        """Return curves that were read."""
        return self._curves.get(key)

    def missing(self, loaded: Collection[str]) -> tuple[str, ...]:
        """Return whose curves have to be read, each once; forget what is not needed any more.

        A run that is loaded may go on, so that it has to be read again when it no longer is.
        """
        wanted = [key for key in self._keys if key not in loaded]
        self._curves = {key: self._curves[key] for key in wanted if key in self._curves}
        self._asked.intersection_update(wanted)
        missing = [key for key in wanted if key not in self._curves and key not in self._asked]
        self._asked.update(missing)
        return tuple(missing)

    def ask_again(self, key: str) -> None:
        """Take it that curves that were asked for won't come."""
        self._asked.discard(key)

    def take(self, key: str, curves: RunCurves) -> None:
        """Keep curves that were read, if they are still asked for."""
        if key in self._asked:
            self._asked.discard(key)
            self._curves[key] = curves

"""The hidden unit that is looked at: the one that was chosen, or the one that learns most."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from app.session import Session
    from bpcore.graph.trace import Trace


class UnitLookedAt:
    """One hidden unit, the same on all pages.

    While nobody has chosen one, it is the unit of the largest gradient.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._unit: int | None = None
        self._chosen = False
        self._telling: int | None = None  # of all pages, though nobody chose it

    @property
    def number(self) -> int:
        """Its number in the layer."""
        return self._unit or 0

    def choose(self, unit: int) -> None:
        """Look at ``unit`` until another is chosen, and tell all pages."""
        self._unit, self._chosen = unit, True
        self._session.select_unit(unit)

    def is_news(self, unit: int) -> bool:
        """Tell whether ``unit``, of which all pages were told, is another choice than this."""
        return unit != self._telling and (unit != self._unit or not self._chosen)

    def let_go(self) -> None:
        """Look for a unit anew, unless one was chosen."""
        if not self._chosen:
            self._unit = None

    def keep_within(self, trace: Trace) -> None:
        """Look for a unit if there is none; stay within the network of ``trace``."""
        if self._unit is None:
            strength = np.abs(trace.values["dz1"]).max(axis=0)
            self._unit = self._telling = int(strength.argmax())
            self._session.select_unit(self._unit)  # all pages look at the same one
            self._telling = None
        self._unit = min(self._unit, len(trace.values["b1"]) - 1)

"""What a check found, as one set that belongs together, and which bug it was found with."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.checks import Accused, Checked, Ground
    from bpcore.bugs import Bug


@dataclass(frozen=True)
class Switched:
    """The bug that is switched on, if one is.

    Attributes
    ----------
    bug, place
        The mistake, and the layer with it; "" for the place that is natural.
    secret
        Where the bug was hidden that nobody shall know; None for any other.
    is_awaited
        Whether a secret one is to come: nothing that was known is of it.
    """

    bug: Bug | None = None
    place: str = ""
    secret: Ground | None = None
    is_awaited: bool = False

    @property
    def is_hidden(self) -> bool:
        """Whether there is a secret, or will be."""
        return self.secret is not None or self.is_awaited

    @property
    def key(self) -> str:
        """The key of the bug; "" if there is none, or a secret one."""
        return "" if self.bug is None or self.secret is not None else self.bug.key


@dataclass(frozen=True, eq=False)
class Known:
    """A whole check: all of it is of one network, on the same digits, with one h.

    Attributes
    ----------
    checked
        The check of right code.
    accused, on
        What is found with the bug that was on, and which that was.
    prints
        Which parameters agree with each bug, as far as it is known.
    """

    checked: Checked
    accused: Accused
    on: Switched
    prints: Mapping[str, tuple[bool | None, ...]]

    def is_of(self, ground: Ground | None, h: float) -> bool:
        """Tell whether a check of ``ground`` with ``h`` would be this one again."""
        return self.checked.h == h and self.checked.ground.is_same(ground)

    def is_of_network(self, ground: Ground) -> bool:
        """Tell whether ``ground`` is of the same run or of one like it, at any iteration."""
        mine = self.checked.ground
        alike = mine.run == ground.run or mine.config == ground.config
        return alike and mine.has_shape_of(ground)

    def is_before(self, ground: Ground | None, h: float) -> bool:
        """Tell whether nothing but the iteration is another one in ``ground``."""
        mine = self.checked.ground
        if ground is None or not self.is_of_network(ground) or self.checked.h != h:
            return False
        if mine.is_fresh or ground.is_fresh or mine.batch.source != ground.batch.source:
            return False
        same = np.array_equal(mine.batch.images, ground.batch.images)
        return mine.batch.source == "run" or same


def known_after(before: Known | None, checked: Checked, accused: Accused, on: Switched) -> Known:
    """Return what is known of one check and one bug; the prints of the same check go on."""
    prints = dict(checked.prints)
    if before is not None and before.is_of(checked.ground, checked.h):
        prints = dict(before.prints) | prints
    if accused.bug is not None and on.secret is None and not accused.is_doubtful:
        prints[accused.bug.key] = accused.print
    return Known(checked, accused, on, MappingProxyType(prints))


@dataclass(frozen=True, eq=False)
class Standing:
    """How what is known stands to what is wanted now.

    Attributes
    ----------
    known, on
        What is known, if anything is, and which bug is on.
    here
        The present network with the digits of what is known.
    present, h
        What a check would be of now; None while there are no digits.
    runs_on
        Whether training goes on, and its newest iteration is the present one.
    is_replaced
        Whether another check is under way.
    """

    known: Known | None
    on: Switched
    here: Ground | None
    present: Ground | None
    h: float
    runs_on: bool
    is_replaced: bool

    @property
    def is_stale(self) -> bool:
        """Whether what is known is of another network, batch or h."""
        return self.known is not None and not self.known.is_of(self.present, self.h)

    @property
    def is_elsewhere(self) -> bool:
        """Whether it is of another network, and not of another iteration of this one."""
        known, here = self.known, self.here
        if known is None:
            return False
        mine = known.checked.ground
        return here is None or not (mine.is_same(here) or known.is_of_network(here))

    @property
    def is_behind(self) -> bool:
        """Whether it is stale since training goes on, and for no other reason."""
        known = self.known
        is_before = known is not None and known.is_before(self.present, self.h)
        return is_before and self.runs_on and self.is_stale

    @property
    def is_old(self) -> bool:
        """Whether it is not what is wanted, or about to be replaced."""
        return self.known is not None and (
            self.is_replaced or (self.is_stale and not self.is_behind)
        )

    @property
    def shown(self) -> Known | None:
        """What is known, if it is of the bug that is on and of the present network."""
        known = self.known
        return None if known is None or known.on != self.on or self.is_elsewhere else known

    @property
    def base(self) -> Checked | None:
        """The check of right code, if there is a place for it: also while another bug is tried."""
        if self.known is None or (self.shown is None and (self.is_elsewhere or self.is_old)):
            return None
        return self.known.checked

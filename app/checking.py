"""The gradient check of the session's network, and the bug that is switched on in it."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal

from app.choosing import Choosing
from app.examining import Examining
from app.known import Known, Standing, Switched, known_after
from app.rehearsing import Rehearsing
from app.run_state import State
from app.sweeping import Sweeping
from bpcore.bugs import bug_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtCore import QObject

    from app.checked_digits import Missing
    from app.checks import Accused, Checked, Ground
    from app.session import Session
    from bpcore.bugs import Bug
    from bpcore.gradient_check import Sweep


class Checking(Choosing):
    """What is known of the gradients of one network on one batch; all of it belongs together.

    A newer wish ends a check that is under way, and what was known stays whole until the next is.
    ``changed`` tells that something else is known or wanted, ``progressed`` the share done of the
    check that is under way, ``failed`` carries a sentence.

    Attributes
    ----------
    training
        What the bug that is switched on does to training.
    was_cancelled
        Whether the check that was wanted last was given up.
    """

    changed = Signal()
    progressed = Signal(float)
    failed = Signal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(session, parent)
        self._awake = False
        self._known: Known | None = None
        self.was_cancelled = False
        self.training = Rehearsing(session, self)
        self.training.changed.connect(self.changed)
        self._prepare()
        self._told = self._news
        session.snapshot_changed.connect(self._look)
        session.state_changed.connect(self._look)
        session.data_changed.connect(self.changed)

    def _prepare(self) -> None:
        laboratory = self._session.laboratory
        self._examining = Examining(laboratory, self)
        self._examining.found.connect(self._take)
        self._examining.progressed.connect(self.progressed)
        self._examining.failed.connect(self._fail)
        self._sweeping = Sweeping(laboratory, self)
        self._sweeping.changed.connect(self.changed)
        self._sweeping.failed.connect(self.failed)

    # What is wanted.

    def want(self, **changes: Any) -> None:
        """Check another thing the next time, at once if a check is under way."""
        wanted = replace(self._wanted, **changes)
        if wanted != self._wanted:
            self._wanted = wanted
            self.was_cancelled = False
            self._told = self._news
            if self.busy:
                self.run()
            self.changed.emit()

    def name_drawing(self, label: int | None) -> None:
        """Take the drawing as it is now, meant as ``label``; None while nobody says which digit."""
        self._label = label
        if self._wanted.source == "drawing":
            self._look()

    def wake(self, awake: bool) -> None:
        """Follow the timeline from now on, or leave it."""
        self._awake = awake
        self._look()

    # What is known.

    @property
    def busy(self) -> bool:
        """Whether a check is under way, or the search for the guilty layer that ends it."""
        return self._examining.busy

    @property
    def is_accusing(self) -> bool:
        """Whether the guilty layer is being looked for."""
        return self._examining.is_accusing

    @property
    def checked(self) -> Checked | None:
        """The check that was made last."""
        return None if self._known is None else self._known.checked

    @property
    def accused(self) -> Accused | None:
        """What the check finds with the bug that is switched on, or without; None until then."""
        known = self._known
        return known.accused if known is not None and known.on == self._on else None

    @property
    def standing(self) -> Standing:
        """How what is known stands to what is wanted now."""
        known = self._known
        return Standing(
            known,
            self._on,
            None if known is None else self._ground_of(known.checked.ground.batch),
            self.present,
            self._wanted.h,
            runs_on=self._runs_on,
            is_replaced=self._examining.is_whole,
        )

    @property
    def is_stale(self) -> bool:
        """Whether what is known is of another network, batch or h than what is wanted now."""
        return self.standing.is_stale

    @property
    def sweeps(self) -> tuple[Sweep, Sweep] | None:
        """Differences over h in float64 and float32, of what was checked; None until then."""
        return None if self._known is None else self._sweeping.of(self._known.checked.ground)

    @property
    def is_sweeping(self) -> bool:
        """Whether one h after the other is being tried."""
        return self._sweeping.busy

    @property
    def prints(self) -> Mapping[str, tuple[bool | None, ...]]:
        """Which parameters agree with each bug, as far as it is known."""
        return MappingProxyType({}) if self._known is None else self._known.prints

    # What is done.

    def run(self) -> None:
        """Check what is wanted, unless that is under way."""
        ground = self.present
        if ground is None:
            self._examining.cancel()
        elif not self._examining.is_at(ground, self._wanted.h):
            self._begin(ground)
        self.changed.emit()

    def _begin(self, ground: Ground) -> None:
        self.was_cancelled = False
        self._sweeping.keep(ground)
        self._examining.begin(ground, self._wanted.h, self._on)

    def cancel(self) -> None:
        """Give up the check under way; what was known is known still, with its bug."""
        known, is_whole = self._known, self._examining.is_whole
        self._examining.cancel()
        self.was_cancelled = True
        if is_whole:
            self._return_to_known()
        elif known is not None and not (self.has_secret or known.on.is_hidden):
            self._on = known.on
            self._accuse(known)
        self.changed.emit()

    @property
    def key(self) -> str:
        """The bug that is switched on; "" if none, or a secret one."""
        return self._on.key

    def switch(self, key: str) -> None:
        """Switch on one bug, and all others off; "" switches off."""
        before, self._on = self._on, Switched(bug_of(key) if key else None)
        known = self._known is not None and not self.is_stale
        if self._on == before and (known or self.busy or not key):
            return
        if key != before.key:
            self.training.cancel()
        self._seek(self.present, begin=bool(key) or self._known is not None)

    @property
    def has_secret(self) -> bool:
        """Whether a bug is switched on that nobody shall know."""
        return self._on.secret is not None

    def await_secret(self) -> None:
        """Switch off what is on, and show nothing that was known: a secret bug is to come."""
        self._examining.cancel()
        self.training.cancel()
        self._on = Switched(is_awaited=True)
        self._seek(None, begin=False)

    def switch_secretly(self, bug: Bug, place: str, ground: Ground) -> None:
        """Switch on a bug that nobody shall know, and check it on ``ground``."""
        self.training.cancel()
        self._on = Switched(bug, place, ground)
        self._seek(ground, begin=True)

    def _seek(self, ground: Ground | None, *, begin: bool) -> None:
        """Look for the bug that is on now, with as little work on ``ground`` as there is to do."""
        known, h = self._known, self._wanted.h
        self.was_cancelled = False
        self.training.want(None)
        if self._examining.is_whole and self._examining.is_at(ground, h):
            self._examining.suspect(self._on)
        elif known is not None and known.is_of(ground, h):
            self._accuse(known)
        elif begin and ground is not None:
            self._begin(ground)
        self.changed.emit()

    def _accuse(self, known: Known) -> None:
        if known.on == self._on:
            self._examining.cancel()
            self.training.want(None if known.on.is_hidden else known.accused)
        else:
            self._examining.accuse(known.checked, self._on)

    def _return_to_known(self) -> None:
        """Look for the guilty layer where it was looked for before a check that came to nothing."""
        known, secret = self._known, self._on.secret
        if known is None or self._on.is_awaited:
            return
        self._sweeping.begin(known.checked.ground)
        if secret is None or secret.has_shape_of(known.checked.ground):
            self._accuse(known)

    # Answers.

    def _take(self, checked: Checked, accused: Accused, on: Switched) -> None:
        self._known = known_after(self._known, checked, accused, on)
        self.training.want(None if on.is_hidden else accused)
        self._sweeping.begin(checked.ground)
        self._told = self._news
        self.changed.emit()
        if not self.was_cancelled:
            self._look()

    def _fail(self, message: str, in_right_code: bool) -> None:
        if in_right_code:
            self._return_to_known()
        self.changed.emit()
        self.failed.emit(message)

    # The session.

    @property
    def _runs_on(self) -> bool:
        session = self._session
        is_live = session.pinned is None and session.state is State.RUNNING
        return is_live and not self._wanted.fresh

    def _look(self) -> None:
        """Check again what was checked once, when there is another iteration or drawing.

        Not while training goes on: nobody could read that.
        """
        can_change = not self._wanted.fresh or self._wanted.source == "drawing"
        if self._awake and not self._runs_on and (can_change or self.standing.is_elsewhere):
            if self.busy:
                is_new = not self._examining.is_at(self.present, self._wanted.h)
            else:
                is_new = self.is_stale
            if is_new:
                self.run()
        news = self._news
        if news != self._told:
            self._told = news
            self.changed.emit()

    @property
    def _news(self) -> tuple[Missing | None, bool, bool, bool]:
        standing = self.standing
        return self.missing, standing.is_stale, standing.is_behind, standing.is_elsewhere

"""The gradient check of the session's network, and the bug that is switched on in it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from app.checked_digits import Missing, digits_of
from app.checks import Accused, Checked, Ground, Wanted, accuse, examine, shapes_of
from app.lab import Question
from app.rehearsing import Rehearsing
from app.run_state import State
from app.sweeping import Sweeping
from bpcore.bugs import bug_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.session import Session
    from bpcore.bugs import Bug
    from bpcore.gradient_check import Sweep


class Checking(QObject):
    """What is known of the gradients of one network on one batch; all of it belongs together.

    ``changed`` tells that something else is known or wanted, ``progressed`` the share done of the
    check that is under way, ``failed`` carries a sentence.

    Attributes
    ----------
    training
        What the bug that is switched on does to training.
    """

    changed = Signal()
    progressed = Signal(float)
    failed = Signal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._wanted = Wanted()
        self._label: int | None = None
        self._awake = False
        self._key = ""
        self._secret: tuple[Bug, str, Ground] | None = None
        self._checked: Checked | None = None
        self._accused: Accused | None = None
        self._prints: Mapping[str, tuple[bool | None, ...]] = MappingProxyType({})
        self.training = Rehearsing(session, self)
        self.training.changed.connect(self.changed)
        self._prepare()
        self._told = self._news
        session.snapshot_changed.connect(self._look)
        session.state_changed.connect(self._look)
        session.data_changed.connect(self.changed)

    def _prepare(self) -> None:
        laboratory = self._session.laboratory
        self._check = Question(laboratory, "gradientCheck")
        self._check.answered.connect(self._take_checked)
        self._check.progressed.connect(self.progressed)
        self._check.failed.connect(self._fail_check)
        self._accusation = Question(laboratory, "accusation")
        self._accusation.answered.connect(self._take_accused)
        self._accusation.progressed.connect(self.progressed)
        self._accusation.failed.connect(self._fail)
        self._sweeping = Sweeping(laboratory, self)
        self._sweeping.changed.connect(self.changed)
        self._sweeping.failed.connect(self.failed)

    # What is wanted.

    @property
    def wanted(self) -> Wanted:
        """What the next check is of."""
        return self._wanted

    def want(self, **changes: Any) -> None:
        """Check another thing the next time; what is known stays until then."""
        wanted = replace(self._wanted, **changes)
        if wanted != self._wanted:
            self._wanted = wanted
            self._told = self._news
            self.changed.emit()

    def name_drawing(self, label: int | None) -> None:
        """Take the drawing as it is now, meant as ``label``; None while nobody says which digit."""
        self._label = label
        if self._wanted.source == "drawing":
            self._look()

    @property
    def missing(self) -> Missing | None:
        """What must be there before the next check; None if nothing is missing."""
        digits = digits_of(self._session, self._wanted, self._label)
        return digits if isinstance(digits, Missing) else None

    @property
    def shapes(self) -> Mapping[str, tuple[int, ...]]:
        """Shapes of the session's parameters by name, in order; of none while there is none."""
        snapshot = self._session.snapshot
        return {} if snapshot is None else shapes_of(snapshot.config)

    @property
    def present(self) -> Ground | None:
        """What a check would be of now; None while there is no network or no digits.

        A secret bug stays in a network of the shape in which it was hidden: in another one there
        may be no place for it, or another.
        """
        session = self._session
        snapshot, batch = session.snapshot, digits_of(session, self._wanted, self._label)
        if snapshot is None or isinstance(batch, Missing):
            return None
        moment = (None, 0) if self._wanted.fresh else (snapshot.params, snapshot.iteration)
        ground = Ground(snapshot.config, moment[0], snapshot.run, moment[1], batch)
        if self._secret is not None and not self._secret[2].has_shape_of(ground):
            return replace(self._secret[2], batch=batch)
        return ground

    def wake(self, awake: bool) -> None:
        """Follow the timeline from now on, or leave it."""
        self._awake = awake
        self._look()

    # What is known.

    @property
    def busy(self) -> bool:
        """Whether a check is under way."""
        return self._check.busy

    @property
    def checked(self) -> Checked | None:
        """The check that was made last."""
        return self._checked

    @property
    def is_stale(self) -> bool:
        """Whether what is known is of another network, batch or h than what is wanted now."""
        checked = self._checked
        return checked is not None and not (
            checked.h == self._wanted.h and checked.ground.is_same(self.present)
        )

    @property
    def accused(self) -> Accused | None:
        """What the check finds with the bug that is switched on, or without; None until then."""
        return self._accused

    @property
    def is_accusing(self) -> bool:
        """Whether the guilty layer is being looked for."""
        return self._accusation.busy

    @property
    def sweeps(self) -> tuple[Sweep, Sweep] | None:
        """Differences over h in float64 and float32, of what was checked; None until then."""
        return None if self._checked is None else self._sweeping.of(self._checked.ground)

    @property
    def prints(self) -> Mapping[str, tuple[bool | None, ...]]:
        """Which parameters agree with each bug, as far as it is known."""
        return self._prints

    # What is done.

    def run(self) -> None:
        """Check what is wanted."""
        ground = self.present
        if ground is not None:
            self._run_on(ground)

    def _run_on(self, ground: Ground) -> None:
        self._accusation.cancel()
        self._check.ask(partial(examine, ground, self._wanted.h))
        self.changed.emit()

    def cancel(self) -> None:
        """Give up the check under way; what was known is known still."""
        self._check.cancel()
        if self._accusation.busy:
            self._accusation.cancel()
            self._key = ""
        self._return_to_known()
        self.changed.emit()

    @property
    def key(self) -> str:
        """The bug that is switched on; "" if none, or a secret one."""
        return self._key

    def switch(self, key: str) -> None:
        """Switch on one bug, and all others off; "" switches off."""
        before, self._secret = (self._key, self._secret), None
        known = self._checked is not None and not self.is_stale
        if before == (key, None) and (known or self.busy or not key):
            return
        self._key = key
        if key != before[0]:
            self.training.cancel()
        self._forget_accused()
        if self._checked is not None and known:
            self._accuse(self._checked)
        elif not self.busy and (key or self._checked is not None):
            self.run()
        self.changed.emit()

    @property
    def has_secret(self) -> bool:
        """Whether a bug is switched on that nobody shall know."""
        return self._secret is not None

    def switch_secretly(self, bug: Bug, place: str, ground: Ground) -> None:
        """Switch on a bug that nobody shall know, and check it on ``ground``."""
        self.training.cancel()
        self._key, self._secret = "", (bug, place, ground)
        checked = self._checked
        if checked is not None and checked.ground.is_same(ground) and not self.busy:
            self._accuse(checked)
        else:
            self._forget_accused()
            self._run_on(ground)
        self.changed.emit()

    def _forget_accused(self) -> None:
        self._accused = None
        self.training.want(None)

    def _accuse(self, checked: Checked) -> None:
        self._forget_accused()
        bug, place = bug_of(self._key) if self._key else None, ""
        if self._secret is not None:
            bug, place, _ = self._secret
        self._accusation.ask(partial(accuse, checked, bug, place))

    def _return_to_known(self) -> None:
        """Look for the guilty layer where it was looked for before a check that came to nothing."""
        checked, secret = self._checked, self._secret
        if checked is None or self._accused is not None:
            return
        if secret is None or secret[2].has_shape_of(checked.ground):
            self._accuse(checked)

    # Answers.

    def _take_checked(self, checked: Checked) -> None:
        before, self._checked = self._checked, checked
        same = before is not None and before.ground.is_same(checked.ground)
        others = {k: v for k, v in self._prints.items() if k not in checked.prints} if same else {}
        self._prints = MappingProxyType(others | dict(checked.prints))
        self._accuse(checked)
        self._sweeping.begin(checked.ground)
        self.changed.emit()

    def _take_accused(self, accused: Accused) -> None:
        self._accused = accused
        if accused.bug is not None and not (self.has_secret or accused.is_doubtful):
            found = {accused.bug.key: accused.print}
            self._prints = MappingProxyType(dict(self._prints) | found)
        self.training.want(None if self.has_secret else accused)
        self.changed.emit()
        self._look()

    def _fail_check(self, message: str) -> None:
        self._return_to_known()
        self._fail(message)

    def _fail(self, message: str) -> None:
        self.changed.emit()
        self.failed.emit(message)

    # The session.

    def _look(self) -> None:
        """Check again what was checked once, when there is another iteration or drawing.

        Not while training goes on: nobody could read that.
        """
        session, wanted = self._session, self._wanted
        runs_on = session.pinned is None and session.state is State.RUNNING and not wanted.fresh
        can_change = not wanted.fresh or wanted.source == "drawing"
        follows = self._awake and self._checked is not None and can_change
        if follows and self.is_stale and not (runs_on or self.busy or self.is_accusing):
            self.run()
        news = self._news
        if news != self._told:
            self._told = news
            self.changed.emit()

    @property
    def _news(self) -> tuple[Missing | None, bool]:
        return self.missing, self.is_stale

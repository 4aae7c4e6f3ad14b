"""A check and the search for the guilty layer, one after the other: the newest wish alone."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.checks import accuse, examine
from app.known import Switched
from app.lab import Question

if TYPE_CHECKING:
    from app.checks import Accused, Checked, Ground
    from app.lab import Laboratory

CHECK_SHARE = 0.9
"""Of all the work where it takes long enough for a bar to be shown."""


class Examining(QObject):
    """Checks right code, then what is found with a bug on; what is begun later ends the earlier.

    ``found`` carries a Checked, the Accused that was made of it, and what was switched on;
    ``progressed`` the share done; ``failed`` a sentence, and whether it was right code that could
    not be checked.
    """

    found = Signal(object, object, object)
    progressed = Signal(float)
    failed = Signal(str, bool)

    def __init__(self, laboratory: Laboratory, parent: QObject) -> None:
        super().__init__(parent)
        self._asked: tuple[Ground, float] | None = None
        self._checked: Checked | None = None
        self._is_whole = False
        self._on = Switched()
        self._check = Question(laboratory, "gradientCheck")
        self._check.answered.connect(self._ask)
        self._check.progressed.connect(self._tell_check)
        self._check.failed.connect(self._fail)
        self._accusation = Question(laboratory, "accusation")
        self._accusation.answered.connect(self._take_accused)
        self._accusation.progressed.connect(self._tell_accusation)
        self._accusation.failed.connect(self._fail)

    @property
    def busy(self) -> bool:
        """Whether an answer is on its way."""
        return self._check.busy or self._accusation.busy

    @property
    def is_accusing(self) -> bool:
        """Whether right code is checked already, and the guilty layer looked for."""
        return self._accusation.busy

    @property
    def is_whole(self) -> bool:
        """Whether what is under way is a check, and not a look at another bug alone."""
        return self.busy and self._is_whole

    def is_at(self, ground: Ground | None, h: float) -> bool:
        """Tell whether what is under way is of ``ground`` with ``h``."""
        if not self.busy or self._asked is None:
            return False
        return self._asked[1] == h and self._asked[0].is_same(ground)

    def begin(self, ground: Ground, h: float, on: Switched) -> None:
        """Check ``ground``, and look for the bug that is ``on``."""
        self.cancel()
        self._asked, self._on, self._is_whole = (ground, h), on, True
        self._check.ask(partial(examine, ground, h))

    def accuse(self, checked: Checked, on: Switched) -> None:
        """Look for the bug that is ``on`` where right code is checked already."""
        self.cancel()
        self._asked, self._on, self._is_whole = (checked.ground, checked.h), on, False
        self._ask(checked)

    def suspect(self, on: Switched) -> None:
        """Look for the bug that is ``on`` instead, in the check that is under way."""
        self._on = on
        if self._checked is not None:
            self._ask(self._checked)

    def cancel(self) -> None:
        """Want none of it any more."""
        self._check.cancel()
        self._accusation.cancel()
        self._checked = None

    def _ask(self, checked: Checked) -> None:
        self._checked = checked
        self._accusation.ask(partial(accuse, checked, self._on.bug, self._on.place))

    def _take_accused(self, accused: Accused) -> None:
        checked, self._checked = self._checked, None
        self.found.emit(checked, accused, self._on)

    def _fail(self, message: str) -> None:
        in_right_code = self._checked is None
        self.cancel()
        self.failed.emit(message, in_right_code)

    def _tell_check(self, share: float) -> None:
        self.progressed.emit(CHECK_SHARE * share)

    def _tell_accusation(self, share: float) -> None:
        done = CHECK_SHARE if self._is_whole else 0.0
        self.progressed.emit(done + (1 - done) * share)

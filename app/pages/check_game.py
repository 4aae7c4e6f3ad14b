"""Detective mode: a bug is switched on secretly, and the check is the instrument to find it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication, QObject, Signal

from app.checked_digits import Missing
from app.detective import Detective
from app.lab import Question
from app.pages.check_words import lacking
from bpcore.bug_effects import bug_effects
from bpcore.bugs import BUGS, bug_of, difference

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from app.checking import Checking
    from app.checks import Ground
    from app.detective_case import Suspect
    from app.session import Session
    from app.widgets.detective_panel import DetectivePanel
    from bpcore.bugs import DiffLine


class Game(QObject):
    """One case after the other, on what was checked last, or is checked first.

    ``changed`` tells that a game began or ended, ``failed`` carries a sentence.
    """

    changed = Signal()
    failed = Signal(str)

    def __init__(
        self,
        session: Session,
        checking: Checking,
        panel: DetectivePanel,
        rng: np.random.Generator | None = None,
    ) -> None:
        super().__init__(checking)  # what the panel can reach holds no secret
        self._checking, self._panel = checking, panel
        self._rng = rng or np.random.default_rng()
        self._detective = Detective(_lines)
        self._question = Question(session.laboratory, "suspects")
        self._question.answered.connect(self._begin)
        self._question.failed.connect(self._fail)
        self._playing = False
        self._ground: Ground | None = None
        panel.accused.connect(self._accuse)
        panel.hint_wanted.connect(self._hint)
        panel.given_up.connect(self._give_up)
        panel.another_wanted.connect(self.begin)
        panel.ended.connect(self.end)

    @property
    def playing(self) -> bool:
        """Whether a case is shown, open or ended."""
        return self._playing

    @property
    def is_open(self) -> bool:
        """Whether the secret is still one."""
        case = self._detective.case
        return self._playing and (case is None or case.ending is None)

    @property
    def is_awaited(self) -> bool:
        """Whether a case is being prepared."""
        return self._question.busy

    @property
    def secret(self) -> Suspect | None:
        """What is hidden; None before the first case."""
        return self._detective.secret

    def toggle(self) -> None:
        """Begin, or end."""
        if self._playing:
            self.end()
        else:
            self.begin()

    def begin(self, rng: np.random.Generator | None = None) -> None:
        """Hide another bug, in the network and batch that are wanted now; ``rng`` draws it."""
        self._rng = rng or self._rng
        self._checking.await_secret()  # the next one is hidden in what is there now
        self._ground = ground = self._checking.present
        if ground is None:
            self._fail(_nowhere(self._checking.missing))
            return
        self._detective.give_up()
        self._detective.case = None
        self._playing = True
        self._panel.show_case(None)
        self._question.ask(partial(find_suspects, ground))
        self.changed.emit()

    def end(self) -> None:
        """Go back to the list of bugs; an open case is given up."""
        self._question.cancel()
        self._detective.give_up()
        self._playing = False
        self._checking.switch("")
        self.changed.emit()

    def _begin(self, found: Found) -> None:
        assert self._ground is not None
        parameters, suspects = self._ground.parameters, found.suspects
        if not suspects:
            self._fail(_tr("No mistake shows on this network with this batch: take another one."))
            return
        self._detective.begin(suspects, parameters, self._rng, found.silent)
        secret = self._detective.secret
        assert secret is not None
        self._checking.switch_secretly(bug_of(secret.key), secret.layer, self._ground)
        self._show()

    def _accuse(self, layer: str, key: str) -> None:
        self._detective.guess(layer, key)
        self._show()

    def _hint(self) -> None:
        self._detective.hint()
        self._show()

    def _give_up(self) -> None:
        self._detective.give_up()
        self._show()

    def _show(self) -> None:
        self._panel.show_case(self._detective.case, self._detective.record)
        self.changed.emit()

    def _fail(self, message: str) -> None:
        self._playing = False
        self._checking.switch("")
        self.changed.emit()
        self.failed.emit(message)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Game", text)


def _nowhere(missing: Missing | None) -> str:
    """Say why no mistake can be hidden."""
    if missing in (None, Missing.DATA):
        return _tr("There is no network with digits to hide a mistake in: wait for both.")
    return lacking(missing)


@dataclass(frozen=True)
class Found:
    """The suspects on a ground, and how many bugs could be there that show nothing on it."""

    suspects: tuple[Suspect, ...]
    silent: int


def find_suspects(ground: Ground) -> Generator[float, None, Found]:
    """Find the suspects on ``ground``; yields the share done as ``bug_effects`` does."""
    network = ground.network()
    suspects = yield from bug_effects(network, ground.digits(), ground.batch.labels)
    harmful = (bug for bug in BUGS if not (bug.harmless or bug.overwrites))
    possible = {bug.key for bug in harmful if bug.places(network)}
    return Found(suspects, len(possible - {suspect.key for suspect in suspects}))


def _lines(key: str) -> Sequence[DiffLine]:
    return difference(bug_of(key))

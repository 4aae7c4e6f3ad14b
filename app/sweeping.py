"""The sweep over h that comes with each check."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.checks import sweep_both
from app.lab import Question

if TYPE_CHECKING:
    from collections.abc import Generator

    from app.checks import Ground
    from app.lab import Laboratory
    from bpcore.gradient_check import Sweep


class Sweeping(QObject):
    """Differences over h on the ground that was swept last.

    ``changed`` tells that others are known, ``failed`` carries a sentence.
    """

    changed = Signal()
    failed = Signal(str)

    def __init__(self, laboratory: Laboratory, parent: QObject) -> None:
        super().__init__(parent)
        self._known: tuple[Ground, Sweep, Sweep] | None = None
        self._asked: Ground | None = None
        self._question = Question(laboratory, "stepSweep")
        self._question.answered.connect(self._take)
        self._question.failed.connect(self.failed)

    @property
    def busy(self) -> bool:
        """Whether a sweep is under way."""
        return self._question.busy

    def of(self, ground: Ground) -> tuple[Sweep, Sweep] | None:
        """Return the differences on ``ground`` in float64 and float32; None if not known."""
        known = self._known
        return known[1:] if known is not None and known[0].is_same(ground) else None

    def begin(self, ground: Ground) -> None:
        """Sweep on ``ground``, unless it is known what comes out, or under way."""
        self.keep(ground)
        if self.of(ground) is None and not self.busy:
            self._asked = ground
            self._question.ask(partial(_swept, ground))

    def keep(self, ground: Ground) -> None:
        """Give up a sweep that is not on ``ground``: nobody wants to see it any more."""
        if self._asked is not None and not self._asked.is_same(ground):
            self._question.cancel()

    def _take(self, known: tuple[Ground, Sweep, Sweep]) -> None:
        self._known = known
        self.changed.emit()


def _swept(ground: Ground) -> Generator[float, None, tuple[Ground, Sweep, Sweep]]:
    """Sweep, and return what was swept with its results."""
    return ground, *(yield from sweep_both(ground))

"""The drawings of this session that made room for others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app import formatting

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from app.strokes import Mark

MOST_KEPT = 60


@dataclass(frozen=True, eq=False)
class Kept:
    """A drawing as it was left.

    Attributes
    ----------
    marks
        What it was made of: from these it can be drawn again, and drawn on.
    image
        What the network got (28, 28), 0 to 255.
    digit, probability
        What was read last, and how probable it was; None if nothing was.
    """

    marks: tuple[Mark, ...]
    image: npt.NDArray[np.uint8]
    digit: int | None = None
    probability: float | None = None

    @property
    def reading(self) -> str:
        """The digit that was read; a dash if none was."""
        return formatting.EM_DASH if self.digit is None else str(self.digit)

    @property
    def certainty(self) -> str:
        """How probable that digit was."""
        return formatting.share(self.probability, 1)


class Gallery(QObject):
    """Keeps drawings, the newest first; one that is there already comes to the front."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[Kept, ...] = ()

    @property
    def entries(self) -> tuple[Kept, ...]:
        """What is kept, the newest first."""
        return self._entries

    def keep(self, kept: Kept) -> None:
        """Keep a drawing; beyond sixty, the oldest goes."""
        others = (entry for entry in self._entries if entry.marks != kept.marks)
        self._entries = (kept, *others)[:MOST_KEPT]
        self.changed.emit()

    def remove(self, kept: Kept) -> None:
        """Forget a drawing."""
        self._entries = tuple(entry for entry in self._entries if entry is not kept)
        self.changed.emit()

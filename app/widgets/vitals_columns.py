"""Where names and numbers stand left of the curves of the vitals. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF

SAMPLE, GAP = 22.0, 3.0
"""Of a line, before the number of its run; what is between the two."""

TWO_LINES, TWO_CLOSE_LINES, THREE_LINES = 36, 22, 36
"""Heights from which the number stands under the name, alone and beside those of other runs, and
from which three of these stand one under the other."""

_ALONE, _NAME, _CELL, _BETWEEN = 104, 66, 78, 10
_LINE, _LEAST_LINE, _OTHERS_LINE = 17.0, 11.0, 12.0


@dataclass(frozen=True)
class Columns:
    """The columns of a row ``height`` high over which the curves of ``others`` runs are drawn.

    The first has the name of the row and the number of the shown run; those right of it, where
    there are some, the numbers of the others.
    """

    height: float
    others: int = 0

    @property
    def stacked(self) -> bool:
        """Whether the number stands under the name, not right of it."""
        return self.height >= (TWO_CLOSE_LINES if self.others else TWO_LINES)

    @property
    def lines(self) -> int:
        """How many numbers of other runs stand one under the other."""
        return 3 if self.height >= THREE_LINES else 2 if self.height >= TWO_CLOSE_LINES else 1

    @property
    def first(self) -> int:
        """Width of the first column."""
        return _NAME if self.others and self.stacked else _ALONE

    @property
    def width(self) -> int:
        """How far from the left the curves begin."""
        return self.first + _CELL * -(-self.others // self.lines)

    @property
    def _pitch(self) -> float:
        return min(max(self.height / 2, _LEAST_LINE), _LINE)

    def name(self) -> QRectF:
        """Return the place of the name, from the upper left corner of the row."""
        up = self._pitch / 2 if self.stacked else 0.0
        return QRectF(0, self.height / 2 - up - 8, self.first - _BETWEEN, 16)

    def number(self) -> QRectF:
        """Return the place of the number of the shown run."""
        return self.name().translated(0, self._pitch if self.stacked else 0)

    def other(self, index: int) -> QRectF:
        """Return the place of the number of another run, with the sample of its line."""
        column, line = divmod(index, self.lines)
        left = self.first + column * _CELL
        if self.others == 1:
            middle = self.number().center().y()
        else:
            inside = min(self.others - column * self.lines, self.lines)
            middle = self.height / 2 + (line - (inside - 1) / 2) * min(
                _OTHERS_LINE, self.height / self.lines
            )
        return QRectF(left, middle - 8, _CELL - _BETWEEN + 4, 16)

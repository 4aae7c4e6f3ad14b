"""Ten probabilities as rows: digit, bar, percentage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app import formatting, theme
from app.widgets.bars import draw_outline, draw_share, draw_track
from app.widgets.basics import SEMIBOLD

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

DIGITS = 10
ROW_HEIGHT = 23
LEAST_ROW = 14
NOTABLE = 0.01
"""From this probability on a row is written in full strength."""

_DIGIT_COLUMN = 20
_GAP = 12
_MAX_BAR = 20


class ProbabilityBars(QWidget):
    """What a network gives each digit; em dashes while it gives nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("probabilityBars")
        self.setAccessibleName(self.tr("Probabilities of the digits"))
        self.setMinimumSize(240, DIGITS * LEAST_ROW)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._probabilities: npt.NDArray[np.floating] | None = None
        self._before: npt.NDArray[np.floating] | None = None
        self._sure = True
        self.set_probabilities(None)

    @property
    def texts(self) -> tuple[str, ...]:
        """The percentages as shown, for digits 0 to 9."""
        return _percentages(self._probabilities)

    @property
    def winner(self) -> int | None:
        """The digit that is most probable; None while nothing is predicted."""
        return None if self._probabilities is None else int(self._probabilities.argmax())

    @property
    def before(self) -> npt.NDArray[np.floating] | None:
        """What is outlined (10,); None if nothing is."""
        return self._before

    def set_probabilities(
        self,
        probabilities: npt.NDArray[np.floating] | None,
        before: npt.NDArray[np.floating] | None = None,
        *,
        sure: bool = True,
    ) -> None:
        """Show ``probabilities`` (10,), each 0 to 1, or that there are none.

        ``before`` (10,) is outlined. The winner has the accent only if the network is ``sure``.
        """
        self._probabilities, self._before, self._sure = probabilities, before, sure
        self.setAccessibleDescription(self._spoken())
        self.update()

    def _spoken(self) -> str:
        if self._probabilities is None:
            return self.tr("Nothing predicted")
        rows = [f"{digit}: {text}" for digit, text in enumerate(self.texts)]
        if self._before is not None:
            was = self.tr("{row}, before {share}")
            shares = _percentages(self._before)
            rows = [was.format(row=r, share=s) for r, s in zip(rows, shares, strict=True)]
        return ", ".join(rows)

    def sizeHint(self) -> QSize:
        """Return the size that the rows have in the design."""
        return QSize(320, DIGITS * ROW_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ten rows, as high as there is room."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pitch = self.height() / DIGITS
        # Of all rows: they are of different heights, as each begins at a whole pixel.
        size = 11 if pitch < 16 else 12 if pitch < 28 else 13
        for digit, text in enumerate(self.texts):
            top = round(digit * pitch)
            row = QRectF(0, top, self.width(), round((digit + 1) * pitch) - top)
            self._draw_row(painter, row, digit, text, size)
        painter.end()

    def _draw_row(self, painter: QPainter, row: QRectF, digit: int, text: str, size: int) -> None:
        colors = theme.current()
        p = self._probabilities
        value = None if p is None else float(p[digit])
        wins = digit == self.winner
        notable = value is not None and value >= NOTABLE
        weight = SEMIBOLD if wins else SEMIBOLD.Normal

        thickness = min(round(row.height() * 0.57), _MAX_BAR)
        top = row.y() + (row.height() - thickness) // 2
        painter.setFont(theme.mono_font(size, weight))
        metrics = painter.fontMetrics()
        # Not left to an alignment: a thin space from another font would move the text off its line.
        line = top + round((thickness + metrics.capHeight()) / 2)
        painter.setPen(QColor(colors.text_1 if notable else colors.text_2))
        painter.drawText(QPointF(0, line), str(digit))
        painter.setPen(QColor(colors.text_1 if notable else colors.text_3))
        painter.drawText(QPointF(row.width() - metrics.horizontalAdvance(text), line), text)

        widest = metrics.horizontalAdvance(formatting.percent(1.0, 2))
        track = QRectF(_DIGIT_COLUMN, top, row.width() - _DIGIT_COLUMN - widest - _GAP, thickness)
        draw_track(painter, track)
        if value is not None:
            accented = wins and self._sure
            draw_share(painter, track, value, colors.accent if accented else colors.text_2)
        if self._before is not None:
            before = float(self._before[digit])
            draw_outline(painter, track, before, colors.text_1, value or 0.0)


def _percentages(probabilities: npt.NDArray[np.floating] | None) -> tuple[str, ...]:
    values = [None] * DIGITS if probabilities is None else probabilities.tolist()
    return tuple(formatting.percent(value, 2) for value in values)

"""Ten probabilities as rows: digit, bar, percentage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app import formatting, theme
from app.widgets.basics import SEMIBOLD

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

DIGITS = 10
ROW_HEIGHT = 23
NOTABLE = 0.01
"""From this probability on a row is written in full strength."""

_DIGIT_COLUMN = 20
_GAP = 12
_MAX_BAR = 20


class ProbabilityBars(QWidget):
    """What the network gives each digit; em dashes while it gives nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("probabilityBars")
        self.setAccessibleName(self.tr("Probabilities of the digits"))
        self.setMinimumSize(240, DIGITS * 15)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._probabilities: npt.NDArray[np.floating] | None = None
        self.set_probabilities(None)

    @property
    def texts(self) -> tuple[str, ...]:
        """The percentages as shown, for digits 0 to 9."""
        values = [None] * DIGITS if self._probabilities is None else self._probabilities.tolist()
        return tuple(formatting.percent(value, 2) for value in values)

    @property
    def winner(self) -> int | None:
        """The digit that is most probable; None while nothing is predicted."""
        return None if self._probabilities is None else int(self._probabilities.argmax())

    def set_probabilities(self, probabilities: npt.NDArray[np.floating] | None) -> None:
        """Show ``probabilities`` (10,), each 0 to 1, or that there are none."""
        self._probabilities = probabilities
        if probabilities is None:
            self.setAccessibleDescription(self.tr("Nothing predicted"))
        else:
            rows = (f"{digit}: {text}" for digit, text in enumerate(self.texts))
            self.setAccessibleDescription(", ".join(rows))
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size that the rows have in the design."""
        return QSize(320, DIGITS * ROW_HEIGHT)

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of a new theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ten rows, as high as there is room."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pitch = self.height() / DIGITS
        for digit, text in enumerate(self.texts):
            top = round(digit * pitch)
            row = QRectF(0, top, self.width(), round((digit + 1) * pitch) - top)
            self._draw_row(painter, row, digit, text)
        painter.end()

    def _draw_row(self, painter: QPainter, row: QRectF, digit: int, text: str) -> None:
        colors = theme.current()
        p = self._probabilities
        value = None if p is None else float(p[digit])
        wins = digit == self.winner
        notable = value is not None and value >= NOTABLE
        weight = SEMIBOLD if wins else SEMIBOLD.Normal
        size = 12 if row.height() < 28 else 13

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
        length = row.width() - _DIGIT_COLUMN - widest - _GAP
        track = QRectF(_DIGIT_COLUMN, top, length, thickness)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.surface_2))
        painter.drawRoundedRect(track, 2, 2)
        if value is not None:
            self._draw_bar(painter, track, value, colors.accent if wins else colors.text_2)

    def _draw_bar(self, painter: QPainter, track: QRectF, value: float, color: str) -> None:
        bar = QRectF(track)
        bar.setWidth(max(value * track.width(), 1.0))  # even nothing has its axis
        painter.setBrush(QColor(color))
        radius = 2 if bar.width() >= 4 else 0
        painter.drawRoundedRect(bar, radius, radius)

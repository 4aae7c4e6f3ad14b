"""Which line of a chart is which run, and what each is under the pointer. Needs no pyqtgraph."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from app import theme
from app.widgets import line_styles
from app.widgets.chart_labels import EVENT_TEXT_HEIGHT, GAP, PADDING, SAMPLE
from app.widgets.label_places import crossings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.widgets.label_places import Floats

_ROW, _NAME_WIDTH = 16.0, 150.0
_VALUE = 52.0
"""Room of a value, kept while there is none: nothing moves when the pointer comes."""

_END = 4.0
"""What room for the text at the end of a curve is worth, in crossings of a curve."""

_BESIDE_NAME = SAMPLE + 3 * PADDING + 2 + _VALUE


@dataclass(frozen=True)
class Legend:
    """Which line is which run: a sample and a name in each row, or all in one if ``flat``."""

    entries: tuple[tuple[int, str], ...]
    flat: bool = False

    def rect(self, room: QRectF, curves: Sequence[tuple[Floats, Floats]]) -> QRectF:
        """Return where in ``room`` it covers least of ``curves``.

        That is a corner, or a line across where it is flat. The curves are pairs of x and y in
        pixels, arrays of equal length.
        """
        metrics = QFontMetricsF(theme.ui_font(11))
        widths = [metrics.horizontalAdvance(name) for _, name in self.entries]
        cell = min(max(widths, default=0.0) + 1, _NAME_WIDTH) + _BESIDE_NAME
        count = max(len(self.entries), 1)
        left, right = room.left() + 4, room.right() - GAP
        bottom, top = room.bottom() - 4, room.top() + EVENT_TEXT_HEIGHT + 4
        columns = count if self.flat else 1
        width, height = min(cell * columns, right - left), _ROW * (count // columns) + 2
        low, far = bottom - height, right - width
        if self.flat:
            rows = np.arange(max(int((low - room.top()) // _ROW), 0) + 1) * _ROW
            corners = [(x, y) for y in (low - rows).tolist() for x in (far, left)]
        else:
            corners = [(far, top), (left, low), (far, low)]
        ends = [_around_end(x, y) for x, y in curves if len(x)]

        def covered(corner: tuple[float, float]) -> float:
            x, y = corner
            rect = QRectF(x, y, width, height)
            through = crossings(x, x + width, np.array([y]), height, curves).sum()
            return float(through) + _END * sum(rect.intersects(end) for end in ends)

        best, least = corners[0], math.inf
        for corner in corners:
            cost = covered(corner)
            if cost < least:
                best, least = corner, cost
            if not cost:  # none can be better
                break
        return QRectF(*best, width, height)

    def paint(self, painter: QPainter, rect: QRectF) -> None:
        """Paint samples and names into ``rect``."""
        for (style, name), cell in zip(self.entries, self._cells(rect), strict=True):
            _paint_entry(painter, cell, style, name)

    def paint_values(self, painter: QPainter, rect: QRectF, values: Sequence[str]) -> None:
        """Paint a value after each name."""
        colors = theme.current()
        painter.setFont(theme.ui_font(11))
        painter.setPen(QPen(QColor(colors.text_1)))
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        for value, place in zip(values, self.value_rects(rect), strict=True):
            painter.fillRect(place, QColor(colors.surface_1))
            painter.drawText(place.adjusted(0, 0, -PADDING, 0), right, value)

    def value_rects(self, rect: QRectF) -> list[QRectF]:
        """Return where in ``rect`` the values stand."""
        return [cell.adjusted(cell.width() - _VALUE, 0, 0, 0) for cell in self._cells(rect)]

    def _cells(self, rect: QRectF) -> list[QRectF]:
        columns = len(self.entries) if self.flat else 1
        width = rect.width() / columns
        places = (divmod(index, columns) for index in range(len(self.entries)))
        top = rect.top() + 1
        return [
            QRectF(rect.left() + across * width, top + down * _ROW, width, _ROW)
            for down, across in places
        ]


def _around_end(x: Floats, y: Floats) -> QRectF:
    """Return where the text at the end of a curve will stand."""
    return QRectF(float(x[-1]) - 90, float(y[-1]) - 24, 180, 48)


def _paint_entry(painter: QPainter, cell: QRectF, style: int, name: str) -> None:
    colors, font = theme.current(), theme.ui_font(11)
    painter.fillRect(cell.adjusted(0, -1, -_VALUE, 1), QColor(colors.surface_1))
    sample = QRectF(cell.left() + PADDING, cell.top(), SAMPLE, _ROW)
    line_styles.paint_sample(painter, sample, style)
    painter.setFont(font)
    painter.setPen(QPen(QColor(colors.text_2)))
    room = cell.width() - _BESIDE_NAME
    text = QFontMetricsF(font).elidedText(name, Qt.TextElideMode.ElideMiddle, room)
    place = QRectF(sample.right() + PADDING + 2, cell.top(), room + PADDING, _ROW)
    painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, text)

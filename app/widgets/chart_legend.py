"""Which line of a chart is which run. Needs no pyqtgraph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from app import theme
from app.widgets import line_styles
from app.widgets.chart_labels import EVENT_TEXT_HEIGHT, GAP, PADDING, SAMPLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.widgets.chart_labels import Floats

_ROW, _NAME_WIDTH = 16.0, 150.0


@dataclass(frozen=True)
class Legend:
    """Which line is which run: a sample and a name in each row."""

    entries: tuple[tuple[int, str], ...]

    @property
    def size(self) -> QSizeF:
        """Room that it takes."""
        metrics = QFontMetricsF(theme.ui_font(11))
        widths = [metrics.horizontalAdvance(name) for _, name in self.entries]
        width = min(max(widths, default=0.0), _NAME_WIDTH) + SAMPLE + 3 * PADDING + 4
        return QSizeF(width, _ROW * len(self.entries) + 2)

    def rect(self, room: QRectF, curves: Sequence[tuple[Floats, Floats]]) -> QRectF:
        """Return where in ``room`` it covers least of ``curves``: top right or bottom left.

        The curves are pairs of x and y in pixels, arrays of equal length.
        """
        size = self.size
        top = room.top() + EVENT_TEXT_HEIGHT + 4
        right = QRectF(QPointF(room.right() - size.width() - GAP, top), size)
        left = QRectF(QPointF(room.left() + 4, room.bottom() - size.height() - 4), size)

        def covered(rect: QRectF) -> int:
            return sum(
                int(
                    (
                        (x >= rect.left())
                        & (x <= rect.right())
                        & (y >= rect.top())
                        & (y <= rect.bottom())
                    ).sum()
                )
                for x, y in curves
            )

        return min((right, left), key=covered)

    def paint(self, painter: QPainter, rect: QRectF) -> None:
        """Paint it into ``rect``."""
        colors = theme.current()
        painter.fillRect(rect, QColor(colors.surface_1))
        font = theme.ui_font(11)
        metrics = QFontMetricsF(font)
        for index, (style, name) in enumerate(self.entries):
            row = QRectF(rect.left() + PADDING, rect.top() + 1 + index * _ROW, SAMPLE, _ROW)
            line_styles.paint_sample(painter, row, style)
            painter.setFont(font)
            painter.setPen(QPen(QColor(colors.text_2)))
            text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, _NAME_WIDTH)
            left = row.right() + PADDING + 2
            painter.drawText(
                QRectF(left, row.top(), rect.right() - left, _ROW),
                Qt.AlignmentFlag.AlignVCenter,
                text,
            )

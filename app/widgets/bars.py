"""Bars that show a share of 1: as it is, and as it was before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

RADIUS = 2
DASHES = (3, 2)
NARROWEST_OUTLINE = 3
"""Below this width, in pixels, an outline would be a line that says nothing."""


def draw_track(painter: QPainter, track: QRectF) -> None:
    """Draw what a whole, 100 %, would fill."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.current().surface_2))
    painter.drawRoundedRect(track, RADIUS, RADIUS)


def draw_share(painter: QPainter, track: QRectF, share: float, color: str) -> None:
    """Fill ``share`` of the track, 0 to 1; nothing is a line of a pixel, its axis."""
    bar = QRectF(track)
    bar.setWidth(max(share * track.width(), 1.0))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(color))
    radius = RADIUS if bar.width() >= 2 * RADIUS else 0
    painter.drawRoundedRect(bar, radius, radius)


def draw_outline(
    painter: QPainter, track: QRectF, share: float, color: str, filled: float = 0.0
) -> None:
    """Outline ``share`` of the track with dashes: what was filled before.

    Over what is ``filled`` now they have the colour of the card, which can be seen there.
    """
    width = round(share * track.width())
    if width < NARROWEST_OUTLINE:
        return
    outline = QRectF(track.x(), track.y(), width, track.height()).adjusted(0.5, 0.5, -0.5, -0.5)
    bar, rest = QRectF(track), QRectF(track)
    bar.setWidth(round(filled * track.width()))
    rest.setLeft(bar.right())
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for part, each in ((bar, theme.current().surface_1), (rest, color)):
        pen = QPen(QColor(each), 1)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern(DASHES)
        painter.setPen(pen)
        painter.setClipRect(part)
        painter.drawRoundedRect(outline, RADIUS, RADIUS)
    painter.setClipping(False)


class BarLegend(QWidget):
    """Says which bars are filled and which outlined: "now" and "before"."""

    _SWATCH, _GAP, _BETWEEN = 14, 5, 10

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("barLegend")
        self.setFont(theme.ui_font(11))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Filled bars: now. Outlined bars: before."))

    def _texts(self) -> Sequence[str]:
        return self.tr("now"), self.tr("before")

    def sizeHint(self) -> QSize:
        """Return the size of both swatches with their words."""
        words = sum(self.fontMetrics().horizontalAdvance(text) for text in self._texts())
        return QSize(words + 2 * (self._SWATCH + self._GAP) + self._BETWEEN, 16)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint both."""
        colors = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = painter.fontMetrics()
        baseline = (self.height() + metrics.capHeight()) / 2
        x = 0
        for text, draw in zip(self._texts(), (draw_share, draw_outline), strict=True):
            draw(painter, QRectF(x, 3, self._SWATCH, 10), 1.0, colors.text_2)
            x += self._SWATCH + self._GAP
            painter.setPen(QColor(colors.text_3))
            painter.drawText(QPointF(x, baseline), text)
            x += metrics.horizontalAdvance(text) + self._BETWEEN
        painter.end()

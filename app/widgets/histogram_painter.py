"""How a histogram looks, now and at the start of a run: pure functions of what it shows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from app import formatting, theme
from app.widgets.basics import SEMIBOLD

if TYPE_CHECKING:
    import numpy.typing as npt

    from bpcore.histogram import Histogram

NAMES, TICKS = 104, 40
"""Across, left of a histogram for what it is of, right of it for the scale."""

AXIS = 16
"""Below it, for the numbers at its ends."""

_DASHES = (4.0, 3.0)
_LINE = 16


@dataclass(frozen=True)
class HistogramFrame:
    """All that a row shows: what it is of, a few words, and the counts of two moments."""

    name: str
    words: tuple[str, ...]
    now: Histogram
    then: Histogram
    width: float
    height: float

    @property
    def decades(self) -> float:
        """How many powers of ten the scale of counts has."""
        most = max(int(self.now.counts.max()), int(self.then.counts.max()), 10)
        return math.log10(most) * 1.04

    @property
    def ticks(self) -> tuple[int, ...]:
        """The powers of ten at the right: as many as there is room for."""
        top = math.floor(self.decades)
        step = max(math.ceil(13 / (self.height / self.decades)), 1)
        return tuple(range(0, top + 1, step))


def heights(counts: npt.NDArray[np.int64], decades: float) -> npt.NDArray[np.float64]:
    """Return how high a bar is for each of ``counts`` on a log scale, 0 to 1; no bar for none.

    A single one still has a low bar.
    """
    logs = np.log10(np.maximum(counts, 1)) / decades
    return np.where(counts > 0, np.clip(np.maximum(logs, 0.03), 0, 1), 0.0)


def render(painter: QPainter, corner: QPointF, frame: HistogramFrame, colors: theme.Theme) -> None:
    """Paint ``frame`` with its upper left corner at ``corner``."""
    painter.save()
    painter.translate(corner)
    _draw_words(painter, frame, colors)
    painter.translate(NAMES, 0)
    painter.fillRect(QRectF(0, 0, frame.width, frame.height), QColor(colors.surface_2))
    _draw_ticks(painter, frame, colors)
    _draw_bars(painter, frame, colors)
    _draw_then(painter, frame, colors)
    _draw_ends(painter, frame, colors)
    painter.restore()


def _draw_words(painter: QPainter, frame: HistogramFrame, colors: theme.Theme) -> None:
    left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    place = QRectF(0, 0, NAMES - 8, _LINE)
    painter.setFont(theme.mono_font(12, SEMIBOLD))
    painter.setPen(QColor(colors.text_1))
    painter.drawText(place, left, frame.name)
    painter.setFont(theme.ui_font(11))
    painter.setPen(QColor(colors.text_2))
    for number, text in enumerate(frame.words, start=1):
        if (number + 1) * _LINE <= frame.height + AXIS:
            painter.drawText(place.translated(0, number * _LINE), left, text)


def _draw_ticks(painter: QPainter, frame: HistogramFrame, colors: theme.Theme) -> None:
    painter.setFont(theme.mono_font(11))
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    for power in frame.ticks:
        y = frame.height * (1 - power / frame.decades)
        if power:
            painter.fillRect(QRectF(0, round(y), frame.width, 1), QColor(colors.surface_3))
        painter.setPen(QColor(colors.text_3))
        at = min(max(y, 5.0), frame.height - 5.0)
        text = str(10**power) if power < 3 else f"1e{power}"
        painter.drawText(QRectF(frame.width, at - 8, TICKS, 16), right, text)


def _places(frame: HistogramFrame) -> npt.NDArray[np.float64]:
    """Return where the edges of the bins are, from the left."""
    edges = frame.now.edges
    span = float(edges[-1] - edges[0]) or 1.0
    return np.asarray((edges - edges[0]) / span * frame.width, np.float64)


def _draw_bars(painter: QPainter, frame: HistogramFrame, colors: theme.Theme) -> None:
    xs = np.rint(_places(frame)).tolist()
    tops = (frame.height * (1 - heights(frame.now.counts, frame.decades))).tolist()
    color = theme.blend(colors.raw, colors.surface_2, 0.6)
    for left, right, top in zip(xs, xs[1:], tops, strict=False):
        if top < frame.height:
            # A pixel between two bars, where they are wide enough to spare it.
            wide = right - left - (1 if right - left > 3 else 0)
            painter.fillRect(QRectF(left, round(top), wide, frame.height - round(top)), color)


def _draw_then(painter: QPainter, frame: HistogramFrame, colors: theme.Theme) -> None:
    xs = np.repeat(_places(frame), 2)
    tops = frame.height * (1 - heights(frame.then.counts, frame.decades))
    ys = np.concatenate(([frame.height], np.repeat(tops, 2), [frame.height])) - 0.5
    pen = QPen(QColor(colors.text_1), 1.2)
    pen.setDashPattern(_DASHES)
    painter.setPen(pen)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    # The bottom of empty bins is no count: the outline is in pieces, with gaps there.
    piece: list[QPointF] = []
    for x, y in zip(xs.tolist(), ys.tolist(), strict=True):
        at_bottom = y >= frame.height - 0.5
        if at_bottom and len(piece) == 1:
            piece = []
        piece.append(QPointF(x, y))
        if at_bottom and len(piece) > 1:
            painter.drawPolyline(QPolygonF(piece))
            piece = [QPointF(x, y)]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _draw_ends(painter: QPainter, frame: HistogramFrame, colors: theme.Theme) -> None:
    """Write the numbers at both ends of the bins and at zero, and draw a line there."""
    low, high = float(frame.now.edges[0]), float(frame.now.edges[-1])
    painter.setFont(theme.mono_font(11))
    painter.setPen(QColor(colors.text_3))
    place = QRectF(0, frame.height, frame.width, AXIS)
    middle = Qt.AlignmentFlag.AlignVCenter
    painter.drawText(place, Qt.AlignmentFlag.AlignLeft | middle, formatting.signed(low, 2))
    painter.drawText(place, Qt.AlignmentFlag.AlignRight | middle, formatting.signed(high, 2))
    if low < 0 < high:
        x = round(-low / (high - low) * frame.width)
        painter.fillRect(QRectF(x, 0, 1, frame.height), QColor(colors.text_3))
        wide = painter.fontMetrics().horizontalAdvance(formatting.signed(low, 2)) + 8
        if wide < x < frame.width - wide:
            painter.drawText(
                place.translated(x - frame.width / 2, 0), Qt.AlignmentFlag.AlignCenter, "0"
            )


def paint_legend(painter: QPainter, rect: QRectF, now: str, then: str, colors: theme.Theme) -> None:
    """Say what the bars are, and what the dashes."""
    painter.setFont(theme.ui_font(11))
    metrics = painter.fontMetrics()
    middle, x = round(rect.center().y()), rect.left()
    painter.fillRect(QRectF(x, middle - 4, 12, 8), theme.blend(colors.raw, colors.surface_1, 0.6))
    line = middle + metrics.capHeight() / 2
    painter.setPen(QColor(colors.text_2))
    painter.drawText(QPointF(x + 18, line), now)
    x += 18 + metrics.horizontalAdvance(now) + 16
    pen = QPen(QColor(colors.text_1), 1.2)
    pen.setDashPattern(_DASHES)
    painter.setPen(pen)
    painter.drawLine(QPointF(x, middle + 0.5), QPointF(x + 18, middle + 0.5))
    painter.setPen(QColor(colors.text_2))
    painter.drawText(QPointF(x + 24, line), then)

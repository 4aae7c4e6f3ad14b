"""How the bar of the timeline looks. The geometry comes from the track."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from app import formatting, theme
from app.curves import breaks_of, smoothing_of
from app.ticks import round_step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.theme import Theme
    from bpcore.series import Series

INSET = 6
"""Pixels from the ends of the bar to the first and the last iteration: half of the handle."""

UNDER = 24
"""Pixels under the bar that the numbers take."""

LOWEST, HIGHEST = -1.5, 0.5
"""What the sparkline's scale holds at least: decimal logarithms of losses."""

SMALLEST_LOSS = 1e-4


@dataclass(frozen=True)
class TrackPicture:
    """What a track shows.

    Attributes
    ----------
    bar
        The rectangle of the bar, in pixels.
    total, done
        Iterations that the run shall have, and has.
    shown
        The iteration that is shown, or will be.
    waiting
        Whether it is still looked for.
    pinned
        Whether it is another than the newest.
    changes
        Iterations after which something was changed.
    focused
        Whether the keys act here.
    """

    bar: QRectF
    total: int
    done: int
    shown: int
    waiting: bool = False
    pinned: bool = False
    changes: Sequence[int] = ()
    focused: bool = False

    def x_of(self, iteration: float) -> float:
        """Return where ``iteration`` stands, in pixels."""
        left, right = self.bar.left() + INSET, self.bar.right() - INSET
        return left + (right - left) * iteration / self.total

    def iteration_at(self, x: float) -> int:
        """Return the iteration that stands at ``x`` pixels."""
        left, right = self.bar.left() + INSET, self.bar.right() - INSET
        share = min(max((x - left) / max(right - left, 1.0), 0.0), 1.0)
        return round(share * self.total)


class Sparkline:
    """The losses of a run on a logarithmic scale, as wide as the run is long."""

    def __init__(self) -> None:
        self.path = QPainterPath()
        self._drawn: tuple[object, ...] = ()

    def update(self, losses: Series, picture: TrackPicture) -> None:
        """Draw what is there of the run by now, if half a pixel or more is new."""
        end = round(2 * picture.x_of(picture.done))
        drawn = (losses, end, picture.done > 0, picture.total, picture.changes, picture.bar.width())
        if drawn == self._drawn:
            return
        self._drawn = drawn
        self.path = QPainterPath()
        if not picture.done:
            return
        pixels = max(round(picture.x_of(picture.done) - picture.x_of(0)), 2)
        window = smoothing_of(picture.total)
        breaks = breaks_of(picture.changes)
        curve = losses.envelope(1, picture.done, pixels // 2, window, breaks)
        heights = np.log10(np.maximum(curve.smooth, SMALLEST_LOSS))
        low, high = min(float(heights.min()), LOWEST), max(float(heights.max()), HIGHEST)
        top, bottom = picture.bar.top() + 4, picture.bar.bottom() - 7
        ys = bottom - (heights - low) / (high - low) * (bottom - top)
        points = [
            QPointF(picture.x_of(x), y) for x, y in zip(curve.x.tolist(), ys.tolist(), strict=True)
        ]
        # From the very end to the very end: the middles of the outer bins stand a little inside.
        first, last = points[0], points[-1]
        ends = QPointF(picture.x_of(1), first.y()), QPointF(picture.x_of(picture.done), last.y())
        self.path.addPolygon(QPolygonF([ends[0], *points, ends[1]]))


class Scale:
    """The ticks under the sparkline and their numbers, kept as a picture: they seldom change."""

    def __init__(self) -> None:
        self._drawn: tuple[object, ...] = ()
        self._pixmap = QPixmap()

    def paint(self, painter: QPainter, picture: TrackPicture, colors: Theme) -> None:
        """Paint them over what is there."""
        bar, ratio = picture.bar, painter.device().devicePixelRatio()
        drawn = (picture.total, bar, ratio, colors)
        if drawn != self._drawn:
            self._drawn = drawn
            size = QSizeF(bar.right() + 1, bar.bottom() + UNDER) * ratio
            self._pixmap = QPixmap(size.toSize())
            self._pixmap.setDevicePixelRatio(ratio)
            self._pixmap.fill(Qt.GlobalColor.transparent)
            within = QPainter(self._pixmap)
            within.setRenderHint(QPainter.RenderHint.Antialiasing)
            _paint_ticks(within, picture, colors)
            within.end()
        painter.drawPixmap(0, 0, self._pixmap)


def paint(painter: QPainter, picture: TrackPicture, line: Sparkline, scale: Scale) -> None:
    """Paint bar, sparkline, ticks, marks of changes, the end of the run, and the handle."""
    colors = theme.current()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint_bed(painter, picture, colors)
    shown, done = picture.x_of(picture.shown), picture.x_of(picture.done)
    accent = theme.blend(colors.accent, colors.surface_1, 0.24)
    neutral = theme.blend(colors.raw, colors.surface_1, 0.22)
    bar = picture.bar
    for left, right, under, ink in (
        (bar.left(), min(shown, done), accent, colors.text_2),
        (shown, done, neutral, colors.text_3),
    ):
        if right > left and not line.path.isEmpty():
            painter.save()
            painter.setClipRect(QRectF(left, bar.top(), right - left, bar.height()))
            _paint_sparkline(painter, line.path, bar.bottom() - 1, under, QColor(ink))
            painter.restore()
    scale.paint(painter, picture, colors)
    _paint_changes(painter, picture, colors)
    if picture.pinned:
        _paint_end(painter, picture, line, colors)
    _paint_handle(painter, shown, picture.waiting, colors)


def _paint_bed(painter: QPainter, picture: TrackPicture, colors: Theme) -> None:
    """Paint the bar: what is shown by now in the accent, what is not yet run dim."""
    bar = picture.bar
    frame = colors.accent if picture.focused else colors.border
    painter.setPen(QPen(QColor(frame), 1))
    painter.setBrush(theme.blend(colors.surface_1, colors.rail, 0.45))
    painter.drawRoundedRect(bar, 5, 5)
    painter.setPen(Qt.PenStyle.NoPen)
    for iteration, color in (
        (picture.done, QColor(colors.surface_1)),
        (picture.shown, theme.blend(colors.accent, colors.surface_1, 0.13)),
    ):
        width = picture.x_of(iteration) - bar.left()
        painter.setBrush(color)
        part = QRectF(bar.left(), bar.top(), width, bar.height())
        painter.drawRoundedRect(part.adjusted(0.5, 0.5, 0, -0.5), 4, 4)


def _paint_sparkline(
    painter: QPainter, path: QPainterPath, bottom: float, under: QColor, ink: QColor
) -> None:
    filled = QPainterPath(path)
    filled.lineTo(path.currentPosition().x(), bottom)
    filled.lineTo(path.elementAt(0).x, bottom)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(under)
    painter.drawPath(filled)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(ink, 1))  # a line of one pixel is drawn in a tenth of the time of 1.2
    painter.drawPath(path)


def _paint_ticks(painter: QPainter, picture: TrackPicture, colors: Theme) -> None:
    total, bar = picture.total, picture.bar
    step = round_step(total, 5)
    painter.setPen(QPen(QColor(colors.text_3), 1))
    painter.setFont(theme.ui_font(11))
    for k in range(0, 4 * total // step + 1):
        if k * step / 4 <= total:
            x = picture.x_of(k * step / 4)
            painter.drawLine(QPointF(x, bar.bottom() - 5), QPointF(x, bar.bottom() - 1))
    metrics = painter.fontMetrics()
    end = metrics.horizontalAdvance(formatting.count(total))
    for value in [*range(0, total, step), total]:
        text = formatting.count(value)
        width = metrics.horizontalAdvance(text)
        x = picture.x_of(value) - width / 2
        if value == 0:
            x = bar.left()
        elif value == total:
            x = bar.right() - width
        elif x + width + 12 > bar.right() - end:
            continue
        painter.drawText(QPointF(x, bar.bottom() + 16.5), text)


def _paint_changes(painter: QPainter, picture: TrackPicture, colors: Theme) -> None:
    """Paint a notch in the upper edge for each change, one for those that share a pixel."""
    painter.setPen(QPen(QColor(colors.rail), 1))
    painter.setBrush(QColor(colors.text_2))
    top = picture.bar.top() - 0.5
    for x in sorted({round(picture.x_of(iteration)) for iteration in picture.changes}):
        painter.drawPolygon(
            QPolygonF([QPointF(x - 4.5, top), QPointF(x + 4.5, top), QPointF(x, top + 6)])
        )


def _paint_end(painter: QPainter, picture: TrackPicture, line: Sparkline, colors: Theme) -> None:
    """Paint where the run is, while something earlier is shown."""
    x, bar = picture.x_of(picture.done), picture.bar
    painter.setPen(QPen(QColor(colors.text_2), 1.5))
    painter.drawLine(QPointF(x, bar.top()), QPointF(x, bar.bottom()))
    if not line.path.isEmpty():
        painter.setPen(QPen(QColor(colors.surface_1), 1.5))
        painter.setBrush(QColor(colors.text_2))
        painter.drawEllipse(QPointF(x, line.path.currentPosition().y()), 3.5, 3.5)


def _paint_handle(painter: QPainter, x: float, waiting: bool, colors: Theme) -> None:
    painter.fillRect(QRectF(x - 1, 7, 2, 43), QColor(colors.accent))
    fill, grip = (colors.rail, colors.accent) if waiting else (colors.accent, colors.on_accent)
    painter.setPen(QPen(QColor(colors.accent), 1.5))
    painter.setBrush(QColor(fill))
    painter.drawRoundedRect(QRectF(x - 5.25, 5.75, 10.5, 10.5), 2.5, 2.5)
    painter.setPen(QPen(QColor(grip), 1))
    for at in (x - 1.5, x + 1.5):
        painter.drawLine(QPointF(at, 8.5), QPointF(at, 13.5))

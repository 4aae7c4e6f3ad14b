"""How a loss surface is painted: pure functions of its numbers, a rectangle and a theme."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from app import formatting, theme
from app.ticks import linear_step
from app.widgets.contours import contour, log_scale, round_levels

if TYPE_CHECKING:
    import numpy.typing as npt

    from app.theme import Theme
    from bpcore.loss_surface import LossSurface

    Floats = npt.NDArray[np.float64]

LEFT, BOTTOM, RIGHT = 58, 40, 92
BAR, BAR_GAP, TEXT = 10, 16, 14
FAINTEST, STRONGEST = 0.03, 0.62
"""Of the ink: the share of a full neutral ink over the card."""


@dataclass(frozen=True, eq=False)
class Relief:
    """A surface with all that is drawn of it; made once, away from the window's thread.

    ``shares`` are the losses on a logarithmic scale from ``low`` to ``high``, NaN beyond all
    numbers; ``lines`` are the pieces of the contour of each of ``levels``.
    """

    surface: LossSurface
    shares: Floats
    low: float
    high: float
    levels: tuple[float, ...]
    lines: tuple[Floats, ...]

    @classmethod
    def of(cls, surface: LossSurface) -> Relief:
        """Find the contours of ``surface``."""
        shares, low, high = log_scale(surface.losses)
        levels = round_levels(surface.losses)
        span = np.log10(high / low) or 1.0
        lines = tuple(
            contour(surface.xs, surface.ys, shares, float(np.log10(level / low) / span))
            for level in levels
        )
        return cls(surface, shares, low, high, levels, lines)


@dataclass(frozen=True)
class Frame:
    """Where a plane is shown: ``bed`` holds the points from ``low`` to ``high``, and half a cell.

    A point of the grid is in the middle of its cell.
    """

    bed: QRectF
    low: tuple[float, float]
    high: tuple[float, float]

    @classmethod
    def on(cls, surface: LossSurface, width: float, height: float) -> Frame:
        """Place ``surface`` in a widget."""
        bed = QRectF(LEFT, 4, max(width - LEFT - RIGHT, 1), max(height - BOTTOM - 4, 1))
        half_x = (surface.xs[1] - surface.xs[0]) / 2
        half_y = (surface.ys[1] - surface.ys[0]) / 2
        return cls(
            bed,
            (float(surface.xs[0] - half_x), float(surface.ys[0] - half_y)),
            (float(surface.xs[-1] + half_x), float(surface.ys[-1] + half_y)),
        )

    def pixels(self, points: Floats) -> Floats:
        """Return where ``points`` (n, 2) are on the screen."""
        low, high = np.array(self.low), np.array(self.high)
        shares = (points - low) / (high - low)
        bed = self.bed
        return np.column_stack(
            (bed.left() + shares[:, 0] * bed.width(), bed.bottom() - shares[:, 1] * bed.height())
        )

    def pixel(self, x: float, y: float) -> QPointF:
        """Return where one point is."""
        return QPointF(*self.pixels(np.array([[x, y]]))[0].tolist())

    def point(self, pixel: QPointF) -> tuple[float, float]:
        """Return what point is at ``pixel``."""
        across = (pixel.x() - self.bed.left()) / self.bed.width()
        up = (self.bed.bottom() - pixel.y()) / self.bed.height()
        return (
            self.low[0] + across * (self.high[0] - self.low[0]),
            self.low[1] + up * (self.high[1] - self.low[1]),
        )


def draw_heat(painter: QPainter, frame: Frame, relief: Relief, colors: Theme) -> None:
    """Draw a cell for each point: the more ink, the larger the loss."""
    places = np.where(np.isnan(relief.shares), 256, np.rint(relief.shares * 255)).astype(int)
    pixels = np.ascontiguousarray(_inks(colors)[places][::-1])
    height, width = pixels.shape
    image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)
    painter.drawImage(frame.bed, image)


def draw_contours(painter: QPainter, frame: Frame, relief: Relief, colors: Theme) -> None:
    """Draw the lines of equal loss."""
    painter.setPen(QPen(QColor(colors.text_3), 1))
    for pieces in relief.lines:
        ends = frame.pixels(pieces.reshape(-1, 2)).reshape(-1, 4).tolist()
        painter.drawLines([QLineF(*piece) for piece in ends])


def draw_path(
    painter: QPainter, frame: Frame, relief: Relief, iteration: int, colors: Theme
) -> None:
    """Draw the way of the run, a ring where it began, and a dot where the network is."""
    here = frame.pixel(0.0, 0.0)
    path = relief.surface.path
    points = [QPointF(x, y) for x, y in frame.pixels(path[:, :2]).tolist()]
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, width in ((colors.surface_1, 4.0), (colors.text_1, 1.6)):
        pen = QPen(QColor(color), width)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawPolyline([*points, here])
    if points and path[0, 2] < iteration:
        painter.setPen(QPen(QColor(colors.text_1), 1.6))
        painter.setBrush(QColor(colors.surface_1))
        painter.drawEllipse(points[0], 4.5, 4.5)
        first = formatting.count(round(float(path[0, 2])))
        _draw_tag(painter, points[0], first, frame.bed, colors)
    painter.setPen(QPen(QColor(colors.surface_1), 2))
    painter.setBrush(QColor(colors.accent))
    painter.drawEllipse(here, 5.5, 5.5)
    _draw_tag(painter, here, formatting.count(iteration), frame.bed, colors)


def _draw_tag(painter: QPainter, at: QPointF, text: str, bed: QRectF, colors: Theme) -> None:
    """Write which iteration a point is, beside it and inside the bed."""
    painter.setFont(theme.ui_font(11))
    size = painter.fontMetrics().horizontalAdvance(text) + 8
    box = QRectF(at.x() + 9, at.y() - 8, size, 16)
    if box.right() > bed.right() - 2:
        box.moveRight(at.x() - 9)
    box.moveTop(min(max(box.top(), bed.top() + 2), bed.bottom() - 18))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colors.surface_1))
    painter.drawRoundedRect(box, 3, 3)
    painter.setPen(QColor(colors.text_1))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def draw_axes(painter: QPainter, frame: Frame, names: tuple[str, str], colors: Theme) -> None:
    """Draw a few figures along the bed, and what the directions are."""
    bed, center = frame.bed, Qt.AlignmentFlag.AlignCenter
    painter.setFont(theme.ui_font(11))
    painter.setPen(QColor(colors.text_3))
    for x in _ticks(frame.low[0], frame.high[0], max(int(bed.width() // 90), 2)):
        at = frame.pixel(x, frame.low[1]).x()
        painter.drawText(QRectF(at - 30, bed.bottom() + 1, 60, 18), center, figure(x))
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    for y in _ticks(frame.low[1], frame.high[1], max(int(bed.height() // 60), 2)):
        at = frame.pixel(frame.low[0], y).y()
        painter.drawText(QRectF(18, at - 8, LEFT - 24, 16), right, figure(y))
    painter.drawText(QRectF(bed.left(), bed.bottom() + 19, bed.width(), 18), center, names[0])
    painter.save()
    painter.translate(0, bed.bottom())
    painter.rotate(-90)
    painter.drawText(QRectF(0, 0, bed.height(), 16), center, names[1])
    painter.restore()


def draw_legend(painter: QPainter, frame: Frame, relief: Relief, name: str, colors: Theme) -> None:
    """Draw the scale of the inks, with the levels of the contours."""
    top = frame.bed.top() + 20
    bar = QRectF(frame.bed.right() + BAR_GAP, top, BAR, frame.bed.bottom() - top)
    scale = np.ascontiguousarray(_inks(colors)[255::-1].reshape(-1, 1))
    image = QImage(scale.data, 1, 256, 4, QImage.Format.Format_RGB32)
    painter.drawImage(bar, image)
    painter.setPen(QPen(QColor(colors.border_strong), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(bar.adjusted(-0.5, -0.5, 0.5, 0.5))
    painter.setFont(theme.ui_font(11))
    painter.setPen(QColor(colors.text_3))
    middle = Qt.AlignmentFlag.AlignVCenter
    painter.drawText(QRectF(bar.left(), frame.bed.top(), RIGHT - BAR_GAP, 16), middle, name)
    ticks = [(relief.high, bar.top()), (relief.low, bar.bottom())]
    span = np.log10(relief.high / relief.low) or 1.0
    for level in relief.levels:
        y = bar.bottom() - float(np.log10(level / relief.low) / span) * bar.height()
        painter.setPen(QPen(QColor(colors.text_3), 1))
        painter.drawLine(QPointF(bar.left(), y), QPointF(bar.right() + 3, y))
        # The ends of the scale are written wherever no level is in the way of them.
        ticks = [tick for tick in ticks if abs(tick[1] - y) > TEXT]
        _draw_level(painter, bar, y, level, colors.text_3)
    for value, y in ticks:
        _draw_level(painter, bar, y, value, colors.text_2)


def _draw_level(painter: QPainter, bar: QRectF, y: float, value: float, color: str) -> None:
    painter.setPen(QColor(color))
    box = QRectF(bar.right() + 7, y - TEXT / 2, RIGHT, TEXT)
    painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, formatting.magnitude(value, 3))


def _ticks(low: float, high: float, about: int) -> list[float]:
    step = linear_step(high - low, about)
    first = int(np.ceil(low / step - 1e-9))
    count = int(np.floor(high / step + 1e-9)) - first + 1
    return [(first + k) * step for k in range(count)]


def figure(value: float) -> str:
    """Format a place along a direction: ``−0.5``, ``2``, ``0``."""
    sign = formatting.MINUS if value < 0 else ""
    return f"{sign}{abs(value):.4g}"


@cache
def _inks(colors: Theme) -> npt.NDArray[np.uint32]:
    """Return the colours of 256 shares of the scale, and one for what is beyond all numbers."""
    shares = (FAINTEST + (STRONGEST - FAINTEST) * n / 255 for n in range(256))
    inks = [theme.blend(colors.text_2, colors.surface_1, share).rgb() for share in shares]
    return np.array([*inks, QColor(colors.text_2).rgb()], np.uint32)

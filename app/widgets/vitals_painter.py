"""How a row of the vitals looks: pure functions of what it shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPolygonF

from app import formatting, theme
from app.widgets.basics import SEMIBOLD
from app.widgets.vitals_curves import RULE_OF_THUMB, decade_ticks

if TYPE_CHECKING:
    from app.widgets.vitals_curves import Course, Floats

NAMES, TICKS = 104, 40
"""Across, left of the curves for name and number, right of them for the ticks."""

AXIS_HEIGHT = 18
_TWO_LINES = 36
"""Height from which the number stands under the name."""

_TICK_APART = 12
_LINE = 1.5


@dataclass(frozen=True)
class Bed:
    """The place of a curve: its size, and what its edges mean.

    ``x`` are iterations, ``y`` the lower and upper end: powers of ten, or shares if ``percent``.
    """

    width: float
    height: float
    x: tuple[float, float]
    y: tuple[float, float]
    percent: bool = False

    def xs(self, iterations: Floats) -> Floats:
        """Return where ``iterations`` (n,) stand, from the left."""
        low, high = self.x
        return (iterations - low) / max(high - low, 1e-9) * self.width

    def ys(self, values: Floats) -> Floats:
        """Return where ``values`` (n,) stand, from the top; exact zeros at the very bottom."""
        low, high = self.y
        scaled = values if self.percent else np.log10(np.maximum(values, 10.0 ** (low - 1)))
        # At most a little beyond the edges: what is further away makes no difference to the eye.
        shares = np.clip((scaled - low) / (high - low), -0.5, 1.5)
        places: Floats = self.height * (1 - shares)
        if self.percent:
            return places
        return np.where(values > 0, places, self.height - 1)


@dataclass(frozen=True)
class RowPicture:
    """A course as it is painted, from the upper left corner of its bed."""

    band: QPolygonF
    line: QPolygonF


@dataclass(frozen=True)
class RowFrame:
    """All that a row shows; ``prefix`` and ``name`` are its title, ``text`` the number.

    ``ruled`` is whether there is the line of the rule of thumb.
    """

    bed: Bed
    picture: RowPicture
    prefix: str
    name: str
    text: str
    cursor: float | None
    crosshair: float | None
    ruled: bool = False


def picture_of(course: Course, bed: Bed) -> RowPicture:
    """Return what is painted of ``course`` in ``bed``."""
    xs = bed.xs(course.x)
    around = np.concatenate((xs, xs[::-1]))
    edges = np.concatenate((bed.ys(course.high), bed.ys(course.low)[::-1]))
    return RowPicture(_polygon(around, edges), _polygon(xs, bed.ys(course.middle)))


def _polygon(xs: Floats, ys: Floats) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in zip(xs.tolist(), ys.tolist(), strict=True)])


def render(painter: QPainter, corner: QPointF, frame: RowFrame, colors: theme.Theme) -> None:
    """Paint ``frame`` with its upper left corner at ``corner``."""
    bed = frame.bed
    painter.save()
    painter.translate(corner)
    _draw_title(painter, frame, colors)
    painter.translate(NAMES, 0)
    painter.fillRect(QRectF(0, 0, bed.width, bed.height), QColor(colors.surface_2))
    _draw_ticks(painter, bed, colors)
    painter.setClipRect(QRectF(0, 0, bed.width, bed.height))
    if frame.ruled:
        _draw_rule(painter, bed, colors)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.blend(colors.raw, colors.surface_2, 0.36))
    painter.drawPolygon(frame.picture.band)
    painter.setPen(QPen(QColor(colors.text_1), _LINE))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if frame.picture.line.size() == 1:
        painter.drawEllipse(frame.picture.line.at(0), 0.5, 0.5)
    painter.drawPolyline(frame.picture.line)
    _draw_lines(painter, frame, colors)
    painter.restore()


def _draw_title(painter: QPainter, frame: RowFrame, colors: theme.Theme) -> None:
    mono = bool(frame.prefix)
    font_of = theme.mono_font if mono else theme.ui_font
    height, left = frame.bed.height, 0
    stacked = height >= _TWO_LINES
    middle = Qt.AlignmentFlag.AlignVCenter
    title = QRectF(0, height / 2 - (17 if stacked else 8), NAMES - 10, 16)
    weight = SEMIBOLD if mono else QFont.Weight.Normal
    for text, font, color in (
        (frame.prefix, font_of(12), colors.text_2),
        (frame.name, font_of(12, weight), colors.text_1),
    ):
        painter.setFont(font)
        painter.setPen(QColor(color))
        painter.drawText(title.adjusted(left, 0, 0, 0), Qt.AlignmentFlag.AlignLeft | middle, text)
        left += painter.fontMetrics().horizontalAdvance(text)
    painter.setFont(theme.mono_font(11))
    painter.setPen(QColor(colors.text_2))
    side = Qt.AlignmentFlag.AlignLeft if stacked else Qt.AlignmentFlag.AlignRight
    painter.drawText(title.translated(0, 17 if stacked else 0), side | middle, frame.text)


def _draw_ticks(painter: QPainter, bed: Bed, colors: theme.Theme) -> None:
    low, high = bed.y
    if bed.percent:
        ticks = [(0.0, formatting.percent(0.0, 0)), (1.0, formatting.percent(1.0, 0))]
        ticks = ticks if bed.height >= 2 * _TICK_APART - 4 else ticks[1:]
    else:
        powers = decade_ticks(low, high, bed.height, _TICK_APART)
        ticks = [(float(power), f"1e{power}") for power in powers]
    painter.setFont(theme.mono_font(11))
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    for value, text in ticks:
        y = bed.height * (high - value) / (high - low)
        if not bed.percent:
            painter.fillRect(QRectF(0, round(y), bed.width, 1), QColor(colors.surface_3))
        painter.setPen(QColor(colors.text_3))
        at = min(max(y, 5.0), bed.height - 5.0)
        painter.drawText(QRectF(bed.width, at - 8, TICKS, 16), right, text)


def _draw_rule(painter: QPainter, bed: Bed, colors: theme.Theme) -> None:
    y = round(float(bed.ys(np.array([RULE_OF_THUMB]))[0])) + 0.5
    painter.setPen(_rule_pen(colors))
    painter.drawLine(QPointF(0, y), QPointF(bed.width, y))


def _rule_pen(colors: theme.Theme) -> QPen:
    return QPen(QColor(colors.text_3), 1, Qt.PenStyle.DotLine)


def paint_rule_legend(painter: QPainter, rect: QRectF, text: str, colors: theme.Theme) -> None:
    """Say what the dotted line is, left of the axis."""
    middle = round(rect.center().y()) + 1.5
    painter.setPen(_rule_pen(colors))
    painter.drawLine(QPointF(0, middle), QPointF(14, middle))
    painter.setFont(theme.ui_font(11))
    painter.setPen(QColor(colors.text_3))
    left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(rect.adjusted(18, 2, 0, 0), left, text)


def _draw_lines(painter: QPainter, frame: RowFrame, colors: theme.Theme) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    low, high = frame.bed.x
    for iteration, color, style, width in (
        (frame.crosshair, colors.text_3, Qt.PenStyle.DashLine, 1),
        (frame.cursor, colors.accent, Qt.PenStyle.SolidLine, 2),
    ):
        if iteration is None or not low <= iteration <= high:
            continue
        x = round(float(frame.bed.xs(np.array([iteration]))[0]))
        x = min(max(x, 1), round(frame.bed.width) - 1)
        painter.setPen(QPen(QColor(color), width, style))
        painter.drawLine(QPointF(x, 0), QPointF(x, frame.bed.height))


def paint_axis(
    painter: QPainter, rect: QRectF, x: tuple[float, float], colors: theme.Theme
) -> None:
    """Write the iterations at both ends of all rows under them."""
    painter.setFont(theme.ui_font(11))
    painter.setPen(QColor(colors.text_3))
    bed = rect.adjusted(NAMES, 2, -TICKS, 0)
    for value, side in zip(
        x, (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight), strict=True
    ):
        painter.drawText(bed, side | Qt.AlignmentFlag.AlignVCenter, formatting.count(round(value)))

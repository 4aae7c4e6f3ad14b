"""How a row of the vitals looks: pure functions of what it shows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from app import formatting, theme
from app.widgets import line_styles
from app.widgets.basics import SEMIBOLD
from app.widgets.vitals_columns import GAP, SAMPLE, Columns
from app.widgets.vitals_curves import RULE_OF_THUMB, inner_ticks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.widgets.vitals_curves import Course, Floats

TICKS = 40
"""Across, right of the curves for the ticks."""

AXIS_HEIGHT = 18
MARGIN = 2
"""Above and below a row, half of what is between two."""

_TICK_APART, _INSET = 12, 6.0
_LINES_APART = 5
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

    def line_at(self, iteration: float | None) -> int | None:
        """Return the pixel of a line at ``iteration``, all of it inside; None if not in view."""
        low, high = self.x
        if iteration is None or not low <= iteration <= high:
            return None
        x = round((iteration - low) / max(high - low, 1e-9) * self.width)
        return min(max(x, 1), round(self.width) - 1)

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
class Cursors:
    """Where the lines over all curves are, in pixels from the left; None where there is none."""

    shown: int | None
    crosshair: int | None


@dataclass(frozen=True)
class RowPicture:
    """A course as it is painted, from the upper left corner of its bed."""

    band: QPolygonF
    line: QPolygonF


@dataclass(frozen=True)
class RowFrame:
    """What a row shows wherever the cursor is; ``prefix`` and ``name`` are its title.

    ``ruled`` is whether there is the line of the rule of thumb; ``where`` stands behind the number
    where that has a line of its own. ``others`` are the styles of the lines of other runs, in the
    order of their numbers, if there are some in this row.
    """

    bed: Bed
    columns: Columns
    prefix: str
    name: str
    ruled: bool = False
    where: str = ""
    others: tuple[int, ...] = ()


@dataclass(frozen=True)
class Numbers:
    """What is read off a row: the number of the shown run, and those of the others."""

    own: str
    others: tuple[str, ...] = ()


def picture_of(course: Course, bed: Bed) -> RowPicture:
    """Return what is painted of ``course`` in ``bed``."""
    xs = bed.xs(course.x)
    around = np.concatenate((xs, xs[::-1]))
    edges = np.concatenate((bed.ys(course.high), bed.ys(course.low)[::-1]))
    return RowPicture(_polygon(around, edges), _polygon(xs, bed.ys(course.middle)))


def _polygon(xs: Floats, ys: Floats) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in zip(xs.tolist(), ys.tolist(), strict=True)])


def base_of(frame: RowFrame, colors: theme.Theme, ratio: float) -> QPixmap:
    """Return the part of a row that no curve changes, to be drawn ``MARGIN`` above its bed.

    ``ratio`` is how many pixels of the screen make one of the row.
    """
    bed = frame.bed
    names = frame.columns.width
    width, height = names + bed.width + TICKS, bed.height + 2 * MARGIN
    base = QPixmap(math.ceil(width * ratio), math.ceil(height * ratio))
    base.setDevicePixelRatio(ratio)
    base.fill(QColor(colors.surface_1))
    painter = QPainter(base)
    painter.translate(0, MARGIN)
    _draw_title(painter, frame, colors)
    for index, style in enumerate(frame.others):
        place = frame.columns.other(index)
        place.setWidth(SAMPLE)
        line_styles.paint_sample(painter, place, style)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.translate(names, 0)
    painter.fillRect(QRectF(0, 0, bed.width, bed.height), QColor(colors.surface_2))
    _draw_ticks(painter, bed, colors)
    painter.setClipRect(QRectF(0, 0, bed.width, bed.height))
    if frame.ruled:
        _draw_rule(painter, bed, colors)
    painter.end()
    return base


def still_of(
    course: Course,
    others: Sequence[tuple[Course, int]],
    frame: RowFrame,
    base: QPixmap,
    colors: theme.Theme,
) -> QPixmap:
    """Return what stays of a row while the cursor moves: its ``base`` with the curves over it.

    ``others`` are courses of other runs and the styles of their lines.
    """
    still, bed = QPixmap(base), frame.bed
    painter = QPainter(still)
    painter.translate(frame.columns.width, MARGIN)
    painter.setClipRect(QRectF(0, 0, bed.width, bed.height))
    own = picture_of(course, bed)
    _draw_band(painter, own, colors)
    for other, style in others:
        path = QPainterPath()
        path.addPolygon(picture_of(other, bed).line)
        line_styles.stroke(painter, path, style)
    _draw_line(painter, own, colors)
    painter.end()
    return still


def _draw_band(painter: QPainter, picture: RowPicture, colors: theme.Theme) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.blend(colors.raw, colors.surface_2, 0.36))
    painter.drawPolygon(picture.band)


def _draw_line(painter: QPainter, picture: RowPicture, colors: theme.Theme) -> None:
    painter.setPen(QPen(QColor(colors.text_1), _LINE))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if picture.line.size() == 1:
        painter.drawEllipse(picture.line.at(0), 0.5, 0.5)
    painter.drawPolyline(picture.line)


def render(
    painter: QPainter,
    top: float,
    still: QPixmap,
    frame: RowFrame,
    numbers: Numbers,
    cursors: Cursors,
    colors: theme.Theme,
) -> None:
    """Paint a row at ``top``: its ``still``, its ``numbers``, and the lines over the curve."""
    painter.drawPixmap(QPointF(0, top - MARGIN), still)
    columns, height = frame.columns, frame.bed.height
    painter.setFont(theme.mono_font(11))
    painter.setPen(QColor(colors.text_2))
    for index, text in enumerate(numbers.others):
        place = columns.other(index).translated(0, top).adjusted(SAMPLE + GAP, 0, 0, 0)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, text)
    if frame.others:
        painter.setPen(QColor(colors.text_1))
    side = Qt.AlignmentFlag.AlignLeft if columns.stacked else Qt.AlignmentFlag.AlignRight
    place = columns.number().translated(0, top)
    painter.drawText(place, side | Qt.AlignmentFlag.AlignVCenter, numbers.own)
    if columns.stacked and frame.where:
        behind = painter.fontMetrics().horizontalAdvance(numbers.own) + 5
        painter.setFont(theme.ui_font(11))
        painter.setPen(QColor(colors.text_3))
        place.adjust(behind, 0, 0, 0)
        place.setRight(columns.width)
        painter.drawText(place, side | Qt.AlignmentFlag.AlignVCenter, frame.where)
    for x, color, style, width in (
        (cursors.crosshair, colors.text_3, Qt.PenStyle.DashLine, 1),
        (cursors.shown, colors.accent, Qt.PenStyle.SolidLine, 2),
    ):
        if x is not None:
            painter.setPen(QPen(QColor(color), width, style))
            x += columns.width
            painter.drawLine(QPointF(x, top), QPointF(x, top + height))


def _draw_title(painter: QPainter, frame: RowFrame, colors: theme.Theme) -> None:
    mono = bool(frame.prefix)
    font_of = theme.mono_font if mono else theme.ui_font
    title, left = frame.columns.name(), 0
    weight = SEMIBOLD if mono else QFont.Weight.Normal
    side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    for text, font, color in (
        (frame.prefix, font_of(12), colors.text_2),
        (frame.name, font_of(12, weight), colors.text_1),
    ):
        painter.setFont(font)
        painter.setPen(QColor(color))
        painter.drawText(title.adjusted(left, 0, 0, 0), side, text)
        left += painter.fontMetrics().horizontalAdvance(text)


def _draw_ticks(painter: QPainter, bed: Bed, colors: theme.Theme) -> None:
    low, high = bed.y
    if bed.percent:
        ticks = [(0.0, formatting.percent(0.0, 0)), (1.0, formatting.percent(1.0, 0))]
        ticks = ticks if bed.height >= 2 * _TICK_APART - 2 else ticks[1:]
    else:
        powers = inner_ticks(low, high, bed.height, _TICK_APART)
        ticks = [(float(power), f"1e{power}") for power in powers]
        dense = bed.height < _LINES_APART * (high - low)
        for power in powers if dense else range(round(low), round(high) + 1):
            top = round(bed.height * (high - power) / (high - low))
            painter.fillRect(QRectF(0, top, bed.width, 1), QColor(colors.surface_3))
    painter.setFont(theme.mono_font(11))
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    for value, text in ticks:
        y = bed.height * (high - value) / (high - low)
        painter.setPen(QColor(colors.text_3))
        at = min(max(y, _INSET), bed.height - _INSET)
        painter.drawText(QRectF(bed.width, at - 8, TICKS, 16), right, text)


def _draw_rule(painter: QPainter, bed: Bed, colors: theme.Theme) -> None:
    y = round(float(bed.ys(np.array([RULE_OF_THUMB]))[0])) + 0.5
    painter.setPen(rule_pen(colors))
    painter.drawLine(QPointF(0, y), QPointF(bed.width, y))


def rule_pen(colors: theme.Theme) -> QPen:
    """Return the pen of the line of the rule of thumb."""
    return QPen(QColor(colors.text_3), 1, Qt.PenStyle.DotLine)

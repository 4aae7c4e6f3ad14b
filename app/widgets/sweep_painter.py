"""How the chart of a sweep over h looks: pure functions of what it shows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app import theme
from app.formatting import counted, step_size
from app.widgets.sweep_plan import (
    GAP,
    LEFT,
    LEGEND,
    LINE,
    NAME,
    TICKS,
    TITLE,
    SweepPlan,
    drawn,
)
from app.widgets.sweep_words import FONT_SIZE, words

if TYPE_CHECKING:
    from bpcore.gradient_check import Sweep

_CENTER = Qt.AlignmentFlag.AlignCenter
_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_DASHES = (4.0, 3.0)
_SAMPLE = 18
_DOTS, _HERE, _RING = (2.2, 1.6), 4.0, 3.5


@dataclass(frozen=True)
class SweepFrame:
    """What the chart shows.

    Attributes
    ----------
    sweeps, names
        In float64 and in float32; None for what is not known.
    h
        That of the present check.
    step
        The h that is read off, or None.
    readout
        Two lines below the chart.
    count
        How many elements were compared with each h.
    """

    sweeps: tuple[Sweep | None, Sweep | None]
    h: float
    step: float | None
    names: tuple[str, str]
    readout: tuple[str, str]
    focused: bool = False
    count: int = 0


def render(painter: QPainter, plan: SweepPlan, frame: SweepFrame, colors: theme.Theme) -> None:
    """Paint ``frame``."""
    _draw_title(painter, plan, frame, colors)
    _draw_axes(painter, plan, frame, colors)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _draw_h(painter, plan, frame, colors)
    for number in (1, 0):
        sweep = frame.sweeps[number]
        if sweep is not None:
            _draw_curve(painter, plan, frame, sweep, number, colors)
    _draw_words(painter, plan, frame, colors)
    _draw_below(painter, plan, frame, colors)


def _draw_title(painter: QPainter, plan: SweepPlan, frame: SweepFrame, colors: theme.Theme) -> None:
    """Draw what the chart shows; what is read off, if there is no room for that below."""
    line = QRectF(0, 0, plan.width, TITLE - 8)
    painter.setFont(theme.ui_font(12))
    painter.setPen(QColor(colors.text_2))
    metrics, title = painter.fontMetrics(), _tr("mean |diff|")
    if not plan.parts[2] and frame.step is not None:
        title = frame.readout[0]
        title = metrics.elidedText(title, Qt.TextElideMode.ElideRight, int(plan.width))
        painter.drawText(line, _MIDDLE, title)
        return
    with_count = title
    if frame.count:
        with_count = counted(
            frame.count, _tr("mean |diff|, {0} element"), _tr("mean |diff|, {0} elements")
        )
    fits = metrics.horizontalAdvance(with_count) <= plan.width
    painter.drawText(line, _MIDDLE, with_count if fits else title)


def _draw_axes(painter: QPainter, plan: SweepPlan, frame: SweepFrame, colors: theme.Theme) -> None:
    bed = plan.bed
    painter.fillRect(bed, QColor(colors.surface_2))
    painter.setFont(theme.mono_font(11))
    for tick in plan.x_ticks:
        x = round(plan.x(10.0**tick))
        painter.fillRect(QRectF(x, bed.top(), 1, bed.height()), QColor(colors.surface_3))
        painter.setPen(QColor(colors.text_3))
        left = min(max(x - 24, 0), plan.width - 48)
        painter.drawText(
            QRectF(left, bed.bottom() + 2, 48, TICKS - 2), _CENTER, step_size(10.0**tick)
        )
    for tick in plan.y_ticks:
        y = round(plan.y(10.0**tick))
        painter.fillRect(QRectF(bed.left(), y, bed.width(), 1), QColor(colors.surface_3))
        painter.setPen(QColor(colors.text_3))
        top = min(y - 8, bed.bottom() - 14)
        painter.drawText(QRectF(0, top, LEFT - 6, 16), _RIGHT, step_size(10.0**tick))
    if frame.focused:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(QColor(colors.accent), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(bed.adjusted(0, 0, -1, -1))


def _draw_h(painter: QPainter, plan: SweepPlan, frame: SweepFrame, colors: theme.Theme) -> None:
    """Draw a line at the present h, and a thin one at that which is read off."""
    bed = plan.bed
    for h, color, wide in ((frame.step, colors.text_3, 1), (frame.h, colors.accent, 2)):
        if h and h > 0:
            x = round(plan.x(h))
            painter.fillRect(QRectF(x - wide // 2, bed.top(), wide, bed.height()), QColor(color))


def _draw_curve(
    painter: QPainter,
    plan: SweepPlan,
    frame: SweepFrame,
    sweep: Sweep,
    number: int,
    colors: theme.Theme,
) -> None:
    points = drawn(sweep)
    painter.setPen(_pen(number, colors))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline([plan.point(point) for point in points])
    ink = QColor((colors.text_1, colors.text_3)[number])
    painter.setPen(Qt.PenStyle.NoPen)
    for point in points:
        is_present = number == 0 and frame.h > 0 and math.isclose(point.h, frame.h)
        painter.setBrush(QColor(colors.accent) if is_present else ink)
        size = _HERE if is_present else _DOTS[number]
        painter.drawEllipse(plan.point(point), size, size)
        if point.h == frame.step:
            painter.setPen(QPen(QColor(colors.text_1), 1.4))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(plan.point(point), size + _RING, size + _RING)
            painter.setPen(Qt.PenStyle.NoPen)


def _draw_words(painter: QPainter, plan: SweepPlan, frame: SweepFrame, colors: theme.Theme) -> None:
    painter.setFont(theme.ui_font(FONT_SIZE))
    for word in words(plan, frame.sweeps, frame.h):
        painter.fillRect(word.rect, QColor(colors.surface_2))  # the line at h may be below it
        ink = colors.text_3 if word.sweep else colors.text_2
        painter.setPen(QColor(colors.text_1 if word.is_best else ink))
        if word.upright:
            painter.translate(word.rect.center())
            painter.rotate(-90)
            length = word.rect.height()
            painter.drawText(QRectF(-length / 2, -8, length, 16), _CENTER, word.text)
            painter.resetTransform()
        else:
            painter.drawText(word.rect, _CENTER, word.text)


def _draw_below(painter: QPainter, plan: SweepPlan, frame: SweepFrame, colors: theme.Theme) -> None:
    """Draw the name of the axis, the legend, and what is read off."""
    has_name, has_legend, lines = plan.parts
    bed, top = plan.bed, plan.bed.bottom() + TICKS
    painter.setFont(theme.ui_font(12))
    painter.setPen(QColor(colors.text_2))
    if has_name:
        painter.drawText(QRectF(bed.left(), top, bed.width(), NAME), _CENTER, _tr("step h"))
        top += NAME
    top += GAP
    if has_legend:
        _draw_legend(painter, QRectF(0, top, plan.width, LEGEND), frame, colors)
        top += LEGEND
    for number in range(lines):
        is_hint = number == 1 and frame.step is None
        painter.setPen(QColor(colors.text_3 if is_hint else colors.text_2))
        text = frame.readout[number]
        text = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(plan.width))
        painter.drawText(QRectF(0, top + number * LINE, plan.width, LINE), _MIDDLE, text)


def _draw_legend(painter: QPainter, room: QRectF, frame: SweepFrame, colors: theme.Theme) -> None:
    half = room.width() / 2
    for number, name in enumerate(frame.names):
        left, y = room.left() + number * half, round(room.center().y()) + 0.5
        painter.setPen(_pen(number, colors))
        painter.drawLine(QPointF(left + 1, y), QPointF(left + _SAMPLE, y))
        painter.setPen(QColor(colors.text_2))
        text = QRectF(left + _SAMPLE + 6, room.top(), half, room.height())
        painter.drawText(text, _MIDDLE, name)


def _pen(number: int, colors: theme.Theme) -> QPen:
    """Return the pen of float64, solid, or of float32, dashed."""
    if number == 0:
        pen = QPen(QColor(colors.text_1), 1.8)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        return pen
    pen = QPen(QColor(colors.text_3), 1.5)
    pen.setDashPattern([length / 1.5 for length in _DASHES])
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen


def _tr(text: str) -> str:
    return QCoreApplication.translate("StepSweep", text)

"""Two losses over the same batches, one of them trained with a bug: a pure plan, and a canvas."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)

from app import formatting, theme
from app.formatting import EM_DASH
from app.ticks import log_ticks, power_text
from app.widgets.bug_row import draw_cross
from app.widgets.notice_line import CROSS
from app.widgets.pointed_canvas import PointedCanvas
from app.widgets.rehearsal_plan import FOOT, LEFT, LEGEND, RehearsalPlan
from bpcore.rehearsal import smoothed

if TYPE_CHECKING:
    from app.widgets.rehearsal_plan import Floats
    from bpcore.rehearsal import Rehearsal

_DASHES = (4.0, 3.0)
_STEPS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_PageUp: -25,
    Qt.Key.Key_PageDown: 25,
}


class RehearsalCurves(PointedCanvas[int]):
    """Shows both losses; the pointer, or ← and →, read them off at an iteration."""

    def __init__(self) -> None:
        super().__init__("rehearsalCurves")
        self.setAccessibleName(self.tr("Loss with the bug and without it"))
        self._rehearsal: Rehearsal | None = None
        self._means: tuple[Floats, Floats] = (np.empty(0), np.empty(0))
        self._remark = ""
        self._tell()

    @property
    def plan(self) -> RehearsalPlan | None:
        """Where things are; None without losses."""
        if self._rehearsal is None or not len(self._rehearsal.right) + len(self._rehearsal.wrong):
            return None
        return RehearsalPlan(self._rehearsal, self.width(), self.height())

    @property
    def iteration(self) -> int:
        """The iteration that is read off: the last one if none is pointed at."""
        plan = self.plan
        return 0 if plan is None else self._place or plan.count

    @property
    def readout(self) -> tuple[str, str, str]:
        """The iteration, and both losses there, as text."""
        made, here = self._rehearsal, self.iteration
        if made is None:
            return EM_DASH, EM_DASH, EM_DASH
        right, wrong = (
            formatting.loss(float(losses[here - 1])) if 0 < here <= len(losses) else EM_DASH
            for losses in (made.right, made.wrong)
        )
        if self._is_over:
            wrong = self.tr("diverged")
        return formatting.count(here), right, wrong

    @property
    def _is_over(self) -> bool:
        """Whether the training with the bug has no losses any more where it is read off."""
        made = self._rehearsal
        return made is not None and made.diverged is not None and self.iteration >= made.diverged

    def show_rehearsal(self, rehearsal: Rehearsal | None, remark: str = "") -> None:
        """Show both losses, or the ``remark`` in their place."""
        if rehearsal is self._rehearsal and remark == self._remark:
            return
        if rehearsal is not self._rehearsal:
            self._place = None
            self._rehearsal = rehearsal
            if rehearsal is not None:
                self._means = smoothed(rehearsal.right), smoothed(rehearsal.wrong)
        self._remark = remark
        self._tell()
        self.update()

    def _tell(self) -> None:
        text = self.tr("iteration {0}: loss without the bug {1}, with it {2}").format(*self.readout)
        self.setAccessibleDescription(text if self._rehearsal is not None else self._remark)

    def minimumSizeHint(self) -> QSize:
        """Return room in which two curves can be told apart."""
        return QSize(240, LEGEND + FOOT + 60)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read off the nearest iteration."""
        if self.plan is not None:
            self._point(self.plan.nearest(event.position().x()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to another iteration."""
        plan = self.plan
        ends = {} if plan is None else {Qt.Key.Key_Home: 1, Qt.Key.Key_End: plan.count}
        if plan is not None and event.key() in _STEPS:
            wanted = self.iteration + _STEPS[Qt.Key(event.key())]
            self._point(min(max(wanted, 1), plan.count))
        elif event.key() in ends:
            self._point(ends[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    # Painting.

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint legend, axes and curves, or what is to be said without any."""
        colors, plan = theme.current(), self.plan
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if plan is None:
            self._draw_remark(painter, colors)
        else:
            self._draw_legend(painter, colors)
            _draw_axes(painter, plan, colors, self.tr("iterations"), focused=self.hasFocus())
            self._draw_curves(painter, plan, colors)
        painter.end()

    def _draw_remark(self, painter: QPainter, colors: theme.Theme) -> None:
        painter.setPen(QPen(QColor(colors.accent if self.hasFocus() else colors.border), 1))
        painter.setBrush(QColor(colors.surface_2))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setFont(theme.ui_font(12))
        painter.setPen(QColor(colors.text_3))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(QRectF(self.rect()).adjusted(24, 8, -24, -8), flags, self._remark)

    def _draw_legend(self, painter: QPainter, colors: theme.Theme) -> None:
        here, right, wrong = self.readout
        if self._is_over:
            wrong = EM_DASH  # "diverged" beside the iteration would be read as diverged at that one
        x = 0.0
        for name, number, is_wrong in (
            (self.tr("without"), right, False),
            (f"{CROSS} {self.tr('with the bug')}", wrong, True),
        ):
            painter.setPen(_pen(colors, wrong=is_wrong))
            painter.drawLine(QPointF(x, 8), QPointF(x + 16, 8))
            x += 21
            for text, font, color in (
                (name, theme.ui_font(11), colors.fail if is_wrong else colors.text_2),
                (number, theme.mono_font(11), colors.fail if is_wrong else colors.text_1),
            ):
                x = _write(painter, x, text, (font, color))
            x += 8
        painter.setFont(theme.ui_font(11))
        painter.setPen(QColor(colors.text_1 if self._place is not None else colors.text_3))
        right_side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(
            QRectF(x, 0, self.width() - x, 16), right_side, self.tr("at {0}").format(here)
        )

    def _draw_curves(self, painter: QPainter, plan: RehearsalPlan, colors: theme.Theme) -> None:
        made, here = plan.rehearsal, self.iteration
        painter.save()
        painter.setClipRect(plan.bed.adjusted(-4, 0, 4, 0))
        for losses, mean, is_wrong in (
            (made.right, self._means[0], False),
            (made.wrong, self._means[1], True),
        ):
            ink = colors.fail if is_wrong else colors.text_1
            painter.setPen(QPen(theme.blend(ink, colors.surface_1, 0.3), 1))
            painter.drawPolyline(plan.line(losses))
            painter.setPen(_pen(colors, wrong=is_wrong))
            painter.drawPolyline(plan.line(mean))
        if self._place is not None:
            painter.setPen(QPen(QColor(colors.text_3), 1))
            x = round(plan.x(here)) + 0.5
            painter.drawLine(QPointF(x, plan.bed.top()), QPointF(x, plan.bed.bottom()))
        painter.restore()
        painter.setPen(Qt.PenStyle.NoPen)
        for losses, ink in ((made.right, colors.text_1), (made.wrong, colors.fail)):
            if here <= len(losses) and plan.y(float(losses[here - 1])) >= plan.bed.top():
                painter.setBrush(QColor(ink))
                painter.drawEllipse(
                    QPointF(plan.x(here), plan.y(float(losses[here - 1]))), 2.5, 2.5
                )
        self._draw_end(painter, plan, colors)

    def _draw_end(self, painter: QPainter, plan: RehearsalPlan, colors: theme.Theme) -> None:
        """Paint a cross above the iteration at which the training with the bug was over."""
        at, diverged = plan.end_of_wrong, plan.rehearsal.diverged
        if at is None or diverged is None:
            return
        _draw_way_out(painter, plan, at, colors)
        draw_cross(painter, at, colors)
        text = self.tr("diverged at {0}").format(formatting.count(diverged))
        font = theme.ui_font(11)
        wide = QFontMetrics(font).horizontalAdvance(text)
        x = at.x() + 9 if at.x() + 9 + wide < plan.bed.right() else at.x() - 9 - wide
        painter.setFont(font)
        painter.drawText(QPointF(x, at.y() + 4), text)


def _draw_way_out(
    painter: QPainter, plan: RehearsalPlan, end: QPointF, colors: theme.Theme
) -> None:
    """Paint a tip where the curve with the bug leaves the chart, and a line down from its end."""
    rose = QColor(colors.fail)
    painter.setPen(QPen(rose, 1, Qt.PenStyle.DotLine))
    painter.drawLine(QPointF(end.x(), end.y() + 8), QPointF(end.x(), plan.bed.bottom()))
    out = plan.exit_of_wrong
    if out is not None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(rose)
        sides = QPointF(-4, 6), QPointF(4, 6)
        painter.drawPolygon(QPolygonF([out, out + sides[0], out + sides[1]]))


def _draw_axes(
    painter: QPainter, plan: RehearsalPlan, colors: theme.Theme, what: str, *, focused: bool
) -> None:
    bed = plan.bed
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QPen(QColor(colors.accent if focused else colors.grid), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(bed.adjusted(0, 0, -1, -1))
    painter.setFont(theme.ui_font(11))
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    ticks = log_ticks(*plan.limits)
    every = max(math.ceil(len(ticks) * 16 / bed.height()), 1)
    for tick in ticks[::every]:
        y = round(plan.y(10**tick))
        painter.setPen(QPen(QColor(colors.grid), 1))
        painter.drawLine(QPointF(bed.left(), y), QPointF(bed.right() - 1, y))
        painter.setPen(QColor(colors.text_3))
        painter.drawText(QRectF(0, y - 8, LEFT - 6, 16), right, power_text(tick))
    foot = QRectF(bed.left(), bed.bottom() + 3, bed.width(), FOOT - 3)
    painter.drawText(foot, Qt.AlignmentFlag.AlignLeft, "1")
    painter.drawText(foot, Qt.AlignmentFlag.AlignRight, f"{formatting.count(plan.count)} {what}")
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)


def _pen(colors: theme.Theme, *, wrong: bool) -> QPen:
    pen = QPen(QColor(colors.fail if wrong else colors.text_1), 1.6)
    if wrong:
        pen.setDashPattern(_DASHES)
    return pen


def _write(painter: QPainter, x: float, text: str, style: tuple[QFont, str]) -> float:
    """Write a word of the legend; return where the next one begins."""
    font, color = style
    painter.setFont(font)
    painter.setPen(QColor(color))
    painter.drawText(QPointF(x, 12), text)
    return x + QFontMetrics(painter.font()).horizontalAdvance(text) + 4

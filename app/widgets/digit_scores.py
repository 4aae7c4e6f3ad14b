"""How well each digit is read: precision and recall along the edges of a confusion matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter

from app import formatting, theme
from app.widgets.basics import SEMIBOLD
from app.widgets.confusion_painter import (
    AXIS,
    DIGITS,
    GAP,
    SCORE_GAP,
    SCORE_ROW,
    SCORES,
    text_size,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.theme import Theme
    from app.widgets.confusion_painter import MatrixPlan


def score_text(value: float | None) -> str:
    """Format a precision or recall in per cent, without the sign: ``97.1``, ``100``, ``—``."""
    text = formatting.points(None if value is None or value != value else value)
    return text.removesuffix(".0") if value == 1 else text


def draw_recalls(
    painter: QPainter, plan: MatrixPlan, recalls: Sequence[float] | None, name: str, colors: Theme
) -> None:
    """Draw the recall of each digit at the right of its row, ``name`` above them."""
    right = plan.cells.right() + SCORE_GAP
    head = QRectF(right, AXIS, SCORES, AXIS - GAP)
    _draw_name(painter, head, name, colors)
    lowest = _lowest(recalls)
    for digit in range(DIGITS):
        cell = plan.cell(digit, 0)
        rect = QRectF(right, cell.y(), SCORES, cell.height())
        value = None if recalls is None else recalls[digit]
        _draw_score(painter, rect, value, digit == lowest, colors)


def draw_precisions(
    painter: QPainter, plan: MatrixPlan, values: Sequence[float] | None, name: str, colors: Theme
) -> None:
    """Draw the precision of each digit below its column, ``name`` at their right."""
    top = plan.cells.bottom() + SCORE_GAP - GAP
    lowest = _lowest(values)
    for digit in range(DIGITS):
        cell = plan.cell(0, digit)
        rect = QRectF(cell.x(), top, cell.width(), SCORE_ROW)
        value = None if values is None else values[digit]
        _draw_score(painter, rect, value, digit == lowest, colors)
    foot = QRectF(plan.cells.right() + SCORE_GAP, top, SCORES, SCORE_ROW)
    _draw_name(painter, foot, name, colors)


def _lowest(values: Sequence[float] | None) -> int | None:
    """Return the digit with the lowest score; None without any."""
    known = [(value, digit) for digit, value in enumerate(values or ()) if value == value]
    return min(known)[1] if known else None


def _draw_score(
    painter: QPainter, rect: QRectF, value: float | None, lowest: bool, colors: Theme
) -> None:
    track = QRectF(rect.x(), rect.bottom() - 3, rect.width(), 2)
    known = value is not None and value == value
    painter.fillRect(track, QColor(colors.surface_2))
    if value is not None and known:
        filled = QRectF(track)
        filled.setWidth(track.width() * value)
        painter.fillRect(filled, QColor(colors.text_1 if lowest else colors.raw))
    font, text = theme.ui_font(11, SEMIBOLD if lowest else QFont.Weight.Normal), score_text(value)
    painter.setFont(font)
    painter.setPen(QColor(colors.text_1 if lowest else colors.text_2 if known else colors.text_3))
    width, height = text_size(text, font)
    center = rect.center()
    painter.drawText(QPointF(center.x() - width / 2, center.y() - 1.5 + height / 2), text)


def _draw_name(painter: QPainter, rect: QRectF, name: str, colors: Theme) -> None:
    painter.setFont(theme.ui_font(11))
    painter.setPen(QColor(colors.text_3))
    painter.drawText(rect, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter, name)

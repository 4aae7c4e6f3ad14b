"""How the table of a gradient check is painted: pure functions of rows, columns and a theme."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from app import theme
from app.formatting import EM_DASH
from app.icons import draw_icon
from app.widgets.basics import SEMIBOLD
from app.widgets.check_columns import (
    BUG,
    DESIGNED,
    HEAD,
    PANEL,
    TICK,
    TICK_GAP,
    CheckRow,
    Columns,
    head_text,
)

if TYPE_CHECKING:
    from app.theme import Theme

_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | _MIDDLE
PANEL_TOP, RADIUS = 6, 6
_GROUP = QRectF(0, PANEL_TOP, 0, 24)
_VERDICTS = ("verdict", "bug_verdict")
_STRONG = ("name", "mean", "bug_mean")
_FAINT = ("shape", "zeros", "kinks")


def draw_panel(
    painter: QPainter, columns: Columns, top: float, bottom: float, colors: Theme
) -> None:
    """Draw the ground of the bug's columns: fainter than a bug's row, for there is much of it."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.blend(colors.fail_bg, colors.surface_1, 0.55))
    painter.drawRoundedRect(QRectF(columns.panel, top, PANEL, bottom - top), RADIUS, RADIUS)


def draw_head(
    painter: QPainter,
    columns: Columns,
    groups: tuple[str, str],
    colors: Theme,
    *,
    of_layer: bool,
) -> None:
    """Draw the names of the two groups of columns, and of the columns."""
    if columns.has_bug:
        draw_panel(painter, columns, PANEL_TOP, HEAD + RADIUS, colors)
    share = columns.base / DESIGNED
    _draw_group(painter, groups[0], 244 * share, 540 * share, colors.text_2, colors)
    if columns.has_bug:
        left = columns.panel + 14
        _draw_bug(painter, QRectF(left - 1, _GROUP.center().y() - 7, 14, 14), colors)
        painter.setFont(theme.ui_font(12, SEMIBOLD))
        painter.setPen(QColor(colors.fail))
        room = QRectF(left + 20, PANEL_TOP, PANEL - 40, _GROUP.height())
        painter.drawText(room, _MIDDLE, groups[1])
    else:
        _draw_group(
            painter, groups[1], columns.panel + 38, columns.width - 16, colors.text_2, colors
        )
    painter.setFont(theme.ui_font(12))
    for name in columns.names:
        rect, ends_right = columns.cell(name, 28, 24)
        if name == "name":  # over the shapes, too: they have no head
            rect.setRight(columns.cell("shape", 28, 24)[0].right())
        painter.setPen(QColor(colors.text_2))
        painter.drawText(
            rect, _RIGHT if ends_right else _MIDDLE, head_text(name, of_layer=of_layer)
        )
    _draw_line(painter, columns, HEAD - 1, colors)


def _draw_group(
    painter: QPainter, text: str, left: float, right: float, color: str, colors: Theme
) -> None:
    """Draw the name of a group and a line over its columns."""
    painter.setFont(theme.ui_font(12, QFont.Weight.Medium))
    painter.setPen(QColor(color))
    painter.drawText(_GROUP.adjusted(left, 0, right, 0), _MIDDLE, text)
    start = left + painter.fontMetrics().horizontalAdvance(text) + 10
    y = round(_GROUP.center().y()) + 0.5
    if start < right:
        painter.setPen(QPen(QColor(colors.border), 1))
        painter.drawLine(QLineF(start, y, right, y))


def _draw_line(painter: QPainter, columns: Columns, y: float, colors: Theme) -> None:
    painter.setPen(QPen(QColor(colors.border), 1))
    right = columns.base if columns.has_bug else columns.width
    painter.drawLine(QLineF(0, y + 0.5, right, y + 0.5))


def draw_row(
    painter: QPainter,
    columns: Columns,
    row: CheckRow,
    room: tuple[float, float],
    colors: Theme,
    *,
    ground: str | None,
    focused: bool,
) -> None:
    """Draw a row with a line below it, on ``ground`` where the pointer is.

    ``room`` says where it begins, and how high it is.
    """
    top, height = room
    right = columns.base if columns.has_bug else columns.width
    if ground is not None:
        painter.fillRect(QRectF(0, top, right, height - 1), QColor(ground))
    for name in columns.names:
        rect, ends_right = columns.cell(name, top, height - 1)
        if name in _VERDICTS:
            if row.is_doubtful(name):
                draw_doubt(painter, rect, row.text(name), colors)
            else:
                draw_verdict(painter, rect, row.verdict(name), row.text(name), colors)
            continue
        text = row.text(name)
        painter.setFont(theme.mono_font(12, SEMIBOLD if name in _STRONG else QFont.Weight.Normal))
        if name == "name":
            elide = Qt.TextElideMode.ElideRight
            text = painter.fontMetrics().elidedText(text, elide, round(rect.width()))
        painter.setPen(QColor(_ink(row, name, text, colors)))
        painter.drawText(rect, _RIGHT if ends_right else _MIDDLE, text)
    _draw_line(painter, columns, top + height - 1, colors)
    if focused:
        painter.setPen(QPen(QColor(colors.accent), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(0.5, top + 0.5, columns.width - 1, height - 2))


def _ink(row: CheckRow, column: str, text: str, colors: Theme) -> str:
    if text == EM_DASH or column in _FAINT:
        return colors.text_3
    if column in ("mean", "bug_mean"):
        verdict = "bug_verdict" if column in BUG else "verdict"
        wrong = row.verdict(verdict) is False and not row.is_doubtful(verdict)
        return colors.fail if wrong else colors.text_1
    return colors.text_1


def draw_verdict(
    painter: QPainter, rect: QRectF, agrees: bool | None, text: str, colors: Theme
) -> None:
    """Draw a tick or a cross, and the word for it."""
    if agrees is None:
        painter.setFont(theme.mono_font(12))
        painter.setPen(QColor(colors.text_3))
        painter.drawText(rect, _MIDDLE, text)
        return
    painter.setFont(theme.ui_font(12))
    icon = QRectF(rect.left(), round(rect.center().y() - TICK / 2), TICK, TICK)
    if agrees:
        draw_icon(painter, "check", colors.accent, icon)
    else:
        draw_cross(painter, icon.center(), 3.5, colors)
    painter.setPen(QColor(colors.accent_text if agrees else colors.fail))
    painter.drawText(rect.adjusted(TICK + TICK_GAP, 0, 0, 0), _MIDDLE, text)


def draw_doubt(painter: QPainter, rect: QRectF, text: str, colors: Theme) -> None:
    """Draw a question mark in place of a tick or a cross, and the words for it."""
    painter.setFont(theme.ui_font(12, SEMIBOLD))
    painter.setPen(QColor(colors.text_3))
    mark = QRectF(rect.left(), rect.top(), TICK, rect.height())
    painter.drawText(mark, Qt.AlignmentFlag.AlignCenter, "?")
    painter.setFont(theme.ui_font(12))
    painter.drawText(rect.adjusted(TICK + TICK_GAP, 0, 0, 0), _MIDDLE, text)


def draw_cross(painter: QPainter, at: QPointF, reach: float, colors: Theme) -> None:
    """Draw the cross that goes with all that is wrong."""
    pen = QPen(QColor(colors.fail), 1.8)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    x, y = at.x(), at.y()
    painter.drawLine(QLineF(x - reach, y - reach, x + reach, y + reach))
    painter.drawLine(QLineF(x + reach, y - reach, x - reach, y + reach))


def _draw_bug(painter: QPainter, rect: QRectF, colors: Theme) -> None:
    """Draw a beetle: a body with a line down its back, a head and six legs."""
    pen = QPen(QColor(colors.fail), 1.4)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    x, y = rect.center().x(), rect.center().y()
    painter.drawRoundedRect(QRectF(x - 3, y - 3, 6, 9), 3, 3)
    painter.drawLine(QLineF(x, y - 3, x, y + 6))
    painter.drawArc(QRectF(x - 2, y - 6, 4, 6), 0, 180 * 16)
    for side in (-1, 1):
        painter.drawLine(QLineF(x + side * 3, y + 1.5, x + side * 6, y + 1.5))
        painter.drawLine(QLineF(x + side * 3, y - 1, x + side * 5.5, y - 3.5))
        painter.drawLine(QLineF(x + side * 3, y + 4, x + side * 5.5, y + 6))

"""How a confusion matrix is painted: pure functions of counts, a rectangle and a theme."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from app import formatting, theme
from app.widgets.basics import SEMIBOLD
from app.widgets.confusion_words import change_text

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from app.theme import Theme

    Counts = npt.NDArray[np.int64]

DIGITS = 10
AXIS = 18
"""Of the name of an axis, and of the digits along it."""

SCORES = 62
SCORE_GAP = 8
SCORE_ROW = 22
GAP = 2
FAINTEST, STRONGEST = 0.10, 0.5
"""Of the ink of a mistake: the share of a full neutral ink over the card."""

TIGHT = 34
"""Below this height two lines of text stand close in a cell."""


@dataclass(frozen=True)
class MatrixPlan:
    """Where everything stands in a widget of ``width`` × ``height``."""

    width: float
    height: float

    @property
    def pitch(self) -> tuple[int, int]:
        """From one cell to the next, across and down."""
        across = self.width - 2 * AXIS - SCORE_GAP - SCORES
        down = self.height - 2 * AXIS - SCORE_GAP - SCORE_ROW
        return int(across // DIGITS), int(down // DIGITS)

    @property
    def cells(self) -> QRectF:
        """All cells."""
        across, down = self.pitch
        return QRectF(2 * AXIS, 2 * AXIS, DIGITS * across, DIGITS * down)

    def cell(self, label: int, reading: int) -> QRectF:
        """Return the cell of digits ``label`` that are read as ``reading``."""
        across, down = self.pitch
        left, top = 2 * AXIS + reading * across, 2 * AXIS + label * down
        return QRectF(left, top, across - GAP, down - GAP)

    def row_head(self, label: int) -> QRectF:
        """Return the place of the digit left of a row."""
        cell = self.cell(label, 0)
        return QRectF(AXIS, cell.y(), AXIS - GAP, cell.height())

    def column_head(self, reading: int) -> QRectF:
        """Return the place of the digit above a column."""
        cell = self.cell(0, reading)
        return QRectF(cell.x(), AXIS, cell.width(), AXIS - GAP)

    def at(self, point: QPointF) -> tuple[int | None, int | None] | None:
        """Return the label and reading at ``point``; only one of them on a head, None elsewhere."""
        across, down = self.pitch
        if not across or not down:
            return None
        column = math.floor((point.x() - 2 * AXIS) / across)
        row = math.floor((point.y() - 2 * AXIS) / down)
        in_row, in_column = 0 <= row < DIGITS, 0 <= column < DIGITS
        if in_row and in_column:
            return row, column
        if in_row and AXIS <= point.x() < 2 * AXIS:
            return row, None
        if in_column and AXIS <= point.y() < 2 * AXIS:
            return None, column
        return None


@lru_cache(4096)
def ink(count: int, most: int, colors: Theme) -> QColor:
    """Return the ground of a cell with ``count`` mistakes; ``most`` are in the fullest cell.

    The scale goes with the square root, so that a single one is seen beside hundreds.
    """
    if not count:
        return QColor(colors.surface_1)
    share = math.sqrt(count / max(most, count))
    alpha = FAINTEST + (STRONGEST - FAINTEST) * share
    return theme.blend(colors.text_2, colors.surface_1, alpha)


@lru_cache(4096)
def figure_color(count: int, most: int, colors: Theme) -> QColor:
    """Return the colour of a count that is read best on its ``ink``; 0 stands back."""
    if not count:
        return theme.blend(colors.text_3, colors.surface_1, 0.6)
    ground, inks = ink(count, most, colors), (QColor(colors.text_1), QColor(colors.surface_1))
    return max(inks, key=lambda each: _contrast(each, ground))


def _contrast(a: QColor, b: QColor) -> float:
    light, dark = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: QColor) -> float:
    """Return the relative luminance of sRGB, as WCAG defines it."""
    channels = (color.redF(), color.greenF(), color.blueF())
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def draw_counts(painter: QPainter, plan: MatrixPlan, counts: Counts, colors: Theme) -> None:
    """Draw the ten by ten cells: mistakes in ink, the diagonal in a tone of its own."""
    numbers = counts.tolist()
    most = max(
        numbers[row][column] for row in range(DIGITS) for column in range(DIGITS) if row != column
    )
    for row in range(DIGITS):
        for column in range(DIGITS):
            rect, count = plan.cell(row, column), numbers[row][column]
            if row == column:
                _draw_box(painter, rect, QColor(colors.surface_2), QColor(colors.border_strong))
                pen, font = QColor(colors.text_1), theme.ui_font(12, SEMIBOLD)
            else:
                if count:
                    _draw_box(painter, rect, ink(count, most, colors))
                pen, font = figure_color(count, most, colors), theme.ui_font(12)
            _draw_number(painter, rect, formatting.count(count), pen, font)


def draw_changes(
    painter: QPainter, plan: MatrixPlan, counts: Counts, changes: Counts, colors: Theme
) -> None:
    """Draw the cells with how much each has changed; those that have not stand back."""
    for row in range(DIGITS):
        for column in range(DIGITS):
            rect = plan.cell(row, column)
            count, change = int(counts[row, column]), int(changes[row, column])
            edge = QColor(colors.border_strong) if row == column else None
            text = formatting.count(count)
            if not change:
                if edge is not None:
                    _draw_box(painter, rect, QColor(colors.surface_1), edge)
                pen = QColor(colors.text_3) if count else figure_color(0, 0, colors)
                _draw_number(painter, rect, text, pen, theme.ui_font(12))
                continue
            _draw_box(painter, rect, QColor(colors.sign_background(change)), edge)
            upper, lower = _two_lines(rect)
            _draw_number(painter, upper, text, QColor(colors.text_1), theme.ui_font(11))
            pen = QColor(colors.sign_color(change))
            _draw_number(painter, lower, change_text(change), pen, theme.ui_font(11, SEMIBOLD))


def _two_lines(rect: QRectF) -> tuple[QRectF, QRectF]:
    apart = 10 if rect.height() < TIGHT else 14
    middle = rect.center().y()
    return (
        QRectF(rect.x(), middle - apart, rect.width(), apart),
        QRectF(rect.x(), middle, rect.width(), apart),
    )


def _draw_box(painter: QPainter, rect: QRectF, ground: QColor, edge: QColor | None = None) -> None:
    if edge is None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(rect, 2, 2)
    else:
        painter.setPen(QPen(edge, 1))
        painter.setBrush(ground)
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2)


def _draw_number(painter: QPainter, rect: QRectF, text: str, pen: QColor, font: QFont) -> None:
    width, height = text_size(text, font)
    if width > rect.width() - 2:
        font = theme.ui_font(11, font.weight())
        width, height = text_size(text, font)
    painter.setFont(font)
    painter.setPen(pen)
    center = rect.center()
    painter.drawText(QPointF(center.x() - width / 2, center.y() + height / 2), text)


@lru_cache(4096)
def text_size(text: str, font: QFont) -> tuple[float, float]:
    """Return how wide a text is, and how high its capitals are: asked for a hundred a frame."""
    metrics = _metrics(font)
    return metrics.horizontalAdvance(text), metrics.capHeight()


@cache
def _metrics(font: QFont) -> QFontMetricsF:
    return QFontMetricsF(font)


def draw_frame(painter: QPainter, rect: QRectF, color: str, width: float) -> None:
    """Draw a frame around a cell or a row of them, just outside."""
    painter.setPen(QPen(QColor(color), width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    reach = width / 2
    painter.drawRoundedRect(rect.adjusted(-reach, -reach, reach, reach), 2, 2)


def draw_empty(painter: QPainter, plan: MatrixPlan, colors: Theme) -> None:
    """Draw the cells of a matrix that is not computed."""
    for row in range(DIGITS):
        for column in range(DIGITS):
            edge = QColor(colors.border) if row == column else None
            _draw_box(painter, plan.cell(row, column), QColor(colors.surface_1), edge)

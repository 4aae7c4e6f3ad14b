"""How the map of ∂L/∂pixel looks: pure functions of what it shows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from app import formatting, theme
from app.graph_view.layer_tiles import outline_of

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[np.floating]
    Lines = tuple[tuple[QPointF, QPointF], ...]

SIDE = 28
"""Pixels of an image, across and down."""

INK_LEVEL = 127
"""Pixels that are brighter belong to the digit: more than half of full ink."""

BORDER = 1
LEGEND_HEIGHT = 36
_LINES = (10, 30)
_BAR = 8
_LINE = 1.6
_STEPS = 129


@dataclass(frozen=True, eq=False)
class MapFrame:
    """What the map shows: numbers (28, 28) on a scale of ±``limit``, and the digit's ``outline``.

    The ``boxed`` pixel is a row and a column.
    """

    values: Array
    limit: float
    outline: Lines = ()
    boxed: tuple[int, int] | None = None
    focused: bool = False


def digit_outline(image: npt.NDArray[np.uint8]) -> Lines:
    """Return the border lines of what is inked in ``image`` (784,), in pixels."""
    return tuple(outline_of(image.reshape(SIDE, SIDE) > INK_LEVEL))


def map_rect(width: int, height: int, ratio: float) -> QRectF:
    """Return the largest square in a widget, inside a border, whose cells are whole pixels.

    ``ratio`` is how many pixels of the screen make one of the widget.
    """
    cell = max(int((min(width, height) - 2 * BORDER) * ratio / SIDE + 1e-6), 1)
    side = SIDE * cell / ratio
    left, top = (round((room - side) * ratio / 2) / ratio for room in (width, height))
    return QRectF(left, top, side, side)


def render(painter: QPainter, square: QRectF, frame: MapFrame, colors: theme.Theme) -> None:
    """Paint ``frame`` onto ``square``, and its border around it."""
    paint_values(painter, square, frame.values, frame.limit, colors)
    _draw_outline(painter, square, frame, colors)
    _draw_border(painter, square, colors.accent if frame.focused else colors.border_strong)
    if frame.boxed is not None:
        row, column = frame.boxed
        cell = square.width() / SIDE
        box = QRectF(square.x() + column * cell, square.y() + row * cell, cell, cell)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        # The accent alone would be lost on a strong blue.
        for color, width in ((colors.surface_1, 5), (colors.accent, 2)):
            painter.setPen(QPen(QColor(color), width))
            painter.drawRoundedRect(box.adjusted(-1, -1, 1, 1), 2, 2)


def paint_values(
    painter: QPainter, rect: QRectF, values: Array, limit: float, colors: theme.Theme
) -> None:
    """Paint numbers (rows, columns) onto ``rect`` in the colours of their signs."""
    pixels = theme.diverging_pixels(values, limit, colors)
    rows, columns = values.shape
    picture = QImage(pixels.data, columns, rows, 3 * columns, QImage.Format.Format_RGB888)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    # Qt enlarges images of the screen's own format several times as fast.
    painter.drawImage(rect, picture.convertToFormat(QImage.Format.Format_RGB32))


def _draw_outline(painter: QPainter, square: QRectF, frame: MapFrame, colors: theme.Theme) -> None:
    """Draw the lines as boxes of whole pixels of the screen, which a pen would blur."""
    ratio = painter.device().devicePixelRatio()
    thickness = max(round(_LINE * ratio), 1)
    cell, width, half = square.width() / SIDE, thickness / ratio, thickness // 2 / ratio
    corner = square.topLeft() - QPointF(half, half)
    boxes = [
        QRectF(corner + start * cell, corner + end * cell + QPointF(width, width))
        for start, end in frame.outline
    ]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.blend(colors.text_1, colors.zero, 0.75))
    painter.drawRects(boxes)


def _draw_border(painter: QPainter, square: QRectF, color: str, dashes: bool = False) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(QColor(color), 1)
    if dashes:
        pen.setDashPattern([4, 4])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(square.adjusted(-0.5, -0.5, 0.5, 0.5), 2, 2)


def paint_nothing(
    painter: QPainter, rect: QRectF, message: str, colors: theme.Theme, focused: bool = False
) -> None:
    """Paint a dashed frame where nothing is computed, with a sentence in its middle."""
    painter.fillRect(rect, QColor(colors.surface_2))
    _draw_border(painter, rect, colors.accent if focused else colors.border_strong, dashes=True)
    painter.setFont(theme.ui_font(13))
    painter.setPen(QColor(colors.text_2))
    flags = Qt.AlignmentFlag.AlignCenter.value | Qt.TextFlag.TextWordWrap.value
    painter.drawText(rect.adjusted(24, 16, -24, -16), flags, message)


def paint_legend(
    painter: QPainter,
    rect: QRectF,
    limit: float | None,
    words: tuple[str, str],
    colors: theme.Theme,
) -> None:
    """Paint a scale from −v to +v into ``rect``, and below each of its ends what that means.

    Without a ``limit`` v, there are em dashes, and no colours.
    """
    low, high = (formatting.signed(end, 2) for end in _ends(limit))
    painter.setFont(theme.mono_font(11))
    metrics = painter.fontMetrics()
    line = rect.top() + _LINES[0]
    painter.setPen(QColor(colors.text_3 if limit is None else colors.text_2))
    painter.drawText(QPointF(rect.left(), line), low)
    wide = metrics.horizontalAdvance(high)
    painter.drawText(QPointF(rect.right() - wide, line), high)
    left = rect.left() + metrics.horizontalAdvance(low) + 6
    top = line - round((metrics.capHeight() + _BAR) / 2)
    bar = QRectF(left, top, rect.right() - wide - 6 - left, _BAR)
    if limit is None:
        painter.fillRect(bar, QColor(colors.surface_2))
    else:
        paint_values(painter, bar, _scale(), 1.0, colors)
    painter.setFont(theme.ui_font(12))
    painter.setPen(QColor(colors.text_2))
    wide = painter.fontMetrics().horizontalAdvance(words[1])
    painter.drawText(QPointF(rect.left(), rect.top() + _LINES[1]), words[0])
    painter.drawText(QPointF(rect.right() - wide, rect.top() + _LINES[1]), words[1])


def _ends(limit: float | None) -> tuple[float | None, float | None]:
    return (None, None) if limit is None else (-limit, limit)


@cache
def _scale() -> Array:
    return np.linspace(-1, 1, _STEPS)[np.newaxis]

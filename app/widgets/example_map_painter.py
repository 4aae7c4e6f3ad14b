"""How a map of examples is painted: pure functions of its points on the screen and a theme."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPixmap

from app import theme
from app.widgets.digit_tiles import PIXELS, draw_digit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.staging import Bytes
    from app.theme import Theme
    from app.widgets.example_map_lens import Floats, Lens
    from bpcore.example_map import ExampleMap

LEFT, BOTTOM = 22, 22
"""Of the bed, for what the axes are."""

SPRITE = QSize(17, 15)
POPUP = 3 * PIXELS
RING = 10


def draw_axes(painter: QPainter, lens: Lens, texts: tuple[str, str], colors: Theme) -> None:
    """Draw lines through the mean, and below and left of the bed what the axes are."""
    bed = lens.bed
    x, y = lens.pixels(np.zeros((1, 2)))[0].tolist()
    painter.setPen(QPen(QColor(colors.grid), 1))
    if bed.left() < x < bed.right():
        x = round(x) + 0.5
        painter.drawLine(QPointF(x, bed.top() + 1), QPointF(x, bed.bottom() - 1))
    if bed.top() < y < bed.bottom():
        y = round(y) + 0.5
        painter.drawLine(QPointF(bed.left() + 1, y), QPointF(bed.right() - 1, y))
    painter.setFont(theme.ui_font(11))
    painter.setPen(QColor(colors.text_3))
    center = Qt.AlignmentFlag.AlignCenter
    painter.drawText(QRectF(bed.left(), bed.bottom(), bed.width(), BOTTOM), center, texts[0])
    painter.save()
    painter.translate(0, bed.bottom())
    painter.rotate(-90)
    painter.drawText(QRectF(0, 0, bed.height(), LEFT - 4), center, texts[1])
    painter.restore()


def draw_examples(
    painter: QPainter,
    pixels: Floats,
    shown: ExampleMap,
    order: Sequence[int],
    colors: Theme,
    ratio: float,
) -> None:
    """Draw the numeral of each example at its place in ``pixels`` (N, 2), in this order.

    At whole pixels: that is five times as fast, and as sharp as numerals can be.
    """
    area = painter.clipBoundingRect()
    half = np.array((SPRITE.width() / 2, SPRITE.height() / 2))
    places, labels = np.rint(pixels - half).astype(int).tolist(), shown.labels.tolist()
    wrong = (shown.labels != shown.readings).tolist()
    left, right = area.left() - SPRITE.width(), area.right()
    top, bottom = area.top() - SPRITE.height(), area.bottom()
    for place in order:
        x, y = places[place]
        if left < x < right and top < y < bottom:
            painter.drawPixmap(x, y, _sprite(labels[place], wrong[place], colors, ratio))


def draw_pointed(
    painter: QPainter, bed: QRectF, where: QPointF, image: Bytes, colors: Theme
) -> None:
    """Draw a ring around the example that is pointed at, and its picture beside it."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colors.accent), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(where, RING, RING)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    left = where.x() + RING + 6
    if left + POPUP > bed.right() - 2:
        left = where.x() - RING - 6 - POPUP
    top = min(max(where.y() - POPUP - RING, bed.top() + 2), bed.bottom() - POPUP - 2)
    draw_digit(painter, QRectF(round(left), round(top), POPUP, POPUP), image, colors)


@lru_cache(128)
def _sprite(label: int, wrong: bool, colors: Theme, ratio: float) -> QPixmap:
    """Return the numeral of a digit, with a cross at its corner if it is read wrongly."""
    pixmap = QPixmap(SPRITE * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(theme.ui_font(12 if wrong else 11, QFont.Weight.Medium))
    painter.setPen(QColor(colors.text_1 if wrong else colors.raw))
    middle = QRectF(QPointF(0, 0), pixmap.deviceIndependentSize())
    painter.drawText(middle, Qt.AlignmentFlag.AlignCenter, str(label))
    if wrong:
        painter.setPen(QPen(QColor(colors.fail), 1.6))
        center, arm = QPointF(13.5, 3.5), QPointF(2.5, 2.5)
        painter.drawLine(center - arm, center + arm)
        arm.setY(-arm.y())
        painter.drawLine(center - arm, center + arm)
    painter.end()
    return pixmap

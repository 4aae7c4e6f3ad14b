"""Small pictures of digits inside painted widgets, pixel by pixel."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from app import theme

if TYPE_CHECKING:
    import numpy.typing as npt
    from PySide6.QtCore import QRectF

    from app.staging import Bytes
    from app.theme import Theme

PIXELS = 28


def draw_digit(painter: QPainter, box: QRectF, image: Bytes, colors: Theme) -> None:
    """Draw ``image`` (784,) or (28, 28) in ``box``, with a frame of a pixel around it."""
    painter.setPen(QPen(QColor(colors.border_strong), 1))
    painter.setBrush(QColor(colors.canvas))
    painter.drawRect(box.adjusted(-0.5, -0.5, 0.5, 0.5))
    pixels = _levels(colors)[image.reshape(PIXELS, PIXELS)]
    painter.drawImage(
        box, QImage(pixels.data, PIXELS, PIXELS, 4 * PIXELS, QImage.Format.Format_RGB32)
    )


@cache
def _levels(colors: Theme) -> npt.NDArray[np.uint32]:
    """Return the colour of each of the 256 grey levels, to be looked up for every pixel."""
    pixels = theme.digit_pixels(np.arange(256, dtype=np.uint8), colors)
    return np.array([QColor(*rgb).rgb() for rgb in pixels.tolist()], np.uint32)

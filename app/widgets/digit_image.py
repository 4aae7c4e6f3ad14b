"""Grey images of digits, pixel by pixel."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app import theme

BORDER = 1
FRAME = 4
"""Border, a gap of two pixels, and a line around it."""


class DigitImage(QWidget):
    """A uint8 image, 0 black to 255 white, in a box; each of its pixels is a sharp square.

    An image with more pixels than the box is scaled down smoothly. ``framed`` puts a frame around
    the box, for the one of several that counts.
    """

    def __init__(self, name: str, title: str, *, framed: bool = False) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._margin = FRAME if framed else BORDER
        self._image: npt.NDArray[np.uint8] | None = None

    @property
    def image(self) -> npt.NDArray[np.uint8] | None:
        """The image shown (height, width); None while the box is empty."""
        return self._image

    def set_image(self, image: npt.NDArray[np.uint8] | None) -> None:
        """Show ``image`` (height, width), or an empty box."""
        self._image = None if image is None else np.ascontiguousarray(image)
        self.update()

    def set_side(self, side: int) -> None:
        """Make the box ``side`` × ``side`` pixels, without its border or frame."""
        self.setFixedSize(side + 2 * self._margin, side + 2 * self._margin)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint border, box and image."""
        colors = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self._margin == FRAME:
            painter.setPen(QPen(QColor(colors.text_2), 1))
            painter.drawRoundedRect(outline, 4, 4)
            outline.adjust(FRAME - BORDER, FRAME - BORDER, BORDER - FRAME, BORDER - FRAME)
        painter.setPen(QPen(QColor(colors.border_strong), 1))
        painter.setBrush(QColor(colors.canvas))
        painter.drawRoundedRect(outline, 2, 2)
        if self._image is not None:
            self._draw_image(painter, self._image, colors)
        painter.end()

    def _draw_image(
        self, painter: QPainter, image: npt.NDArray[np.uint8], colors: theme.Theme
    ) -> None:
        height, width = image.shape
        pixels = _levels(colors)[image]
        picture = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)
        ratio = self.devicePixelRatio()
        scale = (self.width() - 2 * self._margin) / max(width, height)
        if scale * ratio >= 1:
            scale = int(scale * ratio) / ratio
        else:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        left = round((self.width() - width * scale) * ratio / 2) / ratio
        top = round((self.height() - height * scale) * ratio / 2) / ratio
        painter.drawImage(QRectF(left, top, width * scale, height * scale), picture)


@cache
def _levels(colors: theme.Theme) -> npt.NDArray[np.uint32]:
    """Return the colour of each of the 256 grey levels, to be looked up for every pixel."""
    pixels = theme.digit_pixels(np.arange(256, dtype=np.uint8), colors)
    return np.array([QColor(*rgb).rgb() for rgb in pixels.tolist()], np.uint32)


class Arrow(QWidget):
    """Points to the right: what stands there was made from what stands here."""

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumSize(32, 12)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        """Return the size that it has in the design, with its margins."""
        return QSize(56, 12)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the arrow, 24 px long, in the middle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(theme.current().text_3), 1.4)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        tip = QPointF(self.width() / 2 + 12, self.height() / 2)
        painter.drawLine(tip, tip - QPointF(24, 0))
        painter.drawPolyline([tip - QPointF(5, 4), tip, tip - QPointF(5, -4)])
        painter.end()

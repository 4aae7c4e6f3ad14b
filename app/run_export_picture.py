"""A chart as a picture of pixels. Any thread may make one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QRectF
from PySide6.QtGui import QImage, QPainter

# Loaded with the window: its icons are drawn by the same module.
from PySide6.QtSvg import QSvgRenderer

from app.export_svg import FAMILIES
from app.markup import escaped

if TYPE_CHECKING:
    from app.run_export_svg import Picture

SCALE = 2
"""Pixels of the file for one of the picture's own: sharp on paper and on any screen."""


def painted(picture: Picture, scale: float = SCALE) -> QImage:
    """Return ``picture`` in pixels; without memory for it, the image is null.

    It is painted a part at a time: Python's other threads, the window's too, wait for each.
    """
    width, height = round(picture.width * scale), round(picture.height * scale)
    image = QImage(width, height, QImage.Format.Format_RGB32)
    if image.isNull():
        return image
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    room = QRectF(0, 0, picture.width * scale, picture.height * scale)
    for part in picture.parts:
        drawn = str(picture.element(part))
        for family, families in FAMILIES.items():  # Qt takes a list of families for a name
            drawn = drawn.replace(escaped(families), family)
        QSvgRenderer(QByteArray(drawn.encode())).render(painter, room)
    painter.end()
    image.setDevicePixelRatio(scale)
    return image

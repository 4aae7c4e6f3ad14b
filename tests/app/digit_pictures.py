"""Pictures of digits as people have them: drawn on a screen, scanned, photographed."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np
from handwriting import DIGITS
from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QImage

from app.strokes import Point, Raster, Stroke

if TYPE_CHECKING:
    from collections.abc import Callable

GREY = QImage.Format.Format_Grayscale8


def written(
    digit: int, width: int, height: int, *, pen: float = 0.06, share: float = 0.7, style: int = 0
) -> np.ndarray:
    """How much ink, 0 to 1, is at each pixel (height, width) of a sheet with a digit on it."""
    side = round(min(width, height) * share)
    raster = Raster(side)
    for line in DIGITS[digit][style]:
        raster.draw(Stroke(tuple(Point(x, y) for x, y in line), pen))
    sheet = np.zeros((height, width))
    top, left = (height - side) // 2, (width - side) // 2
    sheet[top : top + side, left : left + side] = raster.pixels / 255
    return sheet


def grey_image(levels: np.ndarray) -> QImage:
    """An image of the grey levels (height, width)."""
    levels = np.ascontiguousarray(np.clip(np.rint(levels), 0, 255).astype(np.uint8))
    height, width = levels.shape
    return QImage(levels.data, width, height, width, GREY).copy()


def scan(digit: int, width: int = 200, height: int = 240, **kwargs) -> QImage:
    """Black ink on white paper."""
    return grey_image(255 * (1 - written(digit, width, height, **kwargs)))


def photo(
    digit: int, light: Callable[[np.ndarray, np.ndarray], np.ndarray], *, noise: float = 5, **kwargs
) -> QImage:
    """A photo of a sheet under a light: its strength at x and y, both from 0 to 1."""
    width, height = 800, 600
    sheet = 0.85 - 0.65 * written(digit, width, height, **kwargs)
    y, x = np.mgrid[0:height, 0:width]
    levels = 255 * sheet * light(x / width, y / height)
    return grey_image(levels + np.random.default_rng(digit).normal(0, noise, levels.shape))


def encoded(image: QImage, kind: str, quality: int = -1) -> bytes:
    """The content of a file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, kind, quality)
    return bytes(buffer.data().data())


def shape_of(ink: np.ndarray) -> np.ndarray:
    """Ink (H, W), cut out and brought to 40 × 40, 0 to 1: two that are alike show the same."""
    rows, columns = (np.flatnonzero((ink > 127).any(axis=axis)) for axis in (1, 0))
    cut = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scaled = grey_image(cut).scaled(40, 40, mode=Qt.TransformationMode.SmoothTransformation)
    grey = scaled.convertToFormat(GREY)
    levels = np.frombuffer(grey.constBits(), np.uint8).reshape(40, grey.bytesPerLine())
    return levels[:, :40] / 255


def likeness(ink: np.ndarray, digit: int, **kwargs) -> float:
    """How much ink looks like the digit as it was written: 1 the same, 0 not at all."""
    wanted = shape_of(255 * written(digit, 400, 400, **kwargs))
    return float(np.corrcoef(shape_of(ink).ravel(), wanted.ravel())[0, 1])


def png(width: int, height: int, pixels: bytes, *extra: tuple[bytes, bytes]) -> bytes:
    """The content of a grey PNG file that says it has this size, whatever is in it."""
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
        *extra,
        (b"IDAT", zlib.compress(pixels)),
        (b"IEND", b""),
    ]
    content = b"\x89PNG\r\n\x1a\n"
    for kind, data in parts:
        check = zlib.crc32(kind + data)
        content += struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)
    return content

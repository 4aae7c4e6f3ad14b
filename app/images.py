"""Pictures of digits from files, the clipboard and other programs as ink, and ink as a picture.

Nothing here needs the GUI's thread: a photo is better read in another.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QIODevice, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from app.image_files import ImageError, decode, fitting, open_file, sentence
from app.strokes import INK_SIZE, Mark, Picture, Raster
from bpcore.datasets.picture_ink import ink_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QMimeData

__all__ = ["ImageError", "Offer", "WebAddress", "image_of", "load", "load_picture", "offered"]

Bytes: TypeAlias = npt.NDArray[np.uint8]

FILLED = 240
"""Pixels of the canvas' 320 that the longer side of a digit takes: about as in MNIST."""

LARGEST_TILES = 40
"""A digit of at most so many pixels is shown pixel by pixel; a larger one is scaled smoothly."""

PICTURE_SIZE = 2 * INK_SIZE
"""Of a drawing that is copied or saved."""

LONGEST_NAME = 32
"""Letters of a file's name that are shown; of a longer one its start and its end."""

GREY = QImage.Format.Format_Grayscale8
MIME_TYPES = ("image/png", "image/jpeg", "image/bmp")


@dataclass(frozen=True)
class WebAddress:
    """Where a picture is that was dragged from a browser, which gave no more than that."""

    url: str


@dataclass(frozen=True)
class Offer:
    """A picture that may be opened: a file, the content of one, or what is decoded already."""

    source: Path | bytes | QImage | WebAddress
    name: str

    @classmethod
    def file(cls, path: Path) -> Offer:
        """Return the offer of a file, called as the file is."""
        shown = "".join(c if c.isprintable() else "?" for c in path.name)
        if len(shown) > LONGEST_NAME:
            shown = f"{shown[: LONGEST_NAME - 12]}…{shown[-11:]}"
        return cls(path, shown or str(path))


def may_hold_picture(mime: QMimeData) -> bool:
    """Whether a picture might be in ``mime``; nothing is fetched from the other program."""
    return mime.hasUrls() or mime.hasImage() or any(map(mime.hasFormat, MIME_TYPES))


def offered(mime: QMimeData | None) -> Offer | None:
    """Return what is in ``mime``, of several files the first; None if it is no picture.

    ``mime`` is None where nothing was ever on the clipboard.
    """
    if mime is None:
        return None
    urls = mime.urls()
    local = [url.toLocalFile() for url in urls if url.isLocalFile()]
    if local:
        return Offer.file(Path(local[0]))
    name = QCoreApplication.translate("Images", "The picture")
    for kind in MIME_TYPES:
        if mime.hasFormat(kind):
            return Offer(bytes(mime.data(kind).data()), name)
    if mime.hasImage():
        image = mime.imageData()
        if isinstance(image, QImage) and not image.isNull():
            return Offer(image, name)
    return Offer(WebAddress(urls[0].toString()), name) if urls else None


def load(offer: Offer) -> Picture:
    """Return the ink of a picture, in the middle of the canvas.

    Raises
    ------
    ImageError
        If it is no picture, huge or broken, or nothing is written in it.
    """
    source, name = offer.source, offer.name
    if isinstance(source, WebAddress):
        raise sentence("The picture is on the web: save it first, then open the file.")
    if isinstance(source, QImage):
        image = _shrunk(source)
    elif isinstance(source, Path):
        file = open_file(source, name)
        try:
            image = decode(file, name)
        finally:
            file.close()
    else:
        buffer = QBuffer()
        buffer.setData(QByteArray(source))
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        image = decode(buffer, name)
    ink = _ink(image)
    if ink is None:
        raise sentence("{0} shows nothing: ink must stand out from the paper.", name)
    return Picture(_centred(ink))


def load_picture(path: Path) -> Picture:
    """Return the ink of the picture in a file.

    Raises
    ------
    ImageError
        If it is no picture, huge or broken, or nothing is written in it.
    """
    return load(Offer.file(path))


def image_of(marks: Sequence[Mark]) -> QImage:
    """Return a drawing as it is on the canvas, white on black, 640 × 640 grey levels."""
    raster = Raster(PICTURE_SIZE)
    for mark in marks:
        raster.draw(mark)
    levels = raster.pixels
    # A copy, because the bytes die with the raster.
    return QImage(levels.data, PICTURE_SIZE, PICTURE_SIZE, PICTURE_SIZE, GREY).copy()


# From an image to ink in its place.


def _shrunk(image: QImage) -> QImage:
    return image.scaled(
        fitting(image.size()),
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )


def _ink(image: QImage) -> Bytes | None:
    """Return the ink in ``image`` on white paper; if it is clear, what is white is ink on black."""
    ink = ink_of(_grey(image, Qt.GlobalColor.white))
    if ink is None and image.hasAlphaChannel():
        ink = ink_of(_grey(image, Qt.GlobalColor.black))
    return ink


def _grey(image: QImage, paper: Qt.GlobalColor) -> Bytes:
    """Return the grey levels (H, W) of ``image``, where it is transparent over ``paper``."""
    if image.hasAlphaChannel():
        opaque = QImage(image.size(), QImage.Format.Format_RGB32)
        opaque.fill(QColor(paper))
        pixels = image.copy()
        pixels.setDevicePixelRatio(1)  # that of another screen would make it smaller
        painter = QPainter(opaque)
        painter.drawImage(0, 0, pixels)
        painter.end()
        image = opaque
    return _bytes(image)


def _bytes(image: QImage) -> Bytes:
    grey = image.convertToFormat(GREY)
    rows = np.frombuffer(grey.constBits(), np.uint8).reshape(grey.height(), grey.bytesPerLine())
    return rows[:, : grey.width()].copy()


def _centred(ink: Bytes) -> Bytes:
    """Place ``ink`` (h, w) in the middle of the canvas, with a margin."""
    longest = max(ink.shape)
    if longest <= LARGEST_TILES:
        ink = ink.repeat(FILLED // longest, axis=0).repeat(FILLED // longest, axis=1)
    else:
        height, width = (max(round(side * FILLED / longest), 1) for side in ink.shape)
        ink = np.ascontiguousarray(ink)
        image = QImage(ink.data, ink.shape[1], ink.shape[0], ink.shape[1], GREY)
        ink = _bytes(image.scaled(width, height, mode=Qt.TransformationMode.SmoothTransformation))
    canvas = np.zeros((INK_SIZE, INK_SIZE), np.uint8)
    top, left = ((INK_SIZE - side) // 2 for side in ink.shape)
    canvas[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return canvas

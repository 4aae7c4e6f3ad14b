"""Picture files: what is looked at before they are decoded, and how they are made smaller.

A file of a few thousand bytes can claim to be a picture of a billion pixels, so nothing is decoded
before its size is known, and what it takes to decode it.
"""

from __future__ import annotations

import stat
import zlib
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QCoreApplication, QFile, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from app import formatting

if TYPE_CHECKING:
    from pathlib import Path

MEGABYTE = 2**20
MAX_FILE = 64 * MEGABYTE
MAX_MEMORY = 96 * MEGABYTE
"""Of a picture while it is decoded."""

MAX_SCANS = 24
"""Of a progressive JPEG; cameras and programs write ten or so, and each costs time."""

MAX_PACKED = 16
"""Parts of a PNG, beside its pixels, that are packed: texts, a colour profile."""

MAX_SEGMENTS = 500
"""Of a JPEG before its picture begins."""

LONGEST_SIDE = 640
"""Pixels at which a picture is looked at: a larger one is made smaller as it is decoded."""

KINDS = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpeg", b"BM": "bmp"}
"""First bytes of the files that can be opened, and what Qt calls them."""

BASELINE, START_OF_SCAN, END_OF_IMAGE = (0xC0, 0xC1), 0xDA, b"\xff\xd9"
FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
"""Markers of a JPEG: frames of the plain kind, the pixels, the end, and frames of any kind."""


class ImageError(Exception):
    """A picture can't be used; the text is a sentence for the user."""


def sentence(text: str, *values: str) -> ImageError:
    """Return an error that says ``text``, translated, with ``values`` in their places."""
    return ImageError(QCoreApplication.translate("Images", text).format(*values))


def open_file(path: Path, name: str) -> QFile:
    """Open a file; ``name`` is what it is called.

    Raises
    ------
    ImageError
        If it can't be read, or is too large.
    """
    try:
        found = path.stat()
    except FileNotFoundError:
        raise sentence("{0} is not there: choose another picture.", name) from None
    except (OSError, ValueError) as error:
        raise _unreadable(name, getattr(error, "strerror", "") or str(error)) from error
    if stat.S_ISDIR(found.st_mode):
        raise sentence("{0} is a folder: choose a picture in it.", name)
    if not stat.S_ISREG(found.st_mode):
        raise _no_picture(name)
    if found.st_size > MAX_FILE:
        limit = formatting.count(MAX_FILE // MEGABYTE)
        raise sentence("{0} has more than {1} MB: choose a smaller picture.", name, limit)
    file = QFile(str(path))
    if not file.open(QIODevice.OpenModeFlag.ReadOnly):
        raise _unreadable(name, file.errorString())
    return file


def decode(device: QIODevice, name: str) -> QImage:
    """Return the picture, its longer side at most 640 pixels, the right way up.

    Raises
    ------
    ImageError
        If it is no PNG, JPEG or BMP, or broken, or not all there, or takes too much to decode.
    """
    start = bytes(device.peek(8).data())
    kind = next((kind for first, kind in KINDS.items() if start.startswith(first)), None)
    if kind is None:
        raise _no_picture(name)
    if not _is_whole(device, kind):
        text = "{0} is damaged: a part is missing or wrong, so choose another picture."
        raise sentence(text, name)
    pixel: float = _bytes_per_pixel(device, kind, name)
    reader = QImageReader(device, QByteArray(kind.encode()))
    reader.setAutoDetectImageFormat(False)
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isEmpty():
        raise _broken(name)
    if kind != "jpeg":
        pixel = max(QImage.toPixelFormat(reader.imageFormat()).bitsPerPixel() / 8, pixel)
    if size.width() * size.height() * pixel > MAX_MEMORY:
        sides = formatting.count(size.width()), formatting.count(size.height())
        text = "{0} has {1} × {2} pixels, too many: make it smaller, then open it."
        raise sentence(text, name, *sides)
    reader.setScaledSize(fitting(size))
    image = reader.read()
    if image.isNull():
        raise _broken(name)
    return image


def fitting(size: QSize) -> QSize:
    """Return ``size``, made smaller if its longer side has more than 640 pixels."""
    if max(size.width(), size.height()) <= LONGEST_SIDE:
        return size
    smaller = size.scaled(LONGEST_SIDE, LONGEST_SIDE, Qt.AspectRatioMode.KeepAspectRatio)
    return smaller.expandedTo(QSize(1, 1))


def _bytes_per_pixel(device: QIODevice, kind: str, name: str) -> int:
    """Return the memory that decoding takes; refuse what would take a small file long."""
    if kind == "png":
        packed = sum(_count(device, part) for part in (b"zTXt", b"iTXt", b"iCCP"))
        if packed > MAX_PACKED:
            raise _broken(name)
    if kind != "jpeg":
        return 4
    if _is_plain(device):
        return 1  # it is made smaller line by line
    if _count(device, bytes([0xFF, START_OF_SCAN])) > MAX_SCANS:
        raise _broken(name)
    return 4


def _is_plain(device: QIODevice) -> bool:
    """Whether a JPEG is decoded in one go, instead of kept whole until its last scan."""
    components = 0
    for marker, _, start in _segments(device):
        if marker == START_OF_SCAN:
            return start[4] == components > 0
        if marker in FRAMES:
            if marker not in BASELINE:
                break
            components = start[9]
    return False


def _segments(device: QIODevice) -> list[tuple[int, int, bytes]]:
    """Return marker, place and first bytes of a JPEG's segments, up to where its pixels begin."""
    found = []
    place = 2
    for _ in range(MAX_SEGMENTS):
        device.seek(place)
        start = bytes(device.read(10).data())
        if len(start) < 10 or start[0] != 0xFF:
            break
        found.append((start[1], place, start))
        if start[1] == START_OF_SCAN:
            break
        place += 2 + int.from_bytes(start[2:4])
    device.seek(0)
    return found


def _is_whole(device: QIODevice, kind: str) -> bool:
    """Whether all of a picture is there: a JPEG or BMP without its end would be decoded half.

    A small picture in a JPEG has an end of its own, before the pixels; among them there is none.
    """
    if kind == "png":
        return _is_whole_png(device)
    if kind == "jpeg":
        marker, place, _ = (_segments(device) or [(0, 0, b"")])[-1]
        return marker != START_OF_SCAN or _count(device, END_OF_IMAGE, place) > 0
    if kind == "bmp":
        header = bytes(device.peek(34).data())
        first, size, packing = (int.from_bytes(header[i : i + 4], "little") for i in (10, 14, 30))
        if len(header) < 34 or size < 40 or packing not in (0, 3):
            return True  # of another kind: whether it is broken is found when it is decoded
        width, height = (int.from_bytes(header[i : i + 4], "little", signed=True) for i in (18, 22))
        row = (abs(width) * int.from_bytes(header[28:30], "little") + 31) // 32 * 4
        return first + row * abs(height) <= device.size()
    return True


def _is_whole_png(device: QIODevice) -> bool:
    """Whether the parts that matter have their checksums; libpng would print what is wrong."""
    device.seek(8)
    kind = b""
    while kind != b"IEND":
        header = bytes(device.read(8).data())
        length, kind = int.from_bytes(header[:4]), header[4:]
        if len(header) < 8 or length + 4 > device.bytesAvailable():
            break
        if kind[0] & 0x20:  # of no matter: a date, a text
            device.skip(length + 4)
            continue
        checksum = zlib.crc32(kind)
        for start in range(0, length, MEGABYTE):
            size = min(length - start, MEGABYTE)
            checksum = zlib.crc32(bytes(device.read(size).data()), checksum)
        if bytes(device.read(4).data()) != checksum.to_bytes(4):
            break
    else:
        device.seek(0)
        return True
    device.seek(0)
    return False


def _count(device: QIODevice, pattern: bytes, place: int = 0) -> int:
    """Count a pattern in ``device`` from ``place`` on."""
    device.seek(place)
    count, before = 0, b""
    while chunk := bytes(device.read(MEGABYTE).data()):
        count += (before + chunk).count(pattern)
        before = chunk[1 - len(pattern) :]
    device.seek(0)
    return count


def _no_picture(name: str) -> ImageError:
    return sentence("{0} is no picture that can be opened: choose a PNG, JPEG or BMP.", name)


def _broken(name: str) -> ImageError:
    return sentence("{0} is broken: choose another picture.", name)


def _unreadable(name: str, reason: str) -> ImageError:
    return sentence("{0} can't be read: {1}.", name, reason.rstrip("."))

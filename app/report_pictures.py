"""The pictures of a report, inside its text: hidden units and digits as small PNGs."""

from __future__ import annotations

import base64
import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np

from app import theme
from app.widgets.tile_pixels import COLUMNS, SIDE, bounded

if TYPE_CHECKING:
    import numpy.typing as npt

    from app.theme import Theme

    Bytes = npt.NDArray[np.uint8]

LEVELS = 127
"""Steps of a scale of weights from zero to either end; all of them fit a byte."""

EMPTY = 2 * LEVELS + 1
GAP = 2


def png(pixels: Bytes, palette: Bytes | None = None, clear: int | None = None) -> bytes:
    """Return a PNG of ``pixels`` (height, width): greys, or places in ``palette`` (n, 3).

    ``clear`` is the place in the palette through which the page is seen.
    """
    height, width = pixels.shape
    kind = 0 if palette is None else 3
    rows = np.zeros((height, width + 1), np.uint8)  # each begins with its filter: none
    rows[:, 1:] = pixels
    parts = [_part(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0))]
    if palette is not None:
        parts.append(_part(b"PLTE", palette.tobytes()))
        if clear is not None:
            parts.append(_part(b"tRNS", b"\xff" * clear + b"\x00"))
    parts += [_part(b"IDAT", zlib.compress(rows.tobytes(), 9)), _part(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def address(picture: bytes) -> str:
    """Return an address that has ``picture``, a PNG, in itself."""
    return f"data:image/png;base64,{base64.b64encode(picture).decode('ascii')}"


def tiles(weights: npt.NDArray[np.floating], limit: float) -> Bytes:
    """Return the weights (784, M) of hidden units as places in ``tile_palette``, ten in a row."""
    count = weights.shape[1]
    shares = bounded(weights.T, limit) / (limit or 1.0)
    levels = np.rint(shares * LEVELS + LEVELS).astype(np.uint8)
    rows, pitch = -(-count // COLUMNS), SIDE + GAP
    grid = np.full((rows * COLUMNS, pitch, pitch), EMPTY, np.uint8)
    grid[:count, :SIDE, :SIDE] = levels.reshape(count, SIDE, SIDE)
    grid = grid.reshape(rows, COLUMNS, pitch, pitch).transpose(0, 2, 1, 3)
    return grid.reshape(rows * pitch, COLUMNS * pitch)[: rows * pitch - GAP, : -GAP or None]


def tile_palette(colors: Theme) -> Bytes:
    """Return the colours (256, 3) of the weights, and at the end one that is not seen."""
    shares = np.arange(-LEVELS, LEVELS + 1, dtype=np.float32) / LEVELS
    found = np.zeros((EMPTY + 1, 3), np.uint8)
    found[:EMPTY] = theme.diverging_pixels(shares, 1.0, colors)
    return found


def _part(name: bytes, content: bytes) -> bytes:
    sum_ = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", sum_)

"""Moving pictures as GIF: one palette for all of them, and of each only what has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Iterable

Pixels: TypeAlias = npt.NDArray[np.uint32]
"""A picture (height, width), each pixel 0xRRGGBB."""

COLORS = 255
"""Colours of the palette; the one index that is left means: as before."""

EXACT = 160
"""How many of the commonest colours are kept as they are: flat areas stay what they were."""

UNCHANGED = 255
LONGEST = 65_535
_EYE = np.array([2, 4, 3], np.float32)
"""How much a difference in red, green or blue is seen."""


def palette_of(samples: Iterable[Pixels]) -> npt.NDArray[np.uint8]:
    """Return at most ``COLORS`` colours (n, 3) that stand for those of ``samples``."""
    found, counts = np.empty(0, np.uint32), np.empty(0, np.int64)
    for sample in samples:
        here, times = np.unique(sample, return_counts=True)
        found, where = np.unique(np.concatenate([found, here]), return_inverse=True)
        counts = np.bincount(where, np.concatenate([counts, times])).astype(np.int64)
    order = np.argsort(-counts, kind="stable")
    if len(order) <= COLORS:
        return _channels(found[order])
    common, rare = order[:EXACT], order[EXACT:]
    means = _means(_channels(found[rare]), counts[rare], COLORS - EXACT)
    return np.concatenate([_channels(found[common]), means])


def _means(
    colors: npt.NDArray[np.uint8], counts: npt.NDArray[np.int64], wanted: int
) -> npt.NDArray[np.uint8]:
    """Return ``wanted`` colours for many; one that is seen often has more of a say."""
    from PIL import Image

    votes = np.sqrt(counts / counts.max()) * 15 + 1
    crowd = np.repeat(colors, votes.astype(np.int64), axis=0)[np.newaxis]
    cut = Image.fromarray(crowd).quantize(wanted, Image.Quantize.MEDIANCUT, kmeans=1)
    return np.array(cut.getpalette(), np.uint8).reshape(-1, 3)[:wanted]


class GifWriter:
    """Writes pictures of one size into ``file`` as they come; it never holds more than two.

    Pillow would write them all at the end, and keep them until then. So the frame around the
    pictures is written here, and Pillow compresses them.
    """

    def __init__(self, file: BinaryIO, palette: npt.NDArray[np.uint8]) -> None:
        self._file = file
        self._palette = palette
        self._indices = np.full(1 << 24, UNCHANGED, np.uint8)
        self._indices[_packed(palette)] = np.arange(len(palette), dtype=np.uint8)
        self._pixels: Pixels | None = None
        self._shown = np.empty(0, np.uint8)
        self._waiting: tuple[npt.NDArray[np.uint8], tuple[int, int]] | None = None
        self._duration = 0

    def add(self, pixels: Pixels, duration: int) -> None:
        """Show ``pixels`` for ``duration`` hundredths of a second.

        Raises
        ------
        OSError
            If it can't be written.
        """
        change = self._change(pixels)
        if change is not None:
            self._write_waiting()
            self._waiting, self._duration = change, 0
        self._pixels = pixels
        self._duration += duration

    def close(self) -> None:
        """Write the last picture, and the end; the file stays open."""
        self._write_waiting()
        self._file.write(b";")

    def _change(self, pixels: Pixels) -> tuple[npt.NDArray[np.uint8], tuple[int, int]] | None:
        """Return the part that looks different now, and where it is; None if nothing does."""
        if self._pixels is None:
            self._file.write(_header(pixels.shape, self._palette))
            self._shown = self._indices_of(pixels)
            return self._shown.copy(), (0, 0)
        box = _box(pixels != self._pixels)
        if box is None:
            return None
        indices, shown = self._indices_of(pixels[box]), self._shown[box]
        changed = indices != shown
        inner = _box(changed)
        if inner is None:
            return None
        part = np.where(changed, indices, np.uint8(UNCHANGED))[inner]
        self._shown[box] = indices
        return part, (box[1].start + inner[1].start, box[0].start + inner[0].start)

    def _indices_of(self, pixels: Pixels) -> npt.NDArray[np.uint8]:
        indices = self._indices[pixels]
        unknown = indices == UNCHANGED
        if unknown.any():
            new = np.unique(pixels[unknown])
            self._indices[new] = _nearest(_channels(new), self._palette)
            indices = self._indices[pixels]
        return indices

    def _write_waiting(self) -> None:
        if self._waiting is None:
            return
        from PIL import Image
        from PIL.GifImagePlugin import getdata

        part, place = self._waiting
        milliseconds = 10 * min(self._duration, LONGEST)
        blocks = getdata(
            Image.fromarray(np.ascontiguousarray(part)),
            place,
            duration=milliseconds,
            transparency=UNCHANGED,
            disposal=1,
        )
        self._file.writelines(blocks)
        self._waiting = None


def _header(shape: tuple[int, ...], palette: npt.NDArray[np.uint8]) -> bytes:
    """Return what a GIF begins with: its size and 256 colours, and that it runs for ever."""
    screen = b"".join(side.to_bytes(2, "little") for side in shape[::-1]) + b"\xf7\x00\x00"
    colors = palette.tobytes().ljust(3 * 256, b"\0")
    return b"GIF89a" + screen + colors + b"!\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"


def _nearest(
    colors: npt.NDArray[np.uint8], palette: npt.NDArray[np.uint8]
) -> npt.NDArray[np.uint8]:
    """Return, for each of ``colors`` (n, 3), the index of the palette's that looks most like it."""
    ours = palette.astype(np.float32)
    found = []
    for part in np.array_split(colors.astype(np.float32), len(colors) // 1024 + 1):
        # The squared distance without the colour's own square: whole numbers, exact as floats.
        distances = np.square(ours) @ _EYE - 2 * (part * _EYE) @ ours.T
        found.append(distances.argmin(axis=1))
    return np.concatenate(found).astype(np.uint8)


def _box(mask: npt.NDArray[np.bool_]) -> tuple[slice, slice] | None:
    """Return the rows and columns that hold everything true in ``mask``."""
    rows = np.flatnonzero(mask.any(axis=1))
    if not len(rows):
        return None
    columns = np.flatnonzero(mask[rows[0] : rows[-1] + 1].any(axis=0))
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def _channels(pixels: Pixels) -> npt.NDArray[np.uint8]:
    shifted = pixels[:, np.newaxis] >> np.array([16, 8, 0], np.uint32)
    return (shifted & 0xFF).astype(np.uint8)


def _packed(colors: npt.NDArray[np.uint8]) -> Pixels:
    packed: Pixels = colors.astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], np.uint32)
    return packed

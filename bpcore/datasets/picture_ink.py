"""From the grey levels of any picture of a digit to ink: which is paper, which was written.

Two kinds of pictures come. On *flat* paper most pixels have one tone: a digit of MNIST, a picture
of a drawing program. There the ink is the distance from that tone, and nothing else is changed. A
*photo* has light and shadow, noise, the edge of a table: there the paper is what is left when all
that is narrower than a quarter of the picture is closed over, and ink is what that took away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from bpcore.datasets.drawing import FAINTEST_INK

if TYPE_CHECKING:
    from bpcore.datasets.idx import Bytes

Floats: TypeAlias = npt.NDArray[np.float32]
Mask: TypeAlias = npt.NDArray[np.bool_]

FLAT_TOLERANCE = 1
"""Levels by which flat paper may differ from its tone."""

LEAST_SIDE = 4
"""Pixels below which nothing can be written."""

LEAST_CONTRAST, LEAST_PHOTO_CONTRAST = 12, 25
"""Levels between ink and paper below which nothing is seen, on flat paper and in a photo."""

CELLS = 64
"""Along the longer side of the coarse grid on which the paper of a photo is found."""

WIDEST_STROKE = 0.26
"""As a share of a photo's longer side: what is wider is paper, in light or shadow."""

TOP = 0.003
"""Share of a photo's pixels, the strongest, that surely are ink if there is any."""

SPECK = 0.02
"""A patch of a photo's ink with less than this share of all of it is dirt."""

SHEET = 0.7
"""Ink that fills so much of its box, in a box as large as half the picture, is a sheet of paper."""


def ink_of(grey: Bytes) -> Bytes | None:
    """Return the ink (h, w), 0 to 255, cut out of ``grey`` (H, W); None if nothing is written.

    Light writing on dark paper is recognised as dark writing on light paper is.
    """
    ink = _ink(grey)
    if ink is None:
        return None
    rows, columns = _box(ink >= FAINTEST_INK)
    cut = ink[rows, columns]
    if _is_sheet(cut, ink.shape):
        inside = _ink(_shrunk(grey[rows, columns]))
        if inside is not None:
            rows, columns = _box(inside >= FAINTEST_INK)
            return inside[rows, columns]
    return cut


def _ink(grey: Bytes) -> Bytes | None:
    if min(grey.shape) < LEAST_SIDE:
        return None
    paper = _paper_tone(grey)
    ink = _photo_ink(grey) if paper is None else _flat_ink(grey, paper)
    if ink is None or not (ink >= FAINTEST_INK).any():
        return None
    return ink


def _paper_tone(grey: Bytes) -> int | None:
    """Return the tone of flat paper, which is that of most of the border; None if it isn't flat."""
    width = max(1, round(0.06 * min(grey.shape)))
    inside = np.zeros(grey.shape, bool)
    inside[width:-width, width:-width] = True
    border = grey[~inside]
    tone = int(np.median(border))
    for pixels, least in ((border, 0.75), (grey, 0.4)):
        if (np.abs(pixels.astype(np.int16) - tone) <= FLAT_TOLERANCE).mean() < least:
            return None
    return tone


def _flat_ink(grey: Bytes, paper: int) -> Bytes | None:
    tone = grey.astype(np.float32)
    darker, lighter = np.maximum(paper - tone, 0), np.maximum(tone - paper, 0)
    distance = max(darker, lighter, key=lambda side: float(np.percentile(side, 99.8)))
    strongest = float(distance.max())
    if strongest < LEAST_CONTRAST:
        return None
    full = float(np.percentile(distance[distance > strongest / 2], 98))
    return _levels(distance, distance > FLAT_TOLERANCE, 0.0, full)


def _levels(distance: Floats, written: Mask, empty: float, full: float) -> Bytes:
    """Return 0 where ``distance`` is ``empty`` or nothing is ``written``, 255 where ``full``."""
    share = np.clip((distance - empty) / max(full - empty, 1e-3), 0, 1)
    levels: Bytes = np.rint(255 * share * written).astype(np.uint8)
    return levels


# Photos.


def _photo_ink(grey: Bytes) -> Bytes | None:
    """Return the ink of a photo, on the sheet in it if it shows one on something darker."""
    tone = _coarse(grey.astype(np.float32), max(max(grey.shape) // CELLS, 1))
    inside = _sheet(tone, grey.shape)
    if inside is not None:
        written = _closed_over(grey[inside])
        if written is not None:
            ink = np.zeros_like(grey)
            ink[inside] = written
            return ink
    paper, dark, light = float(np.median(_border(tone))), *np.percentile(grey, (0.2, 99.8))
    # Chalk is twice as light as its board. Paper that lies partly in shadow is lighter than most of
    # its border too, but not by so much.
    if light - paper > 2 * (paper - dark) and light > 1.9 * paper:
        return _closed_over(255 - grey)
    return _closed_over(grey)


def _sheet(tone: Floats, shape: tuple[int, ...]) -> tuple[slice, slice] | None:
    """Return where a light sheet lies in the photo (H, W) of ``shape``; None if it shows none.

    ``tone`` is the photo on its coarse grid. Around a sheet the border is that of a table.
    """
    border = _border(tone)
    table, lightest = float(np.median(border)), float(np.percentile(tone, 99))
    limit = table + 0.3 * (lightest - table)
    if lightest - table < LEAST_PHOTO_CONTRAST or (border < limit).mean() < 0.75:
        return None
    patches = _patches(tone >= limit)
    sizes = np.bincount(patches.ravel())
    sizes[0] = 0
    largest = patches == int(sizes.argmax())
    box = _box(largest)
    if min(largest[box].shape) < 8 or largest.mean() < 0.1 or largest[box].mean() < 0.6:
        return None
    side = max(max(shape) // CELLS, 1)
    # A cell less at every side: the edge of the sheet lies somewhere in the outermost ones.
    rows, columns = (slice((part.start + 1) * side, (part.stop - 1) * side) for part in box)
    return rows, columns


def _border(tone: Floats) -> Floats:
    return np.concatenate([tone[0], tone[-1], tone[1:-1, 0], tone[1:-1, -1]])


def _closed_over(grey: Bytes) -> Bytes | None:
    """Return the dark ink of a photo; None if there is none."""
    tone = grey.astype(np.float32)
    paper = _paper(tone)
    # By how much less light ink sends back than the paper there: the same in light and shadow.
    distance = 255 * np.maximum(1 - tone / np.maximum(paper, paper.max() / 4), 0)
    count = max(int(TOP * distance.size), 1)
    top = float(np.partition(distance, -count, axis=None)[-count:].mean())
    some = distance[::3, ::3]
    noise = 1.48 * float(np.median(np.abs(some - np.median(some))))
    if top < max(LEAST_PHOTO_CONTRAST, 6 * noise):
        return None
    strong = _without_dirt(distance > 0.4 * top)
    if not strong.any():
        return None
    full = float(np.median(distance[strong]))
    return _levels(distance, _grown(strong, 2), 0.2 * top, full)


def _paper(tone: Floats) -> Floats:
    """Return the tone of the paper behind everything: dark strokes are closed over."""
    side = max(max(tone.shape) // CELLS, 1)
    cells = _coarse(tone, side)
    reach = max(round(WIDEST_STROKE / 2 * max(tone.shape) / side), 1)
    closed = -_highest(-_highest(cells, reach), reach)
    down, across = (
        _weights(new, old, side) for new, old in zip(tone.shape, closed.shape, strict=True)
    )
    paper: Floats = (down @ closed @ across.T).astype(np.float32)
    return paper


def _coarse(tone: Floats, side: int) -> Floats:
    """Return the mean of every ``side`` × ``side`` pixels."""
    down, across = (-length % side for length in tone.shape)
    padded = np.pad(tone, ((0, down), (0, across)), mode="edge")
    rows, columns = padded.shape[0] // side, padded.shape[1] // side
    cells: Floats = padded.reshape(rows, side, columns, side).mean(axis=(1, 3))
    return cells


def _highest(cells: Floats, reach: int) -> Floats:
    """Return the highest of all cells up to ``reach`` away."""
    for axis in (0, 1):
        around = [(reach, reach) if axis == a else (0, 0) for a in (0, 1)]
        padded = np.pad(cells, around, mode="edge")
        windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1, axis=axis)
        cells = windows.max(axis=-1)
    return cells


def _weights(new: int, old: int, side: int) -> Floats:
    """Return (new, old): how pixels are blended from the cells of ``side`` pixels around them."""
    at = np.clip((np.arange(new) + 0.5) / side - 0.5, 0, old - 1)
    weights: Floats = np.maximum(1 - np.abs(at[:, np.newaxis] - np.arange(old)), 0)
    return weights.astype(np.float32)


def _without_dirt(strong: Mask) -> Mask:
    """Remove specks, and what reaches the border of the picture unless all does."""
    side = max(max(strong.shape) // (3 * CELLS), 1)
    patches = _patches(_coarse(strong.astype(np.float32), side) > 0)
    sizes = np.bincount(patches.ravel())
    sizes[0] = 0
    keep = sizes >= max(SPECK * sizes.sum(), 1)
    inner = keep.copy()
    inner[np.concatenate([patches[0], patches[-1], patches[:, 0], patches[:, -1]])] = False
    kept = (inner if inner.any() else keep)[patches]
    height, width = strong.shape
    near: Mask = kept.repeat(side, axis=0).repeat(side, axis=1)[:height, :width]
    return strong & near


def _patches(mask: Mask) -> npt.NDArray[np.intp]:
    """Return which patch of touching pixels each is in (H, W); 0 where ``mask`` is false."""
    edges = np.diff(np.pad(mask, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    rows, starts = np.nonzero(edges == 1)
    stops = np.nonzero(edges == -1)[1]
    leader = list(range(len(rows) + 1))  # of each run of pixels in a row, counted from 1

    def lead(run: int) -> int:
        while leader[run] != run:
            leader[run] = leader[leader[run]]
            run = leader[run]
        return run

    first = np.searchsorted(rows, np.arange(mask.shape[0] + 1)).tolist()
    left, right = starts.tolist(), stops.tolist()
    for row in range(1, mask.shape[0]):
        above = first[row - 1]
        for run in range(first[row], first[row + 1]):
            while above < first[row] and right[above] < left[run]:
                above += 1
            touching = above
            while touching < first[row] and left[touching] <= right[run]:
                leader[lead(touching + 1)] = lead(run + 1)
                touching += 1
    numbers = np.array([lead(run) for run in range(len(leader))])
    runs = np.cumsum(edges[:, :-1] == 1).reshape(mask.shape)
    return np.where(mask, numbers[runs], 0)


def _grown(mask: Mask, reach: int) -> Mask:
    """Return ``mask`` with all that is up to ``reach`` pixels away."""
    grown = mask.copy()
    for _ in range(reach):
        before = grown.copy()
        grown[1:] |= before[:-1]
        grown[:-1] |= before[1:]
        grown[:, 1:] |= before[:, :-1]
        grown[:, :-1] |= before[:, 1:]
    return grown


# Boxes.


def _box(mask: Mask) -> tuple[slice, slice]:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def _is_sheet(cut: Bytes, whole: tuple[int, ...]) -> bool:
    """Whether what looked like ink is a sheet of paper on something of another tone."""
    large = all(part >= 0.5 * length for part, length in zip(cut.shape, whole, strict=True))
    return large and float((cut > 127).mean()) >= SHEET


def _shrunk(grey: Bytes) -> Bytes:
    """Return the inside of a sheet, without its edge."""
    down, across = (max(round(0.04 * length), 1) for length in grey.shape)
    return grey[down:-down, across:-across]

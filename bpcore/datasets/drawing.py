"""From a drawing to what the network reads: prepared as the digits of MNIST were.

MNIST's digits were scaled to fit 20 × 20 pixels, and then shifted in 28 × 28 until their centre of
mass was in the middle. More facts are read off the 70,000 digits themselves: the brightest pixel of
each is 254 or 255; the centre of mass of each lies within half a pixel of the middle of pixel
(14, 14), counted from 0, not of the image's corner-to-corner middle (13.5, 13.5); and the
strokes of four fifths of them are between 1.6 and 3.1 pixels wide, 2.0 in the middle. Pens on a
canvas are often thinner, and on a small drawing thicker: such strokes are brought to the nearer of
these widths.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from bpcore.datasets.idx import IMAGE_SIZE

Bytes: TypeAlias = npt.NDArray[np.uint8]
Levels: TypeAlias = npt.NDArray[np.float32]
"""Grey levels as numbers to reckon with, 0 to 255."""

BOX_SIZE = 20
CENTRE = IMAGE_SIZE // 2
FAINTEST_INK = 8
"""Ink below this is what an eraser's soft edge leaves behind: it is not seen as part of a digit."""

THINNEST, THICKEST = 1.6, 3.1
"""Widths of a stroke in pixels of the 20 × 20 that are left as they are."""

SHAPE = 7.0
"""What is as wide as this is no stroke but a filled shape, and stays as it is."""

FINE = 4
"""Strokes are made wider or thinner on a grid finer than the 20 × 20 by this factor."""


@dataclass(frozen=True, eq=False)
class Prepared:
    """A drawing on its way to the network; arrays are uint8, 0 to 255, and read-only.

    Attributes
    ----------
    crop
        The drawing (h, w) within its bounding box.
    scaled
        The same with its longer side at 20 pixels, and its strokes about as wide as MNIST's.
    image
        The same in its place in the (28, 28) that the network reads.
    box
        Top, left, height and width of the bounding box, in pixels of the drawing.
    """

    crop: Bytes
    scaled: Bytes
    image: Bytes
    box: tuple[int, int, int, int]

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        for array in (self.crop, self.scaled, self.image):
            array.flags.writeable = False


def prepare(drawing: Bytes) -> Prepared | None:
    """Crop, scale and centre ``drawing`` (H, W), ink from 0 to 255; None if there is no ink.

    Raises
    ------
    ValueError
        If it is not a uint8 array of two dimensions with at least one pixel.
    """
    drawing = np.asarray(drawing)
    if drawing.dtype != np.uint8 or drawing.ndim != 2 or not drawing.size:
        raise ValueError(
            f"drawing must be uint8 of shape (H, W), not {drawing.dtype} of shape {drawing.shape}"
        )
    inked = drawing >= FAINTEST_INK
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    if not len(rows):
        return None
    top, left = int(rows[0]), int(columns[0])
    height, width = int(rows[-1]) + 1 - top, int(columns[-1]) + 1 - left
    crop = drawing[top : top + height, left : left + width].copy()
    scaled = _white(_fitted(_with_usual_strokes(crop.astype(np.float32)), BOX_SIZE))
    return Prepared(crop, scaled, _centre(scaled), (top, left, height, width))


def _fitted(levels: Levels, box: int) -> Levels:
    """Fit ``levels`` (h, w) into ``box`` × ``box``, each new pixel the mean of the ink under it.

    Both sides are scaled alike. Where the shorter one comes out as no whole number of pixels, there
    is paper at its ends: rounding would stretch the digit, and change its ink.
    """
    pitch = max(levels.shape) / box
    down, across = (_overlaps(side, pitch) for side in levels.shape)
    return (down @ levels @ across.T).astype(np.float32, copy=False)


def _white(levels: Levels) -> Bytes:
    """Make the brightest pixel white, as in MNIST.

    A mean over the line of a thin pen would be a grey that no digit of the training set has.
    """
    white: Bytes = np.rint(levels * (255 / levels.max())).astype(np.uint8)
    return white


def _with_usual_strokes(crop: Levels) -> Levels:
    """Return ``crop`` with its strokes brought to a width that MNIST's have, if they aren't."""
    fine = _fitted(crop, FINE * BOX_SIZE)
    growth = _growth(_stroke_width(fine) / FINE) * FINE
    if not growth:
        return crop
    room = max(math.ceil(growth) + 1, 0)
    grown = dilated(np.pad(fine, room), growth)
    # Specks far apart are faint on this grid: seen is what is not much fainter than the strongest.
    seen = grown >= min(FAINTEST_INK, grown.max() / 8)
    rows, columns = (np.flatnonzero(seen.any(axis=axis)) for axis in (1, 0))
    return grown[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _stroke_width(levels: Levels) -> float:
    """Return how wide the strokes are on average, in pixels: twice the area by the outline.

    A stroke that is long and w wide has an area of length × w and an outline of 2 × length. Summed
    up, the steps from pixel to pixel are the outline, however soft it is.
    """
    padded = np.pad(levels, 1)
    down, right = np.diff(padded, axis=0)[:, 1:], np.diff(padded, axis=1)[1:]
    return float(2 * levels.sum() / np.hypot(down, right).sum())


def _growth(width: float) -> float:
    """Return by how much strokes ``width`` wide are to grow on each side, in pixels of 20 × 20.

    What grows is fitted into 20 × 20 again, which makes it thinner again: by so much more it grows.
    """
    target = min(max(width, THINNEST), THICKEST)
    growth = (target - width) / (2 * (1 - target / BOX_SIZE))
    if growth < 0:
        # Between a thick stroke and a filled shape there is no border: the correction fades out.
        growth *= min(max((SHAPE - width) / (SHAPE - THICKEST) * 2, 0.0), 1.0)
    return growth


def dilated(levels: Levels, growth: float) -> Levels:
    """Return ``levels`` dilated by a disc of radius ``growth``, or eroded if that is negative.

    They are one image (h, w) or many (N, h, w); the radius is in pixels, whole or not.
    """
    sides = ((0, 0),) * (levels.ndim - 2) + ((1, 1),) * 2
    if growth < 0:
        return 255 - dilated(255 - np.pad(levels, sides), -growth)[..., 1:-1, 1:-1]
    reach = math.ceil(growth)
    padded = np.pad(levels, np.multiply(sides, reach), mode="edge")
    height, width = levels.shape[-2:]
    grown = levels
    for down in range(-reach, reach + 1):
        for right in range(-reach, reach + 1):
            # A pixel that the disc's border crosses counts for the part of it that is inside.
            inside = min(growth + 1 - math.hypot(down, right), 1.0)
            if inside > 0 and (down or right):
                top, left = reach + down, reach + right
                moved = padded[..., top : top + height, left : left + width]
                grown = np.maximum(grown, levels + inside * (moved - levels))
    return grown


def _overlaps(old: int, pitch: float) -> Levels:
    """Return the share (new, old) of each new pixel that each old one covers, along one side.

    A new pixel is ``pitch`` old ones wide; as many as are needed lie evenly over the old side.
    """
    new = max(math.ceil(old / pitch - 1e-6), 1)
    borders = (old - new * pitch) / 2 + np.arange(new + 1)[:, np.newaxis] * pitch
    # (new + 1, old): how much of each old pixel lies before each border.
    before = np.clip(borders - np.arange(old), 0, 1)
    shares: Levels = (np.diff(before, axis=0) / pitch).astype(np.float32)
    return shares


def _centre(scaled: Bytes) -> Bytes:
    """Place ``scaled`` in 28 × 28 by whole pixels, its centre of mass in the middle if it fits."""
    weight = scaled.astype(np.float64)
    top, left = _place(weight.sum(axis=1)), _place(weight.sum(axis=0))
    image = np.zeros((IMAGE_SIZE, IMAGE_SIZE), np.uint8)
    image[top : top + scaled.shape[0], left : left + scaled.shape[1]] = scaled
    return image


def _place(weights: npt.NDArray[np.float64]) -> int:
    """Return where a side with these ``weights`` per pixel begins."""
    middle = np.average(np.arange(len(weights)), weights=weights)
    return int(np.clip(np.rint(CENTRE - middle), 0, IMAGE_SIZE - len(weights)))

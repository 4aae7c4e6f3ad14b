"""From a drawing to what the network reads: prepared as the digits of MNIST were.

MNIST's digits were scaled to fit 20 × 20 pixels, and then shifted in 28 × 28 until their centre of
mass was in the middle. Two more facts are read off the 70,000 digits themselves: the brightest
pixel of each is 254 or 255, and the centre of mass of each lies within half a pixel of the middle
of pixel (14, 14), counted from 0, not of the image's corner-to-corner middle (13.5, 13.5).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from bpcore.datasets.mnist import IMAGE_SIZE

Bytes: TypeAlias = npt.NDArray[np.uint8]

BOX_SIZE = 20
CENTRE = IMAGE_SIZE // 2
FAINTEST_INK = 8
"""Ink below this is what an eraser's soft edge leaves behind: it is not seen as part of a digit."""


@dataclass(frozen=True, eq=False)
class Prepared:
    """A drawing on its way to the network; arrays are uint8, 0 to 255, and read-only.

    Attributes
    ----------
    crop
        The drawing (h, w) within its bounding box.
    scaled
        The same with its longer side at 20 pixels.
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
    scaled = _scale(crop)
    return Prepared(crop, scaled, _centre(scaled), (top, left, height, width))


def _scale(crop: Bytes) -> Bytes:
    """Fit ``crop`` into 20 × 20, each new pixel the mean of the ink under it."""
    height, width = (max(int(side * BOX_SIZE / max(crop.shape) + 0.5), 1) for side in crop.shape)
    mean = _overlaps(height, crop.shape[0]) @ crop @ _overlaps(width, crop.shape[1]).T
    # As in MNIST, the brightest pixel is white: a mean over a thin pen's line would be a grey that
    # no digit of the training set has.
    scaled: Bytes = np.rint(mean * (255 / mean.max())).astype(np.uint8)
    return scaled


def _overlaps(new: int, old: int) -> npt.NDArray[np.float32]:
    """Return the share (new, old) of each old pixel in each new one, along one side."""
    borders = np.arange(new + 1)[:, np.newaxis] * (old / new)
    # (new + 1, old): how much of each old pixel lies before each border.
    before = np.clip(borders - np.arange(old), 0, 1)
    shares: npt.NDArray[np.float32] = (np.diff(before, axis=0) * (new / old)).astype(np.float32)
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

"""Other digits from the digits there are: turned, slanted, stretched, thinner, bent.

What a hand could as well have written is worth learning from (P. Simard, D. Steinkraus and J.
Platt, "Best Practices for Convolutional Neural Networks Applied to Visual Document Analysis",
2003).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from bpcore.datasets.drawing import CENTRE
from bpcore.datasets.idx import IMAGE_SIZE, Bytes

Floats = npt.NDArray[np.float32]

ROTATION = 0.16
SHEAR = 0.18
STRETCH = 0.11
SHIFT = 0.6
BEND = 1.0
"""Standard deviations: radians; pixels across per pixel down; natural logarithm of a factor along
each side; pixels; pixels by which a point of the elastic field moves."""

THICKNESS = 0.7
"""The largest share of a one-pixel dilation or erosion."""

BEND_POINTS = 6
"""The elastic field is a smooth one through so many random values along each side."""

BLOCK = 500
"""Digits at a time: what they need stays in the processor's cache."""


def augmented(images: Bytes, rng: np.random.Generator, strength: float = 1.0) -> Bytes:
    """Return ``images`` (N, 784), 0 to 255, each changed at random.

    ``strength`` multiplies all changes; 0 changes nothing but the brightest pixel,
    which is white.
    """
    changed = np.empty(images.shape, np.uint8)
    for start in range(0, len(images), BLOCK):
        block = slice(start, start + BLOCK)
        levels = images[block].reshape(-1, IMAGE_SIZE, IMAGE_SIZE).astype(np.float32)
        levels = _thickened(levels, rng, strength)
        levels = sampled(levels, *_sources(len(levels), rng, strength))
        # As in MNIST, and as drawings are prepared: the brightest pixel is white.
        levels *= 255 / np.maximum(levels.max(axis=(1, 2), keepdims=True), 1)
        changed[block] = np.rint(levels).astype(np.uint8).reshape(len(levels), -1)
    return changed


def _thickened(levels: Floats, rng: np.random.Generator, strength: float) -> Floats:
    """Mix each digit with its dilation or its erosion by a pixel."""
    amount = rng.uniform(-THICKNESS, THICKNESS, (len(levels), 1, 1)).astype(np.float32) * strength
    padded = np.pad(levels, ((0, 0), (1, 1), (1, 1)))
    # A plus of five pixels: a disc as round as three pixels allow.
    around = [
        padded[:, 1 + down : 1 + down + IMAGE_SIZE, 1 + right : 1 + right + IMAGE_SIZE]
        for down, right in ((0, 0), (0, 1), (0, -1), (1, 0), (-1, 0))
    ]
    extreme = np.where(amount > 0, np.maximum.reduce(around), np.minimum.reduce(around))
    mixed: Floats = levels + np.minimum(np.abs(amount), 1) * (extreme - levels)
    return mixed


def _sources(count: int, rng: np.random.Generator, strength: float) -> tuple[Floats, Floats]:
    """Return where each pixel of ``count`` new digits comes from: rows and columns (N, 28, 28)."""

    def normal(deviation: float, *shape: int) -> Floats:
        values: Floats = rng.standard_normal((count, *shape), np.float32) * (deviation * strength)
        return values

    angle, shear = normal(ROTATION, 1, 1), normal(SHEAR, 1, 1)
    tall, wide = np.exp(normal(STRETCH, 1, 1)), np.exp(normal(STRETCH, 1, 1))
    # All around the centre of mass, where it stays.
    down, right = np.mgrid[:IMAGE_SIZE, :IMAGE_SIZE].astype(np.float32) - np.float32(CENTRE)
    cos, sin = np.cos(angle), np.sin(angle)
    turned_down, turned_right = cos * down - sin * right, sin * down + cos * right
    rows = turned_down * tall
    columns = (turned_right + shear * turned_down) * wide
    smooth = _smooth()
    for coordinate in (rows, columns):
        field = normal(BEND, BEND_POINTS, BEND_POINTS)
        coordinate += smooth @ field @ smooth.T + normal(SHIFT, 1, 1) + np.float32(CENTRE)
    return rows, columns


def _smooth() -> Floats:
    """Return weights (28, points) that make a smooth curve of random values of variance 1."""
    at = np.linspace(0, IMAGE_SIZE - 1, BEND_POINTS)
    pitch = at[1] - at[0]
    weights = np.exp(-(((np.arange(IMAGE_SIZE)[:, np.newaxis] - at) / pitch) ** 2))
    weights /= np.sqrt((weights**2).sum(axis=1, keepdims=True))
    smooth: Floats = weights.astype(np.float32)
    return smooth


def sampled(levels: Floats, rows: Floats, columns: Floats) -> Floats:
    """Return ``levels`` (N, 28, 28) at fractional places, between their four neighbours.

    ``rows`` and ``columns`` are (N, 28, 28), or (1, 28, 28) for the same places in all.
    """
    # A border of nothing: what comes from outside is paper.
    side = IMAGE_SIZE + 3
    padded = np.pad(levels, ((0, 0), (1, 2), (1, 2))).reshape(-1)
    rows = np.clip(rows + 1, 0, IMAGE_SIZE + 1)
    columns = np.clip(columns + 1, 0, IMAGE_SIZE + 1)
    top, left = rows.astype(np.int32), columns.astype(np.int32)
    down, right = rows - top, columns - left
    first = np.arange(len(levels), dtype=np.int32)[:, np.newaxis, np.newaxis] * (side * side)
    at = first + top * side + left
    upper = padded[at] * (1 - right) + padded[at + 1] * right
    lower = padded[at + side] * (1 - right) + padded[at + side + 1] * right
    sampled: Floats = upper + down * (lower - upper)
    return sampled

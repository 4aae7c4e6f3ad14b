"""Other digits from the digits there are: turned, slanted, stretched, thinner, bent.

What a hand could as well have written is worth learning from (P. Simard, D. Steinkraus and J.
Platt, "Best Practices for Convolutional Neural Networks Applied to Visual Document Analysis",
2003).
"""

from __future__ import annotations

from functools import cache

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
        pixels = levels.reshape(len(levels), -1)
        pixels *= 255 / np.maximum(pixels.max(axis=1, keepdims=True), 1)
        changed[block] = np.rint(pixels, out=pixels)
    return changed


def _thickened(levels: Floats, rng: np.random.Generator, strength: float) -> Floats:
    """Mix each digit with its dilation or its erosion by a pixel."""
    amount = rng.uniform(-THICKNESS, THICKNESS, (len(levels), 1, 1)).astype(np.float32) * strength
    # The least of numbers is the largest of their negatives, so one look at all of them will do.
    sign = np.where(amount > 0, np.float32(1), np.float32(-1))
    padded = _bordered(levels * sign, 1)
    extreme = padded[:, 1:-1, 1:-1].copy()
    # A plus of five pixels: a disc as round as three pixels allow.
    for down, right in ((0, 1), (0, -1), (1, 0), (-1, 0)):
        there = padded[:, 1 + down : 1 + down + IMAGE_SIZE, 1 + right : 1 + right + IMAGE_SIZE]
        np.maximum(extreme, there, out=extreme)
    extreme *= sign
    extreme -= levels
    extreme *= np.minimum(np.abs(amount), 1)
    extreme += levels
    return extreme


def _bordered(levels: Floats, after: int) -> Floats:
    """Return ``levels`` (N, 28, 28) with a pixel of nothing before, and ``after`` of it behind."""
    side = IMAGE_SIZE + 1 + after
    padded = np.zeros((len(levels), side, side), np.float32)
    padded[:, 1 : 1 + IMAGE_SIZE, 1 : 1 + IMAGE_SIZE] = levels
    return padded


def _sources(count: int, rng: np.random.Generator, strength: float) -> tuple[Floats, Floats]:
    """Return where each pixel of ``count`` new digits comes from: rows and columns (N, 28, 28)."""

    def normal(deviation: float, *shape: int) -> Floats:
        values: Floats = rng.standard_normal((count, *shape), np.float32) * (deviation * strength)
        return values

    angle, shear = normal(ROTATION, 1, 1), normal(SHEAR, 1, 1)
    tall, wide = np.exp(normal(STRETCH, 1, 1)), np.exp(normal(STRETCH, 1, 1))
    # All around the centre of mass, where it stays.
    down = np.arange(IMAGE_SIZE, dtype=np.float32)[:, np.newaxis] - np.float32(CENTRE)
    right = down.T
    cos, sin = np.cos(angle), np.sin(angle)
    turned_down, turned_right = cos * down - sin * right, sin * down + cos * right
    rows = turned_down * tall
    columns = turned_right
    columns += shear * turned_down
    columns *= wide
    smooth = _smooth()
    for coordinate in (rows, columns):
        field = smooth @ normal(BEND, BEND_POINTS, BEND_POINTS) @ smooth.T
        field += normal(SHIFT, 1, 1)
        field += np.float32(CENTRE)
        coordinate += field
    return rows, columns


@cache
def _smooth() -> Floats:
    """Return weights (28, points) that make a smooth curve of random values of variance 1."""
    at = np.linspace(0, IMAGE_SIZE - 1, BEND_POINTS)
    pitch = at[1] - at[0]
    weights = np.exp(-(((np.arange(IMAGE_SIZE)[:, np.newaxis] - at) / pitch) ** 2))
    weights /= np.sqrt((weights**2).sum(axis=1, keepdims=True))
    smooth: Floats = weights.astype(np.float32)
    smooth.flags.writeable = False
    return smooth


def sampled(levels: Floats, rows: Floats, columns: Floats) -> Floats:
    """Return ``levels`` (N, 28, 28) at fractional places, between their four neighbours.

    ``rows`` and ``columns`` are (N, 28, 28), or (1, 28, 28) for the same places in all.
    """
    # A border of nothing: what comes from outside is paper.
    padded = _bordered(levels, 2)
    side = padded.shape[1]
    # Each pixel with the one to its right, so that both are fetched at once.
    pairs = np.zeros(padded.size, np.complex64)
    pairs.real = padded.reshape(-1)
    pairs.imag[:-1] = pairs.real[1:]
    rows = np.clip(rows + 1, 0, IMAGE_SIZE + 1)
    columns = np.clip(columns + 1, 0, IMAGE_SIZE + 1)
    top, left = rows.astype(np.int32), columns.astype(np.int32)
    down, right = rows - top.astype(np.float32), columns - left.astype(np.float32)
    straight = 1 - right
    top *= side
    top += left
    at = np.arange(0, padded.size, side * side)[:, np.newaxis, np.newaxis] + top

    def between(places: npt.NDArray[np.signedinteger]) -> Floats:
        two = pairs.take(places)
        value: Floats = two.real * straight
        value += two.imag * right
        return value

    upper, lower = between(at), between(at + side)
    lower -= upper
    lower *= down
    lower += upper
    return lower

"""The pixels of hidden units' weights as tiles: pure functions of the numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from app import formatting, theme

if TYPE_CHECKING:
    Array = npt.NDArray[np.floating]

SIDE = 28
"""Pixels of a unit's weights, across and down: those of an image."""

COLUMNS = 10
SHARE = 0.995
"""Share of the weights whose size the scale covers: a few large ones do not dim all others."""

_MOST_SAMPLES = 40_000


def robust_limit(weights: Array) -> float:
    """Return v for a scale of ±v that covers nearly all of ``weights``, with two figures.

    It is 0 only where all weights are.
    """
    flat = weights.reshape(-1)
    # An odd stride: an even one would meet the same few units of a large layer over and over.
    sizes = np.abs(flat[:: (flat.size // _MOST_SAMPLES) | 1])
    sizes = sizes[np.isfinite(sizes)]
    if not sizes.size:
        return 0.0
    nth = min(math.ceil(SHARE * sizes.size), sizes.size) - 1
    found = float(np.partition(sizes, nth)[nth]) or float(sizes.max())
    return float(f"{found:.1e}")


def end_texts(limit: float) -> tuple[str, str]:
    """Return what stands at the ends of a scale of ±``limit``, with the two figures it has."""
    decimals = 1 if limit == 0 else max(1 - math.floor(math.log10(limit)), 0)
    return formatting.signed(-limit, decimals), formatting.signed(limit, decimals)


def largest(weights: Array, unit: int) -> float:
    """Return the largest size of a weight of ``unit`` in ``weights`` (784, M)."""
    return float(np.abs(weights[:, unit]).max())


def bounded(values: Array, limit: float) -> Array:
    """Return ``values`` within ±``limit``, and 0 for what is no number.

    A run that is about to leave the finite numbers has some that are too large to be scaled.
    """
    return np.nan_to_num(np.clip(values, -limit, limit), nan=0.0)


def scaled(side: int) -> npt.NDArray[np.intp]:
    """Return which of 28 pixels is seen at each of ``side`` pixels, without smoothing."""
    return np.arange(side) * SIDE // side


def rows_of_tiles(
    weights: Array, rows: range, side: int, gap: int, limit: float, colors: theme.Theme
) -> npt.NDArray[np.uint8]:
    """Return rows of ten tiles as sRGB bytes (height, width, 3).

    ``weights`` are W1 (784, M); each tile is ``side`` pixels wide and high, ``gap`` apart from the
    next. Where there is no unit, and between the tiles, is the colour of a card.
    """
    first, last = rows.start * COLUMNS, min(rows.stop * COLUMNS, weights.shape[1])
    pitch = side + gap
    background = np.array(rgb(colors.surface_1), np.uint8)
    out = np.empty((len(rows), pitch, COLUMNS, pitch, 3), np.uint8)
    out[...] = background
    finite = bounded(weights[:, first:last].T, limit)
    tiles = np.empty((len(rows) * COLUMNS, SIDE, SIDE, 3), np.uint8)
    tiles[...] = background
    colored = theme.diverging_pixels(finite, limit, colors)
    tiles[: last - first] = colored.reshape(-1, SIDE, SIDE, 3)
    if side != SIDE:
        seen = scaled(side)
        tiles = tiles[:, seen][:, :, seen]
    grid = tiles.reshape(len(rows), COLUMNS, side, side, 3)
    out[:, :side, :, :side] = grid.transpose(0, 2, 1, 3, 4)
    return out.reshape(len(rows) * pitch, COLUMNS * pitch, 3)


def rgb(color: str) -> tuple[int, int, int]:
    """Return the bytes of a colour written as ``#RRGGBB``."""
    value = int(color.removeprefix("#"), 16)
    return value >> 16, value >> 8 & 255, value & 255

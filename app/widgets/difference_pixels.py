"""The differences of W1 as pixels, and what can be counted of them: pure functions of a report."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QImage

from app import theme
from app.widgets.tile_pixels import SIDE, bounded, rgb

if TYPE_CHECKING:
    from bpcore.gradient_check import GradientReport

    Array = npt.NDArray[np.floating]
    Pixels = npt.NDArray[np.uint8]

LOWEST, HIGHEST = -10, -2
"""Powers of ten between which the colours of differences go; all of less have that of none."""

_STRIPE, _EVERY = 2, 4


def can_be_tiles(report: GradientReport) -> bool:
    """Return whether there is a number for every pixel of 28 × 28, for each unit."""
    shape = report.shape
    return len(shape) == 2 and shape[0] == SIDE * SIDE and report.count == math.prod(shape)


def of_unit(report: GradientReport, unit: int) -> GradientReport:
    """Return the report of the weights (784,) of one unit alone; it has a verdict of its own."""
    part = slice(unit, None, report.shape[1])
    return replace(
        report,
        elements=report.elements[part],
        backprop=report.backprop[part],
        numerical=report.numerical[part],
        kink=report.kink[part],
    )


def verdicts(report: GradientReport) -> tuple[bool | None, ...]:
    """Return of each unit whether it agrees; None where all of its weights are at a kink."""
    unknown = np.all(report.kink.reshape(report.shape), axis=0).tolist()
    passed = report.passed_by_column.tolist()
    return tuple(None if u else p for u, p in zip(unknown, passed, strict=True))


def levels_of(report: GradientReport, units: range) -> Array:
    """Return log10 of the differences of ``units`` as images (len(units), 28, 28).

    It is -inf for none at all, and NaN where nothing was compared: at a kink.
    """
    part = slice(units.start, units.stop)
    difference = report.absolute_difference.reshape(report.shape)[:, part].T.copy()
    difference[report.kink.reshape(report.shape)[:, part].T] = np.nan
    with np.errstate(divide="ignore"):
        return np.log10(difference).reshape(-1, SIDE, SIDE)


def resized(images: Array, side: int) -> Array:
    """Return images (n, 28, 28) as (n, side, side), without smoothing.

    Where there are fewer pixels, each shows the largest that it stands for: no difference is lost.
    """
    if side == images.shape[1]:
        return images
    seen = np.arange(side) * SIDE // side
    if side > SIDE:
        return images[:, seen][:, :, seen]
    rows: Array = np.fmax.reduceat(images, seen, axis=1)
    pooled: Array = np.fmax.reduceat(rows, seen, axis=2)
    return pooled


def level_pixels(levels: Array, colors: theme.Theme) -> Pixels:
    """Map log10 of differences (…, rows, columns) to sRGB bytes (…, 3); NaN is hatched."""
    low, high = (np.array(rgb(color), np.float32) for color in (colors.surface_2, colors.fail))
    share = np.clip((levels - LOWEST) / (HIGHEST - LOWEST), 0, 1)
    unknown = np.isnan(share)
    share = np.where(unknown, 0, share)
    pixels = np.empty((*share.shape, 3), np.uint8)
    for channel in range(3):  # each by itself: several times as fast as all three at once
        pixels[..., channel] = np.rint(low[channel] + share * (high - low)[channel])
    return hatched(pixels, unknown, colors)


def signed_pixels(values: Array, limit: float, side: int, colors: theme.Theme) -> Pixels:
    """Map numbers (28, 28) on a scale of ±``limit`` to sRGB bytes (side, side, 3).

    What is no number is hatched.
    """
    seen = np.arange(side) * SIDE // side
    values = values[seen][:, seen]
    pixels = theme.diverging_pixels(bounded(values, limit), limit, colors)
    return hatched(pixels, np.isnan(values), colors)


def hatched(pixels: Pixels, unknown: npt.NDArray[np.bool_], colors: theme.Theme) -> Pixels:
    """Return ``pixels`` (…, rows, columns, 3) with stripes where nothing is known."""
    if not unknown.any():
        return pixels
    row, column = np.ogrid[: unknown.shape[-2], : unknown.shape[-1]]
    stripe = (row + column) % _EVERY < _STRIPE
    pixels[unknown & ~stripe] = rgb(colors.border_strong)
    pixels[unknown & stripe] = rgb(colors.text_3)
    return pixels


def picture_of(pixels: Pixels, ratio: float = 1.0) -> QImage:
    """Return sRGB bytes (rows, columns, 3) as an image for a screen with so many pixels to one."""
    rows, columns, _ = pixels.shape
    pixels = np.ascontiguousarray(pixels)
    raw = QImage(pixels.data, columns, rows, 3 * columns, QImage.Format.Format_RGB888)
    image = raw.convertToFormat(QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    return image

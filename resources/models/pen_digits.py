"""Digits as pens draw them on a canvas: styles that MNIST has few of or none.

MNIST was written on paper in the United States, around 1990. Elsewhere a 7 is crossed, a 1 has a
long flag or a foot, a 9 a hook, a 4 stays open. Each style below is a few strokes through control
points; each digit drawn from it differs in its points, slant, proportions, bends, pen and tremor.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from bpcore.datasets.drawing import prepare

Floats: TypeAlias = npt.NDArray[np.float32]
Stroke: TypeAlias = npt.NDArray[np.floating]
"""Control points (M, 2) of a stroke; one given twice is a corner."""

STYLES = Path(__file__).with_name("pen_styles.txt")

CANVAS = 72
"""Side in pixels of the canvas on which they are drawn."""

POINTS_A_PIECE = 6
PEN_WIDTHS = (0.05 * CANVAS, 0.15 * CANVAS)

BEND = np.array([0.045, 0.022, 0.012])[:, np.newaxis]
"""Standard deviations of the three slowest waves that bend a digit, in shares of its size."""


def styles() -> dict[int, list[list[Stroke]]]:
    """Return by digit the styles of pen_styles.txt, each a list of strokes, 0 to 1."""
    found: dict[int, list[list[Stroke]]] = {digit: [] for digit in range(10)}
    for line in STYLES.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            digit, strokes = line.split(":")
            found[int(digit)].append([_stroke(points) for points in strokes.split("|")])
    return found


def _stroke(points: str) -> Stroke:
    pairs = [point.split(",") for point in points.split()]
    return np.array([[float(x), float(y)] for x, y in pairs]) / 100


def pen_digits(
    count: int, rng: np.random.Generator
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """Return ``count`` drawn digits as MNIST has them (N, 784), uint8, and their labels (N,)."""
    every = styles()
    images = np.empty((count, 784), np.uint8)
    labels = rng.integers(0, 10, count).astype(np.uint8)
    for image, label in zip(images, labels, strict=True):
        of_digit = every[int(label)]
        strokes = _varied(of_digit[rng.integers(len(of_digit))], rng)
        prepared = prepare(_inked(strokes, rng.uniform(*PEN_WIDTHS)))
        assert prepared is not None
        image[:] = prepared.image.reshape(-1)
    return images, labels


def _varied(style: list[Stroke], rng: np.random.Generator) -> list[Floats]:
    """Return the strokes as one hand would draw them once, in pixels of the canvas."""
    moved = [stroke - 0.5 for stroke in style]
    strokes = []
    for points in moved:
        jitter = rng.normal(0, 0.016, points.shape)
        twice = np.flatnonzero((points[1:] == points[:-1]).all(axis=1)) + 1
        jitter[twice] = jitter[twice - 1]  # a corner stays one
        strokes.append(_curve(points + jitter + rng.normal(0, 0.012, 2)))
    angle, shear = rng.normal(0, 0.1), rng.normal(0.08, 0.2)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    slant = np.array([[1, -shear], [0, 1]])
    stretch = np.diag(np.exp(rng.normal(0, (0.22, 0.1))))
    bend = rng.normal(0, BEND, (2, 3, 2))
    phase = rng.uniform(0, 2 * np.pi, (2, 3))
    drawn = []
    for points in strokes:
        for axis in (0, 1):  # waves along x, then along y
            waves = np.pi * np.arange(1, 4) * points[:, axis : axis + 1]
            points = points + np.sin(waves + phase[axis]) @ bend[axis]
        drawn.append(_with_tremor(points @ (turn @ slant @ stretch).T, rng))
    return _fitted(drawn)


def _curve(points: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    """Return a curve (M, 2) through ``points``, Catmull-Rom between corners."""
    corners = np.flatnonzero((points[1:] == points[:-1]).all(axis=1)) + 1
    pieces = []
    for part in np.split(points, corners):
        padded = np.concatenate([2 * part[:1] - part[1:2], part, 2 * part[-1:] - part[-2:-1]])
        a, b, c, d = padded[:-3], padded[1:-2], padded[2:-1], padded[3:]
        t = np.linspace(0, 1, POINTS_A_PIECE, endpoint=False)[:, np.newaxis, np.newaxis]
        bow = (2 * a - 5 * b + 4 * c - d) * t**2
        curve = 0.5 * (2 * b + (c - a) * t + bow + (3 * b - a - 3 * c + d) * t**3)
        pieces += [curve.transpose(1, 0, 2).reshape(-1, 2), part[-1:]]
    return np.concatenate(pieces)


def _with_tremor(
    points: npt.NDArray[np.floating], rng: np.random.Generator
) -> npt.NDArray[np.floating]:
    amount = abs(rng.normal(0, 0.006))
    noise = rng.normal(0, amount, points.shape)
    noise[1:] = (noise[1:] + noise[:-1]) / 2
    # A pen lifted late or put down early: the first and the last stretch, longer or shorter.
    ends = rng.uniform(-0.5, 0.9, 2)
    points = points + noise
    first = points[0] + (points[0] - points[min(3, len(points) - 1)]) * ends[0] * 0.4
    last = points[-1] + (points[-1] - points[max(-4, -len(points))]) * ends[1] * 0.4
    return np.concatenate([[first], points[1:-1], [last]])


def _fitted(strokes: list[npt.NDArray[np.floating]]) -> list[Floats]:
    """Return the strokes in pixels, as large as the canvas allows with room for a pen."""
    every = np.concatenate(strokes)
    low, high = every.min(axis=0), every.max(axis=0)
    scale = CANVAS * 0.76 / max((high - low).max(), 1e-6)
    middle = (low + high) / 2
    return [((stroke - middle) * scale + CANVAS / 2).astype(np.float32) for stroke in strokes]


def _inked(strokes: list[Floats], width: float) -> npt.NDArray[np.uint8]:
    """Return the ink (72, 72) of round pens that follow ``strokes``."""
    down, right = np.mgrid[:CANVAS, :CANVAS].astype(np.float32) + np.float32(0.5)
    distance = np.full((CANVAS, CANVAS), np.inf, np.float32)
    reach = width / 2 + 1
    for stroke in strokes:
        for (x0, y0), (x1, y1) in pairwise(stroke):
            # Only the pixels that the piece can touch.
            rows = slice(max(int(min(y0, y1) - reach), 0), max(int(max(y0, y1) + reach) + 2, 0))
            columns = slice(max(int(min(x0, x1) - reach), 0), max(int(max(x0, x1) + reach) + 2, 0))
            px, py = right[rows, columns] - x0, down[rows, columns] - y0
            dx, dy = x1 - x0, y1 - y0
            along = np.clip((px * dx + py * dy) / max(dx * dx + dy * dy, 1e-9), 0, 1)
            far = np.hypot(px - along * dx, py - along * dy)
            np.minimum(distance[rows, columns], far, out=distance[rows, columns])
    return np.rint(255 * np.clip(width / 2 + 0.5 - distance, 0, 1)).astype(np.uint8)

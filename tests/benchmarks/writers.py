"""People who write digits, made up: a model of handwriting, not a collection of it.

A writer has one way to write each digit, and habits: a slant, proportions, a pen, and a bend of
each digit that is the same every time. From one drawing to the next a hand varies a little. So the
drawings of one writer are alike, and differ from other writers' and from MNIST's.
"""

# ruff: noqa: RUF005

from __future__ import annotations

import importlib.util
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.strokes import INK_SIZE, Point, Raster, Stroke
from bpcore.datasets.drawing import prepare

# By its path: a module of this name is also that of a benchmark.
_spec = importlib.util.spec_from_file_location(
    "stroke_styles", Path(__file__).parents[1] / "app" / "handwriting.py"
)
styles = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(styles)
arc, smooth, DIGITS = styles.arc, styles.smooth, styles.DIGITS

STEP = 0.03
"""Distance between the points that a pen reports, as a share of the canvas."""

ODD = {
    0: [
        [arc(0.5, 0.5, 0.26, 0.38, -90, -450), [(0.68, 0.2), (0.32, 0.8)]],  # with a slash
        [smooth((0.4, 0.12), (0.26, 0.4), (0.3, 0.8), (0.5, 0.88), (0.7, 0.76), (0.72, 0.4),
                (0.62, 0.22), (0.48, 0.26))],  # open, its end inside
        [smooth((0.7, 0.1), (0.4, 0.16), (0.28, 0.5), (0.42, 0.86), (0.66, 0.74), (0.7, 0.4),
                (0.5, 0.2), (0.3, 0.14))],  # begun and ended with tails
    ],
    1: [
        [[(0.16, 0.52), (0.52, 0.1), (0.52, 0.9)]],  # a flag half as long as the stem
        [[(0.2, 0.48), (0.54, 0.1), (0.5, 0.88)], [(0.24, 0.88), (0.78, 0.86)]],  # flag and foot
        [[(0.3, 0.2), (0.52, 0.12), (0.52, 0.88)], [(0.2, 0.88), (0.82, 0.88)]],  # a wide foot
    ],
    2: [
        [smooth((0.24, 0.34), (0.3, 0.14), (0.56, 0.1), (0.66, 0.3), (0.5, 0.62), (0.3, 0.86),
                (0.2, 0.78), (0.28, 0.64), (0.46, 0.72), (0.6, 0.9), (0.84, 0.76))],  # a swan
        [[(0.22, 0.12), (0.74, 0.12), (0.24, 0.88), (0.8, 0.88)]],  # a Z
        [[(0.22, 0.12), (0.74, 0.12), (0.24, 0.88), (0.8, 0.88)],
         [(0.32, 0.5), (0.66, 0.5)]],  # a crossed Z
    ],
    3: [
        [[(0.24, 0.12), (0.74, 0.12), (0.36, 0.46), (0.72, 0.52), (0.68, 0.84),
          (0.24, 0.86)]],  # angular
        [[(0.26, 0.1), (0.72, 0.1), (0.44, 0.36)]
         + smooth((0.44, 0.36), (0.66, 0.4), (0.74, 0.62), (0.58, 0.84), (0.3, 0.92),
                  (0.22, 0.8))],  # a tall lower half
        [smooth((0.34, 0.26), (0.5, 0.1), (0.62, 0.24), (0.5, 0.42), (0.42, 0.46), (0.56, 0.44),
                (0.76, 0.62), (0.6, 0.9), (0.2, 0.84), (0.16, 0.7))],  # a small head
    ],
    4: [
        [smooth((0.24, 0.1), (0.22, 0.4), (0.34, 0.56), (0.58, 0.52), (0.72, 0.36)),
         [(0.74, 0.08), (0.72, 0.92)]],  # a wide cup with a stem
        [[(0.8, 0.6), (0.2, 0.6), (0.62, 0.1), (0.56, 0.92)]],  # in one stroke, from the bar
        [[(0.4, 0.1), (0.2, 0.64), (0.84, 0.62)], [(0.52, 0.42), (0.5, 0.92)]],  # a short stem
    ],
    5: [
        [[(0.74, 0.1), (0.3, 0.1), (0.28, 0.46), (0.64, 0.46), (0.66, 0.86),
          (0.22, 0.86)]],  # angular
        [smooth((0.34, 0.3), (0.3, 0.5), (0.54, 0.48), (0.66, 0.66), (0.52, 0.86), (0.26, 0.82)),
         [(0.36, 0.16), (0.84, 0.06)]],  # the bar flies away
        [smooth((0.78, 0.1), (0.44, 0.12), (0.36, 0.36), (0.6, 0.5), (0.58, 0.76), (0.36, 0.9),
                (0.22, 0.72))],  # a slanted S
    ],
    6: [
        [[(0.34, 0.08), (0.34, 0.86)]
         + smooth((0.34, 0.86), (0.62, 0.88), (0.7, 0.66), (0.5, 0.52), (0.34, 0.64))],  # a b
        [smooth((0.74, 0.24), (0.56, 0.1), (0.32, 0.24), (0.24, 0.58), (0.44, 0.88), (0.7, 0.76),
                (0.66, 0.54), (0.48, 0.52), (0.44, 0.68))],  # a spiral
        [smooth((0.6, 0.06), (0.42, 0.4), (0.36, 0.72), (0.46, 0.9), (0.58, 0.84), (0.54, 0.7),
                (0.4, 0.74))],  # a small loop
    ],
    7: [
        [[(0.22, 0.3), (0.24, 0.12), (0.76, 0.12), (0.4, 0.9)],
         [(0.28, 0.52), (0.72, 0.5)]],  # crossed, with a serif
        [smooth((0.2, 0.24), (0.36, 0.1), (0.56, 0.2), (0.76, 0.1))
         + smooth((0.76, 0.1), (0.58, 0.4), (0.54, 0.9))],  # a wave on top
        [[(0.22, 0.12), (0.7, 0.12), (0.5, 0.88)], [(0.3, 0.88), (0.72, 0.88)],
         [(0.34, 0.48), (0.72, 0.48)]],  # crossed, with a foot
    ],
    8: [
        [smooth((0.7, 0.14), (0.36, 0.16), (0.36, 0.38), (0.64, 0.56), (0.66, 0.82), (0.38, 0.86),
                (0.34, 0.62), (0.6, 0.42), (0.78, 0.2))],  # open on top
        [[(0.26, 0.12), (0.74, 0.12), (0.28, 0.88), (0.76, 0.88), (0.26, 0.12)]],  # an hourglass
        [arc(0.5, 0.24, 0.12, 0.13, 90, 450), arc(0.5, 0.66, 0.26, 0.24, -90, 270)],  # a snowman
    ],
    9: [
        [smooth((0.66, 0.2), (0.46, 0.1), (0.32, 0.28), (0.46, 0.46), (0.66, 0.24))
         + smooth((0.66, 0.24), (0.66, 0.7), (0.52, 0.92), (0.28, 0.84), (0.3, 0.72))],  # a g
        [arc(0.44, 0.3, 0.2, 0.2, 0, -360)
         + smooth((0.64, 0.3), (0.6, 0.6), (0.64, 0.86), (0.8, 0.86))],  # a q with a hook
        [smooth((0.6, 0.1), (0.34, 0.14), (0.3, 0.4), (0.5, 0.48), (0.68, 0.34)),
         [(0.7, 0.1), (0.46, 0.92)]],  # open on top
    ],
}  # fmt: skip
"""Ways to write a digit that MNIST hardly has."""


@dataclass(frozen=True)
class Writer:
    """One person; ``odd`` is the share of digits that are written in an odd way."""

    seed: int
    odd: float

    def draw(self, digit: int, count: int, first: int = 0) -> np.ndarray:
        """Return drawings ``first`` and following of ``digit`` (count, 784), as prepared."""
        habits = np.random.default_rng([self.seed, digit])
        strokes = self._style(digit, habits)
        bend = habits.normal(0, 0.035, (2, 3, 3))
        pictures = []
        for n in range(first, first + count):
            moment = np.random.default_rng([self.seed, digit, n, 1])
            prepared = prepare(self._ink(strokes, bend, moment))
            assert prepared is not None
            pictures.append(prepared.image.reshape(-1))
        return np.array(pictures)

    def _style(self, digit: int, habits: np.random.Generator) -> list:
        ways = ODD[digit] if habits.random() < self.odd else DIGITS[digit]
        return ways[habits.integers(len(ways))]

    def _ink(self, strokes: list, bend: np.ndarray, moment: np.random.Generator) -> np.ndarray:
        habits = np.random.default_rng([self.seed, 99])
        slant, turn = habits.normal(0, 0.22), habits.normal(0, 0.08)
        wide, pen = math.exp(habits.normal(0, 0.15)), habits.uniform(0.05, 0.1)
        slant, turn = slant + moment.normal(0, 0.1), turn + moment.normal(0, 0.06)
        wide *= math.exp(moment.normal(0, 0.1))
        pen *= math.exp(moment.normal(0, 0.1))
        size = 0.8 * math.exp(moment.normal(0, 0.08))
        bend = bend + moment.normal(0, 0.035, bend.shape)
        raster = Raster(INK_SIZE)
        for stroke in strokes:
            line = _resampled(np.array(stroke) + moment.normal(0, 0.02, 2))
            line = _shortened(line, moment) - 0.5
            line = line + _bent(line, bend)
            x = wide * line[:, 0] - slant * line[:, 1]
            y = line[:, 1]
            x, y = math.cos(turn) * x - math.sin(turn) * y, math.sin(turn) * x + math.cos(turn) * y
            points = np.stack([x, y], axis=1) * size + 0.5
            raster.draw(Stroke(tuple(Point(*p).clamped() for p in points.tolist()), pen))
        return raster.pixels


def _resampled(line: np.ndarray) -> np.ndarray:
    """Return points at even distances along ``line``."""
    lengths = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    at = np.linspace(0, lengths[-1], max(round(lengths[-1] / STEP), 2) + 1)
    return np.stack([np.interp(at, lengths, line[:, k]) for k in (0, 1)], axis=1)


def _shortened(line: np.ndarray, moment: np.random.Generator) -> np.ndarray:
    """Begin a little late and end a little early, as a hand in a hurry does."""
    first, last = moment.integers(0, 2), len(line) - moment.integers(0, 2)
    return line[first:last] if last - first >= 2 else line


def _bent(line: np.ndarray, bend: np.ndarray) -> np.ndarray:
    """Return displacements (n, 2) of a field that is smooth between 3 × 3 values."""
    at = np.clip(line + 0.5, 0, 1)[:, :, np.newaxis]
    x, y = (np.exp(-(((at[:, k] - np.array([0, 0.5, 1])) / 0.4) ** 2)) for k in (0, 1))
    return np.einsum("ni,nj,kij->nk", y, x, bend)

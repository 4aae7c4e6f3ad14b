"""Digits as people draw them: strokes in the unit square, x to the right, y down."""

# ruff: noqa: RUF005

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint

    from app.widgets.digit_canvas import DigitCanvas

Polyline = list[tuple[float, float]]


def arc(
    x: float, y: float, rx: float, ry: float, start: float, end: float, steps: int = 24
) -> Polyline:
    """Points on an ellipse; angles in degrees, 0 at the right, growing clockwise on the screen."""
    angles = [math.radians(start + (end - start) * i / steps) for i in range(steps + 1)]
    return [(x + rx * math.cos(a), y + ry * math.sin(a)) for a in angles]


def smooth(*points: tuple[float, float], steps: int = 8) -> Polyline:
    """A Catmull-Rom curve through ``points``."""
    p = [points[0], *points, points[-1]]
    line = [points[0]]
    for a, b, c, d in zip(p, p[1:], p[2:], p[3:], strict=False):
        for i in range(1, steps + 1):
            t = i / steps
            line.append(
                tuple(
                    b[k]
                    + t * (c[k] - a[k]) / 2
                    + t**2 * (a[k] - 2.5 * b[k] + 2 * c[k] - d[k] / 2)
                    + t**3 * (1.5 * (b[k] - c[k]) + (d[k] - a[k]) / 2)
                    for k in (0, 1)
                )
            )
    return line


# Each style is a list of strokes. The names of the styles are in the comments: the way the digit
# differs from its sisters is what makes it worth its place.
DIGITS: dict[int, list[list[Polyline]]] = {
    0: [
        [arc(0.5, 0.5, 0.28, 0.40, -90, -455)],  # round, from the top to the left
        [smooth((0.62, 0.12), (0.42, 0.25), (0.32, 0.55), (0.36, 0.82), (0.5, 0.88),
                (0.64, 0.7), (0.7, 0.4), (0.66, 0.18), (0.56, 0.12))],  # narrow, slanted
        [arc(0.5, 0.5, 0.34, 0.36, -60, -400)],  # a circle that ends a little inside
    ],
    1: [
        [[(0.5, 0.1), (0.5, 0.9)]],  # a bar
        [[(0.36, 0.3), (0.54, 0.1), (0.52, 0.5), (0.5, 0.9)]],  # hooked
        [[(0.36, 0.28), (0.52, 0.12), (0.52, 0.88)], [(0.34, 0.88), (0.7, 0.88)]],  # with a foot
    ],
    2: [
        [smooth((0.25, 0.3), (0.36, 0.14), (0.55, 0.1), (0.7, 0.24), (0.64, 0.45), (0.42, 0.68),
                (0.24, 0.87)) + [(0.5, 0.87), (0.76, 0.86)]],  # round, flat foot
        [smooth((0.28, 0.26), (0.42, 0.12), (0.6, 0.16), (0.66, 0.34), (0.54, 0.58),
                (0.34, 0.82), (0.24, 0.8), (0.3, 0.7), (0.46, 0.78), (0.62, 0.88),
                (0.78, 0.82))],  # with a loop
        [[(0.26, 0.16), (0.7, 0.14), (0.66, 0.34), (0.26, 0.86), (0.74, 0.84)]],  # angular
    ],
    3: [
        [smooth((0.28, 0.2), (0.44, 0.1), (0.64, 0.16), (0.66, 0.34), (0.46, 0.46))
         + smooth((0.46, 0.46), (0.66, 0.54), (0.72, 0.72), (0.54, 0.88), (0.26, 0.8))],  # round
        [[(0.26, 0.12), (0.7, 0.12), (0.46, 0.42)]
         + smooth((0.46, 0.42), (0.66, 0.5), (0.7, 0.7), (0.56, 0.86), (0.28, 0.82))],  # flat top
        [smooth((0.32, 0.16), (0.52, 0.1), (0.66, 0.24), (0.56, 0.4), (0.34, 0.47))
         + smooth((0.34, 0.47), (0.6, 0.52), (0.7, 0.68), (0.6, 0.86), (0.36, 0.9),
                  (0.24, 0.78))],  # deep waist
    ],
    4: [
        [[(0.32, 0.12), (0.26, 0.52), (0.74, 0.5)], [(0.64, 0.14), (0.6, 0.9)]],  # open
        [[(0.6, 0.1), (0.22, 0.62), (0.8, 0.62)], [(0.6, 0.1), (0.6, 0.92)]],  # closed
        [smooth((0.3, 0.14), (0.27, 0.36), (0.36, 0.5), (0.54, 0.48), (0.66, 0.4)),
         [(0.68, 0.12), (0.64, 0.5), (0.58, 0.92)]],  # open, rounded
    ],
    5: [
        [[(0.7, 0.12), (0.34, 0.14), (0.3, 0.44)]
         + smooth((0.3, 0.44), (0.52, 0.4), (0.7, 0.56), (0.64, 0.8), (0.42, 0.88),
                  (0.24, 0.78))],  # in one stroke
        [[(0.36, 0.12), (0.32, 0.42)]
         + smooth((0.32, 0.42), (0.56, 0.42), (0.68, 0.6), (0.58, 0.84), (0.3, 0.86)),
         [(0.36, 0.12), (0.72, 0.1)]],  # the bar comes last
        [smooth((0.72, 0.14), (0.5, 0.12), (0.34, 0.22), (0.4, 0.42), (0.6, 0.52), (0.66, 0.7),
                (0.5, 0.88), (0.28, 0.82))],  # like an S
    ],
    6: [
        [smooth((0.66, 0.12), (0.44, 0.26), (0.32, 0.52), (0.34, 0.78), (0.5, 0.88),
                (0.66, 0.76), (0.62, 0.58), (0.46, 0.54), (0.34, 0.66))],  # curved
        [smooth((0.4, 0.1), (0.34, 0.4), (0.34, 0.7), (0.46, 0.88), (0.64, 0.8), (0.66, 0.62),
                (0.5, 0.54), (0.36, 0.64))],  # straight back
        [smooth((0.72, 0.16), (0.5, 0.28), (0.32, 0.5), (0.28, 0.74), (0.42, 0.88),
                (0.66, 0.82), (0.74, 0.64), (0.58, 0.54), (0.38, 0.62), (0.3, 0.74))],  # big loop
    ],
    7: [
        [[(0.26, 0.14), (0.72, 0.14), (0.44, 0.88)]],  # plain
        [[(0.26, 0.14), (0.72, 0.12), (0.44, 0.88)], [(0.36, 0.5), (0.68, 0.48)]],  # crossed
        [[(0.26, 0.28), (0.28, 0.14), (0.7, 0.14)]
         + smooth((0.7, 0.14), (0.6, 0.36), (0.5, 0.6), (0.48, 0.9))],  # with a lip
    ],
    8: [
        [smooth((0.64, 0.2), (0.5, 0.1), (0.34, 0.22), (0.42, 0.4), (0.6, 0.54), (0.68, 0.72),
                (0.52, 0.89), (0.34, 0.76), (0.4, 0.58), (0.58, 0.42), (0.66, 0.24),
                (0.58, 0.13))],  # in one stroke
        [arc(0.5, 0.29, 0.18, 0.18, 90, 450), arc(0.5, 0.68, 0.22, 0.21, -90, 270)],  # two rings
        [smooth((0.62, 0.12), (0.44, 0.2), (0.46, 0.4), (0.58, 0.56), (0.56, 0.8), (0.4, 0.88),
                (0.34, 0.74), (0.46, 0.54), (0.64, 0.36), (0.7, 0.2), (0.6, 0.12))],  # slanted
    ],
    9: [
        [arc(0.48, 0.32, 0.18, 0.2, -20, -380) + [(0.66, 0.3), (0.64, 0.9)]],  # straight stem
        [smooth((0.66, 0.22), (0.5, 0.1), (0.34, 0.24), (0.38, 0.44), (0.56, 0.44), (0.66, 0.24),
                (0.66, 0.5), (0.6, 0.74), (0.44, 0.9))],  # the tail bends back
        [smooth((0.64, 0.18), (0.44, 0.14), (0.34, 0.32), (0.46, 0.48), (0.64, 0.36)),
         [(0.66, 0.14), (0.62, 0.5), (0.54, 0.9)]],  # the stem comes last
    ],
}  # fmt: skip


def trembling(stroke: Polyline, amount: float = 0.006) -> Polyline:
    """The stroke as a hand with a mouse draws it: not quite where it was meant to go."""
    return [
        (
            x + amount * math.sin(0.9 * i + 7 * y) + amount * math.sin(0.37 * i),
            y + amount * math.cos(0.8 * i + 5 * x),
        )
        for i, (x, y) in enumerate(stroke)
    ]


def pixels(canvas: DigitCanvas, stroke: Polyline, step: float = 12.0) -> list[QPoint]:
    """Where in the widget the mouse is reported along ``stroke``, about every ``step`` pixels."""
    corners = [canvas.position(x, y) for x, y in stroke]
    points = [corners[0].toPoint()]
    for a, b in pairwise(corners):
        count = max(1, round(math.hypot(b.x() - a.x(), b.y() - a.y()) / step))
        points += [(a + (b - a) * i / count).toPoint() for i in range(1, count + 1)]
    return points


def draw(
    canvas: DigitCanvas,
    strokes: list[Polyline],
    button: Qt.MouseButton = Qt.MouseButton.LeftButton,
) -> None:
    """Draw ``strokes`` with the mouse."""
    for stroke in strokes:
        points = pixels(canvas, stroke)
        QTest.mousePress(canvas, button, pos=points[0])
        for point in points[1:]:
            QTest.mouseMove(canvas, point)
        QTest.mouseRelease(canvas, button, pos=points[-1])

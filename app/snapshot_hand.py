"""The hand that works the window while pictures of it are taken: it clicks, draws and waits."""

from __future__ import annotations

import itertools
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.main_window import MainWindow

WAIT_SECONDS = 120.0

# A three, and a nine that looks like a four, as a hand draws them, in shares of the canvas.
THREE = ((
    (0.31, 0.24), (0.36, 0.19), (0.44, 0.17), (0.53, 0.17), (0.60, 0.21), (0.64, 0.27),
    (0.63, 0.34), (0.59, 0.40), (0.52, 0.44), (0.45, 0.46), (0.53, 0.48), (0.62, 0.53),
    (0.68, 0.60), (0.70, 0.68), (0.66, 0.76), (0.58, 0.81), (0.48, 0.82), (0.39, 0.80),
    (0.32, 0.75), (0.28, 0.68),
),)  # fmt: skip
NINE = (((0.49, 0.14), (0.34, 0.46), (0.66, 0.48)), ((0.55, 0.12), (0.62, 0.88)))


def wait(app: QApplication, done: Callable[[], bool], what: str) -> None:
    """Let the window live until something is ``done``, or raise TimeoutError."""
    end = time.monotonic() + WAIT_SECONDS
    while not done():
        if time.monotonic() > end:
            raise TimeoutError(f"gave up waiting for {what} after {WAIT_SECONDS:.0f} s")
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 50)


def settle(app: QApplication) -> None:
    """Let timers of up to a few frames run out, so that nothing is caught half-way."""
    end = time.monotonic() + 0.5
    while time.monotonic() < end:
        app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)


def draw(window: MainWindow, strokes: Sequence[Sequence[tuple[float, float]]]) -> None:
    """Draw ``strokes`` on an empty canvas."""
    click(window, "clearButton")
    canvas = window.findChild(QWidget, "digitCanvas")
    assert canvas is not None
    side = canvas.width()
    left = Qt.MouseButton.LeftButton
    for stroke in strokes:
        points = [QPoint(round(x * side), round(y * side)) for x, y in _rounded(stroke)]
        QTest.mousePress(canvas, left, pos=points[0])
        for point in points:
            QTest.mouseMove(canvas, point)
        QTest.mouseRelease(canvas, left, pos=points[-1])


def click(window: MainWindow, name: str) -> None:
    """Click what is called ``name``."""
    button = window.findChild(QWidget, name)
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def _rounded(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Cut the corners of a line, as often as it takes to look like a hand's."""
    line = list(points)
    for _ in range(3):
        cut = [
            (a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]))
            for a, b in itertools.pairwise(line)
            for share in (0.25, 0.75)
        ]
        line = [line[0], *cut, line[-1]]
    return line

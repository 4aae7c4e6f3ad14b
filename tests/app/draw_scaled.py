"""Draws digits on canvases of several sizes; prints what the network would get, as JSON.

Each scale factor of the screen has a process of its own, since it holds for a whole one, and a line
of the output. Where processes can't fork, only one factor may be given.
"""

from __future__ import annotations

import json
import os
import sys

from handwriting import DIGITS
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from app.widgets.digit_canvas import DigitCanvas
from bpcore.datasets.drawing import prepare

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton


def send(window: QWidget, kind: QEvent.Type, at: QPointF, button, buttons) -> None:
    """Let the mouse do something at a place of the window, as the window system reports it."""
    handle = window.windowHandle()
    event = QMouseEvent(
        kind, at, at, handle.mapToGlobal(at), button, buttons, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(handle, event)


def draw(window: QWidget, canvas: DigitCanvas, digit: int) -> None:
    """Draw with the left button, to fractions of a pixel as mice of today report it."""
    for line in DIGITS[digit][0]:
        points = [canvas.mapTo(window, canvas.position(x, y)) for x, y in line]
        send(window, QEvent.Type.MouseButtonPress, points[0], LEFT, LEFT)
        for point in points[1:]:
            send(window, QEvent.Type.MouseMove, point, NONE, LEFT)
        send(window, QEvent.Type.MouseButtonRelease, points[-1], LEFT, NONE)


def drawn(side: int, digit: int) -> tuple[float, list[int]]:
    """Return the scale of the screen, and the 784 grey levels of a digit on such a canvas."""
    window = QWidget()
    column = QVBoxLayout(window)
    column.setContentsMargins(13, 7, 0, 0)
    canvas = DigitCanvas()
    column.addWidget(canvas)
    window.resize(side + 13, side + 7)
    window.show()
    QApplication.processEvents()
    assert canvas.width() == canvas.height() == side
    canvas.grab()
    draw(window, canvas, digit)
    prepared = prepare(canvas.ink)
    assert prepared is not None
    window.close()
    return canvas.devicePixelRatio(), prepared.image.ravel().tolist()


def main(sides: list[int], digits: list[int], factors: list[str]) -> None:
    """Print what is found at each of ``factors``."""
    for factor in factors:
        if len(factors) == 1 or os.fork() == 0:
            os.environ["QT_SCALE_FACTOR"] = factor
            application = QApplication(sys.argv)
            found = {f"{side} {digit}": drawn(side, digit) for side in sides for digit in digits}
            print(json.dumps(found))
            del application
            break
        if os.wait()[1] != 0:
            sys.exit(f"At a factor of {factor} it failed.")


if __name__ == "__main__":
    main(*(json.loads(argument) for argument in sys.argv[1:]))

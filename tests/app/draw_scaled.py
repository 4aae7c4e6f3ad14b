"""Draws digits on canvases of several sizes; prints what the network would get, as JSON.

A program of its own, because the scale factor of the screen holds for a whole process.
"""

from __future__ import annotations

import json
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


if __name__ == "__main__":
    application = QApplication(sys.argv)
    sides, digits = json.loads(sys.argv[1]), json.loads(sys.argv[2])
    found = {f"{side} {digit}": drawn(side, digit) for side in sides for digit in digits}
    print(json.dumps(found))

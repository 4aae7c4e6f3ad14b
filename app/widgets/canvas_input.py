"""What draws on the canvas, and how far keys move the pen."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

KEY_STEP = 1 / 32
FINE_KEY_STEP = 1 / 128
ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
ERASER_SCALE = 1.6
"""An eraser is so much wider than the pen: of equal width it would leave slivers beside a stroke
that it follows."""

BUTTONS = (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton)
PASSING = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)
"""Why the focus goes where it will come back from by itself: to another window, or a menu."""


class Source(enum.Enum):
    """What draws the stroke under way; the others have to wait."""

    MOUSE = enum.auto()
    PEN = enum.auto()
    FINGER = enum.auto()
    KEYS = enum.auto()


def tool_width(pen_width: float, eraser: bool) -> float:
    """Return how wide pen or eraser is where the pen is ``pen_width`` wide."""
    return pen_width * ERASER_SCALE if eraser else pen_width


def key_step(event: QKeyEvent) -> tuple[float, float]:
    """Return how far an arrow key moves the pen to the right and down, as shares of the side."""
    fine = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
    step = FINE_KEY_STEP if fine else KEY_STEP
    dx, dy = ARROWS[Qt.Key(event.key())]
    return dx * step, dy * step

"""Whether painting gives back what it borrows."""

import gc
import sys
from collections.abc import Callable

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

TIMES = 100


def references_lost(widget: QWidget, change: Callable[[int], None] = lambda turn: None) -> int:
    """Return how many references to None it costs to paint ``widget`` ``TIMES`` times.

    Before each paint but the first ``change`` is made. A painter that is given None for nothing
    may lose one each time, until the interpreter ends.
    """
    image = QImage(widget.size(), QImage.Format.Format_RGB32)
    widget.render(image)
    gc.collect()
    gc.disable()  # what others have left has references to None, too
    try:
        before = sys.getrefcount(None)
        for turn in range(TIMES):
            change(turn)
            widget.render(image)
        return before - sys.getrefcount(None)
    finally:
        gc.enable()

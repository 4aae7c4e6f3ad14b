"""Whether the texts of a picture lie apart."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtGui import QPainter

from app.graph_view.canvas import DrawnText


def touching(log: Sequence[DrawnText]) -> list[tuple[DrawnText, DrawnText]]:
    """Return the pairs of texts of which one lies on the other, by any part of a pixel."""
    rects = [text.rect for text in log]
    low = np.array([(rect.left(), rect.top()) for rect in rects]).reshape(-1, 1, 2)
    high = np.array([(rect.right(), rect.bottom()) for rect in rects]).reshape(-1, 1, 2)
    begin, end = np.maximum(low, low[:, 0]), np.minimum(high, high[:, 0])
    pairs = np.argwhere(np.triu((begin < end).all(axis=2), 1))
    return [(log[one], log[other]) for one, other in pairs.tolist()]


def cover_only(painter: QPainter, width: int, height: int) -> None:
    """Let a picture of this size be painted whole, of which the device takes what it has room for.

    Its texts can be noted on one pixel then: what is outside is not drawn, which is most of the
    time that a picture takes.
    """
    painter.setViewport(0, 0, width, height)
    painter.setWindow(0, 0, width, height)

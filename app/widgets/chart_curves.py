"""The curves of a chart: lines, and the range of what they are drawn of.

They are painted in pixels, over the axes: items of a graphics scene would be painted twice for each
new view, and slowly. Importing this module imports pyqtgraph.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter

from app.widgets import line_styles

if TYPE_CHECKING:
    from app.widgets.chart_view import ChartView

Floats = npt.NDArray[np.float64]


class Curve:
    """A line through points ``x`` and ``y`` (n,), in the chart's coordinates.

    ``style`` is one of ``line_styles``.
    """

    def __init__(self, style: int) -> None:
        self.style = style
        self.x: Floats = np.empty(0)
        self.y: Floats = np.empty(0)

    def set_points(self, x: Floats, y: Floats) -> None:
        """Go through other points."""
        self.x, self.y = x, y

    def paint(self, painter: QPainter, chart: ChartView) -> None:
        """Draw the line."""
        if len(self.x):
            path = pg.arrayToQPath(*chart.pixels(self.x, self.y), finiteCheck=False)
            line_styles.stroke(painter, path, self.style)


class Area:
    """The range of the values in each bin, filled in one opaque colour.

    A bar per bin: a polygon around them all takes five times as long to fill.
    """

    def __init__(self) -> None:
        self.color = QColor()
        self.x: Floats = np.empty(0)
        self.low: Floats = np.empty(0)
        self.high: Floats = np.empty(0)

    def set_lines(self, x: Floats, low: Floats, high: Floats) -> None:
        """Fill from ``low`` to ``high`` in bins around ``x``, all three (n,)."""
        self.x, self.low, self.high = x, low, high

    def paint(self, painter: QPainter, chart: ChartView) -> None:
        """Fill the area."""
        if not len(self.x):
            return
        x, bottoms = chart.pixels(self.x, self.low)
        _, tops = chart.pixels(self.x[:0], self.high)
        edges = np.concatenate((x[:1], (x[:-1] + x[1:]) / 2, x[-1:]))
        lefts = np.rint(edges).astype(int)
        first = np.rint(tops).astype(int)
        heights = np.rint(bottoms).astype(int) - first
        bars = zip(
            lefts[:-1].tolist(),
            first.tolist(),
            np.diff(lefts).tolist(),
            heights.tolist(),
            strict=True,
        )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.color)
        painter.drawRects([QRect(*bar) for bar in bars if bar[3]])

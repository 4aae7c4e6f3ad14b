"""The accuracy of a run over its iterations, and of other runs over it.

Importing this module imports pyqtgraph, which takes long: do it after the first paint.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF

from app import formatting, theme
from app.widgets import line_styles
from app.widgets.basics import SEMIBOLD
from app.widgets.chart_curves import Area, Curve, Floats
from app.widgets.chart_labels import Label, Line, Placed, place
from app.widgets.run_chart import RunChart
from bpcore.series import Envelope, SparseSeries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QPainter

    from app.curves import RunCurves

STEEP = 0.04
"""Share of the view at its left in which a curve may rise from below the chart."""


class AccuracyPlot(RunChart):
    """Train and test accuracy, wherever they were measured.

    Where several measurements share a bin, a band has their range, and the line goes through one of
    them.
    """

    def __init__(self, title: str, train_text: str, test_text: str) -> None:
        super().__init__("accuracy", title, "accuracy")
        self.getAxis("bottom").setHeight(22)
        self._texts = (train_text, test_text)
        self._range = Area()
        self._areas = (self._range,)
        self._train, self._test = self._curves = Curve(line_styles.ASIDE), Curve(0)
        self._series = (SparseSeries(), SparseSeries())
        self._placed: list[Placed] = []
        self.paint_theme()
        self._set_y_range(0.8, 1.0)

    def set_curves(self, curves: RunCurves) -> None:
        """Show a run, or more of the same."""
        self._marks = curves.events
        self._series = (curves.train, curves.test)
        self._end = curves.iteration
        self.redraw()

    def set_points(self, points: Sequence[tuple[int, float, float]], iteration: int) -> None:
        """Show rows of iteration, train and test accuracy of a run that did ``iteration``."""
        self._series = (SparseSeries(), SparseSeries())
        for k, series in enumerate(self._series, start=1):
            series.extend([row[0] for row in points], [row[k] for row in points])
        self._end = iteration
        self.redraw()

    def redraw(self) -> None:
        """Draw what is in view."""
        low, high = self.x_range
        bins = self.bins()
        train, test = (series.envelope(low, high, bins, beyond=True) for series in self._series)
        self._train.set_points(train.x, train.smooth)
        self._test.set_points(test.x, test.smooth)
        shared = len(test.x) < len(self._series[1])
        self._range.set_lines(*((test.x, test.low, test.high) if shared else (test.x[:0],) * 3))
        drawn = [train, test]
        for line in self._compared:
            series = line.run.curves.test
            envelope = series.envelope(low, high, bins, beyond=True)
            drawn.append(envelope)

            def points(found: Envelope = envelope) -> tuple[Floats, Floats]:
                return found.x, found.smooth

            line.show((low, high, bins, len(series)), points)
        self._fit_y(drawn)
        self._settle()

    def _fit_y(self, drawn: Sequence[Envelope]) -> None:
        """Fit the bottom to what is in view.

        The first steep epochs may rise from below: what is learned later is worth the room. A
        bottom at a round tenth keeps the scale from jumping with every epoch.
        """
        low, high = self.x_range
        later = low + (high - low) * STEEP
        lows = [e.low[(e.x >= later) & (e.x <= high)] for e in drawn]
        if not any(len(part) for part in lows):
            lows = [e.low for e in drawn]
        lowest = min((float(part.min()) for part in lows if len(part)), default=1.0)
        bottom = max(min(math.floor(lowest * 10 - 0.1) / 10, 0.9), 0.0)
        if any(len(e.x) for e in drawn):
            pixel = (1 - bottom) / (self._view.height() or 1.0)
            self._set_y_range(bottom, 1.0 + 2 * pixel)

    def _place_labels(self) -> None:
        low, high = self.x_range
        self._dots, labels = [], []
        for at in dict.fromkeys((self.cursor_iteration, self._end)):
            here = at == self.cursor_iteration
            for k in (1, 0):
                found = self._series[k].until(at)
                if found is None or not low <= found[0] <= high:
                    continue
                point = self._pixel(*found)
                self._dots.append((point, here and k == 1))
                if here:
                    labels.append(self._label(k, point, found[1]))
        for line in self._compared:
            found = line.run.curves.test.until(line.run.curves.iteration)
            if found is not None and low <= found[0] <= high:
                text = formatting.share(found[1])
                labels.append(line.label(self._pixel(*found), text))
        dots = [QRectF(p.x() - 4, p.y() - 4, 8, 8) for p, _ in self._dots]
        self._placed = place(labels, self.room, dots)

    def _label(self, k: int, point: QPointF, value: float) -> Label:
        colors = theme.current()
        test = (theme.ui_font(12, SEMIBOLD), colors.text_1)
        font, color = test if k else (theme.ui_font(12), colors.text_2)
        line = Line(f"{self._texts[k]} {formatting.share(value)}", font, color)
        crowded = bool(self._compared)
        return Label(point, (line,), self.follows, crowded, above=k == 0 and not self.follows)

    def _paint_over(self, painter: QPainter) -> None:
        for placed in self._placed:
            placed.paint(painter)

    def paint_theme(self) -> None:
        """Take the colours of the present theme."""
        super().paint_theme()
        colors = theme.current()
        self._range.color = theme.blend(colors.raw, colors.surface_1, 0.20)

"""The accuracy of a run over its iterations, and of other runs over it.

Importing this module imports pyqtgraph, which takes long: do it after the first paint.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF

from app import formatting, theme
from app.widgets import line_styles
from app.widgets.basics import SEMIBOLD
from app.widgets.chart_curves import Area, Curve, Floats
from app.widgets.chart_labels import Label, Line, Placed, paint_all
from app.widgets.label_places import in_order, place, stacked
from app.widgets.run_chart import RunChart
from bpcore.series import SparseSeries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPainter

    from app.curves import RunCurves
    from app.widgets.chart_legend import Legend
    from app.widgets.compared_lines import ComparedLine, Points

LEAST_FOR_LEGEND = 50
"""Height of a chart from which the names of other runs have room in it."""

FAR_AWAY = 2**62
"""Beyond any iteration."""

STEEP, STEEP_OF_OTHERS = 0.04, 0.4
"""Shares of the view at its left in which curves may rise from below the chart."""


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
        self._known: tuple[object, ...] = ()
        self._drawn = 0
        self.paint_theme()
        self._set_y_range(0.8, 1.0)

    def set_curves(self, curves: RunCurves, cursor: int | None = None) -> None:
        """Show a run, or more of the same, and mark the iteration ``cursor``, or the end."""
        self._cursor_at = cursor
        others = tuple(line.run.grown for line in self._compared)
        known = (curves, curves.events, others)
        self._marks = curves.events
        self._series = (curves.train, curves.test)
        self._end = curves.iteration
        at_end = self._measured == curves.total != self._drawn
        if known != self._known or at_end or self._shows_more(self._drawn, self._measured):
            self._known = known
            self.redraw()
        else:  # most frames of a run have no new accuracy, and a long one hardly ever
            self._move_cursor()

    @property
    def _measured(self) -> int:
        """The iteration of the last measurement; 0 before the first."""
        last = self._series[1].until(FAR_AWAY)
        return 0 if last is None else last[0]

    def set_compared(self, compared: Sequence[tuple[RunCurves, int, str]]) -> None:
        """Draw other runs over this one, which are dashed: then nothing of this one is."""
        self._train.style = line_styles.ASIDE_SOLID if compared else line_styles.ASIDE
        super().set_compared(compared)

    def _read(self, line: ComparedLine, iteration: float) -> str:
        curves = line.run.curves
        found = curves.test.until(int(iteration)) if iteration <= curves.iteration else None
        return formatting.share(None if found is None else found[1])

    def _place_legend(self, *, flat: bool = True) -> tuple[Legend, QRectF] | None:
        return super()._place_legend(flat=flat) if self.room.height() >= LEAST_FOR_LEGEND else None

    def redraw(self) -> None:
        """Draw what is in view."""
        self._drawn = self._measured
        low, high = self.x_range
        bins = self.bins()
        train, test = (series.envelope(low, high, bins, beyond=True) for series in self._series)
        self._train.set_points(train.x, train.smooth)
        self._test.set_points(test.x, test.smooth)
        shared = test.x if (test.low < test.high).any() else test.x[:0]
        self._range.set_lines(shared, test.low[: len(shared)], test.high[: len(shared)])
        for line in self._compared:
            series = line.run.curves.test

            def points(series: SparseSeries = series) -> Points:
                found = series.envelope(low, high, bins, beyond=True)
                last = series.until(FAR_AWAY)
                return found.x, found.smooth, None if last is None else last[1]

            line.show((low, high, bins), points)
        self._fit_y(((train.x, train.low), (test.x, test.low)))
        self._settle()

    def _fit_y(self, own: Sequence[tuple[Floats, Floats]]) -> None:
        """Fit the bottom to what is in view.

        The first steep epochs may rise from below: what is learned later is worth the room. But
        where another run ends is always in view, however early that is. A bottom at a round tenth
        keeps the scale from jumping with every epoch.
        """
        others = [(line.curve.x, line.curve.y) for line in self._compared]
        ends = [y[-1:] for _, y in others]
        parts = [*self._later(own, STEEP), *self._later(others, STEEP_OF_OTHERS), *ends]
        if not any(len(part) for part in parts):
            parts = [y for _, y in (*own, *others)]
        if not any(len(part) for part in parts):
            return
        lowest = min(float(part.min()) for part in parts if len(part))
        bottom = max(min(math.floor(lowest * 10 - 0.1) / 10, 0.9), 0.0)
        pixel = (1 - bottom) / (self._view.height() or 1.0)
        self._set_y_range(bottom, 1.0 + 2 * pixel)

    def _later(self, lines: Sequence[tuple[Floats, Floats]], share: float) -> list[Floats]:
        """Return the values of ``lines`` that are in view, but for a share of it at the left."""
        low, high = self.x_range
        later = low + (high - low) * share
        return [y[(x >= later) & (x <= high)] for x, y in lines]

    def _place_labels(self) -> None:
        low, high = self.x_range
        labels: list[Label] = []
        self._dots = []
        for at in dict.fromkeys((self.cursor_iteration, self._end)):
            here = at == self.cursor_iteration
            measured = [(k, self._series[k].until(at)) for k in (1, 0)]
            measured.sort(key=lambda each: -each[1][1] if each[1] else 0.0)  # the higher one first
            for k, found in measured:
                if found is None or not low <= found[0] <= high:
                    continue
                point = self._pixel(*found)
                self._dots.append((point, here and k == 1))
                if here:
                    labels.append(self._label(k, point, found[1], above=not labels))
        others = []
        for curve, line in enumerate(self._compared, start=len(self._curves)):
            if line.end is not None and low <= line.curve.x[-1] <= high:
                point = self._pixel(line.curve.x[-1], line.end)
                others.append(line.label(point, formatting.share(line.end), curve))
        taken = [] if self._legend is None else [self._legend[1]]
        dots = [QRectF(p.x() - 4, p.y() - 4, 8, 8) for p, _ in self._dots]
        uprights = [self._frame.x(event.iteration) for event in self._marks]
        around = (self.room, [*taken, *dots], self._lines, uprights)
        self._placed = place([*labels, *others], *around)
        if not in_order(self._placed[: len(labels)]):
            self._placed = place([stacked(labels), *others], *around)

    def _label(self, k: int, point: QPointF, value: float, *, above: bool) -> Label:
        colors = theme.current()
        test = (theme.ui_font(12, SEMIBOLD), colors.text_1)
        font, color = test if k else (theme.ui_font(12), colors.text_2)
        line = Line(f"{self._texts[k]} {formatting.share(value)}", font, color)
        crowded = bool(self._compared)
        x = max(point.x(), self._frame.x(self.cursor_iteration))  # not across the cursor
        return Label(QPointF(x, point.y()), (line,), self.follows, crowded, above, curve=k)

    def _paint_over(self, painter: QPainter) -> None:
        paint_all(painter, self._placed)

    def paint_theme(self) -> None:
        """Take the colours of the present theme."""
        super().paint_theme()
        colors = theme.current()
        self._range.color = theme.blend(colors.raw, colors.surface_1, 0.20)

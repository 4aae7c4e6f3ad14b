"""The loss of a run over its iterations, and of other runs over it.

Importing this module imports pyqtgraph, which takes long: do it after the first paint.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from app import formatting, theme
from app.curves import SMALLEST_LOSS, RunCurves, joined
from app.loss_range import loss_range
from app.widgets.accuracy_plot import AccuracyPlot
from app.widgets.basics import SEMIBOLD
from app.widgets.chart_curves import Area, Curve, Floats
from app.widgets.chart_labels import Label, Line, Placed, event_texts, paint_all
from app.widgets.label_places import place
from app.widgets.run_chart import RunChart
from app.widgets.run_events import short_text

if TYPE_CHECKING:
    from app.widgets.compared_lines import ComparedLine, Points
    from bpcore.series import Envelope

__all__ = ["AccuracyPlot", "LossPlot"]


class LossPlot(RunChart):
    """The loss: range and quartiles of the raw values, and their moving mean."""

    def __init__(self, title: str, smoothed_text: str) -> None:
        super().__init__("loss", title, "log")
        self.getAxis("bottom").setStyle(showValues=False)
        self.getAxis("bottom").setHeight(6)
        self._log = True
        self._smoothed_text = smoothed_text
        self._run = RunCurves(1)
        self._series = self._run.losses
        self._drawn = 0
        self._others: tuple[tuple[int, int], ...] = ()
        self._range, self._quartiles = self._areas = Area(), Area()
        self._smooth = Curve(0)
        self._curves = (self._smooth,)
        self._placed: list[Placed] = []
        self._event_texts: list[tuple[QRectF, str]] = []
        self.paint_theme()
        self._set_y_range(-2, 0.5)

    def set_log(self, log: bool) -> None:
        """Draw on a logarithmic or a linear scale."""
        self._log = log
        self.getAxis("left").kind = "log" if log else "linear"
        self.redraw()

    def set_curves(self, curves: RunCurves, cursor: int | None = None) -> None:
        """Show a run, or more of the same, and mark the iteration ``cursor``, or the end."""
        self._cursor_at = cursor
        if self._looks_the_same(curves):
            self._end = curves.iteration
            self._move_cursor()
            return
        self._marks = curves.events
        self._run, self._series = curves, curves.losses
        self.redraw()

    def _looks_the_same(self, curves: RunCurves) -> bool:
        """Return whether what is drawn of the run misses less of it than can be seen."""
        others = tuple(line.run.grown for line in self._compared)
        same_run = curves.losses is self._series and curves.events == self._marks
        if not same_run or others != self._others:
            return False
        now = curves.iteration
        at_end = now == curves.total != self._drawn
        return not at_end and not self._shows_more(self._drawn, now)

    def smoothed_at(self, iteration: float) -> float | None:
        """Return the moving mean at ``iteration``, as drawn."""
        return self._run.smoothed_at(iteration)

    def compared_at(self, iteration: float) -> list[tuple[str, float | None]]:
        """Return the name of each compared run, and its moving mean at ``iteration``."""
        return [(line.run.name, line.run.curves.smoothed_at(iteration)) for line in self._compared]

    def _read(self, line: ComparedLine, iteration: float) -> str:
        return formatting.loss(line.run.curves.smoothed_at(iteration))

    def redraw(self) -> None:
        """Draw what is in view."""
        self._end = self._drawn = len(self._series)
        self._others = tuple(line.run.grown for line in self._compared)
        envelope = self._run.smoothed(*self.x_range, self.bins())
        scale = self._scaled
        low, high = joined(envelope.low, envelope.high)
        self._range.set_lines(envelope.x, scale(low), scale(high))
        self._quartiles.set_lines(
            envelope.x, scale(envelope.lower_quartile), scale(envelope.upper_quartile)
        )
        self._smooth.set_points(envelope.x, scale(envelope.smooth))
        self._draw_compared()
        self._fit_y(envelope)
        self._settle()

    def _draw_compared(self) -> None:
        low, high = self.x_range
        bins = self.bins()
        for line in self._compared:

            def points(run: RunCurves = line.run.curves) -> Points:
                envelope = run.smoothed(low, high, bins)
                end = run.smoothed_at(run.iteration)
                return envelope.x, self._scaled(envelope.smooth), end

            line.show((low, high, bins, self._log), points)

    def _scaled(self, values: Floats) -> Floats:
        return np.log10(np.maximum(values, SMALLEST_LOSS)) if self._log else values

    def _fit_y(self, envelope: Envelope) -> None:
        lines = [line.curve.y for line in self._compared if len(line.curve.y)]
        ends = [(float(y.min()), float(y.max())) for y in lines]
        if self._log:
            ends = [(10.0**low, 10.0**high) for low, high in ends]
        if len(envelope.x):
            low, high = float(envelope.low.min()), float(envelope.high.max())
            ends.append((max(low, SMALLEST_LOSS), max(high, SMALLEST_LOSS)))
        runs = (self._run, *(line.run.curves for line in self._compared))
        firsts = [run.losses.smooth_at(1, 1) for run in runs if run.iteration]
        shown = self._run.smoothed_at(self._run.iteration) or 0.0
        found = loss_range(ends, firsts, log=self._log, shown=shown)
        if found is not None:
            self._set_y_range(*found)

    def _place_labels(self) -> None:
        room = self.room
        marks = [(self._frame.x(e.iteration), short_text(e)) for e in self._marks]
        seen = [(x, text) for x, text in marks if room.left() <= x <= room.right()]
        self._event_texts = event_texts(seen, room, theme.ui_font(11))
        taken = [rect for rect, _ in self._event_texts]
        if self._legend is not None:
            taken.append(self._legend[1])
        self._dots = []
        labels = [*self._own_label(), *self._labels_of_compared()]
        dots = [QRectF(p.x() - 4, p.y() - 4, 8, 8) for p, _ in self._dots]
        uprights = [x for x, _ in seen]
        self._placed = place(labels, room, [*taken, *dots], self._lines, uprights)

    def _own_label(self) -> list[Label]:
        """Put dots at the cursor and at the end of the curve; return the label of the cursor's."""
        low, high = self.x_range
        labels = []
        for at in dict.fromkeys((self.cursor_iteration, self._end)):
            value = self.smoothed_at(at)
            if value is None or not low <= at <= high:
                continue
            here = at == self.cursor_iteration
            point = self._point(at, value)
            if point.y() > self.room.top():
                self._dots.append((point, here))
            if here:
                labels.append(self._label(point, value))
        return labels

    def _label(self, point: QPointF, value: float) -> Label:
        crowded, ends = bool(self._compared), self.follows
        return Label(point, self._end_text(value), ends, crowded, above=not ends, curve=0)

    def _labels_of_compared(self) -> list[Label]:
        low, high = self.x_range
        labels = []
        for curve, line in enumerate(self._compared, start=len(self._curves)):
            end = line.run.curves.iteration
            if line.end is not None and low <= end <= high:
                text = formatting.loss(line.end, 3)
                labels.append(line.label(self._point(end, line.end), text, curve))
        return labels

    def _point(self, iteration: float, value: float) -> QPointF:
        """Return where a loss stands; one that has left the scale, at its top."""
        point = self._pixel(iteration, float(self._scaled(np.array(value))))
        return QPointF(point.x(), max(point.y(), self.room.top()))

    def _end_text(self, value: float) -> tuple[Line, ...]:
        colors = theme.current()
        return (
            Line(formatting.loss(value, 3), theme.mono_font(12, SEMIBOLD), colors.text_1),
            Line(self._smoothed_text, theme.ui_font(11), colors.text_3),
        )

    def _paint_over(self, painter: QPainter) -> None:
        colors = theme.current()
        painter.setFont(theme.ui_font(11))
        for rect, text in self._event_texts:
            painter.fillRect(rect, QColor(colors.surface_1))
            painter.setPen(QColor(colors.text_2))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
        paint_all(painter, self._placed)

    def paint_theme(self) -> None:
        """Take the colours of the present theme."""
        super().paint_theme()
        colors = theme.current()
        self._range.color = theme.blend(colors.raw, colors.surface_1, 0.20)
        inner = theme.blend(colors.raw, colors.surface_1, 0.20).name()
        self._quartiles.color = theme.blend(colors.raw, inner, 0.26)

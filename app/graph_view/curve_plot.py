"""A function and its derivative around one input, painted: what a card and a picture share."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QPainterPath, QPen

from app import formatting
from app.graph_view.canvas import color_of, text_width
from app.theme import mono_font
from app.ticks import linear_step

if TYPE_CHECKING:
    from app.graph_view.canvas import Canvas
    from app.graph_view.frame import Array
    from bpcore.graph.curve import Curve
    from bpcore.graph.graph import Graph
    from bpcore.graph.trace import Trace

_translate = QCoreApplication.translate

TICK_HEIGHT, TICK_WIDTH, LEGEND = 18.0, 46.0, 22.0


@dataclass(frozen=True, eq=False)
class CurvePlot:
    """A curve, and the numbers of a pass on it; None is not computed.

    Attributes
    ----------
    x, y, slope
        The input of the pass, the output and the local derivative there.
    tangent
        Whether the slope is also drawn as a line along the curve.
    """

    curve: Curve
    x: float | None
    y: float | None
    slope: float | None
    tangent: bool = False

    @property
    def limits(self) -> tuple[float, float]:
        """The ends of the vertical scale: few points far out may leave it, as beside a pole."""
        both = np.concatenate([self.curve.y, self.curve.slope])
        both = both[np.isfinite(both)]
        ends = [0.0, *(value for value in (self.y, self.slope) if value is not None)]
        if both.size:
            ends += np.percentile(both, (2, 98)).tolist()
        low, high = min(ends), max(ends)
        spare = 0.06 * (high - low) or 1.0
        return low - spare, high + spare

    def texts(self) -> tuple[str, str]:
        """Return what stands at the two dots."""
        slope = _translate("Graph", "slope {0}")
        return f"y {formatting.signed(self.y)}", slope.format(formatting.signed(self.slope))


def operation_plot(
    graph: Graph, trace: Trace, position: int, node: str, *, tangent: bool = False
) -> CurvePlot | None:
    """Return the plot of one operation after ``position`` steps.

    None if it is no function of one number: constants aside, it reads several, or arrays.
    """
    # Imported here, so that a window which shows networks need not load all operations to start.
    from bpcore.graph.curve import node_curve

    found = node_curve(graph, trace.values, node)
    if found is None:
        return None
    source, curve = found
    known = trace.known(position)
    share = next(
        (
            share
            for step in trace.steps
            if step.phase == "backward" and step.node == node
            for share in step.downstream
            if share.gradient in known
        ),
        None,
    )
    return CurvePlot(
        curve,
        float(trace.values[source].item()) if source in known else None,
        float(trace.values[node].item()) if node in known else None,
        None if share is None else float(share.local_derivative.item()),
        tangent,
    )


def paint_curve(canvas: Canvas, rect: QRectF, plot: CurvePlot) -> None:
    """Draw the axes, both curves, the line at this input and the dots on it into ``rect``."""
    bed = QRectF(
        rect.left() + TICK_WIDTH,
        rect.top() + LEGEND,
        rect.width() - TICK_WIDTH - 6,
        rect.height() - TICK_HEIGHT - LEGEND,
    )
    _paint_legend(canvas, QPointF(rect.left(), rect.top() + 11), plot)
    low, high = plot.limits
    view = _View(bed, (float(plot.curve.x[0]), float(plot.curve.x[-1])), (low, high))
    _paint_axes(canvas, view, plot.x)
    painter = canvas.painter
    painter.save()
    painter.setClipRect(bed.adjusted(-1, -1, 1, 1))
    _paint_line(canvas, view, plot.curve.y, canvas.theme.text_3, (5, 4))
    _paint_line(canvas, view, plot.curve.slope, canvas.theme.text_1, ())
    if plot.tangent:
        _paint_tangent(canvas, view, plot)
    painter.restore()
    if plot.x is not None:
        _paint_here(canvas, view, plot)


@dataclass(frozen=True)
class _View:
    bed: QRectF
    across: tuple[float, float]
    up: tuple[float, float]

    def x(self, value: float) -> float:
        low, high = self.across
        return self.bed.left() + (value / 2 - low / 2) / (high / 2 - low / 2) * self.bed.width()

    def y(self, value: float) -> float:
        low, high = self.up
        share = (value / 2 - low / 2) / (high / 2 - low / 2)
        return self.bed.bottom() - min(max(share, -9.0), 9.0) * self.bed.height()

    def point(self, x: float, y: float) -> QPointF:
        return QPointF(self.x(x), self.y(y))


def _ticks(low: float, high: float, about: int) -> tuple[list[float], int]:
    """Return round numbers from ``low`` to ``high``, and how many decimals they need."""
    step = linear_step(high - low, about)
    first = math.ceil(low / step)
    count = min(math.floor(high / step) - first + 1, 12)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    return [(first + n) * step for n in range(count)], decimals


def _paint_axes(canvas: Canvas, view: _View, here: float | None) -> None:
    theme, bed, font = canvas.theme, view.bed, mono_font(11)
    ticks, decimals = _ticks(*view.up, max(3, int(bed.height() / 36)))
    for value in ticks:
        y = round(view.y(value)) + 0.5
        color = theme.border_strong if value == 0 else theme.grid
        canvas.line(QPointF(bed.left(), y), QPointF(bed.right(), y), color)
        text = formatting.unsigned(value, decimals)
        canvas.text(bed.left() - 8, y + 4, text, font, theme.text_3, "right")
    ticks, decimals = _ticks(*view.across, max(3, int(bed.width() / 60)))
    taken: list[tuple[float, float]] = []
    marks = [(value, formatting.signed(value, decimals), theme.text_3) for value in ticks]
    if here is not None:
        marks.insert(0, (here, formatting.signed(here), theme.accent_text))
    for value, text, color in marks:
        half = text_width(font, text) / 2
        x = min(max(view.x(value), bed.left() + half - 8), bed.right() + 6 - half)
        if all(x + half + 6 < left or x - half - 6 > right for left, right in taken):
            taken.append((x - half, x + half))
            canvas.text(x, bed.bottom() + 15, text, font, color)


def _paint_line(
    canvas: Canvas, view: _View, values: Array, color: str, dashes: tuple[int, ...]
) -> None:
    """Draw a curve, with a gap where it has no value."""
    path, drawn = QPainterPath(), False
    for value, x in zip(values.tolist(), _across(view, len(values)), strict=True):
        if math.isnan(value):
            drawn = False
            continue
        point = QPointF(x, view.y(value))
        if drawn:
            path.lineTo(point)
        else:
            path.moveTo(point)
        drawn = True
    pen = QPen(color_of(color), 1.6)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if dashes:
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern([length / 1.6 for length in dashes])
    canvas.painter.setPen(pen)
    canvas.painter.setBrush(Qt.BrushStyle.NoBrush)
    canvas.painter.drawPath(path)


def _across(view: _View, count: int) -> list[float]:
    return [float(x) for x in np.linspace(view.bed.left(), view.bed.right(), count)]


def _paint_tangent(canvas: Canvas, view: _View, plot: CurvePlot) -> None:
    """Draw a short line along the curve: as steep as the local derivative says."""
    if plot.x is None or plot.y is None or plot.slope is None:
        return
    center = view.point(plot.x, plot.y)
    one = view.point(plot.x + (view.across[1] - view.across[0]) / 100, plot.y)
    run = one.x() - center.x()
    per_y = view.bed.height() / (view.up[1] - view.up[0])
    rise = -plot.slope * (view.across[1] - view.across[0]) / 100 * per_y
    length = math.hypot(run, rise) or 1.0
    way = QPointF(run / length, rise / length) * 34
    canvas.line(center - way, center + way, canvas.theme.accent, 2.0)


def _paint_here(canvas: Canvas, view: _View, plot: CurvePlot) -> None:
    """Draw the line at this input, and a dot on each curve."""
    theme, bed = canvas.theme, view.bed
    assert plot.x is not None
    x = view.x(plot.x)
    canvas.line(QPointF(x, bed.top()), QPointF(x, bed.bottom()), theme.accent, 1.4)
    for value, color in ((plot.y, theme.text_2), (plot.slope, theme.accent)):
        if value is not None:
            canvas.circle(QPointF(x, view.y(value)), 4, color, theme.surface_1)


def _paint_legend(canvas: Canvas, start: QPointF, plot: CurvePlot) -> None:
    """Draw how both curves are drawn, what they are, and their numbers here."""
    theme, font, x = canvas.theme, mono_font(11), start.x()
    styles = ((theme.text_3, (5, 4), plot.y), (theme.text_1, (), plot.slope))
    for text, (color, dashes, value) in zip(plot.texts(), styles, strict=True):
        y = start.y() - 4
        canvas.line(QPointF(x, y), QPointF(x + 18, y), color, 1.6, dashes)
        ink = theme.text_3 if value is None else theme.text_1
        x = canvas.text(x + 24, start.y(), text, font, ink, "left") + 12

"""A chart over the iterations of a run; what the loss and the accuracy have in common.

Importing this module imports pyqtgraph, which takes long: do it after the first paint.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QToolTip

from app import theme
from app.frame_pace import SMALL_PART, SMALL_STEP
from app.widgets.chart_axis import Axis
from app.widgets.chart_legend import Legend
from app.widgets.chart_view import ChartView, link
from app.widgets.compared_lines import ComparedLine, made_of
from app.widgets.run_events import texts_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.curves import RunCurves
    from app.widgets.chart_curves import Area, Curve, Floats
    from bpcore.recording import Event

__all__ = ["RunChart", "link"]

AXIS_WIDTH = 44
BINS_PER_PIXEL = 0.5
MOST_BINS = 2000
"""However wide the chart: more points than twice this are slow to draw."""


class RunChart(ChartView):
    """A chart over the iterations of a run, with a cursor at the one that is shown.

    Curves, and what stands over them (cursor, dots, texts), are painted in pixels.
    """

    def __init__(self, name: str, title: str, kind: str) -> None:
        super().__init__({"left": Axis("left", kind), "bottom": Axis("bottom", "iterations")})
        self.setAccessibleName(title)
        self.setObjectName(f"{name}Chart")
        self.setFrameShape(self.Shape.NoFrame)
        self.hideButtons()
        self.setMouseTracking(True)
        self.plotItem.setContentsMargins(0, 4, 20, 0)
        self.getAxis("left").setWidth(AXIS_WIDTH)
        self._crosshair_at: float | None = None
        self.readings: list[str] = []  # values of the other runs under the pointer
        self._marks: tuple[Event, ...] = ()
        self._dots: list[tuple[QPointF, bool]] = []
        self._areas: tuple[Area, ...] = ()
        self._curves: tuple[Curve, ...] = ()
        self._compared: list[ComparedLine] = []
        self._lines: list[tuple[Floats, Floats]] = []
        self._legend: tuple[Legend, QRectF] | None = None
        self._ink: QPixmap | None = None
        self._inked = False  # whether the curves have been painted as they are
        for side in ("left", "bottom"):
            self.getAxis(side).setZValue(self._view.zValue() - 1)  # the grid, under the curves

    def show_crosshair(self, iteration: float | None) -> None:
        """Mark the iteration under the pointer, in whichever chart it is."""
        before, self._crosshair_at = self._crosshair_at, iteration
        if iteration == before:
            return
        for x in (before, iteration):
            if x is not None:
                self._layer.update(QRectF(self._frame.x(x) - 2, 0, 4, self.height()))
        self._read_compared()

    def set_curves(self, curves: RunCurves, cursor: int | None = None) -> None:
        """Show a run, or more of the same.

        ``cursor`` is the iteration of it that is marked; None is the end, wherever that is.
        """
        raise NotImplementedError

    def set_compared(self, compared: Sequence[tuple[RunCurves, int, str]]) -> None:
        """Draw other runs over this one: their curves, line styles and names."""
        self._compared = made_of(compared)
        self._set_longest(max((curves.total for curves, _, _ in compared), default=1))
        self.redraw()

    def events_near(self, x: float, pixels: float = 5.0) -> tuple[Event, ...]:
        """Return the changes whose marks are within some pixels of iteration ``x``."""
        here = self._frame.x(x)
        return tuple(e for e in self._marks if abs(self._frame.x(e.iteration) - here) <= pixels)

    def bins(self) -> int:
        """Return in how many bins the curves are drawn."""
        return min(max(int(self._view.width() * BINS_PER_PIXEL), 1), MOST_BINS)

    def _shows_more(self, before: int, now: int) -> bool:
        """Return whether that a run went on from one iteration to another can be seen."""
        pixels = self._frame.x(now) - self._frame.x(before)
        return pixels >= SMALL_STEP or now > before * (1 + SMALL_PART)

    def _set_y_range(self, low: float, high: float) -> None:
        if tuple(self._view.viewRange()[1]) != (low, high):
            self._view.setYRange(low, high, padding=0)

    def _settle(self) -> None:
        super()._settle()
        self._ink, self._inked = None, False
        curves = (*self._curves, *(line.curve for line in self._compared))
        self._lines = [self.pixels(curve.x, curve.y) for curve in curves]
        self._legend = self._place_legend()
        self._read_compared()
        self._place_labels()

    def _move_cursor(self) -> None:
        """Let curves and view stay as they are, and show where the cursor is by now."""
        self._place_labels()
        self._layer.update()

    def _place_legend(self, *, flat: bool = False) -> tuple[Legend, QRectF] | None:
        """Find room for what tells the other runs apart, in one line if ``flat``."""
        if not self._compared:
            return None
        runs = tuple((line.run.style, line.run.name) for line in self._compared)
        legend = Legend(runs, flat)
        return legend, legend.rect(self.room, self._lines)

    def _place_labels(self) -> None:
        """Find room for the texts: something moved."""

    def _read_compared(self) -> None:
        """Let the values of the other runs under the pointer stand after their names."""
        at, before = self._crosshair_at, self.readings
        self.readings = [] if at is None else [self._read(line, at) for line in self._compared]
        if self._legend is not None and self.readings != before:
            legend, rect = self._legend
            places = legend.value_rects(rect)
            self._layer.update(places[0].united(places[-1]))

    def _read(self, line: ComparedLine, iteration: float) -> str:
        """Return the value of another run at an iteration, as text."""
        raise NotImplementedError

    def paint_layer(self, painter: QPainter) -> None:
        """Paint all but the axes, in pixels."""
        room = self.room
        painter.save()
        painter.setClipRect(room)
        self._paint_ink(painter, room)
        painter.setClipRect(room.adjusted(-6, -6, 6, 6))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_cursors(painter, room)
        if self._legend is not None and self.readings:
            legend, rect = self._legend
            legend.paint_values(painter, rect, self.readings)
        self._paint_over(painter)
        painter.restore()
        super().paint_layer(painter)

    def _paint_ink(self, painter: QPainter, room: QRectF) -> None:
        """Paint marks and curves: from a picture of them once they stay, as they mostly do."""
        ratio = self.viewport().devicePixelRatio()
        if self._inked and (self._ink is None or self._ink.devicePixelRatio() != ratio):
            self._ink = QPixmap(self.viewport().size() * ratio)
            self._ink.setDevicePixelRatio(ratio)
            self._ink.fill(Qt.GlobalColor.transparent)
            within = QPainter(self._ink)
            within.setClipRect(room)
            self._paint_curves(within, room)
            within.end()
        if self._ink is not None:
            painter.drawPixmap(0, 0, self._ink)
        else:
            self._inked = True
            self._paint_curves(painter, room)

    def _paint_curves(self, painter: QPainter, room: QRectF) -> None:
        self._paint_marks(painter, room)
        for area in self._areas:
            area.paint(painter, self)
        for curve in (*(line.curve for line in self._compared), *self._curves):
            curve.paint(painter, self)
        if self._legend is not None:
            legend, rect = self._legend
            legend.paint(painter, rect)

    def _paint_cursors(self, painter: QPainter, room: QRectF) -> None:
        colors = theme.current()
        if self._end or self._cursor_at is not None:
            pen = QPen(QColor(colors.accent), 1.5)
            self._paint_upright(painter, room, self.cursor_iteration, pen)
        if self._crosshair_at is not None:
            pen = QPen(QColor(colors.text_3), 1, Qt.PenStyle.DashLine)
            self._paint_upright(painter, room, self._crosshair_at, pen)
        painter.setPen(QPen(QColor(colors.surface_1), 2))
        for point, here in self._dots:
            painter.setBrush(QColor(colors.accent if here else colors.text_3))
            painter.drawEllipse(point, 4.5, 4.5)

    def _paint_marks(self, painter: QPainter, room: QRectF) -> None:
        painter.setPen(QPen(QColor(theme.current().border_strong), 1, Qt.PenStyle.DashLine))
        xs = {round(self._frame.x(event.iteration)) + 0.5 for event in self._marks}
        for x in sorted(xs):
            if room.left() <= x <= room.right():
                painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))

    def _paint_upright(self, painter: QPainter, room: QRectF, at: float, pen: QPen) -> None:
        low, high = self.x_range
        if low <= at <= high:
            x = self._frame.x(at)
            painter.setPen(pen)
            painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))

    def _paint_over(self, painter: QPainter) -> None:
        """Paint texts."""

    def paint_theme(self) -> None:
        """Take the colours of the present theme."""
        self._ink, self._inked = None, False
        colors = theme.current()
        self.setBackground(QColor(colors.surface_1))
        for side in ("left", "bottom"):
            axis = self.getAxis(side)
            axis.setPen(pg.mkPen(colors.grid))
            axis.setTickPen(pg.mkPen(colors.grid))
            axis.setTextPen(pg.mkPen(colors.text_3))

    def tip_at(self, iteration: float) -> str:
        """Return what is to be known about an iteration that has no room in the chart."""
        return texts_of(self.events_near(iteration))

    def viewportEvent(self, event: QEvent) -> bool:
        """Tell what is to be known where the pointer rests."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            tip = self.tip_at(self._frame.iteration_at(event.pos().x()))
            QToolTip.showText(event.globalPos(), tip, self.viewport())
            return True
        return bool(super().viewportEvent(event))

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of a new theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_dots"):
            self.paint_theme()
            self._place_labels()

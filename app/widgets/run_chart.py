"""A chart over the iterations of a run; what the loss and the accuracy have in common.

Importing this module imports pyqtgraph, which takes long: do it after the first paint.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPainterPath

from app import formatting, theme
from app.ticks import linear_step, log_ticks, round_step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

AXIS_WIDTH = 44

Floats = npt.NDArray[np.float64]


class Axis(pg.AxisItem):  # type: ignore[misc]
    """An axis with a few round ticks, grid lines and no frame."""

    def __init__(self, orientation: str, kind: str) -> None:
        super().__init__(orientation)
        self.kind = kind  # "iterations", "linear", "log" or "accuracy"
        self.setStyle(
            tickLength=0, autoExpandTextSpace=False, tickTextOffset=8, hideOverlappingLabels=False
        )
        self.setTickFont(theme.ui_font(11))
        self.setGrid(255)

    def boundingRect(self) -> QRectF:
        """Return the room of the axis, with some for the halves of its first and last text."""
        rect: QRectF = super().boundingRect()
        return rect.adjusted(-24, -10, 24, 10)

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """Return the ticks between ``low`` and ``high``, in the axis' own coordinates."""
        if self.kind == "log":
            return [(1.0, log_ticks(low, high))]
        if self.kind == "iterations":
            step: float = round_step(max(round(high - low), 1), max(int(size // 110), 2))
        else:
            step = linear_step(high - low, max(int(size // 60), 2))
        first = math.ceil(low / step - 1e-9)
        count = math.floor(high / step + 1e-9) - first + 1
        return [(step, [(first + k) * step for k in range(count)])]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """Return what stands at the ticks."""
        if self.kind == "iterations":
            return [formatting.count(round(value)) for value in values]
        if self.kind == "accuracy":
            decimals = 0 if spacing >= 0.01 else 1
            return [formatting.percent(value, decimals) for value in values]
        if self.kind == "log":
            return [f"{10**value:.3g}" for value in values]
        return [f"{value:g}" for value in values]


class Band(pg.GraphicsObject):  # type: ignore[misc]
    """The area between a low and a high curve, filled in one opaque colour."""

    def __init__(self) -> None:
        super().__init__()
        self._path = QPainterPath()
        self._color = QColor()

    def set_color(self, color: QColor) -> None:
        """Fill with ``color``."""
        self._color = color
        self.update()

    def set_curves(self, x: Floats, low: Floats, high: Floats) -> None:
        """Fill between ``low`` and ``high``, all three (n,)."""
        self.prepareGeometryChange()
        around_x, around_y = np.concatenate((x, x[::-1])), np.concatenate((high, low[::-1]))
        self._path = pg.arrayToQPath(around_x, around_y) if len(x) else QPainterPath()

    def boundingRect(self) -> QRectF:
        """Return the area in data coordinates."""
        return self._path.boundingRect()

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Fill the area."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._color)
        painter.drawPath(self._path)


class RunChart(pg.PlotWidget):  # type: ignore[misc]
    """A chart over the iterations of a run, with a cursor at the present one.

    The wheel zooms along x, dragging pans, a double click shows the whole run again; y follows what
    is in view. ``hovered`` carries the iteration under the pointer, or None.
    """

    hovered = Signal(object)
    view_changed = Signal()

    def __init__(self, name: str, title: str, kind: str) -> None:
        super().__init__(
            axisItems={"left": Axis("left", kind), "bottom": Axis("bottom", "iterations")}
        )
        self.setAccessibleName(title)
        self.setObjectName(f"{name}Chart")
        self.setFrameShape(self.Shape.NoFrame)
        self.setMenuEnabled(False)
        self.hideButtons()
        self.setMouseTracking(True)
        self.plotItem.setContentsMargins(0, 4, 20, 0)
        self.getAxis("left").setWidth(AXIS_WIDTH)
        self._total = 1
        self._view = self.plotItem.getViewBox()
        for side in ("left", "bottom"):
            self.getAxis(side).setZValue(self._view.zValue() - 1)  # the grid, under the curves
        self._view.setMouseEnabled(x=True, y=False)
        self._view.setDefaultPadding(0)
        self._view.disableAutoRange()
        self._cursor = pg.InfiniteLine(angle=90)
        self._crosshair = pg.InfiniteLine(angle=90)
        self._crosshair.hide()
        self._dots = pg.ScatterPlotItem(size=9)
        for item in (self._cursor, self._crosshair, self._dots):
            self.addItem(item)
        self._view.sigXRangeChanged.connect(self._x_range_changed)

    @property
    def x_range(self) -> tuple[float, float]:
        """The iterations in view."""
        low, high = self._view.viewRange()[0]
        return low, high

    def set_total(self, total: int) -> None:
        """Show a run of ``total`` iterations, all of it."""
        self._total = total
        self._view.setLimits(xMin=0, xMax=total, minXRange=min(10, total))
        self.show_all()

    def show_all(self) -> None:
        """Show the whole run."""
        self._view.setXRange(0, self._total, padding=0)

    def show_crosshair(self, iteration: float | None) -> None:
        """Mark the iteration under the pointer, in whichever chart it is."""
        self._crosshair.setVisible(iteration is not None)
        if iteration is not None:
            self._crosshair.setPos(iteration)

    def set_cursor(self, iteration: int) -> None:
        """Mark the present iteration."""
        self._cursor.setPos(iteration)

    def _x_range_changed(self, _view: object, _range: object) -> None:
        self.view_changed.emit()

    def _curve(self, dashed: bool = False) -> pg.PlotCurveItem:
        curve = pg.PlotCurveItem(antialias=True)
        curve.dashed = dashed
        self.addItem(curve)
        return curve

    def _set_y_range(self, low: float, high: float) -> None:
        self._view.setYRange(low, high, padding=0)

    def _no_room_right_of(self, item: pg.TextItem, x: float) -> bool:
        low, high = self.x_range
        pixels = float(self._view.width()) or 1.0
        room = (high - x) / max(high - low, 1e-9) * pixels
        return room < float(item.boundingRect().width()) + 14

    def _label_at(self, item: pg.TextItem, x: float, y: float) -> None:
        """Place an end label right of its point; where there is no room, left of it and below."""
        low, high = self.x_range
        left = self._no_room_right_of(item, x)
        item.setAnchor((1.0, -0.1) if left else (0.0, 0.5))
        item.fill = pg.mkBrush(theme.current().surface_1 if left else None)
        offset = (high - low) / (self._view.width() or 1.0) * 8
        item.setPos(x - offset if left else x + offset, y)
        item.setVisible(low <= x <= high)

    def paint_theme(self) -> None:
        """Take the colours of the present theme."""
        colors = theme.current()
        self.setBackground(QColor(colors.surface_1))
        for side in ("left", "bottom"):
            axis = self.getAxis(side)
            axis.setPen(pg.mkPen(colors.grid))
            axis.setTickPen(pg.mkPen(colors.grid))
            axis.setTextPen(pg.mkPen(colors.text_3))
        self._cursor.setPen(pg.mkPen(colors.accent, width=1.5))
        self._crosshair.setPen(pg.mkPen(colors.text_3, width=1, style=Qt.PenStyle.DashLine))
        self._dots.setPen(pg.mkPen(colors.surface_1, width=2))

    def _pen(self, strong: bool) -> object:
        colors = theme.current()
        if strong:
            return pg.mkPen(colors.text_1, width=1.6)
        return pg.mkPen(colors.text_3, width=1.4, dash=[4, 3])

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of a new theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_dots"):
            self.paint_theme()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell which iteration is under the pointer."""
        super().mouseMoveEvent(event)
        point = self._view.mapSceneToView(self.mapToScene(event.position().toPoint()))
        inside = self.x_range[0] <= point.x() <= self.x_range[1]
        self.hovered.emit(point.x() if inside else None)

    def leaveEvent(self, event: QEvent) -> None:
        """Tell that the pointer is gone."""
        super().leaveEvent(event)
        self.hovered.emit(None)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show the whole run."""
        self.show_all()


def link(charts: Sequence[RunChart]) -> None:
    """Let ``charts`` share one x axis."""
    for chart in charts[1:]:
        chart.setXLink(charts[0])

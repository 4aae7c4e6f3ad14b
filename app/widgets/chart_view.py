"""A stretch of a run's iterations in view, moved by mouse and keys.

Importing this module imports pyqtgraph, which takes long: do it after the first paint.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QApplication

from app import theme
from app.widgets.chart_layer import Floats, Frame, Layer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from PySide6.QtGui import QFocusEvent

SHORTEST_VIEW = 10
"""Iterations that are in view at least."""

SNAP = 4
"""Pixels within which a click beside the end of the curve means that end."""

_FARTHEST = 1e4
"""Pixels above or below which nothing is drawn: a loss may be 1e36."""

_ZOOM, _PAN = 1.5, 0.1
_BY_KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class ChartView(pg.PlotWidget):  # type: ignore[misc]
    """A view over the iterations of a run; y follows what is in view.

    The wheel zooms along x, dragging pans, a double click shows the whole run again; with the focus
    the keys + − 0 ← → do the same. ``hovered`` carries the iteration under the pointer, or None.
    A click is a wish to see that iteration: ``seek_requested`` carries it; ``live_requested`` tells
    of one at the end of the curve or beyond. A double click takes the wish of its first click back.
    """

    hovered = Signal(object)
    view_changed = Signal()
    seek_requested = Signal(int)
    live_requested = Signal()

    def __init__(self, axes: Mapping[str, pg.AxisItem]) -> None:
        super().__init__(axisItems=axes, enableMenu=False)
        self._total = self._longest = 1
        self._end = 0
        self._cursor_at: int | None = None
        self._layer = Layer(self.paint_layer)
        self.scene().addItem(self._layer)
        self._linked: tuple[ChartView, ...] = ()
        self._frame = Frame(QRectF(), (0.0, 1.0), (0.0, 1.0))
        self._pressed_at: QPointF | None = None
        self._before_click: int | None = None
        self._focus_seen = False
        self._view = self.plotItem.getViewBox()
        for side in ("top", "right"):  # hidden, and yet they would follow each new range
            self.plotItem.getAxis(side).unlinkFromView()
        self._view.setMouseEnabled(x=True, y=False)
        self._view.setDefaultPadding(0)
        self._view.disableAutoRange()
        self._view.sigXRangeChanged.connect(self._x_range_changed)
        self._view.sigResized.connect(self._resized)
        self._acts: dict[int, Callable[[], None]] = {
            Qt.Key.Key_Plus: self.zoom_in,
            Qt.Key.Key_Equal: self.zoom_in,
            Qt.Key.Key_Minus: self.zoom_out,
            Qt.Key.Key_0: self.show_all,
            Qt.Key.Key_Left: self.pan_back,
            Qt.Key.Key_Right: self.pan_on,
        }

    @property
    def x_range(self) -> tuple[float, float]:
        """The iterations in view."""
        low, high = self._view.viewRange()[0]
        return low, high

    @property
    def cursor_iteration(self) -> int:
        """The iteration that is shown: where the cursor stands."""
        return self._end if self._cursor_at is None else self._cursor_at

    @property
    def follows(self) -> bool:
        """Whether the cursor stands at the end of the curve."""
        return self.cursor_iteration >= self._end

    def set_total(self, total: int) -> None:
        """Show a run of ``total`` iterations, all of it."""
        self._total = total
        self._set_limits()
        self.show_all()

    def show_all(self) -> None:
        """Show the whole run."""
        self._view.setXRange(0, max(self._total, self._longest), padding=0)

    def zoom_in(self) -> None:
        """Show less, around the cursor where that is in view."""
        self._zoom(1 / _ZOOM)

    def zoom_out(self) -> None:
        """Show more."""
        self._zoom(_ZOOM)

    def pan_back(self) -> None:
        """Show earlier iterations."""
        self._pan(-_PAN)

    def pan_on(self) -> None:
        """Show later iterations."""
        self._pan(_PAN)

    def _zoom(self, factor: float) -> None:
        low, high = self.x_range
        at = self.cursor_iteration
        centre = at if low <= at <= high else (low + high) / 2
        self._view.scaleBy((factor, 1), center=(centre, 0))

    def _pan(self, share: float) -> None:
        low, high = self.x_range
        self._view.translateBy(((high - low) * share, 0))

    def _set_longest(self, iterations: int) -> None:
        """Let the view reach as far as the longest run that is compared."""
        if iterations != self._longest:
            whole = self.x_range == (0, max(self._total, self._longest))
            self._longest = iterations
            self._set_limits()
            if whole:
                self.show_all()

    def _set_limits(self) -> None:
        longest = max(self._total, self._longest)
        self._view.setLimits(xMin=0, xMax=longest, minXRange=min(SHORTEST_VIEW, longest))

    def redraw(self) -> None:
        """Draw what is in view."""

    def paint_layer(self, painter: QPainter) -> None:
        """Paint, in pixels, what stands over the axes."""
        self._paint_focus(painter)

    def _x_range_changed(self, _view: object, _range: object) -> None:
        for chart in self._linked:
            if chart.x_range != self.x_range:
                chart._view.setXRange(*self.x_range, padding=0)
        self.redraw()
        self.view_changed.emit()

    def _resized(self, _view: object) -> None:
        self.redraw()

    def _settle(self) -> None:
        """Take over a new view, and paint it."""
        x_range, y_range = self._view.viewRange()
        self._frame = Frame(QRectF(self._view.sceneBoundingRect()), tuple(x_range), tuple(y_range))
        self._layer.place(QRectF(self.viewport().rect()))

    # Pixels.

    @property
    def room(self) -> QRectF:
        """The rectangle of the curves, in pixels."""
        return self._frame.room

    def pixels(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Return where points of the chart stand in the widget; none is too far off to draw."""
        return self._frame.x(x), self._frame.y(y).clip(-_FARTHEST, _FARTHEST)

    def _pixel(self, iteration: float, value: float) -> QPointF:
        return QPointF(self._frame.x(iteration), self._frame.y(value))

    # Mouse and keys.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag, or a click."""
        super().mousePressEvent(event)
        left = event.button() == Qt.MouseButton.LeftButton
        self._pressed_at = event.position() if left else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell which iteration is under the pointer."""
        super().mouseMoveEvent(event)
        if self._pressed_at is not None:
            moved = (event.position() - self._pressed_at).manhattanLength()
            if moved >= QApplication.startDragDistance():
                self._pressed_at = None
        x = self._frame.iteration_at(event.position().x())
        inside = self.x_range[0] <= x <= self.x_range[1]
        self.hovered.emit(x if inside else None)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Ask for the iteration that was clicked, unless the view was dragged."""
        super().mouseReleaseEvent(event)
        pressed, self._pressed_at = self._pressed_at, None
        if pressed is not None and self.room.contains(pressed):
            self._before_click = None if self.follows else self.cursor_iteration
            self._ask_for(pressed.x())

    def _ask_for(self, x: float) -> None:
        if x >= self._frame.x(self._end) - SNAP:
            self.live_requested.emit()
        else:
            self.seek_requested.emit(max(round(self._frame.iteration_at(x)), 0))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show the whole run, at the iteration from before the first click."""
        if self._before_click is None:
            self.live_requested.emit()
        else:
            self.seek_requested.emit(self._before_click)
        self.show_all()

    def leaveEvent(self, event: QEvent) -> None:
        """Tell that the pointer is gone."""
        super().leaveEvent(event)
        self.hovered.emit(None)

    def event(self, event: QEvent) -> bool:
        """Keep the keys that mean something here from the shortcuts of a page."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if self._act_of(event) is not None:
                event.accept()
                return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom and pan."""
        act = self._act_of(event)
        if act is None:
            event.ignore()
        else:
            act()

    def _act_of(self, event: QKeyEvent) -> Callable[[], None] | None:
        ours = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
        if event.modifiers() & ~ours:
            return None
        return self._acts.get(event.key())

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keys act."""
        super().focusInEvent(event)
        self._see_focus(event.reason() in _BY_KEYBOARD)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that they act elsewhere."""
        super().focusOutEvent(event)
        self._see_focus(False)

    def _see_focus(self, seen: bool) -> None:
        self._focus_seen = seen
        self._layer.update()

    def _paint_focus(self, painter: QPainter) -> None:
        if self._focus_seen:
            painter.setPen(QPen(QColor(theme.current().accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            frame = QRectF(self.viewport().rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.drawRoundedRect(frame, 4, 4)


def link(charts: Sequence[ChartView]) -> None:
    """Let ``charts`` show the same iterations."""
    for chart in charts:
        chart._linked = tuple(other for other in charts if other is not chart)

"""The view of the theatre: what the mouse and the keyboard do in a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QNativeGestureEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QMenu, QToolTip

from app.graph_view.camera import LEAST_ZOOM
from app.graph_view.handles import ARROWS, SpotHandle
from app.graph_view.scene_view import SceneView

if TYPE_CHECKING:
    from collections.abc import Callable

OPEN_SCALE = 3.0
"""Pixels for one of the picture's from which on what lies under the wheel is opened."""

OPEN_ZOOM = 2.0
KEY_ZOOM = 1.25
KEY_PAN = 48.0

PATIENCE_MS = 3000
"""How long a turn outwards counts: so slow a hand still leaves, though the picture springs back."""


class GraphView(SceneView):
    """Lets the reader come closer, and tells what is pointed at.

    The wheel, a pinch and the plus and minus keys zoom; so far in that something fills the view, it
    is opened. A drag pans. A double click or Enter opens what it hits; Backspace or Esc leads up.
    Tab goes from spot to spot, the arrow keys from cell to cell of what has cells.

    ``opened`` carries a Place; ``clicked`` and ``hovered`` a Spot, ``hovered`` also None; ``moved``
    is one up or down, and whether it is meant for the class.
    """

    opened = Signal(object)
    left = Signal()
    clicked = Signal(object)
    hovered = Signal(object)
    moved = Signal(int, bool)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("graphView")
        self.setAccessibleName(self.tr("Picture of the pass"))
        self._pressed: QPointF | None = None
        self._dragged: QPointF | None = None
        self._outwards = 1.0
        self._forgetting = QTimer(self)
        self._forgetting.setSingleShot(True)
        self._forgetting.setInterval(PATIENCE_MS)
        self._forgetting.timeout.connect(self._forget_turns)

    def zoom(self, factor: float, anchor: QPointF | None = None) -> None:
        """Come closer by ``factor`` to what is at ``anchor``, or go back; open it, or leave."""
        if self.scene is None or self._transition.running:
            return
        anchor = anchor or self._key_anchor()
        before = self.camera.zoom
        self._look(self.camera.zoomed(factor, anchor))
        camera = self.camera
        if factor > 1 and camera.scale >= OPEN_SCALE and camera.zoom >= OPEN_ZOOM:
            spot = self.scene.opening_at(camera.to_scene(anchor))
            if spot is not None:
                self.opened.emit(spot.opens)
        if factor > 1:
            self._forget_turns()
        elif self._turned_out(min(before * factor, 1.0) / min(before, 1.0)) <= LEAST_ZOOM:
            self._forget_turns()
            self.left.emit()

    def _turned_out(self, factor: float) -> float:
        """Return how far out was turned beyond the whole picture, slowly or quickly."""
        self._outwards *= factor
        self._forgetting.start()
        return self._outwards

    def _forget_turns(self) -> None:
        self._outwards = 1.0
        self._forgetting.stop()

    def _key_anchor(self) -> QPointF:
        spot = self._focus
        middle = QPointF(self.width() / 2, self.height() / 2)
        return middle if spot is None else self.camera.to_view(spot.rect).center()

    def _key_on_spot(self, event: QKeyEvent) -> None:
        scene, spot = self.scene, self._focus
        key = Qt.Key(event.key())
        if scene is None or spot is None:
            return
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
            self.clicked.emit(spot) if spot.opens is None else self.opened.emit(spot.opens)
        elif key in ARROWS and (cell := scene.cell_from(spot, *ARROWS[key])) is not None:
            event.accept()
            self._focus = cell
            handle = QApplication.focusWidget()
            if isinstance(handle, SpotHandle):
                handle.setAccessibleName(cell.name)
            self._look(self.camera.showing(cell.rect))
            self.clicked.emit(cell)
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom, pan, fit, copy, go up; choose the unit above or below, with Shift the class."""
        key = Qt.Key(event.key())
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_number()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(KEY_ZOOM)
        elif key == Qt.Key.Key_Minus:
            self.zoom(1 / KEY_ZOOM)
        elif key in (Qt.Key.Key_0, Qt.Key.Key_F):
            self.fit()
        elif key in (Qt.Key.Key_Backspace, Qt.Key.Key_Escape):
            self.left.emit()
        elif key in ARROWS and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            across, down = ARROWS[key]
            self._look(self.camera.panned(-KEY_PAN * across, -KEY_PAN * down))
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self.scene is not None:
            self.moved.emit(ARROWS[key][1], shift)
        else:
            super().keyPressEvent(event)

    def copy_number(self) -> None:
        """Copy the number that is focused or pointed at, in full."""
        if self.spot is not None and self.spot.number:
            _copy(self.spot.number)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the arrow keys act, to who came by the keyboard."""
        by_keyboard = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self._keyboard = event.reason() in by_keyboard
        super().focusInEvent(event)
        self.update()

    # The mouse.

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom around the pointer."""
        if event.angleDelta().y():
            self.zoom(1.2 ** (event.angleDelta().y() / 120), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click or a drag."""
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._pressed, self._dragged = event.position(), None
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pan, or light up what is under the pointer."""
        if self._pressed is None or not event.buttons():
            self._point_at(event.position())
            return
        way = event.position() - (self._dragged or self._pressed)
        if self._dragged is None and way.manhattanLength() < QApplication.startDragDistance():
            return
        self._dragged = event.position()
        self.setCursor(Qt.CursorShape.ClosedHandCursor)
        self._look(self.camera.panned(way.x(), way.y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose what was clicked on, unless the picture was dragged."""
        pressed, dragged = self._pressed, self._dragged
        self._pressed = self._dragged = None
        self._point_at(event.position())
        if pressed is None or dragged is not None or event.button() != Qt.MouseButton.LeftButton:
            return
        if self._hover is not None:
            self.clicked.emit(self._hover)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open what is under the pointer."""
        if self.scene is None or event.button() != Qt.MouseButton.LeftButton:
            return
        point = self.camera.to_scene(event.position())
        hit = self.scene.spot_at(point)
        spot = hit if hit and hit.opens else self.scene.opening_at(point)
        if spot is not None:
            self.opened.emit(spot.opens)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with what is pointed at, or has the focus."""
        spot = self.spot
        if event.reason() == QContextMenuEvent.Reason.Mouse and self.scene is not None:
            spot = self.scene.spot_at(self.camera.to_scene(QPointF(event.pos()))) or spot
        if self.scene is None or spot is None:
            return
        menu = QMenu(self)
        menu.setObjectName("spotMenu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setAccessibleName(spot.name)
        if spot.opens is not None:
            menu.addAction(self.tr("Open")).triggered.connect(_later(self.opened.emit, spot.opens))
        if spot.weight is not None:
            follow = menu.addAction(self.tr("Follow this weight"))
            follow.triggered.connect(_later(self.clicked.emit, spot))
        copy = menu.addAction(self.tr("Copy the number in full"))
        copy.setEnabled(bool(spot.number))
        copy.triggered.connect(_later(_copy, spot.number))
        menu.addSeparator()
        menu.addAction(self.tr("Fit the picture")).triggered.connect(self.fit)
        menu.popup(event.globalPos())

    def leaveEvent(self, event: QEvent) -> None:
        """Let nothing be lit."""
        super().leaveEvent(event)
        self._point_at(None)

    def _point_again(self) -> None:
        """Find what the pointer is on, in a picture that has changed under it."""
        if self._hover is not None:
            self._point_at(QPointF(self.mapFromGlobal(self.cursor().pos())))

    def _point_at(self, point: QPointF | None) -> None:
        inside = point is not None and QRectF(self.rect()).contains(point)
        spot = None
        if self.scene is not None and point is not None and inside:
            spot = self.scene.spot_at(self.camera.to_scene(point))
        acts = spot is not None and (
            spot.opens is not None or spot.weight is not None or spot.unit is not None
        )
        chooses = acts or (spot is not None and spot.label is not None)
        shape = Qt.CursorShape.PointingHandCursor if chooses else Qt.CursorShape.ArrowCursor
        self.setCursor(shape)
        if spot != self._hover:
            self._hover = spot
            self.hovered.emit(spot)
            self.update()

    def event(self, event: QEvent) -> bool:
        """Show the exact numbers under the pointer as a tooltip; zoom by a pinch."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            point = QPointF(event.pos())
            spot = None if self.scene is None else self.scene.spot_at(self.camera.to_scene(point))
            if spot is None or not spot.tip:
                QToolTip.hideText()
                event.ignore()
            else:
                QToolTip.showText(event.globalPos(), spot.tip, self)
            return True
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self.zoom(1 + event.value(), event.position())
                return True
        return super().event(event)


def _later(act: Callable[..., None], *given: object) -> Callable[..., None]:
    """Return what does ``act`` with what is given now, whatever a signal tells besides."""
    return lambda *_: act(*given)


def _copy(number: str) -> None:
    QGuiApplication.clipboard().setText(number)

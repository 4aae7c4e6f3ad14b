"""A square to draw a digit on, with mouse, pen, finger or keyboard."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QEventPoint,
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPointingDevice,
    QTabletEvent,
    QTouchEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app import theme
from app.drawing import Drawing
from app.strokes import INK_SIZE, NEUTRAL_PRESSURE, Bytes, Point
from app.widgets.canvas_input import ARROWS, BUTTONS, PASSING, Source, key_step, tool_width
from app.widgets.canvas_news import CanvasNews
from app.widgets.canvas_painter import Box, Frame, Ring, render
from app.widgets.canvas_view import CanvasView
from app.widgets.every_move import EveryMove
from app.widgets.picture_drop import PictureDrop

DEFAULT_WIDTH = 0.085
"""Comes out as thick as in MNIST, for a digit that fills most of the canvas."""


class DigitCanvas(QWidget):
    """Shows and changes a Drawing.

    ``changed`` tells of new ink: while a stroke is drawn at most 60 times a second, and at once
    when it ends. ``dropped`` carries a picture, or what it was dropped as: an ``images.Offer``, or
    None if it was none after all.
    ``eraser``, ``whole_strokes``, whether it takes away all of a stroke that it touches, and
    ``pen_width``, a share of the side, hold for the next stroke.
    """

    changed = Signal()
    dropped = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("digitCanvas")
        self.setAccessibleName(self.tr("Canvas for a digit"))
        self.setAccessibleDescription(
            self.tr("Arrow keys move the pen, Space puts it down and lifts it.")
        )
        self.setMinimumSize(128, 128)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.drawing = Drawing(self)
        self.drawing.changed.connect(self._note_change)
        self.eraser = self.whole_strokes = self._erases = False
        self._pen_width = DEFAULT_WIDTH
        self._crop: Box | None = None
        self._pen: Point | None = None  # where the ring is that shows the pen
        self._source = Source.MOUSE
        self._button = Qt.MouseButton.NoButton
        self._by_keys = False
        self._moves = EveryMove()
        self._news = CanvasNews(self)
        self._news.told.connect(self.changed)
        self._view = CanvasView(self.drawing, self)
        self._view.sharpened.connect(self.update)
        self._drop = PictureDrop(self)
        self._drop.moved.connect(self.update)
        self._drop.dropped.connect(self.dropped)

    @property
    def ink(self) -> Bytes:
        """What is drawn, (320, 320), 0 to 255, whatever the size of the widget."""
        return self.drawing.ink

    @property
    def pen_width(self) -> float:
        """Width of the pen, as a share of the canvas' side; the eraser is wider."""
        return self._pen_width

    @pen_width.setter
    def pen_width(self, share: float) -> None:
        self._pen_width = share
        self.update()

    def show_crop(self, box: Box | None) -> None:
        """Show which part of the ink is cut out: top, left, height, width in pixels of the ink."""
        self._crop = box
        self.update()

    def square(self) -> QRectF:
        """Return where the drawing's unit square is in the widget, inside its border."""
        side = min(self.width(), self.height()) - 2
        return QRectF((self.width() - side) // 2, (self.height() - side) // 2, side, side)

    def position(self, x: float, y: float) -> QPointF:
        """Return where the point (x, y) of the unit square is in the widget."""
        square = self.square()
        return QPointF(square.x() + x * square.width(), square.y() + y * square.height())

    def sizeHint(self) -> QSize:
        """Return the size that shows the ink pixel by pixel."""
        return QSize(INK_SIZE + 2, INK_SIZE + 2)

    # Input.

    def _point(self, position: QPointF, pressure: float = NEUTRAL_PRESSURE) -> Point:
        square = self.square()
        x, y = position.x() - square.x(), position.y() - square.y()
        return Point(x / square.width(), y / square.height(), pressure)

    def _draws(self, source: Source) -> bool:
        return self.drawing.is_growing and self._source is source

    def _begin(self, source: Source, point: Point, eraser: bool = False) -> None:
        self._source, self._erases = source, eraser or self.eraser
        self._pen = point.clamped()
        width = tool_width(self._pen_width, self._erases)
        if self._erases and self.whole_strokes:
            self.drawing.begin_removal(self._pen, width)
        else:
            self.drawing.begin(self._pen, width, self._erases)
        self._moves.begin()

    def _move(self, point: Point) -> None:
        self._pen = point.clamped()
        self.drawing.extend(self._pen)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to draw with the left button, to erase with the right one."""
        button = event.button()
        free = not self.drawing.is_growing or self._draws(Source.KEYS)
        if free and button in BUTTONS:
            self._button, self._by_keys = button, False
            eraser = button == Qt.MouseButton.RightButton
            self._begin(Source.MOUSE, self._point(event.position()), eraser)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw on, also outside the canvas; without a button only the ring moves."""
        if self._draws(Source.PEN) or self._draws(Source.FINGER):
            return
        released = not event.buttons() & self._button  # where we didn't hear of it
        if self._draws(Source.KEYS) or (self._draws(Source.MOUSE) and released):
            self.drawing.finish()
        self._move(self._point(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the stroke where the button is released that began it."""
        if self._draws(Source.MOUSE) and event.button() == self._button:
            self._move(self._point(event.position()))
            self.drawing.finish()

    def tabletEvent(self, event: QTabletEvent) -> None:
        """Draw with a pen, as wide as it is pressed; its other end and its side button erase."""
        if event.type() == QEvent.Type.TabletPress:
            turned = event.pointerType() == QPointingDevice.PointerType.Eraser
            eraser = turned or event.button() == Qt.MouseButton.RightButton
            self._begin(Source.PEN, self._point(event.position(), event.pressure()), eraser)
        elif self.drawing.is_growing and not self._draws(Source.PEN):
            pass
        elif event.type() == QEvent.Type.TabletMove:
            self._move(self._point(event.position(), event.pressure()))
        else:
            # Not moved there: the pressure is 0 already, and the stroke would end in a needle.
            self.drawing.finish()
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Take touches; keep the keys that draw from being shortcuts while the canvas has focus."""
        if isinstance(event, QTouchEvent):
            self._touch(event)
            return True
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            key = event.key()
            escapes = key == Qt.Key.Key_Escape and self.drawing.is_growing
            if key in ARROWS or (key == Qt.Key.Key_Space and self._by_keys) or escapes:
                event.accept()
                return True
        return super().event(event)

    def _touch(self, event: QTouchEvent) -> None:
        """Draw with the finger that came first."""
        finger = event.points()[0] if event.points() else None
        if finger is not None and finger.state() == QEventPoint.State.Pressed:
            self._begin(Source.FINGER, self._point(finger.position()))
        elif self._draws(Source.FINGER):
            if event.type() == QEvent.Type.TouchCancel:
                self.drawing.cancel()
            elif finger is not None:
                self._move(self._point(finger.position()))
                if finger.state() == QEventPoint.State.Released:
                    self.drawing.finish()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the pen by arrows, with Shift in small steps; Space puts it down and lifts it.

        Space does so only once the pen was moved by keys, or the canvas reached by Tab: somebody
        who draws with the mouse and strikes it by habit shall not find a dot. Held down, it counts
        once.
        """
        pen, key = self._pen or Point(0.5, 0.5), event.key()
        if key in ARROWS:
            dx, dy = key_step(event)
            self._by_keys = True
            self._move(Point(pen.x + dx, pen.y + dy))
        elif key == Qt.Key.Key_Space and event.isAutoRepeat():
            event.accept()
        elif key == Qt.Key.Key_Space and self.drawing.is_growing:
            self.drawing.finish()
        elif key == Qt.Key.Key_Space and self._by_keys:
            self._begin(Source.KEYS, pen)
        elif key == Qt.Key.Key_Escape and self.drawing.is_growing:
            self.drawing.cancel()
        else:
            super().keyPressEvent(event)

    # Looks.

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the drawing at the screen's own resolution."""
        square = self.square()
        ring, drawn = None, self.drawing.is_growing or not self.drawing.is_empty
        if self._pen is not None and (self.underMouse() or self._by_keys):
            at = self.position(self._pen.x, self._pen.y)
            erases = self._erases if self.drawing.is_growing else self.eraser
            diameter = tool_width(self._pen_width, erases) * square.width()
            ring = Ring(at, diameter, erases, erases and self.whole_strokes)
        frame = Frame(
            levels=self._view.levels(round(square.width() * self.devicePixelRatio())),
            crop=self._crop,
            ring=ring,
            hint="" if drawn else self.tr("Draw a digit"),
            caption=self._caption(),
            focused=self._by_keys,
            drop=self.tr("Drop the picture here") if self._drop.is_over else "",
        )
        painter = QPainter(self)
        render(painter, square, frame, theme.current())
        painter.end()

    def _note_change(self, at_rest: bool) -> None:
        if at_rest and not self.underMouse():
            self._moves.end()
        self.update()
        self._news.note(at_rest)

    def _caption(self) -> str:
        if self._crop is None:
            return ""
        _, _, height, width = self._crop
        return self.tr("crop {width} × {height} px").format(width=width, height=height)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Miss no move from now on: one that waits behind a press belongs to its stroke."""
        super().enterEvent(event)
        self._moves.begin()

    def leaveEvent(self, event: QEvent) -> None:
        """Hide the ring."""
        super().leaveEvent(event)
        if not self.drawing.is_growing:
            self._moves.end()
        if not self._by_keys:
            self._pen = None
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus, and where the pen is, to whom came by keyboard."""
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self._by_keys = True
            self._pen = self._pen or Point(0.5, 0.5)
            self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Lift a pen that was put down by keyboard."""
        super().focusOutEvent(event)
        if event.reason() not in PASSING:
            self._by_keys = False
        if self._draws(Source.KEYS):
            self.drawing.finish()
        self.update()

    def hideEvent(self, event: QHideEvent) -> None:
        """End the stroke under way: its release would never come."""
        super().hideEvent(event)
        self.drawing.finish()
        self._moves.end()

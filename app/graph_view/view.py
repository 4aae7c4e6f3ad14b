"""The widget that shows the graph of a pass, and lets the reader choose a unit and a class."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from app import theme
from app.graph_view.painter import render_focus, render_moving, render_still
from app.graph_view.readout import description, tooltip

if TYPE_CHECKING:
    from app.graph_view.frame import Frame


class GraphView(QWidget):
    """Shows a Frame. What stays while a step is acted out is painted once and kept as a pixmap.

    Up and Down choose another unit, with Shift another class; so does a click on its row.
    """

    unit_selected = Signal(int)
    label_selected = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("graphView")
        self.setAccessibleName(self.tr("Graph of the network"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(560, 320)
        self._frame: Frame | None = None
        self._still: QPixmap | None = None
        self._message = ""
        self._keyboard = False

    @property
    def frame(self) -> Frame | None:
        """What is shown; None while there is no pass."""
        return self._frame

    def sizeHint(self) -> QSize:
        """Return the size for which the graph was designed."""
        return QSize(792, 474)

    def show_frame(self, frame: Frame) -> None:
        """Show ``frame`` at this widget's size; the row under the pointer stays lit."""
        hovered = None if self._frame is None else self._frame.hovered
        if hovered is not None and hovered >= frame.units:
            hovered = None
        size = (self.width(), self.height())
        self._frame = replace(frame, size=size, hovered=hovered)
        self._still = None
        self.setAccessibleDescription(description(self._frame))
        self.update()

    def show_message(self, message: str) -> None:
        """Show a sentence in place of a graph."""
        self._frame, self._still, self._message = None, None, message
        self.setAccessibleDescription(message)
        self.update()

    def set_pulse(self, pulse: float | None) -> None:
        """Move the pulses; nothing else is painted anew."""
        if self._frame is not None and self._frame.pulse != pulse:
            self._frame = replace(self._frame, pulse=pulse)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the kept picture and, over it, what moves."""
        colors = theme.current()
        painter = QPainter(self)
        if self._frame is None:
            painter.setFont(theme.ui_font(13))
            painter.setPen(QColor(colors.text_3))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect(), flags, self._message)
        else:
            painter.drawPixmap(0, 0, self._still_picture(self._frame))
            render_moving(painter, self._frame, colors)
            if self._keyboard and self.hasFocus():
                render_focus(painter, self._frame, colors)
        painter.end()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the arrow keys act, to who came by the keyboard."""
        by_keyboard = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self._keyboard = event.reason() in by_keyboard
        super().focusInEvent(event)

    def _still_picture(self, frame: Frame) -> QPixmap:
        ratio = self.devicePixelRatioF()
        if self._still is None or self._still.devicePixelRatio() != ratio:
            colors = theme.current()
            still = QPixmap(self.size() * ratio)
            still.setDevicePixelRatio(ratio)
            still.fill(QColor(colors.surface_1))
            painter = QPainter(still)
            render_still(painter, frame, colors)
            painter.end()
            self._still = still
        return self._still

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the graph out anew."""
        super().resizeEvent(event)
        self._still = None
        if self._frame is not None:
            self._frame = replace(self._frame, size=(self.width(), self.height()))

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of a new theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._still = None
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose the unit above or below, with Shift the class."""
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        step = steps.get(Qt.Key(event.key()))
        if step is None or self._frame is None:
            super().keyPressEvent(event)
            return
        frame = self._frame
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            classes = frame.layout.y.count
            self.label_selected.emit(min(max(frame.label + step, 0), classes - 1))
        else:
            self.unit_selected.emit(min(max(frame.unit + step, 0), frame.units - 1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the unit or class of the row under the pointer."""
        if event.button() != Qt.MouseButton.LeftButton or self._frame is None:
            super().mousePressEvent(event)
            return
        hit = self._frame.layout.hit(event.position())
        if hit is not None and hit.unit is not None:
            self.unit_selected.emit(hit.unit)
        elif hit is not None and hit.label is not None:
            self.label_selected.emit(hit.label)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light up the row under the pointer."""
        self._hover(event.position())

    def leaveEvent(self, event: QEvent) -> None:
        """Let no row be lit."""
        super().leaveEvent(event)
        self._hover(None)

    def _hover(self, point: QPointF | None) -> None:
        if self._frame is None:
            return
        hit = None if point is None else self._frame.layout.hit(point)
        unit = None if hit is None else hit.unit
        chooses = hit is not None and (hit.unit is not None or hit.label is not None)
        shape = Qt.CursorShape.PointingHandCursor if chooses else Qt.CursorShape.ArrowCursor
        self.setCursor(shape)
        if unit != self._frame.hovered:
            self._frame = replace(self._frame, hovered=unit)
            self.update()

    def event(self, event: QEvent) -> bool:
        """Show the exact numbers under the pointer as a tooltip."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            hit = None if self._frame is None else self._frame.layout.hit(QPointF(event.pos()))
            if hit is None or self._frame is None:
                QToolTip.hideText()
                event.ignore()
            else:
                QToolTip.showText(event.globalPos(), tooltip(self._frame, hit), self)
            return True
        return super().event(event)

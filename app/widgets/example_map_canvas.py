"""The map of the examples as it is painted: a numeral for each digit, a cross at each mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication

from app import formatting, theme
from app.widgets.example_map_lens import Lens, nearest, next_towards
from app.widgets.example_map_painter import BOTTOM, LEFT, draw_axes, draw_examples, draw_pointed
from app.widgets.pointed_canvas import ARROWS, PointedCanvas

if TYPE_CHECKING:
    import numpy.typing as npt

    from app.staging import Bytes
    from bpcore.example_map import ExampleMap

    Floats = npt.NDArray[np.float64]

STEP = 1.25
"""By which a key or a notch of the wheel comes closer."""

PAN = 40


class MapCanvas(PointedCanvas[int]):
    """``pointed`` carries the place in the map that is pointed at or reached with a key, or None.

    ``followed`` carries that of one that was clicked, or on which Enter was pressed. The wheel and
    dragging zoom and pan.
    """

    pointed = Signal(object)
    followed = Signal(int)

    def __init__(self) -> None:
        super().__init__("exampleMap")
        self.setAccessibleName(self.tr("Map of the test digits: near ones are alike"))
        self._map: ExampleMap | None = None
        self._images: Bytes | None = None
        self._message = ""
        self._lens: Lens | None = None
        self._pixels: Floats = np.empty((0, 2))
        self._order: tuple[int, ...] = ()
        self._grabbed: QPointF | None = None
        self._dragged = False

    @property
    def shown(self) -> ExampleMap | None:
        """The map that is shown; None while there is a sentence."""
        return self._map

    @property
    def message(self) -> str:
        """The sentence in place of a map."""
        return self._message

    @property
    def lens(self) -> Lens | None:
        """Which part of the map is in view."""
        return self._lens

    @property
    def bed(self) -> QRectF:
        """Where the points are."""
        return QRectF(LEFT, 0, max(self.width() - LEFT, 1), max(self.height() - BOTTOM, 1))

    def position(self, place: int) -> QPointF:
        """Return where an example is on the screen."""
        return QPointF(*self._pixels[place].tolist())

    def show_map(self, found: ExampleMap | None, images: Bytes | None, message: str = "") -> None:
        """Show ``found`` of ``images``, or a sentence; the look stays if its points do."""
        before, self._map, self._images, self._message = self._map, found, images, message
        if found is None:
            self._lens, self._pixels, self._order = None, np.empty((0, 2)), ()
            self._point(None)
        else:
            right = found.labels == found.readings
            # Mistakes are painted last, over the others.
            self._order = tuple(np.concatenate((np.flatnonzero(right), np.flatnonzero(~right))))
            if before is None or before.points is not found.points or self._lens is None:
                self._look(Lens.on(found.points, self.bed))
                self._point(None)
            else:
                self.pointed.emit(self._place)
        self.setAccessibleDescription(message)
        self.update()

    def reset(self) -> None:
        """Show the whole map."""
        if self._map is not None:
            self._look(Lens.on(self._map.points, self.bed))

    def zoom(self, factor: float, about: QPointF | None = None) -> None:
        """Come closer to the pixel ``about``, or to the middle."""
        if self._lens is not None:
            self._look(self._lens.zoomed(factor, about or self.bed.center()))

    def _look(self, lens: Lens) -> None:
        assert self._map is not None
        self._lens, self._pixels = lens, lens.pixels(self._map.points)
        self.update()

    def _tell(self) -> None:
        self.pointed.emit(self._place)

    # Pointer, wheel and keys.

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Point at an example, or drag the map."""
        where = event.position()
        if self._grabbed is None:
            self._point(nearest(self._pixels, where) if self.bed.contains(where) else None)
            return
        by = where - self._grabbed
        if self._dragged or by.manhattanLength() >= QApplication.startDragDistance():
            self._dragged, self._grabbed = True, where
            if self._lens is not None:
                self._look(self._lens.moved(by.x(), by.y()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the map."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._grabbed, self._dragged = event.position(), False

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go; a click without a drag follows the example."""
        clicked = self._grabbed is not None and not self._dragged
        self._grabbed = None
        if clicked and event.button() == Qt.MouseButton.LeftButton:
            place = nearest(self._pixels, event.position())
            if place is not None:
                self._point(place)
                self.followed.emit(place)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Come closer to what is under the pointer, or go away from it."""
        self.zoom(STEP ** (event.angleDelta().y() / 120), event.position())
        self._point(nearest(self._pixels, event.position()))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from example to example; with Alt pan; + − 0 zoom; Enter follows."""
        key, move = event.key(), ARROWS.get(event.key())
        if self._lens is None:
            super().keyPressEvent(event)
        elif move is not None and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self._look(self._lens.moved(-PAN * move[0], -PAN * move[1]))
        elif move is not None:
            self._go(*move)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(STEP)
        elif key == Qt.Key.Key_Minus:
            self.zoom(1 / STEP)
        elif key == Qt.Key.Key_0:
            self.reset()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._place is not None:
            self.followed.emit(self._place)
        else:
            super().keyPressEvent(event)

    def _go(self, right: int, down: int) -> None:
        if self._place is None:
            self._point(nearest(self._pixels, self.bed.center(), np.inf))
            return
        self._point(next_towards(self._pixels, self._place, right, down))
        where = self.position(self._place)
        if not self.bed.contains(where) and self._lens is not None:
            by = self.bed.center() - where
            self._look(self._lens.moved(by.x(), by.y()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the look in the new room."""
        super().resizeEvent(event)
        if self._lens is not None:
            self._look(self._lens.resized(self.bed))

    # Painting.

    def minimumSizeHint(self) -> QSize:
        """Return room in which a map says something."""
        return QSize(280, 240)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint bed, axes, examples, and the one that is pointed at."""
        colors = theme.current()
        painter = QPainter(self)
        painter.setPen(QPen(QColor(colors.accent if self.hasFocus() else colors.border), 1))
        painter.setBrush(QColor(colors.surface_1))
        painter.drawRect(self.bed.adjusted(0.5, 0.5, -0.5, -0.5))
        painter.setFont(theme.ui_font(12))
        if self._map is None:
            painter.setPen(QColor(colors.text_2))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.bed.adjusted(24, 24, -24, -24), flags, self._message)
        else:
            self._draw_map(painter, self._map, colors)
        painter.end()

    def axis_texts(self) -> tuple[str, str]:
        """Return what the axes are: across and up."""
        if self._map is None:
            return "", ""
        first, second = (formatting.share(float(share)) for share in self._map.explained)
        return (
            self.tr("1st principal direction: {0} of the variance").format(first),
            self.tr("2nd: {0} of the variance").format(second),
        )

    def _draw_map(self, painter: QPainter, shown: ExampleMap, colors: theme.Theme) -> None:
        assert self._lens is not None
        draw_axes(painter, self._lens, self.axis_texts(), colors)
        painter.setClipRect(self.bed.adjusted(1, 1, -1, -1))
        draw_examples(painter, self._pixels, shown, self._order, colors, self.devicePixelRatio())
        painter.setClipping(False)
        if self._place is not None and self._images is not None:
            image = self._images[shown.examples[self._place]]
            draw_pointed(painter, self.bed, self.position(self._place), image, colors)

"""A tile for each hidden unit, ten in a row; one of them is selected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QSizePolicy

from app import theme
from app.widgets.tile_painter import EDGE, LABELS, draw_frame, draw_mark, draw_number
from app.widgets.tile_pixels import COLUMNS, SIDE, rows_of_tiles

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Array = npt.NDArray[np.floating]

GAP = 2
SCROLL_ROOM = 11
"""Right of the tiles, where the scroll bar comes if they are many."""

LEAST_SIDE = 20
FEW_ROWS, USUAL_ROWS = 3, 5


class TileGrid(QAbstractScrollArea):
    """Shows W1 (784, M) as tiles of 28 × 28; only what is in sight is ever coloured.

    ``chosen`` carries a unit that was clicked or reached with a key, ``pointed`` the one under the
    pointer, or -1.
    """

    chosen = Signal(int)
    pointed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("unitGrid")
        self.setAccessibleName(self.tr("Weights of the hidden units, a tile each"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.viewport().setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self._weights: Array | None = None
        self._limit = 0.0
        self._dead: frozenset[int] = frozenset()
        self._largest = SIDE
        self._unit = 0
        self._pointed = -1
        self._image = QImage()
        self._drawn: tuple[object, ...] = ()

    @property
    def units(self) -> int:
        """How many tiles there are."""
        return 0 if self._weights is None else self._weights.shape[1]

    @property
    def rows(self) -> int:
        """How many rows they make."""
        return -(-self.units // COLUMNS)

    @property
    def side(self) -> int:
        """Width and height of a tile: 28, or less where there is less room."""
        room = self.width() - LABELS - SCROLL_ROOM - (COLUMNS - 1) * GAP
        return min(max(room // COLUMNS, LEAST_SIDE), self._largest)

    @property
    def pitch(self) -> int:
        """How far it is from one tile to the next."""
        return self.side + GAP

    @property
    def weights(self) -> Array | None:
        """What is shown, (784, M)."""
        return self._weights

    def set_weights(self, weights: Array | None, limit: float) -> None:
        """Show ``weights`` (784, M) on a scale of ±``limit``, or nothing."""
        rows = self.rows
        self._weights, self._limit = weights, limit
        if rows != self.rows:
            self._update_room()
            self._bring_into_sight(self._unit)
        self.viewport().update()

    def set_largest(self, side: int) -> None:
        """Make no tile larger than ``side`` pixels."""
        if side != self._largest:
            self._largest = side
            self._update_room()
            self.viewport().update()

    def set_dead(self, dead: frozenset[int]) -> None:
        """Mark the units that never fire."""
        if dead != self._dead:
            self._dead = dead
            self.viewport().update()

    def set_unit(self, unit: int) -> None:
        """Frame ``unit``, and bring it into sight."""
        if unit != self._unit:
            self._unit = unit
            self._bring_into_sight(unit)
            self.viewport().update()

    def tile_rect(self, unit: int) -> QRect:
        """Return where the tile of ``unit`` is, in the viewport."""
        row, column = divmod(unit, COLUMNS)
        top = EDGE + row * self.pitch - self.verticalScrollBar().value()
        return QRect(LABELS + column * self.pitch, top, self.side, self.side)

    def unit_at(self, point: QPoint) -> int:
        """Return the unit whose tile is at ``point`` of the viewport; -1 where there is none."""
        x = point.x() - LABELS
        y = point.y() - EDGE + self.verticalScrollBar().value()
        if not (0 <= x < COLUMNS * self.pitch and 0 <= y):
            return -1
        unit = y // self.pitch * COLUMNS + x // self.pitch
        return unit if unit < self.units else -1

    def sizeHint(self) -> QSize:
        """Return room for all rows, if they are not many."""
        return QSize(LABELS + COLUMNS * (self._largest + GAP), self._height(USUAL_ROWS))

    def minimumSizeHint(self) -> QSize:
        """Return room for the smallest tiles, of which some may have to be scrolled to."""
        return QSize(LABELS + COLUMNS * (LEAST_SIDE + GAP), self._height(FEW_ROWS))

    def _height(self, most: int) -> int:
        return max(min(self.rows, most), 1) * self.pitch - GAP + 2 * EDGE

    def _update_room(self) -> None:
        full = self._height(self.rows)
        self.setMaximumHeight(full)
        bar = self.verticalScrollBar()
        bar.setRange(0, max(full - self.viewport().height(), 0))
        bar.setPageStep(max(self.viewport().height(), 1))
        bar.setSingleStep(self.pitch)
        self.updateGeometry()

    def _bring_into_sight(self, unit: int) -> None:
        if not self.isVisible():
            return
        rect, bar = self.tile_rect(unit).adjusted(0, -EDGE, 0, EDGE), self.verticalScrollBar()
        if rect.top() < 0:
            bar.setValue(bar.value() + rect.top())
        elif rect.bottom() >= self.viewport().height():
            bar.setValue(bar.value() + rect.bottom() + 1 - self.viewport().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find out how large the tiles are now."""
        super().resizeEvent(event)
        self._update_room()

    def showEvent(self, event: QShowEvent) -> None:
        """Show the unit that was selected meanwhile."""
        super().showEvent(event)
        self._bring_into_sight(self._unit)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows in sight."""
        colors = theme.current()
        painter = QPainter(self.viewport())
        if self._weights is not None:
            rows = self._rows_in_sight()
            self._draw_tiles(painter, self._weights, rows, colors)
            for row in rows:
                rect = self.tile_rect(row * COLUMNS)
                draw_number(painter, rect, row * COLUMNS, colors)
            for unit in sorted(self._dead):
                if unit // COLUMNS in rows and unit < self.units:
                    draw_mark(painter, self.tile_rect(unit), colors)
            if self._unit < self.units:
                rect = self.tile_rect(self._unit)
                draw_frame(painter, rect, colors, focused=self.hasFocus())
        painter.end()

    def _rows_in_sight(self) -> range:
        offset = self.verticalScrollBar().value() - EDGE
        first = max(offset // self.pitch, 0)
        last = -(-(offset + self.viewport().height()) // self.pitch)
        return range(first, max(min(last, self.rows), first))

    def _draw_tiles(
        self, painter: QPainter, weights: Array, rows: range, colors: theme.Theme
    ) -> None:
        ratio = self.devicePixelRatio()
        # The array itself is part of it: were it freed, another could come to the same address.
        drawn = (weights, rows, self.side, ratio, self._limit, colors.name)
        if not _same(drawn, self._drawn):
            self._drawn = drawn
            side, pitch = round(self.side * ratio), round(self.pitch * ratio)
            pixels = rows_of_tiles(weights, rows, side, pitch - side, self._limit, colors)
            height, width, _ = pixels.shape
            raw = QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888)
            self._image = raw.convertToFormat(QImage.Format.Format_RGB32)
            self._image.setDevicePixelRatio(ratio)
        top = EDGE + rows.start * self.pitch - self.verticalScrollBar().value()
        painter.drawImage(QPoint(LABELS, top), self._image)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell which unit is under the pointer."""
        self._point(self.unit_at(event.position().toPoint()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the unit under the pointer."""
        unit = self.unit_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and unit >= 0:
            self.chosen.emit(unit)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Paint other rows; another tile comes under the pointer."""
        self.viewport().update()
        if self._pointed >= 0:
            self._point(self.unit_at(self.viewport().mapFromGlobal(self.cursor().pos())))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose the unit that a key leads to."""
        target = self._target(event.key())
        if target is None or not self.units or event.modifiers() & ~_KEYPAD:
            event.ignore()  # the window's own keys
            return
        self.chosen.emit(min(max(target, 0), self.units - 1))

    def _target(self, key: int) -> int | None:
        page = COLUMNS * max(self.viewport().height() // self.pitch, 1)
        column, last = self._unit % COLUMNS, self.units - 1
        down = self._unit + COLUMNS
        targets: dict[int, int] = {
            Qt.Key.Key_Left: self._unit - 1,
            Qt.Key.Key_Right: self._unit + 1,
            Qt.Key.Key_Up: self._unit - COLUMNS if self._unit >= COLUMNS else self._unit,
            Qt.Key.Key_Down: down if down <= last else self._unit,
            Qt.Key.Key_PageUp: max(self._unit - page, column),
            Qt.Key.Key_PageDown: self._unit + page,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        return targets.get(key)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that keys arrive here."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that keys arrive elsewhere."""
        super().focusOutEvent(event)
        self.viewport().update()

    def viewportEvent(self, event: QEvent) -> bool:
        """Tell that the pointer is gone."""
        if event.type() == QEvent.Type.Leave:
            self._point(-1)
        return super().viewportEvent(event)

    def _point(self, unit: int) -> None:
        if unit != self._pointed:
            self._pointed = unit
            self.pointed.emit(unit)


_KEYPAD = Qt.KeyboardModifier.KeypadModifier


def _same(a: tuple[object, ...], b: tuple[object, ...]) -> bool:
    return len(a) == len(b) and a[0] is b[0] and a[1:] == b[1:]  # arrays have no one equality

"""A tile for each hidden unit, ten in a row; one of them is selected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import (
    QImage,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)

from app import theme
from app.widgets.scroll_grid import TilePlan, UnitGrid
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


class TileGrid(UnitGrid):
    """Shows W1 (784, M) as tiles of 28 × 28; only what is in sight is ever coloured."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("unitGrid")
        self.setAccessibleName(self.tr("Weights of the hidden units, a tile each"))
        self._weights: Array | None = None
        self._limit = 0.0
        self._dead: frozenset[int] = frozenset()
        self._largest = SIDE
        self._image = QImage()
        self._drawn: tuple[object, ...] = ()

    @property
    def units(self) -> int:
        """How many tiles there are."""
        return 0 if self._weights is None else self._weights.shape[1]

    @property
    def count(self) -> int:
        """How many tiles there are."""
        return self.units

    @property
    def plan(self) -> TilePlan:
        """Where the tiles are."""
        pitch, side = self.pitch, self.side
        return TilePlan(COLUMNS, pitch, pitch, QSize(side, side), QPoint(LABELS, EDGE))

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
            self._bring_into_sight(self._here)
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
        if unit != self._here:
            self._here = unit
            self._bring_into_sight(unit)
            self.viewport().update()

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
        self._scroll_through(full, self.pitch)
        self.updateGeometry()

    def _bring_into_sight(self, place: int) -> None:
        if self.isVisible():
            super()._bring_into_sight(place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find out how large the tiles are now."""
        super().resizeEvent(event)
        self._update_room()

    def showEvent(self, event: QShowEvent) -> None:
        """Show the unit that was selected meanwhile."""
        super().showEvent(event)
        self._bring_into_sight(self._here)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows in sight."""
        colors = theme.current()
        painter = QPainter(self.viewport())
        if self._weights is not None:
            rows = self.rows_in_sight
            self._draw_tiles(painter, self._weights, rows, colors)
            for row in rows:
                rect = self.tile_rect(row * COLUMNS)
                draw_number(painter, rect, row * COLUMNS, colors)
            for unit in sorted(self._dead):
                if unit // COLUMNS in rows and unit < self.units:
                    draw_mark(painter, self.tile_rect(unit), colors)
            if self._here < self.units:
                rect = self.tile_rect(self._here)
                draw_frame(painter, rect, colors, focused=self.hasFocus())
        painter.end()

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


def _same(a: tuple[object, ...], b: tuple[object, ...]) -> bool:
    return len(a) == len(b) and a[0] is b[0] and a[1:] == b[1:]  # arrays have no one equality

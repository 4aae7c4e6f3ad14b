"""Digits side by side with what they are and what they are read as; thousands scroll."""

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
)

from app import formatting, theme
from app.formatting import EM_DASH, THIN_SPACE
from app.widgets.basics import SEMIBOLD
from app.widgets.confusion_painter import text_size
from app.widgets.digit_tiles import PIXELS, draw_digit
from app.widgets.scroll_grid import ScrollGrid, TilePlan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.staging import Bytes
    from bpcore.evaluation import Evaluation, Indices

SIDE = 2 * PIXELS
TILE = QSize(80, SIDE + 28)
GAP = 4
SCROLL_ROOM = 12
_TAKE = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class MistakeGrid(ScrollGrid):
    """Paints the digits in sight, and no others.

    ``current_changed`` carries the index of the digit that was clicked or reached with a key, or
    None; ``followed`` that of one on which Enter was pressed or which was clicked twice.
    """

    current_changed = Signal(object)
    followed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("mistakesGallery")
        self.setAccessibleName(self.tr("Digits, the worst mistakes first"))
        self._images: Bytes = np.empty((0, PIXELS * PIXELS), np.uint8)
        self._evaluation: Evaluation | None = None
        self._indices: Indices = np.empty(0, np.intp)
        self._describe()

    @property
    def indices(self) -> Indices:
        """What is shown, in order."""
        return self._indices

    @property
    def current(self) -> int | None:
        """The index of the digit that is looked at; None while there are none."""
        return int(self._indices[self._here]) if self.count else None

    @property
    def count(self) -> int:
        """How many digits are shown."""
        return len(self._indices)

    @property
    def plan(self) -> TilePlan:
        """Where the tiles are: as many in a row as there is room for, which they share."""
        room = self.width() - SCROLL_ROOM + GAP
        columns = max(room // (TILE.width() + GAP), 1)
        across = max(room // columns, TILE.width() + GAP)
        return TilePlan(columns, across, TILE.height() + GAP, TILE)

    def show_digits(
        self, images: Bytes, evaluation: Evaluation | None, indices: Indices, *, anew: bool
    ) -> None:
        """Show the digits ``indices`` of ``images`` (N, 784), as they were read.

        The current one stays if it is among them, unless they are looked at ``anew``.
        """
        before = self.current
        self._images, self._evaluation, self._indices = images, evaluation, indices
        kept = np.flatnonzero(indices == (-1 if before is None or anew else before))
        self._here = int(kept[0]) if kept.size else 0
        self._update_room()
        if not kept.size:
            self.verticalScrollBar().setValue(0)
        self._describe()
        self.viewport().update()
        self.current_changed.emit(self.current)

    def texts(self, index: int) -> tuple[str, str]:
        """Return what stands under digit ``index``: what it is and is read as, and how surely."""
        if self._evaluation is None:
            return EM_DASH, EM_DASH
        label, reading = (
            int(each[index]) for each in (self._evaluation.labels, self._evaluation.readings)
        )
        surely = formatting.share(float(self._evaluation.probabilities[index, reading]))
        return f"{label}{THIN_SPACE}→{THIN_SPACE}{reading}", surely

    def minimumSizeHint(self) -> QSize:
        """Return room for two columns."""
        return QSize(2 * (TILE.width() + GAP) + SCROLL_ROOM, TILE.height())

    def _describe(self) -> None:
        index = self.current
        if index is None:
            self.setAccessibleDescription(EM_DASH)
            return
        what, surely = self.texts(index)
        place = formatting.count(self._here + 1), formatting.count(self.count)
        self.setAccessibleDescription(self.tr("{0}, {1}, {2} of {3}").format(what, surely, *place))

    def _update_room(self) -> None:
        pitch = TILE.height() + GAP
        self._scroll_through(self.rows * pitch - GAP, pitch // 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find out how many stand side by side now."""
        super().resizeEvent(event)
        self._update_room()
        self._bring_into_sight(self._here)

    # Painting.

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows in sight, one kind of thing after the other: changing pens takes long."""
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rows, columns = self.rows_in_sight, self.plan.columns
        places = range(rows.start * columns, min(rows.stop * columns, self.count))
        tiles = [QRectF(self.tile_rect(place)) for place in places]
        indices = self._indices[places.start : places.stop].tolist()
        colors = theme.current()
        for place in {self._here, self._pointed}.intersection(places):
            self._draw_ground(painter, place, colors)
        for index, rect in zip(indices, tiles, strict=True):
            box = QRectF(rect.x() + (rect.width() - SIDE) / 2, rect.y() + 6, SIDE, SIDE)
            draw_digit(painter, box, self._images[index], colors)
        self._draw_texts(painter, indices, tiles, colors)
        painter.end()

    def _draw_ground(self, painter: QPainter, place: int, colors: theme.Theme) -> None:
        """Mark the tile that is looked at, or that is under the pointer."""
        is_current = place == self._here
        is_lit = place == self._pointed or self.hasFocus()
        painter.setPen(QPen(QColor(colors.accent), 1) if is_current else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.surface_3 if is_lit else colors.surface_2))
        rect = QRectF(self.tile_rect(place)).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(rect, 6, 6)

    def _draw_texts(
        self,
        painter: QPainter,
        indices: Sequence[int],
        tiles: Sequence[QRectF],
        colors: theme.Theme,
    ) -> None:
        texts = [self.texts(index) for index in indices]
        painter.setFont(theme.ui_font(12, SEMIBOLD))
        painter.setPen(QColor(colors.text_1))
        for (what, _), rect in zip(texts, tiles, strict=True):
            painter.drawText(QPointF(rect.x() + 5, rect.bottom() - 8), what)
        font = theme.ui_font(11)
        painter.setFont(font)
        painter.setPen(QColor(colors.text_2))
        for (_, surely), rect in zip(texts, tiles, strict=True):
            left = rect.right() - 5 - text_size(surely, font)[0]
            painter.drawText(QPointF(left, rect.bottom() - 8), surely)

    # Pointer and keys.

    def _tell_pointed(self) -> None:
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Look at the digit under the pointer."""
        place = self.place_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and place >= 0:
            self._go_to(place)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Follow the digit under the pointer."""
        place = self.place_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and place >= 0:
            self.followed.emit(int(self._indices[place]))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Look at the digit that a key leads to; Enter follows it."""
        target = self._key_target(event)
        if event.key() in _TAKE and self.current is not None:
            self.followed.emit(self.current)
        elif target is not None:
            self._go_to(target)
        else:
            event.ignore()  # the window's own keys

    def _go_to(self, place: int) -> None:
        if place != self._here:
            self._here = place
            self._bring_into_sight(place)
            self._describe()
            self.viewport().update()
            self.current_changed.emit(self.current)

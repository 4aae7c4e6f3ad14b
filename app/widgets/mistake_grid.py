"""Digits side by side with what they are and what they are read as; thousands scroll."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QSizePolicy

from app import formatting, theme
from app.formatting import EM_DASH, THIN_SPACE
from app.widgets.basics import SEMIBOLD
from app.widgets.confusion_painter import text_size
from app.widgets.digit_tiles import PIXELS, draw_digit

if TYPE_CHECKING:
    from app.staging import Bytes
    from bpcore.evaluation import Evaluation, Indices

SIDE = 2 * PIXELS
TILE = QSize(80, SIDE + 28)
GAP = 4
SCROLL_ROOM = 12
_TAKE = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class MistakeGrid(QAbstractScrollArea):
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
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.viewport().setAutoFillBackground(False)
        self.viewport().setMouseTracking(True)
        self._images: Bytes = np.empty((0, PIXELS * PIXELS), np.uint8)
        self._evaluation: Evaluation | None = None
        self._indices: Indices = np.empty(0, np.intp)
        self._place = 0
        self._pointed = -1
        self._describe()

    @property
    def indices(self) -> Indices:
        """What is shown, in order."""
        return self._indices

    @property
    def current(self) -> int | None:
        """The index of the digit that is looked at; None while there are none."""
        return int(self._indices[self._place]) if len(self._indices) else None

    @property
    def columns(self) -> int:
        """How many stand side by side."""
        return max((self.width() - SCROLL_ROOM + GAP) // (TILE.width() + GAP), 1)

    @property
    def across(self) -> int:
        """How far it is from one tile to the next in a row: they share the room."""
        return max((self.width() - SCROLL_ROOM + GAP) // self.columns, TILE.width() + GAP)

    @property
    def rows(self) -> int:
        """How many rows they make."""
        return -(-len(self._indices) // self.columns)

    def show_digits(
        self, images: Bytes, evaluation: Evaluation | None, indices: Indices, *, anew: bool
    ) -> None:
        """Show the digits ``indices`` of ``images`` (N, 784), as they were read.

        The current one stays if it is among them, unless they are looked at ``anew``.
        """
        before = self.current
        self._images, self._evaluation, self._indices = images, evaluation, indices
        kept = np.flatnonzero(indices == (-1 if before is None or anew else before))
        self._place = int(kept[0]) if kept.size else 0
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

    def tile_rect(self, place: int) -> QRect:
        """Return where the tile at ``place`` in the order is, in the viewport."""
        row, column = divmod(place, self.columns)
        top = row * (TILE.height() + GAP) - self.verticalScrollBar().value()
        return QRect(QPoint(column * self.across, top), TILE)

    def place_at(self, point: QPoint) -> int:
        """Return the place whose tile is at ``point`` of the viewport; -1 where there is none."""
        column = point.x() // self.across
        row = (point.y() + self.verticalScrollBar().value()) // (TILE.height() + GAP)
        if not 0 <= column < self.columns or row < 0:
            return -1
        place = row * self.columns + column
        return place if place < len(self._indices) else -1

    def minimumSizeHint(self) -> QSize:
        """Return room for two columns."""
        return QSize(2 * (TILE.width() + GAP) + SCROLL_ROOM, TILE.height())

    def _describe(self) -> None:
        index = self.current
        if index is None:
            self.setAccessibleDescription(EM_DASH)
            return
        what, surely = self.texts(index)
        place = formatting.count(self._place + 1), formatting.count(len(self._indices))
        self.setAccessibleDescription(self.tr("{0}, {1}, {2} of {3}").format(what, surely, *place))

    def _update_room(self) -> None:
        full, seen = self.rows * (TILE.height() + GAP) - GAP, self.viewport().height()
        bar = self.verticalScrollBar()
        bar.setRange(0, max(full - seen, 0))
        bar.setPageStep(max(seen, 1))
        bar.setSingleStep((TILE.height() + GAP) // 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find out how many stand side by side now."""
        super().resizeEvent(event)
        self._update_room()
        self._bring_into_sight()

    def _bring_into_sight(self) -> None:
        rect, bar = self.tile_rect(self._place), self.verticalScrollBar()
        if rect.top() < 0:
            bar.setValue(bar.value() + rect.top())
        elif rect.bottom() >= self.viewport().height():
            bar.setValue(bar.value() + rect.bottom() + 1 - self.viewport().height())

    # Painting.

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows in sight."""
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pitch, offset = TILE.height() + GAP, self.verticalScrollBar().value()
        first = offset // pitch * self.columns
        last = -(-(offset + self.viewport().height()) // pitch) * self.columns
        for place in range(first, min(last, len(self._indices))):
            self._draw_tile(painter, place)
        painter.end()

    def _draw_tile(self, painter: QPainter, place: int) -> None:
        colors, rect = theme.current(), QRectF(self.tile_rect(place))
        is_current = place == self._place
        if is_current or place == self._pointed:
            painter.setPen(QPen(QColor(colors.accent), 1) if is_current else Qt.PenStyle.NoPen)
            is_lit = place == self._pointed or self.hasFocus()
            painter.setBrush(QColor(colors.surface_3 if is_lit else colors.surface_2))
            painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        index = int(self._indices[place])
        box = QRectF(rect.x() + (rect.width() - SIDE) / 2, rect.y() + 6, SIDE, SIDE)
        draw_digit(painter, box, self._images[index], colors)
        what, surely = self.texts(index)
        line = rect.bottom() - 8
        painter.setFont(theme.ui_font(12, SEMIBOLD))
        painter.setPen(QColor(colors.text_1))
        painter.drawText(QPointF(rect.x() + 5, line), what)
        painter.setFont(theme.ui_font(11))
        painter.setPen(QColor(colors.text_2))
        left = rect.right() - 5 - text_size(surely, theme.ui_font(11))[0]
        painter.drawText(QPointF(left, line), surely)

    # Pointer and keys.

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light the tile under the pointer."""
        self._point(self.place_at(event.position().toPoint()))

    def viewportEvent(self, event: QEvent) -> bool:
        """Light no tile once the pointer is gone."""
        if event.type() == QEvent.Type.Leave:
            self._point(-1)
        return super().viewportEvent(event)

    def _point(self, place: int) -> None:
        if place != self._pointed:
            self._pointed = place
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
        place = self._target(event.key())
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() in _TAKE and self.current is not None:
            self.followed.emit(self.current)
        elif place is not None and plain and len(self._indices):
            self._go_to(min(max(place, 0), len(self._indices) - 1))
        else:
            event.ignore()  # the window's own keys

    def _target(self, key: int) -> int | None:
        columns, last = self.columns, len(self._indices) - 1
        page = columns * max(self.viewport().height() // (TILE.height() + GAP), 1)
        targets: dict[int, int] = {
            Qt.Key.Key_Left: self._place - 1,
            Qt.Key.Key_Right: self._place + 1,
            Qt.Key.Key_Up: self._place - columns if self._place >= columns else self._place,
            Qt.Key.Key_Down: self._place + columns,
            Qt.Key.Key_PageUp: self._place - page,
            Qt.Key.Key_PageDown: self._place + page,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        return targets.get(key)

    def _go_to(self, place: int) -> None:
        if place != self._place:
            self._place = place
            self._bring_into_sight()
            self._describe()
            self.viewport().update()
            self.current_changed.emit(self.current)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that keys arrive here."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that keys arrive elsewhere."""
        super().focusOutEvent(event)
        self.viewport().update()

"""What grids of tiles have in common: rows that scroll, a tile that is pointed at, and keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QSizePolicy

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent

_KEYPAD = Qt.KeyboardModifier.KeypadModifier


@dataclass(frozen=True)
class TilePlan:
    """Rows of ``columns`` tiles from ``corner`` on; the next is so far ``across`` and ``down``."""

    columns: int
    across: int
    down: int
    tile: QSize
    corner: QPoint = field(default_factory=QPoint)


class ScrollGrid(QAbstractScrollArea):
    """Places are numbered row by row; one of them is where the keys are, at first 0.

    A grid of its own kind says ``plan`` and ``count``, and paints.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.viewport().setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self._here = 0
        self._pointed = -1

    @property
    def plan(self) -> TilePlan:
        """Where the tiles are."""
        raise NotImplementedError

    @property
    def count(self) -> int:
        """How many tiles there are."""
        raise NotImplementedError

    @property
    def rows(self) -> int:
        """How many rows they make."""
        return -(-self.count // self.plan.columns)

    @property
    def rows_in_sight(self) -> range:
        """The rows of which something can be seen."""
        plan = self.plan
        offset = self.verticalScrollBar().value() - plan.corner.y()
        first = max(offset // plan.down, 0)
        last = -(-(offset + self.viewport().height()) // plan.down)
        return range(first, max(min(last, self.rows), first))

    def tile_rect(self, place: int) -> QRect:
        """Return where the tile at ``place`` is, in the viewport."""
        plan = self.plan
        row, column = divmod(place, plan.columns)
        top = row * plan.down - self.verticalScrollBar().value()
        return QRect(plan.corner + QPoint(column * plan.across, top), plan.tile)

    def place_at(self, point: QPoint) -> int:
        """Return the place whose tile is at ``point`` of the viewport; -1 where there is none."""
        plan = self.plan
        x = point.x() - plan.corner.x()
        y = point.y() - plan.corner.y() + self.verticalScrollBar().value()
        if not (0 <= x < plan.columns * plan.across and 0 <= y):
            return -1
        place = y // plan.down * plan.columns + x // plan.across
        return place if place < self.count else -1

    def _scroll_through(self, height: int, step: int) -> None:
        """Let the bar scroll through rows that are so high together."""
        seen, bar = self.viewport().height(), self.verticalScrollBar()
        bar.setRange(0, max(height - seen, 0))
        bar.setPageStep(max(seen, 1))
        bar.setSingleStep(step)

    def _bring_into_sight(self, place: int) -> None:
        margin, bar = self.plan.corner.y(), self.verticalScrollBar()
        rect = self.tile_rect(place).adjusted(0, -margin, 0, margin)
        if rect.top() < 0:
            bar.setValue(bar.value() + rect.top())
        elif rect.bottom() >= self.viewport().height():
            bar.setValue(bar.value() + rect.bottom() + 1 - self.viewport().height())

    def _key_target(self, event: QKeyEvent) -> int | None:
        """Return the place that a key leads to; None of any other key."""
        if not self.count or event.modifiers() & ~_KEYPAD:
            return None
        here, last, columns = self._here, self.count - 1, self.plan.columns
        page = columns * max(self.viewport().height() // self.plan.down, 1)
        targets: dict[int, int] = {
            Qt.Key.Key_Left: here - 1,
            Qt.Key.Key_Right: here + 1,
            Qt.Key.Key_Up: here - columns if here >= columns else here,
            Qt.Key.Key_Down: here + columns if here + columns <= last else here,
            Qt.Key.Key_PageUp: max(here - page, here % columns),
            Qt.Key.Key_PageDown: here + page,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        target = targets.get(event.key())
        return None if target is None else min(max(target, 0), last)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Find out which tile is under the pointer."""
        self._point(self.place_at(event.position().toPoint()))

    def viewportEvent(self, event: QEvent) -> bool:
        """Find out that the pointer is gone."""
        if event.type() == QEvent.Type.Leave:
            self._point(-1)
        return super().viewportEvent(event)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Paint other rows; another tile comes under the pointer."""
        self.viewport().update()
        if self._pointed >= 0:
            self._point(self.place_at(self.viewport().mapFromGlobal(self.cursor().pos())))

    def _point(self, place: int) -> None:
        if place != self._pointed:
            self._pointed = place
            self._tell_pointed()

    def _tell_pointed(self) -> None:
        """Tell that the pointer is on another tile, or on none."""
        raise NotImplementedError

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that keys arrive here."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that keys arrive elsewhere."""
        super().focusOutEvent(event)
        self.viewport().update()


class UnitGrid(ScrollGrid):
    """A grid of hidden units, of which one can be chosen.

    ``chosen`` carries a unit that was clicked or reached with a key, ``pointed`` the one under the
    pointer, or -1.
    """

    chosen = Signal(int)
    pointed = Signal(int)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the unit under the pointer."""
        unit = self.place_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and unit >= 0:
            self.chosen.emit(unit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose the unit that a key leads to."""
        target = self._key_target(event)
        if target is None:
            event.ignore()  # the window's own keys
        else:
            self.chosen.emit(target)

    def _tell_pointed(self) -> None:
        self.pointed.emit(self._pointed)

"""The mistakes that are still possible, layer by layer: one of them can be picked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app import bug_words, theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.detective_case import Suspect

ROW, GAP = 20, 6
"""Height of a row, and what is left free above another layer."""

INSET, COLUMN = 6, 12
_TAKE = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_ENDS = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: -1}


@dataclass(frozen=True)
class SuspectRow:
    """A mistake in a layer, its name, and where its row begins."""

    layer: str
    key: str
    name: str
    top: int
    is_first: bool


def suspect_rows(suspects: Sequence[Suspect]) -> tuple[SuspectRow, ...]:
    """Return a row for each of ``suspects``, those of a layer below each other."""
    rows: list[SuspectRow] = []
    top = 0
    for layer in dict.fromkeys(suspect.layer for suspect in suspects):
        top += GAP if rows else 0
        for n, suspect in enumerate(each for each in suspects if each.layer == layer):
            name = bug_words.name_of(suspect.key, layer)
            rows.append(SuspectRow(layer, suspect.key, name, top, n == 0))
            top += ROW
    return tuple(rows)


class SuspectList(QWidget):
    """``picked`` names layer and key of a row that was clicked, or on which Return was pressed.

    Up and Down lead from row to row; ``reached`` carries where the one is that they led to.
    """

    picked = Signal(str, str)
    reached = Signal(QRect)

    def __init__(self, suspects: Sequence[Suspect]) -> None:
        super().__init__()
        self.setObjectName("detectiveSuspects")
        self.setAccessibleName(self.tr("Suspects: Return fills one in"))
        self.setToolTip(self.tr("A click fills in the layer and the mistake"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.rows = suspect_rows(suspects)
        self._current, self._hovered, self._pressed = 0, -1, -1
        self._tell()

    def sizeHint(self) -> QSize:
        """Return the size of all rows."""
        return QSize(200, self.rows[-1].top + ROW if self.rows else 0)

    def row_rect(self, n: int) -> QRect:
        """Return where a row is that can be clicked: beside the name of its layer."""
        left = self._names_left - INSET
        return QRect(left, self.rows[n].top, self.width() - left, ROW)

    @property
    def _names_left(self) -> int:
        metrics = QFontMetrics(theme.ui_font(12))
        layers = (metrics.horizontalAdvance(row.layer) for row in self.rows)
        return max(layers, default=0) + COLUMN

    def _tell(self) -> None:
        row = self.rows[self._current] if self.rows else None
        self.setAccessibleDescription("" if row is None else f"{row.layer}, {row.name}")

    def _row_at(self, at: QPointF) -> int:
        rects = (self.row_rect(n) for n in range(len(self.rows)))
        return next((n for n, rect in enumerate(rects) if rect.contains(at.toPoint())), -1)

    def _hover(self, n: int) -> None:
        if n != self._hovered:
            self._hovered = n
            shape = Qt.CursorShape.PointingHandCursor if n >= 0 else Qt.CursorShape.ArrowCursor
            self.setCursor(shape)
            self.update()

    # Mouse and keys.

    def event(self, event: QEvent) -> bool:
        """Keep the keys that mean something here from the page."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            key = Qt.Key(event.key())
            if key in (*_TAKE, *_STEPS, *_ENDS) and not event.modifiers():
                event.accept()
                return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show which row a click would pick."""
        self._hover(self._row_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Show none."""
        self._hover(-1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take down which row is pressed."""
        left = event.button() == Qt.MouseButton.LeftButton
        self._pressed = self._row_at(event.position()) if left else -1

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Pick the row that was pressed."""
        pressed, self._pressed = self._pressed, -1
        if pressed >= 0 and pressed == self._row_at(event.position()):
            self._go_to(pressed)
            self._pick()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to another row, or pick one."""
        key, count = Qt.Key(event.key()), len(self.rows)
        if key in _STEPS and count:
            self._go_to(min(max(self._current + _STEPS[key], 0), count - 1))
        elif key in _ENDS and count:
            self._go_to(_ENDS[key] % count)
        elif key in _TAKE and not event.isAutoRepeat():
            self._pick()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Bring the row where the keys are into sight."""
        super().focusInEvent(event)
        if self.rows:
            self._go_to(self._current)

    def _go_to(self, n: int) -> None:
        self._current = n
        self._tell()
        self.reached.emit(self.row_rect(n))
        self.update()

    def _pick(self) -> None:
        if self.rows:
            row = self.rows[self._current]
            self.picked.emit(row.layer, row.key)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows, the layer beside the first of each."""
        colors, painter = theme.current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = theme.ui_font(12)
        metrics, middle = QFontMetrics(font), Qt.AlignmentFlag.AlignVCenter
        for n, row in enumerate(self.rows):
            place = self.row_rect(n)
            here = self.hasFocus() and n == self._current
            if here or n == self._hovered:
                painter.setPen(QPen(QColor(colors.accent), 1) if here else Qt.PenStyle.NoPen)
                painter.setBrush(QColor(colors.surface_3))
                painter.drawRoundedRect(QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
            painter.setFont(font)
            painter.setPen(QColor(colors.text_3))
            if row.is_first:
                painter.drawText(QRect(0, row.top, self.width(), ROW), middle, row.layer)
            painter.setPen(QColor(colors.text_2))
            text = place.adjusted(INSET, 0, -INSET, 0)
            shown = metrics.elidedText(row.name, Qt.TextElideMode.ElideRight, text.width())
            painter.drawText(text, middle, shown)
        painter.end()

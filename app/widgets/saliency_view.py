"""A map of how much the ink of each pixel raises or lowers the loss."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app import formatting, theme
from app.formatting import EM_DASH
from app.widgets.saliency_painter import (
    BORDER,
    SIDE,
    MapFrame,
    digit_outline,
    map_rect,
    paint_nothing,
    render,
)
from bpcore.datasets.mnist import scale

if TYPE_CHECKING:
    import numpy.typing as npt

    from bpcore.saliency import Saliency

    Pixel = tuple[int, int]

POINTED, KEPT, STRONGEST = "pointed", "kept", "strongest"
_ARROWS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


@dataclass(frozen=True)
class PixelReading:
    """One pixel of the map: where it is, its ink from 0 to 1, ∂L/∂pixel, and why it is read.

    ``reason`` is POINTED, KEPT (by a click or the arrow keys) or STRONGEST, the one with the
    largest gradient.
    """

    row: int
    column: int
    ink: float
    gradient: float
    reason: str


class SaliencyView(QWidget):
    """Shows a Saliency as 28 × 28 cells, with the outline of the digit over them.

    The pixel that is pointed at is boxed and read out, or else the one that was kept by a click or
    by arrow keys, or else the strongest. ``pixel_changed`` tells that another one is read out, or
    the same for another reason; it carries its row and column, or None if there is none. Escape,
    or a click on the kept pixel, lets it go.
    """

    pixel_changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("saliencyView")
        self.setAccessibleName(self.tr("Which pixels raise the loss"))
        self.setMinimumSize(SIDE * 4 + 2 * BORDER, SIDE * 4 + 2 * BORDER)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._gradient: npt.NDArray[np.floating] | None = None
        self._ink: npt.NDArray[np.floating] = np.zeros((SIDE, SIDE), np.float32)
        self._frame: MapFrame | None = None
        self._message = ""
        self._pointed: Pixel | None = None
        self._kept: Pixel | None = None
        self._told: tuple[Pixel, str] | None = None
        self._describe()

    @property
    def limit(self) -> float | None:
        """The largest size of a gradient, where the colours end; None while nothing is shown."""
        return None if self._frame is None else self._frame.limit

    @property
    def message(self) -> str:
        """What stands in place of the map; "" if there is one."""
        return self._message

    @property
    def reading(self) -> PixelReading | None:
        """The pixel that is boxed; None without a map, or if no pixel changes the loss."""
        found = self._selected()
        if found is None or self._gradient is None:
            return None
        (row, column), reason = found
        ink, gradient = float(self._ink[row, column]), float(self._gradient[row, column])
        return PixelReading(row, column, ink, gradient, reason)

    def show_saliency(
        self, saliency: Saliency | None, image: npt.NDArray[np.uint8] | None, message: str = ""
    ) -> None:
        """Show ``saliency`` of ``image`` (784,); without either, ``message`` in place of a map."""
        if saliency is None or image is None:
            self._gradient = self._frame = self._kept = None
            self._message = message
        else:
            self._gradient = saliency.gradient.reshape(SIDE, SIDE)
            self._ink = scale(image).reshape(SIDE, SIDE)
            limit = float(np.abs(self._gradient).max())
            self._frame = MapFrame(self._gradient, limit, digit_outline(image))
            self._message = ""
        self._refresh()

    def square(self) -> QRectF:
        """Return where the map is in the widget, inside its border."""
        return map_rect(self.width(), self.height(), self.devicePixelRatio())

    def position(self, row: int, column: int) -> QPointF:
        """Return where the middle of a pixel of the map is in the widget."""
        square = self.square()
        cell = square.width() / SIDE
        return square.topLeft() + QPointF(column + 0.5, row + 0.5) * cell

    def sizeHint(self) -> QSize:
        """Return the size that the map has in the design."""
        return QSize(SIDE * 12 + 2 * BORDER, SIDE * 12 + 2 * BORDER)

    # Which pixel.

    def _selected(self) -> tuple[Pixel, str] | None:
        if self._gradient is None:
            return None
        if self._pointed is not None:
            return self._pointed, POINTED
        if self._kept is not None:
            return self._kept, KEPT
        strongest = int(np.abs(self._gradient).argmax())
        row, column = divmod(strongest, SIDE)
        return ((row, column), STRONGEST) if self._gradient[row, column] else None

    def _at(self, point: QPointF) -> Pixel | None:
        square = self.square()
        if not square.contains(point):
            return None
        place = (point - square.topLeft()) * (SIDE / square.width())
        return min(int(place.y()), SIDE - 1), min(int(place.x()), SIDE - 1)

    def _refresh(self) -> None:
        self._describe()
        self.update()
        found = self._selected()
        if found != self._told:
            self._told = found
            self.pixel_changed.emit(None if found is None else found[0])

    def _describe(self) -> None:
        reading = self.reading
        if reading is None:
            text = self._message or EM_DASH
        else:
            text = self.tr("Pixel in row {row}, column {column}: ink {ink}, ∂L/∂pixel {gradient}")
            text = text.format(
                row=reading.row,
                column=reading.column,
                ink=formatting.unsigned(reading.ink, 2),
                gradient=formatting.signed(reading.gradient),
            )
        self.setAccessibleDescription(text)

    # Input.

    def _point_at(self, pixel: Pixel | None) -> None:
        if pixel != self._pointed:
            self._pointed = pixel
            self._refresh()

    def _keep(self, pixel: Pixel | None) -> None:
        self._kept = pixel
        self._refresh()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read out the pixel under the pointer."""
        self._point_at(self._at(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Keep the pixel under the pointer, or let it go if it is kept already."""
        pixel = self._at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or self._gradient is None or pixel is None:
            super().mousePressEvent(event)
            return
        self._pointed = pixel
        self._keep(None if pixel == self._kept else pixel)

    def leaveEvent(self, event: QEvent) -> None:
        """Go back to the kept pixel, or to the strongest."""
        super().leaveEvent(event)
        self._point_at(None)

    def event(self, event: QEvent) -> bool:
        """Keep the keys that move the box from being shortcuts while the map has the focus."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.key() in _ARROWS or (event.key() == Qt.Key.Key_Escape and self._kept):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the box by arrows; Escape lets it go back to the strongest pixel."""
        key, found = event.key(), self._selected()
        if key in _ARROWS and self._gradient is not None:
            (row, column), down_across = (found or ((0, 0), ""))[0], _ARROWS[Qt.Key(key)]
            row, column = row + down_across[0], column + down_across[1]
            self._pointed = None  # a pointer at rest must not hide what the keys do
            self._keep((min(max(row, 0), SIDE - 1), min(max(column, 0), SIDE - 1)))
        elif key == Qt.Key.Key_Escape and self._kept is not None:
            self._keep(None)
        else:
            super().keyPressEvent(event)

    # Looks.

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that the focus is elsewhere."""
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the map, or say why there is none."""
        painter = QPainter(self)
        if self._frame is None:
            paint_nothing(painter, self.square(), self._message, theme.current(), self.hasFocus())
        else:
            found = self._selected()
            boxed = None if found is None else found[0]
            frame = replace(self._frame, boxed=boxed, focused=self.hasFocus())
            render(painter, self.square(), frame, theme.current())
        painter.end()

"""Where a chart's coordinates stand in pixels, and the layer that is painted there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QGraphicsItem

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

Floats = npt.NDArray[np.float64]
Numbers = TypeVar("Numbers", float, Floats)


@dataclass(frozen=True)
class Frame:
    """Where the coordinates of a chart stand in pixels."""

    room: QRectF
    x_range: tuple[float, float]
    y_range: tuple[float, float]

    def x(self, iteration: Numbers) -> Numbers:
        """Return the x of ``iteration``, in pixels."""
        low, high = self.x_range
        return self.room.left() + (iteration - low) * (self.room.width() / max(high - low, 1e-9))

    def y(self, value: Numbers) -> Numbers:
        """Return the y of ``value``, in pixels."""
        low, high = self.y_range
        return self.room.bottom() - (value - low) * (self.room.height() / max(high - low, 1e-12))

    def iteration_at(self, x: float) -> float:
        """Return the iteration that stands at ``x`` pixels."""
        low, high = self.x_range
        return low + (x - self.room.left()) / max(self.room.width(), 1.0) * (high - low)


class Layer(QGraphicsItem):
    """What a chart paints over its axes; an item, as a second paint would follow otherwise."""

    def __init__(self, paint: Callable[[QPainter], None]) -> None:
        super().__init__()
        self.setZValue(1000)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self._paint = paint
        self._rect = QRectF()

    def place(self, rect: QRectF) -> None:
        """Cover ``rect`` and paint it anew."""
        if rect != self._rect:
            self.prepareGeometryChange()
            self._rect = rect
        self.update()

    def boundingRect(self) -> QRectF:
        """Return what it covers."""
        return self._rect

    def shape(self) -> QPainterPath:
        """Return nothing: the mouse reaches what lies below."""
        return QPainterPath()

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Paint it."""
        self._paint(painter)

"""The hidden units as tiles, with marks on those that are switched off or scaled."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen

from app import formatting, theme
from app.widgets.tile_grid import TileGrid

if TYPE_CHECKING:
    from collections.abc import Mapping

CHIP = 12


class SurgeryGrid(TileGrid):
    """``toggled`` carries a unit that was double-clicked, or on which Space was pressed."""

    toggled = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("surgeryUnits")
        self.setAccessibleName(self.tr("Hidden units; Space switches one off or on"))
        self._factors: Mapping[int, float] = MappingProxyType({})

    @property
    def unit(self) -> int:
        """The selected unit."""
        return self._here

    def set_factors(self, factors: Mapping[int, float]) -> None:
        """Mark the units whose outgoing weights have a factor."""
        if factors != self._factors:
            self._factors = factors
            self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the tiles, then what is changed at them."""
        super().paintEvent(event)
        painter, colors = QPainter(self.viewport()), theme.current()
        for unit, factor in self._factors.items():
            rect = self.tile_rect(unit)
            if unit < self.units and rect.intersects(self.viewport().rect()):
                if factor:
                    _draw_factor(painter, rect, factor, colors)
                else:
                    _draw_off(painter, rect, colors)
        painter.end()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Switch the unit under the pointer off or on."""
        unit = self.place_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and unit >= 0:
            self.toggled.emit(unit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Switch the selected unit with Space; the arrows select another."""
        if event.key() == Qt.Key.Key_Space and self.unit < self.units:
            self.toggled.emit(self.unit)
        else:
            super().keyPressEvent(event)


def _draw_off(painter: QPainter, rect: QRect, colors: theme.Theme) -> None:
    """Cover a unit that says nothing any more."""
    painter.fillRect(rect, QColor(colors.surface_2))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colors.text_2), 1.4))
    inner = QRectF(rect).adjusted(5, 5, -5, -5)
    painter.drawLine(inner.bottomLeft(), inner.topRight())
    painter.setPen(QPen(QColor(colors.border_strong), 1))
    painter.drawRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _draw_factor(painter: QPainter, rect: QRect, factor: float, colors: theme.Theme) -> None:
    """Write the factor over the lower edge of a unit's tile."""
    chip = QRect(rect.x(), rect.bottom() + 1 - CHIP, rect.width(), CHIP)
    painter.fillRect(chip, QColor(colors.surface_2))
    painter.setFont(theme.ui_font(11))
    painter.setPen(QColor(colors.text_1))
    text = formatting.unsigned(factor, 2 if rect.width() >= 26 else 1)
    painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)

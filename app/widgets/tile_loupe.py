"""An enlarged tile that floats beside the pointer, inside the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app import theme
from app.widgets.saliency_painter import paint_values
from app.widgets.tile_pixels import SIDE, bounded

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Array = npt.NDArray[np.floating]

ZOOM = 5
PADDING = 6
LINE = 18
GAP = 6


class TileLoupe(QWidget):
    """Shows the weights (784,) of one unit, five times as large, and what is to be said of it.

    It takes no clicks, and hides nothing that the pointer needs: it is never under it for the
    mouse. It belongs to the window in which it was wanted, and stays inside it.
    """

    def __init__(self, owner: QWidget) -> None:
        super().__init__(owner)
        self._owner = owner
        self.setObjectName("tileLoupe")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._values: Array | None = None
        self._limit = 0.0
        self._lines: tuple[str, ...] = ()
        self.hide()

    @property
    def lines(self) -> tuple[str, ...]:
        """What is said under the picture."""
        return self._lines

    @property
    def picture(self) -> QRect:
        """Where the picture is."""
        return QRect(PADDING, PADDING, ZOOM * SIDE, ZOOM * SIDE)

    def show_tile(self, values: Array, limit: float, lines: tuple[str, ...], at: QRect) -> None:
        """Show ``values`` (784,) on a scale of ±``limit`` beside ``at``, in the owner's pixels."""
        window = self._owner.window()
        if self.parentWidget() is not window:
            self.setParent(window)
        at = at.translated(self._owner.mapTo(window, QPoint(0, 0)))
        self._values = bounded(values, limit).reshape(SIDE, SIDE)
        self._limit, self._lines = limit, lines
        self.setGeometry(self._place(at, window.rect()))
        self.setAccessibleName(", ".join(lines))
        self.show()
        self.raise_()
        self.update()

    def _place(self, at: QRect, room: QRect) -> QRect:
        width = ZOOM * SIDE + 2 * PADDING
        height = width + LINE * len(self._lines)
        left = min(max(at.center().x() - width // 2, GAP), room.width() - GAP - width)
        top = at.top() - GAP - height
        if top < GAP:
            top = min(at.bottom() + 1 + GAP, room.height() - GAP - height)
        return QRect(left, top, width, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the frame, the tile, and the lines under it."""
        colors = theme.current()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colors.surface_2))
        if self._values is not None:
            paint_values(painter, QRectF(self.picture), self._values, self._limit, colors)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(QColor(colors.border_strong), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.setFont(theme.ui_font(12))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        line = QRect(PADDING, self.picture.bottom() + 4, self.picture.width(), LINE)
        for number, text in enumerate(self._lines):
            painter.setPen(QColor(colors.text_2 if number else colors.text_1))
            painter.drawText(line.translated(0, number * LINE), flags, text)
        painter.end()

"""How the lines of several runs are told apart without colour, and a sample of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app import theme
from app.widgets.basics import label

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

COUNT = 4
"""Styles there are: 0 is the run that is shown, the others stand beside it."""

BAND = -1
"""Style of a sample that shows a range of values instead of a line."""

ASIDE = -2
"""Style of a second curve of the same run, such as the accuracy on the training set."""

_WIDTH = {0: 1.6, ASIDE: 1.4}
# Dashes and gaps in widths of the pen.
_DASHES = {1: (7.0, 3.5), 2: (0.1, 2.3), 3: (6.0, 2.5, 0.1, 2.5), ASIDE: (3.0, 2.2)}


def pen(style: int) -> QPen:
    """Return the pen of line ``style`` in the present theme, as wide at any zoom.

    0 is solid, 1 dashed, 2 dotted, 3 dashed and dotted; others wrap around.
    """
    colors = theme.current()
    style = style if style == ASIDE else style % COUNT
    color = {0: colors.text_1, ASIDE: colors.text_3}.get(style, colors.text_2)
    made = QPen(QColor(color), _WIDTH.get(style, 1.5))
    made.setCosmetic(True)
    made.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if style in _DASHES:
        made.setDashPattern(_DASHES[style])
        # A dot is a dash of no length with round ends.
        dotted = min(_DASHES[style]) < 1
        made.setCapStyle(Qt.PenCapStyle.RoundCap if dotted else Qt.PenCapStyle.FlatCap)
        if dotted:
            made.setWidthF(1.8)
    return made


def paint_sample(painter: QPainter, rect: QRectF, style: int) -> None:
    """Paint a piece of a line of ``style`` across ``rect``, or a band that fills its height."""
    if style == BAND:
        colors = theme.current()
        painter.fillRect(rect, theme.blend(colors.raw, colors.surface_1, 0.36))
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(pen(style))
    middle = rect.center().y()
    painter.drawLine(QPointF(rect.left() + 1, middle), QPointF(rect.right() - 1, middle))


class Swatch(QWidget):
    """A sample of a line, for legends and lists."""

    def __init__(self, style: int = 0, width: int = 24) -> None:
        super().__init__()
        self._style = style
        self.setFixedSize(width, 12)

    @property
    def style_number(self) -> int:
        """The style shown."""
        return self._style

    def set_style(self, style: int) -> None:
        """Show another style."""
        self._style = style
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the sample."""
        painter = QPainter(self)
        paint_sample(painter, QRectF(self.rect()).adjusted(0, 1, 0, -1), self._style)


def legend(text: str, style: int) -> QWidget:
    """Return an entry of a legend: a sample and what it is."""
    entry = QWidget()
    row = QHBoxLayout(entry)
    row.setContentsMargins(0, 0, 8, 0)
    row.setSpacing(6)
    row.addWidget(Swatch(style, 18))
    row.addWidget(label(text, tone="2"))
    return entry

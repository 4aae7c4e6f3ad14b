"""How the lines of several runs are told apart without colour, and a sample of each."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
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

ASIDE_SOLID = -3
"""The same where other runs are dashed: thin, and solid as all of the shown run."""

_WIDTHS = {0: 1.6, ASIDE: 1.4, ASIDE_SOLID: 1.0}
_OTHERS_WIDTH = 1.5
# Dashes and gaps in pixels.
_DASHES = {1: (11.0, 5.0), 2: (1.8, 3.2), 3: (9.0, 3.5, 1.8, 3.5), ASIDE: (4.0, 3.0)}


def pen(style: int) -> QPen:
    """Return the pen of line ``style`` in the present theme, as wide at any zoom.

    0 is solid, 1 dashed, 2 dotted, 3 dashed and dotted; others wrap around.
    """
    style = _known(style)
    made = QPen(_color(style), _width(style))
    made.setCosmetic(True)
    made.setCapStyle(Qt.PenCapStyle.FlatCap)
    if style in _DASHES:
        made.setDashPattern([length / _width(style) for length in _DASHES[style]])
    return made


def stroke(painter: QPainter, path: QPainterPath, style: int) -> None:
    """Draw ``path`` as with ``pen``, in a tenth of its time; the painter only moves and scales.

    Qt draws lines of one pixel of the screen quickly, wider ones slowly. So this one is drawn some
    times, each a little beside the other.
    """
    style = _known(style)
    ratio = painter.device().devicePixelRatio()
    thin = QPen(_color(style), 1 / ratio)
    thin.setCapStyle(Qt.PenCapStyle.FlatCap)
    if style in _DASHES:
        thin.setDashPattern([length * ratio for length in _DASHES[style]])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(thin)
    x = y = 0.0
    for to_x, to_y in _offsets(_width(style), ratio):
        painter.translate(to_x - x, to_y - y)
        painter.drawPath(path)
        x, y = to_x, to_y
    painter.translate(-x, -y)


def _known(style: int) -> int:
    return style if style in (ASIDE, ASIDE_SOLID) else style % COUNT


def _width(style: int) -> float:
    return _WIDTHS.get(style, _OTHERS_WIDTH)


def _color(style: int) -> QColor:
    colors = theme.current()
    aside = colors.text_3
    known = {0: colors.text_1, ASIDE: aside, ASIDE_SOLID: aside}
    return QColor(known.get(style, colors.text_2))


@cache
def _offsets(width: float, ratio: float) -> tuple[tuple[float, float], ...]:
    """Return where lines of one pixel stand that make one of ``width``."""
    radius = (width - 1 / ratio) / 2
    count = 4 if radius * ratio < 0.5 else 8
    angles = [2 * math.pi * k / count for k in range(count)]
    ring = [(radius * math.cos(angle), radius * math.sin(angle)) for angle in angles]
    return tuple(ring) if count == 4 else ((0.0, 0.0), *ring)


def paint_sample(painter: QPainter, rect: QRectF, style: int) -> None:
    """Paint a piece of a line of ``style`` across ``rect``, or a band that fills its height."""
    if style == BAND:
        colors = theme.current()
        painter.fillRect(rect, theme.blend(colors.raw, colors.surface_1, 0.36))
        return
    middle = rect.center().y()
    path = QPainterPath(QPointF(rect.left() + 1, middle))
    path.lineTo(rect.right() - 1, middle)
    stroke(painter, path, style)


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

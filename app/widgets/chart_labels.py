"""Texts in a chart: what they look like, beside curves and at marks. Needs no pyqtgraph."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QMarginsF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen

from app import theme
from app.widgets import line_styles

if TYPE_CHECKING:
    from collections.abc import Sequence

GAP = 8.0
"""Pixels between a point and its label."""

EVENT_TEXT_HEIGHT = 16.0
SAMPLE = 24.0
"""Width of the sample of a line."""

_RIM = 2.0
_TIED = 12.0
"""Pixels above or below its point from which a text is tied to it by a line."""

PADDING = 3.0
"""Pixels left and right of a text."""


_ROUND = math.ceil(_RIM) + 1
_MOST_RIMS = 64
_RIMS: dict[tuple[object, ...], QImage] = {}


@dataclass(frozen=True)
class Line:
    """A line of text in a font and a colour."""

    text: str
    font: QFont
    color: str

    @cached_property
    def size(self) -> QSizeF:
        """Room that it takes."""
        metrics = QFontMetricsF(self.font)
        return QSizeF(metrics.horizontalAdvance(self.text), metrics.height())


@dataclass(frozen=True)
class Label:
    """Lines of text beside ``point``, the end of a curve or a point on it.

    Attributes
    ----------
    at_end
        Whether the curve ends here, so that the text can stand right of it.
    crowded
        Whether other curves may lie there.
    above
        Whether it rather stands above its point than below.
    needed
        Whether it must be seen even where there is no room, and far from its point.
    style
        The line style of which a sample goes before the text; None goes without.
    curve
        Which of the curves it belongs to; None of none.
    """

    point: QPointF
    lines: tuple[Line, ...]
    at_end: bool = True
    crowded: bool = False
    above: bool = False
    needed: bool = True
    style: int | None = None
    curve: int | None = None

    @property
    def indent(self) -> float:
        """Room of the sample."""
        return 0.0 if self.style is None else SAMPLE + 4

    @cached_property
    def size(self) -> QSizeF:
        """Room that it takes, with some at its sides."""
        sizes = [line.size for line in self.lines]
        width = max(size.width() for size in sizes) + 2 * PADDING + self.indent
        return QSizeF(width, sum(size.height() for size in sizes))


@dataclass(frozen=True)
class Placed:
    """A label and its rectangle; ``bedded`` is whether it may lie over what is drawn there.

    Then its letters have a rim in the colour of the surface: less of a curve is hidden than by a
    box.
    """

    label: Label
    rect: QRectF
    bedded: bool

    @property
    def tie(self) -> QLineF | None:
        """The line from its point to a text that stands far above or below; else None."""
        point, rect = self.label.point, self.rect
        away = max(rect.top() - point.y(), point.y() - rect.bottom())
        if self.label.curve is None or away < _TIED:
            return None
        x = min(max(point.x(), rect.left() + PADDING), rect.right() - PADDING)
        return QLineF(point, QPointF(x, rect.top() if rect.top() > point.y() else rect.bottom()))

    def paint_tie(self, painter: QPainter) -> None:
        """Paint the line from its point, to lie under all texts."""
        tie = self.tie
        if tie is not None:
            painter.setPen(QPen(QColor(theme.current().text_3), 1))
            painter.drawLine(tie)

    def paint(self, painter: QPainter) -> None:
        """Paint it."""
        y = self.rect.top()
        for line in self.label.lines:
            size = line.size
            painter.setFont(line.font)
            painter.setPen(QColor(line.color))
            left = self.rect.left() + PADDING
            if self.label.style is not None:
                sample = QRectF(left, y, SAMPLE, size.height())
                line_styles.paint_sample(painter, sample, self.label.style)
                painter.setPen(QColor(line.color))
            row = QRectF(left + self.label.indent, y, self.rect.width(), size.height())
            if self.bedded:
                _paint_rim(painter, row, line)
                painter.setPen(QColor(line.color))
            painter.drawText(row, Qt.AlignmentFlag.AlignLeft, line.text)
            y += size.height()


def paint_all(painter: QPainter, placed: Sequence[Placed]) -> None:
    """Paint texts, and under them what ties them to their points."""
    for each in placed:
        each.paint_tie(painter)
    for each in placed:
        each.paint(painter)


def _paint_rim(painter: QPainter, row: QRectF, line: Line) -> None:
    ratio = painter.device().devicePixelRatio()
    key = (line.text, line.font.key(), theme.current().surface_1, ratio)
    rim = _RIMS.get(key)
    if rim is None:
        if len(_RIMS) >= _MOST_RIMS:
            _RIMS.clear()
        rim = _RIMS[key] = _rim_of(line, ratio)
    painter.drawImage(row.topLeft() - QPointF(_ROUND, _ROUND), rim)


def _rim_of(line: Line, ratio: float) -> QImage:
    """Return the rim of a text, ``_ROUND`` pixels larger than it: drawing it takes long."""
    size = line.size.grownBy(QMarginsF(_ROUND, _ROUND, _ROUND, _ROUND))
    rim = QImage((size * ratio).toSize(), QImage.Format.Format_ARGB32_Premultiplied)
    rim.setDevicePixelRatio(ratio)
    rim.fill(Qt.GlobalColor.transparent)
    path = QPainterPath()
    path.addText(_ROUND, _ROUND + QFontMetricsF(line.font).ascent(), line.font, line.text)
    pen = QPen(QColor(theme.current().surface_1), 2 * _RIM)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter = QPainter(rim)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.strokePath(path, pen)
    painter.end()
    return rim


def event_texts(
    marks: Sequence[tuple[float, str]], room: QRectF, font: QFont
) -> list[tuple[QRectF, str]]:
    """Return where the texts of events stand, along the top of ``room``, none over another.

    ``marks`` are pairs of x and text, from left to right; those without room are left out.
    """
    metrics = QFontMetricsF(font)
    found: list[tuple[QRectF, str]] = []
    end = room.left()
    xs = [x for x, _ in marks]
    for index, (x, text) in enumerate(marks):
        width = metrics.horizontalAdvance(text) + 2 * PADDING
        following = xs[index + 1] if index + 1 < len(xs) else room.right()
        if x + 1 >= end and x + 1 + width <= min(following, room.right()):
            left = x + 1
        elif x - 1 - width >= end:
            left = x - 1 - width
        else:
            end = max(end, x)
            continue
        rect = QRectF(left, room.top(), width, EVENT_TEXT_HEIGHT)
        found.append((rect, text))
        end = max(rect.right(), x)
    return found

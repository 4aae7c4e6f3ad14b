"""Texts in a chart: where they find room, so that none lies over another. Needs no pyqtgraph."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QMarginsF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen

from app import theme
from app.widgets import line_styles

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

GAP = 8.0
"""Pixels between a point and its label."""

EVENT_TEXT_HEIGHT = 16.0
SAMPLE = 24.0
"""Width of the sample of a line."""

_PROBES = 16
"""Places across a label at which it is looked for a curve."""

_RIM, _TOGETHER = 2.0, 30.0
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

    @property
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
    """

    point: QPointF
    lines: tuple[Line, ...]
    at_end: bool = True
    crowded: bool = False
    above: bool = False
    needed: bool = True
    style: int | None = None

    @property
    def indent(self) -> float:
        """Room of the sample."""
        return 0.0 if self.style is None else SAMPLE + 4

    @property
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


def place(
    labels: Sequence[Label],
    room: QRectF,
    taken: Sequence[QRectF] = (),
    curves: Sequence[tuple[Floats, Floats]] = (),
) -> list[Placed]:
    """Return the labels that find room, none over another or over ``taken``.

    The first in the list choose first, each the place that covers least of ``curves``: x and y in
    pixels, arrays of equal length. One that is ``needed`` is placed in any case, where it covers
    least of the others.
    """
    placed: list[Placed] = []
    rects = list(taken)
    for label in labels:
        choices = [(rect, bed) for rect, bed in _places_of(label) if room.contains(rect)]
        free = [c for c in choices if not any(c[0].intersects(rect) for rect in rects)]
        if not free and label.needed and choices:
            free = [min(choices, key=lambda choice: _covered(choice[0], rects))]
        if free:
            rect, bedded = _clearest(free, curves)
            rects.append(rect)
            placed.append(Placed(label, rect, bedded))
    return _exchanged(placed)


def _exchanged(placed: list[Placed]) -> list[Placed]:
    """Return labels of lines that end together in the order of these ends, in the same places."""
    placed = list(placed)
    of_lines = [n for n, each in enumerate(placed) if each.label.style is not None]
    for n, m in itertools.combinations(of_lines, 2):
        one, other = placed[n], placed[m]
        together = abs(one.label.point.x() - other.label.point.x()) < _TOGETHER
        apart = one.label.point.y() - other.label.point.y()
        if together and apart * (one.rect.top() - other.rect.top()) < 0:
            rects = (other.rect, one.rect)
            placed[n], placed[m] = (
                replace(each, rect=QRectF(rect.topLeft(), each.rect.size()))
                for each, rect in zip((one, other), rects, strict=True)
            )
    return placed


def in_order(placed: Sequence[Placed]) -> bool:
    """Return whether each one stands under the one before it, or at the same height."""
    tops = [each.rect.top() for each in placed]
    return tops == sorted(tops)


def stacked(labels: Sequence[Label]) -> Label:
    """Return the lines of ``labels``, one under the other, as one label in their midst."""
    first = labels[0]
    x = max(label.point.x() for label in labels)
    y = sum(label.point.y() for label in labels) / len(labels)
    lines = tuple(line for label in labels for line in label.lines)
    return replace(first, point=QPointF(x, y), lines=lines)


def _places_of(label: Label) -> Iterator[tuple[QRectF, bool]]:
    """Yield rectangles for a label, the best one first, and whether it lies over curves there."""
    size, x, y = label.size, label.point.x(), label.point.y()
    height = size.height()
    right, left = x + GAP - PADDING, x - GAP - size.width()
    if label.at_end:
        shifts = (0.0, 0.5, -0.5, 1.0, -1.0, 1.5, -1.5) if label.needed else (0.0, 0.5, -0.5)
        for shift in shifts:
            yield QRectF(QPointF(right, y + (shift - 0.5) * height), size), label.crowded
    tops: list[float] = []
    for step in range(4 if label.needed else 6):
        below, above = y + 6 + step * height, y - 6 - (step + 1) * height
        tops.extend((above, below) if label.above else (below, above))
    for side in (left,) if label.at_end else (right, left):
        for top in tops:
            yield QRectF(QPointF(side, top), size), True


def _clearest(
    choices: Sequence[tuple[QRectF, bool]], curves: Sequence[tuple[Floats, Floats]]
) -> tuple[QRectF, bool]:
    """Return the first of ``choices`` that hides least of ``curves``."""
    best, least = choices[0], math.inf
    for choice in choices:
        hidden = _hidden(choice[0], curves)
        if hidden < least:
            best, least = choice, hidden
        if not hidden:  # none can be better: looking at all of them takes milliseconds
            break
    return best


def _hidden(rect: QRectF, curves: Sequence[tuple[Floats, Floats]]) -> int:
    """Return how much of ``curves`` lies in ``rect``: of some points across it, how many."""
    at = np.linspace(rect.left(), rect.right(), _PROBES)
    hidden = 0
    for x, y in curves:
        if len(x):
            ys = np.interp(at, x, y, left=-np.inf, right=-np.inf)
            hidden += int(((ys >= rect.top() - 1) & (ys <= rect.bottom() + 1)).sum())
    return hidden


def _covered(rect: QRectF, others: Sequence[QRectF]) -> float:
    shared = (rect.intersected(other) for other in others)
    return sum(area.width() * area.height() for area in shared)


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

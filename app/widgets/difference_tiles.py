"""A tile for each hidden unit: how far backpropagation is from central differences, by pixel."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen

from app import theme
from app.widgets.difference_pixels import level_pixels, levels_of, picture_of, resized
from app.widgets.scroll_grid import TilePlan, UnitGrid
from app.widgets.tile_grid import SCROLL_ROOM
from app.widgets.tile_pixels import COLUMNS, SIDE

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from bpcore.gradient_check import GradientReport

EDGE = 1
"""Around the tiles, for the outer half of a frame."""

LEAST_SIDE, SMALLEST_SIDE = 14, 9
LOOSE = 3
"""Tiles that could be further apart are so by this part of their side at most."""

FEW = 50
"""So many tiles, or less, are rather small than scrolled through."""

_LARGER = 7
"""Tiles larger than 28 are so by multiples of it: their pixels' sizes repeat regularly."""

_SIDES = (*range(3 * SIDE, SIDE, -_LARGER), *range(SIDE, 0, -1))


@dataclass(frozen=True)
class TileFit:
    """Square tiles in rows: their side, how far it is to the next across and down, and columns."""

    side: int
    across: int
    down: int
    columns: int
    rows: int

    @property
    def height(self) -> int:
        """Height of all rows, with the edges."""
        return (self.rows - 1) * self.down + self.side + 2 * EDGE


def fit(width: int, height: int, count: int, least: int = LEAST_SIDE) -> TileFit | None:
    """Return the largest of ``count`` tiles with which all are in sight; None if they are many.

    They stand ten in a row, as everywhere else: a unit is found where it is on the other pages.
    """
    widest = widest_side(width, count)
    for side in _SIDES:
        if side > widest:
            continue
        if side < min(least, widest):
            return None
        made = spread(width, side, count)
        if made.height <= height:
            return made
        packed = TileFit(side, made.across, side + gap_of(side), made.columns, made.rows)
        if packed.height <= height:
            return packed
    return None


def widest_side(width: int, count: int) -> int:
    """Return the side of tiles of which a row fills ``width``."""
    columns = min(count, COLUMNS) or 1
    sides = (n for n in _SIDES if columns * (n + gap_of(n)) - gap_of(n) + 2 * EDGE <= width)
    return next(sides, 1)


def fit_width(width: int, count: int) -> TileFit:
    """Return tiles of which some have to be scrolled to."""
    room = width - SCROLL_ROOM
    side = min(widest_side(room, count), SIDE)
    made = spread(room, side, count)
    return TileFit(side, made.across, side + gap_of(side), made.columns, made.rows)


def spread(width: int, side: int, count: int) -> TileFit:
    """Return tiles as far apart as fills ``width``, or nearly that if they are small."""
    gap, columns = gap_of(side), min(count, COLUMNS) or 1
    rows = -(-count // columns)
    pitch = (width - 2 * EDGE - side) // (columns - 1) if columns > 1 else side + gap
    pitch = min(pitch, side + max(side // LOOSE, gap))
    return TileFit(side, pitch, pitch, columns, rows)


def gap_of(side: int) -> int:
    """Return how far tiles are apart at least."""
    return 2 if side >= SIDE else 1


def inks(colors: theme.Theme, *, doubtful: bool) -> theme.Theme:
    """Return the colours for differences, which are neutral where they are no faults."""
    return replace(colors, fail=colors.text_2) if doubtful else colors


class DifferenceTiles(UnitGrid):
    """Shows log10 |backprop − numerical| of W1 (784, M); only what is in sight is ever coloured."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("differenceTiles")
        self.setAccessibleName(self.tr("Differences of the hidden units' weights, a tile each"))
        self._report: GradientReport | None = None
        self._fit = TileFit(SIDE, SIDE + 2, SIDE + 2, COLUMNS, 1)
        self._doubtful = False
        self._image = QImage()
        self._drawn: tuple[object, ...] = ()

    @property
    def count(self) -> int:
        """How many tiles there are."""
        return 0 if self._report is None else self._report.shape[1]

    @property
    def side(self) -> int:
        """Width and height of a tile."""
        return self._fit.side

    @property
    def plan(self) -> TilePlan:
        """Where the tiles are."""
        fitted = self._fit
        size, corner = QSize(fitted.side, fitted.side), QPoint(EDGE, EDGE)
        return TilePlan(fitted.columns, fitted.across, fitted.down, size, corner)

    def show_report(self, report: GradientReport | None, *, doubtful: bool = False) -> None:
        """Show the differences of ``report``, which has a number for every weight.

        If it is ``doubtful`` what they mean, they have not the colour of faults.
        """
        self._report, self._doubtful = report, doubtful
        self._point(-1)
        self.viewport().update()

    def set_unit(self, unit: int) -> None:
        """Frame ``unit``, and bring it into sight."""
        self._here = unit
        if unit < self.count:
            self._bring_into_sight(unit)
        self.viewport().update()

    def place(self, rect: QRect, fitted: TileFit) -> None:
        """Take the room ``rect``, with tiles as ``fitted`` says."""
        self._fit = fitted
        self.setGeometry(rect)
        self._scroll_through(fitted.height, fitted.down)
        self.set_unit(self._here)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Scroll through what is out of sight."""
        super().resizeEvent(event)
        self._scroll_through(self._fit.height, self._fit.down)

    def minimumSizeHint(self) -> QSize:
        """Ask for no room: it is given some."""
        return QSize(0, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows in sight."""
        painter = QPainter(self.viewport())
        if self._report is not None:
            self._draw_tiles(painter, self._report, inks(theme.current(), doubtful=self._doubtful))
            if self._here < self.count:
                self._draw_frame(painter, self.tile_rect(self._here), theme.current())
        painter.end()

    def _draw_tiles(self, painter: QPainter, report: GradientReport, colors: theme.Theme) -> None:
        ratio, rows, columns = self.devicePixelRatio(), self.rows_in_sight, self._fit.columns
        units = range(rows.start * columns, min(rows.stop * columns, self.count))
        side = round(self.side * ratio)
        drawn = (report, units, side, colors)  # a report equals no other
        if drawn != self._drawn:
            self._drawn = drawn
            pixels = level_pixels(resized(levels_of(report, units), side), colors)
            self._image = picture_of(pixels.reshape(-1, side, 3))
        for number, unit in enumerate(units):
            tile = QRectF(0, number * side, side, side)
            painter.drawImage(QRectF(self.tile_rect(unit)), self._image, tile)

    def _draw_frame(self, painter: QPainter, rect: QRect, colors: theme.Theme) -> None:
        """Draw a frame around the selected unit; a second one inside has the focus."""
        tile = QRectF(rect)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.hasFocus():
            painter.setPen(QPen(QColor(colors.text_1), 1))
            painter.drawRect(tile.adjusted(1.5, 1.5, -1.5, -1.5))
        painter.setPen(QPen(QColor(colors.accent), 2))
        painter.drawRoundedRect(tile, 2, 2)

"""Where everything of the network graph stands, and what lies under a point: nothing is drawn."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF

IMAGE_SIDE = 28


@dataclass(frozen=True)
class Rows:
    """Equal rows below each other: ``pitch`` apart, each ``pitch - gap`` high."""

    left: float
    top: float
    width: float
    pitch: float
    gap: float
    count: int

    @property
    def bottom(self) -> float:
        """The lower end of the last row."""
        return self.top + self.count * self.pitch

    @property
    def area(self) -> QRectF:
        """All rows and the gaps between them."""
        return QRectF(self.left, self.top, self.width, self.count * self.pitch)

    def rect(self, row: int) -> QRectF:
        """Return the rectangle of ``row``, without the gap below it."""
        return QRectF(self.left, self.top + row * self.pitch, self.width, self.pitch - self.gap)

    def at(self, y: float) -> int | None:
        """Return the row at height ``y``; a gap belongs to the row above it."""
        row = math.floor((y - self.top) / self.pitch)
        return row if 0 <= row < self.count else None


@dataclass(frozen=True)
class Matrix:
    """Cells of an array: ``rows`` × ``columns`` filling ``rect``."""

    rect: QRectF
    rows: int
    columns: int

    def row_rect(self, row: int) -> QRectF:
        """Return the rectangle of a row."""
        height = self.rect.height() / self.rows
        return QRectF(self.rect.left(), self.rect.top() + row * height, self.rect.width(), height)

    def at(self, point: QPointF) -> tuple[int, int] | None:
        """Return row and column of the cell at ``point``."""
        if not self.rect.contains(point):
            return None
        row = int((point.y() - self.rect.top()) / self.rect.height() * self.rows)
        column = int((point.x() - self.rect.left()) / self.rect.width() * self.columns)
        return min(row, self.rows - 1), min(column, self.columns - 1)


@dataclass(frozen=True)
class Columns:
    """Where the activation block's six columns stand: x of each left side, and two widths."""

    z: float
    gate: float
    a: float
    dz: float
    slope: float
    da: float
    cell: float
    gap: float


@dataclass(frozen=True)
class Hit:
    """What lies under a point: an area, and the unit, class, pixel or edge it stands for there."""

    area: str
    unit: int | None = None
    label: int | None = None
    pixel: int | None = None
    edge: int | None = None


@dataclass(frozen=True)
class GraphLayout:
    """Rectangles of the graph, in pixels of the view.

    The forward value of an edge stands above ``axis`` and the gradient below it; so do the forward
    and the backward content of a block.
    """

    axis: float
    input: QRectF
    affine1: QRectF
    activation: QRectF
    affine2: QRectF
    output: QRectF
    edges: tuple[QRectF, ...]
    image: QRectF
    dx: QRectF
    w1: QRectF
    dw1: QRectF
    rows: Rows
    columns: Columns
    w2: Matrix
    b2: Matrix
    dw2: Matrix
    db2: Matrix
    y: Rows
    loss: QRectF
    difference: Rows

    @property
    def blocks(self) -> tuple[QRectF, ...]:
        """The frames of the four layers, in the order of the forward pass."""
        return (self.affine1, self.activation, self.affine2, self.output)

    def hit(self, point: QPointF) -> Hit | None:
        """Return what lies under ``point``, or None."""
        return self._hit_rows(point) or self._hit_matrix(point) or self._hit_rest(point)

    def _hit_rows(self, point: QPointF) -> Hit | None:
        if self.rows.area.contains(point):
            return Hit("activation", unit=self.rows.at(point.y()))
        for area, rows in (("y", self.y), ("difference", self.difference)):
            if rows.area.contains(point):
                return Hit(area, label=rows.at(point.y()))
        return None

    def _hit_matrix(self, point: QPointF) -> Hit | None:
        for area, matrix in (("W2", self.w2), ("dW2", self.dw2)):
            if cell := matrix.at(point):
                return Hit(area, unit=cell[0], label=cell[1])
        for area, strip in (("b2", self.b2), ("db2", self.db2)):
            if cell := strip.at(point):
                return Hit(area, label=cell[1])
        return None

    def _hit_rest(self, point: QPointF) -> Hit | None:
        tiles = (("x", self.image), ("dx", self.dx), ("W1", self.w1), ("dW1", self.dw1))
        for area, rect in tiles:
            if cell := Matrix(rect, IMAGE_SIDE, IMAGE_SIDE).at(point):
                return Hit(area, pixel=cell[0] * IMAGE_SIDE + cell[1])
        if self.loss.contains(point):
            return Hit("loss")
        for n, rect in enumerate(self.edges):
            if rect.contains(point):
                return Hit("edge", edge=n)
        return None

"""The picture of the whole network: its blocks and edges, and the way of one weight."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from app.graph_view.activation import paint_hovered_row, paint_selected_row
from app.graph_view.layout import Hit
from app.graph_view.network_spots import main_spots, neighbour, rect_of, spot_of
from app.graph_view.painter import paint_moving, paint_still
from app.graph_view.readout import description
from app.graph_view.scene import Scene, Spot, Weight

if TYPE_CHECKING:
    from PySide6.QtCore import QPointF, QRectF

    from app.graph_view.canvas import Canvas
    from app.graph_view.frame import Frame


@dataclass(frozen=True, eq=False)
class NetworkScene(Scene):
    """A frame as a scene; ``followed`` is the weight whose way from the loss is lit."""

    frame: Frame
    followed: Weight | None = None

    @property
    def size(self) -> tuple[float, float]:  # type: ignore[override]
        """Width and height: the view's."""
        return self.frame.size

    def paint_still(self, canvas: Canvas) -> None:
        """Paint blocks, edges and numbers, and the way of the followed weight."""
        paint_still(canvas, self.frame)
        if self.followed is not None:
            self._paint_way(canvas, self.followed)

    def paint_moving(self, canvas: Canvas, pulse: float | None) -> None:
        """Paint gradients on their edges."""
        paint_moving(canvas, replace(self.frame, pulse=pulse))

    def paint_hover(self, canvas: Canvas, spot: Spot) -> None:
        """Light up a unit wherever it is drawn; anything else where it is."""
        if spot.unit is not None:
            paint_hovered_row(canvas, replace(self.frame, hovered=spot.unit))
        if spot.unit is None or spot.label is not None:
            super().paint_hover(canvas, spot)

    def paint_focus(self, canvas: Canvas) -> None:
        """Mark the row that the up and down keys move."""
        paint_selected_row(canvas, self.frame, canvas.theme.accent)

    def _paint_way(self, canvas: Canvas, weight: Weight) -> None:
        for rect in way_of(self.frame, weight):
            grown = rect.adjusted(-2, -2, 2, 2)
            canvas.outline(grown, canvas.theme.accent, 3, 1.6)

    @cached_property
    def spots(self) -> tuple[Spot, ...]:
        """Blocks, tiles and edges, from left to right."""
        return main_spots(self.frame)

    def spot_at(self, point: QPointF) -> Spot | None:
        """Return the row, cell, pixel or edge under ``point``, or the block around it."""
        hit = self.frame.layout.hit(point)
        if hit is None:
            return super().spot_at(point)
        return spot_of(self.frame, hit, rect_of(self.frame, hit))

    def cell_from(self, spot: Spot, across: int, down: int) -> Spot | None:
        """Return the cell beside ``spot``, or its first one."""
        hit = neighbour(self.frame, spot.key, across, down)
        return None if hit is None else spot_of(self.frame, hit, rect_of(self.frame, hit))

    @cached_property
    def description(self) -> str:
        """The step that just ran and its main numbers."""
        return description(self.frame)


def way_of(frame: Frame, weight: Weight) -> tuple[QRectF, ...]:
    """Return where a weight's gradient comes from and goes to, from the loss down."""
    index, place = weight.index, frame.layout
    hits: list[Hit] = []
    if weight.parameter in ("W2", "b2"):
        label = index[-1]
        hits += [Hit("difference", label=label)]
        if weight.parameter == "W2":
            hits += [Hit("activation", unit=index[0])]
            hits += [Hit(area, unit=index[0], label=label) for area in ("W2", "dW2")]
        else:
            hits += [Hit(area, label=label) for area in ("b2", "db2")]
        return (*(rect_of(frame, hit) for hit in hits), place.edges[3])
    unit = index[-1]
    hits += [Hit("activation", unit=unit)]
    rects = [place.difference.area, place.edges[3], place.w2.row_rect(unit), place.edges[2]]
    if weight.parameter == "W1":
        hits += [Hit(area, pixel=index[0]) for area in ("x", "W1", "dW1")]
    return (*rects, *(rect_of(frame, hit) for hit in hits), place.edges[1])

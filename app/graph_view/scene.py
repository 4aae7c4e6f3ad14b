"""What every picture of a pass is: something to paint, and things in it to point at."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QPointF

    from app.graph_view.canvas import Canvas
    from app.places import Place


@dataclass(frozen=True)
class Weight:
    """One number of a parameter: ``"W1"``, ``(406, 17)``."""

    parameter: str
    index: tuple[int, ...]


@dataclass(frozen=True)
class Spot:
    """Something in a picture that can be pointed at, focused, and perhaps opened.

    Attributes
    ----------
    key
        Its own in the scene, and the same in the scenes of other positions.
    rect
        In the scene's coordinates.
    name
        What it is, its value and its gradient, in words: for who can't see it.
    tip
        The same with all digits, a line each: the tooltip.
    values
        Names of the trace's values that it shows.
    opens
        Where a double click leads.
    unit, label
        The hidden unit or the class that a click chooses.
    weight
        The number whose gradient a click follows.
    number
        What "copy" copies: its number in full, "" if it has none.
    """

    key: str
    rect: QRectF
    name: str
    tip: str = ""
    values: tuple[str, ...] = ()
    opens: Place | None = None
    unit: int | None = None
    label: int | None = None
    weight: Weight | None = None
    number: str = ""


class Scene(ABC):
    """One picture of a pass at one position. It never changes: another state is another scene.

    ``size`` is its width and height in its own coordinates, which are pixels while it is not
    zoomed. A canvas's ``detail`` says how many pixels one of them takes: the larger, the more
    digits have room.
    """

    size: tuple[float, float]

    @abstractmethod
    def paint_still(self, canvas: Canvas) -> None:
        """Paint what stays while a step is acted out."""

    @abstractmethod
    def paint_moving(self, canvas: Canvas, pulse: float | None) -> None:
        """Paint what moves, over the rest.

        ``pulse`` is how far the newest step has been acted out, 0 to 1; None at rest.
        """

    @property
    @abstractmethod
    def spots(self) -> tuple[Spot, ...]:
        """What Tab goes through, in reading order: blocks, nodes, edges, tiles. Not each cell."""

    def spot_at(self, point: QPointF) -> Spot | None:
        """Return what lies under ``point``, down to a single cell; the smallest of several."""
        found = [spot for spot in self.spots if spot.rect.contains(point)]
        return min(found, key=lambda s: s.rect.width() * s.rect.height(), default=None)

    def cell_from(self, spot: Spot, across: int, down: int) -> Spot | None:
        """Return the cell beside ``spot`` (or the first one inside it), for the arrow keys.

        None if ``spot`` has no cells, or there is none in that direction.
        """
        return None

    def opening_to(self, places: Sequence[Place]) -> QRectF | None:
        """Return where one of ``places`` is opened from; None if nowhere in this picture."""
        return next((s.rect for s in self.spots if s.opens in places), None)

    def opening_at(self, point: QPointF) -> Spot | None:
        """Return the smallest spot under ``point`` that can be opened."""
        found = [s for s in self.spots if s.opens is not None and s.rect.contains(point)]
        return min(found, key=lambda s: s.rect.width() * s.rect.height(), default=None)

    def paint_hover(self, canvas: Canvas, spot: Spot) -> None:
        """Light up what is under the pointer."""
        grown = spot.rect.adjusted(-2, -2, 2, 2)
        canvas.outline(grown, canvas.theme.text_3, 3 / canvas.detail, 1 / canvas.detail)

    def paint_focus(self, canvas: Canvas) -> None:
        """Mark that the keys act here while no spot has the focus."""
        area = QRectF(0, 0, *self.size)
        canvas.outline(area, canvas.theme.accent, 4 / canvas.detail, 2 / canvas.detail)

    @property
    @abstractmethod
    def description(self) -> str:
        """The step that just ran and its main numbers, in words."""

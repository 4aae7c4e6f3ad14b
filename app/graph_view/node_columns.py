"""Where the columns of a graph's picture stand, and how high in them each item."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from app.graph_view.node_boxes import Sizes, Style
from app.graph_view.node_place import place
from app.graph_view.node_plan import CHANNEL, MARGIN, STUB, Planner, frame
from app.graph_view.node_route import turns

if TYPE_CHECKING:
    from app.graph_view.node_order import Item


@dataclass
class Columns:
    """Places the columns of a graph; at the end each item has its axis, each column its sides.

    Attributes
    ----------
    lefts, rights
        Where each column begins and ends.
    starts
        The first column of each band.
    size
        Of the picture.
    top, bottom
        Heights of what is above and below the graph.
    """

    columns: list[list[Item]]
    sizes: Sizes
    room: tuple[float, float]
    chain: bool
    lefts: list[float] = field(default_factory=list)
    rights: list[float] = field(default_factory=list)
    starts: tuple[int, ...] = (0,)
    size: tuple[float, float] = (0.0, 0.0)
    top: float = 0.0
    bottom: float = 0.0
    style: Style = field(init=False)
    _planner: Planner = field(init=False)
    _channels: list[float] = field(default_factory=list)

    def arrange(self) -> None:
        """Place everything."""
        self._planner = Planner(self.columns, self.sizes, self.room, self.chain)
        plan = self._planner.plan()
        self.style, self.starts, self.sizes.row = plan.style, plan.starts, plan.row
        self.top, self.bottom = frame(self.room[0] * plan.scale, plan.row)
        high = self.room[1] * plan.scale - self.top - self.bottom
        self._set_axes(high - sum(self._gutters()))
        highs = [last - first for first, last in self._extents()]
        high = sum(highs) + sum(self._gutters()) + self.top + self.bottom
        wide = self._fit_channels(self.room[0] * max(plan.scale, high / self.room[1]))
        scale = max(wide / self.room[0], high / self.room[1], 1.0)
        self.size = (self.room[0] * scale, self.room[1] * scale)
        self._widen()
        self._stack(self.size[1] - high)

    @property
    def items(self) -> list[Item]:
        """All of them, from left to right and from top to bottom."""
        return [item for column in self.columns for item in column]

    def gutter(self, band: int) -> float:
        """Return where the space below a band begins."""
        return self._extents()[band][1]

    def cut(self, band: int) -> list[tuple[Item, Item]]:
        """Return the links from a band to the next, the lowest first."""
        column = self.starts[band + 1] - 1
        links = [(item, other) for item in self.columns[column] for other in item.outs]
        return sorted(links, key=lambda link: (-link[0].place, -link[1].place))

    def _set_axes(self, high: float) -> None:
        """Set the axes of all items; a style that gets too high for that gets tight."""
        self._settle(high)
        alone = tuple(
            roomy and len(column) == 1
            for column, roomy in zip(self.columns, self.style.roomy, strict=True)
        )
        too_high = sum(last - first for first, last in self._extents()) > high + 1
        if too_high and alone != self.style.roomy:
            self.style = Style(alone, self.style.longest)
            self._settle(high)

    def _settle(self, high: float) -> None:
        """Place the items with gaps that share out what is left over of the height."""
        self.sizes.set(self.columns, self.style)
        heights = [
            self._planner.height(column, roomy)
            for column, roomy in zip(self.columns, self.style.roomy, strict=True)
        ]
        bands = list(pairwise((*self.starts, len(self.columns))))
        tallest = [max(heights[start:end]) for start, end in bands]
        each = max(high - sum(tallest), 0.0) / len(bands)
        gaps = [
            (least + each - heights[column]) / len(self.columns[column])
            for least, (start, end) in zip(tallest, bands, strict=True)
            for column in range(start, end)
        ]
        place(self.columns, min(max(min(gaps), 0.0), 12.0))

    def _extents(self) -> list[tuple[float, float]]:
        """Return how far each band reaches up and down."""
        found = []
        for start, end in pairwise((*self.starts, len(self.columns))):
            items = [item for column in self.columns[start:end] for item in column]
            found.append((min(i.y - i.up for i in items), max(i.y + i.down for i in items)))
        return found

    def _gutters(self) -> list[float]:
        """Return the heights between the bands."""
        return [turns(len(self.cut(band))) for band in range(len(self.starts) - 1)]

    def _bends(self) -> list[float]:
        """Return the largest difference in height that a line overcomes behind each column."""
        return [
            max(
                abs(item.y + port - other.y - other.ins[item])
                for item in column
                for other, port in item.outs.items()
            )
            for column in self.columns[:-1]
        ]

    def _fit_channels(self, wide: float) -> float:
        """Set the widths between the columns, wider for steep lines; return that of the picture.

        Where that would not fit into ``wide``, lines are steeper.
        """
        bends = [min(bend * 0.25, 60.0) for bend in self._bends()]
        self._channels = [CHANNEL] * len(bends)
        least = max(self._set_sides())
        self._channels = [CHANNEL + bend for bend in bends]
        most = max(self._set_sides())
        share = (wide - least) / (most - least) if most > max(wide, least) else 1.0
        self._channels = [CHANNEL + bend * min(max(share, 0.4), 1.0) for bend in bends]
        return max(self._set_sides())

    def _set_sides(self) -> list[float]:
        """Set where the columns begin and end; return the width of each band."""
        widths = self._planner.widths(self.style)
        self.lefts, self.rights, bands = [], [], []
        gutters = [0.0, *self._gutters(), 0.0]
        for band, (start, end) in enumerate(pairwise((*self.starts, len(widths)))):
            x = MARGIN + gutters[band]
            for column in range(start, end):
                self.lefts.append(x)
                self.rights.append(x + widths[column])
                x += widths[column] + (self._channels[column] if column < end - 1 else 0)
            bands.append(x + (gutters[band + 1] or STUB) + MARGIN)
        return bands

    def _widen(self) -> None:
        """Share out the width that is left over in each band, most of it to steep lines."""
        ends = self._set_sides()
        for band, (start, end) in enumerate(pairwise((*self.starts, len(self.columns)))):
            shares = [0.0, *(min(self._channels[c], 40.0) for c in range(start, end - 1))]
            left_over = self.size[0] - ends[band]
            factor = min(left_over / max(sum(shares), 1.0), 1.6 if len(self.starts) == 1 else 4.0)
            shift = (left_over - factor * sum(shares)) / 2 if len(self.starts) == 1 else 0.0
            for column, share in zip(range(start, end), shares, strict=True):
                shift += factor * share
                self.lefts[column] += shift
                self.rights[column] += shift

    def _stack(self, left_over: float) -> None:
        """Put the bands below one another."""
        y = self.top + left_over / 2
        gutters = [*self._gutters(), 0.0]
        bands = [*self.starts, len(self.columns)]
        for (first, last), (start, end), gutter in zip(
            self._extents(), pairwise(bands), gutters, strict=True
        ):
            for column in self.columns[start:end]:
                for item in column:
                    item.y = round(item.y + y - first, 3)
            y += last - first + gutter

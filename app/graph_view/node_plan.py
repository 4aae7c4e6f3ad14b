"""Chooses how roomy a graph's columns are, and in how many bands they stand below one another.

A graph with many columns is read like a text: where a band ends at the right, the next one goes on
below it, at the left.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from app.graph_view.node_boxes import Sizes, Style
from app.graph_view.node_route import turns

if TYPE_CHECKING:
    from app.graph_view.node_order import Item

MARGIN = 4.0
LEGEND = 24.0
"""Height of a row of the legend, at the top."""

LEGEND_WIDTH = 700.0
"""A picture narrower than this has a legend of two rows."""

LOCAL_ROW = 34.0
"""Height of the row of local derivatives, at the bottom of a chain."""

CHANNEL = 10.0
"""The least width between two columns: an arrow's head has room."""

STUB = 12.0
"""How far the edge out of the last node goes on after its label."""

_NAMES = (160.0, 72.0)
"""Widths between which names are cut where a picture is too wide for the room."""

_MANY = 200
"""Items from which on a graph is tight without further tries."""

_BANDS = 6
_MOST_LINES = 4
"""More lines than that are hard to follow from one band to the next."""

_GAIN = 0.92
"""A graph is broken into bands only if its picture shrinks by so much."""


@dataclass
class Plan:
    """How the columns stand.

    Attributes
    ----------
    style
        How roomy they are.
    starts
        The first column of each band.
    scale
        How much larger than the room the picture will be, about.
    row
        Whether local derivatives stand in a row of their own.
    """

    style: Style
    starts: tuple[int, ...]
    scale: float
    row: bool


@dataclass
class Planner:
    """Looks for the plan whose picture is the smallest."""

    columns: list[list[Item]]
    sizes: Sizes
    room: tuple[float, float]
    chain: bool
    _known_widths: dict[tuple[Style, bool], list[float]] = field(default_factory=dict)
    _known_heights: dict[bool, dict[bool, list[float]]] = field(default_factory=dict)

    def plan(self) -> Plan:
        """Return the best plan."""
        best = self._plan_of(1)
        if best.scale > 1.05:
            for count in range(2, min(_BANDS, len(self.columns) // 4) + 1):
                plan = self._plan_of(count)
                if max(map(self._cut, plan.starts[1:]), default=0) > _MOST_LINES:
                    continue
                if plan.scale < best.scale * (_GAIN if len(best.starts) == 1 else 0.95):
                    best = plan
        return best

    def _cut(self, start: int) -> int:
        """Return how many lines go on in the band that begins with a column."""
        return sum(len(item.outs) for item in self.columns[start - 1])

    def _plan_of(self, bands: int) -> Plan:
        """Return the best way to stand in so many bands."""
        many = sum(map(len, self.columns)) > _MANY
        row, scale = self.chain and bands == 1, 1.0
        self.sizes.row = row
        gutters = turns(2) * (bands - 1)
        heights = self._heights()
        roomy = tuple(False for _ in self.columns)
        for attempt in range(1 if many else 3):
            wide, around = self.room[0] * scale, sum(frame(self.room[0] * scale, row))
            style, starts, needed = self._fitted(roomy, bands, wide)
            tallest = sum(_tallest(heights, roomy, starts)) + around + gutters
            scale = max(needed / self.room[0], tallest / self.room[1], 1.0)
            if not many and attempt < 2:
                high = self.room[1] * scale - around - gutters
                roomy = _with_room(heights, starts, high)
        return Plan(style, starts, scale, row)

    def _heights(self) -> dict[bool, list[float]]:
        """Return the heights of all columns where they are roomy, and where not."""
        row = self.sizes.row
        if row not in self._known_heights:
            self._known_heights[row] = {
                roomy: [self.height(column, roomy) for column in self.columns]
                for roomy in (True, False)
            }
        return self._known_heights[row]

    def height(self, column: list[Item], roomy: bool) -> float:
        """Return the least height of a column."""
        return sum(sum(self.sizes.extent(item, roomy)[:2]) for item in column)

    def _fitted(
        self, roomy: tuple[bool, ...], bands: int, wide: float
    ) -> tuple[Style, tuple[int, ...], float]:
        """Return the style with the longest names that fit, where bands begin, and the width."""
        most, least = _NAMES
        longest = most if any(roomy) else least
        for _ in range(6):
            style = Style(roomy, longest)
            widths = self.widths(style)
            starts = _broken(widths, bands)
            needed = max(
                sum(widths[a:b]) + CHANNEL * (b - a - 1)
                for a, b in pairwise((*starts, len(widths)))
            )
            needed += 2 * MARGIN + (STUB if bands == 1 else 2 * turns(2))
            if not any(roomy) or (longest == most and needed <= wide):
                break
            if needed <= wide:
                least = longest
            else:
                most = longest
            longest = (most + least) / 2 if most - least > 4 else least
        return style, starts, needed

    def widths(self, style: Style) -> list[float]:
        """Return the widths of all columns."""
        key = (style, self.sizes.row)
        if key not in self._known_widths:
            self._known_widths[key] = [
                max(self.sizes.width(item, style) for item in column) for column in self.columns
            ]
        return self._known_widths[key]


def frame(wide: float, row: bool) -> tuple[float, float]:
    """Return the heights that the legend takes at the top, and the margin at the bottom."""
    legend = LEGEND * (1 if wide >= LEGEND_WIDTH else 2)
    return MARGIN + legend, MARGIN + (LOCAL_ROW if row else 0)


def _tallest(
    heights: dict[bool, list[float]], roomy: tuple[bool, ...], starts: tuple[int, ...]
) -> list[float]:
    """Return the height of the tallest column of each band."""
    return [
        max(heights[roomy[column]][column] for column in range(start, end))
        for start, end in pairwise((*starts, len(roomy)))
    ]


def _with_room(
    heights: dict[bool, list[float]], starts: tuple[int, ...], high: float
) -> tuple[bool, ...]:
    """Return which columns can be roomy if all bands share out the height that is left over."""
    tight = _tallest(heights, tuple(False for _ in heights[True]), starts)
    each = max(high - sum(tight), 0.0) / len(starts)
    ends = pairwise((*starts, len(heights[True])))
    return tuple(
        heights[True][column] <= least + each
        for least, (start, end) in zip(tight, ends, strict=True)
        for column in range(start, end)
    )


def _broken(widths: list[float], bands: int) -> tuple[int, ...]:
    """Return where bands begin if the widest is to be as narrow as can be.

    A column of nodes and the labels behind it stay together.
    """
    if bands == 1:
        return (0,)
    pairs = [a + b + 2 * CHANNEL for a, b in zip(widths[::2], widths[1::2], strict=True)]
    low, high = max(pairs), sum(pairs)
    for _ in range(12):
        middle = (low + high) / 2
        if len(_filled(pairs, middle)) > bands:
            low = middle
        else:
            high = middle
    return tuple(2 * start for start in _filled(pairs, high))


def _filled(pairs: list[float], wide: float) -> list[int]:
    starts, x = [0], 0.0
    for number, pair in enumerate(pairs):
        if x and x + pair > wide:
            starts.append(number)
            x = 0.0
        x += pair
    return starts

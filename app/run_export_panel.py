"""A plot over iterations in an exported picture: its axes, its marks, its legend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app import formatting
from app.run_export_svg import width_of
from app.ticks import round_step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.run_export_svg import Drawing, Floats

TICK_SIZE = 11
ACROSS = 110
"""Least distance of two texts along the iterations."""


class Panel:
    """A plot from ``left`` to ``right``: iterations 0 to ``last`` over values of ``y_range``."""

    def __init__(
        self,
        drawing: Drawing,
        left: float,
        right: float,
        top: float,
        height: float,
        last: int,
        y_range: tuple[float, float],
    ) -> None:
        self._drawing = drawing
        self.left, self.right = left, right
        self.top, self.bottom = top, top + height
        self.last, self.y_range = max(last, 1), y_range

    def x(self, iteration: float) -> float:
        """Return where an iteration stands."""
        return self.left + iteration / self.last * (self.right - self.left)

    def xs(self, iterations: Floats) -> Floats:
        """Return where ``iterations`` (n,) stand."""
        return self.left + iterations / self.last * (self.right - self.left)

    def ys(self, values: Floats) -> Floats:
        """Return where ``values`` (n,) stand; none is outside."""
        low, high = self.y_range
        shares = ((values - low) / (high - low)).clip(0, 1)
        heights: Floats = self.bottom - shares * (self.bottom - self.top)
        return heights

    def draw_axes(self, ticks: Sequence[tuple[float, str]]) -> None:
        """Draw the grid, and what stands at the ``ticks`` of the values."""
        drawing, (low, high) = self._drawing, self.y_range
        for iteration in self._iterations():
            x = self.x(iteration)
            drawing.line((x, self.top), (x, self.bottom), "grid")
        for value, text in ticks:
            y = self.bottom - (value - low) / (high - low) * (self.bottom - self.top)
            drawing.line((self.left, y), (self.right, y), "grid")
            drawing.text(self.left - 8, y + 4, text, size=TICK_SIZE, color="text_3", anchor="end")

    def mark(self, changes: Sequence[int], shown: int | None) -> None:
        """Mark where something was changed, and the iteration that is shown."""
        drawing = self._drawing
        places = sorted({round(self.x(iteration)) for iteration in changes})
        for place in places:
            drawing.line((place, self.top), (place, self.bottom), "mark", dashes=(4, 3))
        if shown is not None:
            x = self.x(shown)
            drawing.line((x, self.top), (x, self.bottom), "accent", width=1.5)

    def draw_iterations(self, unit: str, shown: int | None, shown_text: str) -> None:
        """Write the iterations under the plot, and what is said of the one that is shown."""
        drawing = self._drawing
        write = {"size": TICK_SIZE, "color": "text_3"}
        for iteration in self._iterations():
            text = formatting.count(iteration)
            drawing.text(self.x(iteration), self.bottom + 18, text, anchor="middle", **write)  # type: ignore[arg-type]
        drawing.text(self.right + 32, self.bottom + 18, unit, size=TICK_SIZE, color="text_3")
        if shown is not None:
            half = width_of(shown_text, 12) / 2
            x = min(max(self.x(shown), self.left + half), self.right - half)
            drawing.text(x, self.bottom + 36, shown_text, color="accent", anchor="middle")

    def _iterations(self) -> list[int]:
        step = round_step(self.last, int((self.right - self.left) // ACROSS))
        return list(range(0, self.last + 1, step))


def draw_legend(
    drawing: Drawing,
    y: float,
    across: tuple[float, float],
    title: tuple[str, str],
    kinds: Sequence[tuple[int, str]],
) -> None:
    """Write the title of a plot and what it is of at the left, what its lines are at the right."""
    left, right = across
    name, about = title
    drawing.text(left, y, name, size=13, color="text_1", weight=600)
    drawing.text(left + width_of(name, 13) + 12, y, about, color="text_3")
    for style, text in reversed(kinds):
        right -= width_of(text, 12)
        drawing.text(right, y, text)
        drawing.sample(right - 32, y - 4, style)
        right -= 48


def spread(heights: Sequence[float], apart: float, top: float, bottom: float) -> list[float]:
    """Return ``heights`` moved as little as keeps them ``apart``, within ``top`` and ``bottom``."""
    order = sorted(range(len(heights)), key=heights.__getitem__)
    found = list(heights)
    least = top
    for n in order:
        found[n] = max(found[n], least)
        least = found[n] + apart
    most = bottom
    for n in reversed(order):
        found[n] = min(found[n], most)
        most = found[n] - apart
    return found

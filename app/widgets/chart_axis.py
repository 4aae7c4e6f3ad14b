"""The axes of a chart over iterations.

Importing this module imports pyqtgraph, which takes long: do it after the first paint.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pyqtgraph as pg

from app import formatting, theme
from app.ticks import linear_ticks, log_ticks, power_text, round_step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QPainter

TICK_APART = 80
"""Pixels that a tick of the iterations is from the next, at least."""

END_APART = 72
"""Pixels that an end of the iterations is from the next tick, at least."""

MARGIN = 18
"""Pixels beyond the end of the iterations into which a text may reach."""


class Axis(pg.AxisItem):  # type: ignore[misc]
    """An axis with a few round ticks, grid lines and no frame."""

    def __init__(self, orientation: str, kind: str) -> None:
        super().__init__(orientation)
        self.kind = kind  # "iterations", "linear", "log" or "accuracy"
        self.setStyle(
            tickLength=0, autoExpandTextSpace=False, tickTextOffset=8, hideOverlappingLabels=False
        )
        self.setTickFont(theme.ui_font(11))
        self.setGrid(255)
        self.enableAutoSIPrefix(False)  # it would lay out an empty label for each new range

    def boundingRect(self) -> QRectF:
        """Return the room of the axis, with some for the halves of its first and last text."""
        rect: QRectF = super().boundingRect()
        return rect.adjusted(-40, -10, 40, 10)

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """Return the ticks between ``low`` and ``high``, in the axis' own coordinates."""
        if self.kind == "log":
            return [(1.0, log_ticks(low, high))]
        if self.kind == "iterations":
            return self._iterations(low, high, size)
        ticks = linear_ticks(low, high, max(int(size // 50), 2))
        return [(ticks[1] - ticks[0] if len(ticks) > 1 else high - low, ticks)]

    def _iterations(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """Return round iterations, and the ends of what is in view where these have room."""
        step: float = round_step(max(round(high - low), 1), max(int(size // TICK_APART), 2))
        first = math.ceil(low / step - 1e-9)
        count = math.floor(high / step + 1e-9) - first + 1
        ticks: list[float] = [(first + k) * step for k in range(count)]
        room = END_APART * (high - low) / max(size, 1.0)
        if low == 0 and high == round(high):  # a whole run: its end goes before a round number
            ticks = [tick for tick in ticks if tick == high or high - tick >= room]
        if not ticks or high - ticks[-1] >= room:
            ticks.append(math.floor(high))
        if ticks[0] - low >= room:
            ticks.insert(0, math.ceil(low))
        return [(step, ticks)]

    def generateDrawSpecs(self, painter: QPainter) -> Any:
        """Keep the texts at both ends of the iterations inside the picture."""
        specs = super().generateDrawSpecs(painter)
        if specs is None or self.kind != "iterations":
            return specs
        axis, ticks, texts = specs
        right = self.size().width() + MARGIN
        inside = [
            (rect.translated(min(right - rect.right(), 0.0), 0), flags, text)
            for rect, flags, text in texts
        ]
        return axis, ticks, inside

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """Return what stands at the ticks."""
        if self.kind == "iterations":
            return [formatting.count(round(value)) for value in values]
        if self.kind == "accuracy":
            decimals = 0 if spacing >= 0.01 else 1
            return [formatting.percent(value, decimals) for value in values]
        if self.kind == "log":
            return [power_text(value) for value in values]
        return [f"{value:g}" for value in values]

"""The axes of a chart over iterations.

Importing this module imports pyqtgraph, which takes long: do it after the first paint.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pyqtgraph as pg

from app import formatting, theme
from app.ticks import linear_step, log_ticks, round_step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QRectF


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
        return rect.adjusted(-24, -10, 24, 10)

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """Return the ticks between ``low`` and ``high``, in the axis' own coordinates."""
        if self.kind == "log":
            return [(1.0, log_ticks(low, high))]
        if self.kind == "iterations":
            step: float = round_step(max(round(high - low), 1), max(int(size // 110), 2))
        else:
            # A little less than the range: some of it is room beyond the outermost ticks.
            step = linear_step(0.97 * (high - low), max(int(size // 50), 2))
        first = math.ceil(low / step - 1e-9)
        count = math.floor(high / step + 1e-9) - first + 1
        return [(step, [(first + k) * step for k in range(count)])]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """Return what stands at the ticks."""
        if self.kind == "iterations":
            return [formatting.count(round(value)) for value in values]
        if self.kind == "accuracy":
            decimals = 0 if spacing >= 0.01 else 1
            return [formatting.percent(value, decimals) for value in values]
        if self.kind == "log":
            return [f"{10**value:.3g}" for value in values]
        return [f"{value:g}" for value in values]

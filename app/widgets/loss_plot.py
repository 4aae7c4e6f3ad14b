"""The charts of the Train page: loss and accuracy on one x axis.

Importing this module imports pyqtgraph, which takes long: do it after the first paint.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg

from app import formatting, theme
from app.widgets.basics import SEMIBOLD
from app.widgets.run_chart import Band, Floats, RunChart
from bpcore.series import Envelope, Series

if TYPE_CHECKING:
    from collections.abc import Sequence

SMOOTHING = 0.01
"""Width of the moving mean, as a share of the iterations in view."""

SMALLEST_LOSS = 1e-7
"""The bottom of the logarithmic scale: a loss of exactly 0 is drawn there."""


class LossPlot(RunChart):
    """The loss: range and quartiles of the raw values, and their moving mean."""

    def __init__(self, title: str, smoothed_text: str) -> None:
        super().__init__("loss", title, "log")
        self.getAxis("bottom").setStyle(showValues=False)
        self.getAxis("bottom").setHeight(6)
        self._log = True
        self._smoothed_text = smoothed_text
        self._series = Series()
        self._range, self._quartiles = Band(), Band()
        for z, band in ((-20, self._range), (-19, self._quartiles)):
            band.setZValue(z)
            self.addItem(band)
        self._smooth = self._curve()
        self._label = pg.TextItem(anchor=(0, 0.5))
        self.addItem(self._label)
        self.view_changed.connect(self.redraw)
        self.paint_theme()
        self._set_y_range(-2, 0.5)

    def set_log(self, log: bool) -> None:
        """Draw on a logarithmic or a linear scale."""
        self._log = log
        self.getAxis("left").kind = "log" if log else "linear"
        self.redraw()

    def set_series(self, series: Series) -> None:
        """Show another run's losses, or more of the same."""
        self._series = series
        self.redraw()

    def smoothed_at(self, iteration: float) -> float | None:
        """Return the moving mean at ``iteration``, as drawn."""
        if not 1 <= iteration <= len(self._series):
            return None
        low, high = self.x_range
        here = self._series.envelope(iteration, iteration, 1, (high - low) * SMOOTHING)
        return float(here.smooth[0])

    def redraw(self) -> None:
        """Draw what is in view."""
        low, high = self.x_range
        size = len(self._series)
        self.set_cursor(size)
        bins = max(int(self._view.width() / 2), 1)
        envelope = self._series.envelope(low, high, bins, (high - low) * SMOOTHING)
        scale = self._scaled
        self._range.set_curves(envelope.x, scale(envelope.low), scale(envelope.high))
        self._quartiles.set_curves(
            envelope.x, scale(envelope.lower_quartile), scale(envelope.upper_quartile)
        )
        smooth = scale(envelope.smooth)
        self._smooth.setData(envelope.x, smooth)
        if not size or not len(smooth):
            self._label.hide()
            self._dots.setData([], [])
            return
        self._fit_y(envelope)
        at_end = low <= size <= high
        self._dots.setData([size] if at_end else [], smooth[-1:] if at_end else [])
        if at_end:
            self._label.setHtml(self._end_text(float(envelope.smooth[-1])))
            self._label_at(self._label, size, float(smooth[-1]))
        else:
            self._label.hide()

    def paint_theme(self) -> None:
        """Take the colours of the present theme."""
        super().paint_theme()
        colors = theme.current()
        self._range.set_color(theme.blend(colors.raw, colors.surface_1, 0.20))
        inner = theme.blend(colors.raw, colors.surface_1, 0.20).name()
        self._quartiles.set_color(theme.blend(colors.raw, inner, 0.26))
        self._smooth.setPen(self._pen(strong=True))
        self._dots.setBrush(pg.mkBrush(colors.accent))

    def _end_text(self, value: float) -> str:
        colors = theme.current()
        return (
            f'<span style="color: {colors.text_1}; font: 600 12px {theme.MONO_FAMILY}">'
            f"{formatting.loss(value, 3)}</span><br>"
            f'<span style="color: {colors.text_3}; font: 11px {theme.UI_FAMILY}">'
            f"{self._smoothed_text}</span>"
        )

    def _scaled(self, values: Floats) -> Floats:
        return np.log10(np.maximum(values, SMALLEST_LOSS)) if self._log else values

    def _fit_y(self, envelope: Envelope) -> None:
        low, high = float(envelope.low.min()), float(envelope.high.max())
        if self._log:
            low, high = math.log10(max(low, SMALLEST_LOSS)), math.log10(max(high, SMALLEST_LOSS))
            room = max((high - low) * 0.06, 0.05)
            self._set_y_range(low - room, high + room)
        else:
            self._set_y_range(0, max(high * 1.06, 1e-6))


class AccuracyPlot(RunChart):
    """Train and test accuracy, epoch by epoch."""

    def __init__(self, title: str, train_text: str, test_text: str) -> None:
        super().__init__("accuracy", title, "accuracy")
        self.getAxis("bottom").setHeight(22)
        self._texts = (train_text, test_text)
        self._train, self._test = self._curve(dashed=True), self._curve()
        self._labels = [pg.TextItem(anchor=(0, 0.5)) for _ in range(2)]
        for item, weight in zip(
            self._labels, (theme.ui_font(12), theme.ui_font(12, SEMIBOLD)), strict=True
        ):
            item.setFont(weight)
            self.addItem(item)
        self._points: Floats = np.empty((0, 3))
        self.view_changed.connect(self.redraw)
        self.paint_theme()
        self._set_y_range(0.8, 1.0)

    def set_points(self, points: Sequence[tuple[int, float, float]], iteration: int) -> None:
        """Show rows of iteration, train and test accuracy, and the present ``iteration``."""
        self._points = np.array(points, np.float64).reshape(-1, 3)
        self.set_cursor(iteration)
        self.redraw()

    def redraw(self) -> None:
        """Draw what is in view."""
        x, train, test = self._points.T
        thin = max(len(x) // 2000, 1)
        self._train.setData(x[::thin], train[::thin])
        self._test.setData(x[::thin], test[::thin])
        low, high = self.x_range
        seen = self._points[(x >= low) & (x <= high)]
        if not len(seen):
            for item in self._labels:
                item.hide()
            self._dots.setData([], [])
            return
        # The first steep epochs may rise from below: what is learned later is worth the room. A
        # bottom at a round tenth keeps the scale from jumping with every epoch.
        later = seen[seen[:, 0] >= low + (high - low) * 0.04]
        lowest = float((later if len(later) else seen)[:, 1:].min())
        bottom = max(min(math.floor(lowest * 10 - 0.1) / 10, 0.9), 0.0)
        pixel = (1 - bottom) / (self._view.height() or 1.0)
        self._set_y_range(bottom, 1.0 + 2 * pixel)
        self._draw_ends(*(float(value) for value in seen[-1]))

    def paint_theme(self) -> None:
        """Take the colours of the present theme."""
        super().paint_theme()
        colors = theme.current()
        self._train.setPen(self._pen(strong=False))
        self._test.setPen(self._pen(strong=True))
        for item, color in zip(self._labels, (colors.text_2, colors.text_1), strict=True):
            item.setColor(color)

    def _draw_ends(self, x: float, train: float, test: float) -> None:
        colors = theme.current()
        self._dots.setData(
            [x, x], [train, test], brush=[pg.mkBrush(colors.text_3), pg.mkBrush(colors.accent)]
        )
        low, high = self._view.viewRange()[1]
        pixel = (high - low) / (self._view.height() or 1.0)
        for item, text, value in zip(self._labels, self._texts, (train, test), strict=True):
            item.setText(f"{text} {formatting.share(value)}")
        heights = self._label_heights(train, test, pixel, high)
        if self._no_room_right_of(self._labels[0], x):  # then they hang below their points
            heights = (train, min(test, train - 20 * pixel))
        for item, y in zip(self._labels, heights, strict=True):
            self._label_at(item, x, y)

    @staticmethod
    def _label_heights(train: float, test: float, pixel: float, top: float) -> tuple[float, float]:
        """Return where the middles of the two labels go, 16 px apart, off the line at 100 %."""
        middle, apart = (train + test) / 2, max(abs(train - test), 16 * pixel) / 2
        overhang = max(middle + apart - (top - 14 * pixel), 0.0)
        upper, lower = middle + apart - overhang, middle - apart - overhang
        return (upper, lower) if train >= test else (lower, upper)

"""A painter that knows the theme: lines, boxes, texts and heat maps in its colours."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QPaintEngine,
    QPainter,
    QPen,
    QPolygonF,
    QStaticText,
)

from app.theme import Theme, diverging_pixels

if TYPE_CHECKING:
    from collections.abc import Sequence

Align = Literal["left", "center", "right"]
Color = QColor | str


@dataclass(frozen=True)
class DrawnText:
    """A text in the picture, and the rectangle that its ink fills."""

    text: str
    rect: QRectF


@lru_cache(maxsize=64)
def _metrics(font: QFont) -> QFontMetricsF:
    return QFontMetricsF(font)


@lru_cache(maxsize=2048)
def text_width(font: QFont, text: str) -> float:
    """Return the width that ``text`` takes in ``font``."""
    return _metrics(font).horizontalAdvance(text)


@lru_cache(maxsize=1024)
def _laid_out(font: QFont, text: str, _detail: float) -> QStaticText:
    """Return ``text`` ready to be drawn; Qt keeps it for one scale, so each has its own."""
    static = QStaticText(text)
    static.setTextFormat(Qt.TextFormat.PlainText)
    static.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
    static.prepare(font=font)
    return static


def elided(font: QFont, text: str, width: float) -> str:
    """Return ``text``, cut with an ellipsis where it is wider than ``width``."""
    return _metrics(font).elidedText(text, Qt.TextElideMode.ElideRight, width)


@lru_cache(maxsize=256)
def color_of(color: str) -> QColor:
    """Return a colour by its hexadecimal name."""
    return QColor(color)


class Canvas:
    """Draws on a QPainter in the colours of a theme, and can note every text it drew.

    ``detail`` is how many pixels of the screen a unit of the picture takes: 1, or more where the
    reader has zoomed in.
    """

    def __init__(
        self,
        painter: QPainter,
        theme: Theme,
        log: list[DrawnText] | None = None,
        detail: float = 1.0,
    ) -> None:
        self.painter, self.theme, self.log, self.detail = painter, theme, log, detail
        engine = painter.paintEngine()
        self._raster = engine is not None and engine.type() == QPaintEngine.Type.Raster

    def text(
        self,
        x: float,
        baseline: float,
        text: str,
        font: QFont,
        color: Color,
        align: Align = "center",
    ) -> float:
        """Draw a line of text; ``x`` is its left end, centre or right end. Return its right end."""
        if not text:
            return x
        width = text_width(font, text)
        left = x - {"left": 0.0, "center": 0.5, "right": 1.0}[align] * width
        self.painter.setFont(font)
        self.painter.setPen(color_of(color) if isinstance(color, str) else color)
        if self._raster:
            # Laid out once and kept: four times as fast as to draw the text itself.
            top = baseline - _metrics(font).ascent()
            self.painter.drawStaticText(QPointF(left, top), _laid_out(font, text, self.detail))
        else:
            self.painter.drawText(QPointF(left, baseline), text)
        if self.log is not None:
            ink = _metrics(font).tightBoundingRect(text).translated(left, baseline)
            self.log.append(DrawnText(text, ink))
        return left + width

    def fitting(
        self,
        x: float,
        baseline: float,
        texts: Sequence[str],
        fonts: Sequence[QFont],
        color: Color,
        room: float,
    ) -> None:
        """Draw the first of ``texts`` that fits into ``room``, centred on ``x``.

        Each is tried in all ``fonts``; if none fits, the last is drawn in the last font.
        """
        tried = [(text, font) for text in texts for font in fonts]
        found = next(((t, f) for t, f in tried if text_width(f, t) <= room), tried[-1])
        self.text(x, baseline, *found, color)

    def texts(
        self,
        x: float,
        baseline: float,
        parts: Sequence[tuple[str, QFont, Color]],
    ) -> None:
        """Draw texts of several colours and fonts as one line, centred on ``x``."""
        left = x - sum(text_width(font, text) for text, font, _ in parts) / 2
        for text, font, color in parts:
            left = self.text(left, baseline, text, font, color, "left")

    def line(
        self,
        start: QPointF,
        end: QPointF,
        color: Color,
        width: float = 1.0,
        dashes: Sequence[float] = (),
        offset: float = 0.0,
    ) -> None:
        """Draw a line; ``dashes`` and ``offset`` are in pixels."""
        pen = QPen(color_of(color) if isinstance(color, str) else color, width)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if dashes:
            pen.setDashPattern([length / width for length in dashes])
            pen.setDashOffset(offset / width)
        self.painter.setPen(pen)
        self.painter.drawLine(start, end)

    def fill(self, rect: QRectF, color: Color, radius: float = 0.0) -> None:
        """Fill a rectangle; without a radius its edges must lie on whole pixels to be sharp."""
        color = color_of(color) if isinstance(color, str) else color
        if not radius:
            self.painter.fillRect(rect, color)
            return
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(color)
        self.painter.drawRoundedRect(rect, radius, radius)

    def outline(
        self,
        rect: QRectF,
        color: Color,
        radius: float = 0.0,
        width: float = 1.0,
        dashes: Sequence[float] = (),
    ) -> None:
        """Draw a border just inside ``rect``."""
        pen = QPen(color_of(color) if isinstance(color, str) else color, width)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        if dashes:
            pen.setDashPattern([length / width for length in dashes])
        self.painter.setPen(pen)
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        half = width / 2
        self.painter.drawRoundedRect(rect.adjusted(half, half, -half, -half), radius, radius)

    def circle(self, center: QPointF, radius: float, fill: Color | None, border: Color) -> None:
        """Draw a circle with a border of 1 px, hollow if ``fill`` is None."""
        self.painter.setPen(QPen(color_of(border) if isinstance(border, str) else border, 1.0))
        if fill is None:
            self.painter.setBrush(Qt.BrushStyle.NoBrush)
        else:
            self.painter.setBrush(color_of(fill) if isinstance(fill, str) else fill)
        self.painter.drawEllipse(center, radius, radius)

    def head(self, tip: QPointF, direction: int, color: Color) -> None:
        """Draw an arrow's head that points right (1) or left (-1)."""
        back = tip.x() - 6 * direction
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(color_of(color) if isinstance(color, str) else color)
        self.painter.drawPolygon(
            QPolygonF([tip, QPointF(back, tip.y() - 4), QPointF(back, tip.y() + 4)])
        )

    def pixels(self, rect: QRectF, rgb: npt.NDArray[np.uint8]) -> None:
        """Fill ``rect`` with an image (rows, columns, 3), its pixels enlarged without smoothing."""
        rows, columns, _ = rgb.shape
        data = np.ascontiguousarray(rgb)
        image = QImage(data.data, columns, rows, columns * 3, QImage.Format.Format_RGB888)
        self.painter.drawImage(rect, image)

    def heat_map(self, rect: QRectF, values: npt.NDArray[np.floating], limit: float) -> None:
        """Fill ``rect`` with signed numbers (rows, columns), blue above 0 and orange below."""
        rows = thinned(values, max(int(rect.height()), 1))
        self.pixels(rect, diverging_pixels(rows, limit, self.theme))


def thinned(values: npt.NDArray[np.floating], rows: int) -> npt.NDArray[np.floating]:
    """Return at most ``rows`` rows of ``values``; of those that share one, the largest by size.

    More rows than pixels can't all be seen, and a mean would hide a single strong one.
    """
    count = len(values)
    if count <= rows:
        return values
    starts = np.arange(rows) * count // rows
    high = np.maximum.reduceat(values, starts, axis=0)
    low = np.minimum.reduceat(values, starts, axis=0)
    return np.where(high >= -low, high, low)


def largest(values: npt.NDArray[np.floating]) -> float:
    """Return the largest size of a number in ``values``: the end of its colour scale."""
    return float(np.abs(values).max())

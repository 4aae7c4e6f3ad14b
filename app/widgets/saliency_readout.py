"""What belongs under the map of ∂L/∂pixel: its scale, and the numbers of one pixel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app import formatting, theme
from app.formatting import EM_DASH
from app.widgets.basics import SEMIBOLD
from app.widgets.saliency_painter import paint_legend
from app.widgets.saliency_view import KEPT, STRONGEST

if TYPE_CHECKING:
    from app.widgets.saliency_view import PixelReading

READOUT_HEIGHT = 40
_LINE = READOUT_HEIGHT // 2
_SPACE, _GAP = 6, 12
"""Between a word and what belongs to it; between a name and its number."""


class SaliencyLegend(QWidget):
    """The scale from −v to +v, and what the signs mean."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Scale of ∂L/∂pixel"))
        self._lowers, self._raises = self.tr("more ink lowers L"), self.tr("more ink raises L")
        self._limit: float | None = None

    def set_limit(self, limit: float | None) -> None:
        """Let the scale end at ±``limit``; None while nothing is computed."""
        self._limit = limit
        low, high = formatting.signed(-limit if limit else limit, 2), formatting.signed(limit, 2)
        self.setAccessibleDescription(f"{low}: {self._lowers}; {high}: {self._raises}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the scale and the words below its ends."""
        painter = QPainter(self)
        words = (self._lowers, self._raises)
        paint_legend(painter, QRectF(self.rect()), self._limit, words, theme.current())
        painter.end()


class PixelReadout(QWidget):
    """Two lines: the pixel with ∂L/∂pixel, and its ink with the loss."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("pixelReadout")
        self.setAccessibleName(self.tr("Numbers of the boxed pixel"))
        self.setToolTip(
            self.tr(
                "∂L/∂pixel: how fast the loss L grows with the ink of this pixel.\n"
                "Ink goes from 0 to 1; a pixel is named by row and column, from 0."
            )
        )
        self._reading: PixelReading | None = None
        self._loss: float | None = None
        self._label: int | None = None
        self.pixel_shown = True

    def show_reading(
        self, reading: PixelReading | None, label: int | None, loss: float | None
    ) -> None:
        """Show one pixel, and the loss for ``label``; None of each while it is not computed."""
        self._reading, self._label, self._loss = reading, label, loss
        self.setAccessibleDescription(", ".join(text for text in self.texts if text))
        self.update()

    def show_pixel(self, shown: bool) -> None:
        """Show the pixel, or the loss alone."""
        self.pixel_shown = shown
        self.update()

    @property
    def texts(self) -> tuple[str, str, str, str, str]:
        """The pixel, why this one, its gradient, its ink, and the loss: as shown."""
        reading = self._reading
        flat = reading is None and self._loss is not None
        if reading is not None:
            pixel = self.tr("Pixel ({row}, {column})").format(
                row=reading.row, column=reading.column
            )
        else:
            pixel = self.tr("No pixel changes L") if flat else self.tr("Pixel") + f" {EM_DASH}"
        gradient = 0.0 if flat else None if reading is None else reading.gradient
        ink = None if reading is None else reading.ink
        return (
            pixel,
            self._reason(),
            formatting.signed(gradient),
            formatting.unsigned(ink, 2),
            formatting.loss(self._loss),
        )

    def _reason(self) -> str:
        reason = "" if self._reading is None else self._reading.reason
        if reason == STRONGEST:
            return self.tr("the strongest")
        return self.tr("pinned") if reason == KEPT else ""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint both lines; the reason only where there is room for it."""
        painter = QPainter(self)
        lines = (
            (self._pixel_line(), self._loss_line()) if self.pixel_shown else (self._loss_line(),)
        )
        for number, (left, right) in enumerate(lines):
            baseline = number * _LINE + 14
            end = float(self.width())
            for piece in reversed(right):
                end -= piece.width
                piece.paint(painter, end, baseline)
                end -= _GAP
            start = 0.0
            for piece in left:
                if start + piece.width <= end:
                    piece.paint(painter, start, baseline)
                start += piece.width + _SPACE
        painter.end()

    def _pixel_line(self) -> tuple[list[Piece], list[Piece]]:
        colors, texts, reading = theme.current(), self.texts, self._reading
        sign = colors.text_3 if self._loss is None else colors.text_2
        if reading is not None:
            sign = colors.sign_color(reading.gradient)
        head = colors.text_2 if reading is None else colors.accent_text
        return (
            [Piece(texts[0], theme.ui_font(12, SEMIBOLD), head), _plain(texts[1], colors.text_3)],
            [
                Piece("∂L/∂pixel", theme.mono_font(12), colors.text_2),
                Piece(texts[2], theme.mono_font(12, SEMIBOLD), sign),
            ],
        )

    def _loss_line(self) -> tuple[list[Piece], list[Piece]]:
        colors, texts = theme.current(), self.texts
        value = colors.text_3 if self._loss is None else colors.text_1
        label = EM_DASH if self._label is None else self._label
        words = self.tr("L for label {label}").format(label=label)
        ink = [_plain(self.tr("ink"), colors.text_2), Piece(texts[3], theme.mono_font(12), value)]
        loss = Piece(texts[4], theme.mono_font(12, SEMIBOLD), value)
        return ink if self.pixel_shown else [], [_plain(words, colors.text_2), loss]


@dataclass(frozen=True)
class Piece:
    """A stretch of a line in one font and colour."""

    text: str
    font: QFont
    color: str

    @property
    def width(self) -> int:
        """Pixels across."""
        return QFontMetrics(self.font).horizontalAdvance(self.text)

    def paint(self, painter: QPainter, left: float, baseline: float) -> None:
        """Draw it from ``left`` on."""
        painter.setFont(self.font)
        painter.setPen(QColor(self.color))
        painter.drawText(QPointF(left, baseline), self.text)


def _plain(text: str, color: str) -> Piece:
    return Piece(text, theme.ui_font(12), color)

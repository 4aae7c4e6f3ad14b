"""The hidden units that speak most for a label, and most against it, with their weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app import formatting, theme
from app.widgets.basics import SEMIBOLD
from app.widgets.saliency_painter import (
    BORDER,
    LEGEND_HEIGHT,
    SIDE,
    paint_legend,
    paint_nothing,
    paint_values,
)

if TYPE_CHECKING:
    from bpcore.saliency import Saliency, UnitVoice

ROWS = 3
TILES = (5 * SIDE, 4 * SIDE, 3 * SIDE, 2 * SIDE)
"""Sides of a unit's picture, the largest first: each pixel is a whole number of pixels."""

WORDS = 78
"""Across, for a unit's name and numbers and the gap before them."""

HEADING, GAP, SECTION_GAP = 24, 8, 16
MOST_GAP = 40
MOST_SCALE = 344
_LEGEND = LEGEND_HEIGHT + 8
_LINE = 17


@dataclass(frozen=True)
class VoicesPlan:
    """How the units stand: the side of a picture, and whether both lists stand side by side.

    ``flat`` ones are rows, with the words under the pictures; they need least height.
    """

    tile: int
    beside: bool
    flat: bool = False

    @property
    def width(self) -> int:
        """The least width that it takes."""
        if self.flat:
            return 2 * ROWS * max(self.tile + GAP, WORDS) + SECTION_GAP
        return 2 * (self.tile + WORDS) + SECTION_GAP if self.beside else self.tile + WORDS

    @property
    def height(self) -> int:
        """The least height that it takes."""
        if self.flat:
            return HEADING + self.tile + ROWS * _LINE + GAP + _LEGEND
        return (1 if self.beside else 2) * (HEADING + ROWS * (self.tile + GAP)) + _LEGEND

    def pitch(self, height: int) -> int:
        """Return how far it is from one unit to the next if there is ``height``."""
        spare = max(height - self.height, 0) // (ROWS if self.beside else 2 * ROWS)
        return self.tile + min(GAP + spare, MOST_GAP)

    def list_rect(self, number: int, width: int, pitch: int) -> QRectF:
        """Return where the first list stands (0), or the second (1)."""
        high = HEADING + ROWS * pitch
        if not self.beside:
            return QRectF(0, number * high, width, high)
        across = self.tile + WORDS + min((width - self.width) // 2, MOST_GAP)
        if self.flat:
            across = (width - SECTION_GAP) // 2
        return QRectF(number * (across + SECTION_GAP), 0, across, high)


def plan_for(width: int, height: int) -> VoicesPlan:
    """Return the largest pictures that there is room for."""
    forms = ((False, False), (True, False), (True, True))
    plans = [VoicesPlan(tile, *form) for tile in TILES for form in forms]
    fitting = (plan for plan in plans if plan.width <= width and plan.height <= height)
    return next(fitting, VoicesPlan(TILES[-1], True))


@dataclass(frozen=True, eq=False)
class Side:
    """A list: its heading, who is in it, and what is said if they are fewer than three."""

    heading: str
    voices: tuple[UnitVoice, ...]
    rest: str

    @property
    def rows(self) -> tuple[tuple[str, str, str], ...]:
        """Of each unit its name, its share of the score and its output, as shown."""
        return tuple(
            (
                QCoreApplication.translate("UnitVoices", "unit {unit}").format(unit=voice.unit),
                formatting.signed(voice.share, 2),
                QCoreApplication.translate("UnitVoices", "output {output}").format(
                    output=formatting.unsigned(voice.output, 2)
                ),
            )
            for voice in self.voices
        )

    @property
    def text(self) -> str:
        """All of it as one line."""
        rows = [" ".join(row) for row in self.rows]
        return f"{self.heading}: {', '.join([*rows, self.rest] if self.rest else rows)}"


class UnitVoices(QWidget):
    """Shows who speaks in a Saliency: two lists of up to three units, the strongest first."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("unitVoices")
        self.setAccessibleName(self.tr("Hidden units that speak for and against the label"))
        self.setToolTip(
            self.tr(
                "A unit's share of the label's score is its output × how fast the score grows\n"
                "with that output. The picture is its weights. A unit with output 0 is silent."
            )
        )
        self._sides: tuple[Side, ...] = ()
        self._message = ""
        self._limit: float | None = None

    @property
    def sides(self) -> tuple[Side, ...]:
        """The units for the label and those against it; nothing while nothing is shown."""
        return self._sides

    @property
    def limit(self) -> float | None:
        """The largest size of a weight shown, where the colours end; None without units."""
        return self._limit

    def show_saliency(self, saliency: Saliency | None, message: str = "") -> None:
        """Show who speaks in ``saliency``; without one, ``message``."""
        self._message = message
        self._sides = () if saliency is None else (self._for(saliency), self._against(saliency))
        voices = [voice for side in self._sides for voice in side.voices]
        sizes = (float(np.abs(voice.weights).max()) for voice in voices)
        self._limit = max(sizes, default=None)
        description = "; ".join(side.text for side in self._sides)
        self.setAccessibleDescription(description or message)
        self.update()

    def _for(self, saliency: Saliency) -> Side:
        label, voices = saliency.label, saliency.speaking_for
        none = self.tr("No unit speaks for {label}.").format(label=label)
        fewer = self.tr("No other unit speaks for it.") if voices else none
        heading = self.tr("Speak for {label}").format(label=label)
        return Side(heading, voices, "" if len(voices) == ROWS else fewer)

    def _against(self, saliency: Saliency) -> Side:
        label, voices = saliency.label, saliency.against
        none = self.tr("No unit speaks against {label}.").format(label=label)
        fewer = self.tr("No other unit speaks against it.") if voices else none
        heading = self.tr("Speak against {label}").format(label=label)
        return Side(heading, voices, "" if len(voices) == ROWS else fewer)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint both lists, and the scale of the pictures under them."""
        painter, colors = QPainter(self), theme.current()
        if self._sides:
            plan = plan_for(self.width(), self.height())
            pitch = plan.pitch(self.height())
            for number, side in enumerate(self._sides):
                area = plan.list_rect(number, self.width(), pitch)
                self._draw_side(painter, area, plan, pitch, side)
            self._draw_legend(painter)
        else:
            frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
            paint_nothing(painter, frame, self._message, colors)
        painter.end()

    def _draw_side(
        self, painter: QPainter, area: QRectF, plan: VoicesPlan, pitch: int, side: Side
    ) -> None:
        colors, tile = theme.current(), plan.tile
        painter.setFont(theme.ui_font(12, SEMIBOLD))
        painter.setPen(QColor(colors.text_1))
        painter.drawText(QPointF(area.left(), area.top() + 12), side.heading)
        at = area.topLeft() + QPointF(0, HEADING)
        step = QPointF(area.width() // ROWS, 0) if plan.flat else QPointF(0, pitch)
        for voice, row in zip(side.voices, side.rows, strict=True):
            frame = QRectF(at.x(), at.y(), tile, tile).adjusted(0, 0, 2 * BORDER, 2 * BORDER)
            self._draw_weights(painter, frame, voice)
            left, line = at.x() + tile + GAP, frame.center().y() - _LINE + 4
            if plan.flat:
                left, line = at.x(), frame.bottom() + _LINE
            fonts = (theme.ui_font(12), theme.mono_font(12, SEMIBOLD), theme.ui_font(11))
            tones = (colors.text_2, colors.sign_color(voice.share), colors.text_3)
            for number, (text, font, tone) in enumerate(zip(row, fonts, tones, strict=True)):
                painter.setFont(font)
                painter.setPen(QColor(tone))
                painter.drawText(QPointF(left, line + number * _LINE), text)
            at += step
        if side.rest:
            painter.setFont(theme.ui_font(12))
            painter.setPen(QColor(colors.text_3))
            wrapped = Qt.AlignmentFlag.AlignLeft.value | Qt.TextFlag.TextWordWrap.value
            room = QRectF(at.x(), at.y(), area.right() - at.x(), tile + _LINE)
            painter.drawText(room, wrapped, side.rest)

    def _draw_weights(self, painter: QPainter, frame: QRectF, voice: UnitVoice) -> None:
        colors = theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.fillRect(frame, QColor(colors.border_strong))
        rect = frame.adjusted(BORDER, BORDER, -BORDER, -BORDER)
        values = voice.weights.reshape(SIDE, SIDE)
        paint_values(painter, rect, values, self._limit or 0.0, colors)

    def _draw_legend(self, painter: QPainter) -> None:
        """Draw the scale of the weights at the bottom, and what their signs mean."""
        rect = QRectF(
            0, self.height() - LEGEND_HEIGHT, min(self.width(), MOST_SCALE), LEGEND_HEIGHT
        )
        low, high = self.tr("ink lowers it"), self.tr("ink raises it")
        paint_legend(painter, rect, self._limit, (low, high), theme.current())

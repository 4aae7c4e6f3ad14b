"""What a step changed: the probability of two digits, before and after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app import formatting, theme
from app.formatting import EM_DASH
from app.widgets.bars import draw_outline, draw_share, draw_track
from app.widgets.basics import SEMIBOLD

if TYPE_CHECKING:
    from bpcore.lesson import Lesson

MOST_PITCH, MOST_BAR = 20, 14
_DIGIT_COLUMN = 36
_GAP = 12


@dataclass(frozen=True)
class Row:
    """A digit with its probability before and after the step; None is not computed."""

    digit: int | None
    before: float | None = None
    after: float | None = None


class LessonBars(QWidget):
    """Two groups of two bars: the label, and the digit that was ahead of it or next to it."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("lessonBars")
        self.setAccessibleName(self.tr("Probabilities before the step and after it"))
        self.setMinimumSize(240, 64)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._rows: tuple[Row, ...] = (Row(None),)
        self._note = ""

    @property
    def rows(self) -> tuple[Row, ...]:
        """What is shown."""
        return self._rows

    @property
    def note(self) -> str:
        """What is said in place of the second group."""
        return self._note

    def show_lesson(self, lesson: Lesson) -> None:
        """Show what ``lesson`` did to its label, and to the strongest other digit before it."""
        before, after = lesson.before.probabilities, lesson.after.probabilities
        other = next(d for d in before.argsort()[::-1].tolist() if d != lesson.label)
        self._show(
            tuple(Row(d, float(before[d]), float(after[d])) for d in (lesson.label, other)), ""
        )

    def show_none(self, label: int | None, note: str) -> None:
        """Show that nothing was learned from this drawing as ``label``, and say why or what for."""
        self._show((Row(label),), note)

    def _show(self, rows: tuple[Row, ...], note: str) -> None:
        if (rows, note) == (self._rows, self._note):
            return
        self._rows, self._note = rows, note
        spoken = self.tr("{digit}: before {before}, after {after}")
        said = [
            spoken.format(
                digit=row.digit,
                before=formatting.share(row.before),
                after=formatting.share(row.after),
            )
            for row in rows
            if row.after is not None
        ]
        self.setAccessibleDescription(", ".join(said) or note)
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size that the groups have in the design."""
        return QSize(320, 104)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the groups, one above the other."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        half = self.height() / 2
        for number, row in enumerate(self._rows):
            self._draw_group(painter, QRectF(0, number * half, self.width(), half), row, number)
        if self._note:
            painter.setFont(theme.ui_font(12))
            painter.setPen(QColor(theme.current().text_3))
            room = QRectF(0, half, self.width(), self.height() - half)
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(room, flags, self._note)
        painter.end()

    def _draw_group(self, painter: QPainter, room: QRectF, row: Row, number: int) -> None:
        colors, first = theme.current(), number == 0
        text = EM_DASH if row.digit is None else str(row.digit)
        painter.setFont(theme.ui_font(22, QFont.Weight.Bold))
        painter.setPen(QColor(colors.text_1 if first and row.digit is not None else colors.text_3))
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(room, left, text)
        pitch = min(room.height() / 2 - 1, MOST_PITCH)
        line = QRectF(room.x(), room.center().y() - pitch, room.width(), pitch)
        self._draw_line(painter, line, row.before, "")
        fill = colors.accent if first else colors.text_2
        self._draw_line(painter, line.translated(0, pitch), row.after, fill)

    def _draw_line(self, painter: QPainter, room: QRectF, value: float | None, fill: str) -> None:
        """Draw "after" with a bar of the colour ``fill``, or "before" with an outlined bar."""
        colors, before, after = theme.current(), self.tr("before"), self.tr("after")
        strong = bool(fill) and value is not None
        thickness = min(round(room.height() * 0.65), MOST_BAR)
        top = round(room.y() + (room.height() - thickness) / 2)
        painter.setFont(theme.ui_font(11))
        words = painter.fontMetrics()
        baseline = top + round((thickness + words.capHeight()) / 2)
        painter.setPen(QColor(colors.text_1 if strong else colors.text_3))
        painter.drawText(QPointF(_DIGIT_COLUMN, baseline), after if fill else before)
        painter.setFont(theme.mono_font(11, SEMIBOLD if strong else QFont.Weight.Normal))
        figures, text = painter.fontMetrics(), formatting.share(value)
        painter.drawText(QPointF(room.width() - figures.horizontalAdvance(text), baseline), text)

        start = _DIGIT_COLUMN + _GAP + max(words.horizontalAdvance(w) for w in (before, after))
        end = room.width() - _GAP - figures.horizontalAdvance(formatting.percent(1.0))
        track = QRectF(start, top, end - start, thickness)
        draw_track(painter, track)
        if value is not None and fill:
            draw_share(painter, track, value, fill)
        elif value is not None:
            draw_outline(painter, track, value, colors.text_2)

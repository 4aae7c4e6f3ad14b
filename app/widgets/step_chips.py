"""The pass as a row of chips: a chip for each layer and direction, a dot for each of its steps."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import inf
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QToolTip, QWidget

from app import theme
from app.widgets.basics import SEMIBOLD

if TYPE_CHECKING:
    from app.playback import Chapter, Playback

CHIP_HEIGHT = 28
FADED = 0.35
"""How much is seen of chips that lead nowhere."""

_TITLE = 22
_GAP = 5.0
_BREAK = 12.0
_INNER = CHIP_HEIGHT - 1.0


@dataclass(frozen=True)
class Group:
    """The chips of one phase, under their title."""

    title: str
    left: float
    right: float
    first: int
    last: int


class StepChips(QWidget):
    """Shows where a Playback stands; a click on a chip jumps to its first step.

    A drag goes through the steps under the pointer. With the keyboard, the arrow keys choose a chip
    and Enter or Space jumps to it.
    """

    jumped = Signal(int)

    def __init__(self, playback: Playback) -> None:
        super().__init__()
        self.setObjectName("stepChips")
        self.setAccessibleName(self.tr("Layers of the pass"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.setFixedHeight(_TITLE + CHIP_HEIGHT + 2)
        self._playback = playback
        self._hovered = -1
        self._chosen = 0
        self._scrubbed = -1
        self._shown: tuple[int, tuple[Chapter, ...]] = (-1, ())
        playback.position_changed.connect(self.refresh)

    def sizeHint(self) -> QSize:
        """Ask for the whole row of a card."""
        return QSize(792, self.height())

    def refresh(self) -> None:
        """Show where the playback stands now."""
        state = (self._playback.position, self._playback.chapters)
        if state == self._shown:
            return
        self._shown = state
        self._chosen = max(self._playback.chapter, 0)
        self._describe()
        self.update()

    def chip_rects(self) -> list[QRectF]:
        """Return the rectangles of the chips; the phases share what room is left.

        Where there is too little, long names are cut first, then all chips get equally narrow.
        """
        chapters = self._playback.chapters
        breaks = sum(a.phase != b.phase for a, b in pairwise(chapters))
        gap, widths = self._widths(breaks)
        inner = sum(widths) + gap * (len(widths) - 1 - breaks)
        between = max((self.width() - 1 - inner) / breaks, gap) if breaks else 0.0
        rects: list[QRectF] = []
        x = 0.5
        for n, (chapter, width) in enumerate(zip(chapters, widths, strict=True)):
            if n:
                x += gap if chapter.phase == chapters[n - 1].phase else between
            place = round(x) if gap else x
            rects.append(QRectF(place + 0.5, _TITLE + 0.5, width - (1 if gap else 0), _INNER))
            x += width
        return rects

    def _widths(self, breaks: int) -> tuple[float, list[float]]:
        """Return the gap between chips and their widths."""
        font = QFontMetricsF(theme.ui_font(12))
        chapters = self._playback.chapters
        natural = [round(font.horizontalAdvance(c.title) + 20) for c in chapters]
        room = self.width() - 1 - breaks * _BREAK
        for most in (inf, 72.0, 48.0):
            widths = [min(width, most) for width in natural]
            if sum(widths) + _GAP * (len(widths) - 1 - breaks) <= room:
                return _GAP, widths
        gap = 1.0 if room / len(chapters) >= 6 else 0.0
        each = (room - gap * (len(chapters) - 1 - breaks)) / len(chapters)
        return gap, [each] * len(chapters)

    def _groups(self, rects: list[QRectF]) -> list[Group]:
        titles = {
            "forward": self.tr("Forward"),
            "backward": self.tr("Backward"),
            "update": self.tr("Update"),
        }
        groups: list[Group] = []
        for n, chapter in enumerate(self._playback.chapters):
            title = titles[chapter.phase]
            if groups and groups[-1].title == title:
                first = groups.pop()
                groups.append(Group(title, first.left, rects[n].right(), first.first, n))
            else:
                groups.append(Group(title, rects[n].left(), rects[n].right(), n, n))
        return groups

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint titles, chips and dots."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(1.0 if self.isEnabled() else FADED)
        rects = self.chip_rects()
        for group in self._groups(rects):
            self._paint_title(painter, group)
        for n, (chapter, rect) in enumerate(zip(self._playback.chapters, rects, strict=True)):
            self._paint_chip(painter, n, chapter, rect)
        painter.end()

    def _paint_title(self, painter: QPainter, group: Group) -> None:
        colors = theme.current()
        painter.setFont(theme.ui_font(11))
        painter.setPen(QColor(colors.text_3))
        width = painter.fontMetrics().horizontalAdvance(group.title)
        left = min(group.left, self.width() - width)  # a single chip may be narrower
        painter.drawText(QPointF(left, 12), group.title)
        start = left + width + 10
        if start < group.right:
            painter.setPen(QColor(colors.border))
            painter.drawLine(QPointF(start, 8.5), QPointF(group.right, 8.5))

    def _paint_chip(self, painter: QPainter, n: int, chapter: Chapter, rect: QRectF) -> None:
        colors, current = theme.current(), self._playback.chapter
        done, now = n <= current, n == current
        focused = self.hasFocus() and n == self._chosen
        border = colors.accent if now or focused else colors.border
        painter.setPen(QPen(QColor(border), 1.5 if now else 1.0))
        fill = colors.accent_bg if now else colors.surface_2 if done else colors.surface_1
        painter.setBrush(QColor(colors.surface_3 if n == self._hovered and not now else fill))
        if rect.width() < 4:  # of hundreds of steps only the colour can be seen
            color = colors.accent if now else colors.text_3 if done else colors.border
            painter.fillRect(rect.adjusted(0, 8, 0, -8), QColor(color))
            return
        radius = min(6.0, rect.width() / 3)
        painter.drawRoundedRect(rect, radius, radius)
        if focused:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(2, 2, -2, -2), 4, 4)
        painter.setFont(theme.ui_font(12, SEMIBOLD) if now else theme.ui_font(12))
        text = colors.accent_text if now else colors.text_1 if done else colors.text_3
        painter.setPen(QColor(text))
        if rect.width() >= 16:
            name, said = rect.adjusted(0, 3, 0, -9), _fitted(chapter, rect.width() - 4)
            painter.drawText(name, Qt.AlignmentFlag.AlignCenter, said)
        if rect.width() < 8 * chapter.count:
            return
        for k in range(chapter.count):
            x = rect.center().x() + 8 * (k - (chapter.count - 1) / 2)
            self._paint_dot(painter, QPointF(x, rect.bottom() - 4.5), chapter.first + k, now)

    def texts(self) -> list[tuple[Chapter, str]]:
        """Return what each chip says with the room it has."""
        chapters, rects = self._playback.chapters, self.chip_rects()
        return [(c, _fitted(c, rect.width() - 4)) for c, rect in zip(chapters, rects, strict=True)]

    def _paint_dot(self, painter: QPainter, center: QPointF, step: int, now: bool) -> None:
        colors = theme.current()
        done = step < self._playback.position
        color = QColor(colors.accent if now else colors.text_2 if done else colors.text_3)
        painter.setPen(QPen(color, 1))
        painter.setBrush(color if done else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(center, 1.5, 1.5)

    def _at(self, point: QPointF) -> int:
        return next((n for n, r in enumerate(self.chip_rects()) if r.contains(point)), -1)

    def _jump(self, n: int) -> None:
        if 0 <= n < len(self._playback.chapters):
            self.jumped.emit(self._playback.chapters[n].position)

    def _describe(self) -> None:
        chapters = self._playback.chapters
        if not chapters:
            self.setAccessibleDescription("")
            return
        chapter = chapters[self._chosen]
        text = self.tr("{0} {1}, chip {2} of {3}")
        described = text.format(chapter.node, chapter.phase, self._chosen + 1, len(chapters))
        self.setAccessibleDescription(described)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Jump to the first step of the chip."""
        if event.button() == Qt.MouseButton.LeftButton:
            n = self._at(event.position())
            self._scrubbed = self._playback.chapters[n].position if n >= 0 else 0
            self._jump(n)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light up the chip under the pointer; while the button is down, go to its step."""
        self._hover(self._at(event.position()))
        if event.buttons() & Qt.MouseButton.LeftButton and self._playback.chapters:
            position = self.position_at(event.position().x())
            if position != self._scrubbed:
                self._scrubbed = position
                self.jumped.emit(position)

    def position_at(self, x: float) -> int:
        """Return the position that a drag to ``x`` leads to: 0 is left of all chips."""
        rects = self.chip_rects()
        if x < rects[0].left():
            return 0
        n = max(n for n, rect in enumerate(rects) if rect.left() <= x)
        chapter, rect = self._playback.chapters[n], rects[n]
        share = min((x - rect.left()) / rect.width(), 1.0)
        return chapter.position + min(int(share * chapter.count), chapter.count - 1)

    def leaveEvent(self, event: QEvent) -> None:
        """Let no chip be lit."""
        super().leaveEvent(event)
        self._hover(-1)

    def _hover(self, n: int) -> None:
        if n != self._hovered:
            self._hovered = n
            shape = Qt.CursorShape.PointingHandCursor if n >= 0 else Qt.CursorShape.ArrowCursor
            self.setCursor(shape)
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose a chip, or jump to the chosen one."""
        key, last = event.key(), len(self._playback.chapters) - 1
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._jump(self._chosen)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            step = 1 if key == Qt.Key.Key_Right else -1
            self._chosen = max(0, min(self._chosen + step, last))
            self._describe()
            self.update()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Begin at the chip where the pass stands."""
        self._chosen = max(self._playback.chapter, 0)
        super().focusInEvent(event)

    def event(self, event: QEvent) -> bool:
        """Keep the arrow keys from the page's shortcuts; say what a chip does."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            keys = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Space)
            if event.key() in keys:
                event.accept()
                return True
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            n = self._at(QPointF(event.pos()))
            if n >= 0:
                chapter = self._playback.chapters[n]
                text = self.tr("Go to {0}").format(f"{chapter.node} {chapter.phase}")
                QToolTip.showText(event.globalPos(), text, self)
                return True
        return super().event(event)


def _fitted(chapter: Chapter, width: float) -> str:
    """Return a chip's title; where that is too wide, of what kind it is, or a part of it."""
    font = QFontMetricsF(theme.ui_font(12, SEMIBOLD))
    title = chapter.title
    if chapter.mark and font.horizontalAdvance(title) > width:
        title = chapter.mark
    return font.elidedText(title, Qt.TextElideMode.ElideRight, width)

"""The box that names the guilty layer: what goes into it, what comes out, and where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QFontMetricsF,
    QHelpEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app import theme
from app.icons import draw_icon
from app.widgets.basics import SEMIBOLD
from app.widgets.bug_chain import HEIGHT as CHAIN
from app.widgets.bug_chain import draw_chain
from app.widgets.bug_row import draw_cross
from app.widgets.verdict_words import Said, VerdictWords, verdict_words

if TYPE_CHECKING:
    from bpcore.bugs import Bug
    from bpcore.suspects import Verdict

PADDING = 16
TITLE, HEADLINE, LINE = 16, 24, 20
LOW_LINE = 17
"""Height of a line in a box that is too low for all of them otherwise."""

TOP, GAP = 13, 4
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_WRAPPED = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap


class BugVerdict(QWidget):
    """Rose around a guilty layer, mint if all layers agree, grey before anything is known."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("bugVerdict")
        self.setAccessibleName(self.tr("Guilty layer"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._words = verdict_words(None, None, busy=False)
        self._tell()

    @property
    def words(self) -> VerdictWords:
        """What is said."""
        return self._words

    def show_verdict(self, verdict: Verdict | None, *, bug: Bug | None, busy: bool = False) -> None:
        """Show what was found with ``bug`` on; nothing is known yet while it is ``busy``."""
        words = verdict_words(verdict, bug, busy=busy)
        if words != self._words:
            self._words = words
            self._tell()
            self.updateGeometry()
            self.update()

    def _tell(self) -> None:
        self.setAccessibleDescription(self._words.spoken)

    def sizeHint(self) -> QSize:
        """Return the size in the design, or what a guilty layer with more to say needs."""
        lines = len(self._words.lines)
        content = TITLE + HEADLINE + lines * LINE + LINE + CHAIN
        return QSize(320, max(182, TOP + content + 3 * GAP + TOP))

    def minimumSizeHint(self) -> QSize:
        """Return a size in which what must be said has room: no sentence and no chain."""
        lines = len(self._words.lines) * LOW_LINE
        return QSize(280, TOP + TITLE + HEADLINE + GAP + lines + GAP)

    # Where things are.

    def line_rect(self, n: int) -> QRectF:
        """Return where line ``n`` is."""
        needed = self._lines_top + len(self._words.lines) * LINE + GAP
        high = LINE if needed <= self.height() else LOW_LINE
        return QRectF(PADDING, self._lines_top + n * high, self.width() - 2 * PADDING, high)

    @property
    def _lines_top(self) -> int:
        return TOP + TITLE + HEADLINE + GAP

    @property
    def _free_top(self) -> float:
        """Where that begins which is below the lines."""
        return self.line_rect(len(self._words.lines)).top() + 2

    @property
    def chain_rect(self) -> QRectF:
        """Where the layers are, if there is room for them."""
        top: float = self.height() - TOP - 4 - CHAIN
        if self._free_top > top:
            top = self.height() - 8 - CHAIN
        return QRectF(PADDING, top, self.width() - 2 * PADDING, CHAIN)

    @property
    def sentence_rect(self) -> QRectF:
        """Where the sentence is, if there is room: all that the rest leaves."""
        top, bottom = self._free_top, float(self.height() - TOP)
        if self.has_chain:
            bottom = self.chain_rect.top() - GAP
        return QRectF(PADDING, top, self.width() - 2 * PADDING, bottom - top)

    @property
    def has_chain(self) -> bool:
        """Whether there is room for the layers; beside lines they are worth more than a sentence.

        Without lines the sentence is what there is to say.
        """
        room = self.chain_rect.top() - self._free_top
        needed = 0.0 if self._words.lines else self._sentence_height + GAP
        return bool(self._words.chain) and room >= needed

    @property
    def has_sentence(self) -> bool:
        """Whether there is room for the whole sentence."""
        return bool(self._words.sentence) and self.sentence_rect.height() >= self._sentence_height

    @property
    def _sentence_height(self) -> float:
        wide = QRectF(0, 0, self.width() - 2 * PADDING, 1)
        metrics = QFontMetricsF(theme.ui_font(12))
        return metrics.boundingRect(wide, _WRAPPED, self._words.sentence).height()

    def event(self, event: QEvent) -> bool:
        """Say of how many elements a number is the mean to whoever points at it."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            at = QPointF(event.pos())
            lines = enumerate(self._words.lines)
            tip = next((line.tip for n, line in lines if self.line_rect(n).contains(at)), "")
            if self.has_chain and self.chain_rect.contains(at):
                tip = self._words.layers
            QToolTip.showText(event.globalPos(), tip, self)
            return True
        return super().event(event)

    # Painting.

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the box."""
        colors, words = theme.current(), self._words
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = {"blank": colors.border, "guilty": colors.fail, "clean": colors.accent}
        width = 1.0 if words.mood == "blank" else 1.6
        painter.setPen(QPen(QColor(edge[words.mood]), width))
        painter.setBrush(QColor(colors.surface_2))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)
        self._draw_headline(painter, colors)
        for n, line in enumerate(words.lines):
            _draw_line(painter, self.line_rect(n), line, colors)
        painter.setFont(theme.ui_font(12))
        painter.setPen(QColor(colors.text_2))
        if self.has_sentence:
            painter.drawText(self.sentence_rect, _WRAPPED, words.sentence)
        if self.has_chain:
            draw_chain(painter, words.chain, self.chain_rect, colors)
        painter.end()

    def _draw_headline(self, painter: QPainter, colors: theme.Theme) -> None:
        words, wide = self._words, self.width() - 2 * PADDING
        painter.setFont(theme.ui_font(12))
        painter.setPen(QColor(colors.text_2))
        painter.drawText(QRectF(PADDING, TOP, wide, TITLE), _LEFT, words.title)
        ink = {"blank": colors.text_3, "guilty": colors.fail, "clean": colors.accent_text}
        painter.setPen(QColor(ink[words.mood]))
        is_code = words.mood == "guilty"
        font = theme.mono_font(17) if is_code else theme.ui_font(15, SEMIBOLD)
        if is_code and QFontMetrics(font).horizontalAdvance(words.headline) > wide:
            font = theme.mono_font(15)
        painter.setFont(font)
        place = QRectF(PADDING, TOP + TITLE + 1, wide, HEADLINE)
        painter.drawText(place, _LEFT, words.headline)
        if words.mood == "clean":
            box = QRectF(self.width() - PADDING - 16, place.center().y() - 8, 16, 16)
            draw_icon(painter, "check", colors.accent_text, box)


def _draw_line(painter: QPainter, place: QRectF, line: Said, colors: theme.Theme) -> None:
    x = place.left()
    number = colors.fail if line.agrees is False else colors.text_2
    for text, font, color in (
        (line.name, theme.mono_font(12, SEMIBOLD), colors.text_1),
        (line.text, theme.ui_font(12), colors.text_1 if line.name else colors.text_2),
        (line.number, theme.mono_font(12), number),
    ):
        if text:
            painter.setFont(font)
            painter.setPen(QColor(color))
            rest = QRectF(x, place.top(), place.right() - x, place.height())
            painter.drawText(rest, _LEFT, text)
            x += QFontMetrics(font).horizontalAdvance(text) + 5
    center = QPointF(place.right() - 7, place.center().y())
    if line.agrees is True:
        box = QRectF(center.x() - 8, center.y() - 8, 16, 16)
        draw_icon(painter, "check", colors.accent_text, box)
    elif line.agrees is False:
        draw_cross(painter, center, colors)

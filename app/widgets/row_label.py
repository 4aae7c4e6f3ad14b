"""A line of terms and numbers: each in the colour of its sign, each can be pointed at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QToolTip, QVBoxLayout, QWidget

from app import theme
from app.widgets.basics import SEMIBOLD
from app.widgets.formulas import Row

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.widgets.formulas import Span

LINE = 20
_BASELINE = 15
_INDENT = 14
"""How far a line that goes on from the one above it stands in."""


@dataclass(frozen=True)
class Piece:
    """A stretch of a span in one line of the label."""

    span: Span
    text: str
    rect: QRect


class RowLabel(QLabel):
    """A line of numbers in the colours of their signs, with a remark at its right end.

    ``text`` is the line as plain text. Where both don't fit, the remark becomes the tooltip. One
    that ``wraps`` goes on in further lines and is as high as that takes; another one is cut.
    ``value_hovered`` tells which value of the trace the term under the pointer names; "" is none.
    """

    value_hovered = Signal(str)

    def __init__(self, name: str, *, wraps: bool = False) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setFont(theme.mono_font(12))
        self.setFixedHeight(LINE)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setMouseTracking(True)
        self._wraps = wraps
        self._row = Row(())
        self._tip_of: Callable[[Span], str] | None = None
        self._lit: frozenset[str] = frozenset()
        self._hovered = ""
        self._kept: tuple[Piece, ...] | None = None

    def set_row(self, row: Row, tip_of: Callable[[Span], str] | None = None) -> None:
        """Show ``row``; ``tip_of`` says what the tooltip of a named term is."""
        self._row, self._tip_of = row, tip_of
        self.setText(row.text)
        self.setAccessibleDescription(row.note)
        self.setToolTip(row.note)
        self._arrange()
        self.update()

    def light(self, values: frozenset[str]) -> None:
        """Underline the terms that name one of these values of the trace."""
        if values != self._lit:
            self._lit = values
            self.update()

    @property
    def lit(self) -> tuple[str, ...]:
        """The terms that are underlined."""
        return tuple(span.text for span in self._row.spans if span.value in self._lit)

    def minimumSizeHint(self) -> QSize:
        """Let a long line be cut rather than widen the panel."""
        return QSize(0, self.height())

    def sizeHint(self) -> QSize:
        """Take the width that there is."""
        hint = super().sizeHint()
        return QSize(0 if self._wraps else hint.width(), self.height())

    def pieces(self) -> tuple[Piece, ...]:
        """Return what stands where."""
        if self._kept is None:
            self._kept = self._wrapped() if self._wraps else self._in_one_line()
        return self._kept

    def lines(self) -> int:
        """Return how many lines the row takes."""
        return max((piece.rect.bottom() + 1 for piece in self.pieces()), default=LINE) // LINE

    def _arrange(self) -> None:
        self._kept = None
        if self._wraps and self.width() > _INDENT:
            self.setFixedHeight(LINE * self.lines())

    def _metrics(self, span: Span) -> QFontMetrics:
        return QFontMetrics(_font(span))

    def _in_one_line(self) -> tuple[Piece, ...]:
        pieces, x = [], 0
        for span in self._row.spans:
            wide = self._metrics(span).horizontalAdvance(span.text)
            pieces.append(Piece(span, span.text, QRect(x, 0, wide, LINE)))
            x += wide
        return tuple(pieces)

    def _wrapped(self) -> tuple[Piece, ...]:
        """Break the row between words; a word that is too long for any line anywhere."""
        pieces: list[Piece] = []
        x = y = 0
        for word in _words(self._row.spans):
            wide = sum(self._metrics(span).horizontalAdvance(text) for span, text in word)
            if x and x + wide > self.width() and not word[0][1].isspace():
                x, y = _INDENT, y + LINE
            for span, text in word:
                metrics = self._metrics(span)
                for part in _fitting(text, metrics, self.width() - _INDENT):
                    wide = metrics.horizontalAdvance(part)
                    if x > _INDENT and x + wide > self.width() and not part.isspace():
                        x, y = _INDENT, y + LINE
                    pieces.append(Piece(span, part, QRect(x, y, wide, LINE)))
                    x += wide
        return tuple(pieces)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint piece after piece."""
        colors, painter = theme.current(), QPainter(self)
        tones = {
            "1": colors.text_1,
            "2": colors.text_2,
            "3": colors.text_3,
            "+": colors.positive,
            "−": colors.negative,
            "0": colors.text_2,
        }
        end = 0
        for piece in self.pieces():
            value, rect = piece.span.value, piece.rect
            painter.setFont(_font(piece.span))
            painter.setPen(QColor(tones[piece.span.tone]))
            painter.drawText(rect.left(), rect.top() + _BASELINE, piece.text)
            lit = bool(value) and value in self._lit
            if lit or (value and value == self._hovered):
                wide = self._metrics(piece.span).horizontalAdvance(piece.text.rstrip())
                line = QRect(rect.left(), rect.top() + _BASELINE + 2, wide, 2 if lit else 1)
                painter.fillRect(line, QColor(colors.accent if lit else colors.text_3))
            end = rect.right() + 1
        painter.setFont(theme.ui_font(11))
        width = painter.fontMetrics().horizontalAdvance(self._row.note)
        if end + 8 + width <= self.width():
            painter.setPen(QColor(colors.text_2))
            painter.drawText(self.width() - width, _BASELINE, self._row.note)
        painter.end()

    def _span_at(self, x: int, y: int) -> Span | None:
        found = (p.span for p in self.pieces() if p.rect.contains(x, y) and p.span.value)
        return next(found, None)

    def _hover(self, value: str) -> None:
        if value != self._hovered:
            self._hovered = value
            self.value_hovered.emit(value)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell what is under the pointer."""
        super().mouseMoveEvent(event)
        place = event.position().toPoint()
        span = self._span_at(place.x(), place.y())
        self._hover("" if span is None else span.value)

    def leaveEvent(self, event: QEvent) -> None:
        """Tell that nothing is."""
        super().leaveEvent(event)
        self._hover("")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the lines anew."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._arrange()

    def tip_at(self, x: int, y: int) -> str:
        """Return the number in full of the term at a point; "" if there is none."""
        span = self._span_at(x, y)
        return "" if span is None or self._tip_of is None else self._tip_of(span)

    def event(self, event: QEvent) -> bool:
        """Show a term's number in full, or else the remark."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            tip = self.tip_at(event.pos().x(), event.pos().y())
            if tip:
                QToolTip.showText(event.globalPos(), tip, self)
                return True
        return super().event(event)


def _font(span: Span) -> QFont:
    return theme.mono_font(12, SEMIBOLD) if span.tone in "+−" else theme.mono_font(12)


def _words(spans: Sequence[Span]) -> list[list[tuple[Span, str]]]:
    """Cut spans into words, which several can share, and the spaces between them."""
    words: list[list[tuple[Span, str]]] = []
    for span in spans:
        for text in re.findall(r"\S+|\s+", span.text):
            if words and words[-1][-1][1].isspace() == text.isspace():
                words[-1].append((span, text))
            else:
                words.append([(span, text)])
    return words


def _fitting(word: str, metrics: QFontMetrics, room: int) -> list[str]:
    """Cut a word that is wider than ``room``."""
    parts = []
    while metrics.horizontalAdvance(word.strip()) > room > 0:
        most = max(len(word) * room // metrics.horizontalAdvance(word), 1)
        parts.append(word[:most])
        word = word[most:]
    return [*parts, word]


class GraphRows(QScrollArea):
    """Rows as long as they need be, in as many lines; more than there is room for are scrolled."""

    value_hovered = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("graphFormula")
        self.setAccessibleName(self.tr("Formula of the step, with its numbers"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget()
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        self.setWidget(inner)
        self._rows: list[RowLabel] = []
        self._lit: frozenset[str] = frozenset()
        self.verticalScrollBar().rangeChanged.connect(self._take_focus)

    @property
    def rows(self) -> tuple[RowLabel, ...]:
        """The labels, one for each row; further ones are hidden."""
        return tuple(self._rows)

    def set_rows(self, rows: Sequence[Row], tip_of: Callable[[Span], str]) -> None:
        """Show ``rows``, from the first one on."""
        while len(self._rows) < len(rows):
            made = RowLabel(f"graphRow{len(self._rows)}", wraps=True)
            made.light(self._lit)
            made.value_hovered.connect(self.value_hovered)
            self._column.insertWidget(len(self._rows), made)
            self._rows.append(made)
        for number, widget in enumerate(self._rows):
            widget.setVisible(number < len(rows))
            widget.set_row(rows[number] if number < len(rows) else Row(()), tip_of)
        self.setAccessibleDescription("; ".join(row.text for row in rows))
        self.verticalScrollBar().setValue(0)

    def light(self, values: frozenset[str]) -> None:
        """Underline the terms that name one of these values of the trace."""
        self._lit = values
        for row in self._rows:
            row.light(values)

    def _take_focus(self, _least: int, most: int) -> None:
        """Let keys scroll what there is no room for."""
        policy = Qt.FocusPolicy
        self.setFocusPolicy(policy.TabFocus if most else policy.NoFocus)

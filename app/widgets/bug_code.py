"""The code of a bug against the right code, and what it does, in words."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMimeData, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QResizeEvent,
    QShowEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextOption,
)
from PySide6.QtWidgets import QFrame, QTextEdit, QWidget

from app import theme
from app.bug_words import story_of
from app.widgets.basics import SEMIBOLD
from app.widgets.code_panel import LINE, marks
from app.widgets.diff_lines import SIGNS, diff_caption, pieces_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bpcore.bugs import DiffLine

SIGN = 2
"""Characters before the code of a line: its sign and a space."""

_HANGING = 6
"""Characters that the rest of a line which is too long stands in."""

_CHARACTER = 6.6
MARGIN = 4
CAPTION = 24
"""Height of the line above the code, and of the gap below it."""

_BREAK = "\u2028"
"""Breaks a line without beginning another paragraph."""

ABOVE = 1
"""Lines that are seen above the mistake, at least."""


class BugCode(QTextEdit):
    """Lines as they should be, with a tick, and with the mistake, with a cross; a story below.

    What is right is mint and what is wrong is rose, as everywhere, and a caption says so. All of it
    can be selected and copied; it wraps and scrolls, so that none of it is out of reach.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("bugCode")
        self.setAccessibleName(self.tr("The mistake against the right code"))
        self.setReadOnly(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(0)
        self.viewport().setAutoFillBackground(False)
        self.setCornerWidget(QWidget())  # the style would fill the corner with white
        self._caption = diff_caption()
        self._caption.setParent(self)
        self._caption.hide()
        self._key = ""
        self._lines: tuple[DiffLine, ...] = ()
        self._pieces: list[list[str]] = []
        self._places: dict[str, int | None] = {}
        self._place: int | None = None
        self._left_at = 0
        self._is_writing = False

    @property
    def lines(self) -> tuple[DiffLine, ...]:
        """The code that is shown."""
        return self._lines

    def show_bug(self, key: str, lines: Sequence[DiffLine]) -> None:
        """Show the code ``lines`` of the bug ``key``, and its story; nothing for "".

        It is where the reader scrolled it to when that bug was shown before.
        """
        if (key, tuple(lines)) == (self._key, self._lines):
            return
        self._take_place()
        self._places[self._key] = self._place
        self._key, self._lines = key, tuple(lines)
        self._place = self._places.get(key)
        self._caption.setVisible(bool(lines))
        self.setViewportMargins(0, CAPTION if lines else 0, 0, 0)
        self._show_again()

    def sizeHint(self) -> QSize:
        """Return the room below the list of bugs."""
        return QSize(320, 182)

    def minimumSizeHint(self) -> QSize:
        """Return room for a few lines."""
        return QSize(200, 5 * LINE)

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of a new theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self._key:
            self._take_place()
            self._show_again()

    def showEvent(self, event: QShowEvent) -> None:
        """Stay where it is: Qt would go to the caret."""
        self._take_place()
        super().showEvent(event)
        self._go_to_place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break lines anew, and keep the mistake in view, or what the reader scrolled to."""
        self._take_place()
        super().resizeEvent(event)
        room = self.contentsRect()
        self._caption.setGeometry(MARGIN, 0, room.width() - MARGIN, CAPTION - 4)
        if self._pieces != self._broken() and not self._is_writing:
            self._show_again()
        else:
            self._go_to_place()

    def createMimeDataFromSelection(self) -> QMimeData:
        """Copy lines as they are in the file, whatever they are broken into here."""
        data = QMimeData()
        text = self.textCursor().selectedText().replace(_BREAK, "")
        data.setText(text.replace("\u2029", "\n"))
        return data

    def _take_place(self) -> None:
        """Take down where the reader scrolled to, if anywhere."""
        if self.verticalScrollBar().value() != self._left_at and not self._is_writing:
            self._place = self.verticalScrollBar().value()

    def _show_again(self) -> None:
        self._is_writing = True
        self._write()
        self._is_writing = False
        self._go_to_place()

    def _go_to_place(self) -> None:
        """Scroll to where the reader was, else to the mistake and some code above it."""
        place = self._place
        if place is None:
            layout = self.document().documentLayout()
            first = layout.blockBoundingRect(self.document().firstBlock()).top()
            place = round(layout.blockBoundingRect(self._before_mistake()).top() - first)
        self.verticalScrollBar().setValue(place)
        self._left_at = self.verticalScrollBar().value()

    def _broken(self) -> list[list[str]]:
        """Return the pieces of each line: as many as it takes beside a scroll bar."""
        wide = self.contentsRect().width() - self.verticalScrollBar().sizeHint().width() - MARGIN
        across = int(wide / QFontMetricsF(theme.mono_font(11)).horizontalAdvance("0"))
        return [
            pieces_of(line.text, across - SIGN, across - _indent(line) - _HANGING)
            for line in self._lines
        ]

    def _before_mistake(self) -> QTextBlock:
        changed = (n for n, line in enumerate(self._lines) if line.kind != " ")
        return self.document().findBlockByNumber(max(next(changed, 0) - ABOVE, 0))

    def _write(self) -> None:
        self.clear()
        self._pieces = self._broken()
        if not self._key:
            return
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        for n, line in enumerate(self._lines):
            block = _code_block(line)
            if n:
                cursor.insertBlock(block)
            else:
                cursor.setBlockFormat(block)
            text = _BREAK.join(self._pieces[n])
            cursor.insertText(f"{SIGNS[line.kind]} {text}", _code_style(line))
        self._mark()
        story = QTextBlockFormat()
        story.setLeftMargin(MARGIN)
        story.setRightMargin(2 * MARGIN)
        story.setTopMargin(8 if self._lines else 0)
        story.setLineHeight(LINE, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        if self._lines:
            cursor.insertBlock(story)
        cursor.insertText(story_of(self._key), _story_style())
        cursor.endEditBlock()
        # Where the cursor is will be in view when the widget is shown first.
        self.setTextCursor(QTextCursor(self._before_mistake()))

    def _mark(self) -> None:
        """Let keywords and such be told from the rest, in lines that both have."""
        for mark in marks(tuple(line.text for line in self._lines)):
            if self._lines[mark.line].kind != " ":
                continue
            block = self.document().findBlockByNumber(mark.line)
            cursor = QTextCursor(block)
            ends = list(itertools.accumulate(map(len, self._pieces[mark.line])))
            start = block.position() + SIGN + mark.start + sum(end <= mark.start for end in ends)
            cursor.setPosition(start)
            end = start + mark.end - mark.start
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
            style = QTextCharFormat()
            colors = theme.current()
            style.setForeground(QColor(colors.text_3 if mark.kind == "remark" else colors.text_2))
            if mark.kind == "keyword":
                style.setFontWeight(SEMIBOLD.value)
            cursor.mergeCharFormat(style)


def _indent(line: DiffLine) -> int:
    return len(line.text) - len(line.text.lstrip())


def _code_block(line: DiffLine) -> QTextBlockFormat:
    colors = theme.current()
    block = QTextBlockFormat()
    block.setLineHeight(LINE, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
    wide = (_indent(line) + _HANGING) * _CHARACTER
    block.setLeftMargin(MARGIN + wide)
    block.setTextIndent(-wide)
    if line.kind != " ":
        block.setBackground(QColor(colors.accent_bg if line.kind == "-" else colors.fail_bg))
    return block


def _code_style(line: DiffLine) -> QTextCharFormat:
    colors = theme.current()
    inks = {" ": colors.text_1, "-": colors.accent_text, "+": colors.fail}
    style = QTextCharFormat()
    style.setFont(theme.mono_font(11))
    style.setForeground(QColor(inks[line.kind]))
    return style


def _story_style() -> QTextCharFormat:
    style = QTextCharFormat()
    style.setFont(theme.ui_font(12))
    style.setForeground(QColor(theme.current().text_2))
    return style

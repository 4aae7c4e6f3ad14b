"""The code of a bug against the right code, and what it does, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QResizeEvent,
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

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bpcore.bugs import DiffLine

SIGN = 2
"""Characters before the code of a line: its sign and a space."""

_HANGING = 6
"""Characters that the rest of a line which is too long stands in."""

_CHARACTER = 6.6
MARGIN = 4
ABOVE = 1
"""Lines that are seen above the mistake, at least."""


class BugCode(QTextEdit):
    """Lines as they should be, with a minus, and with the mistake, with a plus; a story below.

    What is right is mint and what is wrong is rose, as everywhere. All of it can be selected and
    copied; it wraps and scrolls, so that none of it is out of reach.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("bugCode")
        self.setAccessibleName(self.tr("The mistake against the right code"))
        self.setToolTip(self.tr("- as it should be\n+ with the mistake"))
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
        self._key = ""
        self._lines: tuple[DiffLine, ...] = ()

    @property
    def lines(self) -> tuple[DiffLine, ...]:
        """The code that is shown."""
        return self._lines

    def show_bug(self, key: str, lines: Sequence[DiffLine]) -> None:
        """Show the code ``lines`` of the bug ``key``, and its story; nothing for ""."""
        if (key, tuple(lines)) == (self._key, self._lines):
            return  # it stays where the reader has scrolled it to
        self._key, self._lines = key, tuple(lines)
        self._write()
        self._reveal()

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
            scrolled = self.verticalScrollBar().value()
            self._write()
            self.verticalScrollBar().setValue(scrolled)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the mistake in view."""
        super().resizeEvent(event)
        self._reveal()

    def _reveal(self) -> None:
        """Scroll to the mistake, and some code above it, if the whole has no room."""
        layout = self.document().documentLayout()
        first = layout.blockBoundingRect(self.document().firstBlock()).top()
        top = layout.blockBoundingRect(self._before_mistake()).top() - first
        self.verticalScrollBar().setValue(round(top))

    def _before_mistake(self) -> QTextBlock:
        changed = (n for n, line in enumerate(self._lines) if line.kind != " ")
        return self.document().findBlockByNumber(max(next(changed, 0) - ABOVE, 0))

    def _write(self) -> None:
        self.clear()
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
            cursor.insertText(f"{line.kind} {line.text}", _code_style(line))
        self._mark()
        story = QTextBlockFormat()
        story.setLeftMargin(MARGIN)
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
            cursor.setPosition(block.position() + SIGN + mark.start)
            cursor.setPosition(block.position() + SIGN + mark.end, QTextCursor.MoveMode.KeepAnchor)
            style = QTextCharFormat()
            colors = theme.current()
            style.setForeground(QColor(colors.text_3 if mark.kind == "remark" else colors.text_2))
            if mark.kind == "keyword":
                style.setFontWeight(SEMIBOLD.value)
            cursor.mergeCharFormat(style)


def _code_block(line: DiffLine) -> QTextBlockFormat:
    colors = theme.current()
    block = QTextBlockFormat()
    block.setLineHeight(LINE, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
    indent = len(line.text) - len(line.text.lstrip())
    wide = (indent + _HANGING) * _CHARACTER
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

"""The source of the method that runs, its running line marked."""

from __future__ import annotations

import builtins
import io
import keyword
import math
import tokenize
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRect, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextOption,
)
from PySide6.QtWidgets import QFrame, QTextEdit, QWidget

from app import theme
from app.widgets.basics import SEMIBOLD, Card

if TYPE_CHECKING:
    from bpcore.graph.code import Code

LINE = 18
GUTTER = 43
_FADED = frozenset({"self", "cls", "None", "True", "False"})


@dataclass(frozen=True)
class Mark:
    """A stretch of a line that isn't plain code: ``kind`` is keyword, faded, or remark."""

    line: int
    start: int
    end: int
    kind: str


@cache
def marks(lines: tuple[str, ...]) -> tuple[Mark, ...]:
    """Find keywords, names that say little (self, True), and docstrings and comments."""
    found: list[Mark] = []
    reader = io.StringIO("\n".join(lines) + "\n").readline
    try:
        for token in tokenize.generate_tokens(reader):
            kind = _kind(token)
            if kind:
                found += _stretches(token, kind, lines)
    except (tokenize.TokenError, IndentationError):
        pass  # a piece of code that isn't whole is shown without emphasis from there on
    return tuple(found)


def _kind(token: tokenize.TokenInfo) -> str:
    if token.type == tokenize.COMMENT:
        return "remark"
    if token.type == tokenize.STRING and token.string.startswith('"""'):
        return "remark"
    if token.type != tokenize.NAME:
        return ""
    if token.string in _FADED:
        return "faded"
    if keyword.iskeyword(token.string):
        return "keyword"
    return "faded" if hasattr(builtins, token.string) else ""


def _stretches(token: tokenize.TokenInfo, kind: str, lines: tuple[str, ...]) -> list[Mark]:
    (first, start), (last, end) = token.start, token.end
    return [
        Mark(
            line - 1,
            start if line == first else 0,
            end if line == last else len(lines[line - 1]),
            kind,
        )
        for line in range(first, last + 1)
    ]


class CodeView(QTextEdit):
    """Code that can be selected and copied but not changed, with the numbers of its lines."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("codePanel")
        self.setAccessibleName(self.tr("Running code"))
        self.setReadOnly(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFont(theme.mono_font(11))
        self.setWordWrapMode(QTextOption.WrapMode.NoWrap)
        self.setLineWrapMode(QTextEdit.LineWrapMode.NoWrap)
        self.document().setDocumentMargin(0)
        self.viewport().setAutoFillBackground(False)
        self.setTabChangesFocus(True)
        self.setCornerWidget(QWidget())  # the style would fill the corner with white
        self.setUndoRedoEnabled(False)
        self._code: Code | None = None
        self._running = False
        self._gutter = _Gutter(self)
        self.setViewportMargins(GUTTER, 0, 0, 0)
        self.verticalScrollBar().valueChanged.connect(self._gutter.update)

    @property
    def code(self) -> Code | None:
        """What is shown."""
        return self._code

    @property
    def running_line(self) -> int | None:
        """The number of the line that runs, as in its file."""
        return None if self._code is None else self._code.first_line + self._code.running

    def show_code(self, code: Code | None, *, running: bool = True) -> None:
        """Show ``code``, its line marked if it is ``running``."""
        if code is self._code and running == self._running:
            return  # it stays where the reader has scrolled it to
        self._code = None  # while the text changes, scroll bars may come and go
        self.setPlainText("" if code is None else "\n".join(code.lines))
        self._code, self._running = code, running
        self._format()
        self._reveal()
        self._gutter.update()
        self.viewport().update()

    def line_rect(self, index: int) -> QRect:
        """Return where line ``index`` stands in the viewport, as wide as it is."""
        block = self.document().findBlockByNumber(index)
        top = self.document().documentLayout().blockBoundingRect(block).top()
        y = round(top) - self.verticalScrollBar().value()
        return QRect(0, y, self.viewport().width(), LINE)

    def running_index(self) -> int | None:
        """Return the index of the marked line."""
        return self._code.running if self._code is not None and self._running else None

    def _format(self) -> None:
        """Give lines their height, and stretches their colour."""
        if self._code is None:
            return
        colors = theme.current()
        styles = {
            "keyword": _style(colors.text_2, bold=True),
            "faded": _style(colors.text_2),
            "remark": _style(colors.text_3),
        }
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        height = QTextBlockFormat()
        height.setLineHeight(LINE, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        cursor.mergeBlockFormat(height)
        cursor.mergeCharFormat(_style(colors.text_1))
        frame = self.document().rootFrame().frameFormat()
        # Room to scroll by whole lines: no line is cut at the top.
        frame.setBottomMargin(LINE - 1 if self._too_long() else 0)
        self.document().rootFrame().setFrameFormat(frame)
        for mark in marks(self._code.lines):
            self._mark(mark.line, mark.start, mark.end, styles[mark.kind])
        index = self.running_index()
        if index is not None:
            bold = QTextCharFormat()
            bold.setFontWeight(SEMIBOLD.value)
            self._mark(index, 0, len(self._code.lines[index]), bold)

    def _too_long(self) -> bool:
        lines = 0 if self._code is None else len(self._code.lines)
        return lines * LINE > self.viewport().height()

    def _mark(self, line: int, start: int, end: int, style: QTextCharFormat) -> None:
        block: QTextBlock = self.document().findBlockByNumber(line)
        cursor = QTextCursor(block)
        cursor.setPosition(block.position() + start)
        cursor.setPosition(block.position() + end, QTextCursor.MoveMode.KeepAnchor)
        cursor.mergeCharFormat(style)

    def _reveal(self) -> None:
        """Scroll as little as shows the running line and one more around it."""
        self.horizontalScrollBar().setValue(0)
        index = self.running_index()
        if index is None:
            self.verticalScrollBar().setValue(0)
            return
        bar, height = self.verticalScrollBar(), self.viewport().height()
        top, bottom = (index - 1) * LINE, (index + 2) * LINE
        value = min(max(bar.value(), bottom - height), top)
        bar.setValue(math.ceil(value / LINE) * LINE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the gutter beside the text, and the running line in view."""
        super().resizeEvent(event)
        self._gutter.setGeometry(0, 0, GUTTER, self.height())
        self._format()
        self._reveal()

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of a new theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self._code is not None:
            self._format()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the band of the running line below the text."""
        index = self.running_index()
        if index is not None:
            painter = QPainter(self.viewport())
            painter.fillRect(self.line_rect(index), QColor(theme.current().accent_bg))
            painter.end()
        super().paintEvent(event)


class _Gutter(QWidget):
    """The numbers of the lines, and the bar at the running one."""

    def __init__(self, view: CodeView) -> None:
        super().__init__(view)
        self._view = view

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a number beside every line."""
        code = self._view.code
        if code is None:
            return
        colors, painter = theme.current(), QPainter(self)
        running = self._view.running_index()
        for index in range(len(code.lines)):
            y = self._view.line_rect(index).top()
            if index == running:
                painter.fillRect(0, y, self.width(), LINE, QColor(colors.accent_bg))
                painter.fillRect(0, y, 3, LINE, QColor(colors.accent))
            painter.setPen(QColor(colors.accent_text if index == running else colors.text_3))
            painter.setFont(theme.mono_font(11))
            place = QRectF(0, y, 33, LINE)
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(place, flags, str(code.first_line + index))
        painter.end()


def _style(color: str, *, bold: bool = False) -> QTextCharFormat:
    style = QTextCharFormat()
    style.setForeground(QColor(color))
    style.setFontWeight((SEMIBOLD if bold else theme.mono_font(11).weight()).value)
    return style


class CodeCard(Card):
    """The running code under its title; its band runs from border to border."""

    def __init__(self) -> None:
        super().__init__(self.tr("Running code"), " ")
        layout = self.layout()
        assert layout is not None
        layout.setContentsMargins(0, 0, 0, 8)
        self.header.setContentsMargins(15, 0, 15, 0)
        self.view = CodeView()
        self.body.addWidget(self.view)

    def show_code(self, code: Code | None, *, running: bool = True) -> None:
        """Show ``code`` and name its file and class."""
        owner = "" if code is None else code.name.rpartition(".")[0]
        self.subtitle.setText("" if code is None else f"{code.file} · {owner}")
        self.view.show_code(code, running=running)

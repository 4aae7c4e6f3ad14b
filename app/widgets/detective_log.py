"""What is known of a case: accusations and hints with their costs, and at the end all of it."""

from __future__ import annotations

import textwrap
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app import bug_words, formatting, theme
from app.detective_case import Answer
from app.detective_words import (
    accused,
    costs_text,
    intro_text,
    sentence_of,
    silent_text,
    so_far_text,
    trace_text,
)
from app.widgets.basics import SEMIBOLD, label
from app.widgets.diff_lines import SIGNS, diff_caption, pieces_of
from app.widgets.formula_panel import Divider
from app.widgets.suspect_list import SuspectList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.detective_case import Case, Hint, Record
    from bpcore.bugs import DiffLine

TICK, CROSS = "✓", "✗"
LINE = 18
_SIGN, _HANGING = 18, 2
"""Pixels that the sign of a line takes, and characters by which a line that goes on stands in."""


class DetectiveLog(QScrollArea):
    """Scrolls where there is more than fits; the newest stands at the top.

    ``picked`` names the layer and the key of a suspect that was clicked.
    """

    picked = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("detectiveLog")
        self._shown: tuple[Case | None, Record | None] = None, None
        self.setAccessibleName(self.tr("What is known of the case"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalScrollBar().rangeChanged.connect(self._keep_off)

    def shows(self, case: Case | None, record: Record | None) -> bool:
        """Tell whether that is what is shown."""
        return self.widget() is not None and (case, record) == self._shown

    def show_case(self, case: Case | None, record: Record | None = None) -> None:
        """Show what may be shown of ``case``; None where it is being prepared.

        ``record`` is that of the cases before.
        """
        if self.shows(case, record):
            return  # whoever walks through the suspects stays where they are
        self._shown = case, record
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, self._margin(), 0)
        column.setSpacing(8)
        if case is None:
            column.addWidget(_sentence(self.tr("A mistake is being hidden …"), tone="3"))
        else:
            self._fill(column, case, "" if record is None else so_far_text(record))
        column.addStretch(1)
        self.setWidget(page)

    def _margin(self) -> int:
        return 8 if self.verticalScrollBar().maximum() else 0

    def _keep_off(self) -> None:
        """Keep the texts off the scroll bar where there is one, else end where the rest ends."""
        page = self.widget()
        layout = None if page is None else page.layout()
        if layout is not None:
            layout.setContentsMargins(0, 0, self._margin(), 0)

    def _fill(self, column: QVBoxLayout, case: Case, so_far: str) -> None:
        if case.secret is not None:
            _explain(column, case)
        elif case.lines:
            column.addLayout(_difference(case))
        elif not case.events:
            column.addWidget(_sentence(intro_text()))
            if not case.counts:
                column.addWidget(_sentence(silent_text(case), name="detectiveSilent"))
            column.addWidget(_sentence(costs_text(), tone="3"))
            if so_far:
                column.addWidget(_sentence(so_far, tone="3", name="detectiveSoFar"))
        for event in reversed(case.events):
            is_news = case.ending is None and event is case.events[-1]
            row = _answer(event) if isinstance(event, Answer) else _hint(event, is_news)
            column.addWidget(row)
        if case.ending is None:
            column.addWidget(Divider())
            suspects = SuspectList(case.possible)
            suspects.picked.connect(self.picked)
            suspects.reached.connect(self._bring_into_sight)
            column.addWidget(suspects)

    def _bring_into_sight(self, row: QRect) -> None:
        suspects, page = self.sender(), self.widget()
        if isinstance(suspects, SuspectList) and page is not None:
            at = suspects.mapTo(page, row.center())
            self.ensureVisible(at.x(), at.y(), 0, row.height())


class DiffLines(QWidget):
    """Code against the right code: what should stand there, and what stands there instead.

    Of what is the same the lines next to it are shown. A line that is longer than the widget is
    wide goes on in the next one, further in.
    """

    def __init__(self, lines: Sequence[DiffLine]) -> None:
        super().__init__()
        self.setObjectName("detectiveDiff")
        self.setAccessibleName(self.tr("The difference from the right code"))
        self.setFont(theme.mono_font(11))
        self._lines = _around_changes(lines)
        said = (f"{SIGNS[line.kind]} {line.text}" for line in self._lines)
        self.setAccessibleDescription("\n".join(said))
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hasHeightForWidth(self) -> bool:
        """Say that a narrower one is higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of all rows."""
        return LINE * len(self.rows(width))

    def sizeHint(self) -> QSize:
        """Return the size where no line goes on in another."""
        return QSize(0, LINE * len(self._lines))

    def rows(self, width: int) -> list[tuple[str, str, str]]:
        """Return kind, sign and text of each row that is shown where there is ``width``.

        Only the first row of a line has its sign.
        """
        across = max((width - _SIGN - 8) // QFontMetrics(self.font()).horizontalAdvance("0"), 16)
        rows: list[tuple[str, str, str]] = []
        for line in self._lines:
            text = line.text
            indent = min(len(text) - len(text.lstrip()) + _HANGING, across // 2)
            first, *others = pieces_of(text, across, across - indent)
            rows.append((line.kind, SIGNS[line.kind], first.rstrip()))
            rows += [(line.kind, "", " " * indent + piece.rstrip()) for piece in others]
        return rows

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows: mint for what is right, rose for the mistake, each with its sign."""
        colors, painter = theme.current(), QPainter(self)
        styles = {
            "-": (colors.accent_bg, colors.accent_text),
            "+": (colors.fail_bg, colors.fail),
        }
        painter.setFont(self.font())
        middle = Qt.AlignmentFlag.AlignVCenter
        for n, (kind, sign, text) in enumerate(self.rows(self.width())):
            if kind in styles:
                background, color = styles[kind]
                painter.fillRect(0, n * LINE, self.width(), LINE, QColor(background))
                painter.setPen(QColor(color))
                painter.drawText(4, n * LINE, _SIGN, LINE, middle, sign)
            painter.setPen(QColor(colors.text_2 if kind == " " else colors.text_1))
            painter.drawText(_SIGN, n * LINE, self.width(), LINE, middle, text)
        painter.end()


def _around_changes(lines: Sequence[DiffLine]) -> tuple[DiffLine, ...]:
    """Return what differs and the lines next to it, as far to the left as they can stand."""
    changed = [n for n, line in enumerate(lines) if line.kind != " "]
    if not changed:
        return tuple(lines)
    near = lines[max(changed[0] - 1, 0) : changed[-1] + 2]
    texts = textwrap.dedent("\n".join(line.text for line in near)).split("\n")
    return tuple(replace(line, text=text) for line, text in zip(near, texts, strict=True))


def _explain(column: QVBoxLayout, case: Case) -> None:
    """Say where it was, what it does, how it could be found, and show the code."""
    where, name, story = accused(case)
    top = QVBoxLayout()
    top.setSpacing(2)
    where_label = label(where, size=15, tone="fail", mono=True, name="detectiveWhere")
    if where_label.sizeHint().width() > 304:
        where_label.setFont(theme.mono_font(13))
    top.addWidget(where_label)
    top.addWidget(label(name, weight=SEMIBOLD, name="detectiveName"))
    column.addLayout(top)
    column.addLayout(_difference(case))
    column.addWidget(_sentence(story, name="detectiveStory"))
    column.addWidget(_sentence(trace_text(case), name="detectiveTrace"))
    if case.events:
        column.addWidget(Divider())


def _difference(case: Case) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(4)
    column.addWidget(diff_caption())
    column.addWidget(DiffLines(case.lines))
    return column


def _sentence(text: str, *, tone: str = "2", name: str = "") -> QLabel:
    widget = label(text, tone=tone, name=name)
    widget.setWordWrap(True)
    return widget


def _answer(answer: Answer) -> QWidget:
    layer = _verdict(answer.layer, answer.right_layer, elided=False)
    bug = _verdict(bug_words.name_of(answer.key, answer.layer), answer.right_bug, elided=True)
    return _row("detectiveAnswer", sentence_of(answer), (layer, bug), answer.cost)


def _verdict(text: str, right: bool, *, elided: bool) -> QLabel:
    sign, tone = (TICK, "accent") if right else (CROSS, "fail")
    return label(f"{sign} {text}", tone=tone, elided=elided)


def _hint(hint: Hint, is_news: bool) -> QWidget:
    text = sentence_of(hint)
    told = _sentence(text, tone="1" if is_news else "2")
    return _row("detectiveHint", text, (told,), hint.cost)


def _row(name: str, said: str, parts: Sequence[QLabel], cost: int) -> QWidget:
    row = QWidget()
    row.setObjectName(name)
    row.setAccessibleName(said)
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(12)
    for part in parts[:-1]:
        layout.addWidget(part)
    layout.addWidget(parts[-1], 1)
    points = label(formatting.signed(-cost, 0), tone="3", mono=True)
    points.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
    layout.addWidget(points)
    return row

"""The code of a bug against the right code."""

import itertools

import pictures
import pytest
from bug_findings import on_card
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from app import theme
from app.bug_words import story_of
from app.widgets.bug_code import BugCode
from app.widgets.diff_lines import pieces_of
from bpcore.bugs import BUGS, bug_of, difference

THEMES = [theme.DARK, theme.LIGHT]


@pytest.fixture
def code(qtbot) -> BugCode:
    made = BugCode()
    on_card(qtbot, made, 320, 186)
    return made


def text_of(code: BugCode, n: int) -> str:
    return code.document().findBlockByNumber(n).text()


def show(code: BugCode, key: str) -> None:
    code.show_bug(key, difference(bug_of(key)))


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.key)
def test_the_code_is_the_engine_s_line_by_line_and_the_story_follows(code, bug) -> None:
    show(code, bug.key)
    lines = [text_of(code, n).replace("\u2028", "") for n in range(code.document().blockCount())]
    signs = {"-": "✓", "+": "✗", " ": " "}
    wanted = [f"{signs[line.kind]} {line.text}" for line in difference(bug)]
    assert [*wanted, story_of(bug.key)] == lines


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.key)
@pytest.mark.parametrize("width", [280, 320])
def test_no_line_is_broken_within_a_name(code, bug, width: int) -> None:
    code.setFixedWidth(width)
    show(code, bug.key)
    whole = 0
    for n, line in enumerate(difference(bug)):
        layout = code.document().findBlockByNumber(n).layout()
        text = text_of(code, n)
        starts = [layout.lineAt(row).textStart() for row in range(1, layout.lineCount())]
        assert all(text[start - 1] == "\u2028" for start in starts), "it broke elsewhere by itself"
        for piece, after in itertools.pairwise(text.split("\u2028")):
            assert not (piece[-1].isalnum() and after[0].isalnum())
        whole += len(line.text) == len(text) - 2
    assert whole > 0


def test_code_is_broken_where_it_reads_best() -> None:
    line = "    log_y = log_softmax(x.ravel()).reshape(x.shape)"
    assert pieces_of(line, 44, 36) == ["    log_y = log_softmax(x.ravel())", ".reshape(x.shape)"]
    line = "    updated = self.W - LEARNING_RATE * self.dW"
    assert pieces_of(line, 44, 30) == ["    updated = self.W - LEARNING_RATE * ", "self.dW"]
    assert pieces_of("np.matmul(self.x.T)", 12, 12) == ["np.matmul(", "self.x.T)"]
    assert pieces_of("x = 1", 44, 30) == ["x = 1"]


@pytest.mark.parametrize("first", [1, 2, 7, 20])
def test_code_broken_anyhow_is_the_same_put_together(first: int) -> None:
    for bug in BUGS:
        for line in difference(bug):
            pieces = pieces_of(line.text, first, first - 1)
            assert "".join(pieces) == line.text
            assert all(len(piece.rstrip()) <= first for piece in pieces)


def test_a_line_is_copied_as_it_is_in_the_file(code) -> None:
    code.setFixedWidth(280)
    show(code, "updated_too_early")
    assert "\u2028" in code.document().toRawText()
    code.selectAll()
    code.copy()
    copied = QApplication.clipboard().text()
    assert "✗         updated = self.W - LEARNING_RATE * self.dW\n" in copied


def test_a_caption_says_what_is_right_and_what_has_the_bug(code) -> None:
    show(code, "mask_forgotten")
    caption = code.findChild(QWidget, "diffCaption")
    assert caption.isVisible()
    assert [each.text() for each in caption.findChildren(QLabel)] == ["✓ right", "✗ with the bug"]
    assert caption.geometry().bottom() < code.viewport().geometry().top()
    assert caption.x() == 4
    code.show_bug("", ())
    assert not caption.isVisible()


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.key)
@pytest.mark.parametrize("shown", [False, True])
def test_the_mistake_is_at_the_top_at_once_or_all_is_seen(qtbot, code, bug, shown: bool) -> None:
    if not shown:
        code = BugCode()
    show(code, next(key for key in ("mean_for_db", "first_row_for_db") if key != bug.key))
    code.verticalScrollBar().setValue(0)
    show(code, bug.key)
    if not shown:
        on_card(qtbot, code, 320, 186)
    kinds = [line.kind for line in difference(bug)]
    first = next(n for n, kind in enumerate(kinds) if kind != " ")
    block = code.document().findBlockByNumber(first)
    top = code.document().documentLayout().blockBoundingRect(block).top()
    seen = top - code.verticalScrollBar().value()
    assert seen >= 0
    bar = code.verticalScrollBar()
    assert seen <= 3 * 18 or 0 < bar.value() == bar.maximum()


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.key)
def test_nothing_is_cut_off_at_the_right(code, bug) -> None:
    show(code, bug.key)
    assert code.horizontalScrollBar().maximum() == 0
    assert code.document().idealWidth() <= code.viewport().width()


def ground_of(code: BugCode, n: int) -> str:
    return code.document().findBlockByNumber(n).blockFormat().background().color().name()


@pytest.mark.parametrize("colors", THEMES, ids=lambda colors: colors.name)
def test_what_is_right_is_mint_and_what_is_wrong_is_rose(qapp, code, colors) -> None:
    theme.apply(qapp, colors)
    show(code, "mask_forgotten")
    grounds = {"-": QColor(colors.accent_bg).name(), "+": QColor(colors.fail_bg).name()}
    for n, line in enumerate(code.lines):
        if line.kind in grounds:
            assert ground_of(code, n) == grounds[line.kind]
    assert {"-", "+"} <= {line.kind for line in code.lines}


def test_a_new_theme_leaves_it_where_it_was_scrolled_to(qapp, code) -> None:
    show(code, "mean_for_db")
    code.verticalScrollBar().setValue(40)
    before = ground_of(code, 9)
    theme.apply(qapp, theme.LIGHT)
    assert code.verticalScrollBar().value() == 40
    assert ground_of(code, 9) != before


def test_the_same_bug_again_leaves_it_where_it_was_scrolled_to(code) -> None:
    show(code, "mean_for_db")
    code.verticalScrollBar().setValue(40)
    show(code, "mean_for_db")
    assert code.verticalScrollBar().value() == 40
    show(code, "count_forgotten")
    assert code.verticalScrollBar().value() != 40


def test_a_bug_is_again_where_the_reader_left_it(code) -> None:
    show(code, "mean_for_db")
    code.verticalScrollBar().setValue(40)
    show(code, "transpose_missing")
    show(code, "mean_for_db")
    assert code.verticalScrollBar().value() == 40
    code.show_bug("", ())
    show(code, "mean_for_db")
    assert code.verticalScrollBar().value() == 40


def test_what_the_reader_scrolled_to_stays_when_the_size_changes_or_it_was_away(code) -> None:
    show(code, "mean_for_db")
    code.verticalScrollBar().setValue(40)
    code.setFixedHeight(150)
    assert code.verticalScrollBar().value() == 40
    code.hide()
    code.show()
    assert code.verticalScrollBar().value() == 40


def test_without_a_bug_it_is_empty(code) -> None:
    show(code, "mean_for_db")
    code.show_bug("", ())
    assert code.toPlainText() == ""
    assert code.lines == ()


@pytest.mark.parametrize("colors", THEMES, ids=lambda colors: colors.name)
@pytest.mark.parametrize("key", ["mask_forgotten", "updated_too_early"])
def test_the_code_looks_as_approved(qapp, code, key, colors) -> None:
    theme.apply(qapp, colors)
    show(code, key)
    code.clearFocus()
    pictures.check(code.window().grab().toImage(), f"bug_code_{key}_{colors.name}")

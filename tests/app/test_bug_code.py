"""The code of a bug against the right code."""

import pictures
import pytest
from bug_findings import on_card
from PySide6.QtGui import QColor

from app import theme
from app.bug_words import story_of
from app.widgets.bug_code import BugCode
from bpcore.bugs import BUGS, bug_of, difference

THEMES = [theme.DARK, theme.LIGHT]


@pytest.fixture
def code(qtbot) -> BugCode:
    made = BugCode()
    on_card(qtbot, made, 320, 186)
    return made


def show(code: BugCode, key: str) -> None:
    code.show_bug(key, difference(bug_of(key)))


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.key)
def test_the_code_is_the_engine_s_line_by_line_and_the_story_follows(code, bug) -> None:
    show(code, bug.key)
    lines = code.toPlainText().splitlines()
    wanted = [f"{line.kind} {line.text}" for line in difference(bug)]
    assert [*wanted, story_of(bug.key)] == lines


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

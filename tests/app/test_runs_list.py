"""The list of runs alone, worked with mouse and keys."""

from collections.abc import Sequence

import pytest
from listed_runs import (
    LEFT,
    Heard,
    a_row,
    box_of,
    click,
    current,
    double_click,
    editor,
    name_of,
    place_of,
    rows,
)
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from app.widgets.run_row import HEIGHT, Row
from app.widgets.runs_list import RunsList

KEY = Qt.Key


@pytest.fixture
def runs(qtbot) -> RunsList:
    runs = RunsList()
    qtbot.addWidget(runs)
    runs.resize(320, 4 * HEIGHT)
    runs.show_rows(rows("a", "b", "c", "d", "e", "f"))
    runs.show()
    qtbot.waitUntil(lambda: runs.window().isActiveWindow())
    runs.setFocus()
    return runs


@pytest.fixture
def heard(runs: RunsList) -> Heard:
    return Heard(runs)


# Looking at runs.


def test_the_shown_run_is_the_current_one_at_first(runs) -> None:
    assert current(runs) == "a"


@pytest.mark.parametrize(
    ("keys", "where"),
    [
        ([KEY.Key_Down], "b"),
        ([KEY.Key_Down, KEY.Key_Down, KEY.Key_Up], "b"),
        ([KEY.Key_End], "f"),
        ([KEY.Key_End, KEY.Key_Home], "a"),
    ],
)
def test_keys_walk_through_the_runs(runs, keys: Sequence[Qt.Key], where: str) -> None:
    for key in keys:
        QTest.keyClick(runs, key)
    assert current(runs) == where


@pytest.mark.parametrize(
    ("key", "wish"),
    [
        (KEY.Key_Return, ("show", "b")),
        (KEY.Key_Enter, ("show", "b")),
        (KEY.Key_Space, ("compare", "b")),
        (KEY.Key_R, ("repeat", "b")),
        (KEY.Key_Delete, ("delete", "b")),
        (KEY.Key_Backspace, ("delete", "b")),
    ],
)
def test_each_key_asks_for_what_it_stands_for(runs, heard, key, wish) -> None:
    QTest.keyClick(runs, KEY.Key_Down)
    QTest.keyClick(runs, key)
    assert heard.wishes == [wish]


def test_the_shown_run_is_neither_shown_again_nor_compared_with_itself(runs, heard) -> None:
    for key in (KEY.Key_Return, KEY.Key_Space):
        QTest.keyClick(runs, key)
    click(runs, box_of(runs, 0))
    double_click(runs, name_of(runs, 0))
    assert heard.wishes == []
    assert not runs._slow_click.isActive()


def test_a_double_click_shows_a_run_and_edits_nothing(runs, heard) -> None:
    double_click(runs, name_of(runs, 2))
    assert heard.wishes == [("show", "c")]
    assert not runs._slow_click.isActive()


def test_a_click_on_a_box_ticks_it_and_two_are_two(runs, heard) -> None:
    click(runs, box_of(runs, 1))
    assert heard.wishes == [("compare", "b")]
    double_click(runs, box_of(runs, 1))
    assert heard.wishes == [("compare", "b")] * 3


def test_a_press_on_a_box_that_ends_elsewhere_ticks_nothing(runs, heard) -> None:
    QTest.mousePress(runs.viewport(), LEFT, pos=box_of(runs, 1))
    QTest.mouseRelease(runs.viewport(), LEFT, pos=box_of(runs, 2))
    assert heard.wishes == []


def test_undo_is_offered_only_while_something_is_deleted(runs, heard) -> None:
    runs.set_undo("")
    QTest.keyClick(runs, KEY.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert heard.wishes == []
    runs.set_undo("Run x")
    QTest.keyClick(runs, KEY.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert heard.wishes == [("undo",)]


# Renaming.


def rename(runs: RunsList, text: str, end: Qt.Key = KEY.Key_Return) -> None:
    QTest.keyClick(runs, KEY.Key_F2)
    line = editor(runs)
    assert line is not None
    line.selectAll()
    QTest.keyClicks(line, text) if text else QTest.keyClick(line, KEY.Key_Delete)
    QTest.keyClick(line, end)


@pytest.mark.parametrize(
    ("text", "end", "wishes"),
    [
        ("Mine", KEY.Key_Return, [("rename", "a", "Mine")]),
        ("  Mine ", KEY.Key_Tab, [("rename", "a", "Mine")]),
        ("", KEY.Key_Return, [("rename", "a", "")]),
        ("Mine", KEY.Key_Escape, []),
        ("Run a", KEY.Key_Return, []),
    ],
)
def test_a_name_is_edited_in_its_place(qtbot, runs, heard, text, end, wishes) -> None:
    rename(runs, text, end)
    qtbot.waitUntil(lambda: editor(runs) is None)
    assert heard.wishes == wishes
    assert runs.hasFocus()


def test_the_letters_of_a_name_are_no_keys_of_the_list(qtbot, runs, heard) -> None:
    rename(runs, "R r  x")
    qtbot.waitUntil(lambda: editor(runs) is None)
    assert heard.wishes == [("rename", "a", "R r  x")]


def test_a_second_click_on_a_name_edits_it_after_a_while(qtbot, runs, monkeypatch) -> None:
    monkeypatch.setattr(QApplication, "doubleClickInterval", lambda: 1)
    click(runs, name_of(runs, 1))
    assert not runs._slow_click.isActive()
    click(runs, name_of(runs, 1))
    qtbot.waitUntil(lambda: editor(runs) is not None)
    assert editor(runs).text() == "Run b"
    assert editor(runs).selectedText() == "Run b"


def test_the_click_that_brings_the_focus_edits_nothing(runs) -> None:
    runs.clearFocus()
    click(runs, name_of(runs, 0))
    assert not runs._slow_click.isActive()


def test_what_is_typed_stays_while_the_run_goes_on(runs) -> None:
    QTest.keyClick(runs, KEY.Key_F2)
    QTest.keyClicks(editor(runs), "Half a na")
    runs.show_rows((a_row("a", iteration=5, is_shown=True, style=0), *rows("a", "b")[1:]))
    assert editor(runs).text() == "Half a na"


# Staying in place.


def test_news_of_a_run_touch_its_row_alone(runs) -> None:
    changed = []
    runs.model().dataChanged.connect(lambda first, last: changed.append((first.row(), last.row())))
    resets = []
    runs.model().modelReset.connect(lambda: resets.append(1))
    before = rows("a", "b", "c", "d", "e", "f")
    runs.show_rows((*before[:2], a_row("c", loss="0.0100"), *before[3:]))
    assert changed == [(2, 2)]
    assert resets == []


def test_the_current_run_stays_the_current_one_wherever_it_goes(runs) -> None:
    runs.select("c")
    runs.show_rows((*rows("a"), a_row("new"), a_row("b"), a_row("c"), a_row("d")))
    assert current(runs) == "c"
    runs.show_rows((*rows("a"), a_row("d"), a_row("c")))
    assert current(runs) == "c"
    assert [row.key for row in runs.rows] == ["a", "d", "c"]


def test_a_new_run_that_is_shown_becomes_the_current_one(runs) -> None:
    runs.select("c")
    runs.show_rows((a_row("new", is_shown=True, style=0), *(a_row(k) for k in "abc")))
    assert current(runs) == "new"


def test_the_neighbour_of_a_deleted_run_is_the_current_one_then(runs) -> None:
    runs.select("c")
    runs.show_rows(rows("a", "b", "d", "e", "f"))
    assert current(runs) in ("b", "d")


def test_new_runs_above_do_not_move_what_is_looked_at(runs) -> None:
    many = tuple("abcdefghijklmnop")
    runs.show_rows(rows(*many))
    runs.verticalScrollBar().setValue(3 * HEIGHT + 10)
    before = place_of(runs, 5).top()
    runs.show_rows((*rows("a"), a_row("x"), a_row("y"), *(a_row(key) for key in many[1:])))
    assert runs.rows[7].key == "f"
    assert place_of(runs, 7).top() == before


# The menu, and what is said of a row.


def open_menu(runs: RunsList, n: int, reason=QContextMenuEvent.Reason.Mouse) -> QMenu:
    at = name_of(runs, n)
    event = QContextMenuEvent(reason, at, runs.viewport().mapToGlobal(at))
    QApplication.sendEvent(runs.viewport(), event)
    menu = runs.findChild(QMenu, "runMenu")
    assert menu is not None
    return menu


def test_the_menu_has_all_that_can_be_done_with_its_keys(qtbot, runs, heard) -> None:
    menu = open_menu(runs, 1)
    shown = {a.text(): a.shortcut().toString() for a in menu.actions() if a.isVisible()}
    assert shown == {
        "Show": "Return",
        "Compare": "Space",
        "Repeat exactly": "R",
        "Rename": "F2",
        "Save as file …": "",
        "Delete": "Del",
    }
    assert menu.accessibleName() == "Run"
    next(a for a in menu.actions() if a.objectName() == "saveRun").trigger()
    menu.close()
    assert heard.wishes == [("save", "b")]
    assert current(runs) == "b"


def test_the_menu_key_opens_it_for_the_current_run(runs) -> None:
    runs.select("c")
    menu = open_menu(runs, 0, QContextMenuEvent.Reason.Keyboard)
    assert current(runs) == "c"
    menu.close()


def test_a_ticked_run_can_be_taken_out_again_in_the_menu(runs) -> None:
    runs.show_rows((*rows("a"), a_row("b", is_ticked=True, style=1)))
    menu = open_menu(runs, 1)
    assert "Do not compare" in [a.text() for a in menu.actions()]
    menu.close()


@pytest.mark.parametrize(
    ("row", "spoken"),
    [
        (
            a_row("a", is_shown=True, style=0, phase="running", iteration=6480, leads=True),
            "Run a, shown, running, leads, 6,480 of 10,000, loss 0.0366, test accuracy 94.1 %",
        ),
        (
            a_row("b", phase="diverged", iteration=17, loss="—", accuracy="—"),
            "Run b, ✗ diverged, 17 of 10,000, loss —, test accuracy —",
        ),
    ],
)
def test_a_screen_reader_hears_all_that_a_row_shows(runs, row: Row, spoken: str) -> None:
    runs.show_rows([row])
    index = runs.model().index(0, 0)
    assert runs.model().data(index, Qt.ItemDataRole.AccessibleTextRole) == spoken


@pytest.mark.parametrize(
    ("name", "tooltip"),
    [
        ("lr 0.1", "lr 0.1"),
        ("<img src='x'>", "<p style='white-space: pre'>&lt;img src=&#x27;x&#x27;&gt;</p>"),
    ],
)
def test_a_name_is_no_page_of_its_own_in_a_tooltip(runs, name: str, tooltip: str) -> None:
    runs.show_rows([a_row("a", details=name)])
    assert runs.model().index(0, 0).data(Qt.ItemDataRole.ToolTipRole) == tooltip


def test_boxes_tell_whether_they_are_ticked(runs) -> None:
    runs.show_rows((*rows("a"), a_row("b", is_ticked=True), a_row("c")))
    role = Qt.ItemDataRole.CheckStateRole
    states = [runs.model().index(n, 0).data(role) for n in range(3)]
    assert states == [None, Qt.CheckState.Checked, Qt.CheckState.Unchecked]

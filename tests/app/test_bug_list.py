"""The list of bugs: what its rows show, and how one is switched on."""

import pictures
import pytest
from bug_findings import PARAMETERS, PLACES, PRINTS, on_card
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app import theme
from app.bug_words import name_of, place_of
from app.widgets.bug_list import BugList
from app.widgets.bug_row import HEAD, HEIGHT, NAMES, TEXT, Columns, fitting_place
from bpcore.bugs import BUGS

LEFT = Qt.MouseButton.LeftButton
DEEP = ("W1", "b1", "W2", "b2", "W3", "b3")
THEMES = [theme.DARK, theme.LIGHT]


@pytest.fixture
def bugs(qtbot) -> BugList:
    made = BugList()
    made.show_bugs(BUGS, PLACES)
    on_card(qtbot, made, 336, HEAD + 7 * HEIGHT)
    return made


def click(bugs: BugList, key: str, button=LEFT) -> None:
    at = bugs.row_rect(key).center()
    QTest.mouseClick(bugs.viewport(), button, Qt.KeyboardModifier.NoModifier, at)


def press(bugs: BugList, key) -> None:
    QTest.keyClick(bugs, key)


def row_of(bugs: BugList, key: str):
    return next(row for row in bugs.rows if row.key == key)


# What is on


def test_every_bug_has_a_row_in_order_and_none_is_on(bugs) -> None:
    assert [row.key for row in bugs.rows] == [bug.key for bug in BUGS]
    assert [row.name for row in bugs.rows] == [name_of(bug.key) for bug in BUGS]
    assert row_of(bugs, "mean_for_db").place == "Affine2.backward"
    assert row_of(bugs, "open_at_zero").place == "Relu1.forward"
    assert bugs.on == ""


def test_a_click_switches_a_bug_on_and_another_click_off(bugs, qtbot) -> None:
    with qtbot.waitSignal(bugs.switched) as told:
        click(bugs, "mask_inverted")
    assert told.args == [bugs.on] == ["mask_inverted"]
    with qtbot.waitSignal(bugs.switched) as told:
        click(bugs, "mask_inverted")
    assert told.args == [bugs.on] == [""]


def test_two_clicks_are_two_however_quick(bugs) -> None:
    told: list[str] = []
    bugs.switched.connect(told.append)
    click(bugs, "mask_inverted")
    at, view = bugs.row_rect("mask_inverted").center(), bugs.viewport()
    QTest.mouseDClick(view, LEFT, pos=at)  # in place of the second press
    QTest.mouseRelease(view, LEFT, pos=at)
    assert told == ["mask_inverted", ""]


def test_one_bug_is_on_at_a_time(bugs) -> None:
    click(bugs, "mask_forgotten")
    click(bugs, "count_forgotten")
    assert [row.key for row in bugs.rows if row.is_on] == ["count_forgotten"]


def test_the_right_button_and_a_press_that_ends_elsewhere_switch_nothing(bugs, qtbot) -> None:
    with qtbot.assertNotEmitted(bugs.switched):
        click(bugs, "mask_forgotten", Qt.MouseButton.RightButton)
        view, place = bugs.viewport(), bugs.row_rect("mask_forgotten").center()
        QTest.mousePress(view, LEFT, Qt.KeyboardModifier.NoModifier, place)
        away = place + QPoint(0, 2 * HEIGHT)
        QTest.mouseRelease(view, LEFT, Qt.KeyboardModifier.NoModifier, away)
    assert bugs.on == ""


def test_the_arrows_go_through_the_rows_and_the_space_bar_switches(bugs, qtbot) -> None:
    bugs.setFocus()
    with qtbot.assertNotEmitted(bugs.switched):
        press(bugs, Qt.Key.Key_Down)
        press(bugs, Qt.Key.Key_Down)
    with qtbot.waitSignal(bugs.switched) as told:
        press(bugs, Qt.Key.Key_Space)
    assert told.args == ["dout_overwritten"]
    press(bugs, Qt.Key.Key_Up)
    with qtbot.waitSignal(bugs.switched) as told:
        press(bugs, Qt.Key.Key_Return)
    assert told.args == ["mask_inverted"]
    press(bugs, Qt.Key.Key_Space)
    assert bugs.on == ""


def test_the_keys_bring_the_last_row_into_sight(bugs) -> None:
    bugs.setFocus()
    press(bugs, Qt.Key.Key_End)
    place = bugs.visualRect(bugs.currentIndex())
    assert bugs.currentIndex().row() == len(BUGS) - 1
    assert bugs.viewport().rect().contains(place)


def test_what_is_set_from_outside_is_not_told(bugs, qtbot) -> None:
    with qtbot.assertNotEmitted(bugs.switched):
        bugs.set_on("sign_swapped")
    assert bugs.on == "sign_swapped"
    bugs.set_on("")
    assert bugs.on == ""


def test_a_bug_stays_on_when_the_bugs_of_another_network_are_shown(bugs) -> None:
    bugs.set_on("mask_forgotten")
    bugs.show_bugs(BUGS, {**PLACES, "updated_too_early": "Affine3"})
    assert bugs.on == "mask_forgotten"
    assert row_of(bugs, "updated_too_early").name == "use W3 after its update"
    bugs.show_bugs(BUGS[1:], PLACES)
    assert bugs.on == ""
    assert len(bugs.rows) == len(BUGS) - 1


# What is said of them


def test_fingerprints_are_dashes_until_they_are_known(bugs) -> None:
    bugs.show_fingerprints(PARAMETERS, PRINTS)
    row = row_of(bugs, "mask_forgotten")
    assert [row.verdict(n) for n in range(4)] == [False, False, True, True]
    assert row.fingerprint == "W1 differs, b1 differs, W2 agrees, b2 agrees"
    unknown = row_of(bugs, "assigned")
    assert [unknown.verdict(n) for n in range(4)] == [None] * 4
    bugs.show_fingerprints(PARAMETERS, {})
    assert row_of(bugs, "mask_forgotten").verdict(0) is None


def test_a_screen_reader_and_a_tooltip_say_all_of_a_row(bugs) -> None:
    bugs.show_fingerprints(PARAMETERS, PRINTS)
    bugs.note("mean_for_db", "with six hidden units")
    bugs.set_on("mean_for_db")
    index = bugs.model().index([bug.key for bug in BUGS].index("mean_for_db"))
    said = index.data(Qt.ItemDataRole.AccessibleTextRole)
    parts = ("mean, not sum, for db2", "Affine2.backward", "on", "with six hidden units")
    assert said == ", ".join((*parts, "W1 agrees, b1 agrees, W2 agrees, b2 differs"))
    tip = index.data(Qt.ItemDataRole.ToolTipRole).splitlines()
    assert tip == [*parts[:2], parts[3], "W1 agrees, b1 agrees, W2 agrees, b2 differs"]


def crosses(bugs: BugList, key: str) -> list[bool]:
    """Whether rose is painted in each column of a row that is not on."""
    shot, place = bugs.viewport().grab().toImage(), bugs.row_rect(key)
    columns = Columns(place.width(), len(bugs.parameters))
    rose = QColor(theme.current().fail)
    found = []
    for n in range(columns.shown):
        middle = round(columns.middle(n))
        block = [
            shot.pixelColor(x, y)
            for x in range(middle - 6, middle + 6)
            for y in range(place.top(), place.bottom())
        ]
        found.append(
            any(abs(c.red() - rose.red()) + abs(c.green() - rose.green()) < 40 for c in block)
        )
    return found


@pytest.mark.parametrize("colors", THEMES, ids=lambda colors: colors.name)
def test_a_cross_is_painted_where_a_parameter_differs_and_nowhere_else(qapp, bugs, colors) -> None:
    theme.apply(qapp, colors)
    bugs.show_fingerprints(PARAMETERS, PRINTS)
    for key in ("mask_forgotten", "dout_overwritten", "count_forgotten", "softmax_over_batch"):
        prints = PRINTS.get(key, (None,) * 4)
        assert crosses(bugs, key) == [agrees is False for agrees in prints]


@pytest.mark.parametrize("width", [288, 312, 320, 336, 480])
@pytest.mark.parametrize("count", [2, 4, 6, 8, 18])
def test_columns_stay_in_the_row_and_leave_names_their_room(width: int, count: int) -> None:
    columns = Columns(width, count)
    assert 1 <= columns.shown <= count
    assert columns.pitch >= 18, "less than that and names run into each other"
    assert columns.left >= TEXT + NAMES - 4 or width < 320
    assert columns.middle(columns.shown - 1) + 5 <= width
    if width >= 312:
        assert columns.shown >= min(count, 6)


@pytest.mark.parametrize("width", [288, 312, 320, 336, 480])
@pytest.mark.parametrize("count", [4, 6])
def test_the_method_stands_in_every_row(qapp, width: int, count: int) -> None:
    metrics = QFontMetrics(theme.mono_font(11))
    room = Columns(width, count).left - 6 - TEXT
    for bug in BUGS:
        place = place_of(bug, PLACES[bug.key])
        shown = fitting_place(place, metrics, room)
        assert shown.endswith(f".{bug.method}")
        assert metrics.horizontalAdvance(shown) <= room
        if width == 480 or (count == 4 and width >= 312):
            assert shown == place
    shown = fitting_place("SoftmaxWithLoss.backward", metrics, Columns(312, 6).left - 6 - TEXT)
    assert shown == "Softmax….backward"


@pytest.mark.parametrize(("room", "height"), [(378, 54), (250, 50), (242, 48), (225, 54), (20, 54)])
def test_rows_are_a_little_lower_where_no_row_is_cut_by_that(bugs, room, height) -> None:
    bugs.setFixedHeight(room + HEAD)
    bugs.window().adjustSize()
    QApplication.processEvents()
    assert bugs.viewport().height() == room
    assert bugs.row_rect("mask_inverted").top() == bugs.row_rect("mask_inverted").height() == height


# Pictures


@pytest.mark.parametrize("colors", THEMES, ids=lambda colors: colors.name)
def test_the_list_looks_as_approved(qapp, bugs, colors) -> None:
    theme.apply(qapp, colors)
    bugs.show_fingerprints(PARAMETERS, PRINTS)
    bugs.set_on("mask_forgotten")
    bugs.clearFocus()
    pictures.check(bugs.window().grab().toImage(), f"bug_list_{colors.name}")


@pytest.mark.parametrize("colors", THEMES, ids=lambda colors: colors.name)
def test_a_note_and_six_parameters_have_room(qapp, bugs, colors) -> None:
    theme.apply(qapp, colors)
    bugs.show_fingerprints(DEEP, {"transpose_missing": (False, False, True, True, True, None)})
    bugs.note("transpose_missing", "on 784-10-10, which has a square layer")
    bugs.set_on("transpose_missing")
    bugs.setFixedWidth(320)
    bugs.window().adjustSize()
    QApplication.processEvents()
    bugs.verticalScrollBar().setValue(bugs.verticalScrollBar().maximum())
    bugs.clearFocus()
    pictures.check(bugs.window().grab().toImage(), f"bug_list_deep_{colors.name}")

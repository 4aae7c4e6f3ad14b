"""The runs that are compared can be started anew, against each other."""

import pytest
from fake_runs import BOOK, FakeSession, an_entry
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMenu
from runs_panels import button, click, five_runs, make, press, text, tick

from app.widgets.runs_panel import RunsPanel

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def fake() -> FakeSession:
    return five_runs()


@pytest.fixture
def panel(qtbot, fake: FakeSession) -> RunsPanel:
    return make(qtbot, fake)


def choose(panel: RunsPanel, name: str) -> None:
    """Open the menu, and click one of its entries."""
    click(panel, "raceButton")
    menu = panel.findChild(QMenu, "raceMenu")
    place = menu.actionGeometry(panel.findChild(QAction, name)).center()
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=place)


@pytest.mark.parametrize(("entry", "in_turn"), [("raceInTurn", True), ("raceOneByOne", False)])
def test_the_shown_run_and_the_ticked_ones_are_raced(panel, fake, entry: str, in_turn) -> None:
    tick(panel, 1)
    tick(panel, 3)
    choose(panel, entry)
    assert fake.runs.asked == [("race", ("a", "b", "d"), in_turn)]
    said = "in turn" if in_turn else "one after the other"
    assert text(panel, "runsNotice") == f"3 runs train {said}, each from its beginning."


def test_a_key_races_them_in_turn(panel: RunsPanel, fake: FakeSession) -> None:
    QTest.keyClick(panel.list, Qt.Key.Key_R, SHIFT)
    assert fake.runs.asked == []
    tick(panel, 1)
    QTest.keyClick(panel.list, Qt.Key.Key_R, SHIFT)
    assert fake.runs.asked == [("race", ("a", "b"), True)]


def test_the_key_is_a_letter_where_a_name_is_typed(panel: RunsPanel, fake: FakeSession) -> None:
    tick(panel, 1)
    press(panel, Qt.Key.Key_F2)
    line = next(e for e in panel.findChildren(QLineEdit, "runName") if e.isVisible())
    QTest.keyClicks(line, "R")
    assert fake.runs.asked == []
    assert line.text() == "R"


def test_it_says_what_it_does_and_why_it_can_not(panel: RunsPanel, fake: FakeSession) -> None:
    race = button(panel, "raceButton")
    assert race.accessibleName() == "Race"
    assert not race.isEnabled()
    assert "Tick one to three runs" in race.toolTip()
    tick(panel, 1)
    assert race.isEnabled()
    assert race.toolTip().replace("\n", " ").startswith("Start these 2 runs anew")
    assert race.toolTip().endswith("(Shift+R)")


def test_without_a_shown_run_it_takes_two_ticks(qtbot) -> None:
    fake = FakeSession(an_entry("a"), an_entry("b", config=BOOK.replace(seed=7)))
    panel = make(qtbot, fake)
    tick(panel, 0)
    assert not button(panel, "raceButton").isEnabled()
    assert "Tick two or three runs" in button(panel, "raceButton").toolTip()
    tick(panel, 1)
    QTest.keyClick(panel.list, Qt.Key.Key_R, SHIFT)
    assert fake.runs.asked == [("race", ("a", "b"), True)]

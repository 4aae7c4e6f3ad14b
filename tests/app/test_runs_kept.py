"""Runs are renamed, repeated, deleted, saved and opened in their card."""

from pathlib import Path

import pytest
from fake_runs import FakeSession, an_entry
from listed_runs import current, editor
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit
from runs_panels import button, click, five_runs, make, press, text

from app.run_names import LONGEST_NAME
from app.widgets.runs_panel import RunsPanel

KEY, CONTROL = Qt.Key, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def session() -> FakeSession:
    return five_runs()


@pytest.fixture
def panel(qtbot, session: FakeSession) -> RunsPanel:
    return make(qtbot, session)


# Names, copies, deletion.


@pytest.mark.parametrize(
    ("typed", "name"), [("Mine", "Mine"), ("", "Relu 50 · Adam 0.001")], ids=["given", "own"]
)
def test_a_run_is_renamed_and_without_a_name_gets_its_own(
    qtbot, panel, session, typed: str, name: str
) -> None:
    press(panel, KEY.Key_Down, KEY.Key_Down, KEY.Key_F2)
    line = panel.findChild(QLineEdit, "runName")
    assert line.text() == "Adam for the lesson"
    QTest.keyClicks(line, typed) if typed else QTest.keyClick(line, KEY.Key_Delete)
    QTest.keyClick(line, KEY.Key_Return)
    qtbot.waitUntil(lambda: editor(panel.list) is None)
    assert session.runs.asked == [("rename", "c", typed)]
    assert panel.list.rows[2].name == name


def test_a_name_that_is_too_long_is_cut_and_that_is_said(qtbot, panel, session) -> None:
    press(panel, KEY.Key_F2)
    line = panel.findChild(QLineEdit, "runName")
    QApplication.clipboard().setText("x" * (LONGEST_NAME + 1))
    line.paste()
    assert line.text() == "x" * LONGEST_NAME
    wanted = "✗ A name has at most 120 letters: the rest is left out."
    assert wanted in (label.text() for label in panel.findChildren(QLabel))


def test_a_run_is_repeated_exactly(panel, session) -> None:
    press(panel, KEY.Key_Down)
    click(panel, "repeatRunButton")
    assert session.runs.asked == [("repeat", "b")]
    assert panel.list.rows[0].state == "running"
    assert "runs again" in text(panel, "runsNotice")


def test_a_deleted_run_can_be_brought_back(panel, session) -> None:
    assert not button(panel, "undoDeleteButton").isVisible()
    press(panel, KEY.Key_Down, KEY.Key_Delete)
    assert [row.key for row in panel.list.rows] == ["a", "c", "d", "e"]
    assert text(panel, "runsNotice") == "Deleted ‘Sigmoid 50 · SGD 0.1’."
    assert button(panel, "undoDeleteButton").accessibleName() == "Bring back ‘Sigmoid 50 · SGD 0.1’"
    click(panel, "undoDeleteButton")
    assert [row.key for row in panel.list.rows] == ["a", "b", "c", "d", "e"]
    assert current(panel.list) == "b"
    assert not button(panel, "undoDeleteButton").isVisible()
    assert panel.list.hasFocus()


def test_keys_alone_delete_a_run_and_bring_it_back(panel) -> None:
    press(panel, KEY.Key_End, KEY.Key_Up, KEY.Key_Delete)
    assert len(panel.list.rows) == 4
    QTest.keyClick(panel.list, KEY.Key_Z, CONTROL)
    assert len(panel.list.rows) == 5
    assert current(panel.list) == "d"


def test_the_last_run_is_brought_back_with_a_key_though_its_list_is_gone(qtbot) -> None:
    session = FakeSession(an_entry("a", is_shown=True))
    panel = make(qtbot, session)
    press(panel, KEY.Key_Delete)
    assert not panel.list.isVisible()
    assert panel.focusWidget() is button(panel, "undoDeleteButton")  # not what starts something
    QTest.keyClick(panel, KEY.Key_Z, CONTROL)
    assert current(panel.list) == "a"
    assert panel.list.hasFocus()
    QTest.keyClick(panel, KEY.Key_Z, CONTROL)
    assert session.runs.deleted == ""


def test_the_focus_stays_in_the_card_when_the_last_run_is_gone(qtbot) -> None:
    session = FakeSession(an_entry("a", is_shown=True))
    panel = make(qtbot, session)
    session.runs.put()
    assert panel.focusWidget() is button(panel, "openRunButton")


def test_the_running_run_is_not_deleted_and_says_how_it_could_be(panel, session) -> None:
    click(panel, "deleteRunButton")
    assert len(panel.list.rows) == 5
    wanted = "✗ ‘Relu 50 · SGD 0.1’ is running: stop it first (Shift+F5)."
    assert wanted in (label.text() for label in panel.findChildren(QLabel))


def test_a_refusal_is_not_taken_for_a_deletion(panel, session) -> None:
    press(panel, KEY.Key_End, KEY.Key_Delete)
    assert len(panel.list.rows) == 5
    notices = [label.text() for label in panel.findChildren(QLabel)]
    assert "✗ A run can be deleted when it is not being trained." in notices
    assert not any(notice.startswith("Deleted") for notice in notices)


# Files.


def test_a_run_is_saved_under_its_name(panel, session, monkeypatch, tmp_path: Path) -> None:
    asked = []

    def ask(_parent, _title: str, proposed: str, kind: str) -> str:
        asked.append((Path(proposed).name, kind))
        return str(tmp_path / "mine")

    monkeypatch.setattr("app.widgets.run_dialogs.ask_path", ask)
    press(panel, KEY.Key_Down)
    QTest.keyClick(panel, KEY.Key_S, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert asked == [("sigmoid-50-sgd-0.1.chainlight", "Runs (*.chainlight)")]
    assert session.runs.asked == [("save", "b", tmp_path / "mine.chainlight")]
    session.runs.said.emit("Saved as mine.chainlight.")
    assert text(panel, "runsNotice") == "Saved as mine.chainlight."


def test_a_file_of_that_name_is_replaced_only_if_that_is_wanted(
    panel, session, monkeypatch, tmp_path: Path
) -> None:
    (tmp_path / "mine.chainlight").touch()
    monkeypatch.setattr("app.widgets.run_dialogs.ask_path", lambda *_: str(tmp_path / "mine"))
    monkeypatch.setattr("app.widgets.run_dialogs.may_replace", lambda *_: False)
    click(panel, "saveRunButton")
    assert session.runs.asked == []


def test_a_run_is_opened_and_becomes_the_current_one(
    panel, session, monkeypatch, tmp_path: Path
) -> None:
    path = tmp_path / "d.chainlight"
    monkeypatch.setattr(panel._dialogs, "ask_open", lambda _parent: path)
    QTest.keyClick(panel, KEY.Key_O, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert session.runs.asked == [("open", path)]
    assert text(panel, "runsNotice") == "Opening d.chainlight …"
    session.runs.show("d")
    assert current(panel.list) == "d"

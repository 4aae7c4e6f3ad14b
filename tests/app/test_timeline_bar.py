"""The timeline at the bottom of the window: what it says, and what its buttons do."""

import pytest
from pictures import check
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget
from run_curves import CHANGES
from scripted_run import ScriptedRun

from app import formatting, theme
from app.session import State
from app.snapshot import Divergence
from app.widgets.timeline_bar import TimelineBar

DONE, TOTAL = 6000, 10_000


@pytest.fixture
def run() -> ScriptedRun:
    return ScriptedRun(DONE, TOTAL, events=CHANGES)


@pytest.fixture
def bar(qtbot, run: ScriptedRun) -> TimelineBar:
    return open_bar(qtbot, run)


def open_bar(qtbot, run: ScriptedRun, width: int = 1280) -> TimelineBar:
    bar = TimelineBar(run)
    qtbot.addWidget(bar)
    bar.resize(width, 72)
    bar.show()
    bar.activateWindow()
    qtbot.waitUntil(bar.isActiveWindow)
    return bar


def text_of(bar: TimelineBar, name: str) -> str:
    return bar.findChild(QLabel, name).text()


def pill(bar: TimelineBar) -> str:
    return bar.findChild(QWidget, "statePill").text


def button(bar: TimelineBar, name: str) -> QAbstractButton:
    return bar.findChild(QAbstractButton, name)


def click(bar: TimelineBar, name: str) -> None:
    QTest.mouseClick(button(bar, name), Qt.MouseButton.LeftButton)


def loss_text(value: float | None) -> str:
    return f"loss {formatting.loss(value)}"


# What it says


@pytest.mark.parametrize(
    ("state", "done", "diverged", "word"),
    [
        (State.FINISHED, TOTAL, None, "FINISHED"),
        (State.FINISHED, DONE, None, "STOPPED"),
        (State.FAILED, DONE, Divergence(DONE + 1, "W1", 1.0), "DIVERGED"),
        (State.FAILED, DONE, None, "FAILED"),
    ],
)
def test_the_pill_says_how_a_run_ended(qtbot, state, done: int, diverged, word: str) -> None:
    run = ScriptedRun(done, TOTAL)
    run.diverged = diverged
    bar = open_bar(qtbot, run)
    run.go_into(state)
    assert pill(bar) == word


def test_following_the_run_it_says_where_that_is(bar, run) -> None:
    assert text_of(bar, "timelineIteration") == "Iteration 6,000"
    assert text_of(bar, "timelineTotal") == "of 10,000"
    assert text_of(bar, "timelineLoss") == loss_text(run.loss_at(DONE))
    assert (pill(bar), text_of(bar, "timelineNote")) == ("LIVE", "following live")
    run.run_on(250)
    assert text_of(bar, "timelineIteration") == "Iteration 6,250"


def test_a_loss_never_stands_beside_an_iteration_that_it_is_not_of(bar, run) -> None:
    run.seek(2000)
    assert text_of(bar, "timelineIteration") == "Iteration 2,000"
    assert text_of(bar, "timelineLoss") == loss_text(None)
    assert text_of(bar, "timelineNote") == "replaying …"
    run.arrive()
    assert text_of(bar, "timelineIteration") == "Iteration 2,000"
    assert text_of(bar, "timelineLoss") == loss_text(run.loss_at(2000))


def test_looking_back_it_says_where_the_run_is_meanwhile(bar, run) -> None:
    run.seek(2000)
    run.arrive()
    assert (pill(bar), text_of(bar, "timelineNote")) == ("REPLAYING", "live at 6,000")
    run.run_on(100)
    assert text_of(bar, "timelineNote") == "live at 6,100"
    assert text_of(bar, "timelineIteration") == "Iteration 2,000"
    run.go_into(State.FINISHED)
    assert text_of(bar, "timelineNote") == "end at 6,100"


@pytest.mark.parametrize(
    ("state", "word", "note"),
    [
        (State.IDLE, "READY", ""),
        (State.RUNNING, "LIVE", "following live"),
        (State.PAUSED, "PAUSED", "paused"),
        (State.FINISHED, "STOPPED", "end of the run"),
        (State.FAILED, "FAILED", "run failed"),
    ],
)
def test_it_says_the_state_of_the_run(bar, run, state: State, word: str, note: str) -> None:
    run.go_into(state)
    assert (pill(bar), text_of(bar, "timelineNote")) == (word, note)


def test_what_was_replayed_with_other_digits_is_said_to_be_about_that(bar, run) -> None:
    run.seek(2000)
    run.arrive(exact=False)
    assert pill(bar) == "≈ REPLAYING"
    assert "processor" in bar.findChild(QWidget, "statePill").toolTip()
    run.jump_to_live()
    assert pill(bar) == "LIVE"
    assert bar.findChild(QWidget, "statePill").toolTip() == ""


# Its buttons


def test_the_ways_out_of_the_past_are_there_only_in_the_past(bar, run) -> None:
    names = ("jumpLiveButton", "branchButton")
    assert not any(button(bar, name).isVisible() for name in names)
    run.seek(2000)
    assert all(button(bar, name).isVisible() for name in names)
    assert button(bar, "jumpLiveButton").text() == "Jump to live"
    run.go_into(State.FINISHED)
    assert button(bar, "jumpLiveButton").text() == "Jump to end"
    run.jump_to_live()
    assert not any(button(bar, name).isVisible() for name in names)


def test_jump_to_live_follows_the_run_and_leaves_the_focus_on_the_track(bar, run) -> None:
    run.seek(2000)
    run.calls.clear()
    click(bar, "jumpLiveButton")
    assert run.asked == [("live",)]
    assert QApplication.focusWidget() is bar.track


def test_branch_from_here_begins_a_run_at_what_is_looked_at(bar, run) -> None:
    bar.branch()
    assert run.asked == []
    run.seek(2000)
    run.calls.clear()
    click(bar, "branchButton")
    assert run.asked == [("branch",)]


@pytest.mark.parametrize(
    ("state", "asked"),
    [
        (State.IDLE, "start"),
        (State.RUNNING, "pause"),
        (State.PAUSED, "resume"),
        (State.FINISHED, "start"),
        (State.FAILED, "start"),
    ],
)
def test_play_does_what_makes_sense(bar, run, state: State, asked: str) -> None:
    run.go_into(state)
    click(bar, "timelinePlay")
    assert run.asked == [(asked,)]


def test_a_step_in_the_past_shows_the_next_iteration(bar, run) -> None:
    run.go_into(State.PAUSED)
    click(bar, "timelineStep")
    assert run.asked == [("step",)]
    run.seek(2000)
    run.calls.clear()
    click(bar, "timelineStep")
    assert run.asked == [("seek", 2001, False)]


def test_a_step_makes_sense_in_the_past_of_any_run(bar, run) -> None:
    for state in State:
        run.go_into(state)
        assert button(bar, "timelineStep").isEnabled() == (state in (State.IDLE, State.PAUSED))
    run.seek(2000)
    assert button(bar, "timelineStep").isEnabled()


# Typing an iteration


def field(bar: TimelineBar) -> QLineEdit:
    return bar.findChild(QLineEdit, "timelineGoTo")


def test_a_click_on_the_iteration_lets_another_be_typed(bar, run) -> None:
    bar.track.setFocus()
    click_text = bar.findChild(QLabel, "timelineIteration")
    QTest.mouseClick(click_text, Qt.MouseButton.LeftButton)
    assert field(bar).isVisible()
    assert field(bar).text() == "6000"
    QTest.keyClicks(field(bar), "1234")
    QTest.keyClick(field(bar), Qt.Key.Key_Return)
    assert run.asked == [("seek", 1234, False)]
    assert not field(bar).isVisible()
    assert text_of(bar, "timelineIteration") == "Iteration 1,234"
    assert QApplication.focusWidget() is bar.track


def test_escape_and_a_click_elsewhere_leave_it(bar, run) -> None:
    for leave in (
        lambda: QTest.keyClick(field(bar), Qt.Key.Key_Escape),
        lambda: bar.track.setFocus(),
    ):
        bar.iteration.edit()
        QTest.keyClicks(field(bar), "55")
        leave()
        assert run.asked == []
        assert not field(bar).isVisible()
        assert text_of(bar, "timelineIteration") == "Iteration 6,000"


@pytest.mark.parametrize("typed", ["6000", "6,000", "9999", "99999999999999"])
def test_what_is_not_run_yet_means_the_end(bar, run, typed: str) -> None:
    bar.iteration.edit()
    QTest.keyClicks(field(bar), typed)
    QTest.keyClick(field(bar), Qt.Key.Key_Enter)
    assert run.asked == [("live",)]


@pytest.mark.parametrize(
    ("typed", "said"),
    [("2.5", "“2.5” is no whole number."), ("-3", "The least is 0."), ("x", "“x” is no whole ")],
)
def test_what_is_no_iteration_is_refused_and_said_over_the_field(
    bar, run, typed: str, said: str
) -> None:
    bar.iteration.edit()
    QTest.keyClicks(field(bar), typed)
    QTest.keyClick(field(bar), Qt.Key.Key_Return)
    assert (run.asked, field(bar).text(), field(bar).selectedText()) == ([], "6000", "6000")
    note = field(bar).note
    assert note.message.startswith(said)
    assert bar.rect().contains(note.geometry()) or bar.window().rect().contains(note.geometry())
    QTest.keyClicks(field(bar), "1e3")
    assert note.message == ""
    QTest.keyClick(field(bar), Qt.Key.Key_Return)
    assert run.asked == [("seek", 1000, False)]


def test_no_number_is_no_wish(bar, run) -> None:
    bar.iteration.edit()
    field(bar).clear()
    QTest.keyClick(field(bar), Qt.Key.Key_Return)
    assert run.asked == []
    assert not field(bar).isVisible()


def test_the_number_that_is_typed_is_not_overwritten_by_a_run_that_goes_on(bar, run) -> None:
    bar.iteration.edit()
    QTest.keyClicks(field(bar), "77")
    run.run_on(100)
    assert field(bar).text() == "77"
    QTest.keyClick(field(bar), Qt.Key.Key_Return)
    assert run.asked == [("seek", 77, False)]


def test_the_keys_of_the_window_reach_all_of_it(bar, run) -> None:
    keys = dict(bar.shortcuts)
    assert len(keys) == len(bar.shortcuts)
    keys["Ctrl+Left"]()
    keys["Ctrl+Shift+Left"]()
    keys["Ctrl+Right"]()
    keys["Ctrl+Shift+Right"]()
    keys["Ctrl+Home"]()
    keys["Ctrl+B"]()
    keys["Ctrl+End"]()
    assert run.asked == [
        ("seek", 5999, False),
        ("seek", 5899, False),
        ("seek", 5900, False),
        ("live",),
        ("seek", 0, False),
        ("branch",),
        ("live",),
    ]
    keys["Ctrl+I"]()
    assert field(bar).hasFocus()


# How it looks


@pytest.mark.parametrize("total", [10, 10_000, 1_000_000, 10_000_000])
def test_no_text_is_cut_off_however_long_the_run(qtbot, total: int) -> None:
    run = ScriptedRun(min(total, 1000), total)
    run.live = run.snapshot = run._state_at(total)
    bar = open_bar(qtbot, run, 1120)
    run.seek(total)
    for label in bar.findChildren(QLabel):
        if label.isVisible():
            wanted = label.fontMetrics().horizontalAdvance(label.text())
            if label.objectName() == "timelineIteration":
                total = bar.findChild(QLabel, "timelineTotal")
                wanted += 4 + total.fontMetrics().horizontalAdvance(total.text())
            assert label.width() >= wanted, label.text()


def test_everything_has_a_name_and_can_be_reached_by_tab(bar, run) -> None:
    run.go_into(State.PAUSED)
    run.seek(2000)
    reached = set()
    bar.play.setFocus()
    for _ in range(12):
        widget = QApplication.focusWidget()
        reached.add(widget.objectName())
        assert widget.accessibleName(), widget.objectName()
        QTest.keyClick(widget, Qt.Key.Key_Tab)
    assert reached >= {
        "timelinePlay",
        "timelineStep",
        "timelineRestart",
        "lossTrack",
        "jumpLiveButton",
        "branchButton",
    }


def looks(bar: TimelineBar, name: str) -> None:
    QApplication.processEvents()
    check(bar.grab().toImage(), name)


@pytest.mark.parametrize("name", theme.THEMES)
def test_it_looks_as_approved(qtbot, bar, run, name: str, qapp) -> None:
    theme.apply(qapp, theme.THEMES[name])
    looks(bar, f"timeline_live_{name}")
    run.seek(2600)
    looks(bar, f"timeline_replaying_{name}")
    run.arrive()
    run.go_into(State.FINISHED)
    bar.iteration.edit()
    looks(bar, f"timeline_past_{name}")

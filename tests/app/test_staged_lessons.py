"""A lesson that is chosen while there is a run: it waits, and the run goes on as it was."""

import pytest
from parameter_fields import BOOK, box, choose, shown, text_of, type_into
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton
from small_runs import SMALL

from app.pages.train_controls import RunControls
from app.presets import PRESETS
from app.session import Session, State
from app.widgets.parameters import ParameterFields

LESSONS = {preset.key: preset for preset in PRESETS}
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def fields(qtbot) -> ParameterFields:
    """Return the fields of a run that is under way, at a pace that no lesson has."""
    fields = shown(qtbot, BOOK)
    fields.show_pace(None)
    fields.follow_run(BOOK, under_way=True)
    return fields


def lesson(fields: ParameterFields) -> str:
    return fields.findChild(QComboBox, "presetChoice").currentData()


def put_back(qtbot, fields: ParameterFields) -> None:
    qtbot.mouseClick(fields.findChild(QPushButton, "putBackButton"), LEFT)


def test_every_lesson_can_be_read_while_the_run_goes_on(qtbot, fields) -> None:
    others = [key for key in LESSONS if key != "book"]  # which is the run there is
    with qtbot.assertNotEmitted(fields.pace_changed), qtbot.assertNotEmitted(fields.changed):
        for key in others:
            choose(fields, "presetChoice", key)
            fields.follow_run(BOOK, under_way=True)
            assert text_of(fields, "presetText") == LESSONS[key].text
            assert (fields.plans, fields.is_staged) == (LESSONS[key].plans, True)
    choose(fields, "presetChoice", "")
    assert (fields.config, fields.plans, fields.waiting) == (BOOK, (), ())


def test_what_a_lesson_stages_is_marked_and_so_is_its_pace(fields) -> None:
    choose(fields, "presetChoice", "rate")
    assert fields.waiting == ("learning_rate", "iterations")
    assert (text_of(fields, "presetChoiceWaits"), text_of(fields, "learningRateWaits")) == (
        "at restart",
        "↺",
    )
    rate = box(fields, "learningRate")
    assert (rate.text(), rate.accessibleDescription()) == (
        "5",
        "Applies at restart; the run has 0.1",
    )
    assert rate.property("waits") == "true"
    assert fields.pace_row.findChild(QLabel, "paceUnit").text() == "60 at restart"
    assert fields.pace_row.findChild(QPushButton, "paceChoice_0").isChecked()


def test_an_edit_of_a_staged_lesson_waits_too(qtbot, fields) -> None:
    choose(fields, "presetChoice", "optimizers")
    with qtbot.assertNotEmitted(fields.changed):
        type_into(qtbot, box(fields, "batchSize"), "7")
    assert fields.waiting == ("batch_size", "iterations")
    assert {plan.config.batch_size for plan in fields.plans} == {7}


def test_the_way_back_is_one_click_and_the_fields_work_at_once_again(qtbot, fields) -> None:
    choose(fields, "presetChoice", "deviation")
    with qtbot.assertNotEmitted(fields.pace_changed):
        put_back(qtbot, fields)
    assert (fields.config, fields.plans, fields.waiting, lesson(fields)) == (BOOK, (), (), "")
    assert fields.pace_row.findChild(QLabel, "paceUnit").text() == "iterations / s"
    with qtbot.waitSignal(fields.changed) as caught:
        type_into(qtbot, box(fields, "learningRate"), "0.3")
    assert caught.args == [BOOK.replace(learning_rate=0.3)]


def test_what_was_said_of_a_number_goes_with_the_choice_of_a_lesson(qtbot, fields) -> None:
    for choice in (lambda: choose(fields, "presetChoice", "rate"), lambda: put_back(qtbot, fields)):
        type_into(qtbot, box(fields, "batchSize"), "0,5")
        assert box(fields, "batchSize").note.message
        choice()
        assert box(fields, "batchSize").note.message == ""


def test_the_lesson_of_the_run_comes_back_with_its_parameters(qtbot, fields) -> None:
    fields.follow_run(LESSONS["he"].plans[0].config, under_way=True)
    choose(fields, "presetChoice", "he")
    assert not fields.is_staged
    choose(fields, "presetChoice", "zero")
    put_back(qtbot, fields)
    assert (lesson(fields), fields.plans) == ("he", LESSONS["he"].plans)


def test_a_run_that_changes_leaves_what_is_staged_as_it_is(fields) -> None:
    choose(fields, "presetChoice", "activations")
    fields.follow_run(BOOK.replace(batch_size=5, hidden_sizes=(9,)), under_way=True)
    assert fields.plans == LESSONS["activations"].plans


def test_a_lesson_that_is_begun_brings_its_pace_and_waits_no_longer(qtbot, fields) -> None:
    choose(fields, "presetChoice", "rate")
    with qtbot.waitSignal(fields.pace_changed) as caught:
        assert fields.begin()
    assert caught.args == [60.0]
    fields.follow_run(fields.plans[0].config, under_way=True)
    assert (fields.waiting, fields.is_staged, lesson(fields)) == ((), False, "rate")
    with qtbot.waitSignal(fields.changed):
        type_into(qtbot, box(fields, "learningRate"), "0.3")


def test_a_pace_that_is_chosen_after_a_lesson_is_meant_for_it_too(qtbot, fields) -> None:
    choose(fields, "presetChoice", "rate")
    with qtbot.waitSignal(fields.pace_changed) as caught:
        qtbot.mouseClick(fields.pace_row.findChild(QPushButton, "paceChoice_250"), LEFT)
    assert caught.args == [250.0]
    with qtbot.assertNotEmitted(fields.pace_changed):
        assert fields.begin()


@pytest.fixture
def controls(qtbot, session: Session) -> RunControls:
    controls = RunControls(session)
    qtbot.addWidget(controls)
    qtbot.addWidget(controls.fields)
    session.start(SMALL.replace(iterations=100_000))
    session.pause()
    return controls


def test_a_run_keeps_its_parameters_and_pace_until_the_lesson_is_started(
    qtbot, session: Session, controls: RunControls
) -> None:
    before, pace = session.config, session.pace
    for key in ("rate", "diverging", "book", "optimizers"):
        choose(controls.fields, "presetChoice", key)
        assert (session.config, session.pace, session.state) == (before, pace, State.PAUSED)
    start = controls.findChild(QPushButton, "startButton")
    assert start.text() == "Start 4 runs"
    qtbot.mouseClick(start, LEFT)
    assert (session.config, session.pace) == (LESSONS["optimizers"].plans[0].config, 250.0)
    assert (session.state, controls.fields.waiting) == (State.RUNNING, ())
    session.stop()


def test_a_lesson_that_is_started_leaves_the_runs_that_were_compared(
    qtbot, session: Session, controls: RunControls
) -> None:
    session.step(5)
    runs = session.runs
    qtbot.waitUntil(lambda: any(e.is_shown and e.iteration >= 5 for e in runs.entries))
    (other,) = (entry.key for entry in runs.entries if entry.is_shown)
    session.start(SMALL.replace(seed=2, iterations=100_000))
    session.pause()
    runs.compare([other])
    choose(controls.fields, "presetChoice", "rate")
    assert runs.compared == (other,)
    qtbot.mouseClick(controls.findChild(QPushButton, "startButton"), LEFT)
    assert runs.compared == ()
    session.stop()


def test_who_branches_off_gets_the_fields_of_the_branch(
    qtbot, session: Session, controls: RunControls
) -> None:
    session.step(5)
    qtbot.waitUntil(lambda: session.live is not None and session.live.iteration >= 5)
    choose(controls.fields, "presetChoice", "rate")
    session.branch(3)
    controls.follow_run()
    assert (controls.fields.config, controls.fields.is_staged) == (session.config, False)
    type_into(qtbot, box(controls.fields, "learningRate"), "0.3")
    assert session.config.learning_rate == 0.3


def test_nothing_is_started_with_a_number_that_is_refused(
    qtbot, session: Session, controls: RunControls
) -> None:
    run, rate = session.shown_run, box(controls.fields, "learningRate")
    rate.selectAll()
    qtbot.keyClicks(rate, "1e9")
    controls.start()
    assert (session.shown_run, rate.note.message) == (run, "The largest is 100.")
    rate.selectAll()
    qtbot.keyClicks(rate, "1e-2")
    controls.start()
    assert (session.shown_run, session.config.learning_rate) == (run + 1, 0.01)
    session.stop()

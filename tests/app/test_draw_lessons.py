"""Which network reads the drawing, and what it learns from it."""

import numpy as np
import pytest
from draw_pages import (
    bars,
    button,
    canvas_of,
    child,
    click,
    press,
    show,
    text,
    trained,
    turn_wheel,
)
from fake_session import FakeSession
from handwriting import DIGITS, draw
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel

from app import formatting
from app.formatting import EM_DASH
from app.pages.draw import DrawPage
from app.widgets.bars import BarLegend
from app.widgets.learn_rate import LearnRate
from app.widgets.lesson_bars import LessonBars
from bpcore.lesson import learn
from bpcore.network import Network
from bpcore.reader import Reader, shipped_reader

OTHER = Reader(Network((784, 20, 10), weight_init_std=0.1, dtype=np.float32, seed=4))
"""A network that has learned nothing, but says something."""


@pytest.fixture
def session() -> FakeSession:
    session = FakeSession(trained(), iteration=6480, shipped=OTHER)
    session.readers.choose("run")
    return session


@pytest.fixture
def page(qtbot, session: FakeSession) -> DrawPage:
    return show(qtbot, session)


def choose(qtbot, page: DrawPage, choice: str) -> None:
    """Open the list with the mouse and click on a line of it."""
    combo = child(page, QComboBox, "networkChoice")
    QTest.mouseClick(combo, Qt.MouseButton.LeftButton)
    view = combo.view()
    qtbot.waitUntil(view.isVisible)
    place = view.visualRect(combo.model().index(combo.findData(choice), 0)).center()
    QTest.mouseMove(view.viewport(), place)

    def clicked() -> bool:
        # A list that has just opened takes the first release for the end of the opening click.
        if view.isVisible():
            QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
        return combo.currentData() == choice

    qtbot.waitUntil(clicked)


def shown(reader: Reader, image: np.ndarray) -> tuple[str, ...]:
    p = reader.read(image).probabilities
    return tuple(formatting.percent(float(value), 2) for value in p)


# Which network.


def test_another_network_reads_once_it_is_chosen(qtbot, page: DrawPage, session) -> None:
    draw(canvas_of(page), DIGITS[3][0])
    before = bars(page).texts
    choose(qtbot, page, "shipped")
    assert bars(page).texts == shown(OTHER, session.drawing) != before
    assert "run" not in text(page, "predictionSource")
    choose(qtbot, page, "run")
    assert bars(page).texts == before


def test_after_a_choice_by_mouse_the_canvas_has_the_keys(qtbot, page: DrawPage) -> None:
    choose(qtbot, page, "shipped")
    qtbot.waitUntil(canvas_of(page).hasFocus, timeout=1000)


def test_ones_own_network_is_offered_when_there_is_one(qtbot, page: DrawPage, session) -> None:
    combo = child(page, QComboBox, "networkChoice")
    assert [combo.itemData(i) for i in range(combo.count())] == ["run", "shipped"]
    session.readers.set_own(OTHER)
    assert [combo.itemData(i) for i in range(combo.count())] == ["run", "shipped", "own"]
    assert combo.currentData() == "run"
    choose(qtbot, page, "own")
    assert session.readers.choice == "own"


def test_the_tooltip_says_how_large_the_network_is(qtbot, page: DrawPage) -> None:
    combo = child(page, QComboBox, "networkChoice")
    assert "784-50-10" in combo.toolTip()
    choose(qtbot, page, "shipped")
    assert "784-20-10" in combo.toolTip()


def test_the_wheel_chooses_no_network_and_no_rate_in_passing(page, session) -> None:
    combo, rate = child(page, QComboBox, "networkChoice"), child(page, LearnRate, "learnRate")
    canvas_of(page).setFocus()
    for widget in (combo, rate):
        turn_wheel(widget)
    assert (session.readers.choice, rate.value()) == ("run", 0.002)
    rate.setFocus()
    turn_wheel(rate)
    assert rate.value() == 0.001
    combo.setFocus()
    turn_wheel(combo)
    assert session.readers.choice == "shipped"


def test_while_another_network_reads_a_run_costs_no_reading(qtbot, page, session) -> None:
    draw(canvas_of(page), DIGITS[3][0])
    choose(qtbot, page, "shipped")
    before, session.readers.reads = bars(page).texts, 0
    session.publish(0)
    assert bars(page).texts == before
    assert session.readers.reads == 0


def test_where_the_network_is_not_sure_it_says_so(qtbot, page: DrawPage, session) -> None:
    draw(canvas_of(page), DIGITS[3][0])
    choose(qtbot, page, "shipped")
    reading = OTHER.read(session.drawing)
    assert reading.unsure
    second = int(reading.probabilities.argsort()[-2])
    assert text(page, "predictionSentence") == f"Not sure: {reading.digit} or {second}?"


def test_following_says_whose_pass_it_is(qtbot, page: DrawPage) -> None:
    follow = button(page, "followButton")
    draw(canvas_of(page), DIGITS[3][0])
    assert follow.text() == "Follow this digit backwards"
    assert "this session's run" not in follow.toolTip()
    choose(qtbot, page, "shipped")
    assert follow.text() == follow.accessibleName() == "Follow it through the run"
    assert "this session's run" in follow.toolTip()
    choose(qtbot, page, "run")
    assert follow.text() == "Follow this digit backwards"
    click(page, "learnButton")
    assert follow.text() == "Follow it through the run"


def test_following_says_whether_the_run_is_trained_as_soon_as_it_is(qtbot, page, session) -> None:
    follow = button(page, "followButton")
    choose(qtbot, page, "shipped")
    session.publish(0)
    qtbot.waitUntil(lambda: follow.text() == "Follow it through the untrained run", timeout=2000)
    session.publish(90)
    qtbot.waitUntil(lambda: follow.text() == "Follow it through the run", timeout=2000)


# Learning.


def lesson_rows(page: DrawPage):
    return child(page, LessonBars, "lessonBars").rows


def test_before_a_lesson_there_are_em_dashes_and_a_sentence(page: DrawPage) -> None:
    assert not button(page, "learnButton").isEnabled()
    draw(canvas_of(page), DIGITS[3][0])
    assert [(row.digit, row.before, row.after) for row in lesson_rows(page)] == [(3, None, None)]
    assert "likelier" in child(page, LessonBars, "lessonBars").note
    assert text(page, "lessonLoss") == text(page, "lessonMoved") == EM_DASH
    assert button(page, "learnButton").isEnabled()
    assert not button(page, "learnUndoButton").isEnabled()
    assert not child(page, BarLegend, "barLegend").isVisible()


def test_a_lesson_shows_what_one_step_did(page: DrawPage, session) -> None:
    draw(canvas_of(page), DIGITS[3][0])
    press(page, "8")
    before = bars(page).texts
    click(page, "learnButton")
    learned, lesson = learn(Reader(trained()), session.drawing, 8, 0.002)
    p, q = lesson.before.probabilities, lesson.after.probabilities
    assert [(row.digit, row.before, row.after) for row in lesson_rows(page)] == [
        (8, float(p[8]), float(q[8])),
        (3, float(p[3]), float(q[3])),
    ]
    losses = formatting.loss(lesson.loss_before), formatting.loss(lesson.loss_after)
    assert text(page, "lessonLoss") == " → ".join(losses)
    moved, size = formatting.magnitude(lesson.moved, 3), formatting.magnitude(lesson.size, 1)
    assert text(page, "lessonMoved") == f"{moved} of {size} (L2)"
    assert bars(page).texts == shown(learned, session.drawing) != before
    assert text(page, "predictionSource") == "a copy of iteration 6,480, 1 step on"


def test_shares_and_losses_of_the_shipped_network_agree(qtbot) -> None:
    session = FakeSession(trained(), shipped=shipped_reader())
    page = show(qtbot, session)
    draw(canvas_of(page), DIGITS[3][0])
    press(page, "8")
    click(page, "learnButton")
    label, _ = lesson_rows(page)
    losses = [float(figure) for figure in text(page, "lessonLoss").split(" → ")]
    assert losses == pytest.approx([-np.log(label.before), -np.log(label.after)], abs=6e-5)
    assert "calibration" not in child(page, QLabel, "lessonLossTitle").toolTip()


def test_outlines_show_what_was_read_before_in_the_drawing_of_now(page, session) -> None:
    draw(canvas_of(page), DIGITS[3][0])
    press(page, "8")
    click(page, "learnButton")
    assert child(page, BarLegend, "barLegend").isVisible()
    click(page, "clearButton")
    assert bars(page).before is None
    draw(canvas_of(page), DIGITS[5][0])
    expected = Reader(trained()).read(session.drawing)
    np.testing.assert_array_equal(bars(page).before, expected.probabilities)


def test_another_drawing_or_label_has_no_lesson_yet(page: DrawPage) -> None:
    draw(canvas_of(page), DIGITS[3][0])
    press(page, "8")
    click(page, "learnButton")
    press(page, "5")
    assert text(page, "lessonLoss") == EM_DASH
    press(page, "8")
    assert text(page, "lessonLoss") != EM_DASH
    draw(canvas_of(page), DIGITS[1][0])
    assert text(page, "lessonLoss") == EM_DASH
    assert button(page, "learnUndoButton").isEnabled()


def test_undo_brings_the_bits_back(page: DrawPage, session) -> None:
    draw(canvas_of(page), DIGITS[3][0])
    before = bars(page).texts
    click(page, "learnButton")
    click(page, "learnButton")
    assert "2 steps on" in text(page, "predictionSource")
    click(page, "learnUndoButton")
    click(page, "learnUndoButton")
    params = session.readers.present.network.params
    assert all(np.array_equal(W, trained().params[name]) for name, W in params.items())
    assert bars(page).texts == before
    assert text(page, "lessonLoss") == EM_DASH
    assert not button(page, "learnUndoButton").isEnabled()


def test_keys_learn_and_take_back_and_ctrl_z_stays_the_canvas_undo(page, session) -> None:
    draw(canvas_of(page), DIGITS[3][0])
    press(page, "L")
    press(page, "L")
    assert len(session.readers.lessons) == 2
    press(page, "Shift+L")
    assert len(session.readers.lessons) == 1
    press(page, "Ctrl+Z")
    assert canvas_of(page).drawing.is_empty
    assert len(session.readers.lessons) == 1


def test_the_step_is_as_long_as_the_rate_says(page: DrawPage, session) -> None:
    draw(canvas_of(page), DIGITS[3][0])
    press(page, "8")
    child(page, LearnRate, "learnRate").setValue(0.01)
    click(page, "learnButton")
    _, lesson = learn(Reader(trained()), session.drawing, 8, 0.01)
    assert text(page, "lessonMoved").startswith(formatting.magnitude(lesson.moved, 3))


def test_a_run_that_goes_on_leaves_the_copy_where_it_is(page: DrawPage, session) -> None:
    draw(canvas_of(page), DIGITS[3][0])
    click(page, "learnButton")
    assert "to the bit" in button(page, "learnUndoButton").toolTip()
    session.publish(7000)
    assert text(page, "predictionSource") == "a copy of iteration 6,480, 1 step on"
    assert "run as it is now, at iteration 7,000" in button(page, "learnUndoButton").toolTip()
    click(page, "learnUndoButton")
    assert text(page, "predictionSource") == "iteration 7,000 of this run"


def test_undo_promises_the_bits_while_the_copy_has_another_step(page: DrawPage, session) -> None:
    draw(canvas_of(page), DIGITS[3][0])
    click(page, "learnButton")
    click(page, "learnButton")
    session.publish(7000)
    undo = button(page, "learnUndoButton")
    assert "to the bit" in undo.toolTip()
    click(page, "learnUndoButton")
    assert "at iteration 7,000" in undo.toolTip()


def test_a_step_out_of_the_range_of_numbers_is_refused_with_a_sentence(page, session) -> None:
    draw(canvas_of(page), DIGITS[3][0])
    session.readers.learn = lambda image, label, rate: None
    click(page, "learnButton")
    assert "smaller rate" in child(page, LessonBars, "lessonBars").note
    assert text(page, "lessonLoss") == EM_DASH


def test_a_click_on_a_button_leaves_the_keys_to_the_canvas(page: DrawPage) -> None:
    draw(canvas_of(page), DIGITS[3][0])
    for name in ("learnButton", "learnUndoButton"):
        click(page, name)
        assert canvas_of(page).hasFocus()

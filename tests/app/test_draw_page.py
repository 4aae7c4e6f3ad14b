"""What the Draw page says about a drawing, and about a run under way."""

import numpy as np
import pytest
from draw_pages import (
    LEFT,
    assert_nothing_predicted,
    bars,
    button,
    canvas_of,
    child,
    click,
    label,
    prepared,
    press,
    show,
    text,
    trained,
)
from fake_session import FakeSession
from handwriting import DIGITS, draw, trembling
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QSlider

from app import formatting
from app.formatting import EM_DASH
from app.pages.draw import DrawPage
from app.session import State
from app.widgets.digit_image import DigitImage
from app.widgets.lesson_bars import LessonBars
from app.widgets.saliency_view import SaliencyView
from bpcore.datasets.drawing import prepare
from bpcore.network import Network


@pytest.fixture
def session() -> FakeSession:
    return FakeSession(trained(), iteration=6480)


@pytest.fixture
def page(qtbot, session: FakeSession) -> DrawPage:
    return show(qtbot, session)


# Reading.


@pytest.mark.parametrize("digit", [1, 7, 0, 3])
def test_a_digit_drawn_by_hand_is_read(page: DrawPage, digit: int) -> None:
    draw(canvas_of(page), [trembling(stroke) for stroke in DIGITS[digit][0]])
    assert text(page, "predictedDigit") == str(digit)
    assert bars(page).winner == digit


def test_nearly_all_digits_in_all_styles_are_read(page: DrawPage) -> None:
    wrong = []
    for digit, styles in DIGITS.items():
        for number, strokes in enumerate(styles):
            click(page, "clearButton")
            draw(canvas_of(page), [trembling(stroke) for stroke in strokes])
            if text(page, "predictedDigit") != str(digit):
                wrong.append(f"style {number} of {digit} as {text(page, 'predictedDigit')}")
    assert len(wrong) <= 2, wrong


def test_what_is_shown_is_what_the_network_computed(page: DrawPage, session) -> None:
    draw(canvas_of(page), DIGITS[8][1])
    prediction = session.readers.read(session.drawing)
    p = prediction.probabilities
    assert bars(page).texts == tuple(formatting.percent(float(v), 2) for v in p)
    assert text(page, "predictedDigit") == str(prediction.digit)
    assert formatting.share(float(p.max())) in text(page, "predictionDetail")
    points = formatting.points(prediction.margin)
    second = int(p.argsort()[-2])
    assert f"{points} points ahead of the {second}" in text(page, "predictionDetail")
    assert text(page, "predictionSource") == "iteration 6,480 of this run"


@pytest.mark.parametrize(("digit", "sentence"), [(3, "reads a 3"), (8, "reads an 8")])
def test_a_sentence_says_what_is_read(page: DrawPage, digit: int, sentence: str) -> None:
    draw(canvas_of(page), DIGITS[digit][0])
    assert sentence in text(page, "predictionSentence")


def test_the_prediction_follows_while_the_button_is_still_down(qtbot, page: DrawPage) -> None:
    canvas = canvas_of(page)
    QTest.mousePress(canvas, LEFT, pos=canvas.position(0.5, 0.1).toPoint())
    for y in np.linspace(0.1, 0.9, 30):
        QTest.mouseMove(canvas, canvas.position(0.5, y).toPoint())
    qtbot.waitUntil(lambda: text(page, "predictedDigit") == "1", timeout=1000)
    assert canvas.drawing.is_growing
    QTest.mouseRelease(canvas, LEFT, pos=canvas.position(0.5, 0.9).toPoint())


def test_the_network_gets_the_image_that_is_shown(page: DrawPage, session) -> None:
    draw(canvas_of(page), DIGITS[5][0])
    expected = prepare(canvas_of(page).ink)
    assert expected is not None
    assert np.array_equal(prepared(page), expected.image)
    assert np.array_equal(session.drawing, expected.image.reshape(784))
    assert not session.drawing.flags.writeable
    assert np.array_equal(child(page, DigitImage, "croppedImage").image, expected.crop)
    assert np.array_equal(child(page, DigitImage, "scaledImage").image, expected.scaled)


def test_captions_name_the_sizes(page: DrawPage) -> None:
    draw(canvas_of(page), DIGITS[1][0])
    texts = [each.text() for each in page.findChildren(QLabel)]
    stages = prepare(canvas_of(page).ink)
    for stage in (stages.crop, stages.scaled, stages.image):
        assert f"{stage.shape[1]}×{stage.shape[0]}" in texts


# Nothing to read.


def test_an_empty_canvas_predicts_nothing(page: DrawPage, session) -> None:
    assert_nothing_predicted(page)
    assert prepared(page) is None
    assert session.drawing is None
    assert session.readers.reads == 0
    assert not button(page, "followButton").isEnabled()


def test_clearing_takes_the_prediction_away(page: DrawPage, session) -> None:
    draw(canvas_of(page), DIGITS[3][0])
    click(page, "clearButton")
    assert_nothing_predicted(page)
    assert prepared(page) is None
    assert session.drawing is None


def test_erasing_everything_takes_the_prediction_away(page: DrawPage) -> None:
    draw(canvas_of(page), DIGITS[1][0])
    child(page, QSlider, "penWidth").setValue(160)
    draw(canvas_of(page), DIGITS[1][0], button=Qt.MouseButton.RightButton)
    assert_nothing_predicted(page)


@pytest.mark.parametrize("iteration", [None, 0])
def test_an_untrained_network_predicts_nothing_and_says_so(qtbot, iteration) -> None:
    session = FakeSession(trained(), iteration)
    page = show(qtbot, session)
    draw(canvas_of(page), DIGITS[3][0])
    assert_nothing_predicted(page)
    assert text(page, "predictionSentence") == "This network has not learned anything yet."
    assert prepared(page) is not None
    assert session.readers.reads == 0
    assert button(page, "trainNowButton").isVisible()


def test_train_it_now_starts_a_run_and_the_prediction_follows(qtbot) -> None:
    session = FakeSession(trained(), 0)
    page = show(qtbot, session)
    draw(canvas_of(page), DIGITS[3][0])
    click(page, "trainNowButton")
    assert session.started == [session.config]
    assert not button(page, "trainNowButton").isVisible()
    session.publish(1)
    qtbot.waitUntil(lambda: text(page, "predictedDigit") == "3", timeout=1000)


def test_a_run_that_failed_before_it_began_says_why(qtbot) -> None:
    session = FakeSession()
    page = show(qtbot, session)
    session.set_state(State.FAILED, "There is no such folder.")
    assert text(page, "predictionDetail") == "There is no such folder."
    assert button(page, "trainNowButton").isVisible()


def test_a_trained_network_needs_no_button_to_train_it(page: DrawPage) -> None:
    assert not button(page, "trainNowButton").isVisible()


def test_numbers_that_are_not_finite_are_no_prediction(page: DrawPage, session) -> None:
    huge = {name: np.full_like(W, 3e38) for name, W in session.network.params.items()}
    session.network = Network.from_params(huge)
    session.publish(6481)
    draw(canvas_of(page), DIGITS[3][0])
    assert_nothing_predicted(page)
    assert "finite" in text(page, "predictionSentence")


@pytest.mark.parametrize("value", [3e38, np.nan])
def test_a_network_that_diverged_explains_and_learns_nothing(page, session, value) -> None:
    diverged = {name: np.full_like(W, value) for name, W in session.network.params.items()}
    session.network = Network.from_params(diverged)
    session.publish(6481)
    draw(canvas_of(page), DIGITS[3][0])
    for picked in (None, 5):
        if picked is not None:
            press(page, str(picked))
        assert label(page) == picked
        assert "finite" in child(page, SaliencyView, "saliencyView").message
        assert "finite" in child(page, LessonBars, "lessonBars").note
        assert not button(page, "learnButton").isEnabled()
    click(page, "clearButton")
    assert "Draw a digit" in child(page, LessonBars, "lessonBars").note


def test_numbers_that_are_finite_again_explain_and_learn(page, session) -> None:
    healthy = session.network
    session.network = Network.from_params({k: W * np.nan for k, W in healthy.params.items()})
    session.publish(6481)
    draw(canvas_of(page), DIGITS[3][0])
    session.network = healthy
    session.publish(6482)
    session.set_state(State.FINISHED)
    assert text(page, "predictedDigit") == "3"
    assert "likelier" in child(page, LessonBars, "lessonBars").note
    assert button(page, "learnButton").isEnabled()


# A run under way.


def test_a_new_snapshot_is_read_anew(qtbot, page: DrawPage, session) -> None:
    draw(canvas_of(page), DIGITS[3][0])
    session.publish(7000)
    qtbot.waitUntil(lambda: "7,000" in text(page, "predictionSource"), timeout=1000)


def test_a_run_is_read_no_more_often_than_is_seen_and_to_its_end(qtbot, page, session) -> None:
    draw(canvas_of(page), DIGITS[3][0])
    session.readers.reads = 0
    for iteration in range(6481, 6581):
        session.publish(iteration)
    assert session.readers.reads == 1
    qtbot.waitUntil(lambda: "6,580" in text(page, "predictionSource"), timeout=1000)
    assert session.readers.reads == 2


def test_a_hand_that_drags_through_the_past_is_followed_at_once(page, session) -> None:
    draw(canvas_of(page), DIGITS[3][0])
    session.pinned = 6100
    for iteration in (6200, 6150, 6100):
        session.publish(iteration)
        assert formatting.count(iteration) in text(page, "predictionSource")


def test_the_line_names_the_iteration_that_was_read_when_the_run_ends(page, session) -> None:
    draw(canvas_of(page), DIGITS[3][0])
    session.publish(6500)
    session.publish(6580)
    session.set_state(State.FINISHED)
    assert session.readers.read(session.drawing).iteration == 6580
    assert text(page, "predictionSource") == "iteration 6,580 of this run"


def test_the_line_names_the_iteration_that_was_read_while_someone_draws(page, session) -> None:
    canvas = canvas_of(page)
    QTest.mousePress(canvas, LEFT, pos=canvas.position(0.5, 0.1).toPoint())
    session.publish(6500)
    session.publish(6580)
    QTest.mouseMove(canvas, canvas.position(0.5, 0.6).toPoint())
    QTest.mouseRelease(canvas, LEFT, pos=canvas.position(0.5, 0.6).toPoint())
    assert text(page, "predictionSource") == "iteration 6,580 of this run"


def test_a_run_that_ended_behind_another_page_is_named_on_return(qtbot) -> None:
    session = FakeSession(trained(), 0)
    page = show(qtbot, session)
    page.hide()
    session.publish(300)
    session.set_state(State.FINISHED)
    page.show()
    assert text(page, "predictionSource") == "iteration 300 of this run"
    assert "784-50-10" in child(page, QComboBox, "networkChoice").toolTip()


def test_a_hidden_page_reads_nothing_until_it_is_shown(qapp, page: DrawPage, session) -> None:
    draw(canvas_of(page), DIGITS[3][0])
    page.hide()
    session.readers.reads = 0
    session.publish(9000)
    qapp.processEvents()
    assert session.readers.reads == 0
    page.show()
    assert session.readers.reads == 1
    assert "9,000" in text(page, "predictionSource")


def test_a_reset_takes_the_prediction_away(qtbot, page: DrawPage, session) -> None:
    draw(canvas_of(page), DIGITS[3][0])
    session.publish(0)
    qtbot.waitUntil(lambda: text(page, "predictedDigit") == EM_DASH, timeout=1000)

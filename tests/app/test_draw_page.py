import numpy as np
import pictures
import pytest
from fake_session import FakeSession
from handwriting import DIGITS, draw, trembling
from PySide6.QtCore import QElapsedTimer, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QSlider, QStackedWidget, QWidget

from app import formatting, theme
from app.formatting import EM_DASH
from app.pages.draw import DrawPage
from app.session import State
from app.widgets.basics import Segments
from app.widgets.digit_canvas import DEFAULT_WIDTH, DigitCanvas
from app.widgets.digit_image import DigitImage
from app.widgets.probability_bars import ProbabilityBars
from bpcore.config import TrainingConfig
from bpcore.datasets.drawing import prepare
from bpcore.training import Trainer

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(scope="session")
def trained():
    trainer = Trainer(TrainingConfig(iterations=3000))
    for _ in trainer:
        pass
    return trainer.network


@pytest.fixture
def session(trained) -> FakeSession:
    return FakeSession(trained, iteration=6480)


def show(qtbot, session: FakeSession) -> DrawPage:
    page = DrawPage(session)
    qtbot.addWidget(page)
    page.resize(1208, 680)
    page.show()
    qtbot.waitUntil(page.isActiveWindow)
    return page


@pytest.fixture
def page(qtbot, session: FakeSession) -> DrawPage:
    return show(qtbot, session)


def child(page: QWidget, kind: type, name: str):
    found = page.findChild(kind, name)
    assert found is not None, name
    return found


def canvas_of(page: DrawPage) -> DigitCanvas:
    return child(page, DigitCanvas, "digitCanvas")


def button(page: DrawPage, name: str) -> QAbstractButton:
    return child(page, QAbstractButton, name)


def click(page: DrawPage, name: str) -> None:
    QTest.mouseClick(button(page, name), LEFT)


def text(page: DrawPage, name: str) -> str:
    return child(page, QLabel, name).text()


def bars(page: DrawPage) -> ProbabilityBars:
    return child(page, ProbabilityBars, "probabilityBars")


def prepared(page: DrawPage) -> np.ndarray | None:
    return child(page, DigitImage, "preparedImage").image


def assert_nothing_predicted(page: DrawPage) -> None:
    assert text(page, "predictedDigit") == EM_DASH
    assert bars(page).texts == (EM_DASH,) * 10


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
    prediction = session.predict(session.drawing)
    p = prediction.probabilities
    assert bars(page).texts == tuple(formatting.percent(float(v), 2) for v in p)
    assert text(page, "predictedDigit") == str(prediction.digit)
    assert formatting.share(float(p.max())) in text(page, "predictionDetail")
    assert text(page, "predictionIteration") == "at iteration 6,480 of this run"


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
    texts = [label.text() for label in page.findChildren(QLabel)]
    stages = prepare(canvas_of(page).ink)
    for stage in (stages.crop, stages.scaled, stages.image):
        assert f"{stage.shape[1]}×{stage.shape[0]}" in texts


# Nothing to read.


def test_an_empty_canvas_predicts_nothing(page: DrawPage, session) -> None:
    assert_nothing_predicted(page)
    assert prepared(page) is None
    assert session.drawing is None
    assert session.predictions == 0
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
def test_an_untrained_network_predicts_nothing_and_says_so(qtbot, trained, iteration) -> None:
    session = FakeSession(trained, iteration)
    page = show(qtbot, session)
    draw(canvas_of(page), DIGITS[3][0])
    assert_nothing_predicted(page)
    assert text(page, "predictionSentence") == "This network has not learned anything yet."
    assert prepared(page) is not None
    assert session.predictions == 0
    assert button(page, "trainNowButton").isVisible()


def test_train_it_now_starts_a_run_and_the_prediction_follows(qtbot, trained) -> None:
    session = FakeSession(trained, 0)
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


def test_numbers_that_are_not_finite_are_no_prediction(qtbot, page: DrawPage, session) -> None:
    session.network = None
    draw(canvas_of(page), DIGITS[3][0])
    assert_nothing_predicted(page)
    assert "finite" in text(page, "predictionSentence")


# A run under way.


def test_a_new_snapshot_is_read_anew(qtbot, page: DrawPage, session) -> None:
    draw(canvas_of(page), DIGITS[3][0])
    session.publish(7000)
    qtbot.waitUntil(lambda: "7,000" in text(page, "predictionIteration"), timeout=1000)


def test_a_run_is_read_at_most_thirty_times_a_second_and_to_its_end(qtbot, page, session) -> None:
    draw(canvas_of(page), DIGITS[3][0])
    session.predictions = 0
    clock = QElapsedTimer()
    clock.start()
    iteration = 6480
    while clock.elapsed() < 300:
        iteration += 1
        session.publish(iteration)
        qtbot.wait(2)
    seconds = clock.elapsed() / 1000
    assert 2 <= session.predictions <= 30 * seconds + 2
    last = formatting.count(iteration)
    qtbot.waitUntil(lambda: last in text(page, "predictionIteration"), timeout=1000)


def test_a_hidden_page_reads_nothing_until_it_is_shown(qtbot, page: DrawPage, session) -> None:
    draw(canvas_of(page), DIGITS[3][0])
    page.hide()
    session.predictions = 0
    session.publish(9000)
    qtbot.wait(60)
    assert session.predictions == 0
    page.show()
    assert session.predictions == 1
    assert "9,000" in text(page, "predictionIteration")


def test_a_reset_takes_the_prediction_away(qtbot, page: DrawPage, session) -> None:
    draw(canvas_of(page), DIGITS[3][0])
    session.publish(0)
    qtbot.waitUntil(lambda: text(page, "predictedDigit") == EM_DASH, timeout=1000)


# Tools.


def ink(page: DrawPage) -> int:
    return int(canvas_of(page).ink.sum())


def press(page: DrawPage, keys: str) -> None:
    QTest.keySequence(page.window(), keys)


def enabled(page: DrawPage) -> tuple[bool, ...]:
    return tuple(button(page, f"{n}Button").isEnabled() for n in ("undo", "redo", "clear"))


def test_buttons_are_enabled_when_there_is_something_to_do(page: DrawPage) -> None:
    assert enabled(page) == (False, False, False)
    draw(canvas_of(page), DIGITS[1][0])
    assert enabled(page) == (True, False, True)
    click(page, "undoButton")
    assert enabled(page) == (False, True, False)
    click(page, "redoButton")
    click(page, "clearButton")
    assert enabled(page) == (True, False, False)


def test_undo_redo_and_clear_by_button(page: DrawPage) -> None:
    draw(canvas_of(page), DIGITS[1][2])
    whole = ink(page)
    click(page, "undoButton")
    assert 0 < ink(page) < whole
    click(page, "redoButton")
    assert ink(page) == whole
    click(page, "clearButton")
    assert ink(page) == 0
    click(page, "undoButton")
    assert ink(page) == whole


@pytest.mark.parametrize("redo", ["Ctrl+Shift+Z", "Ctrl+Y"])
@pytest.mark.parametrize("clear", ["Delete", "Ctrl+Backspace"])
def test_undo_redo_and_clear_by_key(page: DrawPage, redo: str, clear: str) -> None:
    draw(canvas_of(page), DIGITS[1][0])
    whole = ink(page)
    press(page, "Ctrl+Z")
    assert ink(page) == 0
    press(page, redo)
    assert ink(page) == whole
    press(page, clear)
    assert ink(page) == 0
    press(page, "Ctrl+Z")
    assert ink(page) == whole


def test_keys_work_wherever_in_the_page_the_focus_is(page: DrawPage) -> None:
    draw(canvas_of(page), DIGITS[1][0])
    child(page, QSlider, "penWidth").setFocus()
    press(page, "Delete")
    assert ink(page) == 0


def test_the_prediction_follows_undo(page: DrawPage) -> None:
    draw(canvas_of(page), DIGITS[3][0])
    press(page, "Ctrl+Z")
    assert_nothing_predicted(page)
    press(page, "Ctrl+Y")
    assert text(page, "predictedDigit") == "3"


def test_keys_choose_pen_and_eraser(page: DrawPage) -> None:
    choice = child(page, Segments, "penChoice")
    press(page, "E")
    assert choice.value == "eraser"
    assert canvas_of(page).eraser
    press(page, "P")
    assert choice.value == "pen"
    assert not canvas_of(page).eraser


def test_buttons_choose_pen_and_eraser(page: DrawPage) -> None:
    draw(canvas_of(page), DIGITS[1][0])
    whole = ink(page)
    click(page, "eraserButton")
    draw(canvas_of(page), [[(0.2, 0.5), (0.8, 0.5)]])
    assert 0 < ink(page) < whole
    click(page, "penButton")
    assert not canvas_of(page).eraser


def test_brackets_change_the_width_of_the_pen(page: DrawPage) -> None:
    slider, canvas = child(page, QSlider, "penWidth"), canvas_of(page)
    assert canvas.pen_width == pytest.approx(DEFAULT_WIDTH)
    press(page, "]")
    assert canvas.pen_width > DEFAULT_WIDTH
    press(page, "[")
    press(page, "[")
    assert canvas.pen_width < DEFAULT_WIDTH
    assert slider.value() == round(canvas.pen_width * 1000)


def test_the_canvas_has_the_keys_when_the_page_is_shown(page: DrawPage) -> None:
    assert canvas_of(page).hasFocus()


def test_following_the_digit_asks_for_it(qtbot, page: DrawPage) -> None:
    draw(canvas_of(page), DIGITS[3][0])
    with qtbot.waitSignal(page.follow_requested, timeout=1000):
        click(page, "followButton")


@pytest.mark.parametrize(
    "name",
    [
        "digitCanvas",
        "penButton",
        "eraserButton",
        "penWidth",
        "undoButton",
        "redoButton",
        "clearButton",
        "trainNowButton",
        "followButton",
    ],
)
def test_what_can_be_used_has_a_name_for_everyone(page: DrawPage, name: str) -> None:
    widget = child(page, QWidget, name)
    assert widget.accessibleName()
    assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    if name not in ("digitCanvas",):
        assert widget.toolTip()


# Room.


@pytest.mark.parametrize("colors", [theme.DARK, theme.LIGHT], ids=lambda t: t.name)
@pytest.mark.parametrize(
    "size", [(1048, 520), (1208, 600), (1208, 680), (1528, 880), (1208, 880), (1848, 680)]
)
def test_nothing_is_cut_off_or_overlaps(qapp, page: DrawPage, size, colors) -> None:
    theme.apply(qapp, colors)
    draw(canvas_of(page), DIGITS[3][0])
    page.resize(1528, 880)  # from a large page to this one, as well as up to it
    qapp.processEvents()
    page.resize(*size)
    qapp.processEvents()
    assert page.size().toTuple() == size
    names = ("digitCanvas", "probabilityBars", "followButton", "preparedImage", "predictedDigit")
    boxes = [_box(page, name) for name in names]
    assert all(page.rect().contains(box) for box in boxes)
    assert not any(a.intersects(b) for i, a in enumerate(boxes) for b in boxes[:i])
    square = canvas_of(page).size()
    assert square.width() == square.height() >= 380
    for label in page.findChildren(QLabel):
        if label.isVisible() and not label.wordWrap():
            assert label.width() >= label.fontMetrics().horizontalAdvance(label.text())


@pytest.mark.parametrize("colors", [theme.DARK, theme.LIGHT], ids=lambda t: t.name)
def test_the_page_looks_as_approved(qapp, qtbot, session, colors) -> None:
    theme.apply(qapp, colors)
    pages = QStackedWidget()
    pages.setObjectName("pages")
    qtbot.addWidget(pages)
    page = DrawPage(session)
    pages.addWidget(page)
    pages.resize(1208, 680)
    pages.show()
    draw(canvas_of(page), DIGITS[3][0])
    qapp.processEvents()
    pictures.check(pages.grab().toImage(), f"draw_{colors.name}")


def test_tab_goes_from_the_tools_to_the_canvas_and_on_to_the_buttons(page: DrawPage) -> None:
    draw(canvas_of(page), DIGITS[3][0])
    click(page, "clearButton")
    click(page, "undoButton")
    visited = []
    button(page, "penButton").setFocus()
    for _ in range(7):
        visited.append(page.focusWidget().objectName())
        QTest.keyClick(page.focusWidget(), Qt.Key.Key_Tab)
    expected = "penButton penWidth undoButton redoButton clearButton digitCanvas followButton"
    assert visited == expected.split()


def _box(page: DrawPage, name: str):
    widget = child(page, QWidget, name)
    return widget.rect().translated(widget.mapTo(page, widget.rect().topLeft()))

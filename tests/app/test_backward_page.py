import numpy as np
import pytest
from digit_session import DigitSession, a_network
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton, QSpinBox, QToolButton, QWidget

from app.pages import backward_watch
from app.pages.backward import BackwardPage
from app.playback import STEP_SECONDS
from app.session import State
from app.widgets.step_chips import StepChips


@pytest.fixture
def digits():
    return DigitSession(a_network())


@pytest.fixture
def page(qtbot, digits):
    page = BackwardPage(digits)
    page.reduced_motion = True
    qtbot.addWidget(page)
    page.resize(1208, 680)
    with qtbot.waitExposed(page):
        page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    return page


def find(page, kind, name):
    widget = page.findChild(kind, name)
    assert widget is not None, name
    return widget


def click(page, name):
    QTest.mouseClick(find(page, QToolButton, name), Qt.MouseButton.LeftButton)


def key(page, *keys):
    for each in keys:
        QTest.keyClick(page.window().focusWidget(), each)


def stage(page, kind):
    """Choose by the keyboard what goes through."""
    combo = find(page, QComboBox, "stageKind")
    combo.setFocus()
    index = combo.findData(kind)
    while combo.currentIndex() != index:
        before = combo.currentIndex()
        key(page, Qt.Key.Key_Down if before < index else Qt.Key.Key_Up)
        assert combo.currentIndex() != before


def position(page):
    return find(page, QLabel, "passStepLabel").text()


def shown(page):
    return page.view.scene.frame.trace.values["x"][0]


def test_it_shows_the_pass_of_the_first_test_digit(page, digits):
    assert position(page) == "Step 0 of 14"
    expected = digits.example("test", 0).image / 255
    assert np.allclose(shown(page), expected)
    assert page.view.scene.frame.caption == "test image 0"


def test_buttons_walk_through_the_pass(page):
    click(page, "passForward")
    assert position(page) == "Step 1 of 14"
    click(page, "passLast")
    assert position(page) == "Step 14 of 14"
    click(page, "passBack")
    assert position(page) == "Step 13 of 14"
    click(page, "passFirst")
    assert position(page) == "Step 0 of 14"


def test_keys_walk_through_the_pass(page):
    key(page, Qt.Key.Key_Right, Qt.Key.Key_Right)
    assert position(page) == "Step 2 of 14"
    key(page, Qt.Key.Key_Left)
    assert position(page) == "Step 1 of 14"
    key(page, Qt.Key.Key_End)
    assert position(page) == "Step 14 of 14"
    key(page, Qt.Key.Key_BracketLeft)
    assert position(page) == "Step 13 of 14"
    key(page, Qt.Key.Key_Home, Qt.Key.Key_BracketRight, Qt.Key.Key_BracketRight)
    assert position(page) == "Step 2 of 14"


def test_space_plays_and_pauses_even_after_a_click_on_a_button(page):
    click(page, "passForward")
    key(page, Qt.Key.Key_Space)
    assert page.playback.playing
    key(page, Qt.Key.Key_Space)
    assert not page.playback.playing
    assert position(page) in ("Step 1 of 14", "Step 2 of 14")


def test_playing_moves_by_itself(page, qtbot):
    page.playback.speed = 100.0
    key(page, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: position(page) == "Step 14 of 14")
    qtbot.waitUntil(lambda: not page.playback.playing)
    assert not page.clock.running


def test_keys_type_in_the_index_instead_of_stepping(page):
    box = find(page, QSpinBox, "exampleIndex")
    page.playback.jump(5)
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(page.window().focusWidget(), "123")
    key(page, Qt.Key.Key_Home, Qt.Key.Key_Right, Qt.Key.Key_Delete)
    assert (box.text(), box.value()) == ("13", 0)
    assert position(page) == "Step 5 of 14"
    key(page, Qt.Key.Key_Left, Qt.Key.Key_End)
    assert position(page) == "Step 5 of 14"
    key(page, Qt.Key.Key_Return, Qt.Key.Key_Right)
    assert box.value() == 13
    assert position(page) == "Step 6 of 14"


def test_arrows_still_move_a_choice_of_segments(page):
    button = find(page, QPushButton, "passSpeed_1")
    button.setFocus()
    key(page, Qt.Key.Key_Right)
    assert page.playback.speed == 2
    assert position(page) == "Step 0 of 14"


def test_in_the_code_arrows_move_the_caret_and_space_plays(page):
    page.playback.jump(5)
    QTest.mouseClick(page.side.code.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(40, 8))
    assert page.side.code.view.hasFocus()
    key(page, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_End)
    assert position(page) == "Step 5 of 14"
    key(page, Qt.Key.Key_Space)
    assert page.playback.playing


def test_space_presses_the_button_that_was_reached_by_tab(page):
    button = find(page, QToolButton, "passForward")
    button.setFocus(Qt.FocusReason.TabFocusReason)
    key(page, Qt.Key.Key_Space)
    assert position(page) == "Step 1 of 14"
    assert not page.playback.playing


def test_another_index_is_another_digit_at_the_same_step(page, digits):
    page.playback.jump(9)
    click(page, "exampleNext")
    assert np.allclose(shown(page), digits.example("test", 1).image / 255)
    assert position(page) == "Step 9 of 14"
    click(page, "examplePrevious")
    click(page, "examplePrevious")
    assert find(page, QSpinBox, "exampleIndex").value() == digits.size("test") - 1


def test_training_digits_have_their_own_index(page, digits):
    find(page, QSpinBox, "exampleIndex").setValue(5)
    stage(page, "train")
    assert page.view.scene.frame.caption == "training image 0"
    assert find(page, QSpinBox, "exampleIndex").maximum() == digits.size("train") - 1
    stage(page, "test")
    assert page.view.scene.frame.caption == "test image 5"


def test_the_next_mistake_is_asked_for_and_shown(page, digits):
    find(page, QSpinBox, "exampleIndex").setValue(3)
    click(page, "exampleNextMistake")
    assert digits.searches == [("test", 3)]
    digits.mistake_found.emit(digits.example("test", 77))
    assert page.view.scene.frame.caption == "test image 77"


def test_a_search_without_a_mistake_says_so(page, digits):
    click(page, "exampleNextMistake")
    digits.mistake_found.emit(None)
    assert any("no mistakes" in label.text() for label in page.findChildren(QLabel))
    assert find(page, QToolButton, "exampleNextMistake").isEnabled()


def test_a_late_answer_for_another_source_is_dropped(page, digits):
    click(page, "exampleNextMistake")
    page.chooser.choose("train")
    digits.mistake_found.emit(digits.example("test", 77))
    assert page.view.scene.frame.caption == "training image 0"


def test_the_drawing_is_labelled_as_it_is_read_until_told_otherwise(page, digits):
    image = digits.example("test", 40).image
    digits.set_drawing(image)
    stage(page, "drawing")
    assert page.view.scene.frame.answer == digits.predict(image).digit
    combo = find(page, QComboBox, "drawingLabel")
    other = (digits.predict(image).digit + 1) % 10
    combo.setFocus()
    combo.setCurrentIndex(other)
    combo.activated.emit(other)
    assert page.view.scene.frame.answer == other
    assert page.view.scene.frame.caption == "your drawing"


def test_a_wiped_drawing_gives_way_to_the_test_digits(page, digits):
    digits.set_drawing(digits.example("test", 40).image)
    page.stage_drawing()
    assert page.view.scene.frame.caption == "your drawing"
    digits.set_drawing(None)
    assert page.view.scene.frame.caption == "test image 0"


def test_at_first_the_unit_with_the_strongest_open_gate_is_chosen(page):
    values = page.view.scene.frame.trace.values
    unit = page.view.scene.frame.unit
    assert values["z1"][0, unit] > 0
    assert abs(values["dz1"][0, unit]) == np.abs(values["dz1"]).max()


def test_a_click_on_a_row_chooses_its_unit_for_every_example(page):
    rows = page.view.scene.frame.layout.rows
    point = rows.rect(31).center().toPoint()
    QTest.mouseClick(page.view, Qt.MouseButton.LeftButton, pos=point)
    assert page.view.scene.frame.unit == 31
    click(page, "exampleNext")
    assert page.view.scene.frame.unit == 31
    assert page.side.formulas.formula.subtitle.text() == "unit 31"


def test_a_click_on_a_class_chooses_it_until_the_example_changes(page):
    frame = page.view.scene.frame
    other = (frame.answer + 3) % 10
    point = frame.layout.y.rect(other).center().toPoint()
    QTest.mouseClick(page.view, Qt.MouseButton.LeftButton, pos=point)
    assert page.view.scene.frame.label == other
    click(page, "exampleNext")
    assert page.view.scene.frame.label == page.view.scene.frame.answer


def test_up_and_down_choose_the_neighbouring_unit(page):
    page.theatre.select_unit(0)
    page.view.setFocus()
    key(page, Qt.Key.Key_Up)
    assert page.view.scene.frame.unit == 0
    key(page, Qt.Key.Key_Down, Qt.Key.Key_Down)
    assert page.view.scene.frame.unit == 2


def test_the_pointer_lights_a_row(page):
    place = page.view.scene.frame.layout
    QTest.mouseMove(page.view, place.w2.row_rect(20).center().toPoint())
    assert page.view.spot.unit == 20
    QTest.mouseMove(page.view, QPoint(2, 2))
    assert page.view.spot is None


def test_code_and_formula_follow_the_step(page):
    page.playback.jump(9)
    assert "def backward" in page.side.code.view.toPlainText()
    assert find(page, QLabel, "stepFormula").text() == "dz1 = da1 × 1 if z1 > 0 else 0"
    page.playback.jump(2)
    assert "def forward" in page.side.code.view.toPlainText()
    assert "Step 2 of 14" in page.view.accessibleDescription()


def test_going_back_restores_the_picture(page, qtbot):
    page.playback.jump(8)
    before = page.grab().toImage()
    page.playback.forward()
    assert page.grab().toImage() != before
    page.playback.back()
    assert page.grab().toImage() == before


def test_a_chip_jumps(page):
    chips = page.findChild(StepChips)
    point = chips.chip_rects()[6].center().toPoint()
    QTest.mouseClick(chips, Qt.MouseButton.LeftButton, pos=point)
    assert position(page) == "Step 9 of 14"


def test_the_page_follows_training_at_its_pace_and_keeps_the_step(page, digits, qtbot):
    page.playback.jump(9)
    before, unit = digits.traces, page.view.scene.frame.unit
    for iteration in range(1, 40):
        digits.publish(a_network(seed=iteration), iteration)
    qtbot.waitUntil(lambda: "iteration 39" in page.stage.card.subtitle.text())
    assert digits.traces - before <= 2
    assert position(page) == "Step 9 of 14"
    assert page.view.scene.frame.unit == unit


def test_a_run_is_followed_now_and_then_but_a_moment_of_the_past_is_shown_at_once(
    page, digits, qtbot, monkeypatch
):
    monkeypatch.setattr(backward_watch, "REFRESH_MS", 100_000)
    digits.state = State.RUNNING
    page.watch.refresh()
    digits.publish(a_network(seed=1), 900)
    assert page.watch._timer.remainingTime() > 50_000
    digits.pinned = 300
    digits.publish(a_network(seed=2), 300)
    assert page.watch._timer.remainingTime() == 0
    qtbot.waitUntil(lambda: "iteration 300" in page.stage.card.subtitle.text())


def test_a_hidden_page_computes_nothing_and_catches_up(page, digits):
    page.hide()
    before = digits.traces
    digits.publish(a_network(seed=9), 100)
    assert digits.traces == before
    page.show()
    assert digits.traces == before + 1
    assert "iteration 100" in page.stage.card.subtitle.text()


def test_hiding_the_page_pauses_the_pass(page):
    page.playback.play()
    page.hide()
    assert not page.playback.playing
    assert not page.clock.running


def test_a_smaller_network_keeps_the_page_alive(page, digits):
    page.theatre.select_unit(49)
    digits.publish(a_network("sigmoid", units=4), 0, run=2)
    page.watch.catch_up()
    assert page.view.scene.frame.units == 4
    assert page.view.scene.frame.unit == 3


def test_a_step_is_acted_out_where_motion_is_wanted(page, qtbot):
    page.reduced_motion = False
    page.playback.jump(8)
    key(page, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: page.view.pulse is not None)
    page.playback.tick(STEP_SECONDS)
    qtbot.waitUntil(lambda: page.view.pulse is None)
    qtbot.waitUntil(lambda: not page.clock.running)


def test_before_the_data_is_there_nothing_can_be_chosen(qtbot):
    digits = DigitSession(loaded=False)
    page = BackwardPage(digits)
    qtbot.addWidget(page)
    page.resize(1208, 680)
    page.show()
    for name in ("exampleNext", "examplePrevious", "exampleNextMistake", "passPlay"):
        assert not find(page, QToolButton, name).isEnabled()
    assert not find(page, QSpinBox, "exampleIndex").isEnabled()
    assert page.view.scene is None
    digits.load()
    digits.publish(a_network(), 0)
    qtbot.waitUntil(lambda: page.view.scene is not None)
    assert find(page, QToolButton, "exampleNext").isEnabled()
    assert position(page) == "Step 0 of 14"


def test_every_widget_that_acts_says_what_it_does(page):
    for name in (
        "graphView",
        "exampleIndex",
        "stageKind",
        "examplePrevious",
        "exampleNext",
        "exampleNextMistake",
        "drawingLabel",
        "passFirst",
        "passPreviousLayer",
        "passBack",
        "passPlay",
        "passForward",
        "passNextLayer",
        "passLast",
        "passSpeed",
        "stepChips",
        "codePanel",
        "formulaPanel",
    ):
        assert find(page, QWidget, name).accessibleName(), name


@pytest.mark.parametrize("size", [(1048, 520), (1208, 600), (1208, 680), (1848, 960)])
def test_the_cards_fill_the_page_without_overlapping(page, size):
    page.resize(*size)
    cards = [c for c in page.findChildren(QWidget, "card") if c.isVisible()]
    rects = [card.rect().translated(card.mapTo(page, QPoint(0, 0))) for card in cards]
    assert len(rects) == 5
    for n, rect in enumerate(rects):
        assert page.rect().contains(rect)
        assert not any(rect.intersects(other) for other in rects[n + 1 :])


def test_a_staged_drawing_has_a_unit_chosen_for_it(page, digits):
    page.hide()
    digits.set_drawing(digits.example("test", 40).image)
    page.playback.jump(5)
    page.stage_drawing()
    page.show()
    values = page.view.scene.frame.trace.values
    assert position(page) == "Step 0 of 14"
    assert page.view.scene.frame.unit == np.abs(values["dz1"][0]).argmax()


def test_while_a_pass_plays_new_numbers_come_with_the_next_step(page, digits, monkeypatch):
    page.playback.jump(3)
    page.playback.play()
    before = digits.traces
    digits.publish(a_network(seed=5), 50)
    assert not page.watch._timer.isActive()
    monkeypatch.setattr(page.watch, "_refreshed_at", page.watch._refreshed_at - 10)
    page.playback.tick(STEP_SECONDS)
    assert digits.traces == before + 1
    assert "iteration 50" in page.stage.card.subtitle.text()
    digits.publish(a_network(seed=6), 60)
    page.playback.pause()
    assert page.watch._timer.isActive()

"""The deeper levels of the Backward page, by mouse and keyboard, as a reader meets them."""

import pytest
from digit_session import DigitSession, a_network
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from app.formatting import loss
from app.graph_view.scene import Weight
from app.pages.backward import BackwardPage
from app.places import LANDING, Place


def make_page(qtbot, activation="relu"):
    page = BackwardPage(DigitSession(a_network(activation)))
    page.reduced_motion = True
    qtbot.addWidget(page)
    qtbot.addWidget(page.tools)
    page.resize(1208, 680)
    with qtbot.waitExposed(page):
        page.show()
    page.tools.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    return page


@pytest.fixture
def page(qtbot):
    return make_page(qtbot)


def key(page, *keys):
    for each in keys:
        QTest.keyClick(page.window().focusWidget() or page.view, each)


def double_click(page, rect):
    point = page.view.camera.to_view(rect).center().toPoint()
    QTest.mouseClick(page.view, Qt.MouseButton.LeftButton, pos=point)
    QTest.mouseDClick(page.view, Qt.MouseButton.LeftButton, pos=point)


def trail(page):
    return page.tools.breadcrumb.texts


def texts(widget):
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget)]


def test_a_dead_unit_tells_why_its_gradient_is_0(page):
    page.playback.jump(9)
    values = page.theatre.trace.values
    dead = int((values["z1"][0] <= 0).argmax())
    double_click(page, page.view.scene.frame.layout.rows.rect(dead))
    assert trail(page) == ["Network", "Relu1", f"unit {dead}"]
    assert page.stage.twins.isVisible()
    shown = [t for row in texts(page.side.formulas) for t in [row] if "0" in t]
    assert shown
    names = [spot.name for spot in page.view.scene.spots]
    assert any("gradient 0" in name for name in names)


def test_the_four_steps_of_a_sigmoid_are_found_in_it(qtbot):
    page = make_page(qtbot, "sigmoid")
    page.playback.jump(3)
    double_click(page, page.view.scene.frame.layout.rows.rect(20))
    assert trail(page) == ["Network", "Sigmoid1", "unit 20"]
    assert len(page.theatre.graph.operations) == 4
    key(page, Qt.Key.Key_Home)
    key(page, *[Qt.Key.Key_Right] * 8)
    step = page.findChild(QLabel, "passStepLabel").text()
    assert step == "Step 8 of 8"
    assert page.side.agreement.isVisible()


def test_backspace_leads_up_and_the_breadcrumb_anywhere(page):
    page.theatre.open(Place("Relu1", 7, "a1[7]"))
    assert trail(page) == ["Network", "Relu1", "unit 7", "a1[7]"]
    key(page, Qt.Key.Key_Backspace)
    assert trail(page) == ["Network", "Relu1", "unit 7"]
    page.tools.breadcrumb.findChild(QPushButton, "breadcrumb0").click()
    assert trail(page) == ["Network"]


def test_the_window_does_not_grow_when_a_unit_is_opened(page, qtbot):
    before = page.minimumSizeHint().height()
    for place in (Place("Relu1", 7), Place("Affine1", 7), Place(), Place("Relu1", 8)):
        page.theatre.open(place)
        assert page.height() == 680
    page.theatre.follow(Weight("W1", (300, 7)))
    page.theatre.follow(None)
    page.theatre.open(Place())
    qtbot.waitUntil(lambda: page.minimumSizeHint().height() == before)


def test_the_formula_of_the_update_belongs_to_the_layer_that_is_looked_at(page):
    page.playback.last()
    for layer, name in (("Affine2", "b2"), ("Affine1", "b1")):
        page.theatre.open(Place(layer))
        assert page.findChild(QLabel, "formulaRow0").text().startswith(f"{name}[")


def test_a_click_on_a_weight_follows_it_and_escape_lets_go_then_leads_up(page):
    page.playback.last()
    page.theatre.open(Place("Affine2"))
    page.theatre.open(Place())
    matrix = page.view.scene.frame.layout.dw2
    point = page.view.camera.to_view(matrix.row_rect(11)).center().toPoint()
    QTest.mouseClick(page.view, Qt.MouseButton.LeftButton, pos=point)
    assert page.theatre.following.weight == Weight("W2", (11, 5))
    assert page.side.chain.isVisible()
    assert not page.side.formulas.isVisible()
    assert "W2[11,5]" in page.side.chain.title.text()
    key(page, Qt.Key.Key_Escape)
    assert page.theatre.following.weight is None
    assert page.side.formulas.isVisible()


def test_the_card_says_that_the_pass_moved_and_that_it_goes_back(page):
    page.playback.jump(3)
    page.theatre.follow(Weight("W2", (11, 5)))
    moved = page.findChild(QLabel, "chainMoved")
    assert moved.isVisible()
    assert "step 3" in moved.text()
    assert "step 7" in moved.text()
    key(page, Qt.Key.Key_Right)
    assert not moved.isVisible()
    key(page, Qt.Key.Key_Left)
    key(page, Qt.Key.Key_Escape)
    assert page.theatre.following.weight is None


def test_closing_the_card_goes_back_and_another_level_closes_it(page):
    page.playback.jump(3)
    page.theatre.follow(Weight("W2", (11, 5)))
    QTest.mouseClick(page.findChild(QWidget, "stopFollowing"), Qt.MouseButton.LeftButton)
    assert page.playback.position == 3
    page.theatre.follow(Weight("W2", (11, 5)))
    page.theatre.open(Place("Affine2"))
    assert not page.side.chain.isVisible()
    assert page.side.formulas.isVisible()
    assert page.playback.position == 3


def test_inside_a_unit_the_way_of_a_followed_weight_is_lit(page):
    page.playback.last()
    page.theatre.open(Place("Affine1", page.theatre.unit))
    spot = next(s for s in page.view.scene.spots if s.weight and s.weight.parameter == "W1")
    page.view.clicked.emit(spot)
    assert page.theatre.following.weight == spot.weight
    unit = page.theatre.unit
    assert {f"z1[{unit}]", f"a1[{unit}]"} <= page.theatre.following.way()
    assert len(page.view._lit) >= 3


def test_where_it_lands_takes_the_step_on_a_copy(page):
    page.playback.last()
    page.tools.landing.click()
    assert page.theatre.place == LANDING
    values = page.theatre.trace.values
    said = page.findChild(QLabel, "stepLosses")
    page.stage.landing.take.click()
    assert said.text() == f"L {loss(values['loss'])} → {loss(values['loss_after'])}"
    page.stage.landing.discard.click()
    assert said.text() == ""
    page.tools.landing.click()
    assert page.theatre.place == Place()
    assert not page.stage.landing.isVisible()


def test_where_it_lands_is_named_once_beside_the_way_there(page):
    page.theatre.open(LANDING)
    assert trail(page) == ["Network"]
    assert page.tools.landing.isChecked()
    crumb = page.tools.breadcrumb.findChildren(QPushButton, "breadcrumb0")[-1]
    assert crumb.property("kind") == "crumb"
    crumb.click()
    assert page.theatre.place == Place()
    crumb = page.tools.breadcrumb.findChildren(QPushButton, "breadcrumb0")[-1]
    assert crumb.property("kind") == "crumb-here"


def test_before_its_end_the_pass_says_that_it_is_to_be_played_and_offers_it(page):
    page.playback.jump(5)
    page.tools.landing.click()
    bar = page.stage.landing
    note = page.findChild(QLabel, "stepNote")
    assert "not played to its end" in note.text()
    assert bar.end.isVisible()
    assert not bar.take.isVisible()
    bar.end.setFocus(Qt.FocusReason.TabFocusReason)
    key(page, Qt.Key.Key_Space)
    assert page.playback.position == 14
    assert not bar.end.isVisible()
    assert bar.take.isVisible()
    assert bar.take.hasFocus()
    assert "not played" not in note.text()
    page.playback.back()
    assert bar.end.isVisible()
    page.playback.play()
    for _ in range(9):
        page.playback.tick(1.0)
    assert bar.take.isVisible()


def test_pointing_at_the_picture_lights_the_formula_and_the_other_way_round(page):
    page.playback.jump(9)
    page.side.value_hovered.emit("z1")
    assert page.view._lit
    page.side.value_hovered.emit("")
    assert not page.view._lit


def test_the_projector_shows_the_picture_alone_and_larger(page, qtbot):
    before = page.view.room
    with qtbot.waitSignal(page.projector_wanted) as wanted:
        key(page, Qt.Key.Key_F11)
    assert wanted.args == [True]
    assert not page.side.isVisible()
    assert page.view.camera.scale == pytest.approx(1.5, rel=0.01)
    with qtbot.waitSignal(page.projector_wanted) as wanted:
        key(page, Qt.Key.Key_Escape)
    assert wanted.args == [False]
    assert page.side.isVisible()
    assert page.view.room == before
    assert page.theatre.place == Place()


def test_typing_in_the_expression_is_no_command_to_the_page(page, qtbot):
    page.chooser.choose_kind("expression")
    field = page.findChild(QWidget, "expressionText")
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "x * [ ]")
    QTest.keyClick(field, Qt.Key.Key_Backspace)
    assert field.text() == "x * [ "
    assert page.theatre.place == Place()
    assert not page.playback.playing
    field.selectAll()
    QTest.keyClicks(field, "x * y")
    assert "x * y" in page.theatre.trace.values


@pytest.mark.parametrize("kind", ["batch", "shop", "expression"])
def test_everything_that_can_be_staged_plays_to_its_end(page, kind):
    page.chooser.choose_kind(kind)
    page.playback.first()
    page.playback.play()
    for _ in range(400):
        page.playback.tick(0.3)
    assert not page.playback.playing
    assert page.playback.position == len(page.theatre.trace.steps)
    assert page.view.scene is not None


PLACES_BEFORE = (Place(), Place("Affine1"), Place("Relu1", 3))


@pytest.mark.parametrize(
    ("before", "place"),
    [
        *(("example", place) for place in PLACES_BEFORE),
        *(("batch", place) for place in PLACES_BEFORE),
        ("shop", None),
        ("expression", None),
    ],
)
def test_a_drawing_that_is_followed_begins_whatever_was_looked_at_before(page, before, place):
    page.playback.jump(9)
    page.chooser.choose_kind(before)
    if place is not None:
        page.theatre.open(place)
    page.playback.last()
    page.hide()
    page._session.set_drawing(page._session.example("test", 5).image)
    page.stage_drawing(3)
    page.show()
    assert page.theatre.staged.source == "drawing"
    assert page.playback.position == 0
    page.theatre.open(Place())
    assert page.playback.position == 0

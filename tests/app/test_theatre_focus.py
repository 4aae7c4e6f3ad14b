"""Whatever is clicked around the picture, the keys of the pass act afterwards."""

import pytest
from digit_session import DigitSession, a_network
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QPushButton, QSpinBox, QStyle, QWidget
from PySide6.QtWidgets import QStyleOptionSpinBox as SpinBoxOption

from app.graph_view.scene import Weight
from app.pages.backward import BackwardPage
from app.places import LANDING, Place


@pytest.fixture
def page(qtbot, qapp):
    """The page with its tools beside it in one window; a popup answers to a click at once."""
    interval = qapp.doubleClickInterval()
    qapp.setDoubleClickInterval(1)
    page = BackwardPage(DigitSession(a_network()))
    page.reduced_motion = True
    page.tools.setParent(page)
    qtbot.addWidget(page)
    page.resize(1208, 680)
    with qtbot.waitExposed(page):
        page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    yield page
    qapp.setDoubleClickInterval(interval)


def key(page, *keys):
    for each in keys:
        QTest.keyClick(page.window().focusWidget(), each)


def click(widget, point=None):
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=point or widget.rect().center())


def choose(qtbot, combo, data):
    """Open the list with the mouse and click on a line of it."""
    click(combo)
    view = combo.view()
    qtbot.waitUntil(view.isVisible)
    index = combo.model().index(combo.findData(data), 0)
    place = view.visualRect(index).center()
    QTest.mouseMove(view.viewport(), place)

    def chosen():
        if view.isVisible():  # the list ignores clicks until the one that opened it is over
            QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
        return combo.currentData() == data

    qtbot.waitUntil(chosen)


def arrow(box, *, up):
    """Return the middle of a spin box's arrow."""
    option = SpinBoxOption()
    box.initStyleOption(option)
    part = QStyle.SubControl.SC_SpinBoxUp if up else QStyle.SubControl.SC_SpinBoxDown
    kind = QStyle.ComplexControl.CC_SpinBox
    rect: QRect = box.style().subControlRect(kind, option, part, box)
    return rect.center()


def assert_keys_act(page):
    """The arrow keys step, and Space plays."""
    page.playback.jump(2)
    staged = page.theatre.staged
    key(page, Qt.Key.Key_Right)
    assert page.playback.position == 3
    key(page, Qt.Key.Key_End)
    assert page.playback.position == len(page.playback.steps)
    key(page, Qt.Key.Key_Home, Qt.Key.Key_Space)
    assert page.playback.playing
    key(page, Qt.Key.Key_Space)
    assert page.theatre.staged is staged


@pytest.mark.parametrize("kind", ["train", "batch", "shop", "expression"])
def test_after_a_choice_of_what_goes_through(page, qtbot, kind):
    choose(qtbot, page.findChild(QComboBox, "stageKind"), kind)
    assert page.view.hasFocus()
    assert_keys_act(page)


def test_from_a_field_that_is_gone_after_the_choice(page, qtbot):
    page.chooser.choose_kind("expression")
    page.findChild(QWidget, "expressionText").setFocus()
    choose(qtbot, page.findChild(QComboBox, "stageKind"), "train")
    assert page.view.hasFocus()


def test_after_the_label_of_a_drawing_is_chosen(page, qtbot):
    digits = page._session
    digits.set_drawing(digits.example("test", 40).image)
    page.chooser.choose_kind("drawing")
    combo = page.findChild(QComboBox, "drawingLabel")
    combo.setItemData(3, "three")
    choose(qtbot, combo, "three")
    assert page.theatre.label == 3
    assert page.view.hasFocus()
    assert_keys_act(page)


def test_a_list_that_is_closed_without_a_choice_leaves_the_focus_where_it_was(page, qtbot):
    combo = page.findChild(QComboBox, "stageKind")
    click(combo)
    qtbot.waitUntil(combo.view().isVisible)
    QTest.keyClick(combo.view(), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not combo.view().isVisible())
    assert page.view.hasFocus()


def test_with_the_keyboard_a_choice_is_walked_through_and_then_entered(page):
    combo = page.findChild(QComboBox, "stageKind")
    combo.setFocus(Qt.FocusReason.TabFocusReason)
    key(page, Qt.Key.Key_Down, Qt.Key.Key_Down)
    assert page.chooser.kind == "batch"
    assert combo.hasFocus()
    key(page, Qt.Key.Key_Return)
    assert page.view.hasFocus()
    combo.setFocus(Qt.FocusReason.TabFocusReason)
    key(page, Qt.Key.Key_Escape)
    assert page.view.hasFocus()
    assert page.theatre.place == Place()


@pytest.mark.parametrize("name", ["exampleIndex", "stageBatchSize", "stackedLayers"])
def test_after_a_click_on_the_arrows_of_a_number(page, name):
    if name == "stageBatchSize":
        page.chooser.choose_kind("batch")
    if name == "stackedLayers":
        page.theatre.open(Place("Relu1", 7))
        QApplication.processEvents()
    box = page.findChild(QSpinBox, name)
    before = box.value()
    click(box, arrow(box, up=True))
    assert box.value() > before
    assert page.view.hasFocus()
    box.setFocus()
    key(page, Qt.Key.Key_Escape)
    assert page.view.hasFocus()
    page.theatre.open(Place())
    assert_keys_act(page)


@pytest.mark.parametrize("name", ["passSpeed_2", "weightsIncluded_included"])
def test_after_a_click_on_a_segment(page, name):
    if name.startswith("weights"):
        page.theatre.open(Place("Relu1", 7))
        QApplication.processEvents()
    button = page.findChild(QPushButton, name)
    click(button)
    assert button.isChecked()
    assert page.view.hasFocus()
    page.theatre.open(Place())
    assert_keys_act(page)


@pytest.mark.parametrize("name", ["takeStepButton", "discardCopyButton", "breadcrumb0"])
def test_after_a_click_on_a_button_of_where_it_lands(page, name):
    page.playback.last()
    page.theatre.open(LANDING)
    if name == "discardCopyButton":
        page.theatre.take_step()
    QApplication.processEvents()
    steps = len(page.theatre.running.losses)
    click(page.findChild(QWidget, name))
    assert (page.theatre.place, len(page.theatre.running.losses)) != (LANDING, steps)
    assert page.view.hasFocus()
    assert_keys_act(page)


def test_after_the_shopping_is_reset(page):
    page.chooser.choose_kind("shop")
    QApplication.processEvents()
    page.view.setFocus()
    click(page.findChild(QWidget, "shopReset"))
    assert page.view.hasFocus()


def test_after_a_followed_weight_is_let_go(page):
    page.playback.last()
    page.theatre.follow(Weight("W2", (11, 5)))
    QApplication.processEvents()
    click(page.findChild(QWidget, "stopFollowing"), QPoint(12, 12))
    assert page.theatre.following.weight is None
    assert page.view.hasFocus()

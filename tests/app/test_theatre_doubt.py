"""While what is typed can't be computed, nothing looks as if it were its answer."""

import pytest
from digit_session import DigitSession, a_network
from pictures import pixels
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from app.formatting import EM_DASH
from app.pages.backward import BackwardPage
from app.widgets.formula_panel import ValueBox


@pytest.fixture
def page(qtbot):
    page = BackwardPage(DigitSession(a_network()))
    page.reduced_motion = True
    qtbot.addWidget(page)
    page.resize(1208, 680)
    with qtbot.waitExposed(page):
        page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    page.chooser.choose_kind("expression")
    return page


def typed(page, text, name="expressionText"):
    field = page.findChild(QLineEdit, name)
    field.setFocus()
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Delete)
    QTest.keyClicks(field, text)


def label(page, name):
    return page.findChild(QLabel, name).text()


def rows(page):
    found = page.side.formulas.formula.graph.rows
    return [row.text() for row in found if row.isVisibleTo(page)]


def boxes(page):
    found = page.side.formulas.products.findChildren(ValueBox)
    return [box.text() for box in found if box.isVisibleTo(page)]


def test_the_picture_is_dimmed_and_says_of_which_expression_it_is(page):
    typed(page, "x * y")
    page.playback.last()
    page.view.setFocus()
    before = page.view.grab().toImage()
    typed(page, "x * y + (")
    assert page.view.doubt == "Not what is typed: this is still x * y"
    assert page.view.doubt in page.view.accessibleDescription()
    dimmed = page.view.grab().toImage()
    below = QRect(0, 40, before.width(), before.height() - 40)
    assert pixels(dimmed.copy(below)).max() < 0.6 * pixels(before.copy(below)).max()
    typed(page, "x * y")
    page.playback.last()
    assert page.view.doubt == ""
    assert page.view.grab().toImage() == before


def test_the_cards_beside_it_are_empty(page):
    typed(page, "x * y")
    page.playback.last()
    assert EM_DASH not in boxes(page)
    typed(page, "x * y +")
    assert set(boxes(page)) == {EM_DASH}
    assert rows(page) == [EM_DASH]
    assert page.side.formulas.formula.subtitle.text() == ""
    assert label(page, "productsSentence") == ""
    assert page.side.code.view.code is None
    typed(page, "x * y")
    assert EM_DASH not in boxes(page)
    assert page.side.code.view.code is not None


def test_its_pass_rests_and_no_key_moves_it(page):
    typed(page, "x * y")
    page.playback.first()
    page.playback.play()
    typed(page, "x * y +")
    assert not page.playback.playing
    at = page.playback.position
    page.view.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Space, Qt.Key.Key_End, Qt.Key.Key_BracketRight):
        QTest.keyClick(page.view, key)
    assert (page.playback.position, page.playback.playing) == (at, False)
    assert label(page, "passStepLabel") == f"Step {EM_DASH}"
    assert label(page, "passCaption") == ""
    assert not page.findChild(QWidget, "passPlay").isEnabled()
    assert not page.findChild(QWidget, "stepChips").isEnabled()
    typed(page, "x * y")
    page.view.setFocus()
    QTest.keyClick(page.view, Qt.Key.Key_Home)
    assert label(page, "passStepLabel") == "Step 0 of 2"


def test_a_bad_number_is_no_answer_either(page):
    page.chooser.choose_kind("shop")
    typed(page, "free", "variable_tax")
    assert "last numbers" in page.view.doubt
    assert set(boxes(page)) == {EM_DASH}
    typed(page, "1.2", "variable_tax")
    assert page.view.doubt == ""


def test_something_else_that_is_staged_is_not_doubted(page):
    typed(page, "x +")
    assert page.view.doubt
    page.chooser.choose_kind("example")
    assert page.view.doubt == ""
    assert label(page, "passStepLabel").endswith("of 14")
    page.chooser.choose_kind("expression")
    assert page.view.doubt
    assert rows(page) == [EM_DASH]


def test_a_variable_alone_shows_its_own_value(page):
    typed(page, "x * y")
    page.playback.last()
    typed(page, "x")
    assert page.view.doubt == ""
    assert label(page, "passStepLabel") == "No steps"
    assert rows(page) == ["x = 1.0000", "dx = 1"]
    assert page.side.formulas.formula.subtitle.text() == "x"
    assert "its gradient is 1" in label(page, "productsSentence")
    assert set(boxes(page)) == {EM_DASH}
    assert page.side.formulas.isEnabled()
    typed(page, "7")
    assert rows(page) == ["7 = 7", "d(7) = 1"]

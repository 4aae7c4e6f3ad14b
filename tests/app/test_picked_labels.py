"""Which label counts as right: what is read, or what the user picks."""

import pytest
from draw_pages import canvas_of, child, click, label, press, show, text, trained
from fake_session import FakeSession
from handwriting import DIGITS, draw
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox

from app.pages.draw import DrawPage
from app.widgets.learn_rate import LearnRate


@pytest.fixture
def page(qtbot) -> DrawPage:
    session = FakeSession(trained(), iteration=6480)
    session.readers.choose("run")
    return show(qtbot, session)


def test_the_label_is_what_is_read_until_another_is_picked(page: DrawPage) -> None:
    assert label(page) is None
    draw(canvas_of(page), DIGITS[3][0])
    assert label(page) == 3
    click(page, "labelButton8")
    assert label(page) == page.label == 8
    assert text(page, "lessonLossTitle") == "Loss for label 8"


@pytest.mark.parametrize("digit", [0, 5, 9])
def test_a_digit_key_picks_the_label(page: DrawPage, digit: int) -> None:
    draw(canvas_of(page), DIGITS[3][0])
    press(page, str(digit))
    assert label(page) == page.label == digit


def test_a_digit_that_is_typed_into_a_field_picks_no_label(page: DrawPage) -> None:
    draw(canvas_of(page), DIGITS[3][0])
    rate = child(page, LearnRate, "learnRate")
    rate.setFocus()
    rate.selectAll()
    QTest.keyClicks(rate, "0.05")
    QTest.keyClick(rate, Qt.Key.Key_Return)
    assert rate.value() == 0.05
    assert label(page) == 3
    assert canvas_of(page).hasFocus()


def test_a_picked_label_stays_while_the_drawing_grows_and_goes_with_it(page: DrawPage) -> None:
    draw(canvas_of(page), DIGITS[5][0][:1])
    press(page, "8")
    draw(canvas_of(page), DIGITS[1][0])
    assert label(page) == 8
    click(page, "clearButton")
    assert label(page) is None
    draw(canvas_of(page), DIGITS[3][0])
    assert label(page) == 3


def test_a_label_goes_with_the_drawing_that_another_replaces(page: DrawPage) -> None:
    canvas = canvas_of(page)
    draw(canvas, DIGITS[3][0])
    marks = canvas.drawing.marks
    click(page, "clearButton")
    draw(canvas, DIGITS[1][0])
    press(page, "8")
    canvas.drawing.replace(marks)
    assert label(page) == 3


def test_a_digit_key_in_the_list_of_networks_picks_a_label_and_no_network(page: DrawPage) -> None:
    draw(canvas_of(page), DIGITS[3][0])
    networks = child(page, QComboBox, "networkChoice")
    networks.setFocus()
    before = networks.currentText()
    press(page, "8")
    assert label(page) == 8
    assert networks.currentText() == before

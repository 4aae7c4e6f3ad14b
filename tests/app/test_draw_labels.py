"""The label that was picked for a drawing belongs to it, wherever undo leads."""

from pathlib import Path

import pytest
from digit_pictures import encoded, scan
from draw_pages import LEFT, button, canvas_of, click, label, press, show, trained
from fake_session import FakeSession
from handwriting import DIGITS, draw
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.images import load_picture
from app.pages.draw import DrawPage
from app.strokes import Picture

ONE, SEVEN = DIGITS[1][0], DIGITS[7][0]


@pytest.fixture
def session() -> FakeSession:
    session = FakeSession(trained(), iteration=6480)
    session.readers.choose("run")
    return session


@pytest.fixture
def page(qtbot, session: FakeSession) -> DrawPage:
    return show(qtbot, session)


def opened(folder: Path) -> Picture:
    path = folder / "three.png"
    path.write_bytes(encoded(scan(3), "PNG"))
    return load_picture(path)


def test_a_label_picked_for_one_drawing_teaches_no_other_after_undo(page, session) -> None:
    canvas = canvas_of(page)
    draw(canvas, ONE)
    one = canvas.drawing.marks
    press(page, "Delete")
    draw(canvas, SEVEN)
    canvas.drawing.replace(one)
    press(page, "9")
    press(page, "Ctrl+Z")
    assert canvas.drawing.marks != one
    assert label(page) == 7
    press(page, "L")
    assert session.readers.lessons[-1].label == 7
    press(page, "Ctrl+Y")
    assert label(page) == 9


def test_a_label_picked_for_a_picture_goes_when_opening_it_is_taken_back(page, tmp_path) -> None:
    draw(canvas_of(page), SEVEN)
    canvas_of(page).drawing.replace((opened(tmp_path),))
    press(page, "5")
    press(page, "Ctrl+Z")
    assert label(page) == 7
    press(page, "Ctrl+Y")
    assert label(page) == 5


@pytest.mark.parametrize("clear", ["Delete", "whole strokes", "ink"])
def test_a_label_comes_back_with_the_drawing_that_was_taken_away(page, clear: str) -> None:
    canvas = canvas_of(page)
    draw(canvas, ONE)
    press(page, "5")
    if clear == "Delete":
        press(page, "Delete")
    else:
        canvas.eraser, canvas.whole_strokes = True, clear == "whole strokes"
        canvas.pen_width = 0.16
        draw(canvas, ONE)
    assert canvas.drawing.is_empty
    assert label(page) is None
    press(page, "Ctrl+Z")
    assert label(page) == page.label == 5


def test_a_label_stays_with_a_stroke_that_the_eraser_gave_back(page) -> None:
    canvas = canvas_of(page)
    draw(canvas, ONE)
    press(page, "5")
    canvas.eraser = canvas.whole_strokes = True
    QTest.mousePress(canvas, LEFT, pos=canvas.position(*ONE[0][0]).toPoint())
    assert canvas.drawing.is_empty
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert not canvas.drawing.is_empty
    assert label(page) == page.label == 5


def test_a_label_stays_while_strokes_are_taken_back_until_none_is_left(page) -> None:
    canvas = canvas_of(page)
    draw(canvas, [*ONE, *SEVEN])
    press(page, "5")
    press(page, "Ctrl+Z")
    assert label(page) == 5
    press(page, "Ctrl+Z")
    assert label(page) is None
    draw(canvas, SEVEN)
    assert label(page) == 7


def test_a_label_can_be_picked_before_its_digit_is_drawn(page) -> None:
    press(page, "5")
    draw(canvas_of(page), SEVEN)
    assert label(page) == 5
    click(page, "undoButton")
    draw(canvas_of(page), ONE)
    assert label(page) == 1
    assert button(page, "learnButton").isEnabled()


def test_so_it_can_before_a_picture_is_opened(page, tmp_path) -> None:
    press(page, "5")
    canvas_of(page).drawing.replace((opened(tmp_path),))
    assert label(page) == 5
    press(page, "Ctrl+Z")
    assert label(page) is None

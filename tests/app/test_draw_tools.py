"""The tools of the Draw page: undo, redo, clear, pen, eraser, width."""

import pytest
from draw_pages import (
    assert_nothing_predicted,
    button,
    canvas_of,
    child,
    click,
    press,
    show,
    text,
    trained,
)
from fake_session import FakeSession
from handwriting import DIGITS, draw
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QSlider

from app.pages.draw import DrawPage
from app.widgets.basics import Segments
from app.widgets.digit_canvas import DEFAULT_WIDTH


@pytest.fixture
def page(qtbot) -> DrawPage:
    return show(qtbot, FakeSession(trained(), iteration=6480))


# Tools.


def ink(page: DrawPage) -> int:
    return int(canvas_of(page).ink.sum())


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


def test_of_the_keys_that_are_held_only_steps_and_widths_repeat(page: DrawPage) -> None:
    shortcuts = page.findChildren(QShortcut)
    keys = {s.key().toString(): s.autoRepeat() for s in shortcuts}
    assert {"L", "Shift+L", "K", "0", "9", "E", "P", "Del", "Ctrl+V", "Ctrl+S"} < keys.keys()
    repeating = {key for key, repeats in keys.items() if repeats}
    assert repeating == {"Ctrl+Z", "Ctrl+Shift+Z", "Ctrl+Y", "[", "]"}

from itertools import pairwise

import numpy as np
import pytest
from drawing_lab import LEFT, Lab, open_lab
from handwriting import draw
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QSlider, QWidget

from app import theme
from app.widgets.digit_canvas import DEFAULT_WIDTH

CROSS = [[(0.2, 0.5), (0.8, 0.5)], [(0.5, 0.2), (0.5, 0.8)]]
OVER_THE_LEFT = [[(0.3, 0.4), (0.3, 0.6)]]


@pytest.fixture
def lab(qtbot) -> Lab:
    return open_lab(qtbot)


def kind(lab: Lab) -> tuple[bool, bool]:
    return lab.canvas.eraser, lab.canvas.whole_strokes


def test_the_eraser_pressed_again_takes_whole_strokes_and_once_more_ink(lab: Lab) -> None:
    lab.click("eraserButton")
    assert kind(lab) == (True, False)
    lab.click("eraserButton")
    assert kind(lab) == (True, True)
    lab.click("eraserButton")
    assert kind(lab) == (True, False)


def test_the_key_of_the_eraser_does_the_same(lab: Lab) -> None:
    seen = []
    for key in "EEEPE":
        lab.press(key)
        seen.append(kind(lab))
    assert seen == [(True, False), (True, True), (True, False), (False, False), (True, False)]


def test_the_kind_of_the_eraser_stays_while_one_draws(lab: Lab) -> None:
    lab.press("E")
    lab.press("E")
    lab.click("penButton")
    assert kind(lab) == (False, True)
    lab.click("eraserButton")
    assert kind(lab) == (True, True)


@pytest.mark.parametrize(("name", "whole"), [("eraseInk", False), ("eraseStrokes", True)])
def test_the_menu_has_both_kinds(lab: Lab, name: str, whole: bool) -> None:
    lab.tools.choice.set_whole_strokes(not whole)
    lab.press("P")
    action = lab.findChild(QAction, name)
    assert not action.isChecked()
    action.trigger()
    assert kind(lab) == (True, whole)
    assert action.isChecked()


def test_the_menu_opens_below_the_eraser_and_closes_with_escape(lab: Lab) -> None:
    lab.click("eraserKindButton")
    menu = lab.findChild(QWidget, "eraserMenu")
    assert menu.isVisible()
    QTest.keyClick(menu, Qt.Key.Key_Escape)
    assert not menu.isVisible()


def test_the_button_says_which_eraser_it_is(lab: Lab) -> None:
    button = lab.button("eraserButton")
    assert button.text() == "Eraser"
    assert button.accessibleName() == "Tool: Eraser"
    before = button.toolTip()
    lab.press("E")
    lab.press("E")
    assert button.text() == "Strokes"
    assert button.accessibleName() == "Tool: Eraser of whole strokes"
    assert button.toolTip() != before


def test_an_eraser_of_whole_strokes_removes_the_stroke_that_it_touches(lab: Lab) -> None:
    draw(lab.canvas, CROSS)
    before = lab.ink
    lab.tools.choice.set_whole_strokes(True)
    draw(lab.canvas, OVER_THE_LEFT)
    assert len(lab.canvas.drawing.marks) == 1
    assert lab.ink[160, 96] == 0
    assert lab.ink[96, 160] == 255
    lab.click("undoButton")
    assert np.array_equal(lab.ink, before)


def test_the_right_button_erases_with_the_same_kind(lab: Lab) -> None:
    draw(lab.canvas, CROSS)
    lab.tools.choice.set_whole_strokes(True)
    lab.press("P")
    draw(lab.canvas, OVER_THE_LEFT, button=Qt.MouseButton.RightButton)
    assert len(lab.canvas.drawing.marks) == 1


def test_whole_strokes_are_erased_by_keyboard_too(lab: Lab) -> None:
    draw(lab.canvas, CROSS)
    lab.press("E")
    lab.press("E")
    for key in [Qt.Key.Key_Up] * 3 + [Qt.Key.Key_Space]:
        QTest.keyClick(lab.canvas, key)
    QTest.mouseMove(lab.canvas, QPoint(5, 5))
    assert len(lab.canvas.drawing.marks) < 2


def test_the_ring_shows_which_eraser_it_is(lab: Lab) -> None:
    def middle() -> int:
        QTest.mouseMove(lab.canvas, lab.canvas.position(0.4, 0.4).toPoint())
        image, ratio = lab.canvas.grab().toImage(), lab.canvas.devicePixelRatio()
        at = lab.canvas.position(0.4, 0.4).toPoint() * ratio
        return max(image.pixelColor(at.x() + d, at.y() + d).red() for d in (-1, 0, 1))

    lab.press("E")
    assert middle() < 40
    lab.press("E")
    assert middle() > 60


@pytest.mark.parametrize("colors", [theme.DARK, theme.LIGHT], ids=lambda t: t.name)
@pytest.mark.parametrize("width", [300, 384, 480])
def test_the_row_fits_at_any_width(qtbot, qapp, width: int, colors: theme.Theme) -> None:
    theme.apply(qapp, colors)
    lab = open_lab(qtbot, width)
    lab.tools.choice.set_whole_strokes(True)
    qapp.processEvents()
    assert lab.width() == width
    names = "penButton eraserButton eraserKindButton penWidth undoButton redoButton clearButton"
    boxes = []
    for name in names.split():
        widget = lab.tools.findChild(QWidget, name)
        boxes.append(widget.rect().translated(widget.mapTo(lab.tools, QPoint(0, 0))))
        if name in ("penButton", "eraserButton"):
            text = widget.fontMetrics().horizontalAdvance(widget.text())
            assert text + 24 <= widget.width()
            assert bool(text) == (width > 300)
    assert all(lab.tools.rect().contains(box) for box in boxes)
    assert all(a.right() < b.left() for a, b in pairwise(boxes))
    assert boxes[3].width() >= 48


def test_a_new_theme_changes_the_icons(qapp, lab: Lab) -> None:
    def icon() -> bytes:
        image = lab.button("penButton").icon().pixmap(16, 16).toImage()
        return bytes(image.constBits())

    before = icon()
    theme.apply(qapp, theme.LIGHT)
    assert icon() != before


def test_the_slider_and_its_keys_change_the_ring(lab: Lab) -> None:
    slider = lab.findChild(QSlider, "penWidth")
    QTest.keyClick(slider, Qt.Key.Key_Right)
    assert lab.canvas.pen_width > DEFAULT_WIDTH
    lab.press("[")
    assert lab.canvas.pen_width == pytest.approx(DEFAULT_WIDTH)


def test_the_kinds_of_eraser_can_be_named(lab: Lab) -> None:
    button = lab.button("eraserKindButton")
    assert button.accessibleName()
    assert button.toolTip() == "Kind of eraser (E twice)"
    QTest.mouseClick(button, LEFT)
    menu = lab.findChild(QWidget, "eraserMenu")
    assert [action.text() for action in menu.actions()] == ["Erase ink", "Erase whole strokes"]
    menu.close()

"""Keys that are held, keys and mouse together, and the focus that goes and comes back."""

import pytest
from handwriting import DIGITS, draw
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QVBoxLayout, QWidget

from app import theme
from app.widgets.digit_canvas import DigitCanvas

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
SPACE = Qt.Key.Key_Space


@pytest.fixture
def window(qtbot) -> QWidget:
    window = QWidget()
    window.canvas = DigitCanvas()
    QVBoxLayout(window).addWidget(window.canvas)
    qtbot.addWidget(window)
    window.resize(300, 300)
    window.show()
    qtbot.waitUntil(window.isActiveWindow)
    window.canvas.setFocus()
    return window


@pytest.fixture
def canvas(window: QWidget) -> DigitCanvas:
    return window.canvas


def at(canvas: DigitCanvas, x: float, y: float) -> QPoint:
    return canvas.position(x, y).toPoint()


def hold(canvas: DigitCanvas, key: Qt.Key, repeats: int) -> None:
    """Press a key and let it go after it has repeated itself, as a keyboard reports it."""
    none = Qt.KeyboardModifier.NoModifier
    QTest.keyPress(canvas, key)
    for _ in range(repeats):
        for kind in (QEvent.Type.KeyRelease, QEvent.Type.KeyPress):
            QApplication.sendEvent(canvas, QKeyEvent(kind, key, none, "", True))
    QTest.keyRelease(canvas, key)


def has_ring(canvas: DigitCanvas) -> bool:
    """Whether the border says that the keys go here."""
    image = canvas.grab().toImage()
    square = canvas.square()
    color = image.pixelColor(round(square.center().x()), round(square.top()) - 1)
    return color.name().upper() == theme.DARK.accent.upper()


# Held keys.


@pytest.mark.parametrize("repeats", [1, 2, 5])
def test_space_that_is_held_puts_the_pen_down_once(canvas: DigitCanvas, repeats: int) -> None:
    QTest.keyClick(canvas, Qt.Key.Key_Left)
    hold(canvas, SPACE, repeats)
    assert canvas.drawing.is_growing
    hold(canvas, SPACE, repeats)
    assert not canvas.drawing.is_growing
    assert canvas.drawing.steps == 1


def test_an_arrow_that_is_held_moves_on(canvas: DigitCanvas) -> None:
    QTest.keyClick(canvas, Qt.Key.Key_Left)
    QTest.keyClick(canvas, SPACE)
    hold(canvas, Qt.Key.Key_Left, 5)
    QTest.keyClick(canvas, SPACE)
    points = canvas.drawing.strokes[0].points
    assert points[0].x - points[-1].x == pytest.approx(6 / 32)


# Keys and mouse.


@pytest.mark.parametrize("button", [LEFT, RIGHT])
def test_the_mouse_begins_a_stroke_of_its_own_while_keys_have_the_pen_down(canvas, button) -> None:
    draw(canvas, DIGITS[1][0])
    QTest.keyClick(canvas, Qt.Key.Key_Left)
    QTest.keyClick(canvas, SPACE)
    assert canvas.drawing.is_growing
    start, end = DIGITS[1][0][0][0], DIGITS[1][0][0][-1]
    QTest.mousePress(canvas, button, pos=at(canvas, *start))
    QTest.mouseMove(canvas, at(canvas, *end))
    QTest.mouseRelease(canvas, button, pos=at(canvas, *end))
    assert not canvas.drawing.is_growing
    _, by_keys, by_mouse = canvas.drawing.strokes
    assert len(by_keys.points) == 1
    assert by_mouse.eraser == (button == RIGHT)
    assert len(by_mouse.points) > 1


def test_the_mouse_does_not_break_into_the_stroke_of_another_button(canvas: DigitCanvas) -> None:
    QTest.mousePress(canvas, LEFT, pos=at(canvas, 0.2, 0.5))
    QTest.mousePress(canvas, RIGHT, pos=at(canvas, 0.4, 0.5))
    QTest.mouseRelease(canvas, RIGHT, pos=at(canvas, 0.4, 0.5))
    assert canvas.drawing.is_growing
    QTest.mouseRelease(canvas, LEFT, pos=at(canvas, 0.8, 0.5))
    assert [stroke.eraser for stroke in canvas.drawing.strokes] == [False]


# The focus.


def test_another_window_leaves_the_keys_where_they_were(qtbot, window, canvas) -> None:
    QTest.keyClick(canvas, Qt.Key.Key_Left)
    assert has_ring(canvas)
    other = QWidget()
    qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    qtbot.waitUntil(lambda: other.isActiveWindow() and not canvas.hasFocus())
    window.activateWindow()
    qtbot.waitUntil(lambda: window.isActiveWindow() and canvas.hasFocus())
    assert has_ring(canvas)
    QTest.keyClick(canvas, SPACE)
    assert canvas.drawing.is_growing
    other.close()


def test_so_does_a_menu(qtbot, window, canvas) -> None:
    QTest.keyClick(canvas, Qt.Key.Key_Left)
    menu = QMenu(window)
    menu.addAction("Something")
    menu.popup(window.mapToGlobal(QPoint(0, 0)))
    qtbot.waitUntil(menu.isVisible)
    QTest.keyClick(menu, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not menu.isVisible() and canvas.hasFocus())
    assert has_ring(canvas)
    QTest.keyClick(canvas, SPACE)
    assert canvas.drawing.is_growing


def test_a_pen_that_keys_put_down_is_lifted_when_another_window_comes(qtbot, canvas) -> None:
    QTest.keyClick(canvas, Qt.Key.Key_Left)
    QTest.keyClick(canvas, SPACE)
    other = QWidget()
    qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    qtbot.waitUntil(lambda: not canvas.hasFocus())
    assert not canvas.drawing.is_growing
    other.close()


def test_a_click_with_the_mouse_takes_the_ring_away(canvas: DigitCanvas) -> None:
    QTest.keyClick(canvas, Qt.Key.Key_Left)
    QTest.mouseClick(canvas, LEFT, pos=at(canvas, 0.5, 0.5))
    assert not has_ring(canvas)

import numpy as np
import painting
import pytest
from handwriting import DIGITS, draw
from PySide6.QtCore import QElapsedTimer, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QImage,
    QInputDevice,
    QPointingDevice,
    QPointingDeviceUniqueId,
    QTabletEvent,
    QTouchEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from app import theme
from app.strokes import INK_SIZE
from app.widgets.digit_canvas import DigitCanvas

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
HALF = INK_SIZE // 2


def make(qtbot, side: int = 258) -> DigitCanvas:
    canvas = DigitCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(side, side)
    canvas.show()
    return canvas


@pytest.fixture
def canvas(qtbot) -> DigitCanvas:
    return make(qtbot)


def at(canvas: DigitCanvas, x: float, y: float) -> QPoint:
    return canvas.position(x, y).toPoint()


def drag(canvas: DigitCanvas, *points: tuple[float, float], button=LEFT, release=True) -> None:
    QTest.mousePress(canvas, button, pos=at(canvas, *points[0]))
    for point in points[1:]:
        QTest.mouseMove(canvas, at(canvas, *point))
    if release:
        QTest.mouseRelease(canvas, button, pos=at(canvas, *points[-1]))


def inked(canvas: DigitCanvas, x: float, y: float) -> bool:
    size = INK_SIZE - 1
    return bool(canvas.ink[round(y * size), round(x * size)] > 127)


def test_dragging_with_the_left_button_draws(canvas: DigitCanvas) -> None:
    drag(canvas, (0.2, 0.5), (0.5, 0.5), (0.8, 0.5))
    assert inked(canvas, 0.2, 0.5)
    assert inked(canvas, 0.65, 0.5)
    assert not inked(canvas, 0.5, 0.7)


def test_a_click_makes_a_dot(canvas: DigitCanvas) -> None:
    QTest.mouseClick(canvas, LEFT, pos=at(canvas, 0.5, 0.5))
    ink = canvas.ink
    assert ink[HALF, HALF] == 255
    radius = canvas.pen_width * INK_SIZE / 2
    assert ink.sum() / 255 == pytest.approx(np.pi * radius**2, rel=0.02)


def test_dragging_with_the_right_button_erases(canvas: DigitCanvas) -> None:
    drag(canvas, (0.2, 0.5), (0.8, 0.5))
    drag(canvas, (0.5, 0.3), (0.5, 0.7), button=RIGHT)
    assert not inked(canvas, 0.5, 0.5)
    assert inked(canvas, 0.3, 0.5)


def test_in_eraser_mode_the_left_button_erases(canvas: DigitCanvas) -> None:
    drag(canvas, (0.2, 0.5), (0.8, 0.5))
    canvas.eraser = True
    drag(canvas, (0.5, 0.3), (0.5, 0.7))
    assert not inked(canvas, 0.5, 0.5)


def test_the_pen_width_holds_for_the_next_stroke(canvas: DigitCanvas) -> None:
    canvas.pen_width = 0.15
    drag(canvas, (0.2, 0.5), (0.8, 0.5))
    assert canvas.ink[:, HALF].sum() / 255 == pytest.approx(0.15 * INK_SIZE, abs=0.2)


def test_a_stroke_over_the_border_goes_on_along_it_and_comes_back(canvas: DigitCanvas) -> None:
    drag(canvas, (0.5, 0.5), (1.3, 0.5), (1.3, 0.8), (0.5, 0.8))
    assert len(canvas.drawing.strokes) == 1
    assert all(0 <= v <= 1 for p in canvas.drawing.strokes[0].points for v in (p.x, p.y))
    assert inked(canvas, 0.99, 0.65)
    assert inked(canvas, 0.6, 0.8)


def test_a_second_button_does_not_disturb_the_stroke(canvas: DigitCanvas) -> None:
    drag(canvas, (0.2, 0.5), (0.5, 0.5), release=False)
    QTest.mousePress(canvas, RIGHT, pos=at(canvas, 0.5, 0.5))
    QTest.mouseRelease(canvas, RIGHT, pos=at(canvas, 0.5, 0.5))
    QTest.mouseMove(canvas, at(canvas, 0.8, 0.5))
    QTest.mouseRelease(canvas, LEFT, pos=at(canvas, 0.8, 0.5))
    assert len(canvas.drawing.strokes) == 1
    assert inked(canvas, 0.7, 0.5)


def test_moving_without_a_button_draws_nothing(canvas: DigitCanvas) -> None:
    QTest.mouseMove(canvas, at(canvas, 0.2, 0.2))
    QTest.mouseMove(canvas, at(canvas, 0.8, 0.8))
    assert not canvas.ink.any()


def test_the_same_strokes_give_the_same_ink_at_any_size_of_the_widget(qtbot) -> None:
    inks = []
    for side in (256, 384, 768, 1024):
        canvas = make(qtbot, side + 2)
        # On every 64th of the side, which falls on whole pixels in all these sizes.
        corners = [(16, 12), (40, 10), (48, 22), (30, 32), (50, 44), (32, 56), (14, 50)]
        drag(canvas, *((x / 64, y / 64) for x, y in corners))
        inks.append(canvas.ink.astype(int))
    assert inks[0].any()
    for ink in inks[1:]:
        assert abs(ink - inks[0]).max() <= 2


@pytest.mark.parametrize("size", [(258, 400), (500, 258)])
def test_in_an_oblong_widget_the_square_is_in_the_middle(qtbot, size: tuple[int, int]) -> None:
    canvas = make(qtbot)
    canvas.resize(*size)
    square = canvas.square()
    assert square.width() == square.height() == 256
    assert abs(square.center().x() - size[0] / 2) <= 0.5
    assert abs(square.center().y() - size[1] / 2) <= 0.5


def test_the_last_point_counts_before_the_button_is_released(canvas: DigitCanvas) -> None:
    drag(canvas, (0.2, 0.5), (0.5, 0.5), (0.8, 0.5), release=False)
    assert inked(canvas, 0.8, 0.5)
    QTest.mouseRelease(canvas, LEFT, pos=at(canvas, 0.8, 0.5))


def test_the_place_of_the_release_counts(canvas: DigitCanvas) -> None:
    QTest.mousePress(canvas, LEFT, pos=at(canvas, 0.2, 0.5))
    QTest.mouseRelease(canvas, LEFT, pos=at(canvas, 0.8, 0.5))
    assert inked(canvas, 0.79, 0.5)


def test_news_while_drawing_is_told_at_most_sixty_times_a_second(qtbot, canvas) -> None:
    told = []
    canvas.changed.connect(lambda: told.append(canvas.ink.sum()))
    clock = QElapsedTimer()
    clock.start()
    drag(canvas, (0.1, 0.1), release=False)
    i = 0
    while clock.elapsed() < 300:
        i += 1
        QTest.mouseMove(canvas, at(canvas, 0.1 + 0.8 * (i % 97) / 97, 0.1 + 0.8 * (i % 89) / 89))
        qtbot.wait(1)
    seconds = clock.elapsed() / 1000
    assert 2 <= len(told) <= 60 * seconds + 1
    QTest.mouseRelease(canvas, LEFT, pos=at(canvas, 0.5, 0.5))


def test_the_end_of_a_stroke_is_told_at_once_and_last(qtbot, canvas: DigitCanvas) -> None:
    inks = []
    canvas.changed.connect(lambda: inks.append(canvas.ink))
    drag(canvas, (0.1, 0.1), (0.4, 0.5), (0.7, 0.2), (0.9, 0.9))
    assert np.array_equal(inks[-1], canvas.ink)
    count = len(inks)
    qtbot.wait(50)
    assert len(inks) == count


def test_a_move_during_the_pause_is_told_after_it(qtbot, canvas: DigitCanvas) -> None:
    inks = []
    canvas.changed.connect(lambda: inks.append(canvas.ink))
    pause = canvas._news._pause
    pause.setInterval(60_000)  # it must not end before the last move, however slow the machine is
    drag(canvas, (0.1, 0.1), (0.4, 0.5), (0.7, 0.2), release=False)
    assert len(inks) == 1
    pause.start(0)
    qtbot.waitUntil(lambda: np.array_equal(inks[-1], canvas.ink), timeout=1000)
    QTest.mouseRelease(canvas, LEFT, pos=at(canvas, 0.7, 0.2))


def test_undo_is_told_at_once(canvas: DigitCanvas) -> None:
    drag(canvas, (0.2, 0.2), (0.8, 0.8))
    inks = []
    canvas.changed.connect(lambda: inks.append(canvas.ink))
    canvas.drawing.undo()
    assert len(inks) == 1
    assert not inks[0].any()


def test_hiding_the_canvas_ends_the_stroke(canvas: DigitCanvas) -> None:
    drag(canvas, (0.2, 0.5), (0.8, 0.5), release=False)
    canvas.hide()
    assert not canvas.drawing.is_growing
    assert inked(canvas, 0.8, 0.5)


# Pens and fingers.


def pen(kind=QPointingDevice.PointerType.Pen) -> QPointingDevice:
    return QPointingDevice(
        "pen",
        1,
        QInputDevice.DeviceType.Stylus,
        kind,
        QInputDevice.Capability.Position | QInputDevice.Capability.Pressure,
        1,
        2,
        "",
        QPointingDeviceUniqueId(),
    )


def tablet(canvas, device, kind, x: float, y: float, pressure: float, button=LEFT) -> None:
    position = canvas.position(x, y)
    away = kind == QEvent.Type.TabletRelease
    event = QTabletEvent(
        kind,
        device,
        position,
        QPointF(canvas.mapToGlobal(position)),
        pressure,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        Qt.KeyboardModifier.NoModifier,
        Qt.MouseButton.NoButton if kind == QEvent.Type.TabletMove else button,
        Qt.MouseButton.NoButton if away else button,
    )
    canvas.tabletEvent(event)
    assert event.isAccepted()


def pen_stroke(canvas, device, pressures, y: float = 0.5, button=LEFT) -> None:
    xs = np.linspace(0.2, 0.8, len(pressures))
    tablet(canvas, device, QEvent.Type.TabletPress, xs[0], y, pressures[0], button)
    for x, pressure in zip(xs[1:], pressures[1:], strict=True):
        tablet(canvas, device, QEvent.Type.TabletMove, x, y, pressure, button)
    tablet(canvas, device, QEvent.Type.TabletRelease, xs[-1], y, 0.0, button)


def test_a_pen_draws_wider_the_more_it_is_pressed(canvas: DigitCanvas) -> None:
    pen_stroke(canvas, pen(), np.linspace(0.1, 1.0, 30))
    widths = (canvas.ink > 127).sum(axis=0)
    left, right = widths[int(0.3 * INK_SIZE)], widths[int(0.75 * INK_SIZE)]
    assert right > 1.5 * left > 0
    assert len(canvas.drawing.strokes) == 1


@pytest.mark.parametrize(
    ("kind", "button"),
    [(QPointingDevice.PointerType.Eraser, LEFT), (QPointingDevice.PointerType.Pen, RIGHT)],
)
def test_the_other_end_of_a_pen_and_its_side_button_erase(canvas, kind, button) -> None:
    drag(canvas, (0.5, 0.1), (0.5, 0.9))
    pen_stroke(canvas, pen(kind), [0.5] * 10, button=button)
    assert not inked(canvas, 0.5, 0.5)
    assert inked(canvas, 0.5, 0.2)


@pytest.fixture(scope="module")
def touch_screen(qapp) -> QPointingDevice:
    return QTest.createTouchDevice()


def test_a_finger_draws(canvas: DigitCanvas, touch_screen) -> None:
    QTest.touchEvent(canvas, touch_screen).press(0, at(canvas, 0.2, 0.5), canvas).commit()
    QTest.touchEvent(canvas, touch_screen).move(0, at(canvas, 0.5, 0.5), canvas).commit()
    QTest.touchEvent(canvas, touch_screen).move(0, at(canvas, 0.8, 0.5), canvas).commit()
    QTest.touchEvent(canvas, touch_screen).release(0, at(canvas, 0.8, 0.5), canvas).commit()
    assert inked(canvas, 0.6, 0.5)
    assert len(canvas.drawing.strokes) == 1


def test_a_touch_that_the_system_takes_away_leaves_no_trace(canvas, touch_screen) -> None:
    QTest.touchEvent(canvas, touch_screen).press(0, at(canvas, 0.2, 0.5), canvas).commit()
    QTest.touchEvent(canvas, touch_screen).move(0, at(canvas, 0.5, 0.5), canvas).commit()
    cancel = QTouchEvent(QEvent.Type.TouchCancel, touch_screen)
    QApplication.sendEvent(canvas, cancel)
    assert not canvas.ink.any()
    assert not canvas.drawing.is_growing
    QTest.touchEvent(canvas, touch_screen).release(0, at(canvas, 0.5, 0.5), canvas).commit()


def test_a_hovering_pen_does_not_disturb_the_mouse(canvas: DigitCanvas) -> None:
    drag(canvas, (0.2, 0.5), (0.5, 0.5), release=False)
    tablet(canvas, pen(), QEvent.Type.TabletMove, 0.9, 0.1, 0.0, Qt.MouseButton.NoButton)
    QTest.mouseRelease(canvas, LEFT, pos=at(canvas, 0.8, 0.5))
    assert not canvas.ink[: HALF // 2].any()
    assert len(canvas.drawing.strokes) == 1


# The keyboard.


def press(canvas: DigitCanvas, key: Qt.Key, times: int = 1, **more) -> None:
    for _ in range(times):
        QTest.keyClick(canvas, key, **more)


def test_arrows_move_the_pen_and_space_puts_it_down(qtbot, canvas: DigitCanvas) -> None:
    press(canvas, Qt.Key.Key_Left, 8)
    assert not canvas.ink.any()
    press(canvas, Qt.Key.Key_Space)
    press(canvas, Qt.Key.Key_Right, 16)
    press(canvas, Qt.Key.Key_Space)
    press(canvas, Qt.Key.Key_Down, 8)
    assert inked(canvas, 0.25, 0.5)
    assert inked(canvas, 0.74, 0.5)
    assert not inked(canvas, 0.75, 0.7)
    assert len(canvas.drawing.strokes) == 1


def test_shift_moves_the_pen_in_small_steps(canvas: DigitCanvas) -> None:
    press(canvas, Qt.Key.Key_Up)
    press(canvas, Qt.Key.Key_Space)
    press(canvas, Qt.Key.Key_Right, modifier=Qt.KeyboardModifier.ShiftModifier)
    press(canvas, Qt.Key.Key_Space)
    first, last = canvas.drawing.strokes[0].points
    assert last.x - first.x == pytest.approx(1 / 128)


def test_escape_takes_back_the_stroke_under_way(canvas: DigitCanvas) -> None:
    press(canvas, Qt.Key.Key_Up)
    press(canvas, Qt.Key.Key_Space)
    press(canvas, Qt.Key.Key_Up, 5)
    assert canvas.ink.any()
    press(canvas, Qt.Key.Key_Escape)
    assert not canvas.ink.any()
    assert not canvas.drawing.is_growing


def test_space_by_habit_makes_no_dot_for_who_draws_with_the_mouse(canvas: DigitCanvas) -> None:
    drag(canvas, (0.2, 0.2), (0.8, 0.2))
    press(canvas, Qt.Key.Key_Space)
    assert len(canvas.drawing.strokes) == 1
    assert not canvas.drawing.is_growing


def test_leaving_by_tab_lifts_the_pen(qtbot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    canvas, other = DigitCanvas(), QLineEdit()
    column.addWidget(canvas)
    column.addWidget(other)
    window.show()
    qtbot.waitUntil(window.isActiveWindow)
    other.setFocus()
    QTest.keyClick(other, Qt.Key.Key_Tab)
    assert canvas.hasFocus()
    press(canvas, Qt.Key.Key_Space)
    press(canvas, Qt.Key.Key_Up, 3)
    QTest.keyClick(canvas, Qt.Key.Key_Tab)
    assert not canvas.hasFocus()
    assert not canvas.drawing.is_growing
    assert len(canvas.drawing.strokes) == 1


def test_the_canvas_has_a_name_and_takes_focus(canvas: DigitCanvas) -> None:
    assert canvas.objectName() == "digitCanvas"
    assert canvas.accessibleName()
    assert canvas.focusPolicy() == Qt.FocusPolicy.StrongFocus


# Looks.


def picture(canvas: DigitCanvas) -> np.ndarray:
    image = canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(int)


def test_an_empty_canvas_says_what_to_do_until_something_is_drawn(canvas: DigitCanvas) -> None:
    def middle() -> np.ndarray:
        return picture(canvas)[120:140, 80:178].max(axis=2)

    assert (middle() > 90).any()
    drag(canvas, (0.1, 0.9), (0.2, 0.9))
    assert middle().max() < 60


@pytest.mark.parametrize("colors", [theme.DARK, theme.LIGHT], ids=lambda t: t.name)
def test_paper_and_ink_have_the_same_colours_in_either_theme(qapp, canvas, colors) -> None:
    theme.apply(qapp, colors)
    drag(canvas, (0.3, 0.6), (0.7, 0.6))
    pixels = picture(canvas)
    assert tuple(pixels[1 + round(0.6 * 256), 80]) == (0xF4, 0xF6, 0xF9)
    assert tuple(pixels[30, 30]) == (0x08, 0x09, 0x0C)


def test_the_crop_is_shown_around_the_ink(canvas: DigitCanvas) -> None:
    drag(canvas, (0.4, 0.4), (0.6, 0.6))
    before = picture(canvas)
    canvas.show_crop((100, 80, 120, 160))
    changed = np.argwhere(np.any(picture(canvas) != before, axis=2)) - 1
    box = changed[(changed[:, 0] < 200)] * INK_SIZE / 256
    assert box.min(axis=0) == pytest.approx([100, 80], abs=2.5)
    assert box.max(axis=0) == pytest.approx([220, 240], abs=2.5)


def test_painting_loses_no_reference_to_none(qapp) -> None:
    canvas = DigitCanvas()
    canvas.resize(200, 200)
    draw(canvas, DIGITS[3][0])
    canvas.show_crop((1, 1, 200, 200))
    assert painting.references_lost(canvas) < painting.TIMES / 10

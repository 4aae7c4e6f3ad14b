"""What lies over the ink: the words on the canvas, the ring, and how wide the eraser is."""

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtTest import QTest

from app.strokes import Point
from app.widgets.digit_canvas import DigitCanvas
from app.widgets.every_move import COMPRESSION

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
LINE = [(0.2 + 0.6 * i / 12, 0.5) for i in range(13)]


@pytest.fixture
def canvas(qtbot) -> DigitCanvas:
    canvas = DigitCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(322, 322)
    canvas.show()
    qtbot.waitUntil(canvas.isActiveWindow)
    return canvas


def at(canvas: DigitCanvas, x: float, y: float) -> QPoint:
    return canvas.position(x, y).toPoint()


def drag(canvas: DigitCanvas, points, button: Qt.MouseButton = LEFT) -> None:
    QTest.mousePress(canvas, button, pos=at(canvas, *points[0]))
    for point in points[1:]:
        QTest.mouseMove(canvas, at(canvas, *point))
    QTest.mouseRelease(canvas, button, pos=at(canvas, *points[-1]))


def levels(canvas: DigitCanvas) -> np.ndarray:
    image = (
        canvas.grab().toImage().convertToFormat(canvas.grab().toImage().Format.Format_Grayscale8)
    )
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return rows[:, : image.width()].copy()


def lit(canvas: DigitCanvas, across: tuple[float, float], down: tuple[float, float]) -> int:
    """How many pixels are clearly brighter than the paper and its grid."""
    size = canvas.width()
    rows, columns = (slice(round(a * size), round(b * size)) for a, b in (down, across))
    return int((levels(canvas)[rows, columns] > 70).sum())


# The eraser.


@pytest.mark.parametrize("way", ["tool", "right button"])
def test_an_eraser_that_follows_a_stroke_a_little_beside_it_leaves_nothing(canvas, way) -> None:
    drag(canvas, LINE)
    assert not canvas.drawing.is_empty
    canvas.eraser = way == "tool"
    beside = [(x, y + 0.02 * (-1) ** i) for i, (x, y) in enumerate(LINE)]
    drag(canvas, beside, LEFT if canvas.eraser else RIGHT)
    assert canvas.drawing.is_empty


def test_the_ring_is_as_wide_as_what_is_erased(canvas: DigitCanvas) -> None:
    canvas.pen_width = 0.1
    canvas.eraser = True
    QTest.keyClick(canvas, Qt.Key.Key_Left)
    inside = levels(canvas)[4:-4, 4:-4]
    ring = np.flatnonzero((inside > 70).any(axis=0))
    assert ring[-1] - ring[0] == pytest.approx(0.16 * 320, abs=2)


# The words.


def test_the_hint_makes_room_for_the_ring_and_comes_back(canvas: DigitCanvas) -> None:
    middle = (0.3, 0.7), (0.45, 0.55)
    assert lit(canvas, *middle) > 50
    ring_alone = ((0.4, 0.6), (0.4, 0.6))
    QTest.keyClick(canvas, Qt.Key.Key_Left)
    assert lit(canvas, (0.3, 0.41), (0.45, 0.55)) == 0
    for _ in range(8):
        QTest.keyClick(canvas, Qt.Key.Key_Up)
    assert lit(canvas, *middle) > 50
    assert lit(canvas, *ring_alone) > 0


CORNERS = {
    "bottom left": ((0.02, 0.4), (0.93, 0.99)),
    "bottom right": ((0.6, 0.98), (0.93, 0.99)),
    "top left": ((0.02, 0.4), (0.01, 0.08)),
    "top right": ((0.6, 0.98), (0.01, 0.08)),
}


@pytest.mark.parametrize("taken", range(5))
def test_the_size_of_the_crop_stands_in_the_first_corner_that_is_free(canvas, taken) -> None:
    def dot(x: float, y: float) -> None:
        canvas.drawing.begin(Point(x, y), 0.02)
        canvas.drawing.finish()

    places = [(0.1, 0.95), (0.9, 0.95), (0.1, 0.05), (0.9, 0.05)]
    for place in places[:taken]:
        dot(*place)
    before = {name: lit(canvas, *corner) for name, corner in CORNERS.items()}
    canvas.show_crop((120, 120, 60, 60))
    found = [name for name, corner in CORNERS.items() if lit(canvas, *corner) != before[name]]
    assert found == list(CORNERS)[taken : taken + 1]


def test_the_size_of_the_crop_does_not_stand_on_its_frame(canvas: DigitCanvas) -> None:
    before = {name: lit(canvas, *corner) for name, corner in CORNERS.items()}
    canvas.show_crop((10, 60, 298, 40))
    assert lit(canvas, *CORNERS["bottom right"]) > before["bottom right"] + 40


# Every move counts.


@pytest.fixture
def compressed(qapp):
    """As on X11, where Qt leaves out moves that wait."""
    before = [QCoreApplication.testAttribute(attribute) for attribute in COMPRESSION]
    for attribute in COMPRESSION:
        QCoreApplication.setAttribute(attribute, True)
    yield lambda: [QCoreApplication.testAttribute(attribute) for attribute in COMPRESSION]
    for attribute, value in zip(COMPRESSION, before, strict=True):
        QCoreApplication.setAttribute(attribute, value)


def leave(canvas: DigitCanvas) -> None:
    QCoreApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))


def test_a_stroke_that_goes_on_outside_loses_no_move_there(canvas, compressed) -> None:
    QTest.mousePress(canvas, LEFT, pos=at(canvas, 0.2, 0.5))
    leave(canvas)
    assert compressed() == [False, False]
    QTest.mouseRelease(canvas, LEFT, pos=at(canvas, 0.5, 0.5))
    leave(canvas)
    assert compressed() == [True, True]


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("end", ["release", "hide", "escape"])
def test_no_move_is_left_out_while_a_stroke_is_drawn(canvas, compressed, whole, end) -> None:
    canvas.eraser = canvas.whole_strokes = whole
    canvas.setFocus()
    QTest.mousePress(canvas, LEFT, pos=at(canvas, 0.2, 0.5))
    assert compressed() == [False, False]
    QTest.mouseMove(canvas, at(canvas, 0.4, 0.5))
    assert compressed() == [False, False]
    if end == "release":
        QTest.mouseRelease(canvas, LEFT, pos=at(canvas, 0.5, 0.5))
    elif end == "hide":
        canvas.hide()
    else:
        QTest.keyClick(canvas, Qt.Key.Key_Escape)
    leave(canvas)
    assert compressed() == [True, True]


def test_a_move_that_waits_behind_the_press_is_not_left_out_either(canvas, compressed) -> None:
    middle = QPointF(at(canvas, 0.5, 0.5))
    QCoreApplication.sendEvent(canvas, QEnterEvent(middle, middle, middle))
    assert compressed() == [False, False]
    drag(canvas, LINE)
    assert compressed() == [False, False]
    leave(canvas)
    assert compressed() == [True, True]


def test_what_was_not_compressed_stays_so(canvas, compressed) -> None:
    QCoreApplication.setAttribute(COMPRESSION[1], False)
    drag(canvas, LINE)
    leave(canvas)
    assert compressed() == [True, False]

"""The ink while the window is resized: at once, and sharp a moment later."""

import numpy as np
import pytest
from handwriting import DIGITS, draw
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest

from app.drawing import Drawing
from app.strokes import INK_SIZE, Picture, Point, Raster
from app.widgets.digit_canvas import DigitCanvas

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def canvas(qtbot) -> DigitCanvas:
    canvas = make(qtbot, 258)
    draw(canvas, [*DIGITS[7][1], *DIGITS[1][2]])
    canvas.grab()
    return canvas


@pytest.fixture
def drawn(monkeypatch) -> list[int]:
    """The sizes at which a stroke is drawn anew, point by point."""
    drawn, stroke = [], Raster._stroke

    def counted(raster: Raster, mark) -> np.ndarray:
        drawn.append(raster.size)
        return stroke(raster, mark)

    monkeypatch.setattr(Raster, "_stroke", counted)
    return drawn


def make(qtbot, side: int) -> DigitCanvas:
    canvas = DigitCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(side, side)
    canvas.show()
    return canvas


def picture(canvas: DigitCanvas) -> np.ndarray:
    QGuiApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))  # no ring
    image = canvas.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return rows[:, : image.width()].astype(int)


def becomes_sharp(qtbot, canvas: DigitCanvas) -> None:
    size = round(canvas.square().width() * canvas.devicePixelRatio())
    qtbot.waitUntil(lambda: canvas.drawing.view_size == size, timeout=3000)


def anew(qtbot, canvas: DigitCanvas) -> np.ndarray:
    """What a canvas of this size shows that was never resized."""
    fresh = make(qtbot, canvas.width())
    fresh.drawing.replace(canvas.drawing.marks)
    return picture(fresh)


def test_no_stroke_is_drawn_anew_while_the_window_is_resized(canvas, drawn) -> None:
    for side in range(260, 520, 20):
        canvas.resize(side, side)
        canvas.grab()
    assert drawn == []


def test_the_ink_is_where_it_will_be_and_sharp_a_moment_later(qtbot, canvas, drawn) -> None:
    for side in (330, 420, 500):
        canvas.resize(side, side)
        meanwhile = picture(canvas)
    expected = anew(qtbot, canvas)
    assert 0 < np.abs(meanwhile - expected).mean() < 4
    drawn.clear()
    becomes_sharp(qtbot, canvas)
    assert drawn == [498] * 4
    assert np.array_equal(picture(canvas), expected)


def test_each_turn_draws_one_mark_so_that_nobody_waits(qapp, drawn) -> None:
    drawing = Drawing()
    for x in (0.2, 0.5, 0.8):
        drawing.begin(Point(x, 0.5), 0.1)
        drawing.finish()
    drawing.view(200)
    drawn.clear()
    for count in (1, 2, 3):
        assert not drawing.prepare_view(400)
        assert drawn == [400] * count
    assert drawing.prepare_view(400)
    assert drawing.view_size == 200
    drawing.view(400)
    assert drawn == [400] * 3
    assert drawing.view_size == 400


def test_back_at_the_size_of_before_all_is_sharp_at_once(qtbot, canvas, drawn) -> None:
    before = picture(canvas)
    canvas.resize(400, 400)
    canvas.grab()
    canvas.resize(258, 258)
    assert np.array_equal(picture(canvas), before)
    assert not canvas._view._pause.isActive()
    assert drawn == []


def test_an_empty_canvas_is_sharp_at_any_size(qtbot) -> None:
    canvas = make(qtbot, 258)
    canvas.grab()
    canvas.resize(500, 500)
    canvas.grab()
    assert canvas.drawing.view_size == 498


def test_what_is_drawn_before_it_is_sharp_is_there_too(qtbot, canvas) -> None:
    canvas.resize(500, 500)
    canvas.grab()
    start = canvas.position(0.1, 0.9).toPoint()
    QTest.mousePress(canvas, LEFT, pos=start)
    QTest.mouseMove(canvas, canvas.position(0.9, 0.9).toPoint())
    assert picture(canvas)[round(0.9 * 498) + 1, 250] > 200
    for _ in range(10):
        canvas._view._pause.timeout.emit()
    assert canvas.drawing.view_size == 256
    QTest.mouseRelease(canvas, LEFT, pos=start)
    becomes_sharp(qtbot, canvas)
    assert np.array_equal(picture(canvas), anew(qtbot, canvas))


def test_undo_before_it_is_sharp_shows_what_is_left(qtbot, canvas) -> None:
    canvas.resize(500, 500)
    canvas.grab()
    assert not canvas.drawing.prepare_view(498)
    canvas.drawing.undo()
    levels = np.zeros((INK_SIZE, INK_SIZE), np.uint8)
    levels[100:200, 100:200] = 255
    canvas.drawing.replace((*canvas.drawing.marks, Picture(levels)))
    becomes_sharp(qtbot, canvas)
    assert np.array_equal(picture(canvas), anew(qtbot, canvas))

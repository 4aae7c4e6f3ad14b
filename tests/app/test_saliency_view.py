import numpy as np
import painting
import pytest
from explained import digit, explained, with_gradient
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QEnterEvent, QImage, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget

from app import formatting, theme
from app.formatting import EM_DASH
from app.widgets.saliency_painter import SIDE, digit_outline, map_rect
from app.widgets.saliency_view import KEPT, POINTED, STRONGEST, SaliencyView

LEFT = Qt.MouseButton.LeftButton
CELL = 12
BLANK = np.zeros(784, np.uint8)


@pytest.fixture
def view(qtbot) -> SaliencyView:
    view = SaliencyView()
    qtbot.addWidget(view)
    view.resize(CELL * SIDE + 2, CELL * SIDE + 2)
    view.show_saliency(explained(), digit())
    view.show()
    return view


def strongest() -> tuple[int, int]:
    row, column = divmod(int(np.abs(explained().gradient).argmax()), SIDE)
    return row, column


def at(view: SaliencyView, row: int, column: int) -> QPoint:
    return view.position(row, column).toPoint()


def point_at(view: SaliencyView, row: int, column: int) -> None:
    QTest.mouseMove(view, at(view, row, column))


def leave(view: SaliencyView) -> None:
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))


def read(view: SaliencyView) -> tuple[int, int, str]:
    reading = view.reading
    assert reading is not None
    return reading.row, reading.column, reading.reason


def painted(view: SaliencyView) -> np.ndarray:
    """What is on the screen inside the border, (rows, columns, 3)."""
    image = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    rgb = rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3)
    return rgb[1:-1, 1:-1].copy()


def rgb(color: str) -> list[int]:
    return list(QColor(color).toTuple()[:3])


# The map


@pytest.mark.parametrize("colors", [theme.DARK, theme.LIGHT], ids=lambda colors: colors.name)
def test_each_cell_has_the_colour_of_its_gradient(qapp, view, colors) -> None:
    theme.apply(qapp, colors)
    view.show_saliency(explained(), BLANK)
    gradient = explained().gradient.reshape(SIDE, SIDE)
    pixels = theme.diverging_pixels(gradient, float(np.abs(gradient).max()), colors)
    expected = pixels.repeat(CELL, axis=0).repeat(CELL, axis=1)
    row, column = strongest()
    boxed = np.zeros((SIDE, SIDE), bool)
    boxed[max(row - 1, 0) : row + 2, max(column - 1, 0) : column + 2] = True
    free = ~boxed.repeat(CELL, axis=0).repeat(CELL, axis=1)
    free[[0, -1]] = free[:, [0, -1]] = False  # the border is drawn round its corners
    assert np.array_equal(painted(view)[free], expected[free])


def test_the_colours_end_at_the_largest_gradient(view) -> None:
    assert view.limit == float(np.abs(explained().gradient).max())


def test_the_outline_runs_between_pixels_with_ink_and_without(view) -> None:
    image = np.zeros((SIDE, SIDE), np.uint8)
    image[10, 4], image[20, 4] = 128, 127
    view.show_saliency(with_gradient(np.eye(SIDE)[::-1]), image.reshape(-1))
    line = list(theme.blend(theme.DARK.text_1, theme.DARK.zero, 0.75).toTuple()[:3])
    on_line = (painted(view) == line).all(axis=2)
    ys, xs = np.nonzero(on_line)
    assert (ys.min(), ys.max()) == (10 * CELL - 1, 11 * CELL)
    assert (xs.min(), xs.max()) == (4 * CELL - 1, 5 * CELL)
    assert on_line.sum() == 14 * 14 - 10 * 10  # two pixels wide, closed, and not blurred


def test_the_outline_is_that_of_more_than_half_of_full_ink() -> None:
    shape = digit().reshape(SIDE, SIDE) > 127
    sides = sum(
        int(np.diff(np.pad(shape, 1).astype(int), axis=axis).astype(bool).sum()) for axis in (0, 1)
    )
    assert len(digit_outline(digit())) == sides > 0


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0])
@pytest.mark.parametrize("room", [(338, 338), (300, 338), (500, 240)], ids=str)
def test_cells_are_whole_pixels_of_any_screen(room: tuple[int, int], ratio: float) -> None:
    square = map_rect(*room, ratio)
    cell = square.width() * ratio / SIDE
    assert cell == pytest.approx(round(cell))
    assert square.height() == square.width()
    assert 0 <= (min(room) - 2) * ratio - square.width() * ratio < SIDE
    for corner in (square.left(), square.top()):
        assert corner * ratio == pytest.approx(round(corner * ratio))


# The pixel


def test_without_a_pointer_the_strongest_pixel_is_read_out(view) -> None:
    assert read(view) == (*strongest(), STRONGEST)
    reading, index = view.reading, strongest()[0] * SIDE + strongest()[1]
    assert reading.gradient == explained().gradient[index]
    assert reading.ink == pytest.approx(digit()[index] / 255)


def test_the_pixel_under_the_pointer_is_read_out_until_it_leaves(qtbot, view) -> None:
    with qtbot.waitSignal(view.pixel_changed) as blocker:
        point_at(view, 14, 13)
    assert blocker.args == [(14, 13)]
    assert read(view) == (14, 13, POINTED)
    assert view.reading.ink == pytest.approx(digit()[14 * SIDE + 13] / 255)
    leave(view)
    assert read(view) == (*strongest(), STRONGEST)


def test_beside_the_map_nothing_is_pointed_at(view) -> None:
    view.resize(view.width() + 100, view.height())
    point_at(view, 3, 3)
    QTest.mouseMove(view, QPoint(10, 100))
    assert read(view)[2] == STRONGEST


def test_the_corners_of_the_map_are_its_first_and_last_pixels(view) -> None:
    square = view.square()
    for corner, pixel in (
        (square.topLeft() + QPointF(1, 1), (0, 0)),
        (square.bottomRight() - QPointF(1, 1), (27, 27)),
    ):
        QTest.mouseMove(view, corner.toPoint())
        assert read(view) == (*pixel, POINTED)


def test_a_click_keeps_a_pixel_and_another_lets_it_go(view) -> None:
    QTest.mouseClick(view, LEFT, pos=at(view, 5, 9))
    leave(view)
    assert read(view) == (5, 9, KEPT)
    view.show_saliency(explained(8), digit())
    assert read(view) == (5, 9, KEPT)
    QTest.mouseClick(view, LEFT, pos=at(view, 5, 9))
    leave(view)
    assert read(view)[2] == STRONGEST


def test_arrow_keys_move_the_box_from_the_strongest_pixel(view) -> None:
    row, column = strongest()
    QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert read(view) == (row + 1, column + 1, KEPT)
    QTest.keyClick(view, Qt.Key.Key_Up)
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert read(view) == (row, column, KEPT)
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert read(view) == (row, column, STRONGEST)


def test_the_box_stops_at_the_edges(view) -> None:
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right) * 30:
        QTest.keyClick(view, key)
    assert read(view)[:2] == (27, 27)
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Left) * 30:
        QTest.keyClick(view, key)
    assert read(view)[:2] == (0, 0)


def test_keys_move_on_from_the_pixel_under_a_resting_pointer(view) -> None:
    point_at(view, 14, 13)
    QTest.keyClick(view, Qt.Key.Key_Up)
    assert read(view) == (13, 13, KEPT)


def test_a_new_drawing_begins_at_its_strongest_pixel(view) -> None:
    QTest.mouseClick(view, LEFT, pos=at(view, 5, 9))
    leave(view)
    view.show_saliency(None, None, "Draw a digit")
    view.show_saliency(explained(), digit())
    assert read(view)[2] == STRONGEST


def test_the_boxed_pixel_has_the_accent_around_it(view) -> None:
    point_at(view, 2, 20)
    y, x = 2 * CELL, 20 * CELL
    frame = painted(view)
    middle = CELL // 2
    for py, px in ((y - 1, x + middle), (y + CELL, x + middle), (y + middle, x - 1)):
        assert frame[py, px].tolist() == rgb(theme.DARK.accent)


def test_the_arrows_and_escape_are_no_shortcuts_while_the_map_has_the_focus(qtbot) -> None:
    window, view, struck = QWidget(), SaliencyView(), []
    view.show_saliency(explained(), digit())
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    column.addWidget(view)
    column.addWidget(QPushButton("other"))
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Escape):
        QShortcut(key, window).activated.connect(lambda key=key: struck.append(key))
    window.show()
    qtbot.waitUntil(window.isActiveWindow)
    view.setFocus()
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Left)
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Escape)
    assert struck == []
    assert read(view)[2] == STRONGEST
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Escape)  # nothing is kept any more
    assert struck == [Qt.Key.Key_Escape]


def test_the_focus_is_seen(qtbot, view) -> None:
    qtbot.waitUntil(view.isActiveWindow)
    view.clearFocus()
    before = view.grab().toImage()
    view.setFocus()
    assert view.grab().toImage() != before


# Nothing


def test_without_anything_to_show_there_is_a_sentence_and_no_pixel(qtbot, view) -> None:
    with qtbot.waitSignal(view.pixel_changed) as blocker:
        view.show_saliency(None, None, "Draw a digit")
    assert blocker.args == [None]
    assert view.message == view.accessibleDescription() == "Draw a digit"
    assert view.reading is None
    assert view.limit is None
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Escape):
        QTest.keyClick(view, key)
    QTest.mouseClick(view, LEFT, pos=at(view, 5, 9))
    assert view.reading is None
    leave(view)
    view.show_saliency(explained(), digit())
    assert view.message == ""
    assert read(view)[2] == STRONGEST


def test_where_no_pixel_changes_the_loss_none_is_boxed(view) -> None:
    view.show_saliency(with_gradient(np.zeros(784, np.float32)), BLANK)
    assert view.reading is None
    assert (painted(view)[1:-1, 1:-1] == rgb(theme.DARK.zero)).all()
    point_at(view, 3, 4)
    assert view.reading.gradient == 0


# For everybody


def test_a_screen_reader_hears_pixel_ink_and_gradient(view) -> None:
    assert view.accessibleName()
    QTest.keyClick(view, Qt.Key.Key_Down)
    reading, said = view.reading, view.accessibleDescription()
    assert f"row {reading.row}, column {reading.column}" in said
    assert formatting.signed(reading.gradient) in said
    assert f"ink {formatting.unsigned(reading.ink, 2)}" in said


def test_before_anything_was_shown_it_says_so(qtbot) -> None:
    view = SaliencyView()
    qtbot.addWidget(view)
    assert view.accessibleDescription() == EM_DASH


def test_a_pointer_that_enters_anew_is_followed(view) -> None:
    leave(view)
    here = QPointF(at(view, 8, 8))
    QApplication.sendEvent(view, QEnterEvent(here, here, here))
    point_at(view, 8, 9)
    assert read(view) == (8, 9, POINTED)


def test_painting_loses_no_reference_to_none(view) -> None:
    assert painting.references_lost(view) < painting.TIMES / 10

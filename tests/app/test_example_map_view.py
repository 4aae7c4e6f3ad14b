from dataclasses import replace

import numpy as np
import pytest
from evaluated import LEFT, child, click, digits, text, trained
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app import formatting, theme
from app.widgets.example_map_canvas import MapCanvas
from app.widgets.example_map_lens import MOST_ZOOM, Lens, nearest, next_towards
from app.widgets.example_map_view import ExampleMapView
from bpcore.example_map import ExampleMap, example_map
from bpcore.steps import result_of

POINTS = np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 2.0], [-4.0, -2.0], [4.0, 0.6]])


def a_map(space: str = "pixels") -> ExampleMap:
    return ExampleMap(
        space,
        np.array([3, 10, 11, 40, 41]),
        POINTS.copy(),
        np.array([5, 1, 7, 9, 0]),
        np.array([5, 1, 2, 9, 0]),
        np.array([0.25, 0.125]),
    )


def images() -> np.ndarray:
    rng = np.random.default_rng(8)
    return rng.integers(0, 256, (42, 784), dtype=np.uint8)


@pytest.fixture
def view(qtbot) -> ExampleMapView:
    view = ExampleMapView()
    qtbot.addWidget(view)
    view.resize(700, 540)
    view.show()
    view.show_map(a_map(), images())
    return view


def canvas_of(view: ExampleMapView) -> MapCanvas:
    return child(view, MapCanvas, "exampleMap")


def point_at(view: ExampleMapView, place: int) -> None:
    canvas = canvas_of(view)
    QTest.mouseMove(canvas, canvas.position(place).toPoint())


def said(view: ExampleMapView) -> str:
    return text(view, "exampleMapSentence")


def turn_wheel(canvas: MapCanvas, at: QPointF, notches: int) -> None:
    event = QWheelEvent(
        at,
        QPointF(canvas.mapToGlobal(at)),
        QPoint(0, 0),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas, event)


# Truth


def test_the_axes_say_the_share_of_variance(view) -> None:
    across, up = canvas_of(view).axis_texts()
    assert formatting.share(0.25) in across
    assert formatting.share(0.125) in up


def test_the_sentence_counts_the_digits_and_the_mistakes(view) -> None:
    assert said(view).startswith("5 test digits, 1 of them read wrongly (✗).")


def test_the_pointer_has_its_digit_named_and_shown(view) -> None:
    canvas = canvas_of(view)
    before = canvas.grab().toImage()
    point_at(view, 2)
    assert said(view) == "Test digit 11: 7, read as 2 ✗. Click: follow it backwards."
    assert canvas.accessibleDescription() == said(view)
    assert canvas.grab().toImage() != before
    point_at(view, 0)
    assert said(view) == "Test digit 3: 5, read right. Click: follow it backwards."
    canvas.clearFocus()
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
    assert said(view).startswith("5 test digits")


@pytest.mark.parametrize("colors", [theme.DARK, theme.LIGHT], ids=lambda colors: colors.name)
def test_only_what_is_read_wrongly_has_a_cross(qapp, view, colors) -> None:
    theme.apply(qapp, colors)
    canvas = canvas_of(view)
    shot = canvas.grab().toImage()
    rose = QColor(colors.fail)

    def crossed(place: int) -> bool:
        where = canvas.position(place).toPoint()
        near = (
            shot.pixelColor(where + QPoint(right, down))
            for right in range(2, 9)
            for down in range(-8, 2)
        )
        return any(
            abs(c.red() - rose.red()) + abs(c.green() - rose.green()) + abs(c.blue() - rose.blue())
            < 60
            for c in near
        )

    assert [crossed(place) for place in range(5)] == [False, False, True, False, False]


def test_the_picture_of_the_digit_is_its_own(view) -> None:
    canvas, shown = canvas_of(view), images()[11].reshape(28, 28)
    point_at(view, 2)
    shot = canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(shot.constBits(), np.uint8).reshape(shot.height(), shot.bytesPerLine())
    painted = rows[:, : 3 * shot.width()].reshape(shot.height(), shot.width(), 3)
    expected = theme.digit_pixels(shown, theme.DARK).repeat(3, axis=0).repeat(3, axis=1)
    where = canvas.position(2)
    found = [
        (x, y)
        for x in range(int(where.x()) - 110, int(where.x()) + 30)
        for y in range(max(int(where.y()) - 110, 0), int(where.y()) + 30)
        if x >= 0 and np.array_equal(painted[y : y + 84, x : x + 84], expected)
    ]
    assert len(found) == 1


# Following


def test_a_click_follows_the_digit(qtbot, view) -> None:
    canvas = canvas_of(view)
    with qtbot.waitSignal(view.follow_requested) as blocker:
        QTest.mouseClick(canvas, LEFT, pos=canvas.position(3).toPoint())
    assert blocker.args == [40]


def test_a_click_on_nothing_follows_nothing(view) -> None:
    canvas, followed = canvas_of(view), []
    view.follow_requested.connect(followed.append)
    QTest.mouseClick(canvas, LEFT, pos=QPoint(300, 20))
    assert followed == []


def test_the_keys_go_to_the_next_example_that_way_and_follow_it(qtbot, view) -> None:
    canvas = canvas_of(view)
    QTest.keyClick(canvas, Qt.Key.Key_Right)  # the first one is what is nearest to the middle
    assert canvas.place == 0
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    assert canvas.place == 1
    QTest.keyClick(canvas, Qt.Key.Key_Up)
    assert canvas.place == 4
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    assert canvas.place == 4
    QTest.keyClick(canvas, Qt.Key.Key_Left)
    QTest.keyClick(canvas, Qt.Key.Key_Down)
    with qtbot.waitSignal(view.follow_requested) as blocker:
        QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert blocker.args == [a_map().examples[canvas.place]]


# Zoom and pan


def test_the_wheel_comes_closer_to_what_is_under_the_pointer(view) -> None:
    canvas = canvas_of(view)
    at = canvas.position(3)
    apart = canvas.position(1) - canvas.position(0)
    turn_wheel(canvas, at, 3)
    assert (canvas.position(3) - at).manhattanLength() < 1.5
    closer = canvas.position(1) - canvas.position(0)
    assert closer.x() == pytest.approx(apart.x() * 1.25**3)
    turn_wheel(canvas, at, -9)
    assert canvas.lens.zoom == 1


def test_dragging_moves_the_map_with_the_hand_and_follows_nothing(view) -> None:
    canvas, followed = canvas_of(view), []
    view.follow_requested.connect(followed.append)
    turn_wheel(canvas, canvas.bed.center(), 4)
    start, before = canvas.position(0).toPoint(), canvas.position(0)
    QTest.mousePress(canvas, LEFT, pos=start)
    QTest.mouseMove(canvas, start + QPoint(30, 0))
    QTest.mouseMove(canvas, start + QPoint(40, 25))
    QTest.mouseRelease(canvas, LEFT, pos=start + QPoint(40, 25))
    moved = canvas.position(0) - before
    assert moved.toTuple() == pytest.approx((40, 25))
    assert followed == []


def test_the_whole_map_comes_back_with_a_button_or_a_key(view) -> None:
    canvas = canvas_of(view)
    whole = np.array([canvas.position(place).toTuple() for place in range(5)])
    for reset in (
        lambda: click(view, "exampleMapFit"),
        lambda: QTest.keyClick(canvas, Qt.Key.Key_0),
    ):
        QTest.keyClick(canvas, Qt.Key.Key_Plus)
        QTest.keyClick(canvas, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
        assert abs(canvas.position(0).x() - whole[0, 0]) > 1
        reset()
        assert np.allclose([canvas.position(place).toTuple() for place in range(5)], whole)


def test_new_readings_of_the_same_map_keep_the_look(view) -> None:
    canvas, shown = canvas_of(view), canvas_of(view).shown
    QTest.keyClick(canvas, Qt.Key.Key_Plus)
    before = canvas.position(2).toTuple()
    view.show_map(replace(shown, readings=np.array([5, 1, 7, 9, 3])), images())
    assert canvas.position(2).toTuple() == before
    view.show_map(a_map("hidden"), images())
    assert canvas.lens.zoom == 1


def test_all_points_are_in_view_at_any_size(view) -> None:
    for size in ((560, 430), (700, 540), (1000, 900), (400, 900)):
        view.resize(*size)
        QApplication.processEvents()
        canvas = canvas_of(view)
        assert all(canvas.bed.contains(canvas.position(place)) for place in range(5))


coordinates = st.floats(-1e6, 1e6).map(lambda x: round(x, 3))


@given(
    points=st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=6),
    factors=st.lists(st.floats(0.2, 5), max_size=4),
    moves=st.lists(st.tuples(st.floats(-500, 500), st.floats(-500, 500)), max_size=4),
    at=st.tuples(st.floats(0, 600), st.floats(0, 400)),
)
def test_a_lens_never_leaves_the_map_and_finds_its_points_again(points, factors, moves, at) -> None:
    array = np.array(points, float)
    lens = Lens.on(array, QRectF(20, 0, 580, 400))
    for factor in factors:
        lens = lens.zoomed(factor, QPointF(*at))
    for move in moves:
        lens = lens.moved(*move)
    assert 1 <= lens.zoom <= MOST_ZOOM
    assert lens.whole.left() <= lens.center[0] <= lens.whole.right()
    assert lens.whole.top() <= lens.center[1] <= lens.whole.bottom()
    pixel = lens.pixels(array[:1])[0]
    assert np.isfinite(pixel).all()
    unit = 1e-6 * max(float(np.abs(array).max()), 1.0)
    assert np.allclose(lens.point(QPointF(*pixel.tolist())), array[0], atol=unit)
    if lens.zoom == 1:
        pixels = lens.pixels(array)
        assert (pixels >= (20, 0)).all()
        assert (pixels <= (600, 400)).all()


def test_the_nearest_is_found_only_within_reach() -> None:
    pixels = np.array([[0.0, 0.0], [100.0, 0.0]])
    assert nearest(pixels, QPointF(10, 0)) == 0
    assert nearest(pixels, QPointF(50, 0)) is None
    assert nearest(np.empty((0, 2)), QPointF(0, 0)) is None
    assert next_towards(pixels, 0, 1, 0) == 1
    assert next_towards(pixels, 0, 0, 1) == 0


# Nothing, and all of it


def test_without_a_map_there_is_a_sentence(qtbot, view) -> None:
    view.show_map(None, None, "No map.")
    canvas = canvas_of(view)
    assert canvas.message == canvas.accessibleDescription() == "No map."
    assert said(view) == ""
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Return, Qt.Key.Key_Plus, Qt.Key.Key_0):
        QTest.keyClick(canvas, key)
    QTest.mouseClick(canvas, LEFT, pos=QPoint(200, 200))
    turn_wheel(canvas, QPointF(100, 100), 1)
    canvas.grab()


def test_one_example_alone_is_a_map_too(view) -> None:
    one = a_map()
    view.show_map(
        ExampleMap(
            "pixels",
            *(a[:1] for a in (one.examples, one.points, one.labels, one.readings)),
            np.zeros(2),
        ),
        images(),
    )
    canvas = canvas_of(view)
    assert canvas.bed.contains(canvas.position(0))
    canvas.grab()


def test_another_space_is_asked_for(qtbot, view) -> None:
    assert view.space == "pixels"
    with qtbot.waitSignal(view.space_chosen):
        click(view, "exampleSpace_hidden")
    assert view.space == "hidden"


def test_a_thousand_real_digits_are_painted(view) -> None:
    test_images, labels = digits()["test"]
    found = result_of(example_map(trained(), test_images, labels, "hidden"))
    view.show_map(found, test_images)
    wrong = int((found.labels != found.readings).sum())
    assert f"{formatting.count(wrong)} of them read wrongly" in said(view)
    assert not canvas_of(view).grab().isNull()

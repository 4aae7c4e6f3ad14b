import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF

from app.graph_view.camera import LEAST_ZOOM, Camera

SIZES = st.tuples(st.floats(50, 3000), st.floats(50, 3000))
SHARES = st.floats(0, 1)


def corner(camera: Camera) -> QRectF:
    return camera.to_view(QRectF(0, 0, *camera.scene))


@given(scene=SIZES, view=SIZES)
def test_fitted_all_of_the_picture_is_in_the_middle_of_the_view(scene, view):
    camera = Camera(scene, view)
    place = corner(camera)
    assert QRectF(-1, -1, view[0] + 2, view[1] + 2).contains(place)
    assert place.center().x() == pytest.approx(view[0] / 2, abs=1)
    assert place.center().y() == pytest.approx(view[1] / 2, abs=1)


def test_a_small_picture_is_not_blown_up():
    assert Camera((100, 50), (800, 400)).scale == 1
    assert Camera((100, 50), (800, 400), largest=1.5).scale == 1.5


@given(
    scene=SIZES,
    view=SIZES,
    across=SHARES,
    down=SHARES,
    factors=st.lists(st.floats(0.5, 2), max_size=8),
)
def test_the_picture_never_leaves_the_view(scene, view, across, down, factors):
    camera = Camera(scene, view)
    for factor in factors:
        camera = camera.zoomed(factor, QPointF(across * view[0], down * view[1]))
        camera = camera.panned(37 * factor, -21)
        assert LEAST_ZOOM <= camera.zoom <= camera.most
        place = corner(camera)
        for low, high, length in (
            (place.left(), place.right(), view[0]),
            (place.top(), place.bottom(), view[1]),
        ):
            covers = low <= 1 and high >= length - 1
            inside = low >= -1 and high <= length + 1
            assert covers or inside


@given(across=st.floats(0.2, 0.8), down=st.floats(0.2, 0.8), factor=st.floats(1.1, 2))
def test_what_is_under_the_pointer_stays_there(across, down, factor):
    camera = Camera((800, 500), (800, 500)).zoomed(2, QPointF(400, 250))
    anchor = QPointF(across * 800, down * 500)
    before = camera.to_scene(anchor)
    after = camera.zoomed(factor, anchor).to_scene(anchor)
    assert (after - before).manhattanLength() < 1e-6


def test_panning_moves_the_picture_with_the_hand():
    camera = Camera((800, 500), (800, 500)).zoomed(3, QPointF(400, 250))
    moved = camera.panned(10, -7)
    assert moved.offset - camera.offset == QPointF(10, -7)
    assert moved.panned(-10, 7).offset == camera.offset


def test_dragging_beyond_the_border_and_back_moves_at_once():
    camera = Camera((800, 500), (800, 500)).zoomed(2, QPointF(0, 0)).panned(500, 0)
    assert camera.offset.x() == 0
    assert camera.panned(-5, 0).offset.x() == -5


def test_it_moves_as_little_as_shows_a_rectangle():
    camera = Camera((800, 500), (800, 500)).zoomed(4, QPointF(0, 0))
    seen = QRectF(10, 10, 20, 20)
    assert camera.showing(seen) is camera
    hidden = QRectF(700, 400, 20, 20)
    place = camera.showing(hidden).to_view(hidden)
    assert QRectF(0, 0, 800.5, 500.5).contains(place)


def test_another_picture_is_fitted_and_the_same_keeps_its_zoom():
    camera = Camera((800, 500), (800, 500)).zoomed(2, QPointF(0, 0))
    assert camera.of((800, 500), (800, 500)) is camera
    assert camera.of((800, 500), (700, 500)).zoom == 2
    assert camera.of((300, 500), (800, 500)).zoom == 1

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.drawing import Drawing
from app.strokes import INK_SIZE, Point, Raster, Stroke

WIDTH = 0.08
UNIT = st.floats(0, 1)
POINTS = st.lists(st.builds(Point, UNIT, UNIT, UNIT), min_size=1, max_size=12)


def ink_of(*strokes: Stroke, size: int = INK_SIZE) -> np.ndarray:
    raster = Raster(size)
    for stroke in strokes:
        raster.draw(stroke)
    return raster.pixels.astype(int)


def line(count: int, start: tuple[float, float], end: tuple[float, float]) -> tuple[Point, ...]:
    shares = np.linspace(0, 1, count)
    return tuple(
        Point(start[0] + s * (end[0] - start[0]), start[1] + s * (end[1] - start[1]))
        for s in shares
    )


def draw(drawing: Drawing, points, eraser: bool = False, width: float = WIDTH) -> None:
    drawing.begin(Point(*points[0]), width, eraser)
    for point in points[1:]:
        drawing.extend(Point(*point))
    drawing.finish()


@pytest.fixture
def drawing(qapp) -> Drawing:
    return Drawing()


@given(POINTS)
def test_a_stroke_that_grew_has_the_ink_of_one_drawn_at_once(points: list[Point]) -> None:
    grown = Raster(64)
    stroke = Stroke((), WIDTH)
    for point in points:
        stroke = stroke.extended(point)
        grown.grow(stroke)
    assert np.array_equal(grown.pixels, ink_of(stroke, size=64))


def test_the_ink_does_not_depend_on_how_often_the_mouse_was_reported() -> None:
    ends = (0.2, 0.3), (0.83, 0.71)
    few, many = (ink_of(Stroke(line(n, *ends), WIDTH)) for n in (3, 200))
    assert abs(few - many).max() <= 8
    assert abs(few - many).mean() < 0.01


def test_a_dot_is_a_disc_as_wide_as_the_pen() -> None:
    ink = ink_of(Stroke((Point(0.5, 0.5),), 0.1))
    area = math.pi * (0.05 * INK_SIZE) ** 2
    assert ink.sum() / 255 == pytest.approx(area, rel=0.01)
    assert ink[INK_SIZE // 2, INK_SIZE // 2] == 255


def test_a_line_is_as_wide_as_the_pen_and_has_round_ends() -> None:
    ink = ink_of(Stroke((Point(0.25, 0.5), Point(0.75, 0.5)), 0.1))
    assert ink[:, INK_SIZE // 2].sum() / 255 == pytest.approx(0.1 * INK_SIZE, abs=0.1)
    area = 0.1 * 0.5 + math.pi * 0.05**2
    assert ink.sum() / 255 == pytest.approx(area * INK_SIZE**2, rel=0.01)


def test_edges_are_antialiased() -> None:
    ink = ink_of(Stroke((Point(0.2, 0.2), Point(0.8, 0.7)), WIDTH))
    assert len(np.unique(ink)) > 30


def test_going_back_along_a_line_leaves_no_gap() -> None:
    there = line(60, (0.2, 0.5), (0.8, 0.5))
    row = ink_of(Stroke((*there, *there[::-1]), WIDTH))[INK_SIZE // 2]
    assert (row[int(0.2 * INK_SIZE) : int(0.79 * INK_SIZE)] == 255).all()


def test_a_corner_is_rounded_only_between_the_middles_beside_it() -> None:
    stroke = Stroke((Point(0.2, 0.8), Point(0.5, 0.2), Point(0.8, 0.8)), 0.02)
    ink = ink_of(stroke)
    assert ink[int(0.2 * INK_SIZE) + 4, INK_SIZE // 2] == 0
    assert ink[INK_SIZE // 2, int(0.35 * INK_SIZE)] == 255


@pytest.mark.parametrize(("pressure", "share"), [(0.25, 0.7), (0.5, 1.0), (1.0, 1.6)])
def test_pressure_makes_a_stroke_wider(pressure: float, share: float) -> None:
    points = tuple(Point(x, 0.5, pressure) for x in (0.2, 0.5, 0.8))
    ink = ink_of(Stroke(points, 0.1))
    assert ink[:, INK_SIZE // 2].sum() / 255 == pytest.approx(share * 0.1 * INK_SIZE, abs=0.1)


@pytest.mark.parametrize("size", [64, 547, 1024])
def test_a_raster_of_another_size_shows_the_same(size: int) -> None:
    stroke = Stroke(line(9, (0.2, 0.2), (0.7, 0.9)), WIDTH)
    share = ink_of(stroke, size=size).mean()
    assert share == pytest.approx(ink_of(stroke).mean(), rel=0.01)


def test_points_outside_are_moved_to_the_border() -> None:
    assert Point(-3, 1.5, 2).clamped() == Point(0, 1, 1)
    assert Point(math.nan, math.inf).clamped() == Point(0.5, 0.5)


@given(st.lists(POINTS, min_size=1, max_size=3))
def test_undo_and_redo_restore_the_ink_exactly(strokes: list[list[Point]]) -> None:
    drawing = Drawing()
    inks = [drawing.ink]
    for i, points in enumerate(strokes):
        draw(drawing, points, eraser=i == 2)
        inks.append(drawing.ink)
    steps = drawing.steps
    inks = inks[: steps + 1]
    for ink in inks[-2::-1]:
        drawing.undo()
        assert np.array_equal(drawing.ink, ink)
    for ink in inks[1:]:
        drawing.redo()
        assert np.array_equal(drawing.ink, ink)


def test_erasing_removes_ink_and_can_be_undone(drawing: Drawing) -> None:
    draw(drawing, line(20, (0.1, 0.5), (0.9, 0.5)))
    before = drawing.ink
    draw(drawing, line(20, (0.5, 0.1), (0.5, 0.9)), eraser=True)
    middle = INK_SIZE // 2
    assert drawing.ink[middle, middle] == 0
    assert drawing.ink[middle, middle // 2] == 255
    drawing.undo()
    assert np.array_equal(drawing.ink, before)


def test_an_eraser_that_meets_no_ink_is_no_step_of_the_history(drawing: Drawing) -> None:
    draw(drawing, [(0.2, 0.2), (0.4, 0.2)])
    draw(drawing, [(0.2, 0.8), (0.4, 0.8)], eraser=True)
    assert drawing.steps == 1
    assert len(drawing.strokes) == 1


def test_clear_empties_and_can_be_undone(drawing: Drawing) -> None:
    draw(drawing, [(0.2, 0.2), (0.4, 0.2)])
    draw(drawing, [(0.2, 0.6), (0.4, 0.6)])
    before = drawing.ink
    drawing.clear()
    assert drawing.is_empty
    assert drawing.strokes == ()
    drawing.undo()
    assert np.array_equal(drawing.ink, before)
    drawing.redo()
    assert drawing.is_empty


def test_clearing_nothing_is_no_step_of_the_history(drawing: Drawing) -> None:
    drawing.clear()
    assert drawing.steps == 0


def test_what_is_wholly_erased_counts_as_empty(drawing: Drawing) -> None:
    draw(drawing, [(0.5, 0.5)])
    assert not drawing.is_empty
    draw(drawing, [(0.5, 0.5)], eraser=True, width=0.2)
    assert drawing.is_empty


def test_a_new_stroke_forgets_what_was_undone(drawing: Drawing) -> None:
    draw(drawing, [(0.2, 0.2)])
    drawing.undo()
    draw(drawing, [(0.8, 0.8)])
    drawing.redo()
    assert [stroke.points[0].x for stroke in drawing.strokes] == [0.8]


def test_undo_while_drawing_takes_back_the_stroke_under_way(drawing: Drawing) -> None:
    draw(drawing, [(0.2, 0.2)])
    before = drawing.ink
    drawing.begin(Point(0.5, 0.5), WIDTH)
    drawing.extend(Point(0.7, 0.5))
    drawing.undo()
    assert not drawing.is_growing
    assert np.array_equal(drawing.ink, before)


def test_a_cancelled_stroke_leaves_no_trace(drawing: Drawing) -> None:
    draw(drawing, [(0.2, 0.2)])
    before = drawing.ink
    drawing.begin(Point(0.1, 0.1), 0.2, eraser=True)
    drawing.extend(Point(0.3, 0.3))
    drawing.cancel()
    assert np.array_equal(drawing.ink, before)
    assert drawing.steps == 1


def test_the_view_follows_whatever_happens(drawing: Drawing) -> None:
    view = drawing.view(200)
    draw(drawing, [(0.2, 0.2), (0.7, 0.6), (0.3, 0.9)])
    draw(drawing, [(0.5, 0.1), (0.5, 0.9)], eraser=True)
    assert np.array_equal(view, ink_of(*drawing.strokes, size=200))
    drawing.undo()
    assert np.array_equal(drawing.view(200), ink_of(*drawing.strokes, size=200))
    drawing.begin(Point(0.1, 0.1), WIDTH)
    drawing.extend(Point(0.9, 0.1))
    drawing.extend(Point(0.9, 0.9))
    grown = drawing.view(200).copy()
    drawing.view(201)
    assert np.array_equal(drawing.view(200), grown)


def test_ink_that_was_handed_out_does_not_change(drawing: Drawing) -> None:
    ink = drawing.ink
    draw(drawing, [(0.5, 0.5)])
    assert not ink.any()
    with pytest.raises(ValueError, match="read-only"):
        drawing.view(100)[0] = 1

"""What is on the canvas besides strokes of the pen: pictures, and erasers of whole strokes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.covers import Cover, Covers
from app.drawing import Drawing
from app.strokes import INK_SIZE, Picture, Point, Raster, Stroke

WIDTH = 0.08
UNIT = st.floats(0, 1)
POINTS = st.lists(st.builds(Point, UNIT, UNIT, UNIT), min_size=1, max_size=8)


@pytest.fixture
def drawing(qapp) -> Drawing:
    return Drawing()


def draw(drawing: Drawing, *points: tuple[float, float], eraser=False, width=WIDTH) -> None:
    drawing.begin(Point(*points[0]), width, eraser)
    for point in points[1:]:
        drawing.extend(Point(*point))
    drawing.finish()


def remove(drawing: Drawing, *points: tuple[float, float], width=0.02) -> None:
    drawing.begin_removal(Point(*points[0]), width)
    for point in points[1:]:
        drawing.extend(Point(*point))
    drawing.finish()


def three_bars(drawing: Drawing) -> tuple:
    for x in (0.2, 0.5, 0.8):
        draw(drawing, (x, 0.2), (x, 0.8))
    return drawing.marks


def picture(rows=slice(100, 200), columns=slice(60, 260), level=255) -> Picture:
    levels = np.zeros((INK_SIZE, INK_SIZE), np.uint8)
    levels[rows, columns] = level
    return Picture(levels)


# Erasers of whole strokes.


def test_an_eraser_of_whole_strokes_takes_away_each_that_it_touches(drawing: Drawing) -> None:
    _, _, right = three_bars(drawing)
    remove(drawing, (0.1, 0.5), (0.6, 0.5))
    assert drawing.marks == (right,)
    expected = Raster(INK_SIZE)
    expected.draw(right)
    assert np.array_equal(drawing.ink, expected.pixels)


def test_what_it_passes_between_two_reports_of_the_mouse_is_touched_too(drawing: Drawing) -> None:
    three_bars(drawing)
    remove(drawing, (0.05, 0.5), (0.95, 0.5))
    assert drawing.marks == ()


def test_what_it_only_comes_near_stays(drawing: Drawing) -> None:
    marks = three_bars(drawing)
    remove(drawing, (0.35, 0.1), (0.35, 0.9))
    assert drawing.marks == marks
    assert drawing.steps == 3


def test_one_drag_is_one_step_of_the_history(drawing: Drawing) -> None:
    marks = three_bars(drawing)
    before = drawing.ink
    remove(drawing, (0.1, 0.5), (0.3, 0.5), (0.6, 0.5), (0.95, 0.5))
    assert drawing.is_empty
    drawing.undo()
    assert drawing.marks == marks
    assert np.array_equal(drawing.ink, before)
    drawing.redo()
    assert drawing.is_empty


def test_strokes_vanish_while_it_is_dragged_and_come_back_if_it_is_cancelled(drawing) -> None:
    marks = three_bars(drawing)
    drawing.begin_removal(Point(0.2, 0.5), 0.02)
    assert len(drawing.marks) == 2
    drawing.extend(Point(0.5, 0.5))
    assert len(drawing.marks) == 1
    assert drawing.is_growing
    drawing.cancel()
    assert drawing.marks == marks
    assert drawing.steps == 3


def test_ink_that_was_rubbed_off_can_not_be_touched(drawing: Drawing) -> None:
    draw(drawing, (0.2, 0.5), (0.8, 0.5))
    draw(drawing, (0.5, 0.3), (0.5, 0.7), eraser=True, width=0.2)
    remove(drawing, (0.5, 0.45), (0.5, 0.55))
    assert len(drawing.strokes) == 2
    remove(drawing, (0.25, 0.45), (0.25, 0.55))
    assert drawing.is_empty


def test_ink_over_a_rubbed_off_place_does_not_give_the_lower_stroke_away(drawing: Drawing) -> None:
    draw(drawing, (0.2, 0.5), (0.8, 0.5))
    lower = drawing.marks[0]
    draw(drawing, (0.5, 0.3), (0.5, 0.7), eraser=True, width=0.2)
    draw(drawing, (0.5, 0.2), (0.5, 0.8))
    remove(drawing, (0.45, 0.5), (0.5, 0.5))
    assert lower in drawing.marks
    assert len(drawing.marks) == 2


def test_undo_ends_a_removal_under_way_and_takes_it_back(drawing: Drawing) -> None:
    marks = three_bars(drawing)
    drawing.begin_removal(Point(0.2, 0.5), 0.02)
    drawing.undo()
    assert drawing.marks == marks
    assert not drawing.is_growing


# Pictures.


def test_a_picture_is_ink_below_later_strokes(drawing: Drawing) -> None:
    shown = picture(level=90)
    drawing.replace((shown,))
    assert np.array_equal(drawing.ink, shown.levels)
    draw(drawing, (0.5, 0.1), (0.5, 0.9))
    assert drawing.ink[150, 160] == 255
    assert drawing.ink[150, 80] == 90


def test_a_picture_can_be_rubbed_at_and_taken_away_like_a_stroke(drawing: Drawing) -> None:
    drawing.replace((picture(),))
    draw(drawing, (0.5, 0.3), (0.5, 0.7), eraser=True)
    assert drawing.ink[150, 160] == 0
    assert drawing.ink[150, 80] == 255
    remove(drawing, (0.3, 0.4))
    assert drawing.is_empty
    drawing.undo()
    assert drawing.ink[150, 80] == 255
    assert drawing.ink[150, 160] == 0


def test_replacing_and_clearing_can_be_undone(drawing: Drawing) -> None:
    marks = three_bars(drawing)
    shown = picture()
    drawing.replace((shown,))
    drawing.clear()
    assert drawing.is_empty
    drawing.undo()
    assert drawing.marks == (shown,)
    drawing.undo()
    assert drawing.marks == marks
    drawing.redo()
    assert np.array_equal(drawing.ink, shown.levels)


def test_replacing_a_drawing_by_itself_is_no_step(drawing: Drawing) -> None:
    marks = three_bars(drawing)
    drawing.replace(marks)
    assert drawing.steps == 3


@pytest.mark.parametrize("size", [100, 200, 547, 640])
def test_a_picture_looks_the_same_at_any_size(qapp, size: int) -> None:
    raster = Raster(size)
    raster.draw(picture())
    assert raster.pixels.mean() == pytest.approx(picture().levels.mean(), rel=0.02)
    assert raster.pixels[round(size * 150 / 320), size // 2] == 255
    assert raster.pixels[round(size * 90 / 320), size // 2] == 0


@pytest.mark.parametrize("shape", [(28, 28), (320, 321)])
def test_a_picture_of_another_size_is_refused(shape: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="320"):
        Picture(np.zeros(shape, np.uint8))


# What parts.


def test_a_drawing_that_makes_room_is_told_while_it_is_still_there(drawing: Drawing) -> None:
    parted = []
    drawing.parting.connect(lambda marks: parted.append((marks, drawing.ink.any())))
    marks = three_bars(drawing)
    drawing.replace((picture(),))
    drawing.clear()
    drawing.clear()
    assert [len(m) for m, _ in parted] == [3, 1]
    assert parted[0] == (marks, True)


def test_nothing_parts_by_undo_or_by_erasing(drawing: Drawing) -> None:
    parted = []
    drawing.parting.connect(parted.append)
    three_bars(drawing)
    remove(drawing, (0.1, 0.5), (0.9, 0.5))
    drawing.undo()
    drawing.undo()
    draw(drawing, (0.2, 0.1), (0.2, 0.9), eraser=True, width=0.3)
    assert parted == []


# Covers, from which all is drawn again.


@given(st.lists(st.tuples(POINTS, st.booleans()), min_size=1, max_size=4))
def test_ink_drawn_again_is_that_which_grew(strokes) -> None:
    drawing = Drawing()
    for points, eraser in strokes:
        draw(drawing, *points, eraser=eraser)
    grown, view = drawing.ink, drawing.view(200).copy()
    draw(drawing, (0.5, 0.5))
    drawing.undo()
    assert np.array_equal(drawing.ink, grown)
    assert np.array_equal(drawing.view(200), view)
    fresh = Raster(INK_SIZE)
    for mark in drawing.marks:
        fresh.draw(mark)
    assert np.array_equal(fresh.pixels, grown)


def test_covers_beyond_the_budget_are_forgotten_the_oldest_first() -> None:
    covers = Covers(budget=2500)
    marks = [object() for _ in range(4)]
    for mark in marks[:2]:
        covers.keep(mark, Cover.of(np.ones((32, 32), np.uint8)))
    covers.get(marks[0])
    covers.keep(marks[2], Cover.of(np.ones((32, 32), np.uint8)))
    assert [covers.get(mark) is not None for mark in marks] == [True, False, True, False]


def test_a_stroke_outside_of_what_is_kept_is_drawn_all_the_same(drawing: Drawing) -> None:
    raster = Raster(INK_SIZE)
    raster._covers = Covers(budget=1)
    marks = three_bars(drawing)
    for _ in range(2):
        raster.clear()
        for mark in marks:
            raster.draw(mark)
    assert np.array_equal(raster.pixels, drawing.ink)


def test_two_strokes_that_are_equal_are_two(drawing: Drawing) -> None:
    draw(drawing, (0.2, 0.2), (0.8, 0.8))
    draw(drawing, (0.2, 0.2), (0.8, 0.8))
    assert isinstance(drawing.marks[0], Stroke)
    remove(drawing, (0.4, 0.4))
    assert drawing.is_empty

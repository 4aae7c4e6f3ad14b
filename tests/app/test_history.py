"""How far the past of a drawing reaches, and which drawing it is."""

from itertools import pairwise

import numpy as np
import pytest

from app.covers import Cover, Covers
from app.drawing import Drawing
from app.history import BUDGET, History, Version
from app.strokes import INK_SIZE, Picture, Point, Stroke

DOT = Stroke((Point(0.5, 0.5),), 0.1)


@pytest.fixture
def drawing(qapp) -> Drawing:
    return Drawing()


def dot(drawing: Drawing, x: float = 0.5, eraser: bool = False) -> None:
    drawing.begin(Point(x, 0.5), 0.2 if eraser else 0.1, eraser)
    drawing.finish()


def picture(level: int = 255) -> Picture:
    levels = np.zeros((INK_SIZE, INK_SIZE), np.uint8)
    levels[40:280, 40:280] = level
    return Picture(levels)


def versions(count: int) -> list[Version]:
    """Drawings of one stroke each."""
    return [Version((Stroke((Point(0.5, n / count),) * 10, 0.1),), n) for n in range(count)]


# How far it reaches.


def test_of_more_steps_than_are_kept_the_oldest_are_forgotten() -> None:
    history, steps = History(most_steps=3), versions(6)
    forgotten = [history.note(a, b) for a, b in pairwise(steps)]
    assert history.steps == 3
    assert forgotten == [(), (), (), steps[0].marks, steps[1].marks]
    assert [history.undo(v) for v in steps[:1:-1]] == [*steps[4:1:-1], None]


def test_so_are_those_beyond_the_memory_that_they_may_take() -> None:
    history, steps = History(budget=3 * DOT.nbytes * 10), versions(6)
    for before, after in pairwise(steps):
        history.note(before, after)
    assert history.steps == 3


def test_one_step_can_be_taken_back_however_large_it_is() -> None:
    history, (large, empty) = History(budget=1), versions(2)
    assert history.note(large, empty) == ()
    assert history.undo(empty) == large


def test_strokes_that_are_still_there_take_no_memory_of_the_past() -> None:
    history, marks = History(budget=1), tuple(v.marks[0] for v in versions(50))
    for n in range(49):
        history.note(Version(marks[:n], 0), Version(marks[: n + 1], 0))
    assert history.steps == 49


def test_what_was_done_again_can_be_taken_back_again_and_weighs_as_before() -> None:
    history, steps = History(budget=3 * DOT.nbytes * 10), versions(4)
    for before, after in pairwise(steps):
        history.note(before, after)
    for _ in range(3):
        now = steps[3]
        for step in steps[2::-1]:
            now = history.undo(now)
            assert now == step
        for step in steps[1:]:
            now = history.redo(now)
            assert now == step
    assert history.redo(now) is None
    assert history.steps == 3


def test_many_pictures_one_after_the_other_take_no_more_than_some_memory(drawing) -> None:
    drawing.view(100)
    shown = [picture(level) for level in range(56, 256)]
    for each in shown:
        drawing.replace((each,))
    assert 50 < drawing.steps <= BUDGET / shown[0].nbytes + 1
    kept = [raster._covers.get(shown[0]) for raster in drawing._rasters()]
    assert kept == [None, None]
    while drawing.can_undo:
        drawing.undo()
    assert drawing.marks != ()


def test_a_cover_that_is_dropped_leaves_room_for_another() -> None:
    covers, marks = Covers(budget=2500), [object() for _ in range(3)]
    for mark in marks[:2]:
        covers.keep(mark, Cover.of(np.ones((32, 32), np.uint8)))
    covers.drop(marks[1])
    covers.drop(marks[1])
    covers.keep(marks[2], Cover.of(np.ones((32, 32), np.uint8)))
    assert [covers.get(mark) is not None for mark in marks] == [True, False, True]


# Which drawing it is.


def test_a_drawing_is_the_same_while_it_grows_and_shrinks(drawing: Drawing) -> None:
    first = drawing.identity
    dot(drawing, 0.2)
    dot(drawing, 0.8)
    dot(drawing, 0.8, eraser=True)
    drawing.undo()
    drawing.begin_removal(Point(0.2, 0.5), 0.1)
    drawing.finish()
    assert drawing.identity == first


def test_another_drawing_has_another_identity_and_gets_its_own_back(drawing: Drawing) -> None:
    dot(drawing)
    first = drawing.identity
    drawing.replace((picture(),))
    second = drawing.identity
    drawing.clear()
    third = drawing.identity
    dot(drawing)
    assert drawing.identity == third
    assert len({first, second, third}) == 3
    for _ in range(2):
        drawing.undo()
    assert drawing.identity == second
    drawing.undo()
    assert drawing.identity == first
    for _ in range(3):
        drawing.redo()
    assert drawing.identity == third


def test_the_identity_is_right_when_the_change_is_told(drawing: Drawing) -> None:
    told = []
    drawing.changed.connect(lambda at_rest: told.append((drawing.identity, at_rest)))
    dot(drawing)
    first = drawing.identity
    drawing.clear()
    cleared = drawing.identity
    drawing.undo()
    assert told[-2:] == [(cleared, True), (first, True)]


@pytest.mark.parametrize("whole", [False, True])
def test_an_eraser_that_is_still_down_changes_no_identity(drawing: Drawing, whole: bool) -> None:
    dot(drawing)
    first = drawing.identity
    for end in (drawing.cancel, drawing.finish):
        if whole:
            drawing.begin_removal(Point(0.5, 0.5), 0.3)
        else:
            drawing.begin(Point(0.5, 0.5), 0.3, eraser=True)
        assert drawing.is_empty
        assert drawing.identity == first
        end()
        assert (drawing.identity == first) == (end == drawing.cancel)


def test_what_is_drawn_after_all_was_taken_back_is_another_drawing(drawing: Drawing) -> None:
    dot(drawing)
    first = drawing.identity
    drawing.undo()
    dot(drawing)
    assert drawing.identity != first

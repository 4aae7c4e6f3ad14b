"""The scales of losses and gradients when one of the runs diverged."""

import numpy as np
import pytest

from app.loss_range import loss_range, pieces_below
from app.widgets.vitals_curves import Course
from app.widgets.vitals_run import Row, scale_of

GOOD, DIVERGED = (0.05, 2.4), (2.2, 1e36)


@pytest.mark.parametrize("log", [True, False])
def test_a_run_that_diverged_does_not_stretch_the_scale_of_the_others(log: bool) -> None:
    low, high = loss_range([GOOD, DIVERGED], [2.3, 2.3], log=log)
    bottom, top = (10**low, 10**high) if log else (low, high)
    assert bottom < 0.05
    assert 2.4 < top < 60
    assert loss_range([DIVERGED, GOOD], [2.3, 2.3], log=log) == (low, high)


@pytest.mark.parametrize("log", [True, False])
def test_one_that_is_alone_is_seen_whole(log: bool) -> None:
    _, high = loss_range([DIVERGED], [2.3], log=log)
    assert (10**high if log else high) > 1e36


def test_where_there_is_nothing_beneath_it_it_is_seen_whole_too() -> None:
    assert loss_range([(1e20, 1e21), (1e35, 1e36)], [2.3, 2.3], log=True)[1] > 36


def test_runs_that_begin_high_fit_into_the_scale() -> None:
    assert loss_range([(1.0, 90.0), GOOD], [90.0, 2.3], log=False)[1] > 90


def test_the_shown_run_stays_in_the_picture_unless_it_diverges() -> None:
    ends = [(0.1, 90.0), GOOD]
    assert loss_range(ends, [2.3, 2.3], log=False, shown=40.0)[1] > 90
    assert loss_range(ends, [2.3, 2.3], log=True, shown=40.0)[1] > np.log10(90)
    assert loss_range(ends, [2.3, 2.3], log=False, shown=1e9)[1] < 5
    assert loss_range([], [], log=True) is None


def test_a_line_is_drawn_to_where_it_leaves_and_from_where_it_comes_back() -> None:
    values = np.array([1.0, 2.0, 9.0, 9.0, 9.0, 2.0, 1.0, 9.0])
    pieces = [values[piece].tolist() for piece in pieces_below(values, 5)]
    assert pieces == [[1, 2, 9], [9, 2, 1, 9]]
    assert list(pieces_below(values, 0)) == []
    assert list(pieces_below(values[:0], 5)) == []


def gradients(*runs: np.ndarray) -> Row:
    course = Course(*(np.empty(0) for _ in range(4)))
    others = tuple((course, style) for style in range(1, len(runs)))
    return Row("", "W1", runs[0], course, others, runs)


def test_gradients_of_a_run_that_diverged_do_not_stretch_the_scale_of_the_others() -> None:
    good, bad = np.array([np.nan, 0.2, 0.01]), np.array([0.3, 1e4, 1e30])
    assert scale_of([gradients(good, bad)], "gradient") == scale_of([gradients(good)], "gradient")
    assert scale_of([gradients(bad)], "gradient")[1] >= 30
    assert scale_of([gradients(np.zeros(2), np.zeros(2))], "gradient") == (-4, -1)

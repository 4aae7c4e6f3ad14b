import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from app.widgets.contours import contour, log_scale, round_levels

XS, YS = np.linspace(-2, 2, 41), np.linspace(-1, 3, 31)


def grid() -> tuple[np.ndarray, np.ndarray]:
    return np.meshgrid(XS, YS)


def ends(pieces: np.ndarray) -> np.ndarray:
    return pieces.reshape(-1, 2)


def length(pieces: np.ndarray) -> float:
    return float(np.hypot(pieces[:, 2] - pieces[:, 0], pieces[:, 3] - pieces[:, 1]).sum())


def test_a_slope_has_straight_lines() -> None:
    x, _ = grid()
    pieces = contour(XS, YS, x, 0.33)
    assert np.allclose(ends(pieces)[:, 0], 0.33)
    assert length(pieces) == pytest.approx(4.0)
    _, y = grid()
    pieces = contour(XS, YS, y, 1.71)
    assert np.allclose(ends(pieces)[:, 1], 1.71)
    assert length(pieces) == pytest.approx(4.0)


def test_a_bowl_has_circles() -> None:
    x, y = grid()
    pieces = contour(XS, YS, np.hypot(x, y - 1), 1.0)
    radius = np.hypot(ends(pieces)[:, 0], ends(pieces)[:, 1] - 1)
    assert np.allclose(radius, 1.0, atol=0.01)
    assert length(pieces) == pytest.approx(2 * np.pi, rel=0.01)


def test_a_line_that_does_not_leave_the_grid_is_closed() -> None:
    x, y = grid()
    pieces = contour(XS, YS, np.hypot(x, y - 1), 0.81)
    points, counts = np.unique(np.round(ends(pieces), 9), axis=0, return_counts=True)
    assert len(points) == len(pieces)
    assert set(counts.tolist()) == {2}


@pytest.mark.parametrize("middle", [-0.1, 0.1], ids=["apart", "together"])
def test_at_a_saddle_the_middle_decides(middle) -> None:
    # Lower left and upper right are high; they are joined if the middle is high too.
    heights = np.array([[1 + middle, -1.0], [-1.0, 1 + middle]])
    pieces = contour(np.array([0.0, 1.0]), np.array([0.0, 1.0]), heights, 0.0)
    assert len(pieces) == 2
    near_corner = [np.hypot(*(np.array((x0 + x1, y0 + y1)) / 2)) for x0, y0, x1, y1 in pieces]
    around_lower_left = min(near_corner) < 0.45
    assert around_lower_left == (middle < 0)


def test_squares_without_numbers_have_no_line() -> None:
    x, _ = grid()
    heights = x.copy()
    heights[10, :] = np.inf
    heights[20, 3] = np.nan
    pieces = contour(XS, YS, heights, 0.33)
    assert np.isfinite(pieces).all()
    assert length(pieces) == pytest.approx(4.0 * 28 / 30)


def test_a_level_that_is_nowhere_has_no_line() -> None:
    x, _ = grid()
    assert contour(XS, YS, x, 5.0).shape == (0, 4)
    assert contour(XS, YS, np.zeros_like(x), 0.0).shape == (0, 4)


@given(
    heights=arrays(np.float64, (4, 5), elements=st.floats(-100, 100).map(lambda x: round(x, 2))),
    level=st.floats(-50, 50),
)
def test_each_end_is_on_a_side_where_the_height_is_the_level(heights, level) -> None:
    xs, ys = np.arange(5.0), np.arange(4.0)
    for x, y in ends(contour(xs, ys, heights, level)).tolist():
        column, row = min(int(x), 3), min(int(y), 2)
        right, up = x - column, y - row
        assert min(right, 1 - right) < 1e-9 or min(up, 1 - up) < 1e-9
        low = heights[row, column] * (1 - right) + heights[row, column + 1] * right
        high = heights[row + 1, column] * (1 - right) + heights[row + 1, column + 1] * right
        assert low * (1 - up) + high * up == pytest.approx(level, abs=1e-6)


@pytest.mark.parametrize(
    ("low", "high"), [(0.2, 5.0), (0.0001, 30000.0), (0.5, 0.51), (2.2, 2.4), (1e-12, 1e12)]
)
def test_levels_are_few_and_within_the_values(low, high) -> None:
    levels = round_levels(np.array([low, high, np.inf]))
    assert 4 <= len(levels) <= 9
    assert all(low <= level <= high for level in levels)
    assert list(levels) == sorted(levels)


def test_where_all_is_the_same_there_are_no_levels() -> None:
    assert round_levels(np.array([1.0, 1.0])) == ()
    assert round_levels(np.array([np.inf])) == ()
    assert round_levels(np.array([0.0])) == ()


def test_the_scale_is_logarithmic_from_the_least_to_the_largest() -> None:
    shares, low, high = log_scale(np.array([0.1, 1.0, 10.0, np.inf, 0.0]))
    assert (low, high) == (0.1, 10.0)
    assert shares[:3] == pytest.approx([0.0, 0.5, 1.0])
    assert np.isnan(shares[3])
    assert shares[4] == 0.0
    shares, low, high = log_scale(np.array([2.0, 2.0]))
    assert shares.tolist() == [0.0, 0.0]
    assert np.isnan(log_scale(np.array([np.inf]))[0]).all()

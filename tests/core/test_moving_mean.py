"""The moving mean of a series that breaks: it does not reach across."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bpcore.series import Series

Floats = npt.NDArray[np.float64]


def series_of(values: Floats) -> Series:
    series = Series()
    series.extend(values)
    return series


def values_of(size: int) -> Floats:
    return np.random.default_rng(size).random(size)


def indices(*breaks: int) -> npt.NDArray[np.int64]:
    return np.array(breaks, np.int64)


def expected(values: Floats, iteration: float, window: float, breaks: list[int]) -> float:
    """Return the mean, or the fitted line, of what lies on the same side of each break."""
    bounds = [0, *(at for at in breaks if 0 < at < len(values)), len(values)]
    n = max(n for n, at in enumerate(bounds[:-1]) if at <= iteration - 1)
    part = values[bounds[n] : bounds[n + 1]]
    middle = min(iteration - 1 - bounds[n], len(part) - 1)
    half = min(window / 2, middle, len(part) - 1 - middle)
    if half < window / 2 and window > 4 and len(part) > 2:
        left = min(middle, len(part) - 1 - window / 2) - window / 2
        right = max(middle, window / 2) + window / 2
        at = np.array([i for i in range(len(part)) if left <= i <= right])
        line = np.polynomial.Polynomial.fit(at, part[at], 1)(middle)
        return float(np.clip(line, part[at].min(), part[at].max()))
    return float(np.mean([v for i, v in enumerate(part) if abs(i - middle) <= max(half, 0.5)]))


@given(
    size=st.integers(1, 400),
    breaks=st.sets(st.integers(0, 450), max_size=12).map(sorted),
    bins=st.integers(1, 400),
    window=st.integers(0, 1200).map(lambda quarters: quarters / 4),
)
@example(size=4, breaks=[2], bins=1, window=50.0)
@example(size=30, breaks=[10, 11, 12], bins=30, window=50.0)
def test_each_part_between_breaks_is_smoothed_as_a_series_of_its_own(
    size: int, breaks: list[int], bins: int, window: float
) -> None:
    values = values_of(size)
    envelope = series_of(values).envelope(1, size, bins, window, indices(*breaks))
    for x, smooth in zip(envelope.x, envelope.smooth, strict=True):
        if window >= 2:  # of a narrower one the mean may be that of one or two values
            assert smooth == pytest.approx(expected(values, x, window, breaks), rel=1e-8)


def test_the_end_of_a_noisy_curve_is_as_steady_as_a_line_through_a_whole_window() -> None:
    noise = np.random.default_rng(1).normal(size=40_000)
    ends = np.array([series_of(part).smooth_at(400, 50) for part in noise.reshape(100, 400)])
    assert ends.std() == pytest.approx(2 / 51**0.5, rel=0.15)  # that of a mean is 1 / 51**0.5


def test_a_step_stays_a_step() -> None:
    values = np.repeat([2.0, 5.0, 1.0], 1000)
    envelope = series_of(values).envelope(1, 3000, 3000, 300, indices(1000, 2000))
    np.testing.assert_array_equal(envelope.smooth, values)


def test_without_breaks_it_is_what_it_was() -> None:
    values = values_of(2000)
    plain = series_of(values).envelope(1, 2000, 300, 200)
    for breaks in ((), (0,), (2000,), (9000,)):
        same = series_of(values).envelope(1, 2000, 300, 200, indices(*breaks))
        np.testing.assert_array_equal(same.smooth, plain.smooth)


@pytest.mark.parametrize("slope", [1, -2])
def test_a_straight_line_is_smoothed_to_itself_up_to_its_breaks(slope: int) -> None:
    values = slope * np.arange(3000.0)
    envelope = series_of(values).envelope(1, 3000, 3000, 800, indices(1000, 1300))
    np.testing.assert_allclose(envelope.smooth, values, atol=1e-6)


def test_at_a_break_of_a_long_line_it_is_nearly_the_line_through_the_values_of_its_side() -> None:
    values = 5 - np.arange(200_000) / 1e5 + values_of(200_000) / 10
    breaks = [90_000, 90_500, 110_000]
    series = series_of(values)
    fall = 20_000 / 1e5  # in half of a window
    for iteration in (89_990, 90_000, 90_001, 90_501, 100_001, 109_999, 110_001):
        smooth = series.smooth_at(iteration, 40_000, indices(*breaks))
        line = expected(values, iteration, 40_000, breaks)
        assert smooth == pytest.approx(line, abs=fall / 32)


@pytest.mark.parametrize("iteration", [1, 990, 1000, 1001, 1500, 3000])
def test_the_smooth_value_of_an_iteration_is_that_of_an_envelope(iteration: int) -> None:
    series, breaks = series_of(values_of(3000)), indices(1000, 1400)
    envelope = series.envelope(iteration, iteration, 1, 300, breaks)
    assert series.smooth_at(iteration, 300, breaks) == envelope.smooth[0]


def test_what_is_huge_on_one_side_leaves_the_digits_of_the_other() -> None:
    values = np.full(2000, 2.5)
    values[:1000] = 1e30
    envelope = series_of(values).envelope(1001, 2000, 100, 300, indices(1000))
    np.testing.assert_array_equal(envelope.smooth, 2.5)

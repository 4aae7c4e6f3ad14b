import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpcore.stretches import OVERLAPPING, lines_through, short_sums, sums_of


@given(
    size=st.integers(2, 400),
    cuts=st.lists(
        st.tuples(st.integers(0, 400), st.integers(2, 400), st.floats(-3, 403)), min_size=1
    ),
    huge=st.booleans(),
)
def test_lines_are_those_of_the_least_squares_within_the_range_of_their_values(
    size: int, cuts: list[tuple[int, int, float]], huge: bool
) -> None:
    values = np.random.default_rng(size).random(size)
    values[size // 2] = 1e6 if huge else values[size // 2]
    starts = np.array([start % (size - 1) for start, _, _ in cuts])
    stops = np.minimum(starts + [length for _, length, _ in cuts], size)
    places = np.array([x for _, _, x in cuts])
    lines = lines_through(values, starts, stops).at(np.arange(len(cuts)), places)
    for start, stop, x, line in zip(starts, stops, places, lines, strict=True):
        fitted = np.polynomial.Polynomial.fit(np.arange(start, stop), values[start:stop], 1)(x)
        low, high = values[start:stop].min(), values[start:stop].max()
        assert line == pytest.approx(np.clip(fitted, low, high), rel=1e-9, abs=1e-11 * high)


@given(size=st.integers(1, 50), cuts=st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50))))
def test_sums_are_those_of_the_values_between(size: int, cuts: list[tuple[int, int]]) -> None:
    values = np.random.default_rng(size).random(size).astype(np.float32)
    pairs = [sorted((start % size, stop % (size + 1))) for start, stop in [*cuts, (0, 0)]]
    starts, stops = np.array(pairs).T
    expected = [values[start:stop].sum(dtype=np.float64) for start, stop in pairs]
    np.testing.assert_allclose(sums_of(values, starts, stops), expected, rtol=1e-12)


@given(
    size=st.integers(1, 900),
    at=st.lists(st.tuples(st.integers(0, 900), st.integers(0, 400)), min_size=1, max_size=30),
    ascending=st.booleans(),
    short=st.none() | st.integers(0, 300),
)
def test_sums_of_short_stretches_are_those_of_their_values_whether_they_overlap_or_not(
    size: int, at: list[tuple[int, int]], ascending: bool, short: int | None
) -> None:
    values = np.random.default_rng(size).random(size).astype(np.float32)
    starts = np.array([start % size for start, _ in at])
    stops = np.minimum(starts + [length for _, length in at], size)
    if ascending:
        starts, stops = np.sort(starts), np.sort(stops)
    sums = short_sums(values, starts, stops, short)
    longest = (stops - starts).max()
    if sums is None:
        assert short is not None
        assert longest > min(short, OVERLAPPING)
    else:
        expected = [
            values[start:stop].sum(dtype=np.float64)
            for start, stop in zip(starts, stops, strict=True)
        ]
        np.testing.assert_allclose(sums, expected, rtol=1e-12)


def test_long_stretches_that_overlap_are_summed_if_they_are_short_enough() -> None:
    values, starts = np.ones(2000), np.arange(0, 1000, 10)
    assert short_sums(values, starts, starts + OVERLAPPING, 16) is not None
    assert short_sums(values, starts, starts + OVERLAPPING + 1, 16) is None
    assert short_sums(values, starts, starts + 9, 8) is None

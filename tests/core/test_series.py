import dataclasses
import itertools

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bpcore import series as series_module
from bpcore.series import BLOCK, FACTOR, Envelope, Series, SparseSeries

Floats = npt.NDArray[np.float64]


def values_of(size: int, seed: int = 0) -> Floats:
    return np.random.default_rng(seed).random(size)


def series_of(values: Floats, cuts: list[int] | None = None) -> Series:
    """Return the series of ``values``, appended in pieces that end at ``cuts``."""
    series = Series()
    for piece in np.split(values, sorted(cut % (len(values) + 1) for cut in cuts or [])):
        series.extend(piece)
    return series


def bins_of(envelope: Envelope) -> list[tuple[float, ...]]:
    fields = (envelope.x, envelope.low, envelope.high, envelope.smooth)
    return list(zip(*(field.tolist() for field in fields), strict=True))


def moving_mean(values: Floats, middle: float, window: float) -> float:
    """Return the mean within half a window of ``middle``, or near an end the fitted line there."""
    half = min(window / 2, middle, len(values) - 1 - middle)
    if half < window / 2 and window > 4 and len(values) > 2:
        left = min(middle, len(values) - 1 - window / 2) - window / 2
        right = max(middle, window / 2) + window / 2
        at = np.array([i for i in range(len(values)) if left <= i <= right])
        line = np.polynomial.Polynomial.fit(at, values[at], 1)(middle)
        return float(np.clip(line, values[at].min(), values[at].max()))
    near = [v for i, v in enumerate(values) if abs(i - middle) <= max(half, middle % 1)]
    return float(np.mean(near))


cuts = st.lists(st.integers(0, 10_000), max_size=8)


@given(size=st.integers(1, 500), cuts=cuts, seed=st.integers(0, 99))
def test_pieces_give_the_same_series_as_the_whole(size: int, cuts: list[int], seed: int) -> None:
    values = values_of(size, seed)
    whole, pieces = series_of(values), series_of(values, cuts)
    assert len(whole) == len(pieces) == size
    for bins in (1, 3, 50):
        ours = pieces.envelope(1, size, bins, 9)
        theirs = whole.envelope(1, size, bins, 9)
        np.testing.assert_allclose(bins_of(ours), bins_of(theirs), rtol=1e-12)


@given(
    size=st.integers(1, 400),
    cuts=cuts,
    start=st.floats(-50, 450),
    length=st.floats(0, 500),
    bins=st.integers(1, 200),
    window=st.integers(0, 2400).map(lambda eighths: eighths / 8),
)
@example(size=2, cuts=[], start=1.5, length=0.0, bins=1, window=0.0)
def test_an_envelope_is_that_of_the_values_in_view(
    size: int, cuts: list[int], start: float, length: float, bins: int, window: float
) -> None:
    values = values_of(size)
    envelope = series_of(values, cuts).envelope(start, start + length, bins, window)
    first = min(max(int(np.floor(start)) - 1, 0), size)
    last = max(min(int(np.ceil(start + length)), size), first)
    assert len(envelope.x) <= bins
    if first == last:
        assert not len(envelope.x)
        return
    blocks = [BLOCK * FACTOR**n for n in range(9) if last - first > 2 * BLOCK * FACTOR**n * bins]
    if blocks:
        first, last = (
            first // blocks[-1] * blocks[-1],
            min(-(-last // blocks[-1]) * blocks[-1], size),
        )
    # Bins are contiguous, so the middles of their iterations say where each begins and ends.
    edges = [first]
    for x in envelope.x:
        edges.append(round(2 * (x - 1) + 1 - edges[-1]))
    assert edges[-1] == last
    for i, (head, tail) in enumerate(itertools.pairwise(edges)):
        inside = values[head:tail]
        assert envelope.low[i] == inside.min()
        assert envelope.high[i] == inside.max()
        expected = moving_mean(values, (head + tail - 1) / 2, window)
        assert envelope.smooth[i] == pytest.approx(expected, rel=1e-9)


@given(size=st.integers(1, 3000), bins=st.integers(1, 30))
def test_quartiles_lie_in_order_between_the_extremes(size: int, bins: int) -> None:
    envelope = series_of(values_of(size)).envelope(1, size, bins, 10)
    assert (envelope.low <= envelope.lower_quartile).all()
    assert (envelope.lower_quartile <= envelope.upper_quartile).all()
    assert (envelope.upper_quartile <= envelope.high).all()


def test_quartiles_of_a_bin_are_those_of_its_values() -> None:
    envelope = series_of(np.arange(1, 41.0)).envelope(1, 40, 1, 0)
    assert (envelope.lower_quartile[0], envelope.upper_quartile[0]) == (10, 31)


def test_quartiles_of_a_wide_bin_are_close_to_those_of_its_values() -> None:
    values = values_of(5000)
    envelope = series_of(values).envelope(1, 5000, 1, 0)
    assert envelope.lower_quartile[0] == pytest.approx(np.quantile(values, 0.25), abs=0.1)
    assert envelope.upper_quartile[0] == pytest.approx(np.quantile(values, 0.75), abs=0.1)


def test_as_many_bins_as_values_show_the_values_themselves() -> None:
    values = values_of(10)
    envelope = series_of(values).envelope(1, 10, 10, 0)
    np.testing.assert_array_equal(envelope.x, np.arange(1, 11))
    for shown in (envelope.low, envelope.lower_quartile, envelope.high, envelope.smooth):
        np.testing.assert_array_equal(shown, values)


@pytest.mark.parametrize("size", [640, 6399, 6400, 6401, 100_001])
def test_wide_bins_leave_no_value_out(size: int) -> None:
    values = values_of(size)
    for at in (0, size // 2, size - 1):
        spiked = values.copy()
        spiked[at] = 9
        assert series_of(spiked).envelope(1, size, 4, 1).high.max() == 9


def test_a_huge_value_does_not_swallow_the_digits_of_later_means() -> None:
    values = np.full(2000, 2.5)
    values[3] = 1e30
    envelope = series_of(values).envelope(1000, 2000, 100, 300)
    np.testing.assert_array_equal(envelope.smooth, 2.5)


@pytest.mark.parametrize("slope", [1, -2])
def test_a_straight_line_is_smoothed_to_itself_up_to_both_ends(slope: int) -> None:
    values = slope * np.arange(100.0)
    envelope = series_of(values).envelope(1, 100, 100, 40)
    np.testing.assert_allclose(envelope.smooth, values)


def test_a_series_can_be_looked_at_between_two_values() -> None:
    envelope = series_of(np.array([1.0, 2.0, 4.0])).envelope(2.5, 2.5, 1, 0)
    assert (envelope.x[0], envelope.smooth[0]) == (2.5, 3)


@pytest.mark.parametrize("window", [0, 7, 300, 5000])
@pytest.mark.parametrize("iteration", [1, 2, 150, 1500, 3000])
def test_the_smooth_value_of_an_iteration_is_that_of_an_envelope(window, iteration: int) -> None:
    series = series_of(values_of(3000))
    expected = series.envelope(iteration, iteration, 1, window).smooth[0]
    assert series.smooth_at(iteration, window) == expected


def test_an_envelope_taken_early_stays_as_it_is() -> None:
    series = series_of(values_of(100))
    early = series.envelope(1, 100, 10, 5)
    kept = bins_of(early)
    series.extend(values_of(1000, seed=1))
    assert bins_of(early) == kept


@pytest.mark.parametrize(("start", "stop"), [(1, 10), (-5, 0), (20, 30)])
def test_where_there_are_no_values_there_are_no_bins(start: float, stop: float) -> None:
    series = series_of(np.empty(0)) if start == 1 else series_of(values_of(10))
    envelope = series.envelope(start, stop, 5, 3)
    assert bins_of(envelope) == []


@given(size=st.integers(1, 40_000), cuts=cuts, bins=st.integers(1, 5))
def test_extremes_are_exact_at_every_level(size: int, cuts: list[int], bins: int) -> None:
    values = values_of(size)
    envelope = series_of(values, cuts).envelope(1, size, bins, 1)
    assert (envelope.low.min(), envelope.high.max()) == (values.min(), values.max())


@pytest.mark.parametrize("size", [3000, 30_000, 100_000])
def test_means_over_long_windows_are_those_of_their_values(size: int) -> None:
    values = values_of(size)
    envelope = series_of(values).envelope(size * 0.4, size * 0.6, 7, size / 10)
    expected = [moving_mean(values, x - 1, size / 10) for x in envelope.x]
    np.testing.assert_allclose(envelope.smooth, expected, rtol=1e-12)


def test_the_ends_of_a_long_smoothed_line_are_those_of_the_line_through_its_values() -> None:
    values = 1 + np.arange(200_000) / 1e5 + values_of(200_000) / 10
    envelope = series_of(values).envelope(1, 200_000, 200, 40_000)
    for i in (0, -1):
        expected = moving_mean(values, envelope.x[i] - 1, 40_000)
        assert envelope.smooth[i] == pytest.approx(expected, rel=1e-3)


def test_a_view_of_a_million_values_looks_at_no_more_of_them_than_one_of_a_thousand() -> None:
    class Counted(np.ndarray):  # type: ignore[type-arg]
        """Counts the elements that are read of it, by slice or index."""

        read = 0

        def __getitem__(self, key: object) -> np.ndarray:  # type: ignore[type-arg]
            found = np.asarray(np.ndarray.__getitem__(self, key))
            Counted.read += found.size
            return found

    seen = []
    for size in (20_000, 1_000_000):
        series = series_of(values_of(size))
        series._values = series._values.view(Counted)
        for level in series._levels:
            level.lows, level.highs, level.sums = (
                array.view(Counted) for array in (level.lows, level.highs, level.sums)
            )
        Counted.read = 0
        series.envelope(1, size, 100, size / 20)
        seen.append(Counted.read)
    assert seen[1] < 2 * seen[0]


@given(size=st.integers(1, 3000), cuts=cuts, bins=st.integers(1, 300))
def test_float32_values_are_shown_as_if_they_were_float64(
    size: int, cuts: list[int], bins: int
) -> None:
    values = values_of(size).astype(np.float32)
    narrow, wide = series_of(values, cuts), series_of(values.astype(np.float64), cuts)
    assert (narrow._values.dtype, wide._values.dtype) == (np.float32, np.float64)
    ours, theirs = (series.envelope(1, size, bins, size / 7) for series in (narrow, wide))
    for field in dataclasses.fields(Envelope):
        one, other = getattr(ours, field.name), getattr(theirs, field.name)
        assert one.dtype == np.float64
        np.testing.assert_array_equal(one, other)
    assert narrow.mean_of_last(size) == wide.mean_of_last(size)


def test_values_are_kept_in_the_type_of_the_first() -> None:
    series = series_of(np.ones(3, np.float32))
    series.extend([0.1])
    assert series.envelope(1, 4, 4, 0).high.tolist() == [1, 1, 1, np.float32(0.1)]
    with pytest.raises(ValueError, match="finite"):
        series.extend([1e300])
    refused = Series()
    with pytest.raises(ValueError, match="finite"):
        refused.extend(np.full(2, np.nan, np.float32))
    refused.extend([0.1])
    assert refused.mean_of_last(1) == 0.1


def test_values_that_come_one_by_one_are_copied_a_few_times_at_most(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    copied = []
    grown = series_module._grown

    def counted(array: Floats, size: int, capacity: int) -> Floats:
        copied.append(size)
        return grown(array, size, capacity)

    monkeypatch.setattr(series_module, "_grown", counted)
    series, sparse = Series(), SparseSeries()
    for n in range(5000):
        series.extend([n])
    assert sum(copied) < 2.5 * 5000
    copied.clear()
    for n in range(5000):
        sparse.extend([n], [n])
    assert sum(copied) < 5 * 5000


# Values of some iterations


def test_sparse_values_stand_at_their_iterations() -> None:
    series = SparseSeries()
    series.extend([90, 180], [0.5, 0.6])
    series.extend([300], [0.7])
    envelope = series.envelope(100, 400, 10)
    assert (envelope.x.tolist(), envelope.low.tolist()) == ([180, 300], [0.6, 0.7])


def test_a_bin_of_several_sparse_values_stands_in_their_middle() -> None:
    series = SparseSeries()
    series.extend([90, 180, 300, 400], [0.5, 0.9, 0.1, 0.7])
    envelope = series.envelope(0, 1000, 2)
    assert envelope.x.tolist() == [135, 350]
    assert (envelope.low.tolist(), envelope.high.tolist()) == ([0.5, 0.1], [0.9, 0.7])


@pytest.mark.parametrize(("start", "stop"), [(0, 50), (100, 150), (500, 900)])
def test_where_there_are_no_sparse_values_there_are_no_bins(start: float, stop: float) -> None:
    series = SparseSeries()
    assert not len(series.envelope(start, stop, 5).x)
    series.extend([90, 180], [0.5, 0.6])
    assert not len(series.envelope(start, stop, 5).x)


@given(size=st.integers(1, 300), count=st.integers(1, 400))
def test_the_mean_of_the_last_is_of_as_many_as_there_are(size: int, count: int) -> None:
    values = values_of(size)
    mean = series_of(values).mean_of_last(count)
    assert mean == pytest.approx(values[-count:].mean(), rel=1e-12)


def test_an_empty_series_has_no_mean() -> None:
    assert Series().mean_of_last(5) is None


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ([0.5, 0.25, 0.125], [0.5, 0.25, 0.125], True),
        ([0.5, 0.25, 0.125], [0.5, 0.25], True),
        ([0.5, 0.25], [0.5, np.nextafter(0.25, 1), 0.125], False),
        ([0.5], [], False),
        ([], [], False),
    ],
)
def test_series_are_the_same_to_the_last_bit_or_not_at_all(first, second, same: bool) -> None:
    series, other = Series(), Series()
    series.extend(first)
    other.extend(second)
    assert series.begins_as(other) == other.begins_as(series) == same


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_not_finite_is_refused(value: float) -> None:
    series = series_of(values_of(10))
    with pytest.raises(ValueError, match="finite"):
        series.extend([1.0, value])
    assert len(series) == 10


def test_a_line_through_sparse_values_can_cross_a_stretch_without_any() -> None:
    series = SparseSeries()
    series.extend([90, 180, 300], [0.5, 0.6, 0.7])
    assert series.envelope(100, 150, 5, beyond=True).x.tolist() == [90, 180]
    assert series.envelope(100, 200, 5, beyond=True).x.tolist() == [90, 180, 300]
    assert series.envelope(0, 400, 5, beyond=True).x.tolist() == [90, 180, 300]
    assert not len(SparseSeries().envelope(0, 400, 5, beyond=True).x)


@pytest.mark.parametrize(
    ("iteration", "found"),
    [(89, None), (90, (90, 0.5)), (179, (90, 0.5)), (180, (180, 0.6)), (10**6, (180, 0.6))],
)
def test_the_last_sparse_value_up_to_an_iteration_is_found(iteration: int, found) -> None:
    series = SparseSeries()
    assert series.until(iteration) is None
    series.extend([90, 180], [0.5, 0.6])
    assert series.until(iteration) == found

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ticks import linear_ticks, log_ticks, power_text


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (-2, 0.5, [-2, -1, 0]),
        (-4.2, 1.0, [-4, -3, -2, -1, 0, 1]),
        (-1, 38.5, [0, 5, 10, 15, 20, 25, 30, 35]),
        (-1, 8, [0, 2, 4, 6, 8]),
    ],
)
def test_powers_of_ten_are_as_many_as_can_be_read(low, high, ticks) -> None:
    assert log_ticks(low, high) == ticks


@given(st.floats(-300, 300), st.floats(0.1, 300))
def test_ticks_lie_within_the_scale_and_are_few(low: float, span: float) -> None:
    ticks = log_ticks(low, low + span)
    assert all(low <= tick <= low + span for tick in ticks)
    assert len(ticks) <= 10
    assert ticks == sorted(ticks)
    assert ticks or span < 0.5


@given(st.floats(-6, 6), st.floats(0.02, 8))
def test_a_scale_has_two_numbers_at_least(low: float, span: float) -> None:
    ticks = log_ticks(low, low + span)
    assert len(ticks) >= 2
    assert all(low <= tick <= low + span for tick in ticks)


@given(st.floats(0, 0.95), st.floats(0.05, 1), st.integers(1, 5))
def test_a_linear_scale_has_two_round_numbers_at_least(low: float, span: float, about) -> None:
    ticks = linear_ticks(low, low + span, about)
    assert len(ticks) >= 2
    assert all(low - 1e-6 <= tick <= low + span + 1e-6 for tick in ticks)


@pytest.mark.parametrize(
    ("power", "text"),
    [
        (-4, "1e-4"),
        (math.log10(2e-4), "2e-4"),
        (-3, "0.001"),
        (math.log10(0.05), "0.05"),
        (0, "1"),
        (4, "10,000"),
        (5, "1e5"),
        (37, "1e37"),
    ],
)
def test_what_stands_at_a_power_is_short(power: float, text: str) -> None:
    assert power_text(power) == text

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ticks import log_ticks


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

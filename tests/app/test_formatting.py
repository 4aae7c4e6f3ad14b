import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import formatting

finite = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.853, "+0.8530"),
        (-0.19481, "−0.1948"),
        (3.2e-05, "+3.2e-05"),
        (-3.2e-05, "−3.2e-05"),
        (12345.0, "+1.2e+04"),
        (0, "0"),
        (-0.0, "0"),
        (None, "—"),
    ],
)
def test_a_scalar_has_its_sign_and_four_decimals(value: float | None, text: str) -> None:
    assert formatting.signed(value) == text


def test_at_narrow_edges_three_decimals_stand() -> None:
    assert formatting.signed(0.30451, 3) == "+0.305"


@given(finite)
def test_a_number_that_is_not_zero_never_looks_like_zero(value: float) -> None:
    text = formatting.signed(value, 3)
    digits = text.split("e")[0].strip("+−")
    assert (float(digits) == 0) == (value == 0)


@given(finite)
def test_a_minus_is_the_sign_of_the_text_and_of_the_number(value: float) -> None:
    assert formatting.signed(value).startswith("−") == (value < 0)
    assert formatting.unsigned(value).startswith("−") == (value < 0)
    assert "+" not in formatting.unsigned(value).split("e")[0]


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.7234, "+0.72"), (-0.73, "−0.73"), (6e-8, "+6e-08"), (0.004, "+4e-03"), (0.0, "0")],
)
def test_a_difference_is_narrow(value: float, text: str) -> None:
    assert formatting.difference(value) == text


@pytest.mark.parametrize(
    ("format_", "value", "text"),
    [
        (formatting.loss, 0.0415, "0.0415"),
        (formatting.scientific, 4.6e-10, "4.6e-10"),
        (formatting.scientific, -4.6e-10, "−4.6e-10"),
        (formatting.percent, 0.941, "94.1\N{THIN SPACE}%"),
        (formatting.share, 0.941, "94.1\N{THIN SPACE}%"),
        (formatting.share, 0.99978, ">99.9\N{THIN SPACE}%"),
        (formatting.share, 0.0002, "<0.1\N{THIN SPACE}%"),
        (formatting.share, 1.0, "100.0\N{THIN SPACE}%"),
        (formatting.share, 0.0, "0\N{THIN SPACE}%"),
        (formatting.percent, 0.0, "0\N{THIN SPACE}%"),
        (formatting.points, 0.0, "0"),
        (formatting.probability, 0.0, "0"),
        (formatting.probability, 0.7231, "0.723"),
        (formatting.count, 39760, "39,760"),
        (formatting.duration, 13.2, "0:14"),
        (formatting.duration, 3661, "1:01:01"),
        (formatting.rate, 3426.4, "3,426"),
        (formatting.rate, 2.34, "2.3"),
    ],
)
def test_each_kind_of_number_has_its_format(format_, value: float, text: str) -> None:
    assert format_(value) == text


@pytest.mark.parametrize(
    "format_",
    [
        formatting.signed,
        formatting.unsigned,
        formatting.difference,
        formatting.scientific,
        formatting.loss,
        formatting.percent,
        formatting.share,
        formatting.probability,
        formatting.count,
        formatting.duration,
        formatting.rate,
    ],
)
def test_what_is_not_computed_is_an_em_dash(format_) -> None:
    assert format_(None) == "—"

import dataclasses
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpcore.config import CHOICES, RANGES, TrainingConfig

NUMBERS = [name for name in RANGES if name != "hidden_size"]


def test_the_defaults_are_the_books() -> None:
    config = TrainingConfig()
    assert (config.hidden_sizes, config.learning_rate, config.batch_size, config.iterations) == (
        (50,),
        0.1,
        100,
        10_000,
    )


@pytest.mark.parametrize("name", NUMBERS)
def test_the_limits_of_a_range_belong_to_it(name: str) -> None:
    for limit in (RANGES[name].minimum, RANGES[name].maximum):
        assert getattr(TrainingConfig().replace(**{name: limit}), name) == limit


@pytest.mark.parametrize("name", NUMBERS)
@given(data=st.data())
def test_a_number_out_of_range_is_refused(name: str, data: st.DataObject) -> None:
    allowed = RANGES[name]
    numbers = st.integers() if allowed.whole else st.floats()
    value = data.draw(numbers.filter(lambda value: not allowed.holds(value)))
    with pytest.raises(ValueError, match=f"^{name} must be a .*number from .* to .*, not "):
        TrainingConfig().replace(**{name: value})


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("value", [None, "1", True, np.True_, float("nan"), 1j])
def test_what_is_no_number_is_refused(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"^{name} must be a"):
        TrainingConfig().replace(**{name: value})


def test_a_fraction_is_refused_where_whole_numbers_are_asked_for() -> None:
    with pytest.raises(ValueError, match="batch_size must be a whole number from 1 to 10,000"):
        TrainingConfig(batch_size=1.5)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [np.float64(0.5), np.float32(0.5), Fraction(1, 2)])
def test_a_number_of_another_type_becomes_a_plain_one(value: float) -> None:
    assert type(TrainingConfig(learning_rate=value).learning_rate) is float


def test_a_whole_number_of_another_type_becomes_a_plain_one() -> None:
    assert type(TrainingConfig(seed=np.int64(7)).seed) is int  # type: ignore[arg-type]


@pytest.mark.parametrize("name", list(CHOICES))
def test_a_choice_that_there_is_not_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name} must be .* or .*, not 'swish'"):
        TrainingConfig().replace(**{name: "swish"})


@pytest.mark.parametrize("data", ["", None, 3])
def test_data_must_be_text(data: str) -> None:
    with pytest.raises(ValueError, match="data must be"):
        TrainingConfig(data=data)


def test_replacing_leaves_the_original_as_it_was() -> None:
    config = TrainingConfig()
    assert config.replace(seed=1).seed == 1
    assert config == TrainingConfig()


def test_replacing_an_unknown_field_is_refused() -> None:
    with pytest.raises(TypeError, match="dropout"):
        TrainingConfig().replace(dropout=0.9)


def test_a_configuration_is_never_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        TrainingConfig().seed = 1  # type: ignore[misc]


def test_limits_are_written_as_people_write_them() -> None:
    assert str(RANGES["iterations"]) == "1 to 10,000,000"

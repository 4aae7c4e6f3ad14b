"""The sentences of the Evaluate page, as they are with one thing and with more."""

import numpy as np
import pytest
from evaluated import an_evaluation

from app import formatting
from app.widgets import surgery_words
from app.widgets.confusion_words import sentence
from bpcore.surgery import Effect

ZERO = formatting.percent(0)
ONE = an_evaluation([(1, 1), (3, 8)])
MORE = an_evaluation([(1, 1), (1, 1), (3, 8), (3, 8), (3, 3)])


def an_effect(lost: int, won: int, moved: int) -> Effect:
    counts = (np.arange(count) for count in (lost, won, moved))
    return Effect(0.0, np.zeros((10, 10), np.int64), *counts)


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ((11, 6, 3), "11 digits are read wrongly now, 6 rightly, 3 as another wrong digit"),
        ((1, 1, 1), "1 digit is read wrongly now, 1 rightly, 1 as another wrong digit"),
        ((0, 0, 0), "0 digits are read wrongly now, 0 rightly, 0 as another wrong digit"),
        ((1200, 0, 0), "1,200 digits are read wrongly now, 0 rightly, 0 as another wrong digit"),
    ],
    ids=str,
)
def test_surgery_says_how_many_digits_are_read_otherwise(counts, said) -> None:
    assert surgery_words.digits_text(an_effect(*counts)) == said


@pytest.mark.parametrize(
    ("evaluation", "chosen", "said"),
    [
        (ONE, (1, 1), "The digit 1 was read right in 1 of 1 case."),
        (MORE, (1, 1), "The digit 1 was read right in 2 of 2 cases."),
        (ONE, (3, 8), "The digit 3 was read as 8 in 1 of 1 case."),
        (MORE, (3, 8), "The digit 3 was read as 8 in 2 of 3 cases."),
        (ONE, (3, None), f"Digits that are a 3: 0 of 1 read right, recall {ZERO}."),
        (ONE, (None, 8), f"Digits that are read as 8: 0 of 1 rightly, precision {ZERO}."),
    ],
    ids=str,
)
def test_the_matrix_counts_cases(evaluation, chosen, said) -> None:
    assert sentence(evaluation, chosen) == said


@pytest.mark.parametrize(("number", "text"), [(0, "0 units"), (1, "1 unit"), (1050, "1,050 units")])
def test_one_thing_is_named_in_the_singular(number: int, text: str) -> None:
    assert formatting.counted(number, "{0} unit", "{0} units") == text

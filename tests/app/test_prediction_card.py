"""The words about what is read, without a page around them."""

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel

from app.readers import Prediction
from app.widgets.prediction_card import PredictionCard


def a_prediction(first: float, second: float) -> Prediction:
    """A 5, with an 8 next to it."""
    p = np.zeros(10, np.float32)
    p[5], p[8] = first, second
    return Prediction(p, 5, first - second, False, None)


@pytest.mark.parametrize(
    ("first", "second", "detail"),
    [
        (0.9, 0.08, "with 90.0\N{THIN SPACE}%, 82.0 points ahead of the 8"),
        (0.9988, 0.0012, "with 99.9\N{THIN SPACE}%, 99.8 points ahead of the 8"),
        (0.9992, 0.0008, "with 99.9\N{THIN SPACE}%; no other comes near"),
        (0.9999, 0.0001, "with >99.9\N{THIN SPACE}%; no other comes near"),
        (1.0, 0.0, "with 100.0\N{THIN SPACE}%; no other comes near"),
    ],
)
def test_a_share_that_leaves_nothing_is_not_said_twice(qtbot, first, second, detail) -> None:
    card = PredictionCard()
    qtbot.addWidget(card)
    card.show_prediction(a_prediction(first, second))
    assert card.findChild(QLabel, "predictionDetail").text() == detail

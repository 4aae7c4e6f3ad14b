"""What is said of units that take no part."""

import numpy as np
import pytest
from unit_session import inspected

from app.widgets.unit_tiles import state_text


@pytest.mark.parametrize(
    ("units", "dead", "text"),
    [
        (1, (), "No dead unit: the only one fires on 200 test digits"),
        (1, (0,), "1 dead unit: 0"),
        (1000, (), "No dead units: all 1,000 fire on 200 test digits"),
    ],
)
def test_counts_of_units_are_words_one_would_say(units: int, dead, text: str) -> None:
    found = inspected(units=units, dead=dead, size=10_000)
    if not dead:
        found.now.dead.flags.writeable = True
        found.now.dead[:] = np.False_
    assert state_text(found) == text

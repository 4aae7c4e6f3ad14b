import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

HERE = Path(__file__).parent
FACTORS = ("1", "1.5", "2")
SIDES = (200, 301, 384, 563, 820)
DIGITS = (0, 3, 4, 7)


Drawn = dict[str, tuple[float, list[int]]]


def draw_at(factors: tuple[str, ...]) -> list[Drawn]:
    environment = os.environ | {
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parents[1])]),
    }
    result = subprocess.run(
        [
            *(sys.executable, str(HERE / "draw_scaled.py")),
            *(json.dumps(each) for each in (SIDES, DIGITS, factors)),
        ],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture(scope="module")
def drawn() -> dict[str, Drawn]:
    """What is drawn at each factor, by one program that imports all once, if processes can fork."""
    together = [FACTORS] if hasattr(os, "fork") else [(factor,) for factor in FACTORS]
    found = [at_one for factors in together for at_one in draw_at(factors)]
    return dict(zip(FACTORS, found, strict=True))


def test_the_factors_really_change_the_screen(drawn) -> None:
    for factor in FACTORS:
        assert {ratio for ratio, _ in drawn[factor].values()} == {float(factor)}


@pytest.mark.parametrize("digit", DIGITS)
def test_a_digit_is_the_same_image_in_any_window_on_any_screen(drawn, digit: int) -> None:
    images = {
        (factor, side): np.array(drawn[factor][f"{side} {digit}"][1])
        for factor in FACTORS
        for side in SIDES
    }
    first = images[FACTORS[0], SIDES[0]]
    assert first.max() == 255
    differences = {key: int(np.abs(image - first).max()) for key, image in images.items()}
    assert max(differences.values()) <= 2, differences


def test_two_digits_are_not_the_same_image(drawn) -> None:
    levels = drawn["1"]
    three, seven = (np.array(levels[f"{SIDES[0]} {digit}"][1]) for digit in (3, 7))
    assert np.abs(three - seven).max() > 200

"""What is said of a layer of one's own that differs: in which elements, and how."""

import numpy as np
import pytest

from app.pages.layer_words import how_it_differs, layer_said
from bpcore.central_differences import STEP
from bpcore.gradient_report import GradientReport
from bpcore.layer_check import LayerCheck

NUMERICAL = np.array([[0.5, -1.0, 2.0], [0.25, 0.75, -0.5]])
X = np.array([[1.0, -1.0, 2.0], [-3.0, -0.5, 1.0]])


def report(backprop, *, name="dx", kink=(), numerical=NUMERICAL) -> GradientReport:
    backprop = np.asarray(backprop, float)
    at_kink = np.isin(np.arange(backprop.size), kink)
    arrays = np.arange(backprop.size), backprop.ravel(), np.asarray(numerical).ravel(), at_kink
    return GradientReport(name, backprop.shape, STEP, *arrays)


def check(*reports: GradientReport, remarks=(), overwrote=False) -> LayerCheck:
    return LayerCheck("Leaky", reports, overwrote, remarks)


ROW, COLUMN, HALF, ONE = (NUMERICAL.copy() for _ in range(4))
ROW[1], COLUMN[:, 2], ONE[0, 1] = 0, [5.0, 7.0], -1.5
HALF[X < 0] *= 2


@pytest.mark.parametrize(
    ("backprop", "said"),
    [
        (
            HALF,
            "dx in 3 of 6 elements; backward gives 2 times as much; "
            "the worst, dx[0, 1], is −2.0000, but numerically −1.0000.",
        ),
        (
            ROW,
            "dx in 3 of 6 elements (row 1); backward gives 0 for them; "
            "the worst, dx[1, 1], is 0, but numerically +0.7500.",
        ),
        (
            COLUMN,
            "dx in 2 of 6 elements (column 2); in size backward gives 4.8 times as much on "
            "average; the worst, dx[1, 2], is +7.0000, but numerically −0.5000.",
        ),
        (
            -NUMERICAL,
            "dx in all 6 elements; only the sign is wrong; "
            "the worst, dx[0, 2], is −2.0000, but numerically +2.0000.",
        ),
        (
            ONE,
            "dx in 1 of 6 elements; backward gives 1.5 times as much; "
            "dx[0, 1] is −1.5000, but numerically −1.0000.",
        ),
        (
            NUMERICAL / -3,
            "dx in all 6 elements; backward gives −0.333 times as much; "
            "the worst, dx[0, 2], is −0.6667, but numerically +2.0000.",
        ),
    ],
)
def test_elements_that_differ_are_counted_compared_and_the_worst_is_named(backprop, said) -> None:
    assert how_it_differs(report(backprop)) == said


def test_what_should_be_0_or_has_the_wrong_sign_throughout_is_said() -> None:
    zeros = np.zeros((2, 3))
    assert "; they should be 0; " in how_it_differs(report(NUMERICAL, numerical=zeros))
    varied = -NUMERICAL * [[1, 2, 3], [4, 5, 6]]
    assert "; all have the wrong sign; " in how_it_differs(report(varied))


def test_elements_at_a_kink_are_left_out() -> None:
    said = how_it_differs(report(HALF, kink=(1,)))
    assert said.startswith("dx in 2 of 5 elements; backward gives 2 times as much; the worst, dx[1")


def test_the_layer_is_named_first_and_of_many_gradients_two_are_told_of() -> None:
    right = report(NUMERICAL)
    assert layer_said(check(right)) == "Leaky agrees."
    assert layer_said(check()) == "Leaky can't be checked."
    assert layer_said(check(right, remarks=("It is slow.",))) == "Leaky agrees. It is slow."
    wrong = [report(ROW, name=name) for name in ("dx", "dW", "db", "dg")]
    said = layer_said(check(*wrong, remarks=("It is slow.",)))
    assert said.startswith("Leaky differs: dx in 3 of 6 elements (row 1); ")
    assert said.endswith(" db, dg differ, too. It is slow.")

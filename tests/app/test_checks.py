"""The work of the Check page: as much of a network is checked as there is time for."""

import numpy as np
import pytest

from app.checks import MOST_WORK, SAMPLED_WORK, Ground, accuse, examine
from app.staging import Batch
from bpcore.bugs import SAMPLE, bug_of
from bpcore.config import TrainingConfig
from bpcore.datasets.mnist import load_dataset
from bpcore.steps import result_of


def ground(*hidden: int, count: int = 3) -> Ground:
    digits = load_dataset()
    batch = Batch("train", 0, digits.train_images[:count], digits.train_labels[:count])
    return Ground(TrainingConfig(hidden_sizes=hidden), None, 1, 0, batch)


def test_what_a_check_costs_is_counted_in_multiplications() -> None:
    each = {"W1": 8 + 8 * 5 + 5 * 10, "W2": 5 + 5 * 10, "W3": 10}
    every = 2 * 3 * (785 * 8 * each["W1"] + 9 * 5 * each["W2"] + 6 * 10 * each["W3"])
    assert ground(8, 5).costs == (every, 2 * 2 * 3 * sum(each.values()))


@pytest.mark.parametrize(
    ("hidden", "count"), [((50,), 3), ((50,), 200), ((500,), 3), ((1000,), 1), ((100, 100, 100), 3)]
)
def test_all_elements_are_checked_where_that_takes_no_minute(hidden, count) -> None:
    assert ground(*hidden, count=count).sample is None


@pytest.mark.parametrize(
    ("hidden", "count"), [((1000,), 200), ((500,), 100), ((1000, 1000, 1000), 200)]
)
def test_of_a_huge_network_a_sample_is_checked(hidden, count) -> None:
    large = ground(*hidden, count=count)
    every, one = large.costs
    assert every > MOST_WORK
    assert 10 <= large.sample
    assert large.sample == 10 or large.sample * one <= SAMPLED_WORK


def test_a_sample_goes_through_check_bug_and_guilty_layer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.checks.MOST_WORK", 0)
    monkeypatch.setattr("app.checks.RENEWED_WORK", 0)
    monkeypatch.setattr("app.checks.SAMPLED_WORK", 0)
    monkeypatch.setattr("app.checks.LEAST_SAMPLE", SAMPLE + 50)
    checked = result_of(examine(ground(8), 1e-4))
    assert [report.count for report in checked.reports] == [SAMPLE + 50, 8, 80, 10]
    assert all(report.passed for report in checked.reports)
    wrong = result_of(accuse(checked, bug_of("softmax_over_batch")))
    assert [report.count for report in wrong.wrong] == [SAMPLE, 8, 80, 10]
    assert wrong.verdict.guilty.layer == "SoftmaxWithLoss"
    assert np.isin(wrong.wrong[0].elements, checked.reports[0].elements).all()


def test_of_what_could_not_be_compared_no_bug_is_said_to_spoil_it() -> None:
    deep = ground(8, 7, 6)  # with so small weights that all inputs of its last Relus are within h
    checked = result_of(examine(deep, 1e-4))
    unknown = [report.name for report in checked.reports if report.kinks == report.count]
    assert "b3" in unknown
    for key, found in checked.prints.items():
        by_name = dict(zip(deep.parameters, found, strict=True))
        assert [name for name in unknown if by_name[name] is not None] == [], key
    assert set(checked.prints["open_at_zero"]) == {True, None}
    accused = result_of(accuse(checked, bug_of("sign_swapped")))
    assert dict(zip(deep.parameters, accused.print, strict=True))["b3"] is None

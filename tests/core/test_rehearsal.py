from itertools import islice

import numpy as np
import pytest
from steps import finished

from bpcore.bugs import BUGS, Bug, broken, bug_of, fitting
from bpcore.config import TrainingConfig
from bpcore.datasets.mnist import Dataset
from bpcore.rehearsal import LENGTH, Rehearsal, rehearse, smoothed
from bpcore.training import Diverged, Trainer

CONFIG = TrainingConfig(hidden_sizes=(10,), batch_size=20, seed=3)
CONFIGS = [
    CONFIG,
    CONFIG.replace(dtype="float64", weight_decay=0.01, hidden_sizes=(8, 10)),
    CONFIG.replace(optimizer="adam", learning_rate=0.001, initializer="he"),
    CONFIG.replace(optimizer="momentum", learning_rate=0.01),
]


def losses_of(trainer: Trainer, count: int) -> tuple[list[float], int | None]:
    """The losses of a plain run, and the iteration that it failed at."""
    losses = []
    try:
        for progress in islice(trainer, count):
            losses.append(progress.loss)
    except Diverged as end:
        return losses, end.iteration
    return losses, None


@pytest.mark.parametrize("config", CONFIGS)
def test_the_right_run_is_that_of_a_trainer_bit_for_bit(
    config: TrainingConfig, small: Dataset
) -> None:
    bug = bug_of("mask_inverted")
    rehearsal = finished(rehearse(config, small, bug, iterations=40))
    assert rehearsal.right.tolist() == losses_of(Trainer(config, small), 40)[0]


@pytest.mark.parametrize(
    ("bug", "config"),
    [
        pytest.param(bug, CONFIGS[(n + more) % 4], id=f"{bug.key}-{(n + more) % 4}")
        for n, bug in enumerate(BUGS)
        for more in (0, 1)
    ],
)
def test_the_wrong_run_is_that_of_a_trainer_with_the_wrong_layer(
    bug: Bug, config: TrainingConfig, small: Dataset
) -> None:
    config = fitting(config, bug)
    rehearsal = finished(rehearse(config, small, bug, iterations=40))
    trainer = Trainer(config, small)
    trainer.network = broken(trainer.network, bug)
    losses, diverged = losses_of(trainer, 40)
    assert rehearsal.wrong.tolist() == losses
    assert rehearsal.diverged == diverged
    same = bug.harmless or bug.overwrites
    assert (rehearsal.wrong.tolist() == rehearsal.right.tolist()) == same


def test_the_bug_sits_where_it_is_put(small: Dataset) -> None:
    bug = bug_of("mean_for_db")
    first, second, natural = (
        finished(rehearse(CONFIG, small, bug, place, 10)).wrong.tolist()
        for place in ("Affine1", "Affine2", None)
    )
    assert first != second == natural


@pytest.mark.parametrize("rate", [10.0, 100.0])
def test_a_run_ends_before_the_iteration_that_left_the_finite_numbers(
    rate: float, small: Dataset
) -> None:
    config, bug = CONFIG.replace(learning_rate=rate), bug_of("sign_swapped")
    rehearsal = finished(rehearse(config, small, bug, iterations=60))
    assert rehearsal.diverged is not None
    assert 1 <= rehearsal.diverged < 60
    assert len(rehearsal.wrong) == rehearsal.diverged - 1
    assert np.isfinite(rehearsal.wrong).all()
    assert rehearsal.right.tolist() == losses_of(Trainer(config, small), 60)[0]


def test_a_right_run_can_leave_the_finite_numbers_too(small: Dataset) -> None:
    config = CONFIG.replace(weight_decay=10.0, learning_rate=100.0)
    rehearsal = finished(rehearse(config, small, bug_of("mask_forgotten"), iterations=60))
    losses, diverged = losses_of(Trainer(config, small), 60)
    assert diverged is not None
    assert rehearsal.right.tolist() == losses


def test_the_losses_can_only_be_read(small: Dataset) -> None:
    rehearsal = finished(rehearse(CONFIG, small, bug_of("mask_forgotten"), iterations=3))
    assert not rehearsal.right.flags.writeable
    assert not rehearsal.wrong.flags.writeable


def test_the_length_that_the_configuration_names_does_not_count(small: Dataset) -> None:
    config = CONFIG.replace(iterations=5)
    rehearsal = finished(rehearse(config, small, bug_of("mask_forgotten"), iterations=12))
    assert (len(rehearsal.right), len(rehearsal.wrong), rehearsal.diverged) == (12, 12, None)


def test_a_bug_that_does_not_fit_and_no_iterations_are_refused(small: Dataset) -> None:
    with pytest.raises(ValueError, match="slope_from_x fits no layer of 784-10-10 with relu"):
        next(rehearse(CONFIG, small, bug_of("slope_from_x")))
    with pytest.raises(ValueError, match="fits SoftmaxWithLoss, not Affine1"):
        next(rehearse(CONFIG, small, bug_of("assigned"), "Affine1"))
    with pytest.raises(ValueError, match="iterations must be a whole number from 1 to"):
        next(rehearse(CONFIG, small, bug_of("assigned"), iterations=0))


# What each bug does to the book's network


# One of each outcome: what the window says of every bug is measured in the tests of its stories.
@pytest.mark.parametrize(
    ("key", "outcome"),
    [
        ("mask_forgotten", "hides"),
        ("mask_inverted", "learns little"),
        ("dout_overwritten", "is the same"),
        ("count_forgotten", "learns nothing"),
        ("sign_swapped", "diverges"),
    ],
)
def test_what_five_hundred_iterations_with_it_make_of_the_loss(
    key: str, outcome: str, bundled: Dataset
) -> None:
    bug = bug_of(key)
    rehearsal = finished(rehearse(fitting(TrainingConfig(), bug), bundled, bug))
    assert len(rehearsal.right) == LENGTH
    assert outcome_of(rehearsal) == outcome


def outcome_of(rehearsal: Rehearsal) -> str:
    if rehearsal.diverged is not None:
        return "diverges"
    if rehearsal.wrong.tolist() == rehearsal.right.tolist():
        return "is the same"
    right, wrong = (losses[-50:].mean() for losses in (rehearsal.right, rehearsal.wrong))
    if wrong < 1.1 * right:
        return "hides"
    return "learns nothing" if wrong > np.log(10) else "learns little"


def test_a_mean_is_of_as_many_on_either_side_and_has_the_ends_themselves() -> None:
    values = np.array([4.0, 1.0, 7.0, 3.0, 5.0])
    assert smoothed(values).tolist() == [4.0, 4.0, 4.0, 5.0, 5.0]
    assert smoothed(np.array([2.0])).tolist() == [2.0]
    assert smoothed(np.empty(0)).tolist() == []


def test_a_mean_of_losses_near_the_largest_number_is_one_too() -> None:
    largest = np.full(30, 1.7e308)
    np.testing.assert_allclose(smoothed(largest), largest)

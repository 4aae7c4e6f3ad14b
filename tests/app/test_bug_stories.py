"""What is said of bugs is so: measured on the book's network with the data that is bundled."""

from functools import cache

import numpy as np
import pytest

from app.bug_words import story_of
from bpcore.bugs import broken, bug_of, fitting
from bpcore.config import TrainingConfig
from bpcore.datasets.mnist import load_dataset
from bpcore.network import Network
from bpcore.rehearsal import Rehearsal, rehearse
from bpcore.steps import result_of

EARLY, LATE = slice(80, 100), slice(450, 500)


@cache
def rehearsal_of(key: str) -> Rehearsal:
    bug = bug_of(key)
    return result_of(rehearse(fitting(TrainingConfig(), bug), load_dataset(), bug))


def ratio(key: str, part: slice) -> float:
    """Of the mean loss with the bug to that without it."""
    made = rehearsal_of(key)
    return float(made.wrong[part].mean() / made.right[part].mean())


def falls(key: str) -> bool:
    losses = rehearsal_of(key).wrong
    return len(losses) == 500 and bool(losses[LATE].mean() < losses[0] - 0.1)


@pytest.mark.parametrize("key", ["mask_forgotten", "transpose_missing"])
def test_the_loss_falls_later_and_nearly_as_far(key: str) -> None:
    assert "later" in story_of(key)
    assert falls(key)
    assert ratio(key, EARLY) > 1.05
    assert ratio(key, LATE) < 1.1


@pytest.mark.parametrize("key", ["mask_inverted", "slope_from_x"])
def test_the_loss_hardly_falls(key: str) -> None:
    assert "the loss hardly falls" in story_of(key)
    assert falls(key)
    made = rehearsal_of(key)
    fallen, wanted = (losses[0] - losses[LATE].mean() for losses in (made.wrong, made.right))
    assert fallen < 0.3 * wanted


@pytest.mark.parametrize("key", ["dout_overwritten", "open_at_zero"])
def test_the_loss_is_the_same_to_the_last_digit(key: str) -> None:
    assert "the same to the last digit" in story_of(key)
    assert np.array_equal(rehearsal_of(key).right, rehearsal_of(key).wrong)


@pytest.mark.parametrize("key", ["mean_for_db", "first_row_for_db", "updated_too_early"])
def test_the_loss_hides_it(key: str) -> None:
    assert "hardly tells" in story_of(key) or "falls as it should" in story_of(key)
    made = rehearsal_of(key)
    assert not np.array_equal(made.right, made.wrong)
    assert abs(ratio(key, LATE) - 1) < 0.03


@pytest.mark.parametrize("key", ["sign_swapped", "softmax_over_batch", "assigned"])
def test_the_loss_grows_until_the_numbers_overflow(key: str) -> None:
    assert "grows until the numbers overflow" in story_of(key)
    made = rehearsal_of(key)
    assert made.diverged is not None
    assert made.wrong[-1] > 1e30


def test_a_softmax_over_the_batch_starts_too_high() -> None:
    made = rehearsal_of("softmax_over_batch")
    assert made.right[0] == pytest.approx(np.log(10), abs=0.05)
    assert made.wrong[0] == pytest.approx(np.log(10 * 100), abs=0.05)


def test_without_the_count_the_loss_jumps_up_and_then_stays_where_guessing_is() -> None:
    assert "jumps far up, and then stays where guessing" in story_of("count_forgotten")
    losses = rehearsal_of("count_forgotten").wrong
    assert losses[:50].max() > 10 * losses[0]
    assert np.abs(losses[LATE] - np.log(10)).max() < 0.2


def gradients(key: str, count: int) -> tuple[dict, dict]:
    """Return the gradients without a bug and with it, for ``count`` images."""
    rng = np.random.default_rng(4)
    network = Network([12, 7, 5], weight_init_std=0.5, seed=3)
    x, t = rng.normal(size=(count, 12)), rng.integers(0, 5, count)
    twin = broken(network, bug_of(key))
    return network.gradient(x, t), twin.gradient(x, t)


@pytest.mark.parametrize(("key", "factor"), [("count_forgotten", 6), ("sign_swapped", -1)])
def test_all_gradients_are_off_by_the_same_factor(key: str, factor: float) -> None:
    right, wrong = gradients(key, 6)
    for name in right:
        np.testing.assert_allclose(wrong[name], factor * right[name])


def test_the_mean_makes_db_too_small_by_the_number_of_images() -> None:
    right, wrong = gradients("mean_for_db", 6)
    np.testing.assert_allclose(6 * wrong["b2"], right["b2"])
    assert all(np.array_equal(right[name], wrong[name]) for name in ("W1", "b1", "W2"))


@pytest.mark.parametrize(
    "key", ["count_forgotten", "softmax_over_batch", "mean_for_db", "first_row_for_db"]
)
def test_one_image_hides_it(key: str) -> None:
    right, wrong = gradients(key, 1)
    for name in right:
        np.testing.assert_allclose(wrong[name], right[name], atol=1e-15)
    right, wrong = gradients(key, 2)
    assert not all(np.allclose(wrong[name], right[name]) for name in right)


@pytest.mark.parametrize("count", [1, 20])
def test_without_the_right_answers_all_scores_are_pushed_down(count: int) -> None:
    assert "All scores are only pushed down" in story_of("assigned")
    rng = np.random.default_rng(4)
    network = broken(Network([12, 7, 5], weight_init_std=0.5, seed=3), bug_of("assigned"))
    network.loss(rng.normal(size=(count, 12)), rng.integers(0, 5, count))
    assert np.all(network.last_layer.backward() > 0)

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from steps import finished, reading_network

from bpcore.datasets.mnist import Dataset, scale
from bpcore.evaluation import (
    BLOCK_WORK,
    NO_DIGIT,
    Evaluation,
    EvaluationError,
    accuracy,
    accuracy_in_steps,
    blocks,
    evaluate,
    next_mistake,
    predicted_labels,
    wilson_interval,
)
from bpcore.network import Network
from bpcore.steps import evenly_spaced


def evaluation(labels, readings, losses=None) -> Evaluation:
    count = len(labels)
    losses = np.arange(count, dtype=float) if losses is None else np.array(losses, float)
    return Evaluation(
        np.array(labels, np.intp), np.array(readings, np.intp), np.full((count, 10), 0.1), losses
    )


@pytest.fixture(scope="module")
def found(bundled: Dataset) -> Evaluation:
    return finished(evaluate(reading_network(), bundled.test_images, bundled.test_labels))


def constant(scores: np.ndarray) -> Network:
    """Return a network that gives every image the same ``scores``."""
    params = {"W1": np.zeros((784, 10), scores.dtype), "b1": scores}
    return Network.from_params(params)


pairs = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=60)


def test_it_says_what_the_functions_say_that_count_only(bundled: Dataset, found) -> None:
    network, images, labels = reading_network(), bundled.test_images, bundled.test_labels
    assert found.accuracy == accuracy(network, images, labels) > 0.85
    assert found.accuracy == finished(accuracy_in_steps(network, images, labels))
    np.testing.assert_array_equal(found.readings, predicted_labels(network, images))
    np.testing.assert_array_equal(found.labels, labels)
    assert (found.count, found.right) == (1000, int(np.trace(found.confusion)))


def test_probabilities_and_losses_are_those_of_softmax_and_cross_entropy(bundled, found) -> None:
    network, x = reading_network(), scale(bundled.test_images, np.float64)
    scores = network.predict(x).astype(float)
    softmax = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(found.probabilities, softmax, rtol=1e-4, atol=1e-9)
    np.testing.assert_allclose(found.probabilities.sum(axis=1), 1, rtol=1e-12)
    right = found.probabilities[np.arange(1000), bundled.test_labels]
    np.testing.assert_allclose(found.losses, -np.log(right), rtol=1e-9, atol=1e-12)
    assert found.loss == pytest.approx(network.loss(x, bundled.test_labels), rel=1e-4)
    np.testing.assert_array_equal(found.probabilities.argmax(axis=1), found.readings)


def test_the_loss_leaves_out_what_large_weights_cost(bundled: Dataset, found) -> None:
    decaying = Network.from_params(reading_network().params, weight_decay=0.1)
    same = finished(evaluate(decaying, bundled.test_images, bundled.test_labels))
    np.testing.assert_array_equal(same.losses, found.losses)


def test_nothing_that_it_found_can_be_changed(found: Evaluation) -> None:
    for name in ("labels", "readings", "probabilities", "losses", "confusion", "recall"):
        with pytest.raises(ValueError, match="read-only"):
            getattr(found, name)[0] = 0


def test_the_set_itself_stays_writeable_and_the_layers_as_they_were(bundled: Dataset) -> None:
    network, labels = reading_network(), bundled.test_labels[:50].copy()
    network.predict(scale(bundled.test_images[:1]))
    inputs = network.layers["Affine1"].x
    finished(evaluate(network, bundled.test_images[:50], labels))
    assert labels.flags.writeable
    assert network.layers["Affine1"].x is inputs


def test_large_networks_read_fewer_digits_in_a_step(bundled: Dataset) -> None:
    network = Network((784, *[1000] * 8, 10), dtype=np.float32, seed=0)
    parameters = sum(array.size for array in network.params.values())
    parts = list(blocks(network, 100))
    assert all((part.stop - part.start) * parameters <= BLOCK_WORK for part in parts)
    assert [n for part in parts for n in range(part.start, part.stop)] == list(range(100))
    images, labels = bundled.test_images[:60], bundled.test_labels[:60]
    assert finished(evaluate(network, images, labels)).accuracy == accuracy(network, images, labels)


@given(pairs)
def test_precision_and_recall_are_counted(cases: list[tuple[int, int]]) -> None:
    found = evaluation(*zip(*cases, strict=True))
    for digit in range(10):
        hits = cases.count((digit, digit))
        read = sum(reading == digit for _, reading in cases)
        there = sum(label == digit for label, _ in cases)
        for share, total in ((found.precision, read), (found.recall, there)):
            np.testing.assert_equal(share[digit], hits / total if total else np.nan)


@given(pairs, st.integers(0, 2**32 - 1))
def test_mistakes_and_cells_hold_each_digit_once_the_worst_first(cases, seed: int) -> None:
    losses = np.random.default_rng(seed).integers(0, 4, len(cases))
    found = evaluation(*zip(*cases, strict=True), losses)
    ranked = sorted(range(len(cases)), key=lambda n: (-losses[n], n))
    wrong = [n for n in ranked if cases[n][0] != cases[n][1]]
    assert found.mistakes().tolist() == wrong
    assert found.mistakes(label=3).tolist() == [n for n in wrong if cases[n][0] == 3]
    assert found.mistakes(reading=3).tolist() == [n for n in wrong if cases[n][1] == 3]
    assert found.mistakes(3, 5).tolist() == found.cell(3, 5).tolist()
    assert found.mistakes(3, 3).size == 0
    for label, reading in np.ndindex(10, 10):
        cell = found.cell(label, reading).tolist()
        assert cell == [n for n in ranked if cases[n] == (label, reading)]
        assert len(cell) == found.confusion[label, reading]


def test_on_the_diagonal_the_least_sure_comes_first(found: Evaluation) -> None:
    sure = found.probabilities[found.cell(7, 7), 7]
    assert len(sure) > 50
    assert (np.diff(sure) >= 0).all()


@pytest.mark.parametrize(
    ("right", "count", "low", "high"),
    [(951, 1000, 0.93581, 0.96274), (0, 10, 0.0, 0.27753), (10, 10, 0.72247, 1.0),
     (1, 2, 0.09453, 0.90547), (9784, 10_000, 0.97536, 0.98107)],
)  # fmt: skip
def test_the_interval_is_wilsons(right: int, count: int, low: float, high: float) -> None:
    assert wilson_interval(right, count) == pytest.approx((low, high), abs=6e-6)


@given(st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_solves_its_equation_and_holds_the_share(case: tuple[int, int]) -> None:
    right, count = case
    low, high = wilson_interval(right, count)
    assert 0 <= low <= right / count <= high <= 1
    for end in (low, high):
        # Either end is a share from which what was seen is 1.96 standard errors away.
        away = (right / count - end) ** 2
        assert away == pytest.approx(3.8414588 * end * (1 - end) / count, rel=1e-5, abs=1e-14)


def test_the_interval_of_an_evaluation_is_that_of_its_accuracy(found: Evaluation) -> None:
    assert found.interval == wilson_interval(found.right, 1000)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_loss_is_finite_for_all_finite_scores(dtype: type, bundled: Dataset) -> None:
    scores = np.full(10, np.finfo(dtype).min)
    scores[3] = np.finfo(dtype).max
    found = finished(evaluate(constant(scores), bundled.test_images[:5], np.array([3, 0, 1, 3, 9])))
    assert found.readings.tolist() == [3] * 5
    assert np.isfinite(found.losses).all()
    assert found.losses[[0, 3]].tolist() == [0, 0]
    assert (found.losses[[1, 2, 4]] > 1e38).all()
    assert np.isfinite(found.loss)


@pytest.mark.parametrize("score", [np.nan, np.inf, -np.inf], ids=str)
def test_a_network_without_finite_scores_reads_no_digit(score: float, bundled: Dataset) -> None:
    scores = np.zeros(10)
    scores[4] = score
    with pytest.raises(EvaluationError, match="no longer computes finite numbers"):
        finished(evaluate(constant(scores), bundled.test_images, bundled.test_labels))


def test_a_network_that_overflows_reads_no_digit(bundled: Dataset) -> None:
    network = Network((784, 20, 10), weight_init_std=1e30, dtype=np.float32, seed=0)
    with pytest.raises(EvaluationError):
        finished(evaluate(network, bundled.test_images, bundled.test_labels))


def test_a_unit_that_is_infinitely_shut_does_not_keep_a_network_from_reading(bundled) -> None:
    network = Network.from_params(reading_network().params)
    network.params["b1"][7] = -np.inf
    found = finished(evaluate(network, bundled.test_images, bundled.test_labels))
    assert found.accuracy > 0.5


def test_nothing_can_be_said_of_no_digits(bundled: Dataset) -> None:
    network = reading_network()
    with pytest.raises(ValueError, match="a label for each"):
        finished(evaluate(network, bundled.test_images[:0], bundled.test_labels[:0]))
    with pytest.raises(ValueError, match="a label for each"):
        finished(evaluate(network, bundled.test_images[:3], bundled.test_labels[:2]))
    with pytest.raises(ValueError, match="10 scores"):
        finished(evaluate(Network((784, 5)), bundled.test_images[:1], bundled.test_labels[:1]))


@given(st.integers(0, 5000), st.integers(1, 3000))
def test_evenly_spaced_examples_are_all_or_so_many_different_ones(count: int, most: int) -> None:
    chosen = evenly_spaced(count, most)
    assert len(chosen) == min(count, most)
    if count <= most:
        assert chosen.tolist() == list(range(count))
    elif most > 1:
        gaps = np.diff(chosen)
        assert gaps.min() >= 1
        assert gaps.max() - gaps.min() <= 1
        assert (chosen[0], chosen[-1] < count) == (0, True)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_network_without_finite_scores_reads_no_digit_and_none_right(
    bundled: Dataset, bad: float
) -> None:
    scores = np.zeros(10, np.float32)
    scores[4] = bad
    network, images, labels = constant(scores), bundled.test_images, bundled.test_labels
    assert (predicted_labels(network, images[:5]) == NO_DIGIT).all()
    assert accuracy(network, images, labels) == 0
    assert next_mistake(network, images, labels, after=6) == 7

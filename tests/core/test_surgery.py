import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from steps import finished, reading_network

from bpcore.datasets.mnist import Dataset
from bpcore.evaluation import Evaluation, EvaluationError, evaluate
from bpcore.network import Network
from bpcore.surgery import effect, operated

HIDDEN = (12, 9, 7)


def network(depth: int, activation: str = "relu", **options: object) -> Network:
    sizes = (784, *HIDDEN[:depth], 10)
    return Network(sizes, activation=activation, initializer="he", seed=depth, **options)  # type: ignore[arg-type]


def digits(count: int = 20) -> np.ndarray:
    return np.random.default_rng(1).random((count, 784))


def scores_with(net: Network, scales: dict[int, float]) -> np.ndarray:
    """Compute the scores with the outputs of the first hidden layer times ``scales``."""
    first, activation, *rest = net.twin().layers.values()
    x = activation.forward(first.forward(digits()))
    for unit, factor in scales.items():
        x[:, unit] *= factor
    for layer in rest:
        x = layer.forward(x)
    return x


units = st.dictionaries(st.integers(0, HIDDEN[0] - 1), st.floats(-4, 4), max_size=6)


@given(units, st.integers(1, 3), st.sampled_from(["relu", "sigmoid", "tanh"]))
def test_scaled_weights_do_what_scaled_outputs_would(scales, depth: int, activation: str) -> None:
    net = network(depth, activation)
    scores = operated(net, scales).predict(digits())
    np.testing.assert_allclose(scores, scores_with(net, scales), rtol=1e-9, atol=1e-12)


@given(st.sets(st.integers(0, HIDDEN[0] - 1)), st.integers(1, 3), st.sampled_from(["relu", "tanh"]))
def test_a_unit_that_is_off_is_one_whose_output_is_zero(off, depth: int, activation: str) -> None:
    net, scales = network(depth, activation), dict.fromkeys(off, 0.0)
    scores = operated(net, scales).predict(digits())
    np.testing.assert_array_equal(scores, scores_with(net, scales))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("scales", [{}, {0: 1}, {3: 1.0, 5: 1.0}], ids=str)
def test_a_factor_of_1_changes_no_bit(scales: dict[int, float], dtype: type) -> None:
    net = network(2, "sigmoid", dtype=dtype, weight_decay=0.01)
    copy = operated(net, scales)
    assert (copy.sizes, copy.activation, copy.dtype) == (net.sizes, net.activation, net.dtype)
    assert copy.weight_decay == net.weight_decay
    for name, array in net.params.items():
        assert copy.params[name].tobytes() == array.tobytes()


def test_only_the_row_of_the_unit_changes_and_only_in_the_copy() -> None:
    net = network(2)
    before = {name: array.copy() for name, array in net.params.items()}
    copy = operated(net, {4: 0.0, 6: -2.0})
    for name, array in net.params.items():
        np.testing.assert_array_equal(array, before[name])
        assert not np.shares_memory(array, copy.params[name])
        if name != "W2":
            np.testing.assert_array_equal(array, copy.params[name])
    changed = np.flatnonzero((copy.params["W2"] != net.params["W2"]).any(axis=1))
    assert changed.tolist() == [4, 6]
    np.testing.assert_array_equal(copy.params["W2"][6], -2 * net.params["W2"][6])


def test_off_is_off_also_where_a_weight_is_infinite() -> None:
    net = network(1)
    net.params["W2"][5, 2] = np.inf
    assert np.isfinite(operated(net, {5: 0}).predict(digits())).all()


@pytest.mark.parametrize("unit", [-1, 12, 784])
def test_a_unit_that_there_is_not_is_named(unit: int) -> None:
    with pytest.raises(ValueError, match=f"no hidden unit {unit}; the first hidden layer has 12"):
        operated(network(2), {unit: 0.0})


def test_without_a_hidden_layer_there_is_nothing_to_operate_on() -> None:
    assert operated(network(0), {}).sizes == (784, 10)
    with pytest.raises(ValueError, match="the first hidden layer has 0"):
        operated(network(0), {0: 0.0})


@pytest.mark.parametrize("factor", [np.nan, np.inf, -np.inf], ids=str)
def test_a_factor_is_a_number(factor: float) -> None:
    with pytest.raises(ValueError, match="the factor of unit 3 must be a number"):
        operated(network(1), {3: factor})


def test_what_a_factor_makes_too_large_is_told_by_the_evaluation(bundled: Dataset) -> None:
    loud = operated(reading_network(), {0: 1e300})
    with pytest.raises(EvaluationError):
        finished(evaluate(loud, bundled.test_images, bundled.test_labels))


def outcome(labels: list[int], readings: list[int]) -> Evaluation:
    count = len(labels)
    arrays = np.array(labels, np.intp), np.array(readings, np.intp)
    return Evaluation(*arrays, np.full((count, 10), 0.1), np.zeros(count))


def test_an_effect_says_which_digits_changed_sides() -> None:
    before = outcome([0, 1, 2, 3, 4, 5], [0, 1, 7, 7, 4, 7])
    after = outcome([0, 1, 2, 3, 4, 5], [0, 9, 2, 7, 8, 6])
    found = effect(before, after)
    assert found.lost.tolist() == [1, 4]
    assert found.won.tolist() == [2]
    assert found.moved.tolist() == [5]
    assert found.accuracy == pytest.approx(-1 / 6)
    np.testing.assert_array_equal(found.confusion, after.confusion - before.confusion)
    assert found.confusion.sum() == 0
    with pytest.raises(ValueError, match="read-only"):
        found.lost[0] = 0


def test_most_units_can_be_missed_and_none_is_missed_without_an_effect_on_scores(bundled) -> None:
    net = reading_network()
    before = finished(evaluate(net, bundled.test_images, bundled.test_labels))
    losses = []
    for unit in range(0, 50, 7):
        after = finished(
            evaluate(operated(net, {unit: 0}), bundled.test_images, bundled.test_labels)
        )
        found = effect(before, after)
        assert after.right - before.right == len(found.won) - len(found.lost)
        losses.append(found.accuracy)
    assert min(losses) < 0
    assert np.median(losses) > -0.1


def test_evaluations_of_different_digits_are_not_compared() -> None:
    with pytest.raises(ValueError, match="different digits"):
        effect(outcome([1, 2], [1, 2]), outcome([2, 1], [1, 2]))

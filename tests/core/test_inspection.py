import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from steps import finished, reading_network

from bpcore.datasets.mnist import Dataset, scale
from bpcore.health import SATURATED_SLOPE
from bpcore.histogram import BINS, Histogram, counted, edges_for, round_edges
from bpcore.inspection import Inspection, inspect
from bpcore.network import Network


def network(*hidden: int, activation: str = "relu", **options: object) -> Network:
    options = {"initializer": "he", "seed": 5} | options
    return Network((784, *hidden, 10), activation=activation, **options)  # type: ignore[arg-type]


def inspected(net: Network, dataset: Dataset, like: Inspection | None = None) -> Inspection:
    return finished(inspect(net, dataset.train_images, like))


def outputs(net: Network, dataset: Dataset) -> dict[str, np.ndarray]:
    """Return the outputs of each hidden layer on the digits that are looked at."""
    x = scale(dataset.train_images[:: max(len(dataset.train_images) // 1000, 1)], net.dtype)
    found = {}
    for name, layer in net.twin().layers.items():
        x = layer.forward(x)
        if not name.startswith("Affine"):
            found[name] = x
    return found


def count(values: np.ndarray, edges: np.ndarray, zeros_apart: bool = False) -> Histogram:
    return finished(counted(values, edges, zeros_apart))


# Units.


def test_a_relu_is_dead_that_opens_for_no_digit(bundled: Dataset) -> None:
    net = network(12, 9)
    net.params["b1"][[2, 7]] = -1e3
    net.params["b2"][4] = -1e3
    found = inspected(net, bundled)
    for name, values in outputs(net, bundled).items():
        np.testing.assert_array_equal(found.layers[name].dead, (values == 0).all(axis=0))
    assert found.count == 1000
    assert np.flatnonzero(found.dead).tolist() == [2, 7]
    assert found.layers["Relu2"].dead[4]
    assert not found.saturated.any()


def test_a_relu_that_opens_for_a_single_digit_is_not_dead(small: Dataset) -> None:
    net = network(3)
    x = scale(small.train_images, net.dtype) @ net.params["W1"]
    best, second = np.sort(x[:, 1])[[-1, -2]]
    net.params["b1"][1] = -(best + second) / 2
    assert not inspected(net, small).dead[1]
    net.params["b1"][1] = -best - 1e-9
    assert inspected(net, small).dead[1]


@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
def test_a_unit_is_saturated_in_the_digits_that_leave_it_no_slope(
    bundled: Dataset, activation: str
) -> None:
    net = network(15, 8, activation=activation, initializer="std", weight_init_std=0.6)
    found = inspected(net, bundled)
    for name, y in outputs(net, bundled).items():
        slope = 4 * y * (1 - y) if activation == "sigmoid" else 1 - y * y
        expected = (slope < SATURATED_SLOPE).mean(axis=0)
        np.testing.assert_allclose(found.layers[name].saturated, expected, atol=1e-12)
        assert not found.layers[name].dead.any()
    assert 0 < found.saturated.mean() < 1
    assert found.saturated is found.layers[f"{activation.capitalize()}1"].saturated


def test_a_network_without_hidden_layers_has_no_units(small: Dataset) -> None:
    found = inspected(network(), small)
    assert found.dead.shape == found.saturated.shape == (0,)
    assert found.activations.total == 0
    assert not found.activations.shares.any()
    assert list(found.weights) == ["W1"]


def test_a_network_that_has_learned_has_no_dead_units(bundled: Dataset) -> None:
    found = inspected(reading_network(), bundled)
    assert not found.dead.any()
    assert 0.2 < found.activations.zeros < 0.8


# Histograms of a network.


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
def test_histograms_count_every_output_and_every_weight(bundled: Dataset, activation: str) -> None:
    net = network(15, 8, activation=activation, dtype=np.float32)
    found = inspected(net, bundled)
    values = outputs(net, bundled)
    assert list(found.layers) == list(values)
    for name, array in values.items():
        assert_counts(found.layers[name].activations, array, activation == "relu")
    assert list(found.weights) == ["W1", "W2", "W3"]
    for name, histogram in found.weights.items():
        assert_counts(histogram, net.params[name], False)


def assert_counts(found: Histogram, values: np.ndarray, zeros_apart: bool) -> None:
    zeros = np.count_nonzero(values == 0) if zeros_apart else 0
    inside = values[values != 0] if zeros_apart else values
    np.testing.assert_array_equal(found.counts, np.histogram(inside, found.edges)[0])
    assert found.total == values.size == found.counts.sum() + zeros
    assert found.zeros == zeros / values.size
    assert (found.below, found.above) == (0, 0)
    assert found.shares.sum() + found.zeros == pytest.approx(1)


@pytest.mark.parametrize(("activation", "low"), [("sigmoid", 0), ("tanh", -1)])
def test_the_edges_of_a_bounded_activation_are_its_bounds(
    small: Dataset, activation: str, low: int
) -> None:
    net = network(6, activation=activation, initializer="std", weight_init_std=0.001)
    edges = inspected(net, small).activations.edges
    np.testing.assert_allclose(edges, np.linspace(low, 1, 41), atol=1e-15)


def test_the_histogram_of_a_relu_begins_at_0(small: Dataset) -> None:
    net = network(6)
    net.params["b1"] = np.full(6, 50.0)
    found = inspected(net, small).activations
    assert found.edges[0] == found.zeros == 0


def test_then_and_now_have_the_same_edges(bundled: Dataset) -> None:
    now = inspected(reading_network(), bundled)
    first = Network((784, 50, 10), seed=42, dtype=np.float32)
    then = inspected(first, bundled, like=now)
    again = inspected(first, bundled)
    for name in ("W1", "W2"):
        assert then.weights[name].edges is now.weights[name].edges
        assert then.weights[name].counts.sum() == first.params[name].size
        assert again.weights[name].edges[-1] < now.weights[name].edges[-1]
    assert then.activations.edges is now.activations.edges


def test_what_lies_beyond_the_edges_of_another_is_told(small: Dataset) -> None:
    narrow, wide = network(6, seed=1), network(6, seed=1)
    wide.params["W1"] *= 3
    like = inspected(narrow, small)
    found, edges = inspected(wide, small, like=like).weights["W1"], like.weights["W1"].edges
    assert found.below == np.count_nonzero(wide.params["W1"] < edges[0]) > 0
    assert found.above == np.count_nonzero(wide.params["W1"] > edges[-1]) > 0
    assert found.counts.sum() + found.below + found.above == found.total == 784 * 6


def test_layers_that_the_other_does_not_have_get_edges_of_their_own(small: Dataset) -> None:
    like, net = inspected(network(6, activation="tanh"), small), network(6, 5)
    found = inspected(net, small, like=like)
    assert found.weights["W1"].edges is like.weights["W1"].edges
    assert_counts(found.layers["Relu2"].activations, outputs(net, small)["Relu2"], True)
    assert_counts(found.weights["W3"], net.params["W3"], False)


def test_numbers_that_have_left_the_range_are_above(small: Dataset) -> None:
    net = network(4, dtype=np.float32)
    net.params["W1"] *= np.float32(1e37)
    net.params["b1"][0] = np.float32(3e38)
    found = inspected(net, small)
    assert found.activations.total == 300 * 4
    assert np.isfinite(found.activations.edges).all()


def test_numbers_that_are_none_are_in_no_bin(small: Dataset) -> None:
    net = network(4)
    net.params["W2"][0] = np.nan
    found = inspected(net, small).weights["W2"]
    assert (found.total, found.counts.sum()) == (40, 30)


@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
def test_smaller_steps_find_the_same(
    small: Dataset, activation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    net = network(9, 7, activation=activation, initializer="std", weight_init_std=0.5)
    at_once = inspected(net, small)
    monkeypatch.setattr("bpcore.steps.STEP_WORK", 100_000)
    monkeypatch.setattr("bpcore.histogram._CHUNK", 64)
    in_steps = inspected(net, small)
    for one, other in zip(at_once.layers.values(), in_steps.layers.values(), strict=True):
        np.testing.assert_array_equal(one.dead, other.dead)
        np.testing.assert_allclose(one.saturated, other.saturated)
        assert one.activations.zeros == pytest.approx(other.activations.zeros)
    np.testing.assert_array_equal(at_once.weights["W1"].counts, in_steps.weights["W1"].counts)


def test_the_network_stays_as_it_is(small: Dataset) -> None:
    net = network(6, 5, activation="sigmoid")
    x, t = scale(small.train_images[:5], np.float64), small.train_labels[:5]
    expected = net.gradient(x, t)
    inspected(net, small)
    net.backward()  # of the last pass, which it still remembers
    for name, gradient in net.grads.items():
        np.testing.assert_array_equal(gradient, expected[name])


def test_what_is_found_can_not_be_written_to(small: Dataset) -> None:
    found = inspected(network(6), small)
    histogram = found.weights["W1"]
    for array in (found.dead, found.saturated, histogram.edges, histogram.counts):
        assert not array.flags.writeable


def test_without_images_there_is_nothing_to_inspect(small: Dataset) -> None:
    with pytest.raises(ValueError, match="at least one image"):
        finished(inspect(network(6), small.train_images[:0]))


# Histograms alone.

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


@given(NUMBERS, NUMBERS)
def test_edges_cover_what_they_are_for_in_round_steps(one: float, other: float) -> None:
    low, high = min(one, other), max(one, other)
    edges = round_edges(low, high)
    assert (np.diff(edges) > 0).all()
    assert len(edges) <= BINS + 3
    if abs(low) < 1e290 and abs(high) < 1e290:
        assert edges[0] <= low
        assert high <= edges[-1]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 1, np.arange(41) / 40),
        (-0.31, 0.52, np.arange(-13, 22) * 25 / 1000),
        (0, 3900, np.arange(40) * 100),
    ],
    ids=str,
)
def test_edges_are_the_numbers_that_one_would_write(
    low: float, high: float, expected: np.ndarray
) -> None:
    np.testing.assert_array_equal(round_edges(low, high), expected)


@pytest.mark.parametrize("value", [0.0, 3.0, -0.02])
def test_a_single_number_is_in_the_middle_of_its_edges(value: float) -> None:
    edges = edges_for(np.full(5, value))
    assert edges[0] < value < edges[-1]
    assert count(np.full(5, value), edges).counts.sum() == 5


def test_where_there_are_no_numbers_edges_reach_from_minus_1_to_1() -> None:
    for values in (np.empty(0), np.array([np.nan, np.inf])):
        assert edges_for(values)[[0, -1]].tolist() == [-1, 1]


def test_a_number_on_an_edge_is_counted_where_a_bin_begins_and_the_last_in_the_last_bin() -> None:
    found = count(np.array([0.0, 1.0, 1.0, 2.0]), np.array([0.0, 1.0, 2.0]))
    assert found.counts.tolist() == [1, 3]
    assert (found.below, found.above) == (0, 0)


def test_zeros_are_counted_apart_only_if_they_are_wanted_so() -> None:
    values, edges = np.array([0.0, -0.0, 1e-30, 0.5]), np.array([0.0, 1.0])
    assert count(values, edges, zeros_apart=True).zeros == 0.5
    assert count(values, edges, zeros_apart=True).counts.tolist() == [2]
    assert (count(values, edges).zeros, count(values, edges).counts.tolist()) == (0, [4])

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bpcore.graph import twins
from bpcore.graph.trace import trace_pass
from bpcore.graph.twins import LANES, Lane, compare_activations
from bpcore.initializers import initial_weights
from bpcore.layers import Affine, Relu, Sigmoid
from bpcore.network import Network
from tests.core.fuzzing import CASES
from tests.core.graphs import batch, close, networks


def network(*sizes: int, activation: str = "relu") -> Network:
    return Network(sizes or (6, 5, 4), activation=activation, initializer="he", seed=1)


@CASES
@given(networks(), st.integers(0, 10**6))
def test_the_lane_of_the_networks_own_activation_is_the_networks_own_pass(
    net: Network, seed: int
) -> None:
    assume(net.activation in LANES and len(net.sizes) > 2)
    x, t = batch(net, 1, seed)
    values = trace_pass(net, x, t).values
    lane = compare_activations(net, x, t)[net.activation]
    for number, crossing in enumerate(lane.crossings, start=1):
        np.testing.assert_array_equal(crossing.z, values[f"z{number}"][0])
        np.testing.assert_array_equal(crossing.a, values[f"a{number}"][0])
        np.testing.assert_array_equal(crossing.upstream, values[f"da{number}"][0])
        np.testing.assert_array_equal(crossing.downstream, values[f"dz{number}"][0])


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
@pytest.mark.parametrize("layers", [None, 1, 2, 5])
def test_both_lanes_get_the_same_example_and_the_same_upstream_gradient(
    activation: str, layers: int | None
) -> None:
    net = network(6, 5, 5, 4, activation=activation)
    x, t = batch(net, 1, seed=0)
    values = trace_pass(net, x, t).values
    lanes = compare_activations(net, x, t, layers=layers)
    assert tuple(lanes) == LANES
    top = values[f"da{min(layers or 2, 2)}"][0]
    for lane in lanes.values():
        assert len(lane.crossings) == (layers or 2)
        np.testing.assert_array_equal(lane.crossings[0].z, values["z1"][0])
        np.testing.assert_array_equal(lane.crossings[-1].upstream, top)


@CASES
@given(networks(), st.integers(0, 10**6), st.integers(1, 8))
def test_a_gate_is_open_or_shut_and_a_slope_is_a_quarter_at_most(
    net: Network, seed: int, layers: int
) -> None:
    assume(len(net.sizes) > 2)
    lanes = compare_activations(net, *batch(net, 1, seed), layers=layers)
    for crossing in lanes["relu"].crossings:
        np.testing.assert_array_equal(crossing.factor, crossing.z > 0)
    for crossing in lanes["sigmoid"].crossings:
        np.testing.assert_array_equal(crossing.factor, crossing.a * (1 - crossing.a))
        assert crossing.factor.max() <= 0.25
    for lane in lanes.values():
        for crossing in lane.crossings:
            np.testing.assert_array_equal(crossing.downstream, crossing.upstream * crossing.factor)


def test_further_layers_have_the_same_weights_in_both_lanes() -> None:
    net = network()
    x, t = batch(net, 1, seed=0)
    for kind, activation in (("relu", Relu), ("sigmoid", Sigmoid)):
        short, long = (compare_activations(net, x, t, layers=n)[kind] for n in (2, 3))
        weights = np.sqrt(2 / 5) * np.random.default_rng(0).standard_normal((5, 5))
        z = Affine(weights, np.zeros(5)).forward(activation().forward(short.crossings[0].z[None]))
        close(short.crossings[1].z, z[0])
        np.testing.assert_array_equal(long.crossings[1].z, short.crossings[1].z)


@pytest.fixture
def draws(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that grows by the units of each layer that is drawn."""
    made: list[int] = []

    def drawn(
        name: str, fan_in: int, fan_out: int, rng: np.random.Generator
    ) -> npt.NDArray[np.float64]:
        made.append(fan_in)
        return initial_weights(name, fan_in, fan_out, rng)

    twins._kept_drawn.cache_clear()
    monkeypatch.setattr(twins, "initial_weights", drawn)
    return made


def test_weights_are_drawn_once_and_only_those_that_are_missing(draws: list[int]) -> None:
    net = network()
    x, t = batch(net, 1, seed=0)
    compare_activations(net, x, t, layers=4)
    before = compare_activations(net, x, t, layers=6)
    assert draws == [5] * 5
    for layers in (6, 3, 1):
        compare_activations(net, x, t, layers=layers)
    assert draws == [5] * 5
    twins._kept_drawn.cache_clear()
    again = compare_activations(net, x, t, layers=6)
    for kept, anew in zip(before["relu"].crossings, again["relu"].crossings, strict=True):
        np.testing.assert_array_equal(kept.z, anew.z)


def test_weights_that_would_take_too_much_memory_are_not_kept(
    draws: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    net = network()
    monkeypatch.setattr(twins, "MOST_KEPT", 3 * 5 * 5 * 8)
    compare_activations(net, *batch(net, 1, seed=0), layers=5)
    assert twins._kept_drawn.cache_info().currsize == 0
    compare_activations(net, *batch(net, 1, seed=0), layers=4)
    assert twins._kept_drawn.cache_info().currsize == 1
    compare_activations(network(6, 7, 4), np.ones(6), 1, layers=2)
    assert twins._kept_drawn.cache_info().currsize == 1


def test_another_seed_draws_other_weights() -> None:
    net = network()
    x, t = batch(net, 1, seed=0)
    one, other = (compare_activations(net, x, t, layers=2, seed=seed) for seed in (0, 1))
    assert not np.array_equal(one["relu"].crossings[1].z, other["relu"].crossings[1].z)


def test_what_the_activations_let_through_is_told_layer_by_layer_from_the_top() -> None:
    net = network()
    for lane in compare_activations(net, *batch(net, 1, seed=0), layers=4).values():
        shares = [
            np.linalg.norm(crossing.downstream) / np.linalg.norm(crossing.upstream)
            for crossing in reversed(lane.crossings)
        ]
        assert lane.passed.shape == lane.left.shape == (4,)
        close(lane.passed, np.cumprod(shares))
        top = np.linalg.norm(lane.crossings[-1].upstream)
        close(lane.left[-1], np.linalg.norm(lane.crossings[0].downstream) / top)


def test_the_gradient_vanishes_in_eight_layers_of_sigmoid_and_not_in_eight_of_relu() -> None:
    net = Network((784, 50, 10), initializer="he", seed=0)
    x = np.random.default_rng(0).random(784)
    lanes = compare_activations(net, x, 3, layers=8)
    assert lanes["sigmoid"].passed[-1] <= 0.25**8
    assert lanes["sigmoid"].left[-1] < 1e-3 < 0.1 < lanes["relu"].left[-1]


def test_where_no_gradient_arrives_nothing_passes() -> None:
    net = network()
    net.params["W2"] = np.zeros((5, 4))
    lane = compare_activations(net, *batch(net, 1, seed=0))["relu"]
    assert (lane.passed.tolist(), lane.left.tolist()) == ([0], [0])


def test_lanes_are_read_only() -> None:
    net = network()
    lanes = compare_activations(net, *batch(net, 1, seed=0))
    for lane in lanes.values():
        crossing = lane.crossings[0]
        for array in (crossing.z, crossing.a, crossing.upstream, crossing.downstream):
            assert not array.flags.writeable
        assert not crossing.factor.flags.writeable
    with pytest.raises(TypeError):
        lanes["relu"] = Lane("relu", ())  # type: ignore[index]


def test_what_single_precision_could_not_square_is_told_in_full() -> None:
    single, double = (
        compare_activations(
            Network((6, 5, 4), initializer="he", dtype=dtype, seed=1), np.ones(6), 1, layers=50
        )["sigmoid"]
        for dtype in ("float32", "float64")
    )
    np.testing.assert_allclose(single.passed, double.passed, rtol=1e-3)
    np.testing.assert_allclose(single.left, double.left, rtol=1e-3)


def test_single_precision_stays_single() -> None:
    net = Network((6, 5, 4), dtype="float32", seed=1)
    lane = compare_activations(net, *batch(net, 1, seed=0), layers=3)["sigmoid"]
    assert {crossing.downstream.dtype for crossing in lane.crossings} == {np.dtype(np.float32)}


@pytest.mark.parametrize("layers", [0, -1, 65])
def test_a_stack_of_no_layers_or_of_too_many_is_refused(layers: int) -> None:
    with pytest.raises(ValueError, match=f"layers must be 1 to 64, not {layers}"):
        compare_activations(network(), np.ones(6), 1, layers=layers)


def test_a_network_without_hidden_layers_has_nothing_to_compare() -> None:
    with pytest.raises(ValueError, match="no hidden layer"):
        compare_activations(network(6, 4), np.ones(6), 1)


def test_one_example_is_compared_and_no_batch() -> None:
    with pytest.raises(ValueError, match="give one example"):
        compare_activations(network(), np.ones((2, 6)), [1, 2])


def test_lanes_are_short_when_printed() -> None:
    net = network()
    lane = compare_activations(net, *batch(net, 1, seed=0), layers=2)["sigmoid"]
    assert repr(lane) == f"<Lane sigmoid: 2 layers, {lane.left[1]:.3g} of the gradient is left>"
    passed = lane.crossings[0].passed
    assert repr(lane.crossings[0]) == f"<Crossing of 5 units, {passed:.3g} of the gradient passes>"

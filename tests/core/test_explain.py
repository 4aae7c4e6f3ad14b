import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpcore.graph.explain import explain_gradient
from bpcore.graph.explanation import Chain, Explanation
from bpcore.network import Network
from tests.core.fuzzing import CASES
from tests.core.graphs import batch, close, networks


def network(*sizes: int, activation: str = "relu", decay: float = 0.0) -> Network:
    return Network(
        sizes or (6, 5, 4),
        activation=activation,
        weight_init_std=0.7,
        weight_decay=decay,
        seed=3,
    )


def explained(net: Network, parameter: str = "W1", index: tuple[int, ...] = (1, 2)) -> Chain:
    x, t = batch(net, 1, seed=1)
    return explain_gradient(net, x, t, parameter, index).examples[0]


def lit(net: Network) -> np.ndarray:
    """An example without dark inputs."""
    return np.linspace(0.5, 1, net.sizes[0])


# Truth


@CASES
@given(networks(), st.integers(1, 4), st.integers(0, 10**6), st.data())
def test_the_gradient_is_the_networks(
    net: Network, count: int, seed: int, data: st.DataObject
) -> None:
    x, t = batch(net, count, seed)
    name = data.draw(st.sampled_from(sorted(net.params)))
    shape = net.params[name].shape
    index = tuple(data.draw(st.integers(0, length - 1)) for length in shape)
    explanation = explain_gradient(net, x, t, name, index, paths=10_000)
    close(explanation.gradient, net.gradient(x, t)[name][index])
    mean = math.fsum(chain.gradient for chain in explanation.examples) / count
    close(explanation.gradient, mean + explanation.penalty)
    for chain in explanation.examples:
        close(math.prod(factor.value for factor in chain.factors), chain.gradient)
        assert (chain.others, chain.rest) == (0, 0)
        close(math.fsum(path.contribution for path in chain.paths), chain.gradient)
        for path in chain.paths:
            assert math.prod(factor.value for factor in path.factors) == path.contribution


@CASES
@given(networks(), st.integers(0, 10**6), st.integers(0, 20))
def test_the_largest_paths_are_listed_and_the_others_added_up(
    net: Network, seed: int, most: int
) -> None:
    x, t = batch(net, 1, seed)
    every = explain_gradient(net, x, t, "b1", 0, paths=10_000).examples[0]
    some = explain_gradient(net, x, t, "b1", 0, paths=most).examples[0]
    assert len(some.paths) == min(most, len(every.paths))
    assert len(some.paths) + some.others == len(every.paths)
    sizes = sorted((abs(path.contribution) for path in every.paths), reverse=True)
    close([abs(path.contribution) for path in some.paths], sizes[: len(some.paths)])
    listed = {path.units for path in some.paths}
    rest = math.fsum(path.contribution for path in every.paths if path.units not in listed)
    close(some.rest, rest)


def test_the_gradient_of_one_example_in_a_batch_is_its_own() -> None:
    net = network()
    x, t = batch(net, 3, seed=1)
    chains = explain_gradient(net, x, t, "W1", (1, 2)).examples
    for row, chain in enumerate(chains):
        close(chain.gradient, net.gradient(x[[row]], t[[row]])["W1"][1, 2])


def test_weight_decay_is_told_apart() -> None:
    net = network(decay=0.1)
    x, t = batch(net, 2, seed=1)
    weight = explain_gradient(net, x, t, "W2", (1, 2))
    assert weight.penalty == 0.1 * net.params["W2"][1, 2]
    assert explain_gradient(net, x, t, "b2", 2).penalty == 0


def test_single_precision_is_explained_as_well() -> None:
    net = Network((6, 5, 4), weight_init_std=0.7, dtype="float32", seed=3)
    x, t = batch(net, 2, seed=1)
    explanation = explain_gradient(net, x, t, "W1", (1, 2))
    expected = net.gradient(x, t)["W1"][1, 2]
    np.testing.assert_allclose(explanation.gradient, expected, rtol=1e-5)


# The factors


def test_a_path_names_its_factors_from_the_loss_down() -> None:
    chain = explained(network(6, 5, 4, 3, activation="sigmoid"))
    path = chain.paths[0]
    k, m, j = path.units
    assert j == 2
    assert [(factor.name, factor.node) for factor in path.factors] == [
        (f"y[{k}] − t[{k}]", "SoftmaxWithLoss"),
        (f"W3[{m},{k}]", "Affine3"),
        (f"da2[{m}]/dz2[{m}]", "Sigmoid2"),
        (f"W2[2,{m}]", "Affine2"),
        ("da1[2]/dz1[2]", "Sigmoid1"),
        ("x[1]", "Affine1"),
    ]
    assert [(factor.name, factor.node) for factor in chain.factors] == [
        ("da1[2]", "Affine2"),
        ("da1[2]/dz1[2]", "Sigmoid1"),
        ("x[1]", "Affine1"),
    ]


def test_a_weight_of_the_last_layer_has_one_path() -> None:
    chain = explained(network(), "W2", (4, 3))
    names = ["y[3] − t[3]", "a1[4]"]
    assert [factor.name for factor in chain.factors] == names
    (path,) = chain.paths
    assert path.units == (3,)
    assert [factor.name for factor in path.factors] == names


def test_a_bias_is_multiplied_by_one() -> None:
    last = explained(network(), "b1", (2,)).factors[-1]
    assert (last.name, last.value) == ("1", 1)


def test_a_two_layer_network_has_a_path_per_class() -> None:
    assert sorted(path.units for path in explained(network()).paths) == [(k, 2) for k in range(4)]


# Where the gradient is 0


def dead(activation: str = "relu") -> Network:
    net = network(activation=activation)
    net.params["b1"] = [0, 0, -1e4, 0, 0]
    return net


def test_a_dead_relu_is_named_with_the_number_that_shuts_it() -> None:
    net = dead()
    explanation = explain_gradient(net, lit(net), 1, "W1", (1, 2))
    assert explanation.gradient == 0
    (blocked,) = explanation.examples[0].blocked
    assert (blocked.name, blocked.value, blocked.node) == ("da1[2]/dz1[2]", 0, "Relu1")
    z = net.layers["Affine1"].forward(lit(net)[None])[0, 2]
    assert explanation.reasons == (f"Relu1[2] is closed: z1[2] = −{-z:.6g} is not above 0",)


def test_a_dead_relu_further_up_shows_in_the_paths() -> None:
    net = network(6, 5, 4, 3)
    net.params["b2"] = [-1e4] * 4
    chain = explain_gradient(net, lit(net), 1, "b1", 0).examples[0]
    assert "no gradient reaches a1[0]: all of Relu2 is closed" in chain.reasons
    for path in chain.paths:
        assert any("Relu2" in factor.blocks for factor in path.factors)


def test_a_saturated_sigmoid_is_named() -> None:
    net = dead("sigmoid")
    reasons = explain_gradient(net, lit(net), 1, "W1", (1, 2)).reasons
    assert reasons[0].startswith("Sigmoid1[2] is saturated: its slope is 0 where z1[2] = −")


def test_weights_that_are_all_zero_are_named() -> None:
    net = network(activation="tanh")
    net.params["W2"] = np.zeros((5, 4))
    (reason,) = explain_gradient(net, lit(net), 1, "b1", 0).reasons
    assert reason == "no gradient reaches a1[0]: W2[0] is 0 throughout"


def test_an_answer_that_is_exactly_right_is_named() -> None:
    net = network(activation="tanh")
    net.params["b2"] = [0, 1e4, 0, 0]
    (reason,) = explain_gradient(net, lit(net), 1, "b1", 0).reasons
    assert reason == "no gradient reaches a1[0]: y is exactly t"
    (reason,) = explain_gradient(net, lit(net), 1, "b2", 1).reasons
    assert reason == "y[1] is exactly t[1]"


def test_a_gate_that_is_shut_on_the_only_way_is_told_of() -> None:
    net = network(6, 5, 4, 3)
    net.params["W2"] = np.eye(5, 4)
    net.params["b2"] = [-1e4, 0, 0, 0]
    reasons = explain_gradient(net, lit(net), 1, "b1", 0).reasons
    assert any(reason.startswith("no gradient reaches a1[0]: its paths") for reason in reasons)


def test_weights_above_that_are_all_zero_are_named() -> None:
    net = network(6, 5, 4, 3, activation="tanh")
    net.params["W3"] = np.zeros((4, 3))
    (reason,) = explain_gradient(net, lit(net), 1, "b1", 0).reasons
    assert reason == "no gradient reaches a1[0]: W3 is 0 throughout"


def test_a_gradient_that_weight_decay_swallows_is_no_zero() -> None:
    net = network(3, 4, 2, decay=1.0)
    net.params["b2"] = [45, 0]
    net.params["W1"] = np.abs(net.params["W1"]) * 10
    explanation = explain_gradient(net, [0.5, 1, 2], 0, "W1", (0, 1))
    assert explanation.examples[0].gradient != 0
    assert explanation.reasons == ()


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_an_example_that_is_not_finite_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="x must be finite"):
        explain_gradient(network(), np.full(6, bad), 1, "b1", 0)


def test_a_product_below_the_floats_is_told_of() -> None:
    net = network(activation="tanh")
    x = np.full(6, 5e-324)
    (reason,) = explain_gradient(net, x, 1, "W1", (0, 0)).reasons
    assert reason == "the product is closer to 0 than a float can be"


def test_examples_that_cancel_are_told_of() -> None:
    net = Network((1, 2), seed=0)
    net.params["W1"] = np.zeros((1, 2))
    explanation = explain_gradient(net, [[1.0], [1.0]], [0, 1], "b1", 0)
    assert explanation.gradient == 0
    assert explanation.reasons == ("what the examples ask for adds up to 0",)


def test_where_weight_decay_alone_is_left_it_is_told_of() -> None:
    net = network(decay=0.1)
    net.params["b1"] = [0, 0, -1e4, 0, 0]
    explanation = explain_gradient(net, lit(net), 1, "W1", (1, 2))
    assert explanation.gradient == explanation.penalty != 0
    shut, decay = explanation.reasons
    assert shut.startswith("Relu1[2] is closed")
    assert decay.startswith("the gradient is weight decay alone, ")


def test_a_dark_pixel_is_named() -> None:
    net = network()
    x = lit(net)
    x[1] = 0
    assert "x[1] is 0" in explain_gradient(net, x, 1, "W1", (1, 2)).reasons


def test_over_a_batch_it_is_told_in_how_many_examples() -> None:
    net = dead()
    x = np.array([lit(net), lit(net), np.zeros(6)])
    x[2, 1] = 0
    explanation = explain_gradient(net, x, [0, 1, 2], "W1", (1, 2))
    assert explanation.reasons == (
        "Relu1[2] is closed in 3 of 3 examples",
        "x[1] is 0 in 1 of 3 examples",
    )


def test_a_gradient_that_is_not_zero_has_no_reasons() -> None:
    net = network()
    open_unit = int(net.layers["Affine1"].forward(lit(net)[None])[0].argmax())
    explanation = explain_gradient(net, lit(net), 1, "W1", (1, open_unit))
    assert explanation.gradient != 0
    assert explanation.reasons == ()


# What is refused


@pytest.mark.parametrize(
    ("parameter", "index", "message"),
    [
        ("W3", (0, 0), "there is no parameter 'W3', only W1, b1, W2, b2"),
        ("W1", (6, 0), r"W1 has shape \(6, 5\): there is no W1\[6, 0\]"),
        ("W1", (-1, 0), r"there is no W1\[-1, 0\]"),
        ("W1", 0, r"there is no W1\[0\]"),
        ("b1", (0, 0), r"b1 has shape \(5,\): there is no b1\[0, 0\]"),
        ("b1", 5, r"there is no b1\[5\]"),
        ("W1", (1.7, 2), "an index must be a whole number, not 1.7"),
        ("W1", "12", "an index must be a whole number, not '12'"),
    ],
)
def test_an_unknown_parameter_or_index_is_refused(
    parameter: str, index: int | tuple[int, ...], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        explain_gradient(network(), np.ones(6), 1, parameter, index)


@pytest.mark.parametrize("paths", [-1, 10_001])
def test_a_number_of_paths_out_of_range_is_refused(paths: int) -> None:
    with pytest.raises(ValueError, match="paths must be 0 to 10,000"):
        explain_gradient(network(), np.ones(6), 1, "b1", 0, paths=paths)


def test_an_explanation_can_not_be_changed() -> None:
    explanation: Explanation = explain_gradient(network(), np.ones(6), 1, "b1", 0)
    with pytest.raises(AttributeError):
        explanation.gradient = 1.0  # type: ignore[misc]


def test_what_is_explained_is_short_when_printed() -> None:
    explanation = explain_gradient(network(), lit(network()), 1, "W2", (1, 2))
    (chain,) = explanation.examples
    read, upstream = chain.factors[1].value, chain.factors[0].value
    product = f"y[2] − t[2] {upstream:.4g} × a1[1] {read:.4g} = {chain.gradient:.6g}"
    assert repr(explanation) == f"<Explanation of W2[1,2]: {chain.gradient:.6g} over 1 example>"
    assert repr(chain) == f"<Chain {product}>"
    assert repr(chain.paths[0]) == f"<Path {product}>"

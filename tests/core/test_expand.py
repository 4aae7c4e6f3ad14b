import math
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bpcore.graph.expand import expand_layer, expand_network, expand_neuron, expand_unit
from bpcore.graph.graph import Graph
from bpcore.graph.ops import (
    Add,
    Divide,
    Dot,
    Exp,
    Log,
    Max,
    Multiply,
    Negate,
    Reciprocal,
    Relu,
    Sigmoid,
    Subtract,
    Sum,
)
from bpcore.graph.trace import trace_pass
from bpcore.layers import Array
from bpcore.network import Network, TwoLayerNet
from tests.core.fuzzing import CASES
from tests.core.graphs import assert_differentiated, batch, close, networks


def operations(graph: Graph) -> list[type]:
    return [type(node.operation) for node in graph.operations]


def small(activation: str = "relu") -> Network:
    return Network((6, 5, 4), activation=activation, weight_init_std=0.5, seed=1)


def digit() -> tuple[TwoLayerNet, Array, int]:
    """The book's network and a picture of 100 lit pixels."""
    rng = np.random.default_rng(0)
    x = np.zeros(784)
    x[rng.choice(784, 100, replace=False)] = rng.random(100)
    return TwoLayerNet(784, 50, 10, weight_init_std=0.1, seed=3), x, 7


# Truth


@CASES
@given(networks(), st.integers(1, 4), st.integers(0, 10**6))
def test_a_network_as_a_graph_has_the_networks_values_and_gradients(
    network: Network, count: int, seed: int
) -> None:
    x, t = batch(network, count, seed)
    graph, trace = expand_network(network, x, t), trace_pass(network, x, t)
    values, gradients = graph.forward(), graph.backward()
    for name, value in values.items():
        if name in trace.values:
            close(value, trace.values[name], scale=10)
            if graph.changes(name) and name not in ("loss", "y"):
                close(gradients[name], trace.values[f"d{name}"])
    assert {"loss", *network.params} <= values.keys()


@CASES
@given(networks(), st.integers(1, 4), st.integers(0, 10**6))
def test_a_layer_as_a_graph_has_the_layers_values_and_gradients(
    network: Network, count: int, seed: int
) -> None:
    assume(not network.weight_decay)  # it is no layer's
    x, t = batch(network, count, seed)
    trace = trace_pass(network, x, t)
    for layer in trace.layers:
        graph = expand_layer(network, x, t, layer)
        assert graph.output in ("loss", trace.steps[trace.layers.index(layer)].output)
        close(graph.forward()[graph.output], trace.values[graph.output], scale=10)
        gradients = graph.backward()
        for leaf in graph.leaves:
            if not leaf.constant:
                close(gradients[leaf.name], trace.values[f"d{leaf.name}"])


@CASES
@given(networks(), st.integers(0, 10**6), st.integers(0, 8))
def test_a_unit_as_a_graph_has_the_layers_values_and_gradients(
    network: Network, seed: int, terms: int
) -> None:
    assume(not network.weight_decay)
    x, t = batch(network, 1, seed)
    trace = trace_pass(network, x, t)
    for layer in trace.layers[:-1]:
        output = trace.steps[trace.layers.index(layer)].output
        unit = seed % trace.values[output].shape[1]
        graph = expand_unit(network, x[0], t[0], layer, unit, terms=terms)
        check_unit(graph, trace.values, output, unit)
        assert_differentiated_but_for_kinks(graph)


@CASES
@given(networks(), st.integers(0, 10**6), st.integers(0, 8))
def test_a_neuron_as_a_graph_has_the_layers_values_and_gradients(
    network: Network, seed: int, terms: int
) -> None:
    assume(not network.weight_decay)
    x, t = batch(network, 1, seed)
    trace = trace_pass(network, x, t)
    for number, units in enumerate(network.sizes[1:-1], start=1):
        unit = seed % units
        graph = expand_neuron(network, x, t, number, unit, terms=terms)
        check_unit(graph, trace.values, f"a{number}", unit)
        close(graph.backward()[f"z{number}[{unit}]"], trace.values[f"dz{number}"][0, unit])


def check_unit(graph: Graph, expected: Mapping[str, Array], output: str, unit: int) -> None:
    """Check the value of a unit, its parameters and their gradients against the pass."""
    values, gradients = graph.forward(), graph.backward()
    close(values[f"{output}[{unit}]"], expected[output][0, unit], scale=10)
    close(gradients[graph.output], expected[f"d{output}"][0, unit])
    for leaf in graph.leaves:
        if leaf.parameter:
            array, _, index = leaf.name.rstrip("]").partition("[")
            shown = [f"{array}[{i},{unit}]" in values for i in range(len(expected[array]))]
            where = (
                np.flatnonzero(~np.array(shown)) if "others" in index else int(index.split(",")[0])
            )
            column = expected[array].reshape(len(expected[array]), -1)
            slopes = expected[f"d{array}"].reshape(column.shape)
            at = unit if array.startswith("W") else 0
            close(values[leaf.name], column[where, at])
            close(gradients[leaf.name], slopes[where, at])


def assert_differentiated_but_for_kinks(graph: Graph) -> None:
    values = graph.forward()
    for node in graph.operations:
        if isinstance(node.operation, Relu) and abs(values[node.inputs[0]]) < 1e-3:
            return
    assert_differentiated(graph)


# What is opened, and how far


def test_an_affine_unit_shows_its_largest_terms_and_adds_up_the_others() -> None:
    network, x, t = digit()
    graph = expand_unit(network, x, t, "Affine1", 17, terms=22)
    values = graph.forward()
    terms = x * network.params["W1"][:, 17]
    *shown, others, bias = graph.nodes["z1[17]"].inputs
    largest = sorted(np.abs(terms), reverse=True)[:22]
    assert [abs(float(values[name])) for name in shown] == largest
    assert (others, bias) == ("other 762 terms", "b1[17]")
    rest = np.sort(np.argsort(-np.abs(terms), kind="stable")[22:])
    np.testing.assert_array_equal(values["x[others]"], x[rest])
    close(values["other 762 terms"], terms[rest].sum())
    close(sum(float(values[name]) for name in (*shown, others, bias)), values["z1[17]"])


def test_an_affine_unit_is_shown_in_full_on_request() -> None:
    network, x, t = digit()
    graph = expand_unit(network, x, t, "Affine1", 17, terms=None)
    assert operations(graph).count(Multiply) == 784
    assert not any("other" in name for name in graph.nodes)
    trace = trace_pass(network, x[np.newaxis], np.array([t]))
    close(graph.forward()["z1[17]"], trace.values["z1"][0, 17])
    close(graph.backward()["W1[406,17]"], trace.values["dW1"][406, 17])


def test_without_terms_everything_is_one_node() -> None:
    graph = expand_unit(small(), np.ones(6), 1, "Affine1", 0, terms=0)
    assert graph.nodes["z1[0]"].inputs == ("other 6 terms", "b1[0]")


def test_there_is_no_node_for_one_other_term() -> None:
    graph = expand_unit(small(), np.ones(6), 1, "Affine1", 0, terms=5)
    assert operations(graph).count(Multiply) == 6


def test_what_a_unit_hands_back_to_its_input_is_its_share() -> None:
    network, (x, t) = small(), batch(small(), 1, seed=3)
    shares = [
        float(expand_unit(network, x, t, "Affine2", unit, terms=None).backward()["a1[2]"])
        for unit in range(4)
    ]
    close(math.fsum(shares), trace_pass(network, x, t).values["da1"][0, 2])


def test_a_unit_of_relu_is_the_gate_that_it_is() -> None:
    graph = expand_unit(small(), np.ones(6), 1, "Relu1", 3)
    assert (list(graph.nodes), operations(graph)) == (["z1[3]", "a1[3]"], [Relu])


def test_a_unit_of_sigmoid_is_the_books_four_nodes() -> None:
    graph = expand_unit(small("sigmoid"), np.ones(6), 1, "Sigmoid1", 3)
    assert operations(graph) == [Negate, Exp, Add, Reciprocal]
    names = [node.name for node in graph.operations]
    assert names == ["−z1[3]", "exp(−z1[3])", "1 + exp(−z1[3])", "a1[3]"]


@CASES
@given(st.floats(-18, 18), st.floats(-1, 1))
def test_the_four_backward_steps_of_sigmoid_have_the_books_values(x: float, dout: float) -> None:
    network = Network((1, 1, 1), activation="sigmoid", seed=0)
    network.params["W1"] = [[x]]
    graph = expand_unit(network, [1.0], 0, "Sigmoid1", 0)
    values, gradients = graph.forward(), graph.backward(upstream=dout)
    y, exp = values["a1[0]"], np.exp(-x)
    assert gradients["1 + exp(−z1[0])"] == -dout * y**2
    assert gradients["exp(−z1[0])"] == -dout * y**2
    assert gradients["−z1[0]"] == -dout * y**2 * exp
    assert gradients["z1[0]"] == dout * y**2 * exp
    close(gradients["z1[0]"], dout * y * (1 - y), scale=abs(dout))


def test_a_neuron_is_its_sum_and_its_activation() -> None:
    graph = expand_neuron(small("sigmoid"), np.ones(6), 1, 1, 3, terms=2)
    assert operations(graph) == [Multiply, Multiply, Dot, Add, Negate, Exp, Add, Reciprocal]


def test_the_loss_is_opened_in_the_books_order() -> None:
    graph = expand_layer(small(), np.ones(6), 1, "SoftmaxWithLoss")
    assert operations(graph) == [Max, Subtract, Exp, Sum, Divide, Log, Multiply, Sum, Negate]
    assert list(graph.nodes)[:8] == [
        "t",
        "z2",
        "max z2",
        "z2 − max",
        "exp(z2 − max)",
        "Σ exp",
        "y",
        "log y",
    ]


def test_a_network_of_one_layer_has_a_graph() -> None:
    network = Network((6, 4), seed=1)
    graph = expand_network(network, np.ones(6), 2)
    close(graph.forward()["loss"], network.loss(np.ones((1, 6)), [2]))


def test_an_example_can_be_given_in_each_of_its_forms() -> None:
    x, network = np.linspace(0, 1, 6), small()
    rows = np.eye(4)[[2]]
    losses = {
        float(expand_network(network, *given_).forward()["loss"])
        for given_ in [(x, 2), (x, rows[0]), (x, [2]), (x[np.newaxis], [2]), (x[np.newaxis], rows)]
    }
    assert len(losses) == 1


def test_single_precision_stays_single() -> None:
    network = Network((6, 5, 4), activation="sigmoid", weight_decay=0.1, dtype="float32", seed=1)
    x, t = batch(network, 3, seed=1)
    graphs = [
        expand_network(network, x, t),
        expand_layer(network, x, t, "SoftmaxWithLoss"),
        expand_neuron(network, x[:1], t[:1], 1, 2),
    ]
    for graph in graphs:
        values = graph.forward()
        arrays = [*values.values(), *graph.backward(values).values()]
        assert {array.dtype for array in arrays} == {np.dtype(np.float32)}


# At the end of the floats


@pytest.mark.parametrize("x", [-1e4, -800.0, -360.0, -354.0, -50.0, 40.0, 800.0, 1e4])
def test_a_saturated_sigmoid_is_opened_as_far_as_floats_reach(x: float) -> None:
    network = Network((1, 1, 2), activation="sigmoid", seed=0)
    network.params["W1"] = [[x]]
    graph = expand_neuron(network, [1.0], 0, 1, 0)
    trace = trace_pass(network, [[1.0]], [0])
    np.testing.assert_allclose(graph.forward()["a1[0]"], trace.values["a1"][0, 0], rtol=1e-12)
    opened = Reciprocal in operations(graph)
    assert opened == (x > -354.5)
    assert opened != (Sigmoid in operations(graph))
    upstream = abs(float(trace.values["da1"][0, 0]))
    close(graph.backward()["z1[0]"], trace.values["dz1"][0, 0], scale=upstream)


@pytest.mark.parametrize("gap", [30, 700, 710, 746, 1e4])
def test_a_probability_that_leaves_the_floats_takes_no_loss_with_it(gap: float) -> None:
    network = Network((1, 3), seed=0)
    network.params["W1"] = [[gap, 0, -1]]
    for label in range(3):
        graph = expand_network(network, [1.0], label)
        close(graph.forward()["loss"], network.loss([[1.0]], [label]))
        for name, gradient in network.gradient([[1.0]], [label]).items():
            close(graph.backward()[name], gradient)


# What can't be opened


@pytest.mark.parametrize(
    ("layer", "unit", "message"),
    [
        ("Relu2", 0, "no layer 'Relu2'; there are Affine1, Relu1, Affine2, SoftmaxWithLoss"),
        ("Relu1", 5, "Relu1 has units 0 to 4, not 5"),
        ("Affine2", -1, "Affine2 has units 0 to 3, not -1"),
        ("SoftmaxWithLoss", 0, "the loss has no units"),
        ("Relu1", 1.0, "unit must be a whole number, not 1.0"),
    ],
)
def test_an_unknown_layer_or_unit_is_refused(layer: str, unit: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        expand_unit(small(), np.ones(6), 1, layer, unit)


def test_an_unknown_layer_has_no_graph() -> None:
    with pytest.raises(ValueError, match="no layer 'Sigmoid1'"):
        expand_layer(small(), np.ones(6), 1, "Sigmoid1")


@pytest.mark.parametrize("number", [0, 2])
def test_only_a_hidden_layer_has_neurons(number: int) -> None:
    with pytest.raises(ValueError, match=f"there is no hidden layer {number}, only 1"):
        expand_neuron(small(), np.ones(6), 1, number, 0)


def test_a_unit_is_opened_on_one_example_only() -> None:
    with pytest.raises(ValueError, match="give one example, not a batch of 2"):
        expand_unit(small(), np.ones((2, 6)), [1, 2], "Relu1", 0)


def test_a_number_of_terms_below_none_is_refused() -> None:
    with pytest.raises(ValueError, match="terms must be None or a number >= 0, not -1"):
        expand_unit(small(), np.ones(6), 1, "Affine1", 0, terms=-1)


@pytest.mark.parametrize(("x", "t"), [(np.ones(5), 1), (np.ones(6), 4), (np.ones((1, 2, 6)), 1)])
def test_what_does_not_fit_the_network_is_refused(x: Array, t: int) -> None:
    with pytest.raises(ValueError, match=r"x must be a batch|class numbers"):
        expand_network(small(), x, t)

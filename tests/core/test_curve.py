import math
import warnings

import numpy as np
import pytest

from bpcore import (
    TwoLayerNet,
    expand_neuron,
    expand_unit,
    parse_expression,
    trace_graph,
    trace_pass,
)
from bpcore.graph import ops
from bpcore.graph.agreement import Comparison, agreement
from bpcore.graph.curve import activation_curve, curve, node_curve

UNARY = [
    ops.Exp(),
    ops.Log(),
    ops.Sqrt(),
    ops.Sin(),
    ops.Cos(),
    ops.Relu(),
    ops.Sigmoid(),
    ops.Tanh(),
    ops.Negate(),
    ops.Reciprocal(),
]
PLACES = [0.0, -0.6069, 1.5451, -20.0, 800.0, 1e-9, -1e17, 1e308]


@pytest.mark.parametrize("operation", UNARY, ids=lambda operation: operation.name)
@pytest.mark.parametrize("at", PLACES)
def test_every_function_has_a_curve_around_any_number(operation, at):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = curve(operation, at)
    assert len(found.x) == len(found.y) == len(found.slope) == 161
    assert np.all(np.diff(found.x) >= 0)
    assert found.x[0] < found.x[-1]
    assert not np.isinf(found.y).any()
    assert not np.isinf(found.slope).any()


@pytest.mark.parametrize("operation", UNARY, ids=lambda operation: operation.name)
def test_the_curve_goes_on_to_both_sides(operation):
    found = curve(operation, 1.5451)
    assert found.x[0] < 1.5451 < found.x[-1]


def test_the_numbers_are_those_of_the_operation():
    found = curve(ops.Exp(), -0.6069, span=(-2, 2), points=5)
    assert found.x.tolist() == [-2, -1, 0, 1, 2]
    assert np.array_equal(found.y, np.exp(found.x))
    assert np.array_equal(found.slope, np.exp(found.x))


def test_where_there_is_no_logarithm_the_curve_has_a_gap():
    found = curve(ops.Log(), 2.0)
    outside = found.x <= 0
    assert outside.any()
    assert np.isnan(found.y[outside]).all()
    assert np.isnan(found.slope[outside]).all()
    assert np.isfinite(found.y[~outside]).all()


def test_other_inputs_stay_as_they_are():
    found = curve(ops.Multiply(), 2.0, inputs=(3.0, None))
    assert np.array_equal(found.y, 3 * found.x)
    assert set(found.slope.tolist()) == {3.0}


@pytest.mark.parametrize("inputs", [(), (1.0,), (None, None)])
def test_exactly_one_input_varies(inputs):
    with pytest.raises(ValueError, match="exactly one input"):
        curve(ops.Add(), 1.0, inputs=inputs)


def test_the_arrays_cannot_be_changed():
    found = activation_curve("relu", 0.5)
    assert not any(a.flags.writeable for a in (found.x, found.y, found.slope))


def test_a_node_with_a_constant_is_a_function_of_its_other_input():
    graph = parse_expression("2 + exp(x)", {"x": 1})
    source, found = node_curve(graph, graph.forward(), "2 + exp(x)")
    assert source == "exp(x)"
    assert np.allclose(found.y, 2 + found.x, rtol=0, atol=1e-12)


@pytest.mark.parametrize("text", ["x * y", "x * x", "sum(v)", "exp(v)"])
def test_a_node_of_several_numbers_has_no_curve(text):
    graph = parse_expression(text, {"x": 1, "y": 2, "v": [1, 2]})
    assert node_curve(graph, graph.forward(), graph.output) is None


@pytest.mark.parametrize("text", ["sum(x)", "mean(x)", "max(x)"])
def test_what_makes_one_number_of_many_has_no_curve_even_over_one(text):
    graph = parse_expression(text, {"x": 1.5})
    assert node_curve(graph, graph.forward(), graph.output) is None


def test_a_curve_of_one_number_in_place_of_many_is_refused():
    with pytest.raises(ValueError, match="sum has no curve"):
        curve(ops.Sum(), 1.5)


def test_a_leaf_has_no_curve():
    graph = parse_expression("exp(x)", {"x": 1})
    assert node_curve(graph, graph.forward(), "x") is None


def a_network(activation, dtype=np.float32):
    network = TwoLayerNet(20, 9, 4, weight_init_std=1.0, activation=activation, dtype=dtype, seed=3)
    x = np.random.default_rng(5).random(20).astype(dtype)
    return network, x, 2


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("opened", ["unit", "neuron"])
def test_every_unit_agrees_with_its_layer(activation, dtype, opened):
    network, x, t = a_network(activation, dtype)
    passed = trace_pass(network, x[np.newaxis], [t])
    layer = f"{activation.title()}1"
    for unit in range(9):
        graph = (
            expand_unit(network, x, t, layer, unit)
            if opened == "unit"
            else expand_neuron(network, x, t, 1, unit)
        )
        trace = trace_graph(graph)
        found = agreement(trace, passed, layer, unit)
        assert found.agrees, found
        assert found.factors == (4 if activation == "sigmoid" else 1)
        assert found.name == f"dz1[{unit}]"
        assert found.gradient.layer == float(passed.values["dz1"][0, unit])
        assert found.gradient.nodes == float(trace.values[f"dz1[{unit}]"])
        assert found.name in trace.known(found.steps)
        assert found.name not in trace.known(found.steps - 1)
        assert math.isclose(found.slope.nodes, found.slope.layer, rel_tol=1e-4, abs_tol=1e-6)


def test_another_gradient_does_not_agree():
    network, x, t = a_network("sigmoid")
    passed = trace_pass(network, x[np.newaxis], [t])
    graph = expand_unit(network, x, t, "Sigmoid1", 3)
    doubled = trace_graph(graph, upstream=2 * graph.upstream)
    found = agreement(doubled, passed, "Sigmoid1", 3)
    assert found.slope.agrees
    assert not found.gradient.agrees
    assert not found.agrees


def test_the_tolerance_is_a_matter_of_precision():
    slopes = []
    for dtype in (np.float32, np.float64):
        network, x, t = a_network("sigmoid", dtype)
        passed = trace_pass(network, x[np.newaxis], [t])
        graph = trace_graph(expand_unit(network, x, t, "Sigmoid1", 3))
        slopes.append(agreement(graph, passed, "Sigmoid1", 3).slope)
    assert slopes[0].tolerance < 1e-5
    assert slopes[1].tolerance < 1e-14


def test_a_graph_without_that_unit_is_not_compared():
    network, x, t = a_network("sigmoid")
    passed = trace_pass(network, x[np.newaxis], [t])
    other = trace_graph(expand_unit(network, x, t, "Affine2", 1))
    assert agreement(other, passed, "Sigmoid1", 3) is None


def test_the_difference_has_no_sign():
    assert Comparison(1.0, 3.0, 0.5).difference == Comparison(3.0, 1.0, 0.5).difference == 2.0

import itertools
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from bpcore import layers
from bpcore.graph import ops
from bpcore.graph.builder import GraphBuilder
from bpcore.graph.expression import parse_expression
from bpcore.graph.graph import Graph
from bpcore.graph.operation import GraphError, Operation
from bpcore.layers import Array
from tests.core.fuzzing import CASES
from tests.core.graphs import assert_differentiated

ALL: list[type[Operation]] = [getattr(ops, name) for name in ops.__all__]
UNARY = [operation for operation in ALL if operation.arity == (1, 1)]
ELEMENTWISE_PAIRS = [ops.Add, ops.Subtract, ops.Multiply, ops.Divide, ops.Power, ops.Maximum]
POSITIVE = {ops.Log, ops.Sqrt, ops.Reciprocal, ops.Power, ops.Divide}
KINKED = {ops.Relu, ops.Max, ops.Maximum}


def applied(operation: Operation, *inputs: Any, upstream: Any = None) -> Graph:
    builder = GraphBuilder()
    names = [builder.variable(f"x{i}", x) for i, x in enumerate(inputs)]
    return builder.build(builder.apply(operation, *names, name="out"), upstream)


def out_of(operation: Operation, *inputs: Any) -> Array:
    return applied(operation, *inputs).forward()["out"]


def values(operation: type[Operation], shape: tuple[int, ...], seed: int) -> Array:
    """Numbers where ``operation`` is smooth: positive if need be, no two of them alike."""
    rng = np.random.default_rng(seed)
    count = int(np.prod(shape))
    spread = (rng.permutation(count) + rng.uniform(0.2, 0.8, count)) * 2.5 / count
    if operation not in POSITIVE:
        spread *= rng.choice([-1, 1], count)
    return np.asarray(spread.reshape(shape) + 0.1 * (operation in POSITIVE))


# Every operation


@pytest.mark.parametrize("operation", UNARY)
@CASES
@given(shape=arrays.array_shapes(min_dims=0, max_dims=3, max_side=4), seed=st.integers(0, 10**6))
def test_one_input_is_differentiated_as_central_differences_do(
    operation: type[Operation], shape: tuple[int, ...], seed: int
) -> None:
    x = values(operation, shape, seed)
    if operation in KINKED:
        assume(np.abs(x).min() > 1e-3)
    graph = applied(operation(), x)
    upstream = np.random.default_rng(seed + 1).standard_normal(graph.forward()["out"].shape)
    assert_differentiated(applied(operation(), x, upstream=upstream), seed)


@pytest.mark.parametrize("operation", ELEMENTWISE_PAIRS)
@CASES
@given(
    shapes=arrays.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3),
    seed=st.integers(0, 10**6),
)
def test_two_inputs_that_broadcast_are_differentiated_as_central_differences_do(
    operation: type[Operation], shapes: Any, seed: int
) -> None:
    x, y = (values(operation, shape, seed + i) for i, shape in enumerate(shapes.input_shapes))
    if operation in KINKED:
        assume(np.abs(x - y).min() > 1e-3)
    upstream = np.random.default_rng(seed).standard_normal(shapes.result_shape)
    assert_differentiated(applied(operation(), x, y, upstream=upstream), seed, tolerance=1e-5)


@pytest.mark.parametrize(
    "shapes",
    [((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 3), (3, 4)), ((1, 1), (1, 1))],
)
def test_a_matrix_product_is_differentiated_as_central_differences_do(
    shapes: tuple[tuple[int, ...], ...],
) -> None:
    rng = np.random.default_rng(0)
    x, W = (rng.standard_normal(shape) for shape in shapes)
    upstream = rng.standard_normal((x @ W).shape)
    assert_differentiated(applied(ops.Dot(), x, W, upstream=upstream))


@pytest.mark.parametrize("operation", [ops.Sum, ops.Mean, ops.Max])
@pytest.mark.parametrize("shape", [(3,), (2, 3), (2, 3, 4)])
def test_the_last_axis_alone_can_be_reduced_and_stays_with_length_one(
    operation: type[ops.Sum], shape: tuple[int, ...]
) -> None:
    x = values(operation, shape, seed=1)
    graph = applied(operation(last_axis=True), x)
    assert graph.forward()["out"].shape == (*shape[:-1], 1)
    assert_differentiated(graph)


@pytest.mark.parametrize("operation", [each for each in ALL if each is not ops.Dot])
def test_upstream_times_local_derivative_is_what_is_handed_back(
    operation: type[Operation],
) -> None:
    rng = np.random.default_rng(0)
    inputs = tuple(rng.uniform(0.5, 2, (2, 3)) for _ in range(operation.arity[0]))
    out = np.asarray(operation().forward(*inputs))
    dout = np.asarray(rng.standard_normal(out.shape))
    handed_back = operation().gradients(dout, inputs, out)
    for local, dx in zip(operation().local_derivatives(inputs, out), handed_back, strict=True):
        np.testing.assert_allclose(dout * local, dx, rtol=1e-15)


@pytest.mark.parametrize("operation", ALL)
def test_every_operation_can_be_told_in_words_and_formulas(operation: type[Operation]) -> None:
    names = ("p", "q")[: operation.arity[0]]
    assert operation.name == operation.__name__.lower()
    assert operation.symbol
    assert operation.what
    assert operation.rule
    assert all(name in operation().formula(names) for name in names)
    for position in range(len(names)):
        assert "dr" in operation().gradient_formula(position, names, "r", "dr")


def test_the_local_derivative_of_a_matrix_product_is_the_other_matrix() -> None:
    x, W = np.ones((2, 3)), np.full((3, 4), 2.0)
    local = ops.Dot().local_derivatives((x, W), x @ W)
    assert (local[0] is W, local[1] is x) == (True, True)


FORMULAS = {
    ops.Add: ("p + q", "dr", "dr"),
    ops.Subtract: ("p − q", "dr", "−dr"),
    ops.Multiply: ("p × q", "dr × q", "dr × p"),
    ops.Divide: ("p / q", "dr / q", "−dr × r / q"),
    ops.Reciprocal: ("1 / p", "dr × (−r²)"),
    ops.Negate: ("−p", "dr × −1"),
    ops.Power: ("p ** q", "dr × q × p ** (q − 1)", "dr × r × log(p)"),
    ops.Exp: ("exp(p)", "dr × r"),
    ops.Log: ("log(p)", "dr / p"),
    ops.Sqrt: ("sqrt(p)", "dr / (2 × r)"),
    ops.Sin: ("sin(p)", "dr × cos(p)"),
    ops.Cos: ("cos(p)", "dr × (−sin(p))"),
    ops.Sigmoid: ("sigmoid(p)", "dr × r × (1 − r)"),
    ops.Tanh: ("tanh(p)", "dr × (1 − r²)"),
}
IN_WORDS = {
    ops.Maximum: ("max(p, q)", "dr if p > q else 0", "dr if q >= p else 0"),
    ops.Relu: ("relu(p)", "dr if p > 0 else 0"),
    ops.Dot: ("p · q", "dr · qᵀ", "pᵀ · dr"),
    ops.Sum: ("Σ p", "dr for each element"),
    ops.Mean: ("mean(p)", "dr / n for each of n elements"),
    ops.Max: ("max(p)", "dr for the largest element, 0 for the others"),
}


@pytest.mark.parametrize("operation", ALL)
def test_formulas_are_those_of_the_book(operation: type[Operation]) -> None:
    makes, *hands_back = (FORMULAS | IN_WORDS)[operation]
    names = ("p", "q")[: operation.arity[0]]
    assert operation().formula(names) == makes
    for position, text in enumerate(hands_back):
        assert operation().gradient_formula(position, names, "r", "dr") == text


@pytest.mark.parametrize("operation", FORMULAS)
def test_formulas_are_true(operation: type[Operation]) -> None:
    makes, *hands_back = FORMULAS[operation]
    values = {"p": 1.7, "q": 0.6, "dr": -0.35}
    inputs = tuple(np.asarray(values[name]) for name in ("p", "q")[: operation.arity[0]])
    out = np.asarray(operation().forward(*inputs))
    values["r"] = float(out)

    def calculated(text: str) -> float:
        graph = parse_expression(text.replace("²", " ** 2"), values)
        return float(graph.forward()[graph.output])

    assert calculated(makes) == pytest.approx(float(out), rel=1e-14)
    gradients = operation().gradients(np.asarray(values["dr"]), inputs, out)
    for text, gradient in zip(hands_back, gradients, strict=True):
        assert calculated(text) == pytest.approx(float(gradient), rel=1e-14)


@pytest.mark.parametrize("operation", ALL)
def test_no_operation_writes_into_its_arguments(operation: type[Operation]) -> None:
    inputs = tuple(np.full((2, 2), 0.5 + i) for i in range(operation.arity[0]))
    out = np.asarray(operation().forward(*inputs))
    dout = np.ones_like(out)
    for array in (*inputs, out, dout):
        array.flags.writeable = False
    operation().gradients(dout, inputs, out)


# The book's rules


def test_multiplication_hands_back_upstream_times_the_other_input() -> None:
    gradients = applied(ops.Multiply(), 3.0, 5.0, upstream=2.0).backward()
    assert (gradients["x0"], gradients["x1"]) == (10, 6)


def test_addition_passes_the_gradient_on_unchanged() -> None:
    gradients = applied(ops.Add(), 3.0, 5.0, 7.0, upstream=2.0).backward()
    assert [gradients[f"x{i}"] for i in range(3)] == [2, 2, 2]


def test_of_equals_the_second_is_the_maximum_so_that_relu_is_maximum_with_zero() -> None:
    gradients = applied(ops.Maximum(), 0.0, 0.0).backward()
    assert (gradients["x0"], gradients["x1"]) == (0, 1)


def test_of_equal_elements_the_first_is_the_maximum() -> None:
    gradient = applied(ops.Max(), [1.0, 3.0, 3.0]).backward()["x0"]
    np.testing.assert_array_equal(gradient, [0, 1, 0])


@pytest.mark.parametrize(
    ("operation", "layer"),
    [(ops.Relu, layers.Relu), (ops.Sigmoid, layers.Sigmoid), (ops.Tanh, layers.Tanh)],
)
def test_a_layer_as_a_node_is_the_layer_that_trains(operation: Any, layer: Any) -> None:
    x = np.linspace(-800, 800, 1601).reshape(1, -1)
    dout = np.sin(x)
    trained = layer()
    graph = applied(operation(), x, upstream=dout)
    np.testing.assert_array_equal(graph.forward()["out"], trained.forward(x))
    np.testing.assert_array_equal(graph.backward()["x0"], trained.backward(dout))


@pytest.mark.parametrize(
    ("x", "n", "dx", "dn"),
    [(0.0, 1.0, 1, 0), (0.0, 2.0, 0, 0), (0.0, 0.5, None, None), (2.0, 0.0, 0, np.log(2))],
)
def test_a_power_is_differentiated_at_the_edge_of_its_domain(
    x: float, n: float, dx: float | None, dn: float | None
) -> None:
    graph = applied(ops.Power(), x, n)
    if dx is None:
        with pytest.raises(GraphError, match="gradient of 'x0' is no finite number"):
            graph.backward()
    else:
        assert (graph.backward()["x0"], graph.backward()["x1"]) == (dx, dn)


# Outside the domain


@pytest.mark.parametrize(
    ("operation", "inputs", "message"),
    [
        (ops.Log(), [-1.5], "logarithm of a negative number: −1.5, at 'out'"),
        (ops.Log(), [0], "logarithm of zero: 0, at 'out'"),
        (ops.Sqrt(), [-4], "square root of a negative number: −4, at 'out'"),
        (ops.Reciprocal(), [0], "division by zero: 1 / 0, at 'out'"),
        (ops.Divide(), [3, 0], "division by zero: 3 / 0, at 'out'"),
        (ops.Divide(), [0, 0], "division by zero: 0 / 0, at 'out'"),
        (ops.Power(), [0, -1], "division by zero: 0 to the power of −1, at 'out'"),
        (ops.Power(), [-8, 1 / 3], "power of a negative number, −8, to 0.333333, no whole number"),
        (ops.Power(), [10, 400], "power(10, 400) is too large for a float64, at 'out'"),
        (ops.Exp(), [1000], "exp(1000) is too large for a float64, at 'out'"),
        (ops.Multiply(), [1e200, 1e200], "multiply(1e+200, 1e+200) is too large"),
        (ops.Divide(), [1e200, 1e-200], "divide(1e+200, 1e−200) is too large"),
        (ops.Reciprocal(), [1e-320], "reciprocal(9.99989e−321) is too large"),
        (ops.Log(), [[1, -2, 3]], "logarithm of a negative number: −2 (at [1]), at 'out'"),
        (
            ops.Divide(),
            [[1, 2], [[1, 3], [0, 4]]],
            "by zero: 1 (at [1, 0]) / 0 (at [1, 0])",
        ),
        (
            ops.Power(),
            [[4, -4], 0.5],
            "a negative number, −4 (at [1]), to 0.5 (at [1]), no",
        ),
        (ops.Sum(), [[1e308, 1e308]], "sum(2 numbers from 1e+308 to 1e+308) is too large"),
        (ops.Dot(), [[[[1.0]]], [1.0]], "dot can't take shapes (1, 1, 1) and (1,), at 'out'"),
        (ops.Dot(), [[1, 2], [1, 2, 3]], "dot can't take shapes (2,) and (3,), at 'out'"),
        (ops.Add(), [[1, 2], [1, 2, 3]], "add can't take shapes (2,) and (3,), at 'out'"),
    ],
)
def test_what_has_no_value_names_node_and_number(
    operation: Operation, inputs: list[Any], message: str
) -> None:
    with pytest.raises(GraphError, match=re.escape(message)) as error:
        out_of(operation, *inputs)
    assert error.value.node == "out"


def test_a_slope_that_is_infinite_names_node_and_number() -> None:
    graph = applied(ops.Sqrt(), 0.0)
    assert graph.forward()["out"] == 0
    with pytest.raises(GraphError, match="of 'x0' is no finite number where it is 0, at 'out'"):
        graph.backward()


@pytest.mark.parametrize("operation", ALL)
def test_any_finite_input_gives_finite_numbers_or_a_graph_error(
    operation: type[Operation],
) -> None:
    shape = (1,) if operation is ops.Dot else ()
    numbers = [-1e308, -2.0, -1.0, -1e-320, 0.0, 1e-320, 0.5, 1.0, 1e308]
    for pair in itertools.product(numbers, repeat=2):
        inputs = [np.full(shape, value) for value in pair][: operation.arity[0]]
        graph = applied(operation(), *inputs)
        try:
            gradients = graph.backward(graph.forward())
        except GraphError:
            continue
        assert all(np.isfinite(gradient).all() for gradient in gradients.values())

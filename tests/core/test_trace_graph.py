import inspect
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpcore import layers
from bpcore.graph import arithmetic, array_ops, functions, ops
from bpcore.graph.builder import GraphBuilder
from bpcore.graph.expand import expand_neuron
from bpcore.graph.expression import parse_expression
from bpcore.graph.operation import GraphError, Operation
from bpcore.graph.shop import apples
from bpcore.graph.steps import Step, Trace
from bpcore.graph.trace import trace_graph, trace_pass
from bpcore.network import Network
from tests.core.fuzzing import CASES
from tests.core.graphs import expressions

VALUES = {"x": 0.5, "y": -1.25, "w": 2.0}
OPERATIONS: list[type[Operation]] = [getattr(ops, name) for name in ops.__all__]


def traced(text: str = "1 / (1 + exp(-x))", **options: Any) -> Trace:
    return trace_graph(parse_expression(text, VALUES), **options)


def backward(trace: Trace) -> list[Step]:
    return [step for step in trace.steps if step.phase == "backward"]


# The truth


@CASES
@given(expressions, st.booleans())
def test_a_trace_holds_all_that_the_two_passes_gave(text: str, share: bool) -> None:
    graph = parse_expression(text, VALUES, share=share)
    values, gradients = graph.forward(), graph.backward()
    trace = trace_graph(graph)
    for name, value in values.items():
        assert trace.values[name] == value
    shares = {
        (share_.input, step.node): trace.values[share_.gradient]
        for step in backward(trace)
        for share_ in step.downstream
    }
    for edge, contribution in gradients.contributions.items():
        if graph.nodes[edge.target].inputs.count(edge.source) == 1:
            assert shares[edge.source, edge.target] == contribution


@CASES
@given(expressions, st.booleans())
def test_upstream_times_local_derivative_is_downstream_at_every_step(
    text: str, share: bool
) -> None:
    trace = trace_graph(parse_expression(text, VALUES, share=share))
    for step in backward(trace):
        for part in step.downstream:
            product = trace.values[step.upstream] * part.local_derivative
            np.testing.assert_allclose(trace.values[part.gradient], product, rtol=1e-14)


@CASES
@given(expressions, st.booleans())
def test_each_step_reads_what_is_known_and_makes_known_what_it_computes(
    text: str, share: bool
) -> None:
    trace = trace_graph(parse_expression(text, VALUES, share=share))
    for position, step in enumerate(trace.steps):
        known = trace.known(position)
        assert known.issuperset(step.inputs)
        assert trace.known(position + 1) - known == set(step.computes)
    assert trace.known(len(trace.steps)) == trace.values.keys()


def test_the_upstream_of_the_whole_is_the_graphs_or_the_callers() -> None:
    network = Network((3, 2, 2), activation="sigmoid", seed=0)
    graph = expand_neuron(network, [1, 2, 3], 0, 1, 1)
    real = trace_pass(network, [[1, 2, 3]], [0]).values["da1"][0, 1]
    assert trace_graph(graph).values["da1[1]"] == real
    assert trace_graph(graph, upstream=0.5).values["da1[1]"] == 0.5


def test_values_of_leaves_can_be_given() -> None:
    assert traced("x * y", values={"x": 4}).values["dy"] == 4


def test_a_graph_error_of_a_pass_is_told() -> None:
    with pytest.raises(GraphError, match="logarithm of a negative number"):
        traced("log(y)")


# The steps


def test_the_steps_of_sigmoid_are_the_books_four_and_their_reverse() -> None:
    steps = traced().steps
    assert [(step.phase, step.node, step.computes) for step in steps] == [
        ("forward", "-x", ("-x",)),
        ("forward", "exp(-x)", ("exp(-x)",)),
        ("forward", "1 + exp(-x)", ("1 + exp(-x)",)),
        ("forward", "1 / (1 + exp(-x))", ("1 / (1 + exp(-x))",)),
        ("backward", "1 / (1 + exp(-x))", ("d(1 + exp(-x))",)),
        ("backward", "1 + exp(-x)", ("d(exp(-x))",)),
        ("backward", "exp(-x)", ("d(-x)",)),
        ("backward", "-x", ("dx",)),
    ]
    assert [step.formula for step in steps] == [
        "−x",
        "exp(-x)",
        "1 + exp(-x)",
        "1 / (1 + exp(-x))",
        "d(1 + exp(-x)) = d(1 / (1 + exp(-x))) × (−(1 / (1 + exp(-x)))²)",
        "d(exp(-x)) = d(1 + exp(-x))",
        "d(-x) = d(exp(-x)) × exp(-x)",
        "dx = d(-x) × −1",
    ]


def test_what_several_nodes_read_gets_shares_and_then_their_sum() -> None:
    trace = traced("x * x + x")
    assert [(step.node, step.computes) for step in backward(trace)] == [
        ("x * x + x", ("d(x * x)", "dx via x * x + x")),
        ("x * x", ("dx via x * x (1)", "dx via x * x (2)", "dx")),
    ]
    shares = ("dx via x * x + x", "dx via x * x (1)", "dx via x * x (2)", "dx")
    assert [float(trace.values[name]) for name in shares] == [1, 0.5, 0.5, 2]


def test_a_constant_gets_no_gradient_and_no_step_goes_back_to_constants_alone() -> None:
    trace = traced("2 * x + 3 * 4")
    assert [step.node for step in backward(trace)] == ["2 * x + 3 * 4", "2 * x"]
    assert [part.input for step in backward(trace) for part in step.downstream] == ["2 * x", "x"]


def test_a_value_that_is_called_like_a_gradient_keeps_its_name() -> None:
    trace = trace_graph(parse_expression("x * dx", {"x": 2.0, "dx": 5.0}))
    assert (trace.values["dx"], trace.values["dx′"], trace.values["ddx"]) == (5, 5, 2)


def test_a_step_back_knows_its_inputs_its_output_and_its_upstream() -> None:
    step = backward(trace_graph(apples()))[0]
    assert step.node == step.output == "total"
    assert step.upstream == "dtotal"
    assert step.inputs == ("dtotal", "apple cost", "tax")
    assert [part.formula for part in step.downstream] == [
        "d(apple cost) = dtotal × tax",
        "dtax = dtotal × (apple cost)",
    ]
    assert step.rule == "multiplication: upstream times the other input"
    assert step.local_derivative is None  # there are two


def test_weights_and_biases_are_told_from_other_leaves() -> None:
    network = Network((3, 2, 2), seed=0)
    graph = expand_neuron(network, [1, 2, 3], 0, 1, 1, terms=1)
    parameters = {
        k: v for step in trace_graph(graph).steps for k, v in step.parameter_gradients.items()
    }
    (shown,) = [name for name in parameters if name.startswith("W1") and "others" not in name]
    assert parameters == {
        "b1[1]": "db1[1]",
        "W1[others,1]": "dW1[others,1]",
        shown: f"d{shown}",
    }


@pytest.mark.parametrize("text", ["x + b", "x - b", "x * b", "x / b", "max(x, b)"])
def test_what_was_repeated_gets_a_sum_and_the_formula_says_so(text: str) -> None:
    values = {"x": [[1.0, 2.0], [3.0, -4.0]], "b": [0.5, 2.5]}
    trace = trace_graph(parse_expression(text, values))
    step = trace.steps[-1]
    of_x, of_b = step.downstream
    assert "Σ" not in of_x.formula
    assert of_b.formula.startswith("db = Σ ")
    assert step.rule.endswith("an input that was repeated gets the sum over its copies")
    products = trace.values[step.upstream] * of_b.local_derivative
    np.testing.assert_allclose(trace.values["db"], products.sum(axis=0))


def test_what_was_not_repeated_gets_no_sum() -> None:
    for text in ("x + y", "sum(x)", "x @ v"):
        step = trace_graph(parse_expression(text, {"x": [1, 2], "y": [3, 4], "v": [5, 6]})).steps[
            -1
        ]
        assert "repeated" not in step.rule
        assert "Σ" not in step.formula


def test_where_nothing_is_computed_there_are_no_steps() -> None:
    assert traced("x").steps == ()


def test_a_long_sum_is_told_briefly() -> None:
    builder = GraphBuilder()
    names = [builder.variable(f"x{i}", i) for i in range(50)]
    graph = builder.build(builder.apply(ops.Add(), *names, name="sum"))
    forward, back = trace_graph(graph).steps
    assert forward.formula == "sum = x0 + x1 + … + x49"
    assert back.formula == "dx0 = dsum; dx1 = dsum; …; dx49 = dsum"


def test_every_array_is_read_only() -> None:
    trace = traced("sum(x * y) + x * x")
    locals_ = [part.local_derivative for step in trace.steps for part in step.downstream]
    assert not any(array.flags.writeable for array in (*trace.values.values(), *locals_))


def test_steps_and_traces_can_not_be_changed() -> None:
    trace = traced()
    with pytest.raises(AttributeError):
        trace.steps[0].node = "other"  # type: ignore[misc]
    with pytest.raises(TypeError):
        trace.values["x"] = np.zeros(())  # type: ignore[index]


def test_steps_and_traces_are_short_when_printed() -> None:
    trace = traced()
    assert repr(trace) == "<Trace of 8 steps through 4 nodes>"
    assert repr(trace.steps[-1]) == "<backward -x: dx = d(-x) × −1>"


# The code that ran


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_code_of_a_step_is_what_stands_in_the_file(operation: type[Operation]) -> None:
    files = {Path(inspect.getfile(m)).name: m for m in (arithmetic, array_ops, functions, layers)}
    shape = (2,) if operation is ops.Dot else ()
    builder = GraphBuilder()
    names = [builder.variable(f"x{i}", np.full(shape, 0.5)) for i in range(operation.arity[0])]
    trace = trace_graph(builder.build(builder.apply(operation(), *names)))
    for step, method in zip(trace.steps, ("forward", "backward"), strict=True):
        code = step.code
        in_file = inspect.getsource(files[code.file]).splitlines()[code.first_line - 1 :]
        assert code.name == f"{operation.__name__}.{method}"
        for shown, stands in zip(code.lines, in_file, strict=False):
            assert shown == stands.removeprefix("    ")


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_code_of_an_operation_can_be_read_beside_the_graph(
    operation: type[Operation],
) -> None:
    shape = (2,) if operation is ops.Dot else ()
    builder = GraphBuilder()
    names = [builder.variable(f"x{i}", np.full(shape, 0.5)) for i in range(operation.arity[0])]
    for step in trace_graph(builder.build(builder.apply(operation(), *names))).steps:
        body = [line for line in step.code.lines if not line.startswith(("def ", '    """'))]
        assert max(map(len, body)) <= 49
        assert len(step.code.lines) <= 14


# JSON


def plain(value: Any) -> Any:
    """What JSON makes of tuples and arrays."""
    return json.loads(json.dumps(np.asarray(value).tolist()))


@pytest.mark.parametrize("rate", [None, 0.1])
@pytest.mark.parametrize("count", [1, 3])
def test_a_trace_as_json_has_every_value_and_every_step_in_full(
    rate: float | None, count: int
) -> None:
    network = Network((4, 3, 2), dtype="float32", weight_decay=0.1, seed=0)
    x = np.random.default_rng(0).standard_normal((count, 4))
    trace = trace_pass(network, x, np.zeros(count, int), learning_rate=rate)
    found = json.loads(trace.to_json())
    assert found["layers"] == list(trace.layers)
    assert (found["activation"], found["learning_rate"]) == ("relu", rate)
    assert found["weight_decay"] == trace.weight_decay == 0.1
    assert found["values"].keys() == trace.values.keys()
    for name, value in trace.values.items():
        restored = np.array(found["values"][name], value.dtype)
        np.testing.assert_array_equal(restored, value)
    for told, step in zip(found["steps"], trace.steps, strict=True):
        assert told.keys() == set(Step.__dataclass_fields__)
        for name in ("phase", "node", "output", "upstream", "formula", "rule"):
            assert told[name] == getattr(step, name)
        assert told["computes"] == list(step.computes)
        assert told["inputs"] == list(step.inputs)
        assert told["code"]["lines"][told["code"]["running"]] == step.code.lines[step.code.running]
        for part, share in zip(told["downstream"], step.downstream, strict=True):
            assert (part["input"], part["gradient"]) == (share.input, share.gradient)
            assert part["local_derivative"] == plain(share.local_derivative)
            assert (part["formula"], part["parameter"]) == (share.formula, share.parameter)


def test_a_graphs_trace_as_json_has_its_values() -> None:
    trace = traced("x * x + y")
    found = json.loads(trace.to_json())
    assert found["values"] == {name: float(value) for name, value in trace.values.items()}
    assert (found["activation"], found["learning_rate"]) == ("", None)


def test_numbers_that_json_does_not_know_are_spelled() -> None:
    network = Network((2, 2), seed=0)
    network.params["W1"] = [[1e308, -1e308], [1, 2]]
    with np.errstate(all="ignore"):
        trace = trace_pass(network, [[10.0, 0.0]], [1])
    found = json.loads(trace.to_json(), parse_constant=lambda text: pytest.fail(text))
    assert found["values"]["z1"] == [["inf", "-inf"]]
    assert found["values"]["W1"][1] == [1, 2]

import re
import shutil
import subprocess
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpcore.graph.builder import GraphBuilder, fold_constants
from bpcore.graph.expression import parse_expression
from bpcore.graph.graph import Graph
from bpcore.graph.nodes import Edge, Node
from bpcore.graph.operation import GraphError
from bpcore.graph.ops import Add, Exp, Log, Multiply, Negate, Sum
from bpcore.graph.shop import apples, apples_and_oranges
from tests.core.fuzzing import CASES
from tests.core.graphs import assert_differentiated, expressions


def product() -> Graph:
    """x × x + y, where x has three readers."""
    builder = GraphBuilder()
    x, y = builder.variable("x", 3.0), builder.variable("y", 4.0)
    square = builder.apply(Multiply(), x, x, name="square")
    return builder.build(builder.apply(Add(), square, x, y, name="out"))


def chain(length: int) -> Graph:
    nodes = [Node("x", value=np.array(1.5)), Node("n0", Negate(), ("x",))]
    nodes += [Node(f"n{i}", Negate(), (f"n{i - 1}",)) for i in range(1, length)]
    return Graph(nodes, f"n{length - 1}")


# The book's shop


def test_the_apples_cost_what_they_do_in_the_book() -> None:
    graph = apples()
    values, gradients = graph.forward(), graph.backward()
    assert values["apple cost"] == 200
    assert values["total"] == pytest.approx(220, rel=1e-15)
    assert gradients["apple price"] == pytest.approx(2.2, rel=1e-15)
    assert gradients["apples"] == pytest.approx(110, rel=1e-15)
    assert gradients["tax"] == 200


def test_apples_and_oranges_cost_what_they_do_in_the_book() -> None:
    graph = apples_and_oranges()
    values, gradients = graph.forward(), graph.backward()
    assert values["total"] == pytest.approx(715, rel=1e-15)
    expected = {
        "apple price": 2.2,
        "apples": 110,
        "orange price": 3.3,
        "oranges": 165,
        "tax": 650,
        "apple cost": 1.1,
        "orange cost": 1.1,
        "cost": 1.1,
        "total": 1,
    }
    assert {name: float(gradient) for name, gradient in gradients.items()} == pytest.approx(
        expected, rel=1e-15
    )


# Order


def test_nodes_are_put_in_the_order_of_their_computation() -> None:
    nodes = [
        Node("out", Add(), ("b", "a")),
        Node("b", Negate(), ("a",)),
        Node("a", value=np.array(2.0)),
    ]
    assert list(Graph(nodes, "out").nodes) == ["a", "b", "out"]


@pytest.mark.parametrize(
    ("nodes", "message"),
    [
        ([Node("a", Negate(), ("a",))], "'a' would have to be computed from itself"),
        (
            [Node("a", Negate(), ("b",)), Node("b", Negate(), ("a",))],
            "'a' would have to be computed from itself",
        ),
        ([Node("a", Negate(), ("b",))], "there is no node 'b', which 'a' reads"),
        ([], "there is no node 'a', the output"),
        ([Node("a"), Node("a")], "two nodes are called 'a'"),
        ([Node("a"), Node("b")], "'b' does not lead to the output 'a'"),
        ([Node("a", Add(), ("b",)), Node("b")], "add takes 2 or more inputs, 'a' has 1"),
        ([Node("a", Negate(), ("b", "b")), Node("b")], "negate takes 1 input, 'a' has 2"),
        ([Node("a", Negate())], "negate takes 1 input, 'a' has 0"),
    ],
)
def test_what_is_no_graph_is_refused(nodes: list[Node], message: str) -> None:
    with pytest.raises(GraphError, match=message):
        Graph(nodes, "a")


def test_a_leaf_without_a_value_is_named() -> None:
    with pytest.raises(GraphError, match="'a' has no value"):
        Graph([Node("a")], "a").forward()


def test_twenty_thousand_nodes_in_a_row_are_no_trouble() -> None:
    graph = chain(20_000)
    values = graph.forward()
    assert values[graph.output] == 1.5
    assert graph.backward(values)["x"] == 1


def test_twenty_thousand_readers_of_one_node_are_no_trouble() -> None:
    builder = GraphBuilder()
    x = builder.variable("x", 0.5)
    graph = builder.build(builder.apply(Add(), *[x] * 20_000, name="out"))
    assert graph.backward()["x"] == 20_000


# Passes


def test_gradients_of_several_readers_add_up_and_each_contribution_is_kept() -> None:
    gradients = product().backward()
    assert gradients["x"] == 7
    assert {edge: float(share) for edge, share in gradients.contributions.items()} == {
        Edge("x", "square", 0): 3,
        Edge("x", "square", 1): 3,
        Edge("x", "out", 1): 1,
        Edge("y", "out", 2): 1,
        Edge("square", "out", 0): 1,
    }


@CASES
@given(expressions, st.booleans(), st.integers(0, 100))
def test_every_expression_passes_the_numerical_check(text: str, share: bool, seed: int) -> None:
    x, y, w = np.random.default_rng(seed).uniform(-1.5, 1.5, 3)
    graph = parse_expression(text, {"x": x, "y": y, "w": w}, share=share)
    assert_differentiated(graph, seed)


@CASES
@given(expressions, st.booleans(), st.integers(0, 100))
def test_contributions_of_the_edges_that_leave_a_node_are_its_gradient(
    text: str, share: bool, seed: int
) -> None:
    x, y, w = np.random.default_rng(seed).uniform(-1.5, 1.5, (3, 2))
    graph = parse_expression(text, {"x": x, "y": y, "w": w}, share=share)
    gradients = graph.backward()
    sums: dict[str, np.ndarray] = defaultdict(lambda: np.zeros(()))
    for edge, contribution in gradients.contributions.items():
        sums[edge.source] = sums[edge.source] + contribution
    for name in gradients:
        if name != graph.output:
            np.testing.assert_allclose(sums[name], gradients[name], rtol=1e-14, atol=1e-300)


def test_constants_get_no_gradient_and_nor_does_what_they_make() -> None:
    graph = parse_expression("(2 * 3) * x", {"x": 4})
    assert list(graph.backward()) == ["x", "(2 * 3) * x"]


def test_a_constant_is_told_from_a_gradient_that_is_there() -> None:
    gradients = parse_expression("2 * x", {"x": 4}).backward()
    assert ("x" in gradients, "2" in gradients) == (True, False)
    with pytest.raises(KeyError, match="no gradient of '2': it is a constant, or no node"):
        gradients["2"]


def test_gradients_are_short_when_printed() -> None:
    assert repr(product().backward()) == "<Gradients of x, square, y, out>"
    assert repr(chain(20).backward()) == "<Gradients of 21 nodes>"


def test_a_graph_of_constants_alone_has_a_value_and_nothing_to_differentiate() -> None:
    graph = parse_expression("2 * 3", {})
    assert graph.forward()["2 * 3"] == 6
    assert list(graph.backward()) == ["2 * 3"]


def test_upstream_is_one_unless_the_graph_or_the_caller_says_otherwise() -> None:
    graph = product()
    doubled = Graph(graph.nodes.values(), "out", upstream=2.0)
    assert graph.backward()["y"] == 1
    assert doubled.backward()["y"] == 2
    assert doubled.backward(upstream=3.0)["y"] == 3


def test_upstream_must_have_the_shape_of_the_output() -> None:
    with pytest.raises(GraphError, match=r"upstream has shape \(2,\), the output \(\)"):
        product().backward(upstream=[1, 2])


def test_upstream_must_fit_the_type_of_the_output() -> None:
    builder = GraphBuilder()
    graph = builder.build(builder.apply(Negate(), builder.variable("x", np.float32(1))))
    with pytest.raises(GraphError, match="upstream is too large for a float32"):
        graph.backward(upstream=1e300)


def test_values_of_another_graph_are_refused() -> None:
    for values in (apples().forward(), dict.fromkeys(product().nodes, 1.0)):
        with pytest.raises(GraphError, match="values must be those of a forward pass of this"):
            product().backward(values)  # type: ignore[arg-type]


def test_a_graph_can_not_be_changed() -> None:
    graph = product()
    for name in ("nodes", "edges", "output", "upstream"):
        with pytest.raises(AttributeError):
            setattr(graph, name, None)
    with pytest.raises(TypeError):
        graph.nodes["x"] = Node("x")  # type: ignore[index]


def test_a_leaf_that_is_made_by_hand_is_copied_as_well() -> None:
    mine = np.ones(3)
    graph = Graph([Node("x", value=mine)], "x")
    mine[0] = 5
    np.testing.assert_array_equal(graph.forward()["x"], np.ones(3))


def test_values_of_leaves_can_be_given_for_one_pass() -> None:
    graph = product()
    assert graph.forward({"x": 5})["out"] == 34
    assert graph.backward(graph.forward({"x": 5}))["x"] == 11
    assert graph.forward()["out"] == 16


@pytest.mark.parametrize("name", ["square", "z"])
def test_values_can_be_given_to_leaves_only(name: str) -> None:
    with pytest.raises(GraphError, match=f"no value can be given to '{name}', only to x, y"):
        product().forward({name: 1})


@pytest.mark.parametrize("value", [np.nan, np.inf, [], "3", None, 1j, [[1], [1, 2]], object()])
def test_what_is_no_finite_number_is_no_value(value: object) -> None:
    with pytest.raises(GraphError, match=r"value must be|no array of numbers"):
        GraphBuilder().variable("x", value)  # type: ignore[arg-type]


def test_all_that_a_pass_gives_is_read_only_and_its_own() -> None:
    mine = np.ones(3)
    builder = GraphBuilder()
    x = builder.variable("x", mine)
    graph = builder.build(builder.apply(Sum(), builder.apply(Add(), x, x)))
    values, gradients = graph.forward(), graph.backward()
    given_ = graph.forward({"x": mine})["x"]
    arrays = [*values.values(), *gradients.values(), *gradients.contributions.values(), given_]
    assert not any(array.flags.writeable for array in arrays)
    assert not any(np.shares_memory(array, mine) for array in arrays)
    assert not any(array.base is not None and array.base.flags.writeable for array in arrays)
    assert mine.flags.writeable


def test_single_precision_stays_single() -> None:
    builder = GraphBuilder()
    x = builder.variable("x", np.float32(0.1))
    graph = builder.build(builder.apply(Exp(), x))
    arrays = [*graph.forward().values(), *graph.backward().values()]
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}


def test_more_numbers_than_fit_in_memory_are_refused() -> None:
    class Greedy(Negate):
        def forward(self, x: np.ndarray) -> np.ndarray:
            raise MemoryError

    builder = GraphBuilder()
    graph = builder.build(builder.apply(Greedy(), builder.variable("x", 1), name="out"))
    with pytest.raises(GraphError, match="greedy makes more numbers than fit in memory, at 'out'"):
        graph.forward()


def test_infinities_inside_a_pass_warn_nobody_and_name_their_node() -> None:
    builder = GraphBuilder()
    x = builder.variable("x", 800.0)
    graph = builder.build(builder.apply(Log(), builder.apply(Exp(), x, name="big")))
    with pytest.raises(GraphError, match=r"exp\(800\) is too large for a float64, at 'big'"):
        graph.forward()


def test_a_graph_is_short_when_printed() -> None:
    assert repr(product()) == "<Graph of 4 nodes that make 'out'>"


# Building


def test_nodes_are_named_by_their_formula_or_by_number_where_that_is_long() -> None:
    builder = GraphBuilder()
    x = builder.variable("x", 1.0)
    one = builder.apply(Add(), x, builder.constant(1))
    assert one == "x + 1"
    assert builder.apply(Multiply(), one, x) == "(x + 1) × x"
    assert builder.apply(Add(), one, builder.constant(1)) == "x + 1 + (1 #2)"
    assert builder.apply(Negate(), builder.variable("a" * 40, 1)) == "negate #1"


def test_a_name_that_is_taken_is_refused() -> None:
    builder = GraphBuilder()
    builder.variable("x", 1)
    with pytest.raises(GraphError, match="two nodes are called 'x'"):
        builder.variable("x", 2)


def test_too_few_inputs_are_refused_at_once() -> None:
    with pytest.raises(GraphError, match="exp takes 1 input, 'exp' has 0"):
        GraphBuilder().apply(Exp())


def test_a_builder_takes_operations_and_names_only() -> None:
    builder = GraphBuilder()
    x = builder.variable("x", 1)
    with pytest.raises(GraphError, match=r"an operation is given as Add\(\), not as <class"):
        builder.apply(Add, x, x)  # type: ignore[arg-type]
    with pytest.raises(GraphError, match="there is no node 3 to read"):
        builder.apply(Add(), x, 3)  # type: ignore[arg-type]
    for name in ("", 5):
        with pytest.raises(GraphError, match="a name is a text"):
            builder.variable(name, 1)  # type: ignore[arg-type]


def test_folding_keeps_the_upstream_gradient() -> None:
    graph = parse_expression("2 * 3 * x", {"x": 1})
    folded = fold_constants(Graph(graph.nodes.values(), graph.output, upstream=5))
    assert folded.backward()["x"] == 30


def test_folding_leaves_the_value_and_the_gradients_as_they_were() -> None:
    graph = parse_expression("exp(-2) * x + (1 + 1) ** 3 * x", {"x": 0.7})
    folded = fold_constants(graph)
    assert len(folded.nodes) == 6
    assert folded.forward()[folded.output] == graph.forward()[graph.output]
    assert folded.backward()["x"] == graph.backward()["x"]


# Graphviz

QUOTED = 'say "x\\n"'


def test_dot_names_nodes_operations_values_and_gradients() -> None:
    graph = apples()
    text = graph.to_dot(graph.forward(), graph.backward())
    assert text.startswith("digraph {\n")
    assert 'n0 [shape=plaintext, label="apple price"]' in text
    assert 'n2 [shape=circle, label="×"]' in text
    assert 'n0 -> n2 [label="100\\nd(apple price) = 2.2"]' in text
    assert 'n2 -> n4 [label="apple cost\\n200\\nd(apple cost) = 1.1"]' in text
    assert 'n4 -> out [label="220\\ndtotal = 1"]' in text


def test_dot_shows_at_each_edge_what_comes_back_along_it_and_the_sum_at_the_node() -> None:
    graph = parse_expression("(-x) * (-x) + -x", {"x": 3}, share=True)
    text = graph.to_dot(graph.forward(), graph.backward())
    assert re.findall(r"part of d\(-x\) = (\S+)\"", text) == ["−3", "−3", "1"]
    assert 'label="× −1", xlabel="d(-x) = −5"]' in text
    graph = product()
    text = graph.to_dot(graph.forward(), graph.backward())
    assert sorted(re.findall(r"part of dx = (\d)", text)) == ["1", "3", "3"]
    assert 'label="x\\ndx = 7"' in text


def test_dot_takes_the_gradients_of_its_graph_only() -> None:
    graph = parse_expression("x * x", {"x": 1})
    others = parse_expression("x + 1", {"x": 1})
    for wrong in (others.backward(), graph.forward()):
        with pytest.raises(GraphError, match="gradients must be those of a backward pass"):
            graph.to_dot(graph.forward(), wrong)  # type: ignore[arg-type]


def test_dot_goes_from_left_to_right_or_from_top_to_bottom() -> None:
    assert "rankdir=LR" in product().to_dot()
    assert "rankdir=TB" in product().to_dot(rankdir="TB")
    with pytest.raises(GraphError, match="rankdir must be LR or TB, not 'up'"):
        product().to_dot(rankdir="up")


def test_gradients_are_not_taken_for_values() -> None:
    graph = apples()
    with pytest.raises(GraphError, match="values must be those of a forward pass"):
        graph.to_dot(graph.backward())


def test_dot_shows_no_gradient_of_a_constant() -> None:
    graph = parse_expression("2 * x", {"x": 3})
    assert 'label="2"]' in graph.to_dot(graph.forward(), graph.backward())


def test_dot_with_the_values_of_another_graph_is_refused() -> None:
    with pytest.raises(GraphError, match="values must be those of a forward pass"):
        product().to_dot(apples().forward())


def test_dot_counts_the_numbers_of_an_array() -> None:
    graph = parse_expression("sum(-x)", {"x": [1, 2, -3]})
    text = graph.to_dot(graph.forward(), graph.backward())
    assert 'label="[1, 2, −3]\\ndx = [−1, −1, −1]"' in text
    graph = parse_expression("x @ y", {"x": np.ones((2, 3)), "y": np.ones((3, 4))})
    assert 'label="2×3 numbers"' in graph.to_dot(graph.forward())
    assert 'label="0\\nd(sum(-x)) = 1"' in text


def test_dot_shows_a_true_minus() -> None:
    graph = parse_expression("-x", {"x": 2})
    assert 'label="−2\\nd(-x) = 1"' in graph.to_dot(graph.forward(), graph.backward())


def test_dot_without_a_pass_shows_the_structure_alone() -> None:
    text = apples().to_dot()
    assert 'n0 -> n2 [label=""]' in text
    assert "220" not in text


def test_dot_escapes_what_is_special_in_a_name() -> None:
    builder = GraphBuilder()
    x = builder.variable(QUOTED, 1)
    assert 'label="say \\"x\\\\n\\""' in builder.build(builder.apply(Negate(), x)).to_dot()


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
def test_graphviz_understands_it() -> None:
    builder = GraphBuilder()
    x = builder.variable(QUOTED, np.ones(3))
    graph = builder.build(builder.apply(Sum(), builder.apply(Exp(), x)))
    text = graph.to_dot(graph.forward(), graph.backward())
    subprocess.run(["dot", "-Tsvg"], input=text.encode(), check=True, capture_output=True)

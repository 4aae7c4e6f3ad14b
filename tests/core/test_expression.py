import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bpcore.graph.expression import CONSTANTS, FUNCTIONS, MAX_PARTS, parse_expression
from bpcore.graph.operation import GraphError
from bpcore.graph.ops import Dot, Negate, Reciprocal
from bpcore.graph.tokens import MAX_DEPTH, MAX_LENGTH
from bpcore.graph.trace import trace_graph
from tests.core.fuzzing import CASES, FUZZ
from tests.core.graphs import Calculation, calculations, expressions

VALUES = {"x": 0.5, "y": -1.25, "w": 2.0, "b": 3, "W": [[1.0, 2.0], [3.0, 4.0]], "v": [0.5, -2.0]}


def value(text: str, **values: object) -> float:
    graph = parse_expression(text, {**VALUES, **values})
    return graph.forward()[graph.output].tolist()  # type: ignore[no-any-return]


def refusal(text: str) -> GraphError:
    with pytest.raises(GraphError) as error:
        parse_expression(text, VALUES)
    return error.value


# What it means


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 / (1 + exp(-x))", 1 / (1 + np.exp(-0.5))),
        ("relu(w*x + b)", 4),
        ("sum(v @ W)", 0.5 * 3 - 2 * 7),
        ("x + y * w", -2),
        ("(x + y) * w", -1.5),
        ("w ** b ** 2 / 2", 256),
        ("-x ** 2", -0.25),
        ("2 ** -1", 0.5),
        ("+x", 0.5),
        ("- -x", 0.5),
        ("x - y - w", -0.25),
        ("b / w / 2", 0.75),
        ("log(e) + cos(pi) + sin(0)", 0),
        ("sqrt(4) + tanh(0) + sigmoid(0)", 2.5),
        ("max(x, y) + max(v)", 1),
        ("mean(v) + dot(v, v)", -0.75 + 4.25),
        ("w × x − 1 ÷ w · 2", 0),
        ("w ∗ x – 1 ⋅ 1", 0),
        ("cos(π)", -1),
        ("ｘ＋１．５　＊（２）", 3.5),
        (".5 + 5. + 1e-1 + 2E+0", 7.6),
        ("  x\t+\n1 ", 1.5),
        ("v", [0.5, -2.0]),
    ],
)
def test_an_expression_means_what_it_does_in_python(text: str, expected: object) -> None:
    np.testing.assert_allclose(value(text), expected, rtol=1e-15, atol=1e-15)


@CASES
@given(calculations)
def test_any_expression_has_the_value_that_numpy_gives_it(calculation: Calculation) -> None:
    text, calculate = calculation
    expected = calculate(np.float64(0.5), np.float64(-1.25), np.float64(2))
    np.testing.assert_allclose(value(text), expected, rtol=1e-12)


def test_one_over_something_is_the_books_reciprocal_and_minus_is_times_minus_one() -> None:
    nodes = parse_expression("1 / (1 + exp(-x))", VALUES).nodes
    assert isinstance(nodes["1 / (1 + exp(-x))"].operation, Reciprocal)
    assert isinstance(nodes["-x"].operation, Negate)
    assert isinstance(parse_expression("v @ W", VALUES).nodes["v @ W"].operation, Dot)


def test_nodes_are_called_as_they_are_written() -> None:
    graph = parse_expression("1 / (1 + exp(−x))", VALUES)
    assert list(graph.nodes) == ["1", "x", "-x", "exp(-x)", "1 + exp(-x)", "1 / (1 + exp(-x))"]


def test_a_long_node_is_called_by_its_operation() -> None:
    text = "x + y + w + x + y + w + x + y + w"
    assert parse_expression(text, VALUES).output == "add #1"


def test_a_variable_can_be_called_as_nodes_are_numbered() -> None:
    text = "(x + y + x + y + x + y + x + y + x) * add1 + 0." + "0" * 40 + "1 * constant1"
    assert value(text, x=1, y=2, add1=10, constant1=5) == pytest.approx(130)


def test_whole_numbers_of_any_size_are_values() -> None:
    assert value("n", n=10**20) == 1e20


@CASES
@given(expressions, st.booleans())
def test_the_formula_of_every_step_forward_is_true(text: str, spaced: bool) -> None:
    values = {"x": 0.5, "y": -1.25, "w": 2.0}
    graph = parse_expression(text if spaced else text.replace(" ", ""), values)
    for step in trace_graph(graph).steps:
        if step.phase == "forward":
            formula = step.formula.removeprefix(f"{step.node} = ")
            assume("#" not in formula)
            again = parse_expression(formula, values)
            found = again.forward()[again.output]
            np.testing.assert_allclose(found, graph.forward()[step.node], rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("1/(1+exp(-x))", "1 / (1+exp(-x))"),
        ("x-(y-w)", "x − (y-w)"),
        ("x/(y*w)", "x / (y*w)"),
        ("(x+y)*w", "(x+y) × w"),
        ("(x**2)**3", "(x**2) ** 3"),
        ("-(x+1)", "−(x+1)"),
        ("max(x+1, 0)", "max(x+1, 0)"),
        ("exp(x)*exp(y)-sin(w)", "(exp(x)*exp(y)) − sin(w)"),
    ],
)
def test_what_is_typed_without_spaces_keeps_its_parentheses(text: str, formula: str) -> None:
    step = [s for s in trace_graph(parse_expression(text, VALUES)).steps if s.phase == "forward"][
        -1
    ]
    assert step.formula.removeprefix(f"{step.node} = ") in (formula, step.node)


def test_nodes_know_their_column() -> None:
    graph = parse_expression("  x + log(é) * y", {**VALUES, "é": 2})
    assert graph.nodes["log(é)"].column == 7
    assert graph.nodes["log(é) * y"].column == 7
    assert graph.nodes[graph.output].column == 3


def test_a_variable_is_one_node_however_often_it_is_read() -> None:
    assert parse_expression("x * x + x", VALUES).backward()["x"] == 2


def test_equal_parts_are_kept_apart_or_shared() -> None:
    text = "exp(x) * exp(x) + 1 * (exp(x) + 1)"
    apart, shared = (parse_expression(text, VALUES, share=share) for share in (False, True))
    assert [name for name in apart.nodes if name.startswith("exp(x)")][:3] == [
        "exp(x)",
        "exp(x) #2",
        "exp(x) * exp(x)",
    ]
    assert (len(apart.nodes), len(shared.nodes)) == (10, 7)
    assert apart.forward()[apart.output] == shared.forward()[shared.output]
    assert apart.backward()["x"] == pytest.approx(float(shared.backward()["x"]), rel=1e-15)


def test_constants_are_folded_only_where_asked() -> None:
    text = "2 * 3 * x + (1 + 1)"
    assert {"2 * 3", "1 + 1"} < parse_expression(text, VALUES).nodes.keys()
    folded = parse_expression(text, VALUES, fold=True)
    assert list(folded.nodes) == ["6", "x", "2 * 3 * x", "2", text]


def test_a_folded_constant_can_meet_a_typed_one_of_the_same_number() -> None:
    graph = parse_expression("2 * 3 * x + 6 * x", VALUES, fold=True)
    assert graph.forward()[graph.output] == 6


def test_a_folded_constant_that_has_no_value_is_told_with_its_column() -> None:
    with pytest.raises(GraphError, match="division by zero") as error:
        parse_expression("x + 1 / (2 - 2)", VALUES, fold=True)
    assert error.value.column == 5


def test_folded_constants_are_shared_where_asked() -> None:
    text = "x + 2*3 + 3*2 + 6 + 6.0"
    assert len(parse_expression(text, VALUES, fold=True, share=True).leaves) == 2


def test_values_that_are_not_mentioned_are_left_out() -> None:
    assert list(parse_expression("x", VALUES).nodes) == ["x"]


def test_a_variable_goes_before_a_constant_and_beside_a_function_of_its_name() -> None:
    assert value("e + exp", e=1, exp=2) == 3
    assert value("exp(exp)", exp=0) == 1


def test_all_values_become_double_precision() -> None:
    graph = parse_expression("x + n", {"x": np.float32(0.5), "n": 2})
    assert {array.dtype for array in graph.forward().values()} == {np.dtype(np.float64)}


def test_names_are_what_they_are_to_python() -> None:
    assert value("ﬁ * θ", **{"ﬁ": 3, "θ": 2}) == 6


# What is refused


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("1 + foo(x)", 5, "unknown function 'foo' at column 5; known: cos, dot, exp, log, max, me"),
        ("", 1, "the expression is empty"),
        (" \n ", 1, "the expression is empty"),
        ("2x", 2, "a number runs into a word at column 2: for a product write 2 * x"),
        ("0x10", 2, "a number runs into a word at column 2"),
        ("x^2", 2, "unknown sign '^' at column 2: a power is written **"),
        ("y = x", 3, "unknown sign '=' at column 3: write only what is on its right"),
        ("[1, 2]", 1, "unknown sign '['"),
        ("x.T", 2, "unknown sign '.'"),
        ("'x'", 1, 'unknown sign "\'"'),
        ("x; y", 2, "unknown sign ';'"),
        ("x\0", 2, "unknown sign '\\x00'"),
        ("(x", 1, "this ( is never closed at column 1"),
        ("(x + (y)", 1, "this ( is never closed at column 1"),
        ("x)", 2, "this ) closes nothing at column 2"),
        ("x + ", 3, "something is missing after + at column 3"),
        ("* x", 1, "something is missing before *"),
        ("x // y", 4, "there is no // at column 4: a division is written /"),
        ("sum(*v)", 5, "something is missing before *"),
        ("x y", 3, "an operation is missing before y at column 3"),
        ("x 2", 3, "an operation is missing before 2 at column 3"),
        ("2(x)", 2, "for a product write * before this ( at column 2"),
        ("(x)(y)", 4, "for a product write * before this ("),
        ("sin(x)(y)", 7, "for a product write * before this ("),
        ("x(y)", 1, "'x' is no function at column 1: for a product write x * ( )"),
        ("2 + exp", 5, "'exp' is a function at column 5: write exp( )"),
        ("exp(x, y)", 1, "exp takes 1 argument, not 2 at column 1"),
        ("dot(x)", 1, "dot takes 2 arguments, not 1"),
        ("max(x, y, w)", 1, "max takes 1 or 2 arguments, not 3"),
        ("exp()", 5, "something is missing before ) at column 5"),
        ("x, y", 2, "this comma does not belong here at column 2"),
        ("exp((x, y))", 7, "a number is written 0.5"),
        ("()", 2, "something is missing before )"),
        ("x + q", 5, "no value for 'q' at column 5; given: x, y, w, b, W, v"),
        ("lambda", 1, "'lambda' can't be a name"),
        ("x if y else w", 3, "'if' can't be a name"),
        ("True", 1, "'True' can't be a name"),
        ("1e999", 1, "this number is too large"),
        ("9" * 400, 1, "this number is too large"),
        ("9" * 5000, 1, "this is not understood"),
        ("x²", 1, "'x²' is no name at column 1: a power is written x ** 2"),
        ("√x", 1, "unknown sign '√' at column 1: a square root is written sqrt( )"),
        ("σ(x)", 1, "unknown function 'σ' at column 1: write sigmoid"),
        ("softmax(v)", 1, "write exp(x) / sum(exp(x))"),
        ("2 * PI", 5, "no value for 'PI' at column 5: write pi"),
        (
            "sin(x)cos(x)",
            7,
            "an operation is missing before cos at column 7: for a product write *",
        ),
        ("sin x", 5, "an operation is missing before x at column 5: write sin( )"),
        ("Exp(x)", 1, "unknown function 'Exp' at column 1: write exp"),
        ("ln(x)", 1, "unknown function 'ln' at column 1: write log"),
        ("x y" + "z" * 50, 3, "an operation is missing before yzz"),
        ("é + x", 1, "no value for 'é'"),
        ("x + é + foo(x)", 9, "unknown function 'foo' at column 9"),
        ("  foo(x)", 3, "unknown function 'foo' at column 3"),
        ("__import__('os')", 12, 'unknown sign "\'"'),
        ("__import__(os)", 1, "unknown function '__import__'"),
        ("print(x)", 1, "unknown function 'print'"),
    ],
)
def test_what_is_wrong_is_told_with_its_column(text: str, column: int, message: str) -> None:
    error = refusal(text)
    assert message in str(error)
    assert error.column == column


@pytest.mark.parametrize("text", [None, 3, b"x"])
def test_what_is_no_text_is_no_expression(text: object) -> None:
    with pytest.raises(GraphError, match="an expression is a text, not"):
        parse_expression(text)  # type: ignore[arg-type]


@pytest.mark.parametrize("values", [[1], {1: 2}, "x"])
def test_values_are_given_by_name(values: object) -> None:
    with pytest.raises(GraphError, match="values are given by the names of variables"):
        parse_expression("x", values)  # type: ignore[arg-type]


def test_the_place_of_a_long_node_is_told_in_words() -> None:
    graph = parse_expression("1 + x*x + log(x - 3 + 0*x*x*x*x*x*x*x*x*x*x*x*x) + x", {"x": 3})
    with pytest.raises(GraphError, match="logarithm of zero: 0, at 'log #1', column 11"):
        graph.forward()


def test_values_are_needed_by_variables_only() -> None:
    assert parse_expression("2 * 3").forward()["2 * 3"] == 6


def test_without_any_variable_given_no_list_of_them_is_promised() -> None:
    with pytest.raises(GraphError, match=r"no value for 'x' at column 1$"):
        parse_expression("x", {})


def test_a_value_that_is_no_number_is_told_where_it_is_used() -> None:
    with pytest.raises(GraphError, match=r"value of 'x' .* at column 5: a value must be finite"):
        parse_expression("1 + x", {"x": np.nan})


@pytest.mark.parametrize(
    ("text", "column"), [("1 + log(x - x)", 5), ("1 + sqrt(y)", 5), ("x + v @ W @ W @ x", 5)]
)
def test_an_error_of_a_pass_knows_its_column(text: str, column: int) -> None:
    with pytest.raises(GraphError) as error:
        parse_expression(text, VALUES).forward()
    assert error.value.column == column


def test_matrices_have_two_axes_at_most() -> None:
    with pytest.raises(GraphError, match="dot can't take shapes"):
        parse_expression("x @ v", {**VALUES, "x": np.ones((2, 2, 2))}).forward()


def test_an_error_on_the_way_back_knows_its_column() -> None:
    with pytest.raises(GraphError, match="no finite number") as error:
        parse_expression("1 + sqrt(x - x)", VALUES).backward()
    assert error.value.column == 5


def test_an_exponent_of_a_negative_base_can_be_a_number_but_not_a_variable() -> None:
    assert parse_expression("y ** 2", VALUES).backward()["y"] == -2.5
    with pytest.raises(GraphError, match=r"gradient of 'b' is no finite number"):
        parse_expression("y ** b", VALUES).backward()


# How large it may be


def test_the_longest_text_is_read_and_a_longer_one_refused() -> None:
    parse_expression("x" + " " * (MAX_LENGTH - 1), VALUES)
    assert "may have 20,000 characters, not 20,001" in str(refusal("x" + " " * MAX_LENGTH))


def test_a_sum_of_a_thousand_terms_is_read_and_a_deeper_one_refused() -> None:
    assert value("+".join("x" * (MAX_DEPTH + 1))) == 500.5
    assert "more than 1,000 operations inside each other" in str(
        refusal("+".join("x" * (MAX_DEPTH + 2)))
    )


@pytest.mark.parametrize(
    "text", ["(" * 101 + "x" + ")" * 101, "-" * 101 + "x", "x" + "**x" * 101, "(-" * 51 + "x"]
)
def test_what_the_parser_would_nest_too_deeply_is_refused_before_it(text: str) -> None:
    assert "nested more than 100 deep" in str(refusal(text))


def test_signs_and_powers_apart_do_not_nest() -> None:
    assert value("+".join(["-x ** 2 * -1"] * 150)) == 37.5


def test_rows_that_the_parser_would_nest_too_deeply_are_refused_before_it() -> None:
    assert "more than 1,000 operations inside each other" in str(refusal("+".join("x" * 1002)))
    assert "more than 1,000 operations inside each other" in str(refusal("*".join("x" * 1002)))
    assert "more than 1,000 operations inside each other" in str(refusal("+".join("x" * 10_000)))
    nested = "(" + "+".join("x" * 600) + ")"
    assert "inside each other" in str(refusal("x+" * 500 + nested))


SMALL_STACK = """
import sys, threading
from bpcore.graph.expression import parse_expression
from bpcore.graph.operation import GraphError

texts = ["+".join("x" * 1000), "+".join("x" * 10_000), "(" * 100 + "x" + ")" * 100]
texts += ["sin(" * 100 + "x" + ")" * 100, "max(x," * 100 + "x" + ")" * 100, "-" * 100 + "x"]
texts += ["x" + "**x" * 100, "(-" * 50 + "x" + ")" * 50, "(" * 90 + "+".join("x" * 900) + ")" * 90]

def run():
    for text in texts:
        try:
            parse_expression(text, {"x": 0.5})
        except GraphError:
            pass
    print("alive")

threading.stack_size(512 * 1024)
thread = threading.Thread(target=run)
thread.start()
thread.join()
"""


def test_the_stack_of_a_thread_is_large_enough() -> None:
    result = watched(count=1, script=SMALL_STACK)
    assert (result.stdout, result.returncode) == ("alive\n", 0)


def test_a_hundred_nested_parentheses_are_read() -> None:
    assert value("(" * 100 + "x" + ")" * 100) == 0.5


def test_too_many_parts_are_refused() -> None:
    group = "(" + "+".join("x" * 500) + ")"
    text = "+".join([group] * 11)
    assert len(text) < MAX_LENGTH
    assert f"more than {MAX_PARTS:,} numbers, names and operations" in str(refusal(text))


# What it never does


PIECES = [
    *FUNCTIONS,
    *CONSTANTS,
    *VALUES,
    "foo",
    "é",
    "__class__",
    "lambda",
    "if",
    "import",
    "None",
]
PIECES += [
    "(",
    ")",
    ",",
    "+",
    "-",
    "*",
    "/",
    "**",
    "//",
    "@",
    "=",
    ".",
    ":",
    "[",
    "]",
    "{",
    "'",
    '"',
]
PIECES += [
    "0",
    "1",
    "2.5",
    "1e3",
    "1e400",
    "007",
    "1_0",
    "1j",
    " ",
    "\n",
    "\\",
    "#",
    "f'{x}'",
    "²",
    "−",
    "\ud800",
]
words = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)
spaced = st.lists(st.sampled_from(PIECES), max_size=25).map(" ".join)


@settings(FUZZ, max_examples=3 * FUZZ.max_examples)
@given(st.text(max_size=60) | words | spaced)
def test_any_text_ends_in_a_graph_or_a_graph_error(text: str) -> None:
    column = None
    try:
        graph = parse_expression(text, VALUES, share=len(text) % 2 == 0, fold=len(text) % 3 == 0)
        graph.backward()
    except GraphError as error:
        column = error.column
    assert column is None or 1 <= column <= max(len(text), 1)


WATCHED = """
import json, random, sys
from bpcore.graph.expression import parse_expression
from bpcore.graph.operation import GraphError

pieces, count = json.loads(sys.stdin.read())
harmless = {"compile", "object.__getattr__", "sys._getframe"}  # compile: to a tree, never run
watching = False

def hook(event, arguments):
    if watching and event not in harmless:
        print(event, arguments)
        raise SystemExit("the system was touched")

sys.addaudithook(hook)
rng = random.Random(0)
watching = True
for _ in range(count):
    text = rng.choice(["", " "]).join(rng.choices(pieces, k=rng.randint(1, 25)))
    try:
        parse_expression(text, {"x": 0.5, "y": -1.25, "v": [0.5, -2.0]}).backward()
    except GraphError:
        pass
watching = False
print("untouched")
"""


def watched(*, count: int, script: str = WATCHED) -> subprocess.CompletedProcess[str]:
    root = Path(__file__).parents[2]
    given_ = json.dumps([[piece for piece in PIECES if piece.isascii()], count])
    return subprocess.run(
        [sys.executable, "-c", script], input=given_, cwd=root, capture_output=True, text=True
    )


def test_no_text_touches_the_system() -> None:
    result = watched(count=max(10_000, 10 * FUZZ.max_examples))
    assert (result.stdout, result.stderr) == ("untouched\n", "")


def test_the_watch_would_notice_an_opened_file() -> None:
    opening = WATCHED.replace("parse_expression(text,", "open(0,")
    assert "the system was touched" in watched(count=1, script=opening).stderr

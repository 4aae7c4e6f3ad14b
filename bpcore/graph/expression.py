"""A typed expression as a graph: ``1 / (1 + exp(-x))``.

The text is cut into tokens, read by Python's parser, and translated node by node from a list of
what is known. Nothing in it is ever run.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING
from unicodedata import normalize

import numpy as np

from bpcore.graph import ops
from bpcore.graph.arrays import array
from bpcore.graph.builder import GraphBuilder, fold_constants
from bpcore.graph.nodes import Node
from bpcore.graph.operation import GraphError
from bpcore.graph.tokens import check_tokens, plain, refusal, shortened

if TYPE_CHECKING:
    from typing import Any

    import numpy.typing as npt

    from bpcore.graph.graph import Graph
    from bpcore.graph.operation import Operation

MAX_PARTS = 10_000

FUNCTIONS: Mapping[str, tuple[Operation, ...]] = MappingProxyType(
    {
        "cos": (ops.Cos(),),
        "dot": (ops.Dot(),),
        "exp": (ops.Exp(),),
        "log": (ops.Log(),),
        "max": (ops.Max(), ops.Maximum()),
        "mean": (ops.Mean(),),
        "relu": (ops.Relu(),),
        "sigmoid": (ops.Sigmoid(),),
        "sin": (ops.Sin(),),
        "sqrt": (ops.Sqrt(),),
        "sum": (ops.Sum(),),
        "tanh": (ops.Tanh(),),
    }
)
"""By name; where there are several, the number of arguments decides."""

CONSTANTS = MappingProxyType({"e": math.e, "pi": math.pi, "π": math.pi})
_INSTEAD = {
    "abs": "max(x, -x)",
    "ln": "log",
    "matmul": "@",
    "maximum": "max",
    "pow": "**",
    "sigma": "sigmoid",
    "softmax": "exp(x) / sum(exp(x))",
    "σ": "sigmoid",
}

_LEAVES = (ast.Name, ast.Constant)
_BINARY: dict[type[ast.operator], Operation] = {
    ast.Add: ops.Add(),
    ast.Sub: ops.Subtract(),
    ast.Mult: ops.Multiply(),
    ast.Div: ops.Divide(),
    ast.Pow: ops.Power(),
    ast.MatMult: ops.Dot(),
}


def parse_expression(
    text: str,
    values: Mapping[str, npt.ArrayLike] | None = None,
    *,
    share: bool = False,
    fold: bool = False,
) -> Graph:
    """Return the graph of an expression.

    ``+ - * / ** @`` and parentheses mean what they mean in Python; ``FUNCTIONS`` and ``CONSTANTS``
    are known by name. ``1 / x`` is a Reciprocal, ``-x`` a Negate. A node is called as it is
    written, a long one by its operation: ``"add #1"``.

    Parameters
    ----------
    values
        Of the variables: numbers or arrays, float64 in the graph. Those that the expression does
        not mention are left out. A variable goes before a constant of its name.
    share
        Make one node of equal subexpressions, else one of each. A variable is always one node.
    fold
        Replace what constants alone make by its number.

    Raises
    ------
    GraphError
        With the ``column`` at which the text is not understood, too deep or too long.
    """
    if not isinstance(text, str):
        raise GraphError(f"an expression is a text, not {text!r:.40}")
    values = {} if values is None else values
    if not isinstance(values, Mapping) or not all(isinstance(name, str) for name in values):
        raise GraphError("values are given by the names of variables, as {'x': 0.5}")
    text = plain(text)
    check_tokens(text, FUNCTIONS)
    try:
        tree = ast.parse(text.lstrip(), mode="eval")
    except SyntaxError as error:
        column = max(error.offset or 1, 1) + len(text) - len(text.lstrip())
        raise refusal("this is not understood", column) from None
    except (ValueError, MemoryError, RecursionError):
        raise GraphError("the expression is nested too deeply") from None
    graph = _Translator(text, values, share).graph(tree.body)
    return fold_constants(graph, share=share) if fold else graph


def _is_one(tree: ast.expr) -> bool:
    return isinstance(tree, ast.Constant) and tree.value == 1


class _Translator:
    """Turns a syntax tree into nodes, without recursion."""

    def __init__(self, text: str, values: Mapping[str, npt.ArrayLike], share: bool) -> None:
        self.offset = len(text) - len(text.lstrip())
        self.text = text.lstrip()
        self.bytes = None if text.isascii() else self.text.encode()
        self.values = {normalize("NFKC", name): value for name, value in values.items()}
        self.share = share
        self.builder = GraphBuilder()
        self.made: dict[Any, str] = {}
        """Names of nodes by what they are, to find equal ones."""

    def graph(self, tree: ast.expr) -> Graph:
        """Return the graph of ``tree``, whose parts are listed first and then made in reverse."""
        parts: list[tuple[ast.expr, Operation | None, int]] = []
        waiting = [tree]
        while waiting:
            tree = waiting.pop()
            if len(parts) == MAX_PARTS:
                raise self.error(tree, f"more than {MAX_PARTS:,} numbers, names and operations")
            if isinstance(tree, _LEAVES):
                parts.append((tree, None, 0))
                continue
            operation, arguments = self.operation(tree)
            if operation is not None:
                parts.append((tree, operation, len(arguments)))
            waiting += arguments
        names: list[str] = []
        for part, made_by, count in reversed(parts):
            if made_by is None:
                names.append(self.leaf(part))
            else:
                inputs = tuple(names[-count:])
                del names[-count:]
                names.append(self.node(part, made_by, inputs))
        return self.builder.build(names[0])

    def operation(self, tree: ast.expr) -> tuple[Operation | None, list[ast.expr]]:
        """Return what ``tree`` does, and with what; a plus in front does nothing."""
        if isinstance(tree, ast.BinOp) and type(tree.op) in _BINARY:
            operation = _BINARY[type(tree.op)]
            if isinstance(operation, ops.Divide) and _is_one(tree.left):
                return ops.Reciprocal(), [tree.right]
            return operation, [tree.left, tree.right]
        match tree:
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return ops.Negate(), [operand]
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return None, [operand]
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                return self.function(tree, name, arguments), arguments
            case _:
                raise self.error(tree, f"{self.source(tree)!r:.40} is not known here")

    def function(self, tree: ast.expr, name: str, arguments: list[ast.expr]) -> Operation:
        operations = FUNCTIONS.get(name)
        if operations is None and name in self.values:
            raise self.error(
                tree, f"{name!r} is no function", f": for a product write {name} * ( )"
            )
        if operations is None:
            better = name.lower() if name.lower() in FUNCTIONS else _INSTEAD.get(name.lower())
            hint = f": write {better}" if better else f"; known: {', '.join(FUNCTIONS)}"
            raise self.error(tree, f"unknown function {shortened(name)!r}", hint)
        for operation in operations:
            if operation.arity[0] == len(arguments):
                return operation
        takes = " or ".join(str(operation.arity[0]) for operation in operations)
        plural = "" if takes == "1" else "s"
        raise self.error(tree, f"{name} takes {takes} argument{plural}, not {len(arguments)}")

    def leaf(self, tree: ast.expr) -> str:
        if isinstance(tree, ast.Name):
            return self.variable(tree)
        assert isinstance(tree, ast.Constant)
        assert isinstance(tree.value, int | float)
        try:
            number = float(tree.value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            raise self.error(tree, "this number is too large")
        return self.constant(number, self.source(tree))

    def variable(self, tree: ast.Name) -> str:
        name = tree.id
        if name in self.builder.nodes and not self.builder.nodes[name].constant:
            return name
        if name in self.values:
            try:
                value = array(self.values[name], np.float64)
            except GraphError as error:
                message = f"the value of {shortened(name)!r} can't be used"
                raise self.error(tree, message, f": {error}") from None
            return self.builder.variable(name, value)
        if name in CONSTANTS:
            return self.constant(CONSTANTS[name], name)
        if name in FUNCTIONS:
            raise self.error(tree, f"{name!r} is a function", f": write {name}( )")
        given = f"; given: {', '.join(self.values)}" if self.values else ""
        if name.lower() in CONSTANTS:
            given = f": write {name.lower()}"
        raise self.error(tree, f"no value for {shortened(name)!r}", given)

    def constant(self, number: float, text: str) -> str:
        if self.share and number in self.made:
            return self.made[number]
        name = self.builder.constant(number, self.builder.free_name(text, "constant"))
        self.made[number] = name
        return name

    def node(self, tree: ast.expr, operation: Operation, inputs: tuple[str, ...]) -> str:
        known = (operation.name, *inputs)
        if self.share and known in self.made:
            return self.made[known]
        name = self.builder.free_name(self.source(tree), operation.name)
        self.made[known] = name
        return self.builder.add(Node(name, operation, inputs, column=self.column(tree)))

    def source(self, tree: ast.expr) -> str:
        """Return ``tree`` as it is written."""
        start, end = tree.col_offset, tree.end_col_offset
        if self.bytes is None:
            return self.text[start:end]
        return self.bytes[start:end].decode()

    def column(self, tree: ast.expr) -> int:
        """Return where ``tree`` starts in the text that was typed."""
        start = tree.col_offset  # which the parser counts in bytes
        if self.bytes is not None:
            start = len(self.bytes[:start].decode())
        return self.offset + start + 1

    def error(self, tree: ast.expr, message: str, more: str = "") -> GraphError:
        return refusal(message, self.column(tree), more)

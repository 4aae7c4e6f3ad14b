"""What is told of one operation of a graph: its inputs, its output, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication

from app import formatting
from app.formatting import EM_DASH, MINUS, signed

if TYPE_CHECKING:
    from app.graph_view.frame import Array
    from bpcore.graph.graph import Graph
    from bpcore.graph.trace import Step, Trace

_translate = QCoreApplication.translate

MOST_INPUTS = 6
_SYMBOLS = {"negate": f"× {MINUS}1", "reciprocal": "1 / x"}


@dataclass(frozen=True, eq=False)
class Told:
    """A value and its gradient at one end of the operation; None is not computed.

    Attributes
    ----------
    number
        The input it is, from 0; −1 for the output.
    changes
        Whether it gets a gradient: what is constant has none.
    local, formula
        The local derivative, and the product that is handed back, of an input.
    """

    number: int
    name: str
    value: Array | None
    changes: bool
    gradient_name: str = ""
    gradient: Array | None = None
    local: Array | None = None
    formula: str = ""


@dataclass(frozen=True, eq=False)
class Facts:
    """An operation at one position of a pass.

    Attributes
    ----------
    inputs
        Those that are shown, the largest first if they are many; ``more`` is how many aren't.
    output
        The value that is made, and the gradient from above.
    step
        The step of this operation that is told: its backward one as soon as that has run.
    active
        Whether that step is the one that just ran.
    """

    node: str
    symbol: str
    inputs: tuple[Told, ...]
    more: int
    output: Told
    step: Step
    active: bool

    @property
    def shares(self) -> tuple[Told, ...]:
        """The inputs that get a gradient."""
        return tuple(told for told in self.inputs if told.changes)

    @property
    def rule(self) -> str:
        """What the step does, as a sentence."""
        rule = _translate("Trace", self.step.rule)
        return f"{rule[:1].upper()}{rule[1:]}."


def facts_of(graph: Graph, trace: Trace, position: int, name: str) -> Facts:
    """Return what is told of the operation ``name`` after ``position`` steps."""
    node, known = graph.nodes[name], trace.known(position)
    assert node.operation is not None
    steps = {step.phase: step for step in trace.steps if step.node == name}
    backward = steps.get("backward")
    ran = trace.steps[:position]
    step = backward if backward is not None and backward in ran else steps["forward"]

    def value(of: str) -> Array | None:
        return trace.values[of] if of in known else None

    shares = iter(() if backward is None else backward.downstream)
    inputs = []
    for number, source in enumerate(node.inputs):
        if backward is None or not graph.changes(source):
            inputs.append(Told(number, source, value(source), False))
            continue
        share = next(shares)
        gradient = value(share.gradient)
        local = None if gradient is None else share.local_derivative
        inputs.append(
            Told(
                number, source, value(source), True, share.gradient, gradient, local, share.formula
            )
        )
    upstream = "" if backward is None else backward.upstream
    output = Told(-1, name, value(name), bool(upstream), upstream, value(upstream))
    shown = _largest(inputs, trace)
    symbol = _SYMBOLS.get(node.operation.name, node.operation.symbol)
    active = bool(ran) and ran[-1] is step
    return Facts(name, symbol, shown, len(inputs) - len(shown), output, step, active)


def _largest(inputs: list[Told], trace: Trace) -> tuple[Told, ...]:
    """Return the inputs that are shown: all, or those of the largest size, the largest first."""
    if len(inputs) <= MOST_INPUTS:
        return tuple(inputs)
    sizes = [float(np.abs(trace.values[told.name]).max()) for told in inputs]
    order = np.argsort(-np.array(sizes), kind="stable")[:MOST_INPUTS]
    return tuple(inputs[n] for n in order.tolist())


def number_text(array: Array | None) -> str:
    """Format a number; of several the shape."""
    if array is None:
        return EM_DASH
    return signed(float(array.item())) if array.size == 1 else shape_text(array)


def factor_text(array: Array | None) -> str:
    """Format a factor: ±1 has no decimals."""
    if array is not None and array.size == 1 and abs(array.item()) == 1:
        return "1" if array.item() > 0 else f"{MINUS}1"
    return number_text(array)


def shape_text(array: Array) -> str:
    """Return the shape of an array: ``"784 × 50"``."""
    return " × ".join(formatting.count(length) for length in array.shape) or "1"


def full_text(array: Array | None) -> str:
    """Return a number with all digits; of several their shape and range."""
    if array is None:
        return EM_DASH
    if array.size > 1:
        low, high = signed(float(array.min())), signed(float(array.max()))
        return f"{shape_text(array)}, {low} … {high}"
    text = str(array.reshape(-1)[0])
    return MINUS + text[1:] if text.startswith("-") else text

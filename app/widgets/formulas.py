"""The step that ran, as a formula with its numbers: texts only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication

from app import formatting
from app.formatting import EM_DASH, signed
from bpcore.graph.batch import averaged
from bpcore.graph.factors import Factors, factors

if TYPE_CHECKING:
    from bpcore.graph.trace import Step, Trace

_translate = QCoreApplication.translate


@dataclass(frozen=True)
class Span:
    """A piece of a line; ``tone`` is 1 to 3 from strong to faint, or + − 0 for a number's sign.

    ``value`` is the name of the trace's value that it names or shows, "" if it is none.
    """

    text: str
    tone: str = "1"
    value: str = ""


@dataclass(frozen=True)
class Row:
    """A line of spans, and a remark at its right end."""

    spans: tuple[Span, ...]
    note: str = ""

    @property
    def text(self) -> str:
        """The line without its remark."""
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True)
class Formula:
    """A step's formula in the trace's names, and the same with numbers."""

    subtitle: str
    formula: str
    rows: tuple[Row, ...]


def number(value: float | None, name: str = "") -> Span:
    """Return a factor as a span in the colour of its sign; a 1 changes nothing and is neutral."""
    if value is None:
        return Span(EM_DASH, "3", name)
    if value == 1:
        return Span(factor_text(value), value=name)
    return Span(factor_text(value), "+" if value > 0 else "−" if value < 0 else "0", name)


def factor_text(value: float | None) -> str:
    """Format a factor; the 1 of an open gate or a bias has no decimals."""
    return "1" if value == 1 else signed(value)


def plain(value: float | None) -> Span:
    """Return a number as a span of text, for values that are no gradients."""
    return Span(signed(value)) if value is not None else Span(EM_DASH, "3")


def _value_of(name: str) -> str:
    """Return the trace's value of which ``name`` is an element: ``"z1"`` of ``"z1[17]"``."""
    return "loss" if name == "L" else name.partition("[")[0]


def formula_of(trace: Trace, position: int, unit: int, label: int, layer: str = "") -> Formula:
    """Return the formula of the step that brought the reader to ``position``.

    Before the first step it is the first step's, with nothing known. An update, which changes both
    layers, is that of ``layer``; of the first one if the reader looks at neither.
    """
    step = trace.steps[max(position - 1, 0)]
    if step.phase == "forward":
        return _forward(trace, step, unit, label, there=position > 0)
    if step.phase == "update":
        return _update(trace, step, unit, label, layer)
    found = factors(trace, step, unit, label)
    if not found:
        return Formula("", step.formula, ())
    return Formula(_subtitle(step, unit, label), step.formula, _backward(trace, step, found[0]))


def _subtitle(step: Step, unit: int, label: int) -> str:
    of_class = _translate("Formula", "class {0}").format(label)
    of_unit = _translate("Formula", "unit {0}").format(unit)
    if step.node == "SoftmaxWithLoss" or step.computes in (("z2",), ("db2",)):
        return of_class
    return f"{of_unit}, {of_class}" if step.node == "Affine2" else of_unit


def _forward(trace: Trace, step: Step, unit: int, label: int, *, there: bool) -> Formula:
    def value(name: str, *index: int) -> float | None:
        return float(averaged(trace, name)[index]) if there else None

    examples = len(trace.values["x"])
    of_batch = _translate("Formula", "mean of {0} examples").format(examples)
    subtitle = _subtitle(step, unit, label)
    output = step.computes[0]
    if step.node.startswith("Affine"):
        source, _weights, bias = step.inputs
        j = unit if output == "z1" else label
        products = _translate("Formula", "{0} products, and the bias")
        note = products.format(formatting.count(trace.values[source].shape[1]))
        note = note if examples == 1 else of_batch
        rows: tuple[Row, ...] = (
            _named(f"{bias}[{j}]", plain(float(trace.values[bias][j]))),
            _named(f"{output}[{j}]", plain(value(output, j)), note=note),
        )
    elif step.node == "SoftmaxWithLoss":
        share = value("y", label)
        y = Span(signed(share).removeprefix("+"), "1" if there else "3")
        right = float(averaged(trace, "t")[label])
        t = Span(f"{right:.0f}" if examples == 1 else formatting.unsigned(right))
        loss = value("loss")
        rows = (
            _named(f"t[{label}]", t),
            _named(f"y[{label}]", y, note=formatting.percent(share, 2)),
            _named("L", Span(formatting.loss(loss), "1" if there else "3")),
        )
    else:
        z, mean = step.inputs[0], of_batch if examples > 1 else ""
        rows = (
            _named(f"{z}[{unit}]", plain(value(z, unit)), note=_gate_note(trace, unit)),
            _named(f"{output}[{unit}]", plain(value(output, unit)), note=mean),
        )
    return Formula(subtitle, step.formula, rows)


def _named(name: str, *spans: Span, note: str = "") -> Row:
    first = replace(spans[0], value=spans[0].value or _value_of(name))
    return Row((Span(name, value=_value_of(name)), Span(" = "), first, *spans[1:]), note)


def _gate_note(trace: Trace, unit: int, example: int | None = None) -> str:
    if trace.activation != "relu":
        return ""
    z = trace.values["z1"][:, unit]
    if example is None and len(z) > 1:
        text = _translate("Formula", "gate open for {0} of {1}")
        return text.format(int((z > 0).sum()), len(z))
    if z[example or 0] > 0:
        return _translate("Formula", "> 0, gate open")
    return _translate("Formula", "≤ 0, gate closed")


def _backward(trace: Trace, step: Step, f: Factors) -> tuple[Row, ...]:
    indent = Span(" " * len(f.downstream_name) + " = ")
    product = (number(f.upstream, step.upstream), Span(" × "), number(f.local))
    upstream = Span(f.upstream_name, "2", _value_of(f.upstream_name))
    downstream = _value_of(f.downstream_name)
    if not f.whole:
        note = _translate("Formula", "a sum of {0} such products").format(f.terms)
        if f.penalty:
            note = _translate("Formula", "weight decay {0}").format(signed(f.penalty))
        return (
            Row((upstream, Span(" × ", "2"), _local(trace, f.local_name))),
            Row((Span("= "), *product, Span(" = "), number(f.product))),
            _named(f.downstream_name, number(f.downstream, downstream), note=note),
        )
    result = Row((indent, number(f.downstream, downstream)))
    if step.node == "SoftmaxWithLoss" or step.node.startswith("Affine"):
        local = f"({f.local_name})" if " " in f.local_name else f.local_name
        named = Span(f.downstream_name, "2", downstream)
        names = (named, Span(" = ", "2"), upstream, Span(" × ", "2"), _local(trace, local))
        return (Row(names), Row((indent, *product)), result)
    *example, j = (int(n) for n in f.downstream_name.partition("[")[2].rstrip("]").split(","))
    source, n = step.inputs[1], example[0] if example else 0
    note = _gate_note(trace, j, n)
    if not note:
        note = _translate("Formula", "slope {0}").format(signed(f.local).removeprefix("+"))
    return (
        _named(
            f"{source}[{','.join(map(str, (*example, j)))}]",
            plain(float(trace.values[source][n, j])),
            note=note,
        ),
        _named(f.downstream_name, *product),
        result,
    )


def _local(trace: Trace, name: str) -> Span:
    """Return the name of a local derivative, which may be a value of the trace."""
    value = _value_of(name)
    return Span(name, "2", value if value in trace.values else "")


def _update(trace: Trace, step: Step, unit: int, label: int, layer: str) -> Formula:
    second = layer == trace.layers[2]
    name, index = updated_cells(trace, step, unit, label)[second]
    old, gradient, new = updated_values(trace, name, index)
    rate = Span(f" − {trace.learning_rate:g} × ")
    cell = f"{name}[{','.join(map(str, index))}]"
    rows = [
        _named(cell, plain(old), rate, number(gradient)),
        Row((Span(" " * len(cell) + " = "), plain(new))),
    ]
    if "loss_after" in step.computes:
        before, after = (float(trace.values[key]) for key in ("loss", "loss_after"))
        rows.append(_named("L", Span(f"{formatting.loss(before)} → {formatting.loss(after)}")))
    said = [_translate("Formula", "unit {0}").format(unit)] if name != "b2" else []
    said += [_translate("Formula", "class {0}").format(label)] if second else []
    return Formula(", ".join(said), step.formula, tuple(rows))


def updated_cells(
    trace: Trace, step: Step, unit: int, label: int
) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Return a cell of each layer's parameter: of W1 the one whose gradient is the largest."""
    if step.computes[0].startswith("W"):
        pixel = int(np.abs(trace.values["dW1"][:, unit]).argmax())
        return ("W1", (pixel, unit)), ("W2", (unit, label))
    return ("b1", (unit,)), ("b2", (label,))


def updated_values(trace: Trace, name: str, index: tuple[int, ...]) -> tuple[float, float, float]:
    """Return a cell before the update, its gradient, and the cell after it."""
    old, gradient, new = (
        float(trace.values[key][index]) for key in (name, f"d{name}", f"{name}_new")
    )
    return old, gradient, new

"""The step that ran, as products of the chain rule: upstream × local = downstream. Texts only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication

from app import formatting
from app.formatting import EM_DASH, signed
from app.widgets.formulas import updated_cells, updated_values
from bpcore.graph.factors import Factors, factors

if TYPE_CHECKING:
    from bpcore.graph.trace import Step, Trace

_translate = QCoreApplication.translate


@dataclass(frozen=True)
class Product:
    """Two factors and their product; None is not computed."""

    caption: str
    note: str
    values: tuple[float | None, float | None, float | None]


@dataclass(frozen=True)
class ArrayProduct(Product):
    """A product of arrays: their shapes in place of numbers, and their ranges."""

    texts: tuple[str, str, str] = (EM_DASH,) * 3
    tips: tuple[str, str, str] = ("",) * 3


@dataclass(frozen=True)
class Products:
    """A title, what stands above the three boxes of a row, what between them, and a sentence."""

    title: str
    headings: tuple[str, str, str]
    operators: tuple[str, str]
    rows: tuple[Product, ...]
    sentence: str


def no_products(sentence: str = "", rows: int = 1) -> Products:
    """Return products of which nothing is known, with a sentence below them."""
    headings = (
        _translate("Formula", "upstream"),
        _translate("Formula", "local"),
        _translate("Formula", "downstream"),
    )
    title = _translate("Formula", "Local × upstream = downstream")
    empty = Product("", "", (None, None, None))
    return Products(title, headings, ("×", "="), (empty,) * rows, sentence)


def products_of(trace: Trace, position: int, unit: int, label: int) -> Products:
    """Return the products of the step that brought the reader to ``position``."""
    step = trace.steps[position - 1] if position else None
    if step is not None and step.phase == "update":
        return _update_products(trace, step, unit, label)
    if step is None or step.phase == "forward":
        first = trace.steps.index(next(s for s in trace.steps if s.phase == "backward")) + 1
        text = _translate("Formula", "Gradients multiply on the way back, from step {0}.")
        return no_products(text.format(first), rows=2)
    found = factors(trace, step, unit, label)
    rows = tuple(_product(trace, step, f) for f in found)
    shown = no_products(_sentence(trace, step, found))
    return replace(shown, headings=_headings(step, found), rows=rows)


def _headings(step: Step, found: tuple[Factors, ...]) -> tuple[str, str, str]:
    name = step.computes[0]
    result = _translate("Formula", "downstream {0}")
    if found and not found[0].whole:
        result = _translate("Formula", "term of {0}")
    return (
        _translate("Formula", "upstream {0}").format(step.upstream),
        _translate("Formula", "local"),
        result.format(name),
    )


def _product(trace: Trace, step: Step, f: Factors) -> Product:
    values = (f.upstream, f.local, f.product)
    if step.node.startswith("Affine"):
        return Product(f"{f.upstream_name} × {f.local_name}", f.downstream_name, values)
    example, number = example_and_index(f.downstream_name)
    of_batch = _translate("Formula", "example {0}, ").format(example)
    before = "" if example is None else of_batch
    if step.node == "SoftmaxWithLoss":
        right = bool(trace.values["t"][example or 0, number])
        note = _translate("Formula", "the label") if right else ""
        return Product(before + _translate("Formula", "class {0}").format(number), note, values)
    caption = before + _translate("Formula", "unit {0}").format(number)
    return Product(caption, _passes(trace, f.local), values)


def example_and_index(name: str) -> tuple[int | None, int]:
    """Return the example of a batch, if there is one, and the unit in ``"dz1[3,17]"``."""
    *example, index = (int(n) for n in name.partition("[")[2].rstrip("]").split(","))
    return (example[0] if example else None), index


def _passes(trace: Trace, local: float) -> str:
    if trace.activation != "relu":
        return _translate("Formula", "{0} passes").format(formatting.percent(local))
    if local == 0:
        return _translate("Formula", "closed: exactly 0, not —")
    return _translate("Formula", "open: passes unchanged")


def _sentence(trace: Trace, step: Step, found: tuple[Factors, ...]) -> str:
    if found and not found[0].whole:
        f = found[0]
        text = _translate("Formula", "One of {0} terms; their sum is {1} = {2}.")
        if f.penalty:
            text = _translate("Formula", "One of {0} terms; weight decay {3}, in all {1} = {2}.")
        if f.terms == 1:
            text = _translate("Formula", "Weight decay {3}, in all {1} = {2}.")
        return text.format(f.terms, f.downstream_name, signed(f.downstream), signed(f.penalty))
    name = step.computes[0]
    if name.startswith("dW"):
        gradient = trace.values[name]
        zeros = formatting.count(int(np.count_nonzero(gradient == 0)))
        text = _translate("Formula", "{0} of {1} weights get exactly 0.")
        return text.format(zeros, formatting.count(gradient.size))
    if name.startswith("db"):
        return _translate("Formula", "A bias gets its unit's gradient as it is.")
    if step.node == "SoftmaxWithLoss":
        return _translate("Formula", "Only the label's can be negative: its score is to rise.")
    assert step.local_derivative is not None
    local = step.local_derivative.ravel()
    if trace.activation != "relu":
        text = _translate("Formula", "On average {0} of a gradient passes.")
        return text.format(formatting.percent(float(local.mean())))
    text = _translate("Formula", "{0} of {1} gradients stop here.")
    closed = int(np.count_nonzero(local == 0))
    return text.format(formatting.count(closed), formatting.count(len(local)))


def _update_products(trace: Trace, step: Step, unit: int, label: int) -> Products:
    rows = []
    for name, index in updated_cells(trace, step, unit, label):
        cell = f"{name}[{','.join(map(str, index))}]"
        rows.append(Product(cell, "", updated_values(trace, name, index)))
    if "loss_after" in step.computes:
        examples = len(trace.values["x"])
        text = _translate("Formula", "The loss on this example: {0} → {1}.")
        if examples > 1:
            text = _translate("Formula", "The mean loss of these {2} examples: {0} → {1}.")
        before, after = (formatting.loss(float(trace.values[n])) for n in ("loss", "loss_after"))
        sentence = text.format(before, after, formatting.count(examples))
    else:
        sentence = _translate("Formula", "The biases follow; then the loss is taken again.")
    return Products(
        _translate("Formula", "Old − η × gradient = new"),
        (
            _translate("Formula", "old"),
            _translate("Formula", "gradient"),
            _translate("Formula", "new"),
        ),
        ("−η×", "="),
        tuple(rows),
        sentence,
    )

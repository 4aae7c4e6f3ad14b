"""A step of a graph's pass as formulas and products, with its numbers: texts only."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app import formatting
from app.formatting import EM_DASH, MINUS, signed, unsigned
from app.widgets.formulas import Formula, Row, Span
from app.widgets.products import ArrayProduct, Product, Products, no_products

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.graph_view.frame import Array
    from bpcore.graph.trace import Downstream, Step, Trace

_translate = QCoreApplication.translate

SHARES = 2
"""How many downstream gradients of a step are written out."""

_LONGEST = 30
"""Characters of a caption beside which a remark has no room."""


def factor_span(value: float | None, name: str = "") -> Span:
    """Return a gradient or a factor in the colour of its sign; ±1 has no decimals."""
    if value is None:
        return Span(EM_DASH, "3", name)
    if value == 1:
        return Span("1", "1", name)
    text = f"{MINUS}1" if value == -1 else signed(value)
    return Span(text, "+" if value > 0 else "−" if value < 0 else "0", name)


def shape_text(array: Array) -> str:
    """Return the shape of an array: ``"784 × 50"``; that of a row has one number."""
    return " × ".join(formatting.count(length) for length in array.shape) or "1"


def range_text(array: Array) -> str:
    """Return the smallest and the largest number of an array."""
    low, high = float(array.min()), float(array.max())
    if low == high:
        return _translate("Formula", "all {0}").format(signed(low))
    return f"{signed(low)} … {signed(high)}"


def full_text(trace: Trace, span: Span) -> str:
    """Return what a span names with all digits: of an array the element, or shape and range."""
    array = trace.values[span.value]
    found = re.fullmatch(re.escape(span.value) + r"\[([\d,]+)\]", span.text)
    index = tuple(int(n) for n in found.group(1).split(",")) if found else ()
    if array.ndim == len(index) + 1 and len(array) == 1:
        index = (0, *index)
    if index and array.ndim == len(index):
        return f"{span.text} = {digits(array[index])}"
    if array.size == 1:
        return f"{span.value} = {digits(array.reshape(-1)[0])}"
    return f"{span.value}: {shape_text(array)}, {range_text(array)}"


def digits(number: object) -> str:
    """Return a number with all of its digits, and the sign of minus."""
    return str(number).replace("-", MINUS, 1) if str(number).startswith("-") else str(number)


def named_spans(formula: str, names: Iterable[str], tone: str = "1") -> tuple[Span, ...]:
    """Cut a formula of the trace into its names and what stands between them."""
    longest_first = sorted({name for name in names if name}, key=len, reverse=True)
    if not longest_first:
        return (Span(formula, tone),)
    pattern = re.compile("|".join(map(_alone, longest_first)))
    spans: list[Span] = []
    end = 0
    for found in pattern.finditer(formula):
        if found.start() > end:
            spans.append(Span(formula[end : found.start()], tone))
        spans.append(Span(found.group(), tone, found.group()))
        end = found.end()
    if end < len(formula):
        spans.append(Span(formula[end:], tone))
    return tuple(spans)


_POWERS = ("²", "*", "^")
_BEFORE = r"(?<![^\W²³ᵀ])(?<!\.)"
_AFTER = r"(?![^\W²³ᵀ]|[\[(′]|\.\d)"


def _alone(name: str) -> str:
    """Return a pattern for a name that is no part of a longer one: not the x of ``exp(x)``."""
    before = _BEFORE if re.match(r"\w", name) else ""
    after = _AFTER if re.search(r"\w$", name) else ""
    return before + re.escape(name) + after


def filled_in(trace: Trace, spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """Put numbers in the place of names; of arrays the shape. A constant stays as it was typed."""
    found: list[Span] = []
    for number, span in enumerate(spans):
        if not span.value:
            found.append(span)
            continue
        before = "".join(s.text for s in found).rstrip()[-1:]
        after = spans[number + 1].text.lstrip()[:2] if number + 1 < len(spans) else ""
        text = _plain(trace, span.value)
        if text.startswith(MINUS) and (before not in ("", "(", "=", ",") or after[:1] in _POWERS):
            text = f"({text})"
        found.append(Span(text, "1", span.value))
    return _without_parentheses(found)


def _without_parentheses(spans: list[Span]) -> tuple[Span, ...]:
    """Leave out what stood around a name of several words, and is not needed around a number."""
    found = list(spans)
    for n in range(1, len(found) - 1):
        before, after = found[n - 1], found[n + 1]
        name = found[n].value and not found[n].text.startswith(MINUS)
        if name and re.search(r"(?<!\w)\($", before.text) and after.text.startswith(")"):
            found[n - 1] = replace(before, text=before.text[:-1])
            found[n + 1] = replace(after, text=after.text[1:])
    return tuple(span for span in found if span.text)


def _plain(trace: Trace, name: str) -> str:
    array = trace.values[name]
    if array.size != 1:
        return f"[{shape_text(array)}]"
    typed = re.fullmatch(r"(\d+(\.\d+)?)( #\d+)?", name)
    return typed.group(1) if typed else unsigned(float(array.item()))


def graph_formula_of(trace: Trace, position: int) -> Formula:
    """Return the formula of the graph's step that brought the reader to ``position``.

    Before the first step it is the first step's, with nothing known. The rows are what it says in
    names, in numbers, and its result; on the way back, that for each downstream gradient.
    """
    if not trace.steps:
        return _alone_formula(trace)
    step = trace.steps[max(position - 1, 0)]
    if step.phase == "forward":
        return _forward(trace, step, there=position > 0)
    shown = _shown(step)
    rows: list[Row] = []
    for share in shown[1:]:
        rows += [Row(_names_of(trace, step, share, "2")), *_numbers_of(trace, step, share)]
    rows = [*_numbers_of(trace, step, shown[0]), *rows]
    rows += _sums(trace, step)
    if len(step.downstream) > len(shown):
        rows.append(Row((Span(_more(step, len(shown)), "2"),)))
    formula = "".join(span.text for span in _names_of(trace, step, shown[0], "1"))
    return Formula(_subtitle(step), formula, tuple(rows))


def formula_spans(trace: Trace, position: int) -> tuple[Span, ...]:
    """Return the first line of the step at ``position``, cut into names of values."""
    if not trace.steps:
        name = next(iter(trace.values))
        return (Span(name, "1", name), Span(" = "), Span(_plain(trace, name), "1", name))
    step = trace.steps[max(position - 1, 0)]
    if step.phase == "forward":
        prefix = f"{step.output} = "
        named = step.formula.startswith(prefix)
        left = (Span(step.output, value=step.output), Span(" = ")) if named else ()
        return (*left, *named_spans(step.formula.removeprefix(prefix), step.inputs))
    return _names_of(trace, step, _shown(step)[0], "1")


def _alone_formula(trace: Trace) -> Formula:
    """Return the formula of a graph of a single value: that it is itself, and its gradient."""
    name, gradient = trace.values
    said = (Span(gradient, "1", gradient), Span(" = "))
    row = Row((*said, factor_span(float(trace.values[gradient].item()), gradient)))
    return Formula(name, name, (row,))


def _subtitle(step: Step) -> str:
    return step.node if len(step.node) <= _LONGEST else f"{step.node[: _LONGEST - 1]}…"


def _shown(step: Step) -> tuple[Downstream, ...]:
    """Return the shares that are written out: the first ones, all if they are few."""
    return step.downstream[:SHARES]


def _forward(trace: Trace, step: Step, *, there: bool) -> Formula:
    formula = step.formula
    right = formula.removeprefix(f"{step.output} = ")
    result = trace.values[step.output]
    numbers = (Span("= ", "2"), *filled_in(trace, named_spans(right, step.inputs)))
    if not there:
        return Formula(
            _subtitle(step), formula, (Row((Span("= ", "2"), Span(EM_DASH, "3", step.output))),)
        )
    last: tuple[Span, ...] = (Span(signed(float(result.flat[0])), "1", step.output),)
    if result.size > 1:
        last = _array_spans(step.output, result)
    return Formula(_subtitle(step), formula, (Row(numbers), Row((Span("= ", "2"), *last))))


def _array_spans(name: str, array: Array) -> tuple[Span, ...]:
    return Span(f"[{shape_text(array)}]", "1", name), Span(f" {range_text(array)}", "2")


def _names_of(trace: Trace, step: Step, share: Downstream, tone: str) -> tuple[Span, ...]:
    names = (share.gradient, step.upstream, *step.inputs, step.output)
    return named_spans(share.formula, [n for n in names if n in trace.values], tone)


def _numbers_of(trace: Trace, step: Step, share: Downstream) -> tuple[Row, ...]:
    """Return upstream × local derivative = downstream; of arrays their shapes."""
    upstream, downstream = trace.values[step.upstream], trace.values[share.gradient]
    local = share.local_derivative
    if upstream.size == local.size == downstream.size == 1:
        product = (
            Span("= ", "2"),
            factor_span(float(upstream.item()), step.upstream),
            Span(" × ", "2"),
            factor_span(float(local.item())),
            Span(" = ", "2"),
            factor_span(float(downstream.item()), share.gradient),
        )
        return (Row(product),)
    shapes = (
        Span("= ", "2"),
        Span(f"[{shape_text(upstream)}]", "1", step.upstream),
        Span(" × ", "2"),
        Span(f"[{shape_text(local)}]"),
    )
    return Row(shapes), Row((Span("= ", "2"), *_array_spans(share.gradient, downstream)))


def _more(step: Step, shown: int) -> str:
    return _translate("Formula", "and {0} more").format(len(step.downstream) - shown)


def _sums(trace: Trace, step: Step) -> list[Row]:
    """Say what gradients became whole with this step, since their last share came back."""
    shares = {share.gradient for share in step.downstream}
    rows = []
    for name in step.computes:
        if name not in shares:
            array = trace.values[name]
            one = array.size == 1
            told = (factor_span(float(array.item()), name),) if one else _array_spans(name, array)
            said = Span(_translate("Formula", "all shares:") + " ", "2")
            rows.append(Row((said, Span(name, "2", name), Span(" = ", "2"), *told)))
    return rows


def graph_products_of(trace: Trace, position: int) -> Products:
    """Return the products of the graph's step that brought the reader to ``position``."""
    step = trace.steps[position - 1] if position else None
    if not trace.steps:
        text = _translate("Formula", "Nothing is computed from it: its gradient is 1.")
        return no_products(text)
    if step is None or step.phase == "forward":
        first = next((n for n, s in enumerate(trace.steps, 1) if s.phase == "backward"), 0)
        text = _translate("Formula", "Gradients multiply on the way back, from step {0}.")
        return no_products(text.format(first) if first else "")
    shown = _shown(step)
    sentence = ""  # two rows leave no room for the rule
    if len(shown) == 1:
        rule = _translate("Trace", step.rule)
        sentence = f"{rule[:1].upper()}{rule[1:]}."
    elif len(step.downstream) > len(shown):
        sentence = f"{_more(step, len(shown)).capitalize()}."
    rows = tuple(_product(trace, step, share) for share in shown)
    return replace(no_products(sentence), rows=rows)


def _product(trace: Trace, step: Step, share: Downstream) -> Product:
    arrays = (trace.values[step.upstream], share.local_derivative, trace.values[share.gradient])
    caption = share.input if len(share.input) <= _LONGEST else f"{share.input[: _LONGEST - 1]}…"
    if all(array.size == 1 for array in arrays):
        upstream, local, downstream = (float(array.item()) for array in arrays)
        note = _note(local) if len(caption) <= _LONGEST / 2 else ""
        return Product(caption, note, (upstream, local, downstream))
    return ArrayProduct(
        caption,
        "",
        (None, None, None),
        tuple(shape_text(array) for array in arrays),  # type: ignore[arg-type]
        tuple(range_text(array) for array in arrays),  # type: ignore[arg-type]
    )


def _note(local: float) -> str:
    if local == 0:
        return _translate("Formula", "exactly 0, not —")
    return _translate("Formula", "passes unchanged") if local == 1 else ""

"""A backward step at one unit, as upstream × local derivative = downstream."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bpcore.graph.trace import layer_number

if TYPE_CHECKING:
    from bpcore.graph.trace import Step, Trace
    from bpcore.layers import Array


@dataclass(frozen=True)
class Factors:
    """One product of the chain rule: three names with their indices, and three numbers.

    Where ``terms`` is over 1, the downstream gradient is a sum of that many such products, of which
    this is one: ``product`` is this one, ``downstream`` the whole sum. Weight decay adds
    ``penalty`` to it, which is no such product.
    """

    upstream_name: str
    upstream: float
    local_name: str
    local: float
    product: float
    downstream_name: str
    downstream: float
    terms: int = 1
    penalty: float = 0.0

    @property
    def whole(self) -> bool:
        """Whether the product is all of the downstream gradient."""
        return self.terms == 1 and not self.penalty


def factors(trace: Trace, step: Step, unit: int, label: int) -> tuple[Factors, ...]:
    """Return one or two products of a two-layer network's ``step``, the chosen one first.

    ``unit`` is the hidden unit and ``label`` the class that the reader has chosen; the second
    product stands beside it for contrast: a unit whose gate is the other way, the class that the
    network names instead. A pixel is chosen by the size of its part in the result. Of a batch, both
    are of the chosen unit and class, in the two examples where the product is the largest; names
    bear the example's index first. Only for backward steps; () else.
    """
    if step.phase != "backward":
        return ()
    if len(trace.values["x"]) > 1:
        return _batch_factors(trace, step, unit, label)
    if step.node == "SoftmaxWithLoss":
        return tuple(_loss_factors(trace, step, 0, k) for k in _two_classes(trace, label))
    if not step.node.startswith("Affine"):
        return tuple(_gate_factors(trace, step, 0, j) for j in _two_units(step, unit))
    first_layer = step.node == "Affine1"
    return tuple(
        _affine_factors(trace, step, 0, *where)
        for where in (
            _two_input_cells(trace, step, unit)
            if first_layer
            else tuple((unit, k) for k in _two_classes(trace, label))
        )
    )


def _batch_factors(trace: Trace, step: Step, unit: int, label: int) -> tuple[Factors, ...]:
    if step.node == "SoftmaxWithLoss":
        examples = _two_examples(trace.values[step.computes[0]][:, label])
        return tuple(_loss_factors(trace, step, n, label) for n in examples)
    if not step.node.startswith("Affine"):
        examples = _two_examples(trace.values[step.computes[0]][:, unit])
        return tuple(_gate_factors(trace, step, n, unit) for n in examples)
    output = unit if step.node == "Affine1" else label
    source = unit
    products = trace.values[step.upstream][:, output]
    if step.node == "Affine1":
        strength = np.abs(trace.values["dx"]).max(axis=0)
        if step.computes[0] != "dx":
            # Without the penalty: it is the largest where a pixel may be empty in all examples.
            penalty = trace.weight_decay * trace.values["W1"][:, unit]
            strength = np.abs(trace.values["dW1"][:, unit] - penalty)
        source = int(strength.argmax())
    if step.computes[0].startswith("dW"):
        products = products * trace.values[step.inputs[1]][:, source]
    examples = _two_examples(products)
    return tuple(_affine_factors(trace, step, n, source, output) for n in examples)


def _two_examples(products: Array) -> tuple[int, ...]:
    """Return the examples whose product (N,) is the largest, the largest first."""
    order = np.argsort(-np.abs(products), kind="stable")
    return tuple(int(n) for n in order[:2])


def _at(trace: Trace, n: int, *index: int) -> str:
    """Return an index as it is written: with the example in front, where there are several."""
    several = len(trace.values["x"]) > 1
    return f"[{','.join(map(str, (n, *index) if several else index))}]"


def _two_classes(trace: Trace, label: int) -> tuple[int, int]:
    """Return ``label`` and the likeliest of the other classes."""
    others = trace.values["y"][0].copy()
    others[label] = -1
    return label, int(others.argmax())


def _two_units(step: Step, unit: int) -> tuple[int, ...]:
    """Return ``unit`` and the first unit whose local derivative differs the most from its own."""
    assert step.local_derivative is not None
    difference = np.abs(step.local_derivative[0] - step.local_derivative[0, unit])
    other = int(difference.argmax())
    return (unit, other) if difference[other] > 0 else (unit,)


def _two_input_cells(trace: Trace, step: Step, unit: int) -> tuple[tuple[int, int], ...]:
    """Return cells (pixel, unit) of W1: the strongest of ``unit``, and the strongest of all."""
    x, dz = np.abs(trace.values["x"][0]), np.abs(trace.values["dz1"][0])
    if step.computes == ("dx",):
        pixel = int(np.abs(trace.values["dx"][0]).argmax())
        strongest = int(np.abs(trace.values["W1"][pixel] * dz).argmax())
    else:
        pixel, strongest = int(x.argmax()), int(dz.argmax())
    cells = ((pixel, unit), (pixel, strongest))
    return cells if strongest != unit else cells[:1]


def _loss_factors(trace: Trace, step: Step, n: int, k: int) -> Factors:
    name, at = step.computes[0], _at(trace, n, k)
    assert step.local_derivative is not None
    local, downstream = step.local_derivative[n, k], trace.values[name][n, k]
    local_name = f"y{at} − t{at}"
    if len(trace.values["x"]) > 1:
        local_name = f"({local_name}) / {len(trace.values['x'])}"
    return Factors(
        "dL", 1.0, local_name, float(local), float(local), f"{name}{at}", float(downstream)
    )


def _gate_factors(trace: Trace, step: Step, n: int, j: int) -> Factors:
    name, number, at = step.computes[0], layer_number(step.node), _at(trace, n, j)
    assert step.local_derivative is not None
    downstream = float(trace.values[name][n, j])
    return Factors(
        f"{step.upstream}{at}",
        float(trace.values[step.upstream][n, j]),
        f"da{number}/dz{number}",
        float(step.local_derivative[n, j]),
        downstream,
        f"{name}{at}",
        downstream,
    )


def _affine_factors(trace: Trace, step: Step, n: int, i: int, j: int) -> Factors:
    """Factors of an Affine at example ``n``, input ``i`` and output ``j``."""
    name, number = step.computes[0], layer_number(step.node)
    upstream = float(trace.values[step.upstream][n, j])
    upstream_name = f"{step.upstream}{_at(trace, n, j)}"
    examples = len(trace.values["x"])
    if name.startswith("dW"):
        source = step.inputs[1]
        local = float(trace.values[source][n, i])
        downstream = float(trace.values[name][i, j])
        penalty = trace.weight_decay * float(trace.values[f"W{number}"][i, j])
        return Factors(
            upstream_name,
            upstream,
            f"{source}{_at(trace, n, i)}",
            local,
            downstream if examples == 1 and not penalty else upstream * local,
            f"{name}[{i},{j}]",
            downstream,
            terms=examples,
            penalty=penalty,
        )
    if name.startswith("db"):
        downstream = float(trace.values[name][j])
        return Factors(
            upstream_name, upstream, "1", 1.0, upstream, f"{name}[{j}]", downstream, examples
        )
    weight = float(trace.values[f"W{number}"][i, j])
    return Factors(
        upstream_name,
        upstream,
        f"W{number}[{i},{j}]",
        weight,
        upstream * weight,
        f"{name}{_at(trace, n, i)}",
        float(trace.values[name][n, i]),
        terms=trace.values[step.upstream].shape[1],
    )

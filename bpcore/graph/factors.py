"""A backward step at one unit, as upstream × local derivative = downstream."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bpcore.graph.trace import layer_number

if TYPE_CHECKING:
    from bpcore.graph.trace import Step, Trace


@dataclass(frozen=True)
class Factors:
    """One product of the chain rule: three names with their indices, and three numbers.

    Where ``terms`` is over 1, the downstream gradient is a sum of that many such products, of which
    this is one: ``product`` is this one, ``downstream`` the whole sum.
    """

    upstream_name: str
    upstream: float
    local_name: str
    local: float
    product: float
    downstream_name: str
    downstream: float
    terms: int = 1


def factors(trace: Trace, step: Step, unit: int, label: int) -> tuple[Factors, ...]:
    """Return one or two products of a two-layer network's ``step``, the chosen one first.

    ``unit`` is the hidden unit and ``label`` the class that the reader has chosen; the second
    product stands beside it for contrast: a unit whose gate is the other way, the class that the
    network names instead. A pixel is chosen by the size of its part in the result. Only for a batch
    of one, and for backward steps; () else.
    """
    if step.phase != "backward" or len(trace.values["x"]) != 1:
        return ()
    if step.node == "SoftmaxWithLoss":
        return tuple(_loss_factors(trace, step, k) for k in _two_classes(trace, label))
    if not step.node.startswith("Affine"):
        return tuple(_gate_factors(trace, step, j) for j in _two_units(step, unit))
    first_layer = step.node == "Affine1"
    return tuple(
        _affine_factors(trace, step, *where)
        for where in (
            _two_input_cells(trace, step, unit)
            if first_layer
            else tuple((unit, k) for k in _two_classes(trace, label))
        )
    )


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


def _loss_factors(trace: Trace, step: Step, k: int) -> Factors:
    name = step.computes[0]
    assert step.local_derivative is not None
    local, downstream = step.local_derivative[0, k], trace.values[name][0, k]
    return Factors(
        "dL", 1.0, f"y[{k}] − t[{k}]", float(local), float(local), f"{name}[{k}]", float(downstream)
    )


def _gate_factors(trace: Trace, step: Step, j: int) -> Factors:
    name, n = step.computes[0], layer_number(step.node)
    assert step.local_derivative is not None
    downstream = float(trace.values[name][0, j])
    return Factors(
        f"{step.upstream}[{j}]",
        float(trace.values[step.upstream][0, j]),
        f"da{n}/dz{n}",
        float(step.local_derivative[0, j]),
        downstream,
        f"{name}[{j}]",
        downstream,
    )


def _affine_factors(trace: Trace, step: Step, i: int, j: int) -> Factors:
    """Factors of an Affine at input ``i`` and output ``j``."""
    name, n = step.computes[0], layer_number(step.node)
    upstream = float(trace.values[step.upstream][0, j])
    upstream_name = f"{step.upstream}[{j}]"
    if name.startswith("dW"):
        source = step.inputs[1]
        local = float(trace.values[source][0, i])
        downstream = float(trace.values[name][i, j])
        return Factors(
            upstream_name,
            upstream,
            f"{source}[{i}]",
            local,
            downstream,
            f"{name}[{i},{j}]",
            downstream,
        )
    if name.startswith("db"):
        downstream = float(trace.values[name][j])
        return Factors(upstream_name, upstream, "1", 1.0, downstream, f"{name}[{j}]", downstream)
    weight = float(trace.values[f"W{n}"][i, j])
    return Factors(
        upstream_name,
        upstream,
        f"W{n}[{i},{j}]",
        weight,
        upstream * weight,
        f"{name}[{i}]",
        float(trace.values[name][0, i]),
        terms=trace.values[step.upstream].shape[1],
    )

"""Whether a unit's gradient, node by node, is that of the layer which trains."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from bpcore.graph.steps import Downstream, Step, Trace

ROUNDINGS = 16
"""How many units of the last digit two ways of computing a slope may differ by."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One number by two ways, and how far they may be apart."""

    nodes: float
    layer: float
    tolerance: float

    @property
    def difference(self) -> float:
        """How far they are apart, 0 or more."""
        return abs(self.nodes - self.layer)

    @property
    def agrees(self) -> bool:
        """Whether that can be rounding alone."""
        return self.difference <= self.tolerance


@dataclass(frozen=True, slots=True)
class Agreement:
    """The slope of a unit's activation and the gradient behind it, by the nodes and by the layer.

    Attributes
    ----------
    slope
        The product of the nodes' local derivatives beside the layer's own.
    gradient
        What the nodes hand back to z beside the layer's dz.
    factors
        How many local derivatives were multiplied.
    name
        Of the gradient: ``"dz1[17]"``.
    steps
        How many steps of the graph's pass must have run before the two can be compared.
    """

    slope: Comparison
    gradient: Comparison
    factors: int
    name: str
    steps: int

    @property
    def agrees(self) -> bool:
        """Whether both do."""
        return self.slope.agrees and self.gradient.agrees


def agreement(graph: Trace, network: Trace, layer: str, unit: int) -> Agreement | None:
    """Compare a unit of an activation, in a pass of its graph, with the network's pass.

    Both are of one example. None if the graph has no chain of nodes between the unit's a and z.

    The tolerance is relative to the precision of the numbers: 16 roundings of the largest number
    that the layer multiplies. Where the graph adds up z in another order, that difference is
    allowed as well, since no activation's slope changes by more than that.

    Parameters
    ----------
    layer
        The activation's name in the network: ``"Sigmoid1"``.
    """
    step = next(s for s in network.steps if s.phase == "backward" and s.node == layer)
    (own,) = step.downstream
    a, z = f"{step.output}[{unit}]", f"{own.input}[{unit}]"
    chain = _chain(graph, a, z)
    if chain is None:
        return None
    end, shares = chain
    product = math.prod(float(share.local_derivative) for share in shares)
    local = float(own.local_derivative[0, unit])
    y = float(network.values[step.output][0, unit])
    precision = float(np.finfo(network.values[step.output].dtype).eps)
    other_z = abs(float(graph.values[z]) - float(network.values[own.input][0, unit]))
    tolerance = ROUNDINGS * precision * max(abs(product), abs(local), abs(y)) + other_z
    upstream = abs(float(network.values[step.upstream][0, unit]))
    return Agreement(
        Comparison(product, local, tolerance),
        Comparison(
            float(graph.values[shares[-1].gradient]),
            float(network.values[own.gradient][0, unit]),
            tolerance * upstream,
        ),
        len(shares),
        shares[-1].gradient,
        end,
    )


def _chain(graph: Trace, a: str, z: str) -> tuple[int, list[Downstream]] | None:
    """Return the shares that lead from ``a`` back to ``z``, one number each, and where they end."""
    if a not in graph.values or z not in graph.values:
        return None
    steps: dict[str, tuple[int, Step]] = {
        step.output: (number, step)
        for number, step in enumerate(graph.steps, 1)
        if step.phase == "backward"
    }
    shares: list[Downstream] = []
    name, end = a, 0
    while name != z:
        if name not in steps:
            return None
        end, step = steps[name]
        if len(step.downstream) != 1 or step.downstream[0].local_derivative.size != 1:
            return None
        shares.append(step.downstream[0])
        name = step.downstream[0].input
    return end, shares

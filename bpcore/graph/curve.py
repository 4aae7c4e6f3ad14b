"""The curve of an operation around one input: its output, and its local derivative."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bpcore.graph.arrays import kept
from bpcore.graph.ops import (
    Cos,
    Divide,
    Exp,
    Log,
    Maximum,
    Power,
    Reciprocal,
    Relu,
    Sigmoid,
    Sin,
    Sqrt,
    Tanh,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bpcore.graph.graph import Graph
    from bpcore.graph.operation import Operation
    from bpcore.layers import Array

POINTS = 161
ACTIVATIONS: Mapping[str, type[Operation]] = {"relu": Relu, "sigmoid": Sigmoid, "tanh": Tanh}

_FARTHEST = 1e300
_HALF = {Sigmoid: 6.0, Tanh: 3.0, Relu: 3.0, Maximum: 3.0}
_AROUND = {Exp: 2.0, Sin: 2 * math.pi, Cos: 2 * math.pi}


@dataclass(frozen=True, eq=False, slots=True, repr=False)
class Curve:
    """An operation over a stretch of one of its inputs. All arrays are (points,), read-only.

    Attributes
    ----------
    x
        The input, from left to right.
    y, slope
        The output and the local derivative there; NaN where there is none.
    """

    x: Array
    y: Array
    slope: Array

    def __repr__(self) -> str:
        return f"<Curve of {len(self.x)} points from {self.x[0]:.6g} to {self.x[-1]:.6g}>"


def curve(
    operation: Operation,
    at: float,
    *,
    inputs: tuple[float | None, ...] = (None,),
    span: tuple[float, float] | None = None,
    points: int = POINTS,
) -> Curve:
    """Run ``operation`` over a stretch of one input around ``at``.

    Parameters
    ----------
    inputs
        The others, which stay as they are, around the None of the one that varies.
    span
        From where to where; if None, a stretch in which the operation shows what it is like.

    Raises
    ------
    ValueError
        If not exactly one input varies, ``at`` is not finite, there are fewer than two points, or
        the operation makes one number of them all, as a sum does.
    """
    if inputs.count(None) != 1:
        raise ValueError(f"exactly one input varies, which is None: not {inputs}")
    if not math.isfinite(at) or points < 2:
        raise ValueError("a curve takes a finite input and two points or more")
    position = inputs.index(None)
    low, high = _span(operation, position, at) if span is None else span
    x = np.linspace(low, high, points)
    given = tuple([x if value is None else np.full_like(x, value) for value in inputs])
    with np.errstate(all="ignore"):
        y = np.array(operation.forward(*given), np.float64)
        if y.shape != x.shape:
            raise ValueError(f"{operation.name} has no curve: it makes {y.shape} of {x.shape}")
        slope = np.array(operation.local_derivatives(given, y)[position], np.float64)
    nowhere = ~np.isfinite(y)
    y[nowhere] = np.nan
    slope[nowhere | ~np.isfinite(slope)] = np.nan
    return Curve(kept(x), kept(y), kept(slope))


def activation_curve(activation: str, at: float) -> Curve:
    """Return the curve of ``"relu"``, ``"sigmoid"`` or ``"tanh"`` around ``at``."""
    return curve(ACTIVATIONS[activation](), at)


def node_curve(graph: Graph, values: Mapping[str, Array], name: str) -> tuple[str, Curve] | None:
    """Return the one input of a node that can change, and the node's curve around its value.

    ``values`` are those of a pass. None for a node of several such inputs, of arrays, or a leaf,
    and for a sum or the like: it is no function of one number, even where it is given one.
    """
    node = graph.nodes[name]
    changing = [source for source in node.inputs if graph.changes(source)]
    numbers = all(values[source].size == 1 for source in (*node.inputs, name))
    if node.operation is None or len(changing) != 1 or not numbers:
        return None
    (source,) = changing
    inputs = tuple([None if i == source else float(values[i].item()) for i in node.inputs])
    try:
        return source, curve(node.operation, float(values[source].item()), inputs=inputs)
    except ValueError:
        return None


def _span(operation: Operation, position: int, at: float) -> tuple[float, float]:
    """Return a stretch around ``at``: both sides of a kink, one side of a pole."""
    at = float(np.clip(at, -_FARTHEST, _FARTHEST))
    kind, size = type(operation), abs(at)
    if kind in _AROUND:
        half = max(_AROUND[kind], size * 1e-3)
        ends = (at - half, at + half)
    elif kind in (Log, Sqrt):
        size = size or 1.0
        ends = (-size / 2, 2.5 * size)
    elif kind is Reciprocal or (kind is Divide and position == 1):
        ends = (min(at / 3, at * 3), max(at / 3, at * 3))
    elif kind is Power and position == 0:
        ends = (at - max(1.0, size), at + max(1.0, size))
    else:
        half = max(_HALF.get(kind, 1.0), 1.25 * size)
        ends = (-half, half)
    return ends if ends[0] < ends[1] else (at - 1, at + 1)

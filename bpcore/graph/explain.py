"""Follow one weight: the chain of factors from the loss to it, and every path on the way."""

from __future__ import annotations

import math
from itertools import pairwise
from string import digits
from typing import TYPE_CHECKING

import numpy as np

from bpcore.graph.example import trace_batch, whole
from bpcore.graph.explanation import Chain, Explanation, Factor, Path
from bpcore.graph.paths import downwards, from_outputs
from bpcore.graph.steps import layer_number
from bpcore.network import ACTIVATIONS

if TYPE_CHECKING:
    import numpy.typing as npt

    from bpcore.graph.steps import Trace
    from bpcore.network import Network

PATHS = 100
"""Listed one by one for each example, if nothing else is asked for."""
MOST_PATHS = 10_000
_ACTIVATIONS = {activation.__name__ for activation in ACTIVATIONS.values()}


def explain_gradient(
    network: Network,
    x: npt.ArrayLike,
    t: npt.ArrayLike,
    parameter: str,
    index: int | tuple[int, ...],
    *,
    paths: int = PATHS,
    listing: int | None = None,
) -> Explanation:
    """Say how the gradient of one weight or bias comes about.

    Parameters
    ----------
    x, t
        A batch (N, D) with its classes or one-hot rows, or one example (D,).
    parameter, index
        ``"W1"`` and ``(406, 17)``, ``"b1"`` and ``17``.
    paths
        How many are listed for each example, 0 to 10,000. A two-layer network has one per class.
    listing
        How many examples list theirs, from the first on; all if None. Of the others only the whole
        is told, which takes a fraction of the time.

    Raises
    ------
    ValueError
        If the batch does not fit the network, or there is no such parameter, index or number.
    """
    index = _checked(network, parameter, index)
    if not 0 <= whole("paths", paths) <= MOST_PATHS:
        raise ValueError(f"paths must be 0 to {MOST_PATHS:,}, not {paths}")
    trace = trace_batch(network, x, t)
    count = len(trace.values["x"])
    listing = count if listing is None else listing
    examples = tuple(
        _Example(trace, row).chain(parameter, index, paths if row < listing else 0)
        for row in range(count)
    )
    decays = parameter.startswith("W") and network.weight_decay
    penalty = network.weight_decay * float(network.params[parameter][index]) if decays else 0.0
    mean = math.fsum(chain.gradient for chain in examples) / count
    return Explanation(parameter, index, mean + penalty, examples, penalty)


def _checked(network: Network, parameter: str, index: int | tuple[int, ...]) -> tuple[int, ...]:
    if parameter not in network.params:
        names = ", ".join(network.params)
        raise ValueError(f"there is no parameter {parameter!r}, only {names}")
    shape = network.params[parameter].shape
    numbers = index if isinstance(index, tuple | list) else (index,)
    index = tuple(whole("an index", i) for i in numbers)
    inside = len(index) == len(shape) and all(
        0 <= i < length for i, length in zip(index, shape, strict=True)
    )
    if not inside:
        raise ValueError(f"{parameter} has shape {shape}: there is no {parameter}{list(index)}")
    return index


class _Example:
    """One example of a traced batch, whose factors are looked up by layer and unit."""

    def __init__(self, trace: Trace, row: int) -> None:
        self.values, self.row = trace.values, row
        self.count = len(trace.values["x"])
        self.depth = layer_number(trace.layers[-2])
        self.kind = trace.layers[1].rstrip(digits)
        self.slopes = {
            layer_number(step.node): step.downstream[0].local_derivative[row]
            for step in trace.steps
            if step.phase == "backward" and step.node.rstrip(digits) in _ACTIVATIONS
        }

    def value(self, name: str, unit: int) -> float:
        return float(self.values[name][self.row, unit])

    def chain(self, parameter: str, index: tuple[int, ...], most: int) -> Chain:
        n, unit = int(parameter[1:]), index[-1]
        below = (*self.slope(n, unit), self.read(n, index))
        factors = (self.arriving(n, unit), *below)
        gradient = math.prod(factor.value for factor in factors)
        paths = [self.path(n, units, below) for units in self.largest(n, unit, most)]
        widths = [self.values[f"b{m}"].size for m in range(n + 1, self.depth + 1)]
        others = math.prod(widths) - len(paths)
        rest = math.fsum((gradient, *(-path.contribution for path in paths))) if others else 0.0
        return Chain(gradient, factors, tuple(paths), others, rest)

    def arriving(self, n: int, unit: int) -> Factor:
        """Return what comes from above to a unit of Affine ``n``, all paths together."""
        if n == self.depth:
            return self.difference(unit)
        value = self.value(f"da{n}", unit) * self.count
        name = f"da{n}[{unit}]"
        blocks = f"no gradient reaches a{n}[{unit}]: {self.silence(n, unit)}" if value == 0 else ""
        return Factor(name, value, f"Affine{n + 1}", blocks)

    def silence(self, n: int, unit: int) -> str:
        """Say why nothing comes back to a unit of hidden layer ``n``."""
        if not self.values[f"W{n + 1}"][unit].any():
            return f"W{n + 1}[{unit}] is 0 throughout"
        for m in range(n + 1, self.depth):
            if not self.values[f"W{m + 1}"].any():
                return f"W{m + 1} is 0 throughout"
            if not self.slopes[m].any():
                state = "closed" if self.kind == "Relu" else "saturated"
                return f"all of {self.kind}{m} is {state}"
        if not (self.values["y"][self.row] - self.values["t"][self.row]).any():
            return "y is exactly t"
        return "its paths lead through closed gates, cancel, or fade below what a float can hold"

    def difference(self, label: int) -> Factor:
        value = self.value("y", label) - self.value("t", label)
        name = f"y[{label}] − t[{label}]"
        blocks = f"y[{label}] is exactly t[{label}]" if value == 0 else ""
        return Factor(name, value, "SoftmaxWithLoss", blocks)

    def weight(self, n: int, i: int, j: int) -> Factor:
        value = float(self.values[f"W{n}"][i, j])
        name = f"W{n}[{i},{j}]"
        return Factor(name, value, f"Affine{n}", f"{name} is 0" if value == 0 else "")

    def slope(self, n: int, unit: int) -> tuple[Factor, ...]:
        """Return the local derivative of the activation above Affine ``n``, if there is one."""
        if n == self.depth:
            return ()
        value = float(self.slopes[n][unit])
        blocks = ""
        if value == 0:
            z = f"z{n}[{unit}] = {self.value(f'z{n}', unit):.6g}".replace("-", "−")
            state = "is closed" if self.kind == "Relu" else "is saturated"
            why = f"{z} is not above 0" if self.kind == "Relu" else f"its slope is 0 where {z}"
            blocks = f"{self.kind}{n}[{unit}] {state}: {why}"
        return (Factor(f"da{n}[{unit}]/dz{n}[{unit}]", value, f"{self.kind}{n}", blocks),)

    def read(self, n: int, index: tuple[int, ...]) -> Factor:
        """Return what the parameter is multiplied with on the way forward: 1 for a bias."""
        if len(index) == 1:
            return Factor("1", 1.0, f"Affine{n}")
        source = "x" if n == 1 else f"a{n - 1}"
        value = self.value(source, index[0])
        name = f"{source}[{index[0]}]"
        return Factor(name, value, f"Affine{n}", f"{name} is 0" if value == 0 else "")

    def largest(self, n: int, unit: int, most: int) -> list[tuple[int, ...]]:
        """Return the units along the largest paths to a unit of Affine ``n``, from the top down."""
        if n == self.depth or not most:
            return [(unit,)] if most else []
        ways = from_outputs(self.values["y"][self.row] - self.values["t"][self.row])
        for m in range(self.depth - 1, n, -1):
            ways = downwards(ways, self.values[f"W{m + 1}"] * self.slopes[m][:, np.newaxis], most)
        ways = downwards(ways, self.values[f"W{n + 1}"][[unit]], most)
        return [(*map(int, above), unit) for above in ways.units[0]]

    def path(self, n: int, units: tuple[int, ...], below: tuple[Factor, ...]) -> Path:
        factors = [self.difference(units[0])]
        steps = list(pairwise(units))
        for m, (above, unit) in zip(range(self.depth, n, -1), steps, strict=True):
            factors.append(self.weight(m, unit, above))
            if m - 1 > n:
                factors += self.slope(m - 1, unit)
        factors += below
        return Path(units, tuple(factors), math.prod(factor.value for factor in factors))

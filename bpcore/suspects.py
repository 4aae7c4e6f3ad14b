"""The guilty layer, found by asking every layer what it gets and what it gives.

A mistake in ``backward`` spoils all gradients behind it, down to the first layer, so a wrong dW1
tells little. But each value between two layers has a numerical gradient, too. The layer that gets
a right gradient and gives a wrong one is where the mistake is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bpcore.boundary import Boundary, Parameter, keeps_rows_apart
from bpcore.central_differences import STEP, central_differences
from bpcore.finding import EPSILON, RELATIVE, Comparison, Finding
from bpcore.graph.steps import layer_number
from bpcore.layers import Affine
from bpcore.witness import Witness

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping, Sequence

    import numpy.typing as npt

    from bpcore.boundary import Bools, Elements
    from bpcore.gradient_report import GradientReport
    from bpcore.layers import Array
    from bpcore.network import Network

STEPS = (1e-6, 1e-3)
"""The least and the largest h with which a verdict is possible."""

SAMPLE = 300
"""Elements of a parameter that are heard."""


@dataclass(frozen=True, eq=False)
class Hearing:
    """What one layer got and gave in the backward pass.

    Attributes
    ----------
    layer
        ``"Affine1"``, ``"Relu1"`` … ``"SoftmaxWithLoss"``.
    going_in
        The gradient of its output, which it got; None for the loss, which starts the pass.
    coming_out
        The gradient of its input; of an Affine layer also dW and db.
    overwrote
        Whether it wrote into the array that it got.
    """

    layer: str
    going_in: Finding | None
    coming_out: tuple[Finding, ...]
    overwrote: bool

    @property
    def guilty(self) -> bool:
        """Whether it made something wrong of something right, or wrote into what it got."""
        got_right = self.going_in is None or not self.going_in.differs
        return self.overwrote or (got_right and any(given.differs for given in self.coming_out))


@dataclass(frozen=True, eq=False)
class Verdict:
    """The hearings of all layers, from the loss back to the first."""

    hearings: tuple[Hearing, ...]

    @property
    def guilty(self) -> Hearing | None:
        """The first that is guilty on the way back from the loss; None if none is."""
        return next((hearing for hearing in self.hearings if hearing.guilty), None)


def find_guilty(
    network: Network,
    x: npt.ArrayLike,
    t: npt.ArrayLike,
    *,
    h: float = STEP,
    reports: Sequence[GradientReport] | None = None,
) -> Generator[float, None, Verdict]:
    """Run a backward pass, compare all that the layers hand on, and return who made a mistake.

    An element differs if backpropagation and the central difference with h are further apart than

        RELATIVE · the larger of the two
        + TRUNCATION · the distance of the central differences with h and h / 2
        + ROUNDING · ε / h · (1 + the loss + Σ |gradient| · size, over all values behind it)

    The last sum is what rounding makes of the loss: every value is right but for ε of its size
    (of x W + b that is |x| |W| + |b|), and the gradients say how much of that gets through. An
    element that differs is heard again with smaller steps. If one of them agrees with
    backpropagation, and would have told the difference, then h was too large there; also if with
    none of them h and h / 2 see the same slope. Such an element counts as a kink, as one does for
    which a Relu is open in one evaluation and shut in another, if it is so with the smaller steps,
    too. With nothing to compare nothing differs: at a kink, in a network that is not finite.

    Parameters
    ----------
    network
        In float64, with layers of any class. It is left as it is.
    x, t
        The batch: (N, D), and class numbers (N,) or one-hot rows (N, C). Where there is much
        to move, a sample of ten rows is.
    h
        How far each element is moved up and down. An h with which rounding or truncation would
        hide everything is replaced by 1e-4.
    reports
        Of the same network, batch and h, if there are any: they spare the numerical gradients of
        the parameters.

    Yields
    ------
    float
        The share done, 0 to 1, after each step of a few milliseconds.

    Raises
    ------
    TypeError
        For a float32 network.
    ValueError
        If the batch does not fit.
    """
    if network.dtype != np.float64:
        raise TypeError(f"a gradient check needs a float64 network, not {network.dtype}")
    h = h if STEPS[0] <= h <= STEPS[1] else STEP
    known = {report.name: report for report in reports or () if report.h == h}
    witness = Witness(network, network.as_batch(x), np.asarray(t))
    yield 0.0
    hearings = yield from _Court(witness, h, known).hearings()
    yield 1.0
    return Verdict(tuple(hearings))


class _Court:
    """Hears the layers one after the other, from the loss back to the first."""

    def __init__(self, witness: Witness, h: float, known: Mapping[str, GradientReport]) -> None:
        self.witness, self.h, self.known = witness, h, known
        self.network, self.count = witness.network, len(witness.x)
        self.noise = 0.0
        self.work = self.done = 0

    def hearings(self) -> Generator[float, None, list[Hearing]]:
        """Hear the loss, then each layer before it."""
        layers, boundaries = self.witness.layers, list[Boundary]()
        for boundary in self._boundaries():
            boundaries.insert(0, boundary)
            yield 0.0
        self.work = sum(boundary.work for boundary in boundaries)
        self.noise = _noise_of_the_loss(boundaries[-1], self.count)
        if not self.witness.is_finite:
            self.noise = np.inf
        dx = yield from self._value(len(layers), boundaries[-1])
        found = [Hearing("SoftmaxWithLoss", None, (dx,), overwrote=False)]
        for n in range(len(layers), 0, -1):
            name, layer = self.witness.layers[n - 1]
            self.noise += self._noise_of(n, boundaries[n], dx)
            going_in, dx = dx, (yield from self._value(n - 1, boundaries[n - 1]))
            coming_out = [dx]
            if isinstance(layer, Affine):
                for kind in "Wb":
                    coming_out.append((yield from self._parameter(f"{kind}{layer_number(name)}")))
            overwrote = name in self.witness.overwrote
            found.append(Hearing(name, going_in, tuple(coming_out), overwrote))
        return found

    def _boundaries(self) -> Iterator[Boundary]:
        """Give the boundary of each value, from the scores back to the input."""
        layers, values = [layer for _, layer in self.witness.layers], self.witness.values
        apart = 0
        for n in range(len(layers), -1, -1):
            if n < len(layers):
                apart = apart + 1 if keeps_rows_apart(layers[n], values[n]) else 0
            yield Boundary(values[n:], layers[n:], apart, self.network.last_layer, self.witness.t)

    def _value(self, n: int, boundary: Boundary) -> Generator[float, None, Finding]:
        """Compare the gradient of value ``n``."""
        name = f"d{self.witness.names[n]}"
        backprop = self.witness.gradients[name].ravel()[boundary.elements]
        comparison = Comparison(backprop, boundary, boundary.elements, self.noise, self.h)
        for share in comparison.move():
            yield (self.done + share * boundary.work) / self.work
        self.done += boundary.work
        differs = yield from self._verdict(comparison)
        return Finding(name, backprop, comparison.numerical, comparison.kink, differs)

    def _verdict(self, comparison: Comparison) -> Generator[float, None, bool]:
        judging = comparison.judge()
        while True:
            try:
                next(judging)
            except StopIteration as stop:
                return bool(stop.value)
            yield self.done / self.work

    @np.errstate(all="ignore")
    def _noise_of(self, n: int, boundary: Boundary, finding: Finding) -> float:
        """Return what the rounding of value ``n`` makes of the loss, of one row of a batch."""
        layer, rows = self.witness.layers[n - 1][1], boundary.rows
        size = np.abs(self.witness.values[n][rows])
        if isinstance(layer, Affine):
            source = np.abs(self.witness.values[n - 1][rows])
            size = source @ np.abs(layer.W) + np.abs(layer.b)
        gradient = np.nan_to_num(np.abs(finding.numerical)).reshape(len(rows), -1)
        columns = (boundary.elements % size.shape[1]).reshape(len(rows), -1)
        parts = np.take_along_axis(size, columns, axis=1) * gradient
        worst = float(np.nan_to_num(parts).sum(axis=1).max())
        noise: float = EPSILON * worst * size.shape[1] / columns.shape[1]
        return noise

    def _parameter(self, name: str) -> Generator[float, None, Finding]:
        """Compare the gradient of a parameter, or that of a sample of it."""
        gradient, report = self.witness.gradients[f"d{name}"].ravel(), self.known.get(name)
        if report is None:
            elements = np.sort(np.random.default_rng(0).permutation(gradient.size)[:SAMPLE])
            far, kink = yield from self._slopes(name, elements, self.h)
            heard = np.arange(len(elements))
        else:
            elements, far, kink = report.elements, report.numerical.copy(), report.kink.copy()
            heard = _suspicious(gradient[elements], far)
        backprop, moved = gradient[elements], elements[heard]
        near, more = yield from self._slopes(name, moved, self.h / 2)
        # Each row of the batch is rounded, and the penalty, and the parameter when it is moved.
        step = np.abs(self.network.params[name].ravel()[moved] * backprop[heard])
        rounding = self.count * self.noise + EPSILON * (self.network.penalty() + step)
        parameter = Parameter(self.network, name, self.witness.x, self.witness.t)
        comparison = Comparison(backprop[heard], parameter, moved, rounding, self.h)
        comparison.take(far[heard], near, kink[heard] | more)
        differs = yield from self._verdict(comparison)
        far[heard], kink[heard] = comparison.numerical, comparison.kink
        return Finding(f"d{name}", backprop, far, kink, differs)

    def _slopes(
        self, name: str, elements: Elements, h: float
    ) -> Generator[float, None, tuple[Array, Bools]]:
        values: list[Array] = []
        kinks: list[Bools] = []
        x, t = self.witness.x, self.witness.t
        chunks = central_differences(self.network, x, t, name, elements, h)
        while True:
            with np.errstate(all="ignore"):
                chunk = next(chunks, None)
            if chunk is None:
                return np.concatenate(values), np.concatenate(kinks)
            values.append(chunk.values)
            kinks.append(chunk.kink)
            yield self.done / self.work


def _noise_of_the_loss(boundary: Boundary, count: int) -> float:
    """Return what rounding makes of the loss behind its scores, of one row of a batch."""
    one = 1 / count if boundary.rows_are_apart else 1.0
    return EPSILON * (one + float(np.nan_to_num(np.abs(boundary.losses)).max()))


def _suspicious(backprop: Array, numerical: Array) -> Elements:
    """Return the places of elements to be heard: those that differ most, and some by chance."""
    with np.errstate(all="ignore"):
        size = np.maximum(np.abs(backprop), np.abs(numerical))
        excess = np.nan_to_num(np.abs(backprop - numerical) - RELATIVE * size, nan=np.inf)
    most = np.argsort(-excess)[: SAMPLE // 2]
    others = np.random.default_rng(0).permutation(len(backprop))[: SAMPLE // 2]
    return np.union1d(most, others)

"""Backpropagation against central differences: the book, chapter 5.7.3, as an instrument."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from bpcore.central_differences import STEP, central_differences, moved_values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import numpy.typing as npt

    from bpcore.layers import Array
    from bpcore.network import Network

SWEEP = tuple(10.0**-n for n in range(1, 11))
"""The h of a sweep: from one that is much too large to one that is much too small."""

TOLERANCE = 1e-7
"""The largest mean absolute difference with which a parameter passes."""

RELATIVE_ERROR_FLOOR = 1e-6
"""Gradients smaller than this are compared with it: central differences can't resolve them."""


def numerical_gradient(f: Callable[[Array], float], x: Array, h: float = STEP) -> Array:
    """Return df/dx, of the shape of ``x``, by (f(x + h) - f(x - h)) / 2h for each element.

    ``f`` is called with ``x`` itself, one element of it moved in place and put back exactly.
    ``x`` must be of a floating type (the book, chapter 4.4).
    """
    grad = np.empty_like(x)
    for index in range(x.size):
        above, below = moved_values(lambda: f(x), x, index, h)
        grad.flat[index] = (above - below) / (2 * h)
    return grad


@dataclass(frozen=True, eq=False)
class GradientReport:
    """Backpropagation against central differences for one parameter.

    Elements at a kink of a Relu are in the arrays, flagged, but left out of all other figures:
    between their two evaluations the loss has no derivative. With nothing left they are NaN.

    Attributes
    ----------
    name, shape
        Of the parameter.
    h
        How far each element was moved up and down.
    elements
        Flat indices (K,) in the parameter of what was checked: all of it, or a sample.
    backprop, numerical
        The two gradients of each (K,), for a scatter plot.
    kink
        (K,): True where the two evaluations saw a Relu open in one and shut in the other.
    """

    name: str
    shape: tuple[int, ...]
    h: float
    elements: npt.NDArray[np.intp]
    backprop: Array
    numerical: Array
    kink: npt.NDArray[np.bool_]

    @property
    def count(self) -> int:
        """Number of elements checked."""
        return len(self.elements)

    @property
    def kinks(self) -> int:
        """Number of them at a kink."""
        return int(self.kink.sum())

    @cached_property
    def absolute_difference(self) -> Array:
        """|backprop - numerical| of each element (K,)."""
        return np.abs(self.backprop - self.numerical)

    @cached_property
    def relative_error(self) -> Array:
        """The difference as a share of the larger of the two, or of 1e-6 if both are less (K,)."""
        size = np.maximum(np.abs(self.backprop), np.abs(self.numerical))
        error: Array = self.absolute_difference / np.maximum(size, RELATIVE_ERROR_FLOOR)
        return error

    @property
    def mean_absolute_difference(self) -> float:
        """The book's figure, over what is not at a kink."""
        compared = self.absolute_difference[~self.kink]
        return float(compared.mean()) if compared.size else np.nan

    @property
    def max_relative_error(self) -> float:
        """The largest relative error of what is not at a kink."""
        worst = self._worst
        return np.nan if worst is None else float(self.relative_error[worst])

    @property
    def worst(self) -> tuple[int, ...] | None:
        """Where in the parameter the relative error is largest: ``(784, 50)`` has ``(i, j)``."""
        worst = self._worst
        if worst is None:
            return None
        return tuple(int(i) for i in np.unravel_index(self.elements[worst], self.shape))

    @property
    def passed(self) -> bool:
        """Whether the mean absolute difference is at most ``TOLERANCE``; not if it is NaN."""
        return self.mean_absolute_difference <= TOLERANCE

    @property
    def _worst(self) -> int | None:
        compared = np.flatnonzero(~self.kink)
        return int(compared[self.relative_error[compared].argmax()]) if compared.size else None


def check_gradients(
    network: Network,
    x: npt.ArrayLike,
    t: npt.ArrayLike,
    *,
    h: float = STEP,
    names: Sequence[str] | None = None,
    sample: int | None = None,
    seed: int = 0,
    progress: Callable[[int], None] | None = None,
) -> list[GradientReport]:
    """Compare ``network.gradient`` with central differences, parameter by parameter.

    Parameters
    ----------
    network
        In float64: float32 can't resolve the differences.
    x, t
        The batch: (N, D), and class numbers (N,) or one-hot rows (N, C).
    h
        How far each element is moved up and down.
    names
        Parameters to check, by default all.
    sample
        Check this many elements of each parameter, drawn at random with ``seed``; by default all.
    progress
        Called with the number of elements done, many times a second. An exception that it raises
        ends the check, with the network as it was.

    Raises
    ------
    TypeError
        For a float32 network.
    ValueError
        For a parameter that there is not, or a batch that does not fit.
    """
    checks = iter_reports(
        network, x, t, h=h, names=names, sample=sample, seed=seed, progress=progress
    )
    return list(checks)


def iter_reports(
    network: Network,
    x: npt.ArrayLike,
    t: npt.ArrayLike,
    *,
    h: float = STEP,
    names: Sequence[str] | None = None,
    sample: int | None = None,
    seed: int = 0,
    progress: Callable[[int], None] | None = None,
) -> Iterator[GradientReport]:
    """Give the reports of ``check_gradients``, each as soon as it is there."""
    if network.dtype != np.float64:
        raise TypeError(f"a gradient check needs a float64 network, not {network.dtype}")
    yield from _compare(network, x, t, h, chosen(network, names, sample, seed), progress)


def chosen(
    network: Network, names: Sequence[str] | None, sample: int | None, seed: int
) -> dict[str, npt.NDArray[np.intp]]:
    """Return flat indices by parameter: all of them, or ``sample`` of each drawn at random."""
    unknown = [name for name in names or () if name not in network.params]
    if unknown:
        raise ValueError(f"no parameter {unknown[0]}; there are {', '.join(network.params)}")
    if names is not None and not names:
        raise ValueError("names must hold at least one parameter")
    if sample is not None and sample < 1:
        raise ValueError(f"sample must be at least 1, not {sample}")
    rng = np.random.default_rng(seed)
    elements = {}
    for name, array in network.params.items():
        every = np.arange(array.size)
        drawn = sample is not None and sample < array.size
        # Drawn for all, so that what is checked of one does not depend on which others are.
        picked = np.sort(rng.permutation(every)[:sample]) if drawn else every
        if names is None or name in names:
            elements[name] = picked
    return elements


def _compare(
    network: Network,
    x: npt.ArrayLike,
    t: npt.ArrayLike,
    h: float,
    elements: dict[str, npt.NDArray[np.intp]],
    progress: Callable[[int], None] | None,
    done: int = 0,
) -> Iterator[GradientReport]:
    x, t = network.as_batch(x), np.asarray(t)
    backprop = network.gradient(x, t)
    for name, wanted in elements.items():
        numerical = np.empty(len(wanted), network.dtype)
        kink = np.zeros(len(wanted), bool)
        start = 0
        for slopes in central_differences(network, x, t, name, wanted, h):
            part = slice(start, start + len(slopes.elements))
            numerical[part], kink[part] = slopes.values, slopes.kink
            start = part.stop
            if progress:
                progress(done + start)
        done += len(wanted)
        arrays = (wanted, backprop[name].ravel()[wanted], numerical, kink)
        for array in arrays:
            array.flags.writeable = False
        yield GradientReport(name, network.params[name].shape, h, *arrays)


@dataclass(frozen=True)
class SweepPoint:
    """What a check with one ``h`` gave, over all parameters together.

    ``count`` elements were checked, ``kinks`` of them were at a kink and are left out of the mean,
    which is NaN if nothing is left.
    """

    h: float
    mean_absolute_difference: float
    count: int
    kinks: int


@dataclass(frozen=True)
class Sweep:
    """Checks with one ``h`` after the other.

    Central differences err in two ways. Cutting off the Taylor series costs an error that grows as
    h squared; the rounding of the two losses, divided by 2h, one that grows as 1/h. In between
    there is an ``h`` that is best.
    """

    points: tuple[SweepPoint, ...]

    @property
    def best(self) -> SweepPoint | None:
        """The point of the least difference; None if there was nothing to compare at any."""
        compared = [p for p in self.points if not np.isnan(p.mean_absolute_difference)]
        return min(compared, key=lambda p: p.mean_absolute_difference, default=None)

    def error_at(self, point: SweepPoint) -> str:
        """Return ``"truncation"`` for an h above the best, ``"rounding"`` below it, else ``""``."""
        best = self.best
        if best is None or point.h == best.h:
            return ""
        return "truncation" if point.h > best.h else "rounding"


def sweep(
    network: Network,
    x: npt.ArrayLike,
    t: npt.ArrayLike,
    *,
    steps: Sequence[float] = SWEEP,
    names: Sequence[str] | None = None,
    sample: int | None = None,
    seed: int = 0,
    progress: Callable[[int], None] | None = None,
) -> Sweep:
    """Check with each ``h`` of ``steps``; otherwise as ``check_gradients``.

    A float32 network is welcome here: its rounding is what one wants to see.
    """
    elements = chosen(network, names, sample, seed)
    each = sum(len(wanted) for wanted in elements.values())
    points = []
    for n, h in enumerate(steps):
        reports = list(_compare(network, x, t, h, elements, progress, n * each))
        compared = np.concatenate([r.absolute_difference[~r.kink] for r in reports])
        mean = float(compared.mean()) if compared.size else np.nan
        points.append(SweepPoint(h, mean, each, sum(report.kinks for report in reports)))
    return Sweep(tuple(points))

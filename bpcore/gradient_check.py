"""Backpropagation against central differences: the book, chapter 5.7.3, as an instrument."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bpcore.central_differences import STEP, central_differences, moved_values
from bpcore.gradient_report import (
    RELATIVE_ERROR_FLOOR,
    RELATIVE_TOLERANCE,
    GradientReport,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping, Sequence

    import numpy.typing as npt

    from bpcore.layers import Array
    from bpcore.network import Network

    Elements = Mapping[str, npt.NDArray[np.intp]]

__all__ = [
    "RELATIVE_ERROR_FLOOR",
    "RELATIVE_TOLERANCE",
    "SWEEP",
    "GradientReport",
    "Sweep",
    "SweepPoint",
    "check_gradients",
    "check_in_steps",
    "iter_reports",
    "numerical_gradient",
    "sweep",
    "sweep_in_steps",
]

SWEEP = tuple(10.0**-n for n in range(1, 13))
"""The h of a sweep: from one that is much too large to one that is much too small."""


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
    elements = _wanted(network, names, sample, seed)
    for step in _compare(network, x, t, h, elements):
        if isinstance(step, GradientReport):
            yield step
        elif progress:
            progress(step)


def check_in_steps(
    network: Network,
    x: npt.ArrayLike,
    t: npt.ArrayLike,
    *,
    h: float = STEP,
    names: Sequence[str] | None = None,
    sample: int | None = None,
    seed: int = 0,
) -> Generator[float, None, tuple[GradientReport, ...]]:
    """Check as ``check_gradients`` does, a few milliseconds at a time.

    Yields the share done, 0 to 1; returns the reports.
    """
    elements = _wanted(network, names, sample, seed)
    count = sum(len(wanted) for wanted in elements.values())
    reports = []
    for step in _compare(network, x, t, h, elements):
        if isinstance(step, GradientReport):
            reports.append(step)
        else:
            yield step / count
    return tuple(reports)


def _wanted(
    network: Network, names: Sequence[str] | None, sample: int | None, seed: int
) -> Elements:
    if network.dtype != np.float64:
        raise TypeError(f"a gradient check needs a float64 network, not {network.dtype}")
    return chosen(network, names, sample, seed)


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
    network: Network, x: npt.ArrayLike, t: npt.ArrayLike, h: float, elements: Elements
) -> Iterator[int | GradientReport]:
    """Give the number of elements done, again and again, and each report once it is there."""
    x, t = network.as_batch(x), np.asarray(t)
    backprop = network.gradient(x, t)
    done = 0
    for name, wanted in elements.items():
        numerical = np.empty(len(wanted), network.dtype)
        kink = np.zeros(len(wanted), bool)
        start = 0
        for slopes in central_differences(network, x, t, name, wanted, h):
            part = slice(start, start + len(slopes.elements))
            numerical[part], kink[part] = slopes.values, slopes.kink
            start = part.stop
            yield done + start
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
    total = sum(len(wanted) for wanted in elements.values()) * len(steps)
    in_steps = sweep_in_steps(network, x, t, steps=steps, names=names, sample=sample, seed=seed)
    while True:
        try:
            share = next(in_steps)
        except StopIteration as end:
            found: Sweep = end.value
            return found
        if progress:
            progress(round(share * total))


def sweep_in_steps(
    network: Network,
    x: npt.ArrayLike,
    t: npt.ArrayLike,
    *,
    steps: Sequence[float] = SWEEP,
    names: Sequence[str] | None = None,
    sample: int | None = None,
    seed: int = 0,
) -> Generator[float, None, Sweep]:
    """Check as ``sweep`` does, a few milliseconds at a time; yields the share done, 0 to 1."""
    elements = chosen(network, names, sample, seed)
    each = sum(len(wanted) for wanted in elements.values())
    points = []
    for n, h in enumerate(steps):
        reports = []
        for step in _compare(network, x, t, h, elements):
            if isinstance(step, GradientReport):
                reports.append(step)
            else:
                yield (n * each + step) / (each * len(steps))
        compared = np.concatenate([r.absolute_difference[~r.kink] for r in reports])
        mean = float(compared.mean()) if compared.size else np.nan
        points.append(SweepPoint(h, mean, each, sum(report.kinks for report in reports)))
    return Sweep(tuple(points))

"""What wrong elements of a gradient have in common: where they are, and by what they are off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from bpcore.gradient_report import agree

if TYPE_CHECKING:
    import numpy.typing as npt

    from bpcore.gradient_report import GradientReport
    from bpcore.layers import Array

Kind = Literal["none", "uncalled", "factor", "sign", "signs", "size", ""]

STEADY = 1e-3
"""A factor that varies less than that is one and the same."""

FAR = 0.05
"""By how much a mean size is off that is worth telling."""


@dataclass(frozen=True)
class Difference:
    """The elements of a gradient that differ, without those at a kink.

    Attributes
    ----------
    count, of
        How many differ, and how many were compared.
    rows, columns
        Of a matrix, the lines that differ as a whole, if they are all that differs.
    kind
        ``"none"``: backprop is 0 in all of them; ``"uncalled"``: the numerical gradient is.
        ``"factor"``: backprop is ``factor`` times as much; ``"sign"``: that is -1. ``"signs"``: all
        have the wrong sign. ``"size"``: the mean size is ``factor`` times as much. "" is nothing.
    worst
        Index of the element that is furthest off.
    backprop, numerical
        Its two gradients.
    """

    count: int
    of: int
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    kind: Kind
    factor: float
    worst: tuple[int, ...]
    backprop: float
    numerical: float


def difference_of(report: GradientReport) -> Difference | None:
    """Return what differs in ``report``; None if no element does so by itself."""
    size = np.maximum(np.abs(report.backprop), np.abs(report.numerical))
    differs = ~np.asarray(agree(report.absolute_difference, size, report.h)) & ~report.kink
    places = np.flatnonzero(differs)
    if not len(places):
        return None
    rows, columns = _whole_lines(report, places)
    kind, factor = _in_common(report.backprop[places], report.numerical[places])
    worst = int(places[report.absolute_difference[places].argmax()])
    index = np.unravel_index(int(report.elements[worst]), report.shape)
    return Difference(
        count=len(places),
        of=report.count - report.kinks,
        rows=rows,
        columns=columns,
        kind=kind,
        factor=factor,
        worst=tuple(int(i) for i in index),
        backprop=float(report.backprop[worst]),
        numerical=float(report.numerical[worst]),
    )


def _whole_lines(
    report: GradientReport, places: npt.NDArray[np.intp]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the rows, or else the columns, that ``places`` are made of."""
    is_all = len(places) == report.count - report.kinks
    if is_all or report.kinks or len(report.shape) != 2:
        return (), ()
    grid = np.zeros(report.shape, bool)
    grid.flat[report.elements[places]] = True
    found: list[tuple[int, ...]] = []
    for axis in (1, 0):
        lines = grid.all(axis=axis)
        is_whole = lines.sum() * report.shape[axis] == len(places)
        found.append(tuple(np.flatnonzero(lines).tolist()) if is_whole else ())
    rows, columns = found
    return (rows, ()) if rows else ((), columns)


def _in_common(backprop: Array, numerical: Array) -> tuple[Kind, float]:
    if not backprop.any():
        return "none", 0.0
    if not numerical.any():
        return "uncalled", 0.0
    if not numerical.all():
        return "", 0.0
    factors = backprop / numerical
    factor = float(factors.mean())
    if np.abs(factors - factor).max() <= STEADY * abs(factor):
        return ("sign" if abs(factor + 1) <= STEADY else "factor"), factor
    if (factors < 0).all():
        return "signs", factor
    share = float(np.abs(backprop).mean() / np.abs(numerical).mean())
    return ("size" if abs(share - 1) > FAR else ""), share

"""What is said of the gradients of a layer of one's own: which elements differ, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication

from app import formatting
from bpcore.gradient_report import agree

if TYPE_CHECKING:
    import numpy.typing as npt

    from bpcore.gradient_report import GradientReport
    from bpcore.layer_check import LayerCheck

    Array = npt.NDArray[np.floating]
    Places = npt.NDArray[np.intp]

MOST = 2
"""Gradients of which more than the name is said: the table has all."""

STEADY = 1e-3
"""A factor that varies less than that is one and the same."""


def layer_said(check: LayerCheck) -> str:
    """Say what the check of somebody's own layer found."""
    if not check.reports:
        verdict = _tr("{0} can't be checked")
    else:
        verdict = _tr("{0} agrees") if check.passed else _tr("{0} differs")
    wrong = [report for report in check.reports if not report.passed]
    parts = [how_it_differs(report) for report in wrong[:MOST]]
    if len(wrong) > MOST:
        one, many = _tr("{0} differs, too."), _tr("{0} differ, too.")
        names = ", ".join(report.name for report in wrong[MOST:])
        parts.append((one if len(wrong) == MOST + 1 else many).format(names))
    said = verdict.format(check.name)
    said = f"{said}: {' '.join(parts)}" if parts else f"{said}."
    return " ".join((said, *check.remarks))


def how_it_differs(report: GradientReport) -> str:
    """Say in how many elements a gradient differs, by which factor, and the worst of them.

    It goes on after "differs:".
    """
    size = np.maximum(np.abs(report.backprop), np.abs(report.numerical))
    differs = ~np.asarray(agree(report.absolute_difference, size, report.h)) & ~report.kink
    places = np.flatnonzero(differs)
    if not len(places):
        return _tr("{0} by a little in each element, so that its mean does.").format(report.name)
    backprop, numerical = report.backprop[places], report.numerical[places]
    parts = [_where(report, places), _how(backprop, numerical), _worst(report, places)]
    return f"{'; '.join(part for part in parts if part)}."


def _where(report: GradientReport, places: Places) -> str:
    """Say in how many elements it differs, and in which rows or columns if those are whole."""
    count, every = len(places), report.count - report.kinks
    if count == every:
        text = _tr("{0} in all {1} elements")
        return text.format(report.name, formatting.count(every))
    said = _tr("{0} in {1} of {2} elements").format(
        report.name, formatting.count(count), formatting.count(every)
    )
    if report.kinks or len(report.shape) != 2:
        return said
    grid = np.zeros(report.shape, bool)
    grid.flat[report.elements[places]] = True
    for axis, one, many in (
        (1, _tr("row {0}"), _tr("rows {0}")),
        (0, _tr("column {0}"), _tr("columns {0}")),
    ):
        lines = grid.all(axis=axis)
        if lines.sum() * report.shape[axis] == count:
            numbers = np.flatnonzero(lines).tolist()
            names = (one if len(numbers) == 1 else many).format(", ".join(map(str, numbers)))
            return f"{said} ({names})"
    return said


def _how(backprop: Array, numerical: Array) -> str:
    """Say what is common to gradients that differ, if anything is."""
    if not backprop.any():
        return _tr("backward gives 0 for them")
    if not numerical.any():
        return _tr("they should be 0")
    if not numerical.all():
        return ""
    factors = backprop / numerical
    factor = float(factors.mean())
    if np.abs(factors - factor).max() <= STEADY * abs(factor):
        if abs(factor + 1) <= STEADY:
            return _tr("only the sign is wrong")
        return _tr("backward gives {0} times as much").format(_factor(factor))
    if (factors < 0).all():
        return _tr("all have the wrong sign")
    share = float(np.abs(backprop).mean() / np.abs(numerical).mean())
    text = _tr("in size backward gives {0} times as much on average")
    return text.format(_factor(share)) if abs(share - 1) > 0.05 else ""


def _factor(factor: float) -> str:
    """Format a factor as short as it is: ``2``, ``0.333``, ``−12.5``."""
    short = f"{abs(factor):.3g}"
    size = short if "e" not in short else formatting.scientific(abs(factor))
    return f"{formatting.MINUS if factor < 0 else ''}{size}"


def _worst(report: GradientReport, places: Places) -> str:
    """Name the element that is furthest off, with both numbers."""
    worst = places[int(report.absolute_difference[places].argmax())]
    index = np.unravel_index(int(report.elements[worst]), report.shape)
    values = (float(array[worst]) for array in (report.backprop, report.numerical))
    backprop, numerical = (formatting.signed(value) for value in values)
    name = f"{report.name}[{', '.join(str(int(i)) for i in index)}]"
    text = _tr("{0} is {1}, but numerically {2}")
    if len(places) > 1:
        text = _tr("the worst, {0}, is {1}, but numerically {2}")
    return text.format(name, backprop, numerical)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Check", text)

"""What a scatter plot of two gradients says: pure functions of its points."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication

from app import formatting
from app.widgets.scatter_points import OPPOSITE, WRONG

if TYPE_CHECKING:
    import numpy.typing as npt

    from app.widgets.scatter_points import Element, Points

    Floats = npt.NDArray[np.float64]
    Mask = npt.NDArray[np.bool_]


def name_text(element: Element) -> str:
    """Name an element: ``W1[300, 17]``."""
    return f"{element.name}[{', '.join(str(i) for i in element.indices)}]"


def figures(element: Element) -> tuple[tuple[str, str], ...]:
    """Return the two gradients of an element, each with its name."""
    return (
        (_tr("backprop"), formatting.signed(element.backprop)),
        (_tr("numerical"), formatting.signed(element.numerical)),
    )


def apart_text(element: Element) -> str:
    """Say how far the two gradients are from each other, or why that says nothing."""
    if element.kink:
        return _tr("at a kink")
    return _tr("|diff| {0}").format(formatting.scientific(element.difference))


def readout(element: Element) -> str:
    """Say which element it is, both of its gradients and how far they are from each other."""
    name = name_text(element)
    if element.with_bug:
        name = _tr("{0} with the bug").format(name)
    values = ", ".join(f"{what} {value}" for what, value in figures(element))
    verdict = _tr(", differs") if element.wrong else ""
    return f"{name}: {values}, {apart_text(element)}{verdict}"


def notes(points: Points, low: int) -> tuple[str, ...]:
    """Say what is to be seen on axes from 10^low on, what matters most first; each is counted."""
    if not len(points) and not _missing(points):
        return ()
    wrong = points.kind >= WRONG
    backprop, numerical = np.abs(points.backprop), np.abs(points.numerical)
    floor = 10.0**low
    small = (backprop <= floor, numerical <= floor)
    counts = (
        (np.count_nonzero(wrong), _tr("{0} differ.")),
        _row(wrong & small[1] & ~small[0], numerical, low),
        _column(wrong & small[0] & ~small[1], backprop, low),
        (np.count_nonzero(points.kind == OPPOSITE), _tr("In rings, opposite signs: {0}.")),
        (_missing(points), _tr("Not a number, so not drawn: {0}.")),
        (
            np.count_nonzero((backprop == 0) & (numerical == 0)),
            _tr("In the corner, both exactly 0: {0}."),
        ),
        (
            sum(report.kinks for report in points.reports[: points.right]),
            _tr("In grey, at a kink: {0}."),
        ),
    )
    said = (text.format(formatting.count(int(count))) for count, text in counts if count)
    first = () if wrong.any() else (_tr("On the diagonal the two agree."),)
    return (*first, *said)


def _row(floor: Mask, numerical: Floats, low: int) -> tuple[int, str]:
    """Count what lies on the floor, and name the row."""
    if (numerical[floor] == 0).all():
        text = _tr("The row on the floor: backprop is not 0, the numerical value is: {0}.")
    else:
        text = _tr("The row on the floor: the numerical value is at most 1e{1}: {0}.")
    return int(np.count_nonzero(floor)), text.replace("{1}", str(low))


def _column(left: Mask, backprop: Floats, low: int) -> tuple[int, str]:
    """Count what lies at the left, and name the column."""
    if (backprop[left] == 0).all():
        text = _tr("The column at the left: backprop is 0, the numerical value is not: {0}.")
    else:
        text = _tr("The column at the left: backprop is at most 1e{1}: {0}.")
    return int(np.count_nonzero(left)), text.replace("{1}", str(low))


def _missing(points: Points) -> int:
    return sum(
        int(np.count_nonzero(np.isnan(report.backprop) | np.isnan(report.numerical)))
        for report in points.reports
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("CheckScatter", text)

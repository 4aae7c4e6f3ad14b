"""What a scatter plot of two gradients says: pure functions of its points."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication

from app import formatting
from app.widgets.scatter_points import DOUBT, OPPOSITE

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
    verdict = _tr(", differs") if element.wrong else _tr(", h unfit") if element.doubtful else ""
    return f"{name}: {values}, {apart_text(element)}{verdict}"


def notes(points: Points, low: int) -> tuple[str, ...]:
    """Say what is to be seen on axes from 10^low on, what matters most first; each is counted."""
    if not len(points) and not _missing(points):
        return ()
    apart = points.kind >= DOUBT
    backprop, numerical = np.abs(points.backprop), np.abs(points.numerical)
    floor = 10.0**low
    small = (backprop <= floor, numerical <= floor)
    counts = (
        _row(apart & small[1] & ~small[0], numerical),
        _column(apart & small[0] & ~small[1], backprop),
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
    return (*_verdict(points), *said)


def _verdict(points: Points) -> tuple[str, ...]:
    """Say what the reports say, as the table does."""
    compared = [report for report in points.reports if report.verdict is not None]
    failed = dict.fromkeys(report.name for report in compared if not report.passed)
    if not failed:
        return (_tr("On the diagonal the two agree."),) if compared else ()
    number, names = int(np.count_nonzero(points.kind >= DOUBT)), ", ".join(failed)
    if points.doubtful:
        one, many = (
            _tr("{0} differs because of h."),
            _tr("{0} differ because of h."),
        )
        if number:
            return (formatting.counted(number, one, many),)
        return ((one if len(failed) == 1 else many).format(names),)
    if number:
        return (formatting.counted(number, _tr("{0} differs."), _tr("{0} differ.")),)
    if _missing(points):
        return ()
    text = _tr("{0}: each element is a little apart, so the mean differs.")
    return (text.format(names),)


def _row(floor: Mask, numerical: Floats) -> tuple[int, str]:
    """Count what lies on the floor, and say what it is."""
    if (numerical[floor] == 0).all():
        text = _tr("The row on the floor ({0}): backprop is not 0, the numerical value is.")
    else:
        text = _tr(
            "The row on the floor ({0}): the numerical value is too small for the axis, backprop "
            "is not."
        )
    return int(np.count_nonzero(floor)), text


def _column(left: Mask, backprop: Floats) -> tuple[int, str]:
    """Count what lies at the left edge, and say what it is."""
    if (backprop[left] == 0).all():
        text = _tr("The column at the left ({0}): backprop is 0, the numerical value is not.")
    else:
        text = _tr(
            "The column at the left ({0}): backprop is too small for the axis, the numerical "
            "value is not."
        )
    return int(np.count_nonzero(left)), text


def _missing(points: Points) -> int:
    return sum(
        int(np.count_nonzero(np.isnan(report.backprop) | np.isnan(report.numerical)))
        for report in points.reports
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("CheckScatter", text)

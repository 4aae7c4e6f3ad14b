"""What is said of the gradients of a layer of one's own: which elements differ, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app import formatting
from bpcore.layer_difference import difference_of

if TYPE_CHECKING:
    from bpcore.gradient_report import GradientReport
    from bpcore.layer_check import LayerCheck
    from bpcore.layer_difference import Difference

MOST = 2
"""Gradients of which more than the name is said: the table has all."""


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
    found = difference_of(report)
    if found is None:
        return _tr("{0} by a little in each element, so that its mean does.").format(report.name)
    parts = (_where(report.name, found), _how(found), _worst(report.name, found))
    return f"{'; '.join(part for part in parts if part)}."


def _where(name: str, found: Difference) -> str:
    """Say in how many elements it differs, and in which rows or columns if those are whole."""
    if found.count == found.of:
        return _tr("{0} in all {1} elements").format(name, formatting.count(found.of))
    counts = (formatting.count(number) for number in (found.count, found.of))
    said = _tr("{0} in {1} of {2} elements").format(name, *counts)
    for numbers, one, many in (
        (found.rows, _tr("row {0}"), _tr("rows {0}")),
        (found.columns, _tr("column {0}"), _tr("columns {0}")),
    ):
        if numbers:
            text = one if len(numbers) == 1 else many
            return f"{said} ({text.format(', '.join(map(str, numbers)))})"
    return said


def _how(found: Difference) -> str:
    """Say what is common to gradients that differ, if anything is."""
    texts = {
        "none": _tr("backward gives 0 for them"),
        "uncalled": _tr("they should be 0"),
        "sign": _tr("only the sign is wrong"),
        "factor": _tr("backward gives {0} times as much"),
        "signs": _tr("all have the wrong sign"),
        "size": _tr("in size backward gives {0} times as much on average"),
        "": "",
    }
    return texts[found.kind].format(_factor(found.factor))


def _factor(factor: float) -> str:
    """Format a factor as short as it is: ``2``, ``0.333``, ``−12.5``."""
    short = f"{abs(factor):.3g}"
    size = short if "e" not in short else formatting.scientific(abs(factor))
    return f"{formatting.MINUS if factor < 0 else ''}{size}"


def _worst(name: str, found: Difference) -> str:
    """Name the element that is furthest off, with both numbers."""
    element = f"{name}[{', '.join(map(str, found.worst))}]"
    text = _tr("{0} is {1}, but numerically {2}")
    if found.count > 1:
        text = _tr("the worst, {0}, is {1}, but numerically {2}")
    values = (formatting.signed(value) for value in (found.backprop, found.numerical))
    return text.format(element, *values)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Check", text)

"""What is said of the differences of W1: pure functions of a report."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.formatting import EM_DASH, count, counted, scientific
from app.widgets.difference_pixels import can_be_tiles
from app.widgets.tile_pixels import SIDE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bpcore.gradient_check import GradientReport


def no_tiles(report: GradientReport | None) -> str:
    """Say why there are no tiles; "" if there are."""
    if report is None:
        return _tr("Run the check to see where the gradients of W1 differ.")
    if can_be_tiles(report):
        return ""
    if report.shape[0] != SIDE * SIDE or len(report.shape) != 2:
        text = _tr("No tiles: the inputs of {0} are not the pixels of an image of 28 × 28.")
        return text.format(report.name)
    checked, every = count(report.count), count(math.prod(report.shape))
    text = _tr("No tiles: only a sample of {0} was checked, {1} of {2} elements.")
    return text.format(report.name, checked, every)


def summary(
    verdicts: Sequence[bool | None], report: GradientReport, *, doubtful: bool = False
) -> str:
    """Say how many units differ, as the ``report`` of them all has it; and what was left out.

    Parameters
    ----------
    verdicts
        Of each unit by itself.
    doubtful
        Whether it says nothing of the code where they differ: h does not suit.
    """
    units, kinks = len(verdicts), report.kinks
    wrong, unknown = verdicts.count(False), verdicts.count(None)
    if report.verdict is None and unknown < units:
        said = _tr("All gradients are 0: nothing to compare")
    elif unknown == units:
        said = _tr("No unit was compared")
    elif doubtful and wrong:
        text = _tr("{0} of {1} units differ because of h")
        said = text.format(count(wrong), count(units))
    elif doubtful and not report.passed:
        said = _tr("{0} differs because of h").format(report.name)
    elif wrong and report.passed:
        text = _tr("{0} agrees, though {1} of {2} units alone do not")
        said = text.format(report.name, count(wrong), count(units))
    elif not wrong and not report.passed:
        said = _tr("{0} differs, by a little in each unit").format(report.name)
    elif units == 1:
        said = _tr("The only unit differs") if wrong else _tr("The only unit agrees")
    elif wrong:
        said = _of_all(wrong, units, _tr("All {0} units differ"), _tr("{0} of {1} units differ"))
    else:
        agree = units - unknown
        said = _of_all(agree, units, _tr("All {0} units agree"), _tr("{0} of {1} units agree"))
    if kinks:
        left = counted(kinks, _tr("{0} kink left out"), _tr("{0} kinks left out"))
        said = f"{said}; {left}"
    return f"{said}."


def _of_all(number: int, units: int, every: str, some: str) -> str:
    return (every if number == units else some).format(count(number), count(units))


def of_one(
    unit: int, report: GradientReport, agrees: bool | None, *, doubtful: bool = False
) -> str:
    """Say of one unit whether it agrees, and the mean of its differences."""
    if agrees is None:
        return _tr("Unit {0} was not compared: kinks only.").format(unit)
    if report.verdict is None:
        return _tr("Unit {0}: all gradients are 0, so they are no test").format(unit)
    mean = report.mean_absolute_difference
    figure = scientific(mean) if math.isfinite(mean) else EM_DASH
    text = _tr("✓ Unit {0} agrees: mean |diff| {1}")
    if not agrees:
        text = _tr("✗ Unit {0} differs: mean |diff| {1}")
    if not agrees and doubtful:
        text = _tr("? Unit {0}, h unfit: mean |diff| {1}")
    return text.format(unit, figure)


def of_weight(unit: int, pixel: tuple[int, int], is_kink: bool) -> str:
    """Say which weight is read off."""
    text = _tr("Unit {0}, row {1}, column {2}")
    if is_kink:
        text = _tr("Unit {0}, row {1}, column {2}: at a kink")
    return text.format(unit, *pixel)


def _tr(text: str) -> str:
    return QCoreApplication.translate("DifferenceMap", text)

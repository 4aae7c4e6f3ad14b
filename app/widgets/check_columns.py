"""What stands in the table of a gradient check, and where: pure functions of the reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication, QRectF

from app import formatting
from app.formatting import EM_DASH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bpcore.gradient_report import GradientReport

HEAD, ROW, FOOT = 54, 27, 28
PANEL, PANEL_GAP = 212, 8
"""Of the columns at the right: those of the bug, or what is counted apart."""

DESIGNED = 556
"""The width of the other columns for which their places below are meant."""

TICK, TICK_GAP = 16, 4
BASE = ("name", "shape", "count", "mean", "relative", "verdict")
APART = ("zeros", "kinks")
BUG = ("bug_mean", "bug_verdict")
_LEFTS = {"name": 0, "shape": 44, "verdict": 460}
_RIGHTS = {"count": 212, "mean": 328, "relative": 436}
_PANEL_RIGHTS = {"zeros": 108, "kinks": 196, "bug_mean": 84}
_VERDICTS = ("verdict", "bug_verdict")


@dataclass(frozen=True)
class CheckRow:
    """One gradient: its name and shape, and how it fared as the code is and with the bug on."""

    name: str
    shape: tuple[int, ...]
    report: GradientReport | None = None
    broken: GradientReport | None = None

    def verdict(self, column: str) -> bool | None:
        """Return whether the gradients agree; None if nothing was compared."""
        report = self.broken if column in BUG else self.report
        if report is None or report.kinks == report.count:
            return None
        return report.passed

    def text(self, column: str) -> str:
        """Return what stands in ``column``."""
        if column == "name":
            return self.name
        if column == "shape":
            return shape_text(self.shape)
        if column in _VERDICTS:
            return verdict_text(self.verdict(column))
        report = self.broken if column in BUG else self.report
        return EM_DASH if report is None else _figure(report, column)


def rows_of(
    reports: Sequence[GradientReport], broken: Sequence[GradientReport]
) -> tuple[CheckRow, ...]:
    """Put the reports of the same gradient into one row."""
    others = {report.name: report for report in broken}
    return tuple(CheckRow(r.name, r.shape, r, others.get(r.name)) for r in reports)


def shape_text(shape: tuple[int, ...]) -> str:
    """Format a shape: ``784×50``."""
    return "×".join(str(length) for length in shape)


def verdict_text(agrees: bool | None) -> str:
    """Say a verdict; an em dash while there is none."""
    if agrees is None:
        return EM_DASH
    return _tr("agrees") if agrees else _tr("differs")


def _figure(report: GradientReport, column: str) -> str:
    if column == "count":
        return formatting.count(report.count)
    if column == "zeros":
        return formatting.count(report.zeros)
    if column == "kinks":
        return formatting.count(report.kinks)
    value = report.max_relative_error if column == "relative" else report.mean_absolute_difference
    return formatting.scientific(None if report.kinks == report.count else value)


@dataclass(frozen=True)
class Columns:
    """Where the columns are in ``width``; at the right those of the bug, if there is one."""

    width: float
    has_bug: bool

    @property
    def base(self) -> float:
        """How wide the columns of the code as it is are together."""
        return self.width - PANEL - PANEL_GAP

    @property
    def panel(self) -> float:
        """Where the columns at the right begin."""
        return self.width - PANEL

    @property
    def names(self) -> tuple[str, ...]:
        """The columns from left to right."""
        return BASE + (BUG if self.has_bug else APART)

    def cell(self, column: str, top: float, height: float) -> tuple[QRectF, bool]:
        """Return where ``column`` has its text, and whether it ends at the right of that."""
        share = self.base / DESIGNED
        if column in _LEFTS:
            left = _LEFTS[column] * share
            return QRectF(left, top, self._end(column) - left, height), False
        if column in _RIGHTS:
            right = _RIGHTS[column] * share
            return QRectF(right - 100 * share, top, 100 * share, height), True
        if column == "bug_verdict":
            return QRectF(self.panel + 108, top, PANEL - 112, height), False
        right = self.panel + _PANEL_RIGHTS[column]
        return QRectF(right - 80, top, 80, height), True

    def _end(self, column: str) -> float:
        share = self.base / DESIGNED
        return {"name": 44 * share, "shape": 130 * share, "verdict": self.base}[column]

    def at(self, x: float) -> str | None:
        """Return the column at ``x``: each reaches to the next."""
        if not 0 <= x < self.width:
            return None
        return next((name for name in self.names if x < self._reach(name)), self.names[-1])

    def _reach(self, column: str) -> float:
        if column == "verdict":
            return self.panel - PANEL_GAP / 2
        cell, _ = self.cell(column, 0, 1)
        return cell.right() + 8 if column not in ("name", "shape") else cell.right()


def head_text(column: str, *, of_layer: bool = False) -> str:
    """Return what stands above a column."""
    return {
        "name": _tr("Gradient") if of_layer else _tr("Parameter"),
        "shape": "",
        "count": _tr("count"),
        "mean": _tr("mean |diff|"),
        "relative": _tr("max relative"),
        "verdict": _tr("verdict"),
        "zeros": _tr("exact zeros"),
        "kinks": _tr("kinks"),
        "bug_mean": _tr("mean |diff|"),
        "bug_verdict": _tr("verdict"),
    }[column]


def explanation(column: str) -> str:
    """Say what a column is."""
    mean = _tr(
        "mean |difference|: how far backprop is from the numerical gradient, on average over the "
        "elements. It is the book's figure."
    )
    verdict = _tr("Whether backprop and the numerical gradient agree, by the rule below.")
    return {
        "name": _tr("The gradient of the loss with respect to this."),
        "shape": _tr("Its shape: rows × columns."),
        "count": _tr("How many of its elements were checked."),
        "mean": mean,
        "relative": _tr(
            "max relative error: the difference as a share of the larger of the two gradients, "
            "where it is largest. Gradients below 1e-6 count as 1e-6."
        ),
        "verdict": verdict,
        "zeros": _tr(
            "Exact zeros: both gradients are 0, as for the weights of a pixel that is black in "
            "every image. They agree whatever the code does."
        ),
        "kinks": _tr(
            "Kinks: a Relu was open in one evaluation and shut in the other. There the loss has "
            "no derivative, so these elements are left out of all figures."
        ),
        "bug_mean": mean,
        "bug_verdict": verdict,
    }[column]


def detail(row: CheckRow, column: str) -> str:
    """Say more about a figure: all of its digits, where the worst element is, the sample."""
    report = row.broken if column in BUG else row.report
    if report is None:
        return ""
    if column in ("mean", "bug_mean") and report.kinks < report.count:
        return repr(report.mean_absolute_difference)
    if column == "relative" and report.worst is not None:
        where = ", ".join(str(index) for index in report.worst)
        return _tr("{0} at {1}[{2}]").format(repr(report.max_relative_error), row.name, where)
    size = int(np.prod(row.shape))
    if column == "count" and report.count < size:
        return _tr("A sample of its {0} elements.").format(formatting.count(size))
    return ""


def sentence(row: CheckRow) -> str:
    """Say what a row shows, for a screen reader."""
    if row.report is None:
        return _tr("{0}, {1}: not compared yet").format(row.name, shape_text(row.shape))
    said = _tr("{0}, {1}: mean difference {2}, largest relative error {3}, {4}").format(
        row.name, *(row.text(column) for column in ("shape", "mean", "relative", "verdict"))
    )
    if row.broken is None:
        return said
    bug = _tr("with the bug on: mean difference {0}, {1}")
    return f"{said}; {bug.format(row.text('bug_mean'), row.text('bug_verdict'))}"


def totals(rows: Sequence[CheckRow]) -> tuple[str, str]:
    """Return how many elements were compared, and what else is counted below the table."""
    reports = [row.report for row in rows if row.report is not None]
    if not reports:
        return "", _tr("Not compared yet.")
    kinks = sum(report.kinks for report in reports)
    compared = sum(report.count for report in reports) - kinks
    zeros = sum(report.zeros for report in reports)
    rest = _tr("elements compared") if of_layer(rows) else _tr("parameters compared")
    if zeros:
        rest += _tr(", {0} of them 0 both ways").format(formatting.count(zeros))
    if kinks:
        rest += _tr("; {0} left out at a kink").format(formatting.count(kinks))
    return formatting.count(compared), f"{rest}."


def of_layer(rows: Sequence[CheckRow]) -> bool:
    """Return whether the rows are of one layer by itself, whose input has a gradient, too."""
    return any(row.name == "dx" for row in rows)


def table_text(rows: Sequence[CheckRow]) -> str:
    """Return the table as lines of columns with tabs between, for the clipboard."""
    columns = BASE + APART + (BUG if any(row.broken is not None for row in rows) else ())
    heads = [head_text(column, of_layer=of_layer(rows)) for column in columns]
    heads[1] = _tr("shape")
    for place, column in enumerate(columns):
        if column in BUG:
            heads[place] = _tr("{0} with the bug").format(heads[place])
    lines = [heads, *([row.text(column) for column in columns] for row in rows)]
    return "\n".join("\t".join(line) for line in lines)


def _tr(text: str) -> str:
    return QCoreApplication.translate("CheckTable", text)

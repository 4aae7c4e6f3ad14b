"""What stands in the table of a gradient check, and where: pure functions of the reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QRectF
from PySide6.QtGui import QFontMetricsF

from app import formatting, theme
from app.formatting import EM_DASH
from app.widgets.basics import SEMIBOLD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bpcore.gradient_report import GradientReport

HEAD, ROW, LINE = 54, 27, 16
FOOT = 8 + 2 * LINE
"""Of two lines below the rows: what was counted, and the rule."""

HEIGHT = HEAD + 4 * ROW + FOOT
"""Of a table in which nothing has to be scrolled to, and its four rows are as high as meant."""

LEAST_ROW = 16
"""Of more rows than have room each is lower, at least so high."""

MORE = 20
"""Of the line that says which rows are out of sight."""

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
    doubtful: bool = False
    """Whether it says nothing of the code where gradients differ: h does not suit."""

    def verdict(self, column: str) -> bool | None:
        """Return whether the gradients agree; None if nothing was compared."""
        report = self.broken if column in BUG else self.report
        return None if report is None else report.verdict

    def is_doubtful(self, column: str) -> bool:
        """Return whether ``column`` is a verdict that says something of h alone."""
        return self.doubtful and column in _VERDICTS and self.verdict(column) is False

    def has_only_zeros(self, column: str) -> bool:
        """Return whether ``column`` is a verdict on gradients that are all exactly 0: on none."""
        report = self.broken if column in BUG else self.report
        if column not in _VERDICTS or report is None or report.verdict is not None:
            return False
        return report.kinks < report.count

    @property
    def differs(self) -> bool:
        """Whether its gradients differ, with the bug or without one."""
        return any(self.verdict(column) is False for column in _VERDICTS)

    def text(self, column: str) -> str:
        """Return what stands in ``column``."""
        if column == "name":
            return self.name
        if column == "shape":
            return shape_text(self.shape)
        if self.is_doubtful(column):
            return _tr("h unfit")
        if self.has_only_zeros(column):
            return _tr("zeros")
        if column in _VERDICTS:
            return verdict_text(self.verdict(column))
        report = self.broken if column in BUG else self.report
        return EM_DASH if report is None else _figure(report, column)


def rows_of(
    reports: Sequence[GradientReport], broken: Sequence[GradientReport], *, doubtful: bool = False
) -> tuple[CheckRow, ...]:
    """Put the reports of the same gradient into one row."""
    others = {report.name: report for report in broken}
    return tuple(CheckRow(r.name, r.shape, r, others.get(r.name), doubtful) for r in reports)


def row_height(room: int, count: int) -> int:
    """Return how high each of ``count`` rows is in ``room``."""
    return min(max(room // max(count, 1), LEAST_ROW), ROW)


def width_of_names(rows: Sequence[CheckRow]) -> float:
    """Return how wide the longest name is."""
    metrics = QFontMetricsF(theme.mono_font(12, SEMIBOLD))
    return max((metrics.horizontalAdvance(row.name) for row in rows), default=0.0)


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
    names_width: float = 0
    """Of the longest name: what a layer of one's own has may be longer than ``W1``."""

    @property
    def name_end(self) -> float:
        """Where names end, and shapes begin."""
        share = self.base / DESIGNED
        return min(max(_LEFTS["shape"] * share, self.names_width + 8), 92 * share)

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
            left = self.name_end if column == "shape" else _LEFTS[column] * share
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
        return {"name": self.name_end - 4, "shape": 130 * share, "verdict": self.base}[column]

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


def _tr(text: str) -> str:
    return QCoreApplication.translate("CheckTable", text)

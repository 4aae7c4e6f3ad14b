"""What is said of the table of a gradient check: pure functions of its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication

from app import formatting
from app.widgets.check_columns import APART, BASE, BUG, head_text, shape_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.widgets.check_columns import CheckRow


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
    if row.is_doubtful(column):
        return _tr("No layer is found wrong: h is too large, or too small, for these gradients.")
    if row.has_only_zeros(column):
        return _tr("Both gradients are exactly 0 everywhere. So they are whatever the code does.")
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
        return _tr("{0}, {1}: no figures yet").format(row.name, shape_text(row.shape))
    said = _tr("{0}, {1}: mean difference {2}, largest relative error {3}, {4}").format(
        row.name, *(row.text(column) for column in ("shape", "mean", "relative")), _heard(row)
    )
    if row.broken is None:
        return said
    bug = _tr("with the bug on: mean difference {0}, {1}")
    return f"{said}; {bug.format(row.text('bug_mean'), _heard(row, 'bug_verdict'))}"


def _heard(row: CheckRow, column: str = "verdict") -> str:
    return _tr("only zeros") if row.has_only_zeros(column) else row.text(column)


def totals(rows: Sequence[CheckRow]) -> tuple[str, str]:
    """Return how many elements were compared, and what else is counted below the table."""
    reports = [row.report for row in rows if row.report is not None]
    if not reports:
        return "", _tr("No figures yet.")
    kinks = sum(report.kinks for report in reports)
    compared = sum(report.count for report in reports) - kinks
    zeros = sum(report.zeros for report in reports)
    rest = _tr("elements compared") if of_layer(rows) else _tr("parameters compared")
    if zeros:
        rest += _tr(", {0} of them exactly 0 in both").format(formatting.count(zeros))
    if kinks:
        rest += _tr("; {0} left out at a kink").format(formatting.count(kinks))
    return formatting.count(compared), f"{rest}."


def out_of_sight(above: Sequence[CheckRow], below: Sequence[CheckRow]) -> str:
    """Say how many rows are out of sight, and how many of them differ."""
    sides = ((above, _tr("{0} more above")), (below, _tr("{0} more below")))
    return "; ".join(_with_wrong(rows, text.format(len(rows))) for rows, text in sides if rows)


def _with_wrong(rows: Sequence[CheckRow], said: str) -> str:
    wrong = sum(row.differs for row in rows)
    if not wrong:
        return said
    text = formatting.counted(wrong, _tr("{0} differs"), _tr("{0} differ"))
    if any(row.doubtful for row in rows):
        text = _tr("{0} with an unfit h").format(formatting.count(wrong))
    return f"{said}, {text}"


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

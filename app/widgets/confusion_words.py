"""What a confusion matrix says, in sentences: pure functions of an evaluation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app import formatting

if TYPE_CHECKING:
    from bpcore.evaluation import Evaluation

Chosen = tuple[int | None, int | None]
"""A label and a reading: of a cell both, of a whole row the label alone, of a column the reading.
"""


def share_text(value: float) -> str:
    """Format a precision or recall; NaN is one that there is not."""
    return formatting.percent(None if value != value else value)


def title(chosen: Chosen | None) -> str:
    """Return what digits are shown of a cell, row or column; of all mistakes for None."""
    label, reading = chosen or (None, None)
    if label is None and reading is None:
        return _tr("Mistakes")
    if reading is None:
        return _tr("{0}, read wrongly").format(label)
    if label is None:
        return _tr("Wrongly read as {0}").format(reading)
    if label == reading:
        return _tr("{0}, read right").format(label)
    return _tr("{0} read as {1}").format(label, reading)


def sentence(evaluation: Evaluation, chosen: Chosen) -> str:
    """Say what is counted in a cell, row or column."""
    label, reading = chosen
    if label is None:
        return "" if reading is None else _column(evaluation, reading)
    return _row(evaluation, label) if reading is None else _cell(evaluation, label, reading)


def _cell(evaluation: Evaluation, label: int, reading: int) -> str:
    counts = evaluation.confusion
    count, total = int(counts[label, reading]), int(counts[label].sum())
    if not total:
        return _tr("There is no digit {0} among them.").format(label)
    if label == reading:
        text = _tr("The digit {0} was read right in {1} of {2}.")
        return text.format(label, formatting.count(count), _cases(total))
    if not count:
        return _tr("The digit {0} was never read as {1}.").format(label, reading)
    text = _tr("The digit {0} was read as {1} in {2} of {3}.")
    return text.format(label, reading, formatting.count(count), _cases(total))


def _cases(total: int) -> str:
    return formatting.counted(total, _tr("{0} case"), _tr("{0} cases"))


def _row(evaluation: Evaluation, label: int) -> str:
    counts = evaluation.confusion[label]
    right, total = int(counts[label]), int(counts.sum())
    if not total:
        return _tr("There is no digit {0} among them.").format(label)
    recall = share_text(float(evaluation.recall[label]))
    text = _tr("Digits that are a {0}: {1} of {2} read right, recall {3}.")
    return text.format(label, formatting.count(right), formatting.count(total), recall)


def _column(evaluation: Evaluation, reading: int) -> str:
    counts = evaluation.confusion[:, reading]
    right, total = int(counts[reading]), int(counts.sum())
    if not total:
        return _tr("No digit was read as {0}.").format(reading)
    precision = share_text(float(evaluation.precision[reading]))
    text = _tr("Digits that are read as {0}: {1} of {2} rightly, precision {3}.")
    return text.format(reading, formatting.count(right), formatting.count(total), precision)


def change_text(change: int) -> str:
    """Format by how much a count rose: ``+3``, ``−2``, ``0``."""
    sign = "+" if change > 0 else formatting.MINUS if change < 0 else ""
    return sign + formatting.count(abs(change))


def _tr(text: str) -> str:
    return QCoreApplication.translate("ConfusionWords", text)

"""What is said of runs that are compared: where they differ, what came of them. No widgets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QDateTime

from app import formatting
from app.namesakes import JOINT, drawn, drawn_names, moments_of
from app.run_names import differences, shown_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from app.curves import RunCurves
    from app.run_entries import RunEntry
    from app.runs import Runs


@dataclass(frozen=True)
class Column:
    """A run of the table: its name and the style of its curve.

    ``short`` is what of its name the other names do not have; of a namesake, when it began.
    """

    key: str
    name: str
    style: int
    short: str = ""
    is_namesake: bool = False


@dataclass(frozen=True)
class Line:
    """A row of the table: a parameter or a figure, formatted, of each run.

    ``best`` says of each value of a figure whether it is the best of several.
    """

    title: str
    values: tuple[str, ...]
    best: tuple[bool, ...] = ()
    is_figure: bool = False


@dataclass(frozen=True)
class Comparison:
    """The whole table; ``verdict`` is a sentence where no parameter differs."""

    columns: tuple[Column, ...] = ()
    lines: tuple[Line, ...] = ()
    verdict: str = ""


def comparison(runs: Runs) -> Comparison:
    """Return what there is to say of the shown run and those beside it; of one alone, nothing."""
    entries = drawn(runs)
    if len(entries) < 2:
        return Comparison()
    curves = [runs.curves(entry.key) for entry in entries]
    parameters = [
        Line(row.title, row.values)
        for row in differences([e.config for e in entries], [e.changes for e in entries])
    ]
    names, moments = drawn_names(runs), moments_of(entries, QDateTime.currentDateTime())
    shorter = short_names([shown_name(e.name, e.config) for e in entries])
    columns = tuple(
        Column(
            e.key,
            names[e.key],
            0 if e.is_shown else runs.style(e.key),
            moments.get(e.key, short),
            is_namesake=e.key in moments,
        )
        for e, short in zip(entries, shorter, strict=True)
    )
    verdict = "" if parameters else _verdict(curves)
    return Comparison(columns, (*_figures(entries, curves), *parameters), verdict)


def short_names(names: Sequence[str]) -> tuple[str, ...]:
    """Return names without the parts that all have: ``SGD 0.1`` beside ``SGD 5``."""
    parts = [name.split(JOINT) for name in names]
    common = set(parts[0]).intersection(*parts[1:])
    shorter = [JOINT.join(part for part in each if part not in common) for each in parts]
    return tuple(shorter if all(shorter) else names)


def _figures(entries: Sequence[RunEntry], curves: Sequence[RunCurves | None]) -> tuple[Line, ...]:
    tests = [entry.accuracies.test if entry.accuracies else None for entry in entries]
    done = tuple(formatting.count(entry.iteration) for entry in entries)
    return (
        _figure(_translate("Loss, last 100"), [e.loss for e in entries], formatting.loss, min),
        _figure(_translate("Test accuracy"), tests, formatting.percent, max),
        _figure(
            _translate("Best accuracy"), list(map(_best_accuracy, curves)), formatting.percent, max
        ),
        Line(_translate("Iteration"), done, is_figure=True),
    )


def _figure(
    title: str,
    values: Sequence[float | None],
    write: Callable[[float | None], str],
    best_of: Callable[[Iterable[float]], float],
) -> Line:
    """Return a row in which the best values are marked; those that look the same are the same."""
    texts = tuple(map(write, values))
    known = [value for value in values if value is not None]
    best = write(best_of(known)) if known else ""
    has_worse = any(text not in (best, formatting.EM_DASH) for text in texts)
    return Line(title, texts, tuple(has_worse and text == best for text in texts), True)


def _best_accuracy(curves: RunCurves | None) -> float | None:
    """Return the highest accuracy on the test set that was measured during a run."""
    if curves is None or not len(curves.test):
        return None
    return float(curves.test.envelope(0, curves.iteration, 1).high.max())


def _verdict(curves: Sequence[RunCurves | None]) -> str:
    """Say of runs without a difference whether their losses have none."""
    known = [each.losses for each in curves if each is not None]
    if len(known) < len(curves) or not all(map(len, known)):
        return _translate("Same parameters and seed so far.")
    if all(losses.begins_as(known[0]) for losses in known[1:]):
        return _translate("Same parameters, same seed: the curves are the same, bit for bit.")
    return _translate(
        "Same parameters, same seed, but other losses: another computer may round otherwise."
    )


def _translate(text: str) -> str:
    return QCoreApplication.translate("Comparison", text)

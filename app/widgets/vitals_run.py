"""The rows of the vitals as numbers: those of a run, and of others over it. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from app.widgets import vitals_words
from app.widgets.vitals_curves import (
    RULE_OF_THUMB,
    Course,
    Floats,
    Kind,
    course_of,
    decades_of,
    quantity,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bpcore.vitals import Vitals

FARTHEST = 1e3
"""How many times the greatest first value the scale of several runs reaches at most."""


@dataclass(frozen=True)
class View:
    """What is shown of a run: a quantity, iterations from and to, in how many bins."""

    kind: Kind
    range: tuple[float, float]
    bins: int
    relu: bool


@dataclass(frozen=True, eq=False)
class Row:
    """A quantity of the run: its values (n,), what of them is in view, and what of other runs.

    ``others`` are pairs of course and line style, ``all_values`` the values of all these runs.
    """

    prefix: str
    name: str
    values: Floats
    course: Course = field(repr=False)
    others: tuple[tuple[Course, int], ...] = ()
    all_values: tuple[Floats, ...] = ()
    percent: bool = False


def rows_of(vitals: Vitals, view: View, others: Sequence[tuple[Vitals, int]]) -> tuple[Row, ...]:
    """Return a row for each parameter and one for the idle units.

    ``others`` are vitals and line style of runs beside it. Their idle units are left out: what that
    is depends on the activation.
    """

    def course(run: Vitals, values: Floats) -> Course:
        return course_of(run.iterations, values, *view.range, view.bins)

    def row(column: int, name: str) -> Row:
        values = quantity(vitals, view.kind, column)
        beside = [
            (run, quantity(run, view.kind, run.parameters.index(name)), style)
            for run, style in others
            if name in run.parameters
        ]
        lines = tuple((course(run, part), style) for run, part, style in beside)
        every = (values, *(part for _, part, _ in beside))
        return Row(pattern.format(name), name, values, course(vitals, values), lines, every)

    pattern = "∂L/∂" if view.kind == "gradient" else "Δ{0}/"
    rows = [row(column, name) for column, name in enumerate(vitals.parameters)]
    idle = course(vitals, vitals.idle)
    last = Row("", vitals_words.idle(view.relu), vitals.idle, idle, percent=True)
    return (*rows, last)


def scale_of(rows: Sequence[Row], kind: Kind) -> tuple[float, float]:
    """Return the ends of the scale that all parameters share, as powers of ten.

    It holds all that there is of the runs, whatever is in view: so it seldom moves. Of several runs
    one that diverges leaves it at the top.
    """
    values = [part for row in rows for part in row.all_values]
    if any(row.others for row in rows):
        firsts = [part[part > 0][:1] for part in values]
        most = FARTHEST * max((float(first[0]) for first in firsts if len(first)), default=0.0)
        values = [part[part <= most] for part in values]
    return decades_of([*values, np.array([RULE_OF_THUMB] if kind == "update" else [])])

"""The numbers that are read off the rows of the vitals at an iteration. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app import formatting
from app.widgets import vitals_words
from app.widgets.vitals_curves import value_at
from app.widgets.vitals_painter import Numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.widgets.vitals_run import Row
    from bpcore.vitals import Vitals


@dataclass(frozen=True)
class Beside:
    """Another run over the shown one: its vitals, how far it came, its line style and its name."""

    vitals: Vitals | None
    last: int
    style: int
    name: str


def numbers_of(
    row: Row, vitals: Vitals | None, beside: Sequence[Beside], at: float | None
) -> Numbers:
    """Return the number of the shown run at iteration ``at``, and those of the runs beside it.

    Where there is none, or a run did not come so far, that is an em dash. Idle units are told of
    the shown run alone, as their curve is.
    """
    own = None if vitals is None or at is None else value_at(vitals, row.values, at)
    if row.percent:
        return Numbers(formatting.share(own, 0))
    styles = (style for _, style in row.others)
    values = dict(zip(styles, row.all_values[1:], strict=True))
    others = (
        None
        if at is None or run.vitals is None or run.style not in values or at > run.last
        else value_at(run.vitals, values[run.style], at)
        for run in beside
    )
    return Numbers(formatting.scientific(own), tuple(formatting.scientific(x) for x in others))


def said(rows: Sequence[Row], numbers: Sequence[Numbers], beside: Sequence[Beside]) -> str:
    """Return the numbers of all rows with their names, as they are read out."""
    if not rows:
        return ""
    told = []
    for row, number in zip(rows, numbers, strict=True):
        text = f"{row.prefix}{row.name} {number.own}"
        others = zip(beside, number.others, strict=False)
        names = ", ".join(f"{run.name} {other}" for run, other in others)
        told.append(f"{text} ({names})" if names else text)
    return f"{', '.join(told)} {vitals_words.where()}"

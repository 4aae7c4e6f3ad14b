"""Where the parts of the Check page stand: a pure function of the room that there is."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect

LOW_PAGE = 640
"""A lower page has narrower margins and gaps."""

WIDE_TABLE = 780
"""A table's card at least so wide has what is checked beside its title, a narrower one below."""

LAB, STRIP = 352, 36
TABLE, LOW_TABLE = 280, 268
"""In the lower one four rows stand closer together."""

MOST_LAB = 416
SCATTER, MAP, SWEEP = 264, 304, 208
"""Widths of the three cards below the table, as parts of the room."""


@dataclass(frozen=True)
class CheckPlan:
    """Places of the cards, and whether the table's has a row of its own for what is checked."""

    table: QRect
    scatter: QRect
    map: QRect
    sweep: QRect
    lab: QRect
    has_strip: bool


def plan_for(width: int, height: int) -> CheckPlan:
    """Arrange ``width`` × ``height`` pixels, at least 1048 × 520."""
    gap = 12 if height < LOW_PAGE else 16
    lab = min(LAB + max(width - 1400, 0) // 4, MOST_LAB)
    left = width - 3 * gap - lab
    has_strip = left < WIDE_TABLE
    table = (LOW_TABLE if height < LOW_PAGE else TABLE) + (STRIP if has_strip else 0)
    top = gap + table + gap
    low = height - top - gap
    room = left - 2 * gap
    whole = SCATTER + MAP + SWEEP
    scatter, middle = room * SCATTER // whole, room * MAP // whole
    return CheckPlan(
        QRect(gap, gap, left, table),
        QRect(gap, top, scatter, low),
        QRect(gap + scatter + gap, top, middle, low),
        QRect(gap + scatter + gap + middle + gap, top, room - scatter - middle, low),
        QRect(gap + left + gap, gap, lab, height - 2 * gap),
        has_strip,
    )

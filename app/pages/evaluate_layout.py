"""Where the parts of the Evaluate page stand: a pure function of the room that there is."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect

LOW_PAGE, NARROW_PAGE = 640, 1160
"""A lower page has narrower margins and gaps, a narrower one a narrower matrix."""

STRIP, TILES = 28, 64
STRIP_GAP, TILE_GAP = 8, 8
LEAST_LEFT, LEFT, MOST_LEFT = 432, 456, 640
MOST_SHARE = 0.4
"""Of the width, what the matrix takes at most."""

AROUND_CELLS = 96
"""By how much the card of the matrix is higher than wide when its cells are about square."""


@dataclass(frozen=True)
class EvaluatePlan:
    """Places of the parts."""

    heading: QRect
    choice: QRect
    accuracy: QRect
    wrong: QRect
    matrix: QRect
    view: QRect


def plan_for(width: int, height: int) -> EvaluatePlan:
    """Arrange ``width`` × ``height`` pixels, at least 1048 × 520."""
    gap = 12 if height < LOW_PAGE else 16
    top = gap + STRIP + STRIP_GAP
    matrix_top = top + TILES + gap
    matrix_height = height - gap - matrix_top
    least = LEFT if width >= NARROW_PAGE else LEAST_LEFT
    left = max(least, min(matrix_height - AROUND_CELLS + 72, round(width * MOST_SHARE), MOST_LEFT))
    right = gap + left + gap
    accuracy = round((left - TILE_GAP) * 0.64)
    return EvaluatePlan(
        QRect(gap, gap, left, STRIP),
        QRect(right, gap, width - gap - right, STRIP),
        QRect(gap, top, accuracy, TILES),
        QRect(gap + accuracy + TILE_GAP, top, left - TILE_GAP - accuracy, TILES),
        QRect(gap, matrix_top, left, matrix_height),
        QRect(right, top, width - gap - right, height - gap - top),
    )

"""Where the parts of the map of differences stand: a pure function of the room that there is."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect

from app.widgets.difference_equation import (
    BORDER,
    CAPTION,
    LEAST_GAP,
    TERMS,
    picture_side,
)
from app.widgets.difference_tiles import (
    FEW,
    LEAST_SIDE,
    SMALLEST_SIDE,
    TileFit,
    fit,
    fit_width,
)

LEGEND_GAP, LEGEND = 6, 14
UPRIGHT, UPRIGHT_GAP = 46, 14
"""Width of the legend beside the tiles, where they are larger for that."""

LEAST_UPRIGHT = 64
DIVIDER_GAP, NAME, NAME_GAP = 7, 18, 3
LINE, LINES_GAP = 16, 4
LEAST_BOX, MOST_SHARE = 42, 0.4
"""Of a picture with its border: how high it is at least, and its share of the room at most."""

LEAST_TILES = 60
"""Pixels of tiles in sight, at least: with fewer there is no equation."""

MOST_SLACK = 12
"""By so many pixels the gaps grow where there is room to spare."""

_BELOW = LEGEND_GAP + LEGEND + LINES_GAP + 2 * LINE
_EQUATION = 2 * DIVIDER_GAP + 1 + NAME + NAME_GAP + CAPTION


@dataclass(frozen=True)
class MapPlan:
    """Rectangles of the parts; without room for the equation, those of it are empty."""

    tiles: QRect
    fitted: TileFit
    legend: QRect
    divider: QRect
    name: QRect
    equation: QRect
    summary: QRect
    reading: QRect
    has_equation: bool


def plan_for(width: int, height: int, count: int) -> MapPlan:
    """Arrange ``count`` tiles, and an equation where there is room for it.

    Pictures as large as the width lets them be become smaller if that brings all tiles into sight.
    Of more tiles than that, some are scrolled to. The legend stands below the tiles, or beside them
    where height is scarcer.
    """
    room = height - _BELOW - _EQUATION
    has_equation = room >= LEAST_TILES + LEAST_BOX
    box = _box(width, room, count) if has_equation else 0
    free = room - box if has_equation else height - _BELOW
    least = SMALLEST_SIDE if count <= FEW else LEAST_SIDE
    fitted = fit(width, free, count, least) or fit_width(width, count)
    beside = fit(width - UPRIGHT_GAP - UPRIGHT, free + LEGEND_GAP + LEGEND, count, least)
    if beside is not None and beside.side > fitted.side and beside.height >= LEAST_UPRIGHT:
        fitted, free = beside, free + LEGEND_GAP + LEGEND
        tiles = QRect(0, 0, width - UPRIGHT_GAP - UPRIGHT, beside.height)
        legend = QRect(width - UPRIGHT, 0, UPRIGHT, beside.height)
    else:
        tiles = QRect(0, 0, width, max(min(fitted.height, free), 1))
        legend = QRect(0, tiles.height() + LEGEND_GAP, width, LEGEND)
    slack = min((free - tiles.height()) // 4, MOST_SLACK)
    top = legend.top() + legend.height()
    divider = name = equation = QRect()
    if has_equation:
        divider = QRect(0, top + DIVIDER_GAP + slack, width, 1)
        name = QRect(0, divider.top() + 1 + DIVIDER_GAP + slack, width, NAME)
        equation = QRect(0, name.top() + NAME + NAME_GAP, width, box + CAPTION)
        top = equation.top() + equation.height()
    summary = QRect(0, top + LINES_GAP + slack, width, LINE)
    reading = summary.translated(0, LINE)
    return MapPlan(tiles, fitted, legend, divider, name, equation, summary, reading, has_equation)


def _box(width: int, room: int, count: int) -> int:
    """Return the height of a picture of the equation with its border."""
    across = (width - (TERMS - 1) * LEAST_GAP) // TERMS
    largest = picture_side(across - 2 * BORDER) + 2 * BORDER
    for box in range(min(largest, room - LEAST_TILES), LEAST_BOX - 1, -1):
        if fit(width, room - box, count) is not None:
            return box
    return min(largest, max(round(room * MOST_SHARE), LEAST_BOX))

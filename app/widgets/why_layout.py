"""Where the parts of the "why" card stand: a pure function of the room that there is."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect

from app.widgets.label_row import ROW_HEIGHT
from app.widgets.saliency_painter import BORDER, LEGEND_HEIGHT, SIDE
from app.widgets.saliency_readout import READOUT_HEIGHT
from app.widgets.unit_voices import TILES, VoicesPlan

BUTTON_HEIGHT = 32
MAX_BUTTON = 720
RULE = 1
COLUMN_GAP = 24
UNITS_GAP = 16
DESIGN_CELL = 12
"""Pixels per cell of the map in the design; where there is less, only the units give way."""

LEAST_CELL, LEAST_COLUMN = 10, 284
"""The map and its readout are not made smaller than this for the sake of the units."""

GAPS = (10, 6, 6, 4, 8)
MOST_GAPS = (16, 12, 12, 8)
"""Between labels, map, legend, rule, readout and button: at least, and at most."""


@dataclass(frozen=True)
class WhyPlan:
    """Places in the card's body. ``both`` tells whether map and units are shown at once.

    They stand side by side, or the units under the map where that leaves more room for it.
    """

    both: bool
    labels: QRect
    map: QRect
    legend: QRect
    rule: QRect
    readout: QRect
    voices: QRect
    button: QRect


def plan_for(width: int, height: int, units: bool) -> WhyPlan:
    """Arrange ``width`` × ``height`` pixels; ``units`` is what is shown if there is one place."""
    fixed = ROW_HEIGHT + LEGEND_HEIGHT + RULE + READOUT_HEIGHT + BUTTON_HEIGHT + sum(GAPS)
    most = max((height - fixed - 2 * BORDER) // SIDE, 1)
    beside = _cell_beside_units(width, height, most)
    above = _cell_above_units(width, height - fixed)
    low_units = above > beside
    both = low_units or beside > 0
    cell = above if low_units else beside or min(most, (width - 2 * BORDER) // SIDE)
    side = SIDE * cell + 2 * BORDER
    column = max(side, LEAST_COLUMN) if both and not low_units else width
    gaps = _gaps(height - fixed - side - (_LOW_UNITS if low_units else 0))
    button = QRect(0, height - BUTTON_HEIGHT, min(column, MAX_BUTTON), BUTTON_HEIGHT)

    left, top = (column - side) // 2, ROW_HEIGHT + gaps[0]
    area = QRect(left, top, side, side)
    legend = QRect(left, top + side + gaps[1], side, LEGEND_HEIGHT)
    rule = QRect(0, legend.y() + LEGEND_HEIGHT + gaps[2], column, RULE)
    readout = QRect(0, rule.y() + RULE + gaps[3], column, READOUT_HEIGHT)
    if low_units:
        start = readout.y() + READOUT_HEIGHT + UNITS_GAP
        voices = QRect(0, start, width, button.y() - GAPS[-1] - start)
    elif both:
        start = column + COLUMN_GAP
        voices = QRect(start, 0, width - start, height)
    else:
        if units:  # of the readout only the line about the loss is left
            rule.translate(0, READOUT_HEIGHT // 2)
            readout.setTop(readout.y() + READOUT_HEIGHT // 2)
        voices = QRect(0, top, width, rule.y() - gaps[2] - top)
    labels = QRect(0, 0, column, ROW_HEIGHT)
    return WhyPlan(both, labels, area, legend, rule, readout, voices, button)


_LOW_UNITS = VoicesPlan(TILES[-1], beside=True, flat=True).height + UNITS_GAP


def _cell_above_units(width: int, height: int) -> int:
    """Return the pixels per cell of a map over the units; 0 if the page is not made for that."""
    if VoicesPlan(TILES[-1], beside=True, flat=True).width > width:
        return 0
    cell = min((height - _LOW_UNITS - 2 * BORDER) // SIDE, (width - 2 * BORDER) // SIDE)
    return cell if cell >= DESIGN_CELL else 0


def _gaps(spare: int) -> list[int]:
    """Return the gaps above the readout: ``spare`` pixels widen them, the upper ones first."""
    gaps = []
    for least, most in zip(GAPS, MOST_GAPS, strict=False):
        more = max(min(most - least, spare), 0)
        gaps.append(least + more)
        spare -= more
    return gaps


def _cell_beside_units(width: int, height: int, most: int) -> int:
    """Return the pixels per cell of a map that leaves room for the units; 0 if there is none."""
    for tile in (TILES[-2], TILES[-1]):
        plans = [VoicesPlan(tile, beside) for beside in (False, True)]
        needs = [plan.width for plan in plans if plan.height <= height]
        least = DESIGN_CELL if tile == TILES[-2] else LEAST_CELL
        column = width - COLUMN_GAP - min(needs, default=width)
        cell = min((column - 2 * BORDER) // SIDE, most)
        if column >= LEAST_COLUMN and cell >= min(least, most):
            return cell
    return 0

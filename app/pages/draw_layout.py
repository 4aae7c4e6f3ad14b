"""Where the cards of the Draw page stand: a pure function of the room that there is."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect

from app.widgets.stages import IMAGE_SIDE, MAX_SCALE, MIN_SCALE, PreparationStages

LOW_PAGE, NARROW_PAGE = 640, 1160
"""A lower or narrower page has narrower margins and gaps."""

BORDER = 1
CARD_PADDING = 16
CARD_HEADER = 40
ROW, LOWER_ROW = 32, 28
TOOLS_PADDING, LOWER_PADDING = 12, 8
"""Of the rows above and below the canvas: their heights, and what is beyond them."""

ROW_GAP = 8
STAGES_PADDING = 4

RIGHT = 352
LEAST_MIDDLE, MIDDLE = 330, 376
LEAST_LEFT, WORDY_LEFT, LEFT = 318, 406, 416
"""``WORDY_LEFT`` has room for the words on the tools."""

LEFTS_SHARE = 0.45
"""Of the width that the design has not, the canvas takes this share if it is high enough."""

LEAST_PREDICTION, LEAST_LEARN = 256, 228
LEARNS_SHARE, MOST_LEARN = 0.455, 336
STAGES_SHARE = 0.3
"""The pictures of the stages are at most this large, compared with the canvas."""


@dataclass(frozen=True)
class DrawPlan:
    """Places of the cards; the side of the square canvas; whether it is a ``low`` page."""

    canvas_card: QRect
    stages: QRect
    why: QRect
    prediction: QRect
    learn: QRect
    side: int
    low: bool


def plan_for(width: int, height: int) -> DrawPlan:
    """Arrange ``width`` × ``height`` pixels, at least 1048 × 520."""
    low = height < LOW_PAGE
    gap = 12 if low or width < NARROW_PAGE else 16
    inner = height - 2 * gap
    left_room = _left_room(width - 4 * gap)
    down = _AROUND_CANVAS
    side = _side(left_room - _ACROSS, inner - gap - down)
    left = max(side + _ACROSS, min(WORDY_LEFT, left_room))
    spare = inner - gap - side - down
    limit = spare - CARD_HEADER - STAGES_PADDING - 2 * BORDER
    pictures = PreparationStages.fitting_height(left - _ACROSS, limit)
    stages = min(spare, pictures + CARD_HEADER + STAGES_PADDING + 2 * BORDER)
    canvas_card = QRect(gap, gap, left, inner - gap - stages)

    right = width - gap - RIGHT
    learn = min(max(round((inner - gap) * LEARNS_SHARE), LEAST_LEARN), MOST_LEARN)
    learn = min(learn, inner - gap - LEAST_PREDICTION)
    middle = 2 * gap + left
    return DrawPlan(
        canvas_card,
        QRect(gap, gap + inner - stages, left, stages),
        QRect(middle, gap, right - gap - middle, inner),
        QRect(right, gap, RIGHT, inner - gap - learn),
        QRect(right, gap + inner - learn, RIGHT, learn),
        side,
        low,
    )


_ACROSS = 2 * (CARD_PADDING + BORDER)
"""What a card needs across besides what it is made for."""

_AROUND_CANVAS = 2 * (BORDER + ROW_GAP) + TOOLS_PADDING + ROW + LOWER_ROW + LOWER_PADDING
"""What the canvas' card needs down besides the canvas."""


def _left_room(width: int) -> int:
    """Return the width that the left column can have of ``width`` for all three."""
    extra = width - LEFT - MIDDLE - RIGHT
    if extra >= 0:
        return LEFT + round(extra * LEFTS_SHARE)
    return max(min(LEFT, width - RIGHT - LEAST_MIDDLE), LEAST_LEFT)


def _side(across: int, down: int) -> int:
    """Return the side of the largest canvas that leaves the stages their share of ``down``."""
    for scale in range(MAX_SCALE, MIN_SCALE, -1):
        side = min(across, down - _stages_height(scale))
        if scale * IMAGE_SIDE <= STAGES_SHARE * side:
            return side
    return min(across, down - _stages_height(MIN_SCALE))


def _stages_height(scale: int) -> int:
    picture = PreparationStages.height_of(scale)
    return 2 * BORDER + CARD_HEADER + picture + STAGES_PADDING

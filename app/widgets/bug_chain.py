"""The layers of a network as chips, and the gradient that goes from the loss back through them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPolygonF

from app import theme
from app.widgets.basics import SEMIBOLD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.widgets.verdict_words import Link

HEIGHT = 26
PADDING = 10
GAP, LEAST_GAP = 22, 16
CUT = 16
"""Width of the dots that stand for layers left out at an end."""


@dataclass(frozen=True)
class ChainPlan:
    """Which layers of a chain are shown, ``start`` to ``stop``, and where each is."""

    start: int
    stop: int
    boxes: tuple[QRectF, ...]


def plan_chain(chain: Sequence[Link], room: QRectF) -> ChainPlan:
    """Place as many layers as fit in ``room``: those around the guilty one, else the first ones."""
    widths = [_width(link) for link in chain]
    start = next((n for n, link in enumerate(chain) if link.is_guilty), 0)
    stop = start + 1

    def needed(a: int, b: int) -> float:
        cuts = CUT * ((a > 0) + (b < len(chain)))
        return sum(widths[a:b]) + (b - a - 1) * LEAST_GAP + cuts

    grows = bool(chain)
    while grows:
        grows = False
        if stop < len(chain) and needed(start, stop + 1) <= room.width():
            stop, grows = stop + 1, True
        if start > 0 and needed(start - 1, stop) <= room.width():
            start, grows = start - 1, True
    gaps = max(stop - start - 1, 1)
    gap = min(LEAST_GAP + (room.width() - needed(start, stop)) / gaps, GAP)
    boxes, x = [], room.left() + (CUT if start else 0)
    for width in widths[start:stop]:
        boxes.append(QRectF(x, room.top(), width, HEIGHT))
        x += width + gap
    return ChainPlan(start, stop, tuple(boxes))


def draw_chain(painter: QPainter, chain: Sequence[Link], room: QRectF, colors: theme.Theme) -> None:
    """Paint the layers; what carries a wrong gradient is rose."""
    plan = plan_chain(chain, room)
    shown = list(zip(chain[plan.start : plan.stop], plan.boxes, strict=True))
    painter.setFont(theme.ui_font(12))
    for n, (link, box) in enumerate(shown):
        if n:
            before = shown[n - 1]
            _draw_arrow(painter, box, before[1], before[0].gets_wrong, colors)
        _draw_chip(painter, link, box, colors)
    painter.setFont(theme.ui_font(12))
    painter.setPen(QColor(colors.text_3))
    if plan.start:
        box = QRectF(room.left(), room.top(), CUT, HEIGHT)
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, "…")
    if plan.stop < len(chain):
        box = QRectF(plan.boxes[-1].right(), room.top(), CUT, HEIGHT)
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, "…")


def _draw_chip(painter: QPainter, link: Link, box: QRectF, colors: theme.Theme) -> None:
    wrong = link.is_guilty or link.gets_wrong
    edge = QColor(colors.fail if wrong else colors.border_strong)
    half = 1.0 if link.is_guilty else 0.5
    painter.setPen(QPen(edge, 2 * half))
    painter.setBrush(QColor(colors.fail_bg if link.is_guilty else colors.surface_2))
    painter.drawRoundedRect(box.adjusted(half, half, -half, -half), 4, 4)
    painter.setFont(_font(link))
    painter.setPen(QColor(colors.fail if wrong else colors.text_1))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, link.name)


def _draw_arrow(
    painter: QPainter, from_box: QRectF, to_box: QRectF, wrong: bool, colors: theme.Theme
) -> None:
    color = QColor(colors.fail if wrong else colors.text_2)
    y, tip = from_box.center().y(), to_box.right() + 2
    pen = QPen(color, 1.8)
    pen.setDashPattern((1.8, 1.2))
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    painter.drawLine(QPointF(from_box.left() - 2, y), QPointF(tip + 5, y))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawPolygon(
        QPolygonF([QPointF(tip, y), QPointF(tip + 6, y - 3.5), QPointF(tip + 6, y + 3.5)])
    )


def _font(link: Link) -> QFont:
    return theme.ui_font(12, SEMIBOLD if link.is_guilty else QFont.Weight.Normal)


def _width(link: Link) -> float:
    return QFontMetrics(_font(link)).horizontalAdvance(link.name) + 2 * PADDING

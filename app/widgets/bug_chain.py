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
MOST_GAP = 22
_SHORT = {"Affine": "Aff", "Sigmoid": "Sig"}


@dataclass(frozen=True)
class ChainStyle:
    """How large chips are, the least room between two, and whether their names are short."""

    size: int
    padding: int
    gap: int
    is_short: bool = False

    def name(self, link: Link) -> str:
        """Return what stands on a chip: ``Sig2`` for ``Sigmoid2``, if names are short."""
        kind = link.name.rstrip("0123456789")
        short = _SHORT.get(kind, kind) if self.is_short else kind
        return short + link.name[len(kind) :]

    def font(self, link: Link) -> QFont:
        """Return the font of its name."""
        return theme.ui_font(self.size, SEMIBOLD if link.is_guilty else QFont.Weight.Normal)

    def width(self, link: Link) -> float:
        """Return how wide its chip is."""
        name = QFontMetrics(self.font(link)).horizontalAdvance(self.name(link))
        return name + 2 * self.padding


STYLES = ChainStyle(12, 10, 16), ChainStyle(11, 6, 14), ChainStyle(11, 5, 13, is_short=True)
"""From the most beautiful to the smallest."""


@dataclass(frozen=True)
class ChainPlan:
    """Which layers of a chain are shown, by their places in it, and where each is."""

    places: tuple[int, ...]
    boxes: tuple[QRectF, ...]
    style: ChainStyle


def plan_chain(chain: Sequence[Link], room: QRectF) -> ChainPlan:
    """Place all layers in ``room``, if need be smaller, with short names, or without some.

    Those without which the rest has room are never the first, the guilty one, its neighbours or
    the loss, unless not even these have room.
    """
    everything = tuple(range(len(chain)))
    for style in STYLES:
        if _needed(chain, everything, style) <= room.width():
            return _placed(chain, everything, style, room)
    smallest = STYLES[-1]

    def fits(places: Sequence[int]) -> bool:
        return _needed(chain, places, smallest) <= room.width()

    guilty = next((n for n, link in enumerate(chain) if link.is_guilty), 0)
    shown = next(filter(fits, _dearest(guilty, len(chain) - 1)), (guilty,))
    for place in sorted(everything, key=lambda n: abs(n - guilty)):
        more = tuple(sorted({*shown, place}))
        shown = more if fits(more) else shown
    return _placed(chain, shown, smallest, room)


def _dearest(guilty: int, last: int) -> list[tuple[int, ...]]:
    """Return which layers to keep above all, and of these ever fewer."""
    wanted = (
        {0, guilty - 1, guilty, guilty + 1, last},
        {0, guilty, guilty + 1, last},
        {0, guilty, last},
        {guilty, last},
    )
    return [tuple(sorted(n for n in places if 0 <= n <= last)) for places in wanted]


def _needed(chain: Sequence[Link], places: Sequence[int], style: ChainStyle) -> float:
    gaps = max(len(places) - 1, 0) * style.gap
    return sum(style.width(chain[place]) for place in places) + gaps


def _placed(
    chain: Sequence[Link], places: tuple[int, ...], style: ChainStyle, room: QRectF
) -> ChainPlan:
    spare = room.width() - _needed(chain, places, style)
    gap = min(style.gap + max(spare, 0) / max(len(places) - 1, 1), MOST_GAP)
    boxes, x = [], room.left()
    for place in places:
        width = style.width(chain[place])
        boxes.append(QRectF(x, room.top(), width, HEIGHT))
        x += width + gap
    return ChainPlan(places, tuple(boxes), style)


def draw_chain(painter: QPainter, chain: Sequence[Link], room: QRectF, colors: theme.Theme) -> None:
    """Paint the layers; what carries a wrong gradient is rose, and dots stand for those left out.

    ``chain`` goes from the first layer to the loss.
    """
    plan = plan_chain(chain, room)
    for n, (place, box) in enumerate(zip(plan.places, plan.boxes, strict=True)):
        if n:
            to_box, to_place = plan.boxes[n - 1], plan.places[n - 1]
            wrong = chain[to_place].gets_wrong
            draw = _draw_arrow if place == to_place + 1 else _draw_dots
            draw(painter, box, to_box, QColor(colors.fail if wrong else colors.text_2))
        _draw_chip(painter, chain[place], box, plan.style, colors)


def _draw_chip(
    painter: QPainter, link: Link, box: QRectF, style: ChainStyle, colors: theme.Theme
) -> None:
    wrong = link.is_guilty or link.gets_wrong
    edge = QColor(colors.fail if wrong else colors.border_strong)
    half = 1.0 if link.is_guilty else 0.5
    painter.setPen(QPen(edge, 2 * half))
    painter.setBrush(QColor(colors.fail_bg if link.is_guilty else colors.surface_2))
    painter.drawRoundedRect(box.adjusted(half, half, -half, -half), 4, 4)
    painter.setFont(style.font(link))
    painter.setPen(QColor(colors.fail if wrong else colors.text_1))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, style.name(link))


def _draw_arrow(painter: QPainter, from_box: QRectF, to_box: QRectF, color: QColor) -> None:
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


def _draw_dots(painter: QPainter, from_box: QRectF, to_box: QRectF, color: QColor) -> None:
    middle = QPointF((to_box.right() + from_box.left()) / 2, from_box.center().y())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    for offset in (-4, 0, 4):
        painter.drawEllipse(middle + QPointF(offset, 0), 1.2, 1.2)

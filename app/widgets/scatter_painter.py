"""How a scatter plot of two gradients is painted: pure functions of points, a plan and a theme."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen

from app import theme
from app.ticks import power_text
from app.widgets.basics import SEMIBOLD
from app.widgets.scatter_points import (
    AXIS,
    BAND,
    DOUBT,
    KINDS,
    LEFT,
    MINUS,
    OPPOSITE,
    PLUS,
    TICKS,
    TOP,
    WRONG,
    ZERO,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from app.theme import Theme
    from app.widgets.scatter_points import Layout, Points, ScatterPlan

    Pixels = npt.NDArray[np.uint32]

MARGIN = 5
"""Around the bed, into which the glyphs of points at its edge reach."""

_GLYPHS = {
    ZERO: ("##", "##"),
    PLUS: ("  #  ", "  #  ", "#####", "  #  ", "  #  "),
    MINUS: ("#####",),
    DOUBT: (" ### ", "#   #", "    #", "  ## ", "  #  ", "     ", "  #  "),
    WRONG: ("#   #", " # # ", "  #  ", " # # ", "#   #"),
    OPPOSITE: (
        "   ###   ",
        " ##   ## ",
        " #     # ",
        "#  # #  #",
        "#   #   #",
        "#  # #  #",
        " #     # ",
        " ##   ## ",
        "   ###   ",
    ),
}


@cache
def glyph(kind: int, scale: int) -> npt.NDArray[np.int64]:
    """Return the pixels of a point of ``kind``, (k, 2) down and across from its middle."""
    rows = np.array([[letter == "#" for letter in line] for line in _GLYPHS[kind]])
    enlarged = np.kron(rows, np.ones((scale, scale), bool)).astype(bool)
    middle = np.array(enlarged.shape) // 2
    offsets: npt.NDArray[np.int64] = np.argwhere(enlarged) - middle
    return offsets


def ink(kind: int, colors: Theme) -> str:
    """Return the colour of a point of ``kind``."""
    return {
        ZERO: colors.text_3,
        DOUBT: colors.text_3,
        PLUS: colors.positive,
        MINUS: colors.negative,
    }.get(kind, colors.fail)


def crowd_ink(kind: int, depth: int, colors: Theme) -> QColor:
    """Return the colour of a point with about 2^depth of its kind around it.

    Points in a crowd stand back, so that its shape shows; not those of a sign, which lie on a line.
    """
    strength = 1.0 if kind in (PLUS, MINUS) else max(1 - 0.12 * depth, 0.5)
    return theme.blend(ink(kind, colors), colors.surface_2, strength)


def rasterise(points: Points, layout: Layout, colors: Theme, scale: int) -> QImage:
    """Return a picture of the points, as large as the bed and ``MARGIN`` around it.

    Where points are on each other those are in front of which there are fewest around: a few that
    differ are not lost among thousands.
    """
    bed = layout.plan.bed
    width = (int(bed.width()) + 2 * MARGIN + 1) * scale
    height = (int(bed.height()) + 2 * MARGIN + 1) * scale
    across = np.rint((layout.xs - bed.left() + MARGIN) * scale).astype(np.int64)
    down = np.rint((layout.ys - bed.top() + MARGIN) * scale).astype(np.int64)
    flat, kinds, crowd = _seen(down * width + across, points, layout, width * height)
    pixels: Pixels = np.zeros(width * height, np.uint32)
    level = np.log2(crowd).astype(np.int64) if len(crowd) else crowd
    for depth in range(int(level.max(initial=0)), -1, -1):
        here = level == depth
        numbers = np.bincount(kinds[here], minlength=KINDS)
        for kind in np.argsort(-numbers, kind="stable").tolist():
            if not numbers[kind]:
                continue
            offsets = glyph(kind, scale) @ np.array([width, 1])
            middles = flat[here & (kinds == kind)]
            pixels[middles[:, None] + offsets] = crowd_ink(kind, depth, colors).rgba()
    image = QImage(
        pixels.view(np.uint8).data, width, height, 4 * width, QImage.Format.Format_ARGB32
    ).copy()
    image.setDevicePixelRatio(scale)
    return image


def _seen(
    flat: npt.NDArray[np.int64], points: Points, layout: Layout, size: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return pixel, kind and crowd of the points, but of equal ones at a pixel only one."""
    keys = flat * KINDS + points.kind
    last = np.empty(size * KINDS, np.int32)
    order = np.arange(len(keys), dtype=np.int32)
    last[keys] = order
    kept = last[keys] == order
    return flat[kept], points.kind[kept].astype(np.int64), layout.crowd[kept]


def draw_bed(
    painter: QPainter, plan: ScatterPlan, names: tuple[str, str], colors: Theme, *, focused: bool
) -> None:
    """Draw the bed with its bands, the grid, the diagonal, the ticks and what the axes are."""
    bed = plan.bed
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.fillRect(bed, QColor(colors.surface_2))
    _draw_ticks(painter, plan, colors)
    inner = bed.adjusted(BAND, 0, 0, -BAND)
    painter.setPen(QPen(QColor(colors.border), 1))
    painter.drawLine(QLineF(inner.bottomLeft(), inner.bottomRight()))
    painter.drawLine(QLineF(inner.topLeft(), inner.bottomLeft()))
    if focused:
        painter.setPen(QPen(QColor(colors.accent), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(bed.adjusted(0, 0, -1, -1))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(QColor(colors.text_3), 1)
    pen.setDashPattern((4, 3))
    painter.setPen(pen)
    painter.drawLine(QLineF(inner.bottomLeft(), inner.topRight()))
    painter.setFont(theme.ui_font(12))
    painter.setPen(QColor(colors.text_2))
    painter.drawText(QRectF(0, 0, bed.width(), TOP - 6), Qt.AlignmentFlag.AlignVCenter, names[1])
    if plan.parts[1]:
        below = QRectF(bed.left(), bed.bottom() + TICKS, bed.width(), AXIS)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, names[0])


def _draw_ticks(painter: QPainter, plan: ScatterPlan, colors: Theme) -> None:
    bed, center = plan.bed, Qt.AlignmentFlag.AlignCenter
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    painter.setFont(theme.mono_font(11))
    for power in plan.ticks(bed.width(), 40):
        x = round(plan.x(power))
        if power < plan.high:
            painter.setPen(QPen(QColor(colors.grid), 1))
            painter.drawLine(QLineF(x, bed.top(), x, bed.bottom()))
        painter.setPen(QColor(colors.text_3))
        text = _power(power)
        reach = painter.fontMetrics().horizontalAdvance(text)
        left = min(x - reach / 2, plan.width - reach)
        painter.drawText(QRectF(left, bed.bottom() + 2, reach, TICKS - 2), center, text)
    for power in plan.ticks(bed.height(), 20):
        y = round(plan.y(power))
        if power < plan.high:
            painter.setPen(QPen(QColor(colors.grid), 1))
            painter.drawLine(QLineF(bed.left(), y, bed.right(), y))
        painter.setPen(QColor(colors.text_3))
        painter.drawText(QRectF(0, y - 8, LEFT - 6, 16), right, _power(power))
    painter.setPen(QColor(colors.text_3))
    floor = f"≤{_power(plan.low)}"
    painter.drawText(QRectF(0, bed.bottom() - BAND / 2 - 8, LEFT - 6, 16), right, floor)
    reach = painter.fontMetrics().horizontalAdvance(floor)
    left = bed.left() + BAND / 2 - reach / 2
    painter.drawText(QRectF(left, bed.bottom() + 2, reach, TICKS - 2), center, floor)


def _power(power: int) -> str:
    return f"1e{power}" if power < 0 else power_text(power)


def draw_legend(
    painter: QPainter,
    plan: ScatterPlan,
    entries: Sequence[tuple[tuple[int, ...], str]],
    name: str,
    colors: Theme,
) -> None:
    """Draw at the right of the first line the glyphs of some kinds and what they are.

    Where there is too little room beside the ``name`` of the axis, the words are left out.
    """
    painter.setFont(theme.ui_font(12))
    right = float(plan.width)
    middle = (TOP - 6) / 2
    if not has_words(plan, entries, name):
        entries = [(kinds, "") for kinds, _ in entries]
    for kinds, text in reversed(entries):
        reach = painter.fontMetrics().horizontalAdvance(text) if text else -4
        tone = colors.fail if kinds[0] >= WRONG else colors.text_2
        if len(kinds) == 1:
            tone = ink(kinds[0], colors)
        painter.setPen(QColor(tone))
        room = QRectF(right - reach, 0, reach + 1, TOP - 6)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)
        right -= reach + 4
        for kind in reversed(kinds):
            right -= 4
            draw_glyph(painter, kind, QPointF(right, middle), colors)
            right -= 5
        right -= 7


def draw_rings(painter: QPainter, plan: ScatterPlan, text: str, colors: Theme) -> None:
    """Draw what a ring around a point means, at the left of the name of the axis below."""
    line = QRectF(0, plan.bed.bottom() + TICKS, plan.width, AXIS)
    draw_glyph(painter, OPPOSITE, QPointF(5.5, line.center().y()), colors)
    painter.setFont(theme.ui_font(12))
    painter.setPen(QColor(colors.fail))
    painter.drawText(line.adjusted(15, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)


def has_words(plan: ScatterPlan, entries: Sequence[tuple[tuple[int, ...], str]], name: str) -> bool:
    """Return whether the words of a legend have room beside the ``name`` of the axis."""
    metrics = QFontMetricsF(theme.ui_font(12))
    needed = sum(metrics.horizontalAdvance(text) + 11 + 9 * len(kinds) for kinds, text in entries)
    return metrics.horizontalAdvance(name) + needed <= plan.width


def draw_glyph(painter: QPainter, kind: int, at: QPointF, colors: Theme) -> None:
    """Draw one glyph in the size of a text."""
    if kind == DOUBT:
        before, room = painter.font(), QRectF(at.x() - 6, at.y() - 8, 12, 16)
        painter.setFont(theme.ui_font(11, SEMIBOLD))
        painter.setPen(QColor(ink(kind, colors)))
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, "?")
        painter.setFont(before)
        return
    pen = QPen(QColor(ink(kind, colors)), 1.6)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    x, y, reach = at.x(), at.y(), 2.6
    if kind in (PLUS, MINUS):
        painter.drawLine(QLineF(x - reach, y, x + reach, y))
    if kind == PLUS:
        painter.drawLine(QLineF(x, y - reach, x, y + reach))
    if kind >= WRONG:
        painter.drawLine(QLineF(x - reach, y - reach, x + reach, y + reach))
        painter.drawLine(QLineF(x - reach, y + reach, x + reach, y - reach))
    if kind == OPPOSITE:
        painter.setPen(QPen(QColor(ink(kind, colors)), 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(at, 5.0, 5.0)


def draw_ring(painter: QPainter, at: QPointF, colors: Theme) -> None:
    """Draw the ring around the point that is pointed at."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, width in ((colors.surface_2, 4.0), (colors.accent, 2.0)):
        painter.setPen(QPen(QColor(color), width))
        painter.drawEllipse(at, 6.0, 6.0)

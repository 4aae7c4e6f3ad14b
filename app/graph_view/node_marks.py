"""Small things in a graph's picture: lines, gates, dimmers, strips of colour, pulses."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPen

from app.graph_view.canvas import color_of, largest, thinned
from app.graph_view.node_values import sign_of
from app.theme import blend, ui_font

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.graph_view.canvas import Canvas, Color
    from app.graph_view.node_values import Array

DASHES = (6.0, 4.0)
PULSE = 6.0
"""Radius of a pulse."""


def polyline(
    canvas: Canvas,
    points: Sequence[QPointF],
    color: Color,
    width: float,
    dashes: tuple[float, ...] = (),
    offset: float = 0.0,
) -> None:
    """Draw a line through ``points``; ``dashes`` and ``offset`` are in pixels."""
    color = color_of(color) if isinstance(color, str) else color
    canvas.painter.setPen(_pen(color.rgb(), width, dashes, offset))
    canvas.painter.drawPolyline(points)


@lru_cache(maxsize=512)
def _pen(rgb: int, width: float, dashes: tuple[float, ...], offset: float) -> QPen:
    pen = QPen(QColor(rgb), width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if dashes:
        pen.setDashPattern([length / width for length in dashes])
        pen.setDashOffset(offset / width)
    return pen


@lru_cache(maxsize=512)
def _shade(color: str, background: str, percent: int) -> QColor:
    return blend(color, background, percent / 100)


def gradient_color(canvas: Canvas, gradient: Array, strength: float) -> QColor:
    """Return the colour of a gradient's line: of its sign, the stronger the larger it is."""
    sign = sign_of(gradient)
    color = canvas.theme.text_2 if not sign else canvas.theme.sign_color(sign)
    return _shade(color, canvas.theme.surface_1, round(100 * strength))


def text_color(canvas: Canvas, gradient: Array) -> str:
    """Return the colour of a gradient's number."""
    return canvas.theme.sign_color(sign_of(gradient) or 0.0)


def paint_gate(canvas: Canvas, middle: QPointF, openness: float) -> None:
    """Draw two contacts, with a line from one to the other, or a bar in its way."""
    theme, x, y = canvas.theme, middle.x(), middle.y()
    left, right = QPointF(x - 10, y), QPointF(x + 10, y)
    color = theme.text_1 if openness else theme.text_3
    if openness:
        canvas.line(left, right, color, 1.8)
    else:
        canvas.line(left, QPointF(x - 4, y), color, 1.4)
        canvas.line(QPointF(x + 4, y), right, color, 1.4)
        canvas.fill(QRectF(x - 1.5, y - 5, 3, 10), theme.text_1)
    for contact in (left, right):
        canvas.circle(contact, 2.2, color, color)


def paint_dimmer(canvas: Canvas, middle: QPointF, openness: float) -> None:
    """Draw a bar, filled as far as a slope is of the steepest one."""
    bar = QRectF(middle.x() - 13, middle.y() - 2.5, 26, 5)
    canvas.fill(bar, canvas.theme.surface_3, 2.5)
    canvas.outline(bar, canvas.theme.border_strong, 2.5)
    filled = QRectF(bar.left(), bar.top(), max(bar.width() * min(openness, 1.0), 0.0), 5)
    if filled.width() >= 1:
        canvas.fill(filled, canvas.theme.text_2, min(2.5, filled.width() / 2))


def paint_strip(canvas: Canvas, rect: QRectF, value: Array) -> None:
    """Draw an array as a strip of colours whose scale ends at its largest number."""
    rows = value.reshape(1, -1) if value.ndim < 2 else value.reshape(len(value), -1)
    rows = thinned(rows, max(int(rect.height()), 1))
    columns = thinned(rows.T, max(int(rect.width()), 1)).T
    canvas.heat_map(rect, np.ascontiguousarray(columns), largest(value))
    canvas.outline(rect.adjusted(-1, -1, 1, 1), canvas.theme.border_strong)


def paint_pulse(canvas: Canvas, center: QPointF, gradient: Array) -> None:
    """Draw a disc in the colour of the sign, with the sign on it; zeros and mixtures have none."""
    theme, sign = canvas.theme, sign_of(gradient)
    color = theme.sign_color(sign or 0.0)
    canvas.circle(center, PULSE + 1.5, theme.surface_1, theme.surface_1)
    canvas.circle(center, PULSE, color, color)
    x, y, arm = center.x(), center.y(), PULSE / 2
    if sign == 0:
        canvas.text(x, y + 4, "0", ui_font(11), theme.surface_1)
        return
    lines = {
        1: ((QPointF(x - arm, y), QPointF(x + arm, y)), (QPointF(x, y - arm), QPointF(x, y + arm))),
        -1: ((QPointF(x - arm, y), QPointF(x + arm, y)),),
    }
    for start, end in lines.get(int(sign or 0), ()):
        canvas.line(start, end, theme.surface_1, 1.6)


def paint_dot(canvas: Canvas, center: QPointF) -> None:
    """Draw the dot that stands for a value on its way."""
    canvas.circle(center, 4.0, canvas.theme.text_1, canvas.theme.surface_1)

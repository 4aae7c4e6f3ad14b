"""The edges between the blocks: the value above, the gradient below, and the pulses on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont

from app.formatting import EM_DASH, magnitude, signed, unsigned
from app.graph_view.blocks import TIGHT
from app.theme import mono_font, ui_font
from bpcore.graph.batch import spread

if TYPE_CHECKING:
    from app.graph_view.canvas import Canvas
    from app.graph_view.frame import Frame

FORWARD, BACKWARD = -5.0, 6.0
"""Where the two lines of an edge stand, from the axis."""

DASHES = (5.0, 4.0)
_SHIFT = 3 * sum(DASHES)
"""How far dashes wander in a step: whole periods, so that they end as they began."""

_ROUNDS = 2
"""How often a pulse crosses its edge in a step."""


@dataclass(frozen=True)
class EdgeTexts:
    """The names and numbers at an edge; ``gradient`` is None while it is not computed.

    Of a batch both are means; the spreads, ``±0.31``, are standard deviations over its examples.
    """

    value_name: str
    value: str
    gradient_name: str
    gradient: float | None
    value_spread: str = ""
    gradient_spread: str = ""


def edge_texts(frame: Frame, edge: int) -> EdgeTexts:
    """Return what stands at edge 0 (image) to 3 (scores)."""
    if edge == 0:
        x = frame.array("x")
        assert x is not None
        low, high = unsigned(float(x.min()), 2), unsigned(float(x.max()), 2)
        pixel = frame.strongest_pixel
        if pixel is None:
            return EdgeTexts("x", f"{low}…{high}", "dx", None)
        return EdgeTexts("x", f"{low}…{high}", f"dx[{pixel}]", frame.number("dx", pixel))
    name, index = {1: ("z1", frame.unit), 2: ("a1", frame.unit), 3: ("z2", frame.label)}[edge]
    return EdgeTexts(
        f"{name}[{index}]",
        signed(frame.number(name, index), 3),
        f"d{name}[{index}]",
        frame.number(f"d{name}", index),
        _spread(frame, name, index),
        _spread(frame, f"d{name}", index),
    )


def _spread(frame: Frame, name: str, index: int) -> str:
    if frame.examples == 1 or name not in frame.known:
        return ""
    return f"±{magnitude(float(spread(frame.trace, name)[index]), 3)}"


def flows(frame: Frame, edge: int) -> bool:
    """Tell whether the newest step reads or writes what runs along ``edge``."""
    if frame.step is None or frame.step.phase == "update":
        return False
    prefix = "d" if frame.step.phase == "backward" else ""
    name = prefix + ("x", "z1", "a1", "z2")[edge]
    # A softmax reads the scores' gradient nowhere, and its y is no edge.
    return name in (*frame.step.inputs, *frame.step.computes)


def paint_edge(canvas: Canvas, frame: Frame, edge: int) -> None:
    """Draw the value's line and all texts; the gradient's line is painted with its pulse."""
    theme, rect = canvas.theme, frame.layout.edges[edge]
    axis, x = frame.layout.axis, rect.center().x()
    texts = edge_texts(frame, edge)
    there = texts.value != EM_DASH
    y = axis + FORWARD
    if there:
        tip = QPointF(rect.right() - 1, y)
        canvas.line(QPointF(rect.left(), y), QPointF(tip.x() - 4, y), theme.text_2, 1.6)
        canvas.head(tip, 1, theme.text_2)
    else:
        _paint_pending(canvas, rect, y)
    plain = [mono_font(size) for size in TIGHT]
    bold = [mono_font(size, QFont.Weight.DemiBold) for size in TIGHT]
    room = rect.width() - 4
    name_color, value_color = (
        (theme.text_2, theme.text_1) if there else (theme.text_3, theme.text_3)
    )
    up, down = (15 if text else 0 for text in (texts.value_spread, texts.gradient_spread))
    canvas.fitting(x, axis - 30 - up, [texts.value_name], plain, name_color, room)
    canvas.fitting(x, axis - 14 - up, [texts.value], bold, value_color, room)
    canvas.fitting(x, axis - 14, [texts.value_spread], plain, theme.text_2, room)
    gradient = texts.gradient
    value_color = theme.text_3 if gradient is None else theme.sign_color(gradient)
    name_color = theme.text_3 if gradient is None else theme.text_2
    canvas.fitting(x, axis + 26, [signed(gradient, 3)], bold, value_color, room)
    canvas.fitting(x, axis + 41, [texts.gradient_spread], plain, theme.text_2, room)
    canvas.fitting(x, axis + 41 + down, [texts.gradient_name], plain, name_color, room)
    if gradient is None:
        _paint_pending(canvas, rect, axis + BACKWARD)


def _paint_pending(canvas: Canvas, rect: QRectF, y: float) -> None:
    start, end = QPointF(rect.left() + 2, y), QPointF(rect.right() - 2, y)
    canvas.line(start, end, canvas.theme.border_strong, 1, (2, 4))


def paint_flow(canvas: Canvas, frame: Frame, edge: int) -> None:
    """Draw the gradient's line with its pulse, and a moving dot on a value that flows."""
    rect, axis = frame.layout.edges[edge], frame.layout.axis
    motion = frame.motion if flows(frame, edge) else None
    gradient = edge_texts(frame, edge).gradient
    canvas.painter.save()
    canvas.painter.setClipRect(rect)
    if gradient is not None:
        y = axis + BACKWARD
        color = canvas.theme.sign_color(gradient)
        offset = -_SHIFT * (motion or 0.0)
        start, end = QPointF(rect.right(), y), QPointF(rect.left() + 6, y)
        canvas.line(start, end, color, 2.0, DASHES, offset)
        canvas.head(QPointF(rect.left() + 1, y), -1, color)
        share = (0.5 + _ROUNDS * (motion or 0.0)) % 1.0
        _paint_pulse(canvas, QPointF(rect.right() - share * rect.width(), y), gradient)
    elif motion is not None and frame.step is not None and frame.step.phase == "forward":
        share = (_ROUNDS * motion) % 1.0
        dot = QPointF(rect.left() + share * rect.width(), axis + FORWARD)
        canvas.circle(dot, 3.5, canvas.theme.text_1, canvas.theme.surface_1)
    canvas.painter.restore()


def _paint_pulse(canvas: Canvas, center: QPointF, value: float) -> None:
    """Draw a disc in the colour of the sign, with the sign on it; a zero has neither."""
    theme = canvas.theme
    color = theme.sign_color(value)
    canvas.circle(center, 7.5, theme.surface_1, theme.surface_1)
    canvas.circle(center, 6, color, color)
    if value == 0:
        font = ui_font(11, QFont.Weight.DemiBold)
        canvas.text(center.x(), center.y() + 4, "0", font, theme.surface_1)
        return
    x, y, arm = center.x(), center.y(), 3.0
    canvas.line(QPointF(x - arm, y), QPointF(x + arm, y), theme.surface_1, 1.6)
    if value > 0:
        canvas.line(QPointF(x, y - arm), QPointF(x, y + arm), theme.surface_1, 1.6)

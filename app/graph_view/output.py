"""The loss layer: probabilities against the target, the loss, and y − t."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF

from app import formatting
from app.graph_view.blocks import SEMIBOLD, label_color, paint_block
from app.graph_view.canvas import largest
from app.theme import blend, mono_font

if TYPE_CHECKING:
    from app.graph_view.canvas import Canvas, Color
    from app.graph_view.frame import Frame


def paint_output(canvas: Canvas, frame: Frame) -> None:
    """Draw the block: ten rows above the loss, ten below it."""
    place = frame.layout
    paint_block(canvas, frame, place.output, frame.trace.layers[3], frame.texts.target)
    for k in range(place.y.count):
        _paint_probability(canvas, frame, k)
    _paint_loss(canvas, frame)
    color = label_color(canvas, frame, "dz2")
    baseline = place.difference.top - 5
    canvas.text(place.output.left() + 12, baseline, "y − t", mono_font(11), color, "left")
    x = _difference_axis(frame)[0] + 0.5
    area = place.difference.area
    canvas.line(QPointF(x, area.top()), QPointF(x, area.bottom()), canvas.theme.border_strong)
    for k in range(place.difference.count):
        _paint_difference(canvas, frame, k)


def _paint_probability(canvas: Canvas, frame: Frame, k: int) -> None:
    theme, row, block = canvas.theme, frame.layout.y.rect(k), frame.layout.output
    y, right = frame.number("y", k), k == frame.answer
    baseline = row.center().y() + 4
    _paint_class(canvas, frame, k, baseline)
    height = min(9.0, row.height() - 2)
    top = round(row.center().y() - height / 2)
    track = QRectF(block.left() + 24, top, block.width() - 84, height)
    canvas.fill(track, theme.surface_3, 1)
    if y is not None:
        bar = QRectF(track.left(), top, max(y * track.width(), 0.8), height)
        canvas.fill(bar, theme.text_1 if right else theme.text_2, 1)
    strong = y is not None and y >= 0.01
    color = theme.text_1 if strong else theme.text_3
    x = block.right() - 22
    canvas.text(x, baseline, formatting.probability(y), mono_font(11), color, "right")
    dot = QPointF(block.right() - 12.5, row.center().y())
    radius = min(4.0, row.height() / 2 - 1)
    if frame.examples > 1:  # how much of the batch is of this class
        t = frame.array("t")
        assert t is not None
        strength = float(t[k]) / largest(t)
        canvas.circle(
            dot, radius, blend(theme.text_1, theme.surface_2, strength), theme.border_strong
        )
        return
    border = theme.text_1 if right else theme.border_strong
    canvas.circle(dot, radius, theme.text_1 if right else None, border)


def _paint_class(canvas: Canvas, frame: Frame, k: int, baseline: float) -> None:
    """Draw the digit that a row stands for: strong the right one, accented the chosen one."""
    theme = canvas.theme
    chosen = k == frame.label != frame.answer
    color: Color = (
        theme.accent_text if chosen else theme.text_1 if k == frame.answer else theme.text_2
    )
    font = mono_font(11, SEMIBOLD) if k in (frame.answer, frame.label) else mono_font(11)
    canvas.text(frame.layout.output.left() + 12, baseline, str(k), font, color, "left")


def _paint_loss(canvas: Canvas, frame: Frame) -> None:
    theme, box = canvas.theme, frame.layout.loss
    canvas.fill(box, theme.surface_1, 6)
    now = frame.computed_now("loss", "loss_after")
    canvas.outline(box, theme.accent if now else theme.border, 6)
    before, after = frame.number("loss"), frame.number("loss_after")
    if after is None:
        said, result = "L = ", before
    else:
        said, result = f"L {formatting.loss(before, 3)} → ", after
    text = formatting.loss(result, 3)
    room = (box.width() - 8) / len(said + text)
    size = next((size for size in (13, 12, 11, 10) if room >= 0.6 * size), 9)
    color = theme.text_3 if result is None else theme.text_1
    parts = ((said, mono_font(size), theme.text_2), (text, mono_font(size, SEMIBOLD), color))
    canvas.texts(box.center().x(), box.center().y() + 5, parts)


def _difference_axis(frame: Frame) -> tuple[float, float]:
    """Return where 0 stands in the list of y − t, and how far ±1 reaches from there."""
    block = frame.layout.output
    left, right = block.left() + 23, block.right() - 46
    half = (right - left) / 2
    return round(left + half), half


def _paint_difference(canvas: Canvas, frame: Frame, k: int) -> None:
    theme, row = canvas.theme, frame.layout.difference.rect(k)
    value = frame.number("dz2", k)
    baseline = row.center().y() + 4
    _paint_class(canvas, frame, k, baseline)
    if value:
        x, half = _difference_axis(frame)
        length = max(abs(value) * half, 0.8)
        left = x if value > 0 else x - length
        height = min(9.0, row.height() - 2)
        bar = QRectF(left, round(row.center().y() - height / 2), length, height)
        canvas.fill(bar, theme.sign_color(value), 1)
    strong = value is not None and abs(value) >= 0.005
    color = theme.sign_color(value or 0) if strong else theme.text_3
    right = frame.layout.output.right() - 8
    canvas.text(right, baseline, formatting.difference(value), mono_font(11), color, "right")

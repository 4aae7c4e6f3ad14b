"""The activation layer: every unit a row, its value before and after the gate, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor

from app.graph_view.blocks import label_color, paint_block, paint_empty, paint_row_mark
from app.graph_view.canvas import Canvas, largest, thinned
from app.theme import blend, diverging_pixels, mono_font

if TYPE_CHECKING:
    from app.graph_view.frame import Array, Frame

FULL_SLOPE = {"relu": 1.0, "sigmoid": 0.25, "tanh": 1.0}
"""The largest local derivative that an activation can have: its gate is fully open there."""


def paint_activation(canvas: Canvas, frame: Frame) -> None:
    """Draw the block with its six columns."""
    block, layer = frame.layout.activation, frame.trace.layers[1]
    paint_block(canvas, frame, block, layer, *_subtitle(frame))
    rows, columns = frame.layout.rows, frame.layout.columns
    # Both columns of a direction share a scale, so that what passes keeps its colour and what a
    # slope dims gets dimmer. A squashed value is no such share: it has its own.
    z, a, dz, da = (frame.array(name) for name in ("z1", "a1", "dz1", "da1"))
    forward = None if z is None else largest(z)
    squashed = frame.trace.activation != "relu"
    backward = None if da is None else largest(da)
    after = None if a is None else largest(a) if squashed else forward
    for x, name, values, limit in (
        (columns.z, "z1", z, forward),
        (columns.a, "a1", a, after),
        (columns.dz, "dz1", dz, backward),
        (columns.da, "da1", da, backward),
    ):
        place = QRectF(x, rows.top, columns.cell, rows.area.height() - rows.gap)
        color = label_color(canvas, frame, name)
        canvas.text(place.center().x(), rows.top - 6, name, mono_font(11), color)
        if values is None or limit is None:
            paint_empty(canvas, place)
        else:
            _paint_column(canvas, frame, place, values, limit)
    openness = frame.local_derivative / FULL_SLOPE[frame.trace.activation]
    if a is not None:
        _paint_gates(canvas, frame, columns.gate, openness, None)
    if dz is not None:
        _paint_gates(canvas, frame, columns.slope, openness, dz)
    paint_selected_row(canvas, frame, canvas.theme.text_1)


def _subtitle(frame: Frame) -> tuple[str, str]:
    """Return what the layer does, and the same in fewer words; "" if there are none."""
    units, texts = frame.units, frame.texts
    if "a1" not in frame.known:
        return texts.count_units(units), ""
    if frame.trace.activation != "relu":
        return texts.slope_of(frame.trace.activation), ""
    closed = int(np.count_nonzero(frame.local_derivative == 0))
    if frame.examples > 1:
        return texts.gates_of_batch.format(units - closed, closed), ""
    opened = units - closed
    return texts.gates.format(opened, closed), texts.open_gates.format(opened, units)


def _row(frame: Frame, unit: int) -> QRectF:
    row = frame.layout.rows.rect(unit)
    return row.adjusted(3, 0, -3, 0)


def paint_selected_row(canvas: Canvas, frame: Frame, color: str) -> None:
    """Draw a frame around the row of the selected unit."""
    paint_row_mark(canvas, _row(frame, frame.unit), color)


def paint_hovered_row(canvas: Canvas, frame: Frame) -> None:
    """Light up the row under the pointer in the activation and in both weight matrices."""
    if frame.hovered is None or frame.hovered == frame.unit:
        return
    place, color = frame.layout, canvas.theme.text_3
    paint_row_mark(canvas, _row(frame, frame.hovered), color)
    for matrix, name in ((place.w2, "W2"), (place.dw2, "dW2")):
        if name in frame.known:
            paint_row_mark(canvas, matrix.row_rect(frame.hovered), color)


def _paint_column(canvas: Canvas, frame: Frame, place: QRectF, values: Array, limit: float) -> None:
    """Draw a value of every unit; an exact zero, which a closed gate leaves, is a hollow cell."""
    rows, theme = frame.layout.rows, canvas.theme
    if not rows.gap:
        canvas.heat_map(place, values[:, None], limit)
        return
    colors = diverging_pixels(values, limit, theme).tolist()
    for j, (value, color) in enumerate(zip(values.tolist(), colors, strict=True)):
        row = rows.rect(j)
        cell = QRectF(place.left(), row.top(), place.width(), row.height())
        if value == 0:
            canvas.outline(cell, theme.border_strong, 1)
        else:
            canvas.fill(cell, QColor(*color))


def _paint_gates(
    canvas: Canvas, frame: Frame, x: float, openness: Array, gradient: Array | None
) -> None:
    """Draw every unit's gate: a stroke as strong as it is open, or a bar where it is closed.

    On the way back (``gradient`` given) the stroke is dashed, in the colour of the sign.
    """
    rows, columns, theme = frame.layout.rows, frame.layout.columns, canvas.theme
    left, right = x + 2, x + columns.gap - 2
    if not rows.gap:
        place = QRectF(left, rows.top, right - left, rows.area.height())
        _paint_thin_gates(canvas, place, openness, gradient)
        return
    for j, share in enumerate(openness.tolist()):
        row = rows.rect(j)
        y = row.center().y()
        if share == 0:
            middle = round((left + right) / 2)
            canvas.fill(QRectF(middle - 1, row.top(), 2, row.height()), theme.text_3)
            continue
        color = theme.text_2 if gradient is None else theme.sign_color(float(gradient[j]))
        thickness = (0.4 + 0.6 * share) * (1.2 if gradient is None else 1.4)
        if frame.trace.activation != "relu":
            thickness *= 1.6
        canvas.line(
            QPointF(left, y),
            QPointF(right, y),
            blend(color, theme.surface_2, 0.2 + 0.8 * min(share, 1.0)),
            thickness,
            () if gradient is None else (3, 2),
        )


def _paint_thin_gates(
    canvas: Canvas, place: QRectF, openness: Array, gradient: Array | None
) -> None:
    """Draw gates whose rows are too thin for strokes: one colour a row, stronger if more open."""
    theme, height = canvas.theme, max(int(place.height()), 1)
    signs = np.sign(gradient) if gradient is not None else np.ones_like(openness)
    shares = thinned((openness * signs)[:, None], height)[:, 0]
    strong = {
        1: theme.text_2 if gradient is None else theme.positive,
        -1: theme.negative,
        0: theme.text_3,
    }
    colors = [
        blend(strong[int(np.sign(share))], theme.surface_2, min(0.2 + 0.8 * abs(share), 1.0))
        for share in shares.tolist()
    ]
    rgb = np.array([(c.red(), c.green(), c.blue()) for c in colors], np.uint8)[:, None]
    canvas.pixels(place, rgb)

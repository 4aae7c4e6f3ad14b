"""Gates as they are drawn: open or closed, dimmed, or as thin cells where units are many."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from app.graph_view.blocks import paint_empty
from app.graph_view.layer_parts import shades, thin_columns
from app.theme import diverging_pixels

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.graph_view.canvas import Canvas
    from app.graph_view.frame import Array
    from app.graph_view.layer_rows import UnitRows


def paint_gate(canvas: Canvas, rect: QRectF, *, is_open: bool) -> None:
    """Draw two posts with an arrow through them, or a bar that lets nothing past it."""
    theme, y = canvas.theme, round(rect.center().y())
    height = min(rect.height() - 4, 14)
    middle = round(rect.center().x())
    top, bottom = round(y - height / 2), round(y + height / 2)
    if is_open:
        canvas.fill(QRectF(middle - 1, top, 2, 3), theme.text_2)
        canvas.fill(QRectF(middle - 1, bottom - 3, 2, 3), theme.text_2)
        canvas.fill(QRectF(rect.left(), y - 1, rect.width() - 5, 2), theme.text_1)
        canvas.head(QPointF(rect.right(), y), 1, theme.text_1)
        return
    canvas.fill(QRectF(rect.left(), y - 1, middle - rect.left() - 3, 2), theme.text_3)
    canvas.fill(QRectF(middle - 2, top, 4, bottom - top), theme.text_3)


def paint_dimmer(canvas: Canvas, rect: QRectF, share: float) -> None:
    """Draw a bar that is filled as far as the gate is open."""
    theme, height = canvas.theme, min(max(rect.height() - 9, 5), 10)
    track = QRectF(rect.left(), round(rect.center().y() - height / 2), rect.width(), height)
    canvas.fill(track, theme.border_strong)
    canvas.fill(track.adjusted(1, 1, -1, -1), theme.surface_1)
    if share > 0:
        length = max(min(share, 1.0) * (track.width() - 2), 0.8)
        canvas.fill(QRectF(track.left() + 1, track.top() + 1, length, height - 2), theme.text_2)


def paint_thin(
    canvas: Canvas,
    rows: UnitRows,
    group: int,
    values: Mapping[str, tuple[Array | None, float]],
    openness: Array | None,
) -> None:
    """Draw a group of units as cells without numbers: values by their sign, gates as greys.

    ``values`` are, by column, those of all examples (N, M) and the end of their scale.
    """
    theme, units = canvas.theme, rows.units(group)
    part = slice(units.start, units.stop)
    for column, (array, limit) in values.items():
        area = rows.area(group, column)
        if array is None:
            paint_empty(canvas, area)
        else:
            canvas.heat_map(area, thin_columns(array.T[part], area), limit)
    for column in ("gate", "factor"):
        if openness is None:
            break
        area, shares = rows.area(group, column), openness[part]
        height = max(int(area.height()), 1)
        if len(shares) > height:
            shares = np.maximum.reduceat(shares, np.arange(height) * len(shares) // height)
        canvas.pixels(area, shades(shares, theme.text_2, theme.surface_2)[:, None])
    if rows.pitch >= 4:
        for unit in units:
            row = rows.row(unit)
            canvas.fill(QRectF(row.left(), row.bottom() - 1, row.width(), 1), theme.surface_1)


def paint_strips(
    canvas: Canvas, rows: UnitRows, group: int, values: Mapping[str, tuple[Array | None, float]]
) -> None:
    """Draw every example's value as a cell, a strip per unit; ``values`` are as above."""
    theme, units = canvas.theme, rows.units(group)
    for column, (array, limit) in values.items():
        bar = f"{column}_bar"
        area = rows.area(group, bar)
        if array is not None:
            strip = thin_columns(array.T[units.start : units.stop], area)
            canvas.pixels(area, diverging_pixels(strip, limit, theme))
        for unit in units:
            cell = rows.cell(unit, bar)
            if array is None:
                frame = cell.adjusted(0, 3, 0, -3)
                canvas.outline(frame, theme.border_strong, 1, dashes=(2, 3))
            else:  # what parts the rows
                canvas.fill(QRectF(cell.left(), cell.top(), cell.width(), 2), theme.surface_1)
                last = QRectF(cell.left(), cell.bottom() - 2, cell.width(), 2)
                canvas.fill(last, theme.surface_1)

"""What the pictures of single layers share: headings, legends, bars, numbers in cells, a sweep."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF

from app import formatting
from app.formatting import EM_DASH, MINUS
from app.graph_view.blocks import label_color
from app.graph_view.canvas import Canvas, color_of, largest, text_width
from app.graph_view.frame import MOVING_SHARE
from app.theme import diverging_pixels, mono_font, ui_font

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from PySide6.QtGui import QFont

    from app.graph_view.canvas import Align, Color
    from app.graph_view.frame import Array, Frame
    from app.graph_view.layout import Matrix

SMALL = 11
"""The smallest type, in pixels."""

NUMBER_WIDTH, NUMBER_HEIGHT = 46.0, 13.0
"""What a number in a cell takes, in pixels of the screen."""

_DARK_BELOW = 140
"""Numbers are light on colours that are darker than this (0 to 255), and dark on the others."""

_SCALE = np.linspace(-1, 1, 65, dtype=np.float32)[None]


def visible(canvas: Canvas, size: tuple[float, float]) -> QRectF:
    """Return the part of a picture of ``size`` that the painter's device can show."""
    area = QRectF(0, 0, *size)
    inverse, possible = canvas.painter.combinedTransform().inverted()
    if not possible:
        return area
    return area.intersected(inverse.mapRect(QRectF(canvas.painter.viewport())))


def fitted(canvas: Canvas, x: float, baseline: float, text: str, font: QFont, color: Color,
           room: float, align: Align = "left") -> None:  # fmt: skip
    """Draw ``text`` if it fits into ``room``; half a word would say less than none."""
    if text_width(font, text) <= room:
        canvas.text(x, baseline, text, font, color, align)


def paint_heading(
    canvas: Canvas, frame: Frame, rect: QRectF, text: str, name: str, note: str = ""
) -> None:
    """Draw the name of an array at the left of ``rect``, and a note at its right."""
    font, baseline = mono_font(12), rect.top() + 13
    end = canvas.text(rect.left(), baseline, text, font, label_color(canvas, frame, name), "left")
    room = rect.right() - end - 10
    fitted(canvas, rect.right(), baseline, note, ui_font(SMALL), canvas.theme.text_3, room, "right")


def paint_legend(canvas: Canvas, rect: QRectF, limit: float | None, widest: float = 140) -> None:
    """Draw the colours of signed numbers with both ends: a line of text high, from the left."""
    theme, font, baseline = canvas.theme, mono_font(SMALL), rect.top() + 11
    if limit is None:
        canvas.text(rect.left(), baseline, EM_DASH, font, theme.text_3, "left")
        return
    low, high = formatting.signed(-limit, 3), formatting.signed(limit, 3)
    ends = text_width(font, low) + text_width(font, high) + 12
    if ends - 6 > rect.width():
        both = f"±{formatting.unsigned(limit, 3)}"
        canvas.text(rect.left(), baseline, both, font, theme.text_2, "left")
        return
    bar = min(rect.width() - ends, widest - ends)
    x = canvas.text(rect.left(), baseline, low, font, theme.negative, "left") + 6
    if bar >= 8:
        canvas.pixels(
            QRectF(round(x), rect.top() + 3, round(bar), 8), diverging_pixels(_SCALE, 1.0, theme)
        )
        x += bar + 6
    canvas.text(x, baseline, high, font, theme.positive, "left")


def end_of(values: Array | None) -> float | None:
    """Return the end of the colour scale of ``values``, if they are known."""
    return None if values is None else largest(values)


def paint_bar(canvas: Canvas, rect: QRectF, value: float | None, limit: float) -> None:
    """Draw a signed number as a bar from the middle of ``rect``, right for + and left for −."""
    theme, middle = canvas.theme, round(rect.center().x())
    canvas.fill(QRectF(middle, rect.top() - 1, 1, rect.height() + 2), theme.border_strong)
    if not value or not limit:
        return
    length = max(min(abs(value) / limit, 1.0) * (rect.width() / 2 - 1), 0.8)
    left = middle + 1 if value > 0 else middle - length
    canvas.fill(QRectF(left, rect.top(), length, rect.height()), theme.sign_color(value))


def number_color(canvas: Canvas, value: float | None, gradient: bool) -> str:
    """Return the colour of a number: a gradient's by its sign, a value's neutral."""
    theme = canvas.theme
    if value is None:
        return theme.text_3
    if gradient:
        return theme.sign_color(value)
    return theme.text_1 if value else theme.text_2


def fitting(value: float | None, font: QFont, width: float) -> str:
    """Format a number with as many decimals as fit; at least its sign, in "+" or "−"."""
    if value is None:
        return EM_DASH
    texts = (
        *(formatting.signed(value, decimals) for decimals in (3, 2)),
        formatting.difference(value),
        formatting.signed(value, 1),
    )
    return next(
        (text for text in texts if text_width(font, text) <= width),
        "+" if value > 0 else MINUS if value < 0 else "0",
    )


def _need_light_ink(rgb: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """Tell for colours (…, 3) whether a text on them must be light."""
    return np.asarray(rgb @ np.array([0.30, 0.59, 0.11], np.float32) < _DARK_BELOW)


def paint_cell_numbers(canvas: Canvas, matrix: Matrix, values: Array, limit: float) -> None:
    """Write each number into its cell, where the reader has zoomed in so far that it fits."""
    detail, rect = canvas.detail, matrix.rect
    width, height = rect.width() / matrix.columns, rect.height() / matrix.rows
    if width * detail < NUMBER_WIDTH or height * detail < NUMBER_HEIGHT:
        return
    seen = visible(canvas, (rect.right(), rect.bottom())) & rect
    if seen.isEmpty():
        return
    top, left = (seen.top() - rect.top()) / height, (seen.left() - rect.left()) / width
    rows = slice(int(top), int(top + seen.height() / height) + 1)
    columns = slice(int(left), int(left + seen.width() / width) + 1)
    paint_numbers(canvas, matrix, values, limit, rows, columns)


def paint_numbers(
    canvas: Canvas,
    matrix: Matrix,
    values: Array,
    limit: float,
    rows: slice = slice(None),
    columns: slice = slice(None),
) -> None:
    """Write numbers on their colours, in type that is as large on the screen at any zoom."""
    detail, rect, theme = canvas.detail, matrix.rect, canvas.theme
    width = rect.width() / matrix.columns * detail
    height = rect.height() / matrix.rows * detail
    size = SMALL if height < 30 or width < 64 else 13
    font, shown = mono_font(size), values[rows, columns]
    light = _need_light_ink(diverging_pixels(shown, limit, theme)).tolist()
    row, column = rows.indices(matrix.rows)[0], columns.indices(matrix.columns)[0]
    x = rect.left() * detail + (column + 0.5) * width
    y = rect.top() * detail + (row + 0.5) * height + 0.36 * size
    canvas.painter.save()
    canvas.painter.scale(1 / detail, 1 / detail)
    noted = 0 if canvas.log is None else len(canvas.log)
    for i, numbers in enumerate(shown.tolist()):
        for j, value in enumerate(numbers):
            text = fitting(value, font, width - 2)
            color = theme.ink if light[i][j] else theme.canvas
            canvas.text(x + j * width, y + i * height, text, font, color)
    canvas.painter.restore()
    if canvas.log is not None and detail != 1:
        for k in range(noted, len(canvas.log)):
            box = canvas.log[k].rect
            scaled = QRectF(box.topLeft() / detail, box.bottomRight() / detail)
            canvas.log[k] = replace(canvas.log[k], rect=scaled)


def paint_strip(canvas: Canvas, rect: QRectF, values: Array | None) -> None:
    """Draw numbers side by side on a scale of their own; a dashed frame before they are known."""
    theme = canvas.theme
    if values is None:
        canvas.outline(rect, theme.border_strong, 2, dashes=(3, 3))
        if rect.height() >= 10:
            font, center = ui_font(SMALL), rect.center()
            canvas.text(center.x(), center.y() + 4, EM_DASH, font, theme.text_3)
        return
    canvas.pixels(rect, diverging_pixels(thin_columns(values[None], rect), largest(values), theme))
    canvas.outline(rect.adjusted(-1, -1, 1, 1), theme.border_strong)


def thin_columns(values: Array, rect: QRectF) -> Array:
    """Return ``values`` (rows, columns) with at most a column per pixel, the strongest of each."""
    count, columns = values.shape[1], max(int(rect.width()), 1)
    if count <= columns:
        return values
    starts = np.arange(columns) * count // columns
    high = np.maximum.reduceat(values, starts, axis=1)
    low = np.minimum.reduceat(values, starts, axis=1)
    return np.where(high >= -low, high, low)


def rgb_of(color: str) -> tuple[int, int, int]:
    """Return a colour's red, green and blue, 0 to 255."""
    parsed = color_of(color)
    return parsed.red(), parsed.green(), parsed.blue()


def shades(shares: npt.NDArray[np.floating], color: str, back: str) -> npt.NDArray[np.uint8]:
    """Map shares of 1 to sRGB bytes (…, 3) between ``back`` and ``color``."""
    ends = np.array([rgb_of(name) for name in (back, color)], np.float32)
    mixed = ends[0] + np.clip(shares, 0, 1)[..., None] * (ends[1] - ends[0])
    rgb: npt.NDArray[np.uint8] = np.rint(mixed).astype(np.uint8)
    return rgb


def motion(frame: Frame, pulse: float | None) -> float | None:
    """Return how far the newest step's sweep has come, 0 to 1; None while nothing moves."""
    if pulse is None or frame.reduced_motion or pulse >= MOVING_SHARE or frame.step is None:
        return None
    return pulse / MOVING_SHARE


def paint_sweep(
    canvas: Canvas,
    frame: Frame,
    pulse: float | None,
    places: Iterable[tuple[QRectF, Sequence[str]]],
) -> None:
    """Lead a line over what the newest step computed: rightwards, and leftwards on the way back.

    ``places`` are rectangles, each with the names of the values that stand in it.
    """
    share = motion(frame, pulse)
    if share is None or frame.step is None:
        return
    done = 1 - share if frame.step.phase == "backward" else share
    for rect, names in places:
        if any(name in frame.step.computes for name in names):
            x = rect.left() + done * rect.width()
            canvas.fill(QRectF(x - 1, rect.top(), 2, rect.height()), canvas.theme.accent)

"""One unit of the first layer, large: its weights, their gradient, and what it is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication, QRectF

from app import formatting
from app.graph_view.blocks import SEMIBOLD, label_color
from app.graph_view.canvas import text_width
from app.graph_view.layer_parts import (
    SMALL,
    end_of,
    fitted,
    number_color,
    paint_cell_numbers,
)
from app.graph_view.layer_tiles import image_matrix, paint_image, tile_shape
from app.graph_view.layout import IMAGE_SIDE
from app.theme import digit_pixels, mono_font, ui_font

if TYPE_CHECKING:
    from app.graph_view.canvas import Canvas
    from app.graph_view.frame import Frame

_translate = QCoreApplication.translate

_TITLE, _NAME, _GAP = 22, 20, 16
_NAME_WIDTH = 84
_LINE, _LINES, _LIST = 18, 4, 144
"""The list of numbers: height of a line, lines, width."""


@dataclass(frozen=True)
class UnitPanel:
    """Where the large tiles, the input and the list of numbers stand; what has no room is None."""

    area: QRectF
    tiles: tuple[tuple[str, QRectF], ...]
    numbers: QRectF | None
    image: QRectF | None


def arrange_panel(area: QRectF, inputs: int) -> UnitPanel | None:
    """Lay out the panel: the tiles side by side or one below the other, as is larger."""
    side = tile_shape(inputs)[0] if tile_shape(inputs)[1] > 1 else IMAGE_SIDE
    height = area.height() - _TITLE - _NAME
    times = 0
    for reserve in (_LINE * _LINES + 12, 0):  # the numbers come first, unless tiles get tiny
        beside = min((area.width() - _GAP) / 2, height - reserve) // side
        below = min(area.width(), (height - reserve - _NAME - 4) / 2) // side
        if side * beside < _NAME_WIDTH:  # names would run into each other
            beside = 0
        times = int(max(beside, below))
        if times > 1:
            break
    if times < 1:
        return None
    size = float(side * times)
    x, y = round(area.left()), area.top() + _TITLE + _NAME
    across, down = (size + _GAP, 0.0) if beside >= below else (0.0, size + _NAME + 4)
    tiles = (
        ("W1", QRectF(x, y, size, size)),
        ("dW1", QRectF(x + across, y + down, size, size)),
    )
    top = y + down + size + 12
    numbers, image = None, None
    if area.bottom() - top >= _LINE * _LINES:
        numbers = QRectF(x, top, min(_LIST, area.width()), area.bottom() - top)
        room = min(area.right() - numbers.right() - _GAP, area.bottom() - top - 20, size)
        if tile_shape(inputs)[1] > 1 and room >= side:
            image_side = float(side * int(room / side))
            image = QRectF(x, top + 20, image_side, image_side)
            numbers.moveLeft(image.right() + _GAP)
    return UnitPanel(area, tiles, numbers, image)


def paint_panel(canvas: Canvas, frame: Frame, panel: UnitPanel, unit: int) -> None:
    """Draw the tiles of ``unit``, the input and the unit's numbers."""
    title = _translate("Graph", "unit {0}").format(unit)
    area = panel.area
    canvas.text(
        area.left(), area.top() + 13, title, ui_font(13, SEMIBOLD), canvas.theme.text_1, "left"
    )
    for name, rect in panel.tiles:
        _paint_tile(canvas, frame, name, rect, unit)
    if panel.image is not None:
        _paint_input(canvas, frame, panel.image)
    if panel.numbers is not None:
        _paint_numbers(canvas, frame, panel.numbers, unit, area.right() - panel.numbers.left())


def _paint_tile(canvas: Canvas, frame: Frame, name: str, rect: QRectF, unit: int) -> None:
    values, shown, text = frame.array(name), name, f"{name}[:,{unit}]"
    if not name.startswith("d"):
        values, new = frame.newest(name)
        if new:
            shown, text = f"{name}_new", f"{text} {frame.texts.new}"
    color = label_color(canvas, frame, shown)
    canvas.text(rect.left(), rect.top() - 7, text, mono_font(SMALL), color, "left")
    limit = (
        end_of(values) or 0.0
    )  # the colours of all tiles, so that the large one looks like its own
    column = None if values is None else values[:, unit]
    paint_image(canvas, rect, column, limit)
    if column is not None:
        matrix = image_matrix(rect, len(column))
        image = column.reshape(matrix.rows, matrix.columns)
        paint_cell_numbers(canvas, matrix, image, limit)


def _paint_input(canvas: Canvas, frame: Frame, rect: QRectF) -> None:
    values = frame.array("x")
    if values is None:
        return
    texts = ["x"]
    if frame.examples > 1:
        whole = _translate("Graph", "x, mean of {0}").format(frame.examples)
        texts = [whole, _translate("Graph", "mean x")]
    font, room = mono_font(SMALL), rect.width() + _GAP - 4
    text = next((t for t in texts if text_width(font, t) <= room), "")
    canvas.text(rect.left(), rect.top() - 7, text, font, canvas.theme.text_2, "left")
    grey = np.rint(values.reshape(tile_shape(len(values))) * 255).astype(np.uint8)
    canvas.pixels(rect, digit_pixels(grey, canvas.theme))
    canvas.outline(rect.adjusted(-1, -1, 1, 1), canvas.theme.border_strong)


def _paint_numbers(canvas: Canvas, frame: Frame, rect: QRectF, unit: int, room: float) -> None:
    theme, y = canvas.theme, rect.top() + 13
    size = 12 if rect.width() >= _LIST else SMALL
    font, strong = mono_font(size), mono_font(size, SEMIBOLD)
    for name in ("z1", "b1", "dz1", "db1"):
        value, shown = frame.number(name, unit), name
        text = f"{name}[{unit}]"
        if name == "b1" and "b1_new" in frame.known:
            value, shown, text = frame.number("b1_new", unit), "b1_new", f"{text} {frame.texts.new}"
        canvas.text(rect.left(), y, text, font, label_color(canvas, frame, shown), "left")
        number = formatting.signed(value)
        color = number_color(canvas, value, name.startswith("d"))
        canvas.text(rect.right(), y, number, strong, color, "right")
        y += _LINE
    law = f"dW1[:,{unit}] = x × dz1[{unit}]"
    if frame.examples > 1:
        law = f"dW1[:,{unit}] = Σ x × dz1[{unit}]"
    if y + 14 <= rect.bottom():
        known = "dW1" in frame.known
        color = theme.text_2 if known else theme.text_3
        fitted(canvas, rect.left(), y + 12, law, mono_font(SMALL), color, room)

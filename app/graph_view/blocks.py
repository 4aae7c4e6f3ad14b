"""The input and the two Affine layers: images, weights, biases, and their gradients."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont

from app.formatting import EM_DASH, signed
from app.graph_view.canvas import Canvas, elided, largest, text_width
from app.graph_view.layout import IMAGE_SIDE, Matrix
from app.theme import digit_pixels, mono_font, ui_font
from bpcore.graph.batch import read_right

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.graph_view.frame import Array, Frame

SEMIBOLD = QFont.Weight.DemiBold

TIGHT = (11, 10, 9)
"""Sizes of a number beside which there is little room: the first that fits."""


def paint_block(
    canvas: Canvas, frame: Frame, rect: QRectF, node: str, subtitle: str, short: str = ""
) -> None:
    """Draw a layer's frame with its name and subtitle; the running one in the accent.

    ``short`` says the same as the subtitle, where that does not fit.
    """
    theme, running = canvas.theme, frame.running(node)
    canvas.fill(rect, theme.surface_2, 8)
    canvas.outline(rect, theme.accent if running else theme.border, 8, 2 if running else 1)
    x = rect.center().x()
    name_color = theme.accent_text if running else theme.text_1
    canvas.text(x, rect.top() + 20, node, ui_font(12, SEMIBOLD), name_color)
    room = rect.width() - 4
    if short and text_width(ui_font(11), subtitle) > room:
        subtitle = short
    subtitle = elided(ui_font(11), subtitle, room)
    canvas.text(x, rect.top() + 35, subtitle, ui_font(11), theme.text_3)
    if running:
        pill = QRectF(0, 0, text_width(ui_font(11, SEMIBOLD), frame.texts.running) + 16, 18)
        pill.moveCenter(QPointF(x, rect.bottom() - 0.5))
        canvas.fill(pill, theme.accent, 9)
        canvas.text(x, pill.top() + 13, frame.texts.running, ui_font(11, SEMIBOLD), theme.on_accent)


def paint_divider(canvas: Canvas, rect: QRectF, axis: float) -> None:
    """Part the forward half of a block from the backward half."""
    y = axis - 0.5
    start, end = QPointF(rect.left() + 12, y), QPointF(rect.right() - 12, y)
    canvas.line(start, end, canvas.theme.border_strong, dashes=(2, 4))


def paint_empty(canvas: Canvas, rect: QRectF) -> None:
    """Draw the place of an array that is not computed yet."""
    theme = canvas.theme
    canvas.outline(rect, theme.border_strong, 2, dashes=(3, 3))
    if rect.height() >= 14:
        canvas.text(rect.center().x(), rect.center().y() + 5, EM_DASH, ui_font(14), theme.text_3)


def paint_array(canvas: Canvas, rect: QRectF, values: Array | None, border: float = 0) -> None:
    """Draw numbers (rows, columns) on a scale of their own; nothing but zeros say so."""
    if values is None:
        paint_empty(canvas, rect)
        return
    limit = largest(values)
    canvas.heat_map(rect, values, limit)
    frame = rect.adjusted(-border, -border, border, border)
    canvas.outline(frame, canvas.theme.border_strong, 1)
    if limit == 0 and rect.height() >= 14:
        canvas.text(
            rect.center().x(), rect.center().y() + 5, "0", mono_font(13), canvas.theme.text_2
        )


def label_color(canvas: Canvas, frame: Frame, *names: str) -> str:
    """Return the colour of an array's name: new in this step, known, or still to come."""
    if frame.computed_now(*names):
        return canvas.theme.accent_text
    return canvas.theme.text_2 if frame.known.issuperset(names) else canvas.theme.text_3


def paint_input(canvas: Canvas, frame: Frame) -> None:
    """Draw the image with its captions, and the tile of its gradient."""
    theme, texts, place = canvas.theme, frame.texts, frame.layout
    x, image = place.image.center().x(), place.image
    mean = frame.array("x")
    assert mean is not None
    pixels = np.rint(mean * 255).astype(np.uint8)
    side = IMAGE_SIDE
    size = texts.pixels.format(side, side * side)
    canvas.text(x, image.top() - 28, texts.input, ui_font(12, SEMIBOLD), theme.text_1)
    canvas.text(x, image.top() - 12, size, ui_font(11), theme.text_3)
    canvas.pixels(image, digit_pixels(pixels.reshape(side, side), theme))
    canvas.outline(image, theme.border_strong, 1)
    # Beside a small image the caption would run into the edge's texts.
    room = place.input.width() + (8 if image.width() >= 112 else 0)
    caption = elided(ui_font(11), frame.caption, room)
    # What is wider than its column rather leans to the right than leaves the picture.
    caption_x = max(x, place.input.left() + text_width(ui_font(11), caption) / 2)
    canvas.text(caption_x, image.bottom() + 18, caption, ui_font(11), theme.text_3)
    if frame.examples > 1:
        right = EM_DASH if "y" not in frame.known else str(read_right(frame.trace))
        said = texts.right.format(right, frame.examples)
        middle = max(x, place.input.left() + text_width(ui_font(12), said) / 2)
        canvas.text(middle, image.bottom() + 36, said, ui_font(12), theme.text_2)
    else:
        _paint_verdict(canvas, frame, x, image.bottom() + 36)
    color = label_color(canvas, frame, "dx")
    canvas.text(x, place.dx.top() - 7, "dx", mono_font(11), color)
    _paint_tile(canvas, place.dx, frame.array("dx"))


def _paint_verdict(canvas: Canvas, frame: Frame, x: float, baseline: float) -> None:
    """Draw what the image is, and what the network takes it for."""
    theme, texts = canvas.theme, frame.texts
    says = EM_DASH if frame.says is None else str(frame.says)
    canvas.texts(
        max(x, frame.layout.input.left() + 46),
        baseline,
        (
            (f"{texts.label} ", ui_font(12), theme.text_2),
            (str(frame.answer), ui_font(12, SEMIBOLD), theme.text_1),
            (f", {texts.says} ", ui_font(12), theme.text_2),
            (says, ui_font(12, SEMIBOLD), theme.text_1 if frame.says is not None else theme.text_3),
        ),
    )


def _paint_tile(canvas: Canvas, rect: QRectF, values: Array | None) -> None:
    """Draw 784 numbers as an image."""
    image = None if values is None else values.reshape(IMAGE_SIDE, IMAGE_SIDE)
    paint_array(canvas, rect, image)


def paint_affine1(canvas: Canvas, frame: Frame) -> None:
    """Draw one unit's weights as an image, its bias, and the gradients of both."""
    theme, place, j = canvas.theme, frame.layout, frame.unit
    x, y = frame.trace.values["W1"].shape
    paint_block(canvas, frame, place.affine1, frame.trace.layers[0], f"{x} → {y}")
    paint_divider(canvas, place.affine1, place.axis)
    middle = place.affine1.center().x()
    weights, new = frame.newest("W1")
    color = label_color(canvas, frame, "W1_new" if new else "W1")
    _write(canvas, frame, place.w1.top() - 7, _named(frame, f"W1[:,{j}]", new=new), color)
    _paint_tile(canvas, place.w1, weights[:, j])
    bias, new = frame.newest("b1")
    color = label_color(canvas, frame, "b1_new" if new else "b1")
    number = signed(float(bias[j]), 3)
    said = [f"{name} {number}" for name in _named(frame, "b1", new=new)]
    _write(canvas, frame, place.w1.bottom() + 18, said, color)
    color = label_color(canvas, frame, "dW1")
    _write(canvas, frame, place.dw1.top() - 7, [f"dW1[:,{j}]"], color)
    gradient = frame.array("dW1")
    _paint_tile(canvas, place.dw1, None if gradient is None else gradient[:, j])
    db1 = signed(frame.number("db1", j), 3)
    color = label_color(canvas, frame, "db1")
    _write(canvas, frame, place.dw1.bottom() + 18, [f"db1 {db1}"], color)
    if "loss" in frame.known and "dz1" not in frame.known:
        waits = frame.texts.waits.format(frame.trace.layers[1])
        baseline = place.affine1.bottom() - 16
        canvas.text(middle, baseline, waits, ui_font(11), theme.text_3)


def _named(frame: Frame, name: str, *, new: bool) -> list[str]:
    """Return an array's name; of an updated one the long and the short way to say so."""
    return [f"{name} {frame.texts.new}", f"{name}′"] if new else [name]


def _write(canvas: Canvas, frame: Frame, baseline: float, texts: Sequence[str], color: str) -> None:
    """Write a line in the block of the first layer, as it has room for it."""
    block = frame.layout.affine1
    room, fonts = block.width() - 10, [mono_font(size) for size in TIGHT]
    canvas.fitting(block.center().x(), baseline, texts, fonts, color, room)


def _name_above(canvas: Canvas, rect: QRectF, name: str, color: str) -> None:
    canvas.text(rect.center().x(), rect.top() - 7, name, mono_font(11), color)


def paint_affine2(canvas: Canvas, frame: Frame) -> None:
    """Draw all weights of the second layer with its biases, and the gradients of both."""
    place = frame.layout
    x, y = frame.trace.values["W2"].shape
    paint_block(canvas, frame, place.affine2, frame.trace.layers[2], f"{x} → {y}")
    paint_divider(canvas, place.affine2, place.axis)
    for name, matrix, strip_name, strip in (
        ("W2", place.w2, "b2", place.b2),
        ("dW2", place.dw2, "db2", place.db2),
    ):
        _paint_matrix(canvas, frame, name, matrix)
        _paint_strip(canvas, frame, strip_name, strip)


def _shown(canvas: Canvas, frame: Frame, name: str) -> tuple[Array | None, str, str]:
    """Return the newest values of an array, its name in the picture and the name's colour."""
    if name.startswith("d"):
        return frame.array(name), name, label_color(canvas, frame, name)
    values, new = frame.newest(name)
    text = f"{name} {frame.texts.new}" if new else name
    return values, text, label_color(canvas, frame, f"{name}_new" if new else name)


def _paint_matrix(canvas: Canvas, frame: Frame, name: str, matrix: Matrix) -> None:
    values, text, color = _shown(canvas, frame, name)
    _name_above(canvas, matrix.rect, text, color)
    paint_array(canvas, matrix.rect, values, border=1)
    if values is not None:
        paint_row_mark(canvas, matrix.row_rect(frame.unit), canvas.theme.text_1)


def _paint_strip(canvas: Canvas, frame: Frame, name: str, strip: Matrix) -> None:
    values, text, color = _shown(canvas, frame, name)
    if values is None:
        canvas.outline(strip.rect, canvas.theme.border_strong, 1, dashes=(3, 3))
    else:
        canvas.heat_map(strip.rect, values[None], largest(values))
        canvas.outline(strip.rect.adjusted(-1, -1, 1, 1), canvas.theme.border_strong, 1)
    canvas.text(strip.rect.center().x(), strip.rect.bottom() + 13, text, mono_font(11), color)


def paint_row_mark(canvas: Canvas, row: QRectF, color: str) -> None:
    """Draw a frame around a row, at least 5 px high however thin the row is."""
    spare = max(5 - row.height(), 2) / 2
    canvas.outline(row.adjusted(-3, -spare, 3, spare), color, 1.5, 1.2)

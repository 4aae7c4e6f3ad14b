"""The picture of one pass through the network, painted from the pass's own values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter

from app.formatting import EM_DASH
from app.graph_view.activation import paint_activation, paint_hovered_row
from app.graph_view.blocks import paint_affine1, paint_affine2, paint_input
from app.graph_view.canvas import Canvas, DrawnText
from app.graph_view.edges import DASHES, paint_edge, paint_flow
from app.graph_view.output import paint_output
from app.theme import Theme, ui_font

if TYPE_CHECKING:
    from app.graph_view.frame import Frame


def render(painter: QPainter, frame: Frame, theme: Theme) -> None:
    """Paint ``frame`` at the painter's origin, on a background of ``theme.surface_1``."""
    render_still(painter, frame, theme)
    render_moving(painter, frame, theme)


def render_still(
    painter: QPainter, frame: Frame, theme: Theme, log: list[DrawnText] | None = None
) -> None:
    """Paint what stays while a step is acted out; ``log`` takes a note of every text."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint_still(Canvas(painter, theme, log), frame)
    painter.restore()


def paint_still(canvas: Canvas, frame: Frame) -> None:
    """Paint what stays while a step is acted out."""
    _paint_legend(canvas, frame)
    paint_input(canvas, frame)
    paint_affine1(canvas, frame)
    paint_activation(canvas, frame)
    paint_affine2(canvas, frame)
    paint_output(canvas, frame)
    for edge in range(len(frame.layout.edges)):
        paint_edge(canvas, frame, edge)


def render_moving(painter: QPainter, frame: Frame, theme: Theme) -> None:
    """Paint what changes from one moment to the next: gradients on their edges, the pointer's row.

    It belongs on top of ``render_still`` of the same frame.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint_moving(Canvas(painter, theme), frame)
    painter.restore()


def paint_moving(canvas: Canvas, frame: Frame) -> None:
    """Paint gradients on their edges, and light up the row under the pointer."""
    for edge in range(len(frame.layout.edges)):
        paint_flow(canvas, frame, edge)
    paint_hovered_row(canvas, frame)


def _paint_legend(canvas: Canvas, frame: Frame) -> None:
    """Explain the lines, at the top of the input's column."""
    theme, texts, left = canvas.theme, frame.texts, frame.layout.input.left()
    font, y = ui_font(11), frame.layout.input.top() + 8
    for text, color, dashes in (
        (texts.value, theme.text_2, ()),
        (f"{texts.gradient} +", theme.positive, DASHES),
        (f"{texts.gradient} −", theme.negative, DASHES),
    ):
        line_y = y + 0.5
        canvas.line(QPointF(left, line_y), QPointF(left + 24, line_y), color, 2, dashes)
        canvas.text(left + 32, y + 4, text, font, theme.text_2, "left")
        y += 17
    canvas.text(left + 12, y + 4, EM_DASH, ui_font(12), theme.text_3)
    canvas.text(left + 32, y + 4, texts.pending, font, theme.text_2, "left")

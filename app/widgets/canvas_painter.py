"""How the canvas looks: a pure function of what it shows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from app import theme
from app.strokes import INK_SIZE

if TYPE_CHECKING:
    import numpy.typing as npt

Box = tuple[int, int, int, int]
RADIUS = 6
CROSS = 3.0
"""Half the side of the cross in the ring of an eraser of whole strokes."""


@dataclass(frozen=True)
class Ring:
    """The outline of the pen: where its middle is, and its diameter, in the widget's pixels.

    That of an eraser is dashed; that of one which takes ``whole`` strokes has a cross in it.
    """

    at: QPointF
    diameter: float
    eraser: bool
    whole: bool = False


@dataclass(frozen=True)
class Frame:
    """What the canvas shows.

    ``levels`` (size, size) is the ink, 0 to 255, at the resolution of the screen; while that
    changes it may be at another, and is scaled. ``crop`` is the part cut out: top, left, height,
    width in pixels of the ink's own resolution, with its ``caption``, which stands in a corner that
    is free. ``hint`` stands on an empty canvas, unless the ring would lie on it; ``drop`` over all
    while a picture is dragged over it.
    """

    levels: npt.NDArray[np.uint8]
    crop: Box | None = None
    caption: str = ""
    ring: Ring | None = None
    hint: str = ""
    focused: bool = False
    drop: str = ""


def render(painter: QPainter, square: QRectF, frame: Frame, colors: theme.Theme) -> None:
    """Paint ``frame`` onto ``square``, and its border of 1 pixel around it."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    inside = QPainterPath()
    inside.addRoundedRect(square, RADIUS - 1, RADIUS - 1)
    painter.save()
    painter.setClipPath(inside)
    painter.fillRect(square, QColor(colors.canvas))
    _draw_grid(painter, square, colors)
    _draw_ink(painter, square, frame, colors)
    _draw_marks(painter, square, frame, colors)
    if frame.drop:
        _draw_drop(painter, square, frame.drop, colors)
    painter.restore()
    _draw_border(painter, square, frame, colors)


def _draw_grid(painter: QPainter, square: QRectF, colors: theme.Theme) -> None:
    color = theme.blend(colors.ink, colors.canvas, 0.065)
    for quarter in (1, 2, 3):
        at = round(square.width() * quarter / 4)
        painter.fillRect(QRectF(square.x() + at, square.y(), 1, square.height()), color)
        painter.fillRect(QRectF(square.x(), square.y() + at, square.width(), 1), color)


def _draw_ink(painter: QPainter, square: QRectF, frame: Frame, colors: theme.Theme) -> None:
    # Looked up here and not by Qt, which would do it in threads of its own and wait for them: on a
    # busy machine that takes longer than all the rest.
    pixels = _inks(colors.ink)[frame.levels]
    size = frame.levels.shape[0]
    kind = QImage.Format.Format_ARGB32_Premultiplied
    sharp = size == round(square.width() * painter.device().devicePixelRatio())
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not sharp)
    painter.drawImage(square, QImage(pixels.data, size, size, 4 * size, kind))


@cache
def _inks(color: str) -> npt.NDArray[np.uint32]:
    """Return the ink at each of the 256 grey levels, over whatever is below it: premultiplied."""
    ink, alpha = QColor(color), np.arange(256, dtype=np.uint32)
    pixels = alpha << 24
    for shift, channel in ((16, ink.red()), (8, ink.green()), (0, ink.blue())):
        pixels |= (channel * alpha + 127) // 255 << shift
    return pixels.astype(np.uint32)


def _draw_marks(painter: QPainter, square: QRectF, frame: Frame, colors: theme.Theme) -> None:
    faint = theme.blend(colors.ink, colors.canvas, 0.5)
    if frame.hint and not frame.drop and not _is_under_ring(painter, square, frame):
        _draw_in_middle(painter, square, frame.hint, faint, colors)
    # Differences are seen on the empty canvas and on the ink alike.
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Difference)
    if frame.crop is not None:
        _draw_crop(painter, square, frame, colors)
    if frame.ring is not None:
        pen = QPen(faint, 1)
        if frame.ring.eraser:
            pen.setDashPattern([3, 3])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        radius = frame.ring.diameter / 2
        painter.drawEllipse(frame.ring.at, radius, radius)
        if frame.ring.whole:
            _draw_cross(painter, frame.ring.at, faint)


def _is_under_ring(painter: QPainter, square: QRectF, frame: Frame) -> bool:
    """Whether the ring would lie on the hint."""
    if frame.ring is None:
        return False
    painter.setFont(theme.ui_font(13))
    words = painter.boundingRect(square, Qt.AlignmentFlag.AlignCenter, frame.hint)
    radius = frame.ring.diameter / 2 + 1
    return words.adjusted(-radius, -radius, radius, radius).contains(frame.ring.at)


def _draw_cross(painter: QPainter, at: QPointF, color: QColor) -> None:
    painter.setPen(QPen(color, 1.6))
    for slope in (-1, 1):
        arm = QPointF(CROSS, slope * CROSS)
        painter.drawLine(at - arm, at + arm)


def _draw_in_middle(
    painter: QPainter, square: QRectF, text: str, color: QColor, colors: theme.Theme
) -> None:
    painter.setFont(theme.ui_font(13))
    painter.setPen(color)
    room = painter.boundingRect(square, Qt.AlignmentFlag.AlignCenter, text)
    painter.fillRect(room.adjusted(-8, -4, 8, 4), QColor(colors.canvas))
    painter.drawText(square, Qt.AlignmentFlag.AlignCenter, text)


def _draw_drop(painter: QPainter, square: QRectF, text: str, colors: theme.Theme) -> None:
    """Paint where a picture that is dragged here will go. The canvas is dark in either theme."""
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
    pen = QPen(QColor(theme.DARK.accent), 2)
    pen.setDashPattern([4, 3])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(square.adjusted(7, 7, -7, -7), RADIUS, RADIUS)
    _draw_in_middle(painter, square, text, QColor(theme.DARK.accent_text), colors)


def _draw_crop(painter: QPainter, square: QRectF, frame: Frame, colors: theme.Theme) -> None:
    assert frame.crop is not None
    top, left, height, width = (v * square.width() / INK_SIZE for v in frame.crop)
    # Half a pixel outside of the ink, and on whole pixels, where a hairline is sharp.
    first = QPointF(round(square.x() + left) - 0.5, round(square.y() + top) - 0.5)
    last = QPointF(round(square.x() + left + width) + 0.5, round(square.y() + top + height) + 0.5)
    pen = QPen(theme.blend(colors.ink, colors.canvas, 0.62), 1)
    pen.setDashPattern([4, 4])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    edge = square.adjusted(0.5, 0.5, -0.5, -0.5)
    box = QRectF(first, last).intersected(edge)
    painter.drawRect(box)
    painter.setFont(theme.mono_font(11))
    painter.setPen(theme.blend(colors.ink, colors.canvas, 0.65))
    for corner in _CORNERS:
        room = square.adjusted(10, 8, -10, -9)
        words = painter.boundingRect(room, corner, frame.caption)
        if _is_free(words.adjusted(-3, -3, 3, 3), square, box, frame.levels):
            painter.drawText(room, corner, frame.caption)
            break


_CORNERS = (
    Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom,
    Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom,
    Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop,
    Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop,
)


def _is_free(words: QRectF, square: QRectF, box: QRectF, levels: npt.NDArray[np.uint8]) -> bool:
    """Whether there is neither ink under ``words`` nor a line of ``box``."""
    if words.intersects(box) and not box.contains(words):
        return False
    scale = levels.shape[0] / square.width()
    place = words.translated(-square.topLeft())
    rows = slice(max(int(place.top() * scale), 0), int(place.bottom() * scale) + 1)
    columns = slice(max(int(place.left() * scale), 0), int(place.right() * scale) + 1)
    return not levels[rows, columns].any()


def _draw_border(painter: QPainter, square: QRectF, frame: Frame, colors: theme.Theme) -> None:
    painter.setPen(QPen(QColor(colors.accent if frame.focused else colors.border_strong), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(square.adjusted(-0.5, -0.5, 0.5, 0.5), RADIUS, RADIUS)

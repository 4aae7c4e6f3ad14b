"""How the blocks of the network graph share the room that there is, for any size."""

from __future__ import annotations

import math
from functools import lru_cache

from PySide6.QtCore import QRectF

from app.graph_view.layout import IMAGE_SIDE, Columns, GraphLayout, Matrix, Rows

# Blocks and edges at the width for which they were designed, how they share what is more, and what
# they can give away in a smaller one before the edges shrink.
_WIDTHS = {"input": 112.0, "affine1": 104.0, "activation": 112.0, "affine2": 96.0, "output": 144.0}
_GROWTH = {"input": 0.10, "affine1": 0.14, "activation": 0.16, "affine2": 0.12, "output": 0.12}
_SPARE = {"input": 28.0, "affine1": 24.0, "activation": 14.0, "affine2": 8.0, "output": 26.0}
_EDGE, _EDGE_GROWTH = 56.0, 0.09
_DESIGN_WIDTH = sum(_WIDTHS.values()) + 4 * _EDGE

_TOP, _BOTTOM = 8.0, 10.0
"""Free above the blocks, and below them for half of the pill on the running block's border."""

_HEADER = 44.0
"""Name and subtitle of a block."""

MAX_ROW = 22.0
"""Rows of few units don't grow beyond this."""

LOW_FRAME = 340.0
"""Below this height the rows of the outputs get what room there is."""


@lru_cache(maxsize=32)
def arrange(width: float, height: float, units: int, classes: int = 10) -> GraphLayout:
    """Lay the graph out in ``width`` × ``height`` for ``units`` hidden units."""
    top, bottom = _TOP, max(height - _BOTTOM, 200.0)
    axis = math.floor((top + bottom) / 2) + 4.5
    frames, edges = _frames(width, top, bottom, axis)
    upper = (top + _HEADER, axis - 8)
    lower = (axis + 14, bottom - 12)
    image, dx = _input(frames["input"], axis, bottom)
    w1, dw1 = _tiles(frames["affine1"], upper, (lower[0], lower[1] - 16))
    w2, b2 = _matrix(frames["affine2"], upper, units, classes)
    dw2, db2 = _matrix(frames["affine2"], lower, units, classes)
    y, loss, difference = _output(frames["output"], axis, classes)
    rows, columns = _activation(frames["activation"], units)
    return GraphLayout(
        axis=axis,
        **frames,
        edges=edges,
        image=image,
        dx=dx,
        w1=w1,
        dw1=dw1,
        rows=rows,
        columns=columns,
        w2=w2,
        b2=b2,
        dw2=dw2,
        db2=db2,
        y=y,
        loss=loss,
        difference=difference,
    )


def _frames(
    width: float, top: float, bottom: float, axis: float
) -> tuple[dict[str, QRectF], tuple[QRectF, ...]]:
    extra, missing = max(width - _DESIGN_WIDTH, 0.0), max(_DESIGN_WIDTH - width, 0.0)
    spare = sum(_SPARE.values())
    given = min(missing / spare, 1.0)
    edge = _EDGE + _EDGE_GROWTH * extra - max(missing - spare, 0.0) / 4
    frames: dict[str, QRectF] = {}
    edges: list[QRectF] = []
    x = 0.0
    for name, base in _WIDTHS.items():
        if frames:
            edges.append(QRectF(round(x), axis - 44, round(x + edge) - round(x), 88))
            x += edge
        end = x + base + _GROWTH[name] * extra - _SPARE[name] * given
        frames[name] = QRectF(round(x), top, round(end) - round(x), bottom - top)
        x = end
    return frames, tuple(edges)


def _whole_tile(space: float) -> float:
    """Return the side of the largest tile within ``space`` whose pixels are whole ones."""
    return IMAGE_SIDE * max(math.floor(space / IMAGE_SIDE), 1)


def _input(frame: QRectF, axis: float, bottom: float) -> tuple[QRectF, QRectF]:
    """Return the image, centred on the axis, and the tile of its gradient below the captions."""
    room_above = axis - frame.top() - 120
    side = _whole_tile(min(frame.width(), 2 * room_above, 224))
    image = QRectF(frame.center().x() - side / 2, round(axis - side / 2), side, side)
    free = bottom - image.bottom() - 44 - 20
    small = _whole_tile(min(free, side - 28))
    dx = QRectF(frame.center().x() - small / 2, bottom - small, small, small)
    return _snapped(image), _snapped(dx)


def _tiles(
    frame: QRectF, upper: tuple[float, float], lower: tuple[float, float]
) -> tuple[QRectF, QRectF]:
    """Return the tiles of one unit's weights and of their gradient, with a line above and below."""
    room = min(upper[1] - upper[0], lower[1] - lower[0]) - 38
    side = _whole_tile(min(frame.width() - 20, room))
    left = frame.center().x() - side / 2
    tops = (start + 18 + 0.4 * (end - start - 38 - side) for start, end in (upper, lower))
    first, second = (_snapped(QRectF(left, top, side, side)) for top in tops)
    return first, second


def _matrix(
    frame: QRectF, region: tuple[float, float], units: int, classes: int
) -> tuple[Matrix, Matrix]:
    """Return a weight matrix and, below it, the strip of its bias, with a label for each."""
    start, end = region
    room = end - start - 42
    row = min(room / units, MAX_ROW / 2)
    row = math.floor(row * 2) / 2 if row >= 1 else row
    width = classes * math.floor((frame.width() - 16) / classes)
    left = frame.center().x() - width / 2
    top = start + 16 + 0.4 * (room - row * units)
    weights = _snapped(QRectF(left, top, width, row * units))
    bias = QRectF(weights.left(), weights.bottom() + 5, width, 6)
    return Matrix(weights, units, classes), Matrix(bias, 1, classes)


def _activation(frame: QRectF, units: int) -> tuple[Rows, Columns]:
    first, last = frame.top() + 62, frame.bottom() - 14
    pitch = min((last - first) / units, MAX_ROW)
    # Whole pixels keep every cell equally high and sharp; thin rows have none to give away.
    pitch = float(math.floor(pitch)) if pitch >= 3 else pitch
    gap = 2.0 if pitch >= 5 else 1.0 if pitch >= 3 else 0.0
    top = round(first + (last - first - pitch * units) / 2)
    rows = Rows(frame.left() + 5, top, frame.width() - 10, pitch, gap, units)
    scale = frame.width() / _WIDTHS["activation"]
    cell, space = float(round(12 * scale)), float(round(16 * scale))
    middle = float(round(12 * scale))
    z = frame.left() + round((frame.width() - 4 * cell - 2 * space - middle) / 2)
    dz = z + 2 * cell + space + middle
    columns = Columns(
        z=z,
        gate=z + cell,
        a=z + cell + space,
        dz=dz,
        slope=dz + cell,
        da=dz + cell + space,
        cell=cell,
        gap=space,
    )
    return rows, columns


def _output(frame: QRectF, axis: float, classes: int) -> tuple[Rows, QRectF, Rows]:
    """Return the probabilities' rows, the box of the loss on the axis, and the rows of y − t."""
    low = frame.height() < LOW_FRAME  # a pixel more for each row keeps digits from touching
    box = 36 if frame.height() >= 420 else 22 if low else 28
    header, gap = (_HEADER - 2, 4) if low else (_HEADER, 6)
    loss = QRectF(frame.left() + 10, round(axis - box / 2), frame.width() - 20, box)
    above = loss.top() - gap - (frame.top() + header)
    below = frame.bottom() - 8 - (loss.bottom() + 22)
    pitch = float(min(math.floor(min(above, below) / classes), 22))
    left, width = frame.left() + 4, frame.width() - 8
    y_top = round(frame.top() + header + (above - pitch * classes) / 2)
    difference_top = round(loss.bottom() + 22 + (below - pitch * classes) / 2)
    return (
        Rows(left, y_top, width, pitch, 0.0, classes),
        loss,
        Rows(left, difference_top, width, pitch, 0.0, classes),
    )


def _snapped(rect: QRectF) -> QRectF:
    return QRectF(round(rect.left()), round(rect.top()), rect.width(), rect.height())

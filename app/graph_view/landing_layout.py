"""Where the picture of a pass's results stands, for any size: geometry only."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF

from app.graph_view.layer_tiles import TileField, tile_field, tile_shape
from app.graph_view.layout import IMAGE_SIDE

_MARGIN, _TOP, _GAP = 2.0, 6.0, 28.0
_HEADER, _NOTE = 38.0, 18.0
"""Name and legend above tiles, a line below them."""

_TITLE, _NAME = 42.0, 88.0
"""Above the three tiles of the update; the width of a name over one of them."""

_LEAST_LOSS, _COUNTS = 200.0, 176.0


@dataclass(frozen=True)
class LandingLayout:
    """Rectangles of the picture; ``counts`` is None where they have no room.

    ``weights`` is the area of the tiles ``field`` with their heading, ``pixels`` that of ``dx``
    with its, ``update`` that of the three ``tiles``; a ``heading`` of 38 px stands above the first
    two.
    """

    weights: QRectF
    field: TileField
    counts: QRectF | None
    pixels: QRectF
    dx: QRectF
    update: QRectF
    tiles: tuple[QRectF, QRectF, QRectF]
    loss: QRectF


def arrange_landing(width: float, height: float, units: int, inputs: int) -> LandingLayout:
    """Lay the picture out: gradients above, what the update does with them below."""
    side = tile_shape(inputs)[0] if tile_shape(inputs)[1] > 1 else IMAGE_SIDE
    room = min(0.52 * height - _HEADER - _NOTE, 0.36 * width)
    large = float(side * max(int(room / side), 1))
    left = width - _MARGIN - large
    dx = QRectF(left, _TOP + _HEADER, large, large)
    pixels = QRectF(left, _TOP, large, _HEADER + large + _NOTE)
    free = QRectF(_MARGIN, dx.top(), left - _GAP - _MARGIN, large + _NOTE)
    field = tile_field(free, units, least_width=0.5 * free.width())
    rest = free.right() - field.area.right() - _GAP
    counts = None
    if rest >= _COUNTS:
        counts = QRectF(field.area.right() + _GAP, _TOP, rest, _HEADER + large)
    wide = field.area.width() if counts is not None else free.width()
    weights = QRectF(_MARGIN, _TOP, max(wide, min(180.0, free.width())), free.bottom() - _TOP)
    if counts is not None and counts.left() < weights.right() + _GAP:
        counts.setLeft(weights.right() + _GAP)
    top = pixels.bottom() + 14
    update, tiles = _update(width, height, top, side)
    loss = QRectF(
        update.right() + _GAP, top, width - _MARGIN - update.right() - _GAP, height - 6 - top
    )
    return LandingLayout(weights, field, counts, pixels, dx, update, tiles, loss)


def _update(
    width: float, height: float, top: float, side: int
) -> tuple[QRectF, tuple[QRectF, QRectF, QRectF]]:
    """Return the area of the update and its three tiles, with room for a sign between them."""
    room = min(height - 6 - _NOTE - top - _TITLE, (width - _LEAST_LOSS - 3 * _GAP) / 3)
    size = float(side * max(int(room / side), 1))
    tile = QRectF(_MARGIN + 1, top + _TITLE, size, size)
    pitch = max(size, _NAME - 4) + _GAP
    tiles = (tile, tile.translated(pitch, 0), tile.translated(2 * pitch, 0))
    right = tiles[2].left() + max(size, _NAME)
    return QRectF(_MARGIN, top, right - _MARGIN, height - 6 - top), tiles

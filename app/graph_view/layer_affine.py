"""The first layer opened: every unit's weights and their gradient as images, and one unit large."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QRectF

from app import formatting
from app.graph_view.blocks import label_color
from app.graph_view.layer_cells import CellScene, Grid
from app.graph_view.layer_parts import (
    SMALL,
    end_of,
    fitted,
    paint_bar,
    paint_heading,
    paint_legend,
    paint_strip,
    paint_sweep,
)
from app.graph_view.layer_spots import (
    field_grids,
    field_spot,
    field_walk,
    pixel_grid,
    strip_grid,
    tile_spot,
    whole_spot,
)
from app.graph_view.layer_tiles import TileField, paint_tiles, tile_field
from app.graph_view.layer_unit import UnitPanel, arrange_panel, paint_panel
from app.graph_view.layout import Matrix
from app.theme import mono_font, ui_font

if TYPE_CHECKING:
    from app.graph_view.canvas import Canvas
    from app.graph_view.frame import Array
    from app.graph_view.scene import Spot

_translate = QCoreApplication.translate

_MARGIN, _GAP = 2, 28
_HEADER, _FOOT = 44.0, 46.0
"""Above the tiles: name and legend; below: the bias and what the bars mean."""

_BAR = 9
"""Under a tile: the bar of its unit's z."""

_LEAST_HALF, _LEAST_PANEL = 150.0, 132.0


@dataclass(frozen=True)
class Half:
    """Where an array's heading, legend, tiles, bias and caption stand."""

    name: str
    bias: str
    unit: str
    area: QRectF
    field: TileField

    def strip(self, label: float) -> QRectF:
        """Return the row of the bias's cells, right of a label of that width."""
        left, top = round(self.area.left() + label), self.field.area.bottom() + 12
        return QRectF(left, top, self.area.right() - left, 12)


@dataclass(frozen=True)
class TilesLayout:
    """The weights' half, the gradient's, and the panel of one unit if there is room."""

    halves: tuple[Half, Half]
    panel: UnitPanel | None


def arrange_tiles(width: float, height: float, units: int, inputs: int) -> TilesLayout:
    """Lay the picture out: the tiles as large as they get, one unit in what they leave."""
    top, bottom = _HEADER, height - _FOOT
    room = (width - 2 * _MARGIN - _GAP) / 2
    field = tile_field(QRectF(0, top, room, bottom - top), units, _BAR, _LEAST_HALF)
    half = max(field.area.width(), min(_LEAST_HALF, room))
    left = _MARGIN + 2 * (half + _GAP)
    panel = None
    if width - _MARGIN - left >= _LEAST_PANEL:
        area = QRectF(left, 6, width - _MARGIN - left, height - 12)
        panel = arrange_panel(area, inputs)
    if panel is None:
        half = float(int(room))
    halves = []
    for x, name, bias, unit in (
        (_MARGIN, "W1", "b1", "z1"),
        (_MARGIN + half + _GAP, "dW1", "db1", "dz1"),
    ):
        placed = TileField(round(x), top, field.side, field.columns, units, field.below)
        area = QRectF(round(x), 6, half, height - 12)
        halves.append(Half(name, bias, unit, area, placed))
    return TilesLayout((halves[0], halves[1]), panel)


class TilesScene(CellScene):
    """Affine1: 784 weights of each unit as a tile, and what they get on the way back."""

    @cached_property
    def layout(self) -> TilesLayout:
        """Where everything stands."""
        inputs = len(self.frame.trace.values["W1"])
        return arrange_tiles(*self.size, self.frame.units, inputs)

    @property
    def unit(self) -> int:
        """The unit that is shown large: the one pointed at, or else the chosen one."""
        hovered = self.frame.hovered
        return self.frame.unit if hovered is None else min(hovered, self.frame.units - 1)

    def paint_still(self, canvas: Canvas) -> None:
        """Paint both halves and the panel."""
        for half in self.layout.halves:
            self._paint_half(canvas, half)
        if self.layout.panel is not None:
            paint_panel(canvas, self.frame, self.layout.panel, self.unit)

    def _paint_half(self, canvas: Canvas, half: Half) -> None:
        frame, area = self.frame, half.area
        values, shown, text = self._newest(half.name)
        limit = end_of(values)
        inputs, units = frame.trace.values["W1"].shape
        paint_heading(canvas, frame, area, text, shown, f"{inputs} × {units}")
        legend = QRectF(area.left(), area.top() + 18, area.width(), 16)
        paint_legend(canvas, legend, limit, min(area.width(), 200))
        paint_tiles(canvas, half.field, values, limit or 0.0)
        chosen = half.field.rect(frame.unit).adjusted(-2, -2, 2, 2)
        canvas.outline(chosen, canvas.theme.text_1, 1, 1.5)
        self._paint_bars(canvas, half)
        self._paint_bias(canvas, half)

    def _paint_bars(self, canvas: Canvas, half: Half) -> None:
        """Draw z of each unit under its tile, and say where the bars end."""
        frame, field = self.frame, half.field
        values = frame.array(half.unit)
        limit = end_of(values)
        if not field.below:
            return
        for unit in range(field.count):
            tile = field.rect(unit)
            bar = QRectF(tile.left(), tile.bottom() + 4, tile.width(), 4)
            paint_bar(canvas, bar, None if values is None else float(values[unit]), limit or 0.0)
        text = _translate("Graph", "bars: {0}, end at ±{1}")
        end = formatting.EM_DASH if limit is None else formatting.unsigned(limit, 3)
        text = text.format(half.unit, end) if limit is not None else f"{half.unit} {end}"
        color = label_color(canvas, frame, half.unit)
        baseline, left = self._strip(half).bottom() + 19, half.area.left()
        fitted(canvas, left, baseline, text, ui_font(SMALL), color, half.area.width())

    def _paint_bias(self, canvas: Canvas, half: Half) -> None:
        values, shown, text = self._newest(half.bias)
        strip, color = self._strip(half), label_color(canvas, self.frame, shown)
        canvas.text(half.area.left(), strip.top() + 10, text, mono_font(SMALL), color, "left")
        paint_strip(canvas, strip, values)

    def _newest(self, name: str) -> tuple[Array | None, str, str]:
        """Return the newest values of an array, its name in the trace and in the picture."""
        if name.startswith("d"):
            return self.frame.array(name), name, name
        values, new = self.frame.newest(name)
        text = f"{name} {self.frame.texts.new}" if new else name
        return values, f"{name}_new" if new else name, text

    def _strip(self, half: Half) -> QRectF:
        return half.strip(24 if half.bias.startswith("d") else 48)

    def paint_moving(self, canvas: Canvas, pulse: float | None) -> None:
        """Lead a line over the tiles or cells that were just computed."""
        places = []
        for half in self.layout.halves:
            base = half.name.removeprefix("d")
            new = () if base != half.name else (f"{base}_new", f"b{base[1:]}_new")
            places.append((half.field.area, (half.name, half.unit, *new)))
            places.append((self._strip(half), (half.bias, *new)))
        paint_sweep(canvas, self.frame, pulse, places)

    @cached_property
    def grids(self) -> tuple[Grid, ...]:
        """Pixels of tiles, if they can be pointed at; biases; the panel's pixels."""
        found: list[Grid] = []
        for half in self.layout.halves:
            found += field_grids(self.frame, half.name, half.field)
            cells = Matrix(self._strip(half), 1, half.field.count)
            found.append(strip_grid(self.frame, half.bias, cells))
        if self.layout.panel is not None:
            for name, rect in self.layout.panel.tiles:
                found.append(pixel_grid(self.frame, f"unit {name}", rect, self.unit))
        return tuple(found)

    @cached_property
    def walks(self) -> tuple[Grid, ...]:
        """The units, in both halves."""
        return tuple(field_walk(self.frame, half.name, half.field) for half in self.layout.halves)

    @cached_property
    def spots(self) -> tuple[Spot, ...]:
        """Both halves, each with its bias after it, and the large tiles."""
        found: list[Spot] = []
        for half in self.layout.halves:
            found.append(field_spot(self.frame, half.name, half.field))
            found.append(whole_spot(self.frame, half.bias, self._strip(half)))
        if self.layout.panel is not None:
            for name, rect in self.layout.panel.tiles:
                tile = tile_spot(self.frame, name, self.unit, rect)
                found.append(replace(tile, key=f"unit {name}"))
        return tuple(found)

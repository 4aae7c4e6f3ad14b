"""Where the rows of an activation layer stand: in groups, with numbers as long as there is room."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF

from app import formatting
from app.graph_view.canvas import text_width
from app.theme import mono_font

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtCore import QPointF

HEADER = 44.0
"""Above the rows: a line on the layer, and the names of the columns."""

_MARGIN, _GROUP_GAP, _GAP = 4.0, 28.0, 7.0
_GATE, _BARS, _BAR, _STRIP, _MOST_BAR = 26.0, 24.0, 36.0, 18.0, 96.0
_MOST_PITCH = 44

COLUMNS = ("index", "z_bar", "z", "gate", "a_bar", "a", "da_bar", "da", "factor", "dz_bar", "dz")
"""Columns of a row in their order; what is a bar here is a strip of examples for a batch."""

_BACKWARD = COLUMNS.index("da_bar")
"""The first column of the way back."""

_Choices = tuple[tuple[tuple[str, ...], tuple[int, ...], tuple[str, ...]], ...]
_EXAMPLE: _Choices = (
    (("z_bar", "da_bar", "dz_bar"), (14, 13, 12, 11), ()),
    (("z_bar",), (12, 11), ()),
    ((), (11,), ()),
)
_STRIPS = ("z_bar", "a_bar", "da_bar", "dz_bar")
_BATCH: _Choices = (
    (_STRIPS, (13, 12, 11), ()),
    (_STRIPS, (11,), ("a",)),
    (_STRIPS, (11,), ("a", "da")),
)
"""Bars, sizes of the type and what is left out, from the roomiest to the tightest."""

THIN = ("z", "gate", "a", "da", "factor", "dz")
_THIN_WIDTH, _THIN_GATE, _THIN_GAP = 23.0, 8.0, 4.0


@dataclass(frozen=True)
class UnitRows:
    """Rows in ``groups`` side by side, each ``pitch`` high, ``per_group`` to a group.

    ``columns`` are left end and width of each column, from the left end of its group. ``size`` is
    that of the type in pixels, 0 where rows are too thin for numbers.
    """

    left: float
    top: float
    width: float
    pitch: float
    per_group: int
    count: int
    size: int
    columns: Mapping[str, tuple[float, float]]

    @cached_property
    def groups(self) -> int:
        """How many groups there are."""
        return -(-self.count // self.per_group)

    @property
    def numbers(self) -> bool:
        """Whether a row shows numbers."""
        return self.size > 0

    def group_left(self, group: int) -> float:
        """Return the left end of a group."""
        return self.left + group * (self.width + _GROUP_GAP)

    def units(self, group: int) -> range:
        """Return the units of a group."""
        first = group * self.per_group
        return range(first, min(first + self.per_group, self.count))

    def row(self, unit: int) -> QRectF:
        """Return the row of ``unit``."""
        group, row = divmod(unit, self.per_group)
        return QRectF(self.group_left(group), self.top + row * self.pitch, self.width, self.pitch)

    def cell(self, unit: int, column: str) -> QRectF:
        """Return the part of a unit's row that is in ``column``."""
        row, (left, width) = self.row(unit), self.columns[column]
        return QRectF(row.left() + left, row.top(), width, self.pitch)

    def area(self, group: int, column: str) -> QRectF:
        """Return a column of a group, from its first row to its last."""
        left, width = self.columns[column]
        height = len(self.units(group)) * self.pitch
        return QRectF(self.group_left(group) + left, self.top, width, height)

    def at(self, point: QPointF) -> int | None:
        """Return the unit whose row is at ``point``."""
        group = math.floor((point.x() - self.left + _GROUP_GAP / 2) / (self.width + _GROUP_GAP))
        row = math.floor((point.y() - self.top) / self.pitch)
        if not (0 <= group < self.groups and 0 <= row < self.per_group):
            return None
        unit = group * self.per_group + row
        return unit if unit < self.count else None


def arrange_rows(
    width: float, height: float, count: int, numbers: Mapping[str, Sequence[str]], batch: bool
) -> UnitRows:
    """Lay ``count`` rows out with all their ``numbers``, texts by column, or without if too many.

    Type is large where there is room, and bars are left out where there is none.
    """
    for bars, sizes, left_out in _BATCH if batch else _EXAMPLE:
        shown = {name: texts for name, texts in numbers.items() if name not in left_out}
        for size in sizes:
            found = _with_numbers(width, height, count, shown, bars, size, batch)
            if found is not None:
                return found
    return _thin(width, height, count)


def _with_numbers(
    width: float,
    height: float,
    count: int,
    numbers: Mapping[str, Sequence[str]],
    bars: tuple[str, ...],
    size: int,
    batch: bool,
) -> UnitRows | None:
    font = mono_font(size)
    bar = _STRIP if batch else _BAR if len(bars) == 1 else _BARS
    widths: dict[str, float] = dict.fromkeys(bars, bar)
    widths["index"] = max(text_width(font, str(count - 1)), 14)
    widths["gate"] = _GATE
    for column, texts in numbers.items():
        widths[column] = max(text_width(font, text) for text in (*texts, "0.000"))
    names = [name for name in COLUMNS if name in widths]
    gaps = (len(names) + 1.5) * _GAP  # more between the two ways, and before the factor
    least = sum(widths.values()) + gaps
    for groups in range(1, 9):
        per_group = -(-count // groups)
        pitch = min(int((height - HEADER - 4) / per_group), _MOST_PITCH)
        room = (width - 2 * _MARGIN - (groups - 1) * _GROUP_GAP) / groups
        if room < least:
            return None
        if pitch >= size + (3 if size > 11 else 2):
            more = (room - least) / max(len(bars), 1)
            most = _MOST_BAR * (2 if batch or groups == 1 else 1)
            for name in bars:
                widths[name] = min(float(int(widths[name] + more)), most)
            return UnitRows(
                _MARGIN, HEADER, room, pitch, per_group, count, size, _placed(names, widths, room)
            )
    return None


def _placed(
    names: Sequence[str], widths: Mapping[str, float], room: float
) -> dict[str, tuple[float, float]]:
    """Return left end and width of each column; what room is left widens the gaps."""
    gap = min((room - sum(widths[name] for name in names)) / (len(names) + 0.5), 28.0)
    back = next(name for name in names if COLUMNS.index(name) >= _BACKWARD)
    x, columns = 0.0, {}
    for name in names:
        x += gap if name == back else gap / 2 if name == "factor" else 0
        columns[name] = (float(round(x)), widths[name])
        x += widths[name] + gap
    return columns


def _thin(width: float, height: float, count: int) -> UnitRows:
    least = 4 * _THIN_WIDTH + 2 * _THIN_GATE + 6 * _THIN_GAP
    most = max(int((width - 2 * _MARGIN + _GROUP_GAP) / (least + _GROUP_GAP)), 1)
    groups = min(most, max(-(-count * 8 // int(height - HEADER - 4)), 1))
    per_group = -(-count // groups)
    groups = -(-count // per_group)
    room = (width - 2 * _MARGIN - (groups - 1) * _GROUP_GAP) / groups
    pitch = min((height - HEADER - 4) / per_group, 12.0)
    pitch = float(int(pitch)) if pitch >= 3 else pitch
    more = min((room - least) / 4, 60.0)
    x, columns = 0.0, {}
    for name in THIN:
        wide = _THIN_GATE if name in ("gate", "factor") else float(int(_THIN_WIDTH + more))
        columns[name] = (x, wide)
        x += wide + _THIN_GAP * (3 if name == "a" else 1)
    return UnitRows(_MARGIN, HEADER, room, pitch, per_group, count, 0, columns)


def factor_text(value: float, whole: bool) -> str:
    """Format a local derivative; a Relu's of one example is 0 or 1 and nothing between."""
    return str(int(value)) if whole and value in (0, 1) else formatting.unsigned(value, 3)

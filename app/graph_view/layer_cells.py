"""Pictures with numbers side by side: each of them a cell that can be pointed at or walked to."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QRectF

from app import formatting
from app.graph_view.layout import IMAGE_SIDE
from app.graph_view.network_spots import cell_rect, said
from app.graph_view.readout import description, exact
from app.graph_view.scene import Scene, Spot, Weight
from app.places import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtCore import QPointF

    from app.graph_view.frame import Frame
    from app.graph_view.layout import Matrix

_translate = QCoreApplication.translate


@dataclass(frozen=True)
class Grid:
    """Cells in rows and columns; ``make`` says what a cell is, which gets its key and place here.

    ``key`` is that of the spot around them. There are ``count`` cells if the last row is not full.
    ``place`` says where a cell stands, if it does not fill its part of the matrix. The cells of
    units begin with the one numbered ``first``.
    """

    key: str
    matrix: Matrix
    make: Callable[[int, int], Spot]
    count: int | None = None
    place: Callable[[int, int], QRectF] | None = None
    first: int = 0

    def has(self, row: int, column: int) -> bool:
        """Tell whether there is a cell at ``row`` and ``column``."""
        inside = 0 <= row < self.matrix.rows and 0 <= column < self.matrix.columns
        return inside and (self.count is None or row * self.matrix.columns + column < self.count)

    def at(self, point: QPointF) -> Spot | None:
        """Return the cell under ``point``."""
        found = self.matrix.at(point)
        return self.cell(*found) if found is not None and self.has(*found) else None

    def cell(self, row: int, column: int) -> Spot:
        """Return the cell at ``row`` and ``column``."""
        place = partial(cell_rect, self.matrix) if self.place is None else self.place
        rect = place(row, column)
        return replace(self.make(row, column), key=f"{self.key}/{row},{column}", rect=rect)

    def beside(self, row: int, column: int) -> Spot | None:
        """Return the cell at ``row`` and ``column``; None outside."""
        return self.cell(row, column) if self.has(row, column) else None


class CellScene(Scene):
    """A picture of a frame at one layer.

    ``grids`` are its cells; ``walks`` those of whole units, through which the arrow keys go however
    small the cells are at which a pointer can point.
    """

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.size = (float(frame.size[0]), float(frame.size[1]))

    @property
    @abstractmethod
    def grids(self) -> tuple[Grid, ...]:
        """All cells, by the blocks in which they stand."""

    @property
    def walks(self) -> tuple[Grid, ...]:
        """The units, where many of them are one stop."""
        return ()

    @cached_property
    def _grids(self) -> dict[str, Grid]:
        return {grid.key: grid for grid in (*self.grids, *self.walks)}

    def entry(self, key: str) -> tuple[str, int, int]:
        """Return the grid that the spot with ``key`` leads into, and its first row and column.

        Where units are walked through, that is the one that is looked at.
        """
        for walk in self.walks:
            if walk.key == key:
                at = divmod(self.frame.unit - walk.first, walk.matrix.columns)
                return (key, *at) if walk.has(*at) else (key, 0, 0)
        return key, 0, 0

    def spot_at(self, point: QPointF) -> Spot | None:
        """Return the cell under ``point``, or else the smallest spot."""
        for grid in (*self.grids, *self.walks):
            cell = grid.at(point)
            if cell is not None:
                return cell
        return super().spot_at(point)

    def opening_at(self, point: QPointF) -> Spot | None:
        """Return the smallest spot or cell under ``point`` that can be opened."""
        found = self.spot_at(point)
        return found if found is not None and found.opens is not None else super().opening_at(point)

    def opening_to(self, places: Sequence[Place]) -> QRectF | None:
        """Return where one of ``places`` is opened from: a spot, or the cell of a unit."""
        for walk in self.walks:
            for unit in (place.unit for place in places if place.unit is not None):
                at = divmod(unit - walk.first, walk.matrix.columns)
                cell = walk.beside(*at)
                if cell is not None and cell.opens in places:
                    return cell.rect
        return super().opening_to(places)

    def cell_from(self, spot: Spot, across: int, down: int) -> Spot | None:
        """Return the cell beside ``spot``; from a block, its first one."""
        key, slash, cell = spot.key.partition("/")
        if slash:
            row, column = map(int, cell.split(","))
            around = self._grids.get(key)
            return None if around is None else around.beside(row + down, column + across)
        key, row, column = self.entry(key)
        grid = self._grids.get(key)
        return None if grid is None else grid.cell(row, column)

    @cached_property
    def description(self) -> str:
        """The step that just ran and its main numbers, in words."""
        return description(self.frame)


def named(frame: Frame, name: str, *index: int) -> str:
    """Return a number with its name and all digits: ``dz1[17] = −0.0123``."""
    where = f"[{','.join(map(str, index))}]" if index else ""
    return f"{name}{where} = {exact(frame, name, *index)}"


def spoken(frame: Frame, what: str, name: str, *index: int) -> str:
    """Say what something is, its value and its gradient."""
    value = formatting.signed(frame.number(name, *index))
    return said(what, value, formatting.signed(frame.number(f"d{name}", *index)))


def newest_number(frame: Frame, name: str, *index: int) -> str:
    """Return the gradient of a number in full, or the number itself while there is none."""
    known = [n for n in (f"d{name}", name) if n in frame.known]
    return exact(frame, known[0], *index) if known else ""


def weight_spot(frame: Frame, parameter: str, *index: int) -> Spot:
    """Return one weight or bias with its gradient and the two factors of that; it has no place."""
    layer, unit = parameter[1:], index[-1]
    shown = (parameter, f"d{parameter}", f"{parameter}_new")
    lines = [named(frame, name, *index) for name in shown[:2]]
    if shown[2] in frame.known:
        lines.append(named(frame, shown[2], *index))
    if parameter == "W1":
        row, column = divmod(index[0], IMAGE_SIDE)
        pixel = _translate("Graph", "pixel {0}: row {1}, column {2}")
        lines = [pixel.format(index[0], row, column), *lines, named(frame, "x", index[0])]
    elif parameter == "W2":
        lines.append(named(frame, "a1", index[0]))
    lines.append(named(frame, f"dz{layer}", unit))
    first = layer == "1"
    name = f"{parameter}[{','.join(map(str, index))}]"
    return Spot(
        key="",
        rect=QRectF(),
        name=spoken(frame, name, parameter, *index),
        tip="\n".join(lines),
        values=shown,
        opens=Place(f"Affine{layer}", unit),
        unit=unit if first else index[0] if len(index) > 1 else None,
        label=None if first else unit,
        weight=Weight(parameter, index),
        number=newest_number(frame, parameter, *index),
    )

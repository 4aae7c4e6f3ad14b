"""What can be pointed at in the picture of the network: blocks, edges, tiles, and every cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPointF, QRectF

from app import formatting
from app.graph_view.layout import IMAGE_SIDE, Hit, Matrix
from app.graph_view.readout import exact, tooltip
from app.graph_view.scene import Spot, Weight
from app.places import Place

if TYPE_CHECKING:
    from app.graph_view.frame import Frame

_translate = QCoreApplication.translate


def said(name: str, value: str, gradient: str) -> str:
    """Say what something is, its value and its gradient; an em dash is not computed yet."""
    pending = _translate("Graph", "not computed yet")
    value, gradient = (pending if n == formatting.EM_DASH else n for n in (value, gradient))
    return _translate("Graph", "{0}: value {1}, gradient {2}").format(name, value, gradient)


def number_said(frame: Frame, name: str, *index: int) -> str:
    """Say one number of an array, ``W1[3,17]``, and its gradient."""
    where = f"[{','.join(map(str, index))}]" if index else ""
    value = formatting.signed(frame.number(name, *index))
    return said(name + where, value, formatting.signed(frame.number(f"d{name}", *index)))


def main_spots(frame: Frame) -> tuple[Spot, ...]:
    """Return blocks, tiles and edges, from left to right."""
    place, layers = frame.layout, frame.trace.layers
    blocks = [_block(frame, layer, rect) for layer, rect in zip(layers, place.blocks, strict=True)]
    edges = [_edge(frame, edge) for edge in range(len(place.edges))]
    tiles = (
        ("x", place.image, ("x",)),
        ("dx", place.dx, ("dx",)),
        ("W1", place.w1, ("W1", "W1_new")),
        ("dW1", place.dw1, ("dW1",)),
    )
    x, dx, w1, dw1 = (_area(frame, name, rect, values) for name, rect, values in tiles)
    w2, b2 = (
        _area(frame, n, m.rect, (n, f"{n}_new")) for n, m in (("W2", place.w2), ("b2", place.b2))
    )
    dw2, db2 = (_area(frame, n, m.rect, (n,)) for n, m in (("dW2", place.dw2), ("db2", place.db2)))
    loss = _area(frame, "loss", place.loss, ("loss", "loss_after"))
    affine1, activation, affine2, output = blocks
    return (
        x, dx, edges[0], affine1, w1, dw1, edges[1], activation, edges[2],
        affine2, w2, b2, dw2, db2, edges[3], output, loss,
    )  # fmt: skip


def _block(frame: Frame, layer: str, rect: QRectF) -> Spot:
    steps = [step for step in frame.trace.steps if step.node == layer]
    values = tuple({name: None for step in steps for name in step.computes})
    done = frame.known.intersection(values)
    text = _translate("Graph", "{0}: {1} of {2} values are computed; opens on Enter")
    return Spot(
        key=layer,
        rect=rect,
        name=text.format(layer, len(done), len(values)),
        tip=_translate("Graph", "double click: open {0}").format(layer),
        values=(layer,),
        opens=Place(layer),
    )


def _edge(frame: Frame, edge: int) -> Spot:
    name, *index = (("x",), ("z1", frame.unit), ("a1", frame.unit), ("z2", frame.label))[edge]
    rect = frame.layout.edges[edge]
    spot = spot_of(frame, Hit("edge", edge=edge), rect)
    if index:
        text = number_said(frame, str(name), *map(int, index))
    else:
        gradient = frame.array("dx")
        there = formatting.EM_DASH if gradient is None else formatting.count(gradient.size)
        text = said("x", formatting.count(IMAGE_SIDE**2), there)
    return Spot(f"edge{edge}", rect, text, spot.tip, spot.values, number=spot.number)


def _area(frame: Frame, name: str, rect: QRectF, values: tuple[str, ...]) -> Spot:
    array = frame.array(name)
    pending = _translate("Graph", "not computed yet")
    if name == "loss":
        text = _translate("Graph", "loss: {0}")
        number = "" if array is None else exact(frame, "loss")
        said_ = text.format(pending if array is None else formatting.loss(float(array)))
        return Spot(name, rect, said_, tooltip(frame, Hit("loss")), values, number=number)
    text = _translate("Graph", "{0}: {1} numbers, the arrow keys go through them")
    shown = text.format(name, formatting.count(0 if array is None else array.size))
    return Spot(name, rect, f"{name}: {pending}" if array is None else shown, "", values)


def spot_of(frame: Frame, hit: Hit, rect: QRectF) -> Spot:
    """Return what lies at a hit of the layout: a row, a cell, a pixel or an edge."""
    tip = tooltip(frame, hit)
    if hit.area == "edge":
        pixel = frame.strongest_pixel
        names = (("x", pixel), ("z1", frame.unit), ("a1", frame.unit), ("z2", frame.label))
        name, index = names[hit.edge or 0]
        number = "" if index is None else _newest_number(frame, name, index)
        return Spot(f"edge{hit.edge}", rect, tip, tip, (name, f"d{name}"), number=number)
    key = f"{hit.area}:{hit.unit}:{hit.label}:{hit.pixel}"
    name, index_ = _array_of(frame, hit)
    base = name.removeprefix("d")
    return Spot(
        key=key,
        rect=rect,
        name=number_said(frame, base, *index_),
        tip=tip,
        values=(base, f"d{base}"),
        opens=Place(frame.trace.layers[1], hit.unit) if hit.area == "activation" else None,
        unit=hit.unit,
        label=hit.label,
        weight=Weight(base, index_) if base[0] in "Wb" and base[1:].isdigit() else None,
        number=_newest_number(frame, base, *index_),
    )


def _newest_number(frame: Frame, name: str, *index: int) -> str:
    """Return the gradient of a number in full, or the number itself while there is none."""
    gradient = exact(frame, f"d{name}", *index) if f"d{name}" in frame.trace.values else ""
    return gradient if gradient not in ("", formatting.EM_DASH) else exact(frame, name, *index)


def _array_of(frame: Frame, hit: Hit) -> tuple[str, tuple[int, ...]]:
    """Return the array in which a hit lies, and where."""
    unit = frame.unit if hit.unit is None else hit.unit
    label = frame.label if hit.label is None else hit.label
    pixel = hit.pixel or 0
    where: dict[str, tuple[str, tuple[int, ...]]] = {
        "activation": ("z1", (unit,)),
        "y": ("z2", (label,)),
        "difference": ("z2", (label,)),
        "b2": ("b2", (label,)),
        "db2": ("db2", (label,)),
        "W2": ("W2", (unit, label)),
        "dW2": ("dW2", (unit, label)),
        "x": ("x", (pixel,)),
        "dx": ("dx", (pixel,)),
        "W1": ("W1", (pixel, frame.unit)),
        "dW1": ("dW1", (pixel, frame.unit)),
        "loss": ("loss", ()),
    }
    return where[hit.area]


def rect_of(frame: Frame, hit: Hit) -> QRectF:
    """Return the rectangle of what a hit of the layout stands for."""
    place = frame.layout
    if hit.edge is not None:
        return place.edges[hit.edge]
    if hit.area == "activation" and hit.unit is not None:
        return place.rows.rect(hit.unit)
    if hit.area in ("y", "difference") and hit.label is not None:
        return (place.y if hit.area == "y" else place.difference).rect(hit.label)
    if hit.area == "loss":
        return place.loss
    matrix = matrix_of(frame, hit.area)
    return cell_rect(matrix, *_cell_of(hit))


def _cell_of(hit: Hit) -> tuple[int, int]:
    if hit.pixel is not None:
        return divmod(hit.pixel, IMAGE_SIDE)
    return hit.unit or 0, hit.label or 0


def matrix_of(frame: Frame, area: str) -> Matrix:
    """Return the cells of a tile, a matrix or a strip by its name."""
    place = frame.layout
    tiles = {"x": place.image, "dx": place.dx, "W1": place.w1, "dW1": place.dw1}
    if area in tiles:
        return Matrix(tiles[area], IMAGE_SIDE, IMAGE_SIDE)
    return {"W2": place.w2, "dW2": place.dw2, "b2": place.b2, "db2": place.db2}[area]


def cell_rect(matrix: Matrix, row: int, column: int) -> QRectF:
    """Return the rectangle of a cell."""
    width, height = matrix.rect.width() / matrix.columns, matrix.rect.height() / matrix.rows
    corner = matrix.rect.topLeft() + QPointF(column * width, row * height)
    return QRectF(corner.x(), corner.y(), width, height)


CELLS = ("x", "dx", "W1", "dW1", "W2", "b2", "dW2", "db2")


def neighbour(frame: Frame, key: str, across: int, down: int) -> Hit | None:
    """Return the cell beside the one with ``key``, or the first one of an area with that key."""
    area, *where = key.split(":")
    if area in CELLS:
        matrix = matrix_of(frame, area)
        unit, label, pixel = (int(n) if n.isdigit() else None for n in where or ("0", "0", "0"))
        if pixel is not None and matrix.rows == matrix.columns == IMAGE_SIDE:
            row, column = divmod(pixel, IMAGE_SIDE)
        else:
            row, column = unit or 0, label or 0
        if where:
            row, column = row + down, column + across
        if not (0 <= row < matrix.rows and 0 <= column < matrix.columns):
            return None
        if matrix.rows == matrix.columns == IMAGE_SIDE:
            return Hit(area, pixel=row * IMAGE_SIDE + column)
        if area in ("b2", "db2"):
            return Hit(area, label=column)
        return Hit(area, unit=row, label=column)
    rows = {
        frame.trace.layers[1]: ("activation", frame.units),
        frame.trace.layers[3]: ("y", frame.layout.y.count),
    }
    if key in rows:
        area, _ = rows[key]
        unit = frame.unit if area == "activation" else None
        return Hit(area, unit=unit, label=frame.label if area == "y" else None)
    if area == "activation" and not across:
        unit = int(where[0]) + down
        return Hit(area, unit=unit) if 0 <= unit < frame.units else None
    if area in ("y", "difference") and not across:
        label = int(where[1]) + down
        return Hit(area, label=label) if 0 <= label < frame.layout.y.count else None
    return None

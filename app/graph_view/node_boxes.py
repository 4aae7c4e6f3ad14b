"""How much room each thing in a graph's picture takes, and what stands where in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF

from app.graph_view.node_place import PORT
from app.graph_view.node_texts import GraphTexts, LabelTexts, NodeTexts, width

if TYPE_CHECKING:
    from app.graph_view.node_order import Item
    from app.graph_view.node_symbols import Drawn
    from bpcore.graph.graph import Graph
    from bpcore.graph.nodes import Edge

SMALL_FONT = 11
"""Of names, of numbers where there is little room, and of what stands beside nodes."""

PILL = (60.0, 16.0)
"""Width and height of the word at the node that runs."""

LEAF_NAME = 112.0
"""Width to which a leaf's name is not cut."""

LINE = 12.0
"""From one line of text below a node to the next."""


GATES = frozenset({"relu", "sigmoid", "tanh"})
"""The operations in which more than a symbol is drawn."""


@dataclass(frozen=True)
class Room:
    """How the parts of a label stand above and below the axis of its edge.

    Attributes
    ----------
    gap
        Between the axis and each of the two lines.
    font
        Pixels of a number.
    value, gradient
        Baselines of the numbers.
    value_name, gradient_name
        Baselines of the names; None where there is no room for them.
    box
        Top and height of the box around a new number below the axis; the box above mirrors it.
    strip
        Top of the strip above the axis, top of the one below, and their height; None for numbers.
    """

    gap: float
    up: float
    down: float
    font: int
    value: float
    gradient: float
    value_name: float | None
    gradient_name: float | None
    box: tuple[float, float]
    strip: tuple[float, float, float] | None = None


FULL = Room(6, 42, 53, 14, -13, 28.5, -29, 48, (12.5, 22))
FULL_STRIP = Room(6, 50, 53, 11, -24, 33, -38, 48, (10.5, 26), (-20, 13, 9))
TIGHT = Room(4, 17, 17, 11, -8, 16, None, None, (6.5, 10.5))
TIGHT_STRIP = Room(4, 24, 25, 11, -15.5, 23.5, None, None, (6.5, 18.5), (-12.5, 8, 5))


@dataclass(frozen=True, eq=False)
class LabelBox:
    """Where the numbers of an edge stand: around its ``axis``, in the middle of ``rect``."""

    edge: Edge
    rect: QRectF
    axis: float
    room: Room

    @property
    def x(self) -> float:
        """Its middle."""
        return self.rect.center().x()


@dataclass(frozen=True, eq=False)
class NodeBox:
    """Where a node stands.

    Attributes
    ----------
    rect
        All that belongs to it.
    shape
        The circle or pill of an operation, the name of a leaf.
    symbol
        What stands in it, in a font of ``font`` pixels.
    leaf
        Whether its value is given.
    local
        Where each of its local derivatives stands: middle of the text's baseline.
    total
        The same for the gradient of a value with several readers; a leaf's text ends here.
    pill
        Where the word stands that tells that it runs.
    ports
        How far below and above its axis edges leave a leaf that has several readers.
    """

    name: str
    symbol: str
    rect: QRectF
    shape: QRectF
    font: int
    leaf: bool
    local: tuple[QPointF, ...]
    total: QPointF | None
    pill: QRectF
    ports: float = 0.0


@dataclass(frozen=True)
class Style:
    """How roomy each column is, and how long a name may be, in pixels."""

    roomy: tuple[bool, ...]
    longest: float


class Sizes:
    """Knows the size of every item of the columns in a style.

    With ``row``, local derivatives stand in a row of their own.
    """

    def __init__(self, graph: Graph, drawn: Drawn, texts: GraphTexts) -> None:
        self.graph, self.drawn, self.texts = graph, drawn, texts
        self.row = False
        self._known_widths: dict[tuple[Item, bool, bool], tuple[float, float, float]] = {}
        self._known_texts: dict[str, NodeTexts] = {}

    def set(self, columns: list[list[Item]], style: Style) -> None:
        """Set how far each item reaches up and down."""
        for column, roomy in zip(columns, style.roomy, strict=True):
            for item in column:
                item.up, item.down, item.gap = self.extent(item, roomy)

    def extent(self, item: Item, roomy: bool) -> tuple[float, float, float]:
        """Return how far an item reaches above and below its axis, and the gap of its lines."""
        if item.kind == "trunk":
            return PORT / 2, PORT / 2, TIGHT.gap
        if item.kind == "label":
            room = self.room(item, roomy)
            return room.up, room.down, room.gap
        half = self.height(item, roomy) / 2
        below = LINE * self._lines_below(item.name) + (2 if self._lines_below(item.name) else 0)
        if self.is_leaf(item.name):
            return half, half + below, TIGHT.gap
        return half + (PILL[1] + 4 if roomy else PILL[1] / 2), half + below, TIGHT.gap

    def width(self, item: Item, style: Style) -> float:
        """Return how wide an item is."""
        fixed, name, around = self._widths(item, style.roomy[item.column])
        return max(fixed, self._cut(item, name, style) + around)

    def _cut(self, item: Item, name: float, style: Style) -> float:
        """Return how wide a name is that may have to be cut: a leaf has no other."""
        leaf = item.kind == "node" and self.is_leaf(item.name)
        return min(name, max(style.longest, LEAF_NAME) if leaf else style.longest)

    def _widths(self, item: Item, roomy: bool) -> tuple[float, float, float]:
        """Return how wide an item is at least, its name, and what there is around that."""
        key = (item, roomy, self.row)
        if key not in self._known_widths:
            self._known_widths[key] = self._measured(item, roomy)
        return self._known_widths[key]

    def _measured(self, item: Item, roomy: bool) -> tuple[float, float, float]:
        if item.kind == "trunk":
            return 0.0, 0.0, 0.0
        if item.kind == "node":
            texts = self.node(item.name)
            below = (texts.total, *(() if self.row else texts.local))
            least, name, around = self._shape(item.name, roomy)
            bar = self._bar(item) if self.is_leaf(item.name) else 0.0
            around += bar
            wide = max((width(text, SMALL_FONT) + 2 + bar for text in below), default=0.0)
            return max(wide, least, 0.0 if self.is_leaf(item.name) else PILL[0]), name, around
        label, room = self.label(item.edge), self.room(item, roomy)
        wide = max(width(number, room.font) for number in label.numbers)
        if not roomy:
            return max(wide + 12, 56.0), 0.0, 0.0
        names = max(width(name, SMALL_FONT) for name in (label.name, label.gradient_name))
        return wide + 16, names, 2.0

    def _shape(self, name: str, roomy: bool) -> tuple[float, float, float]:
        """Return the least width of a shape, of the text in it, and of what is around that."""
        text = width(self.drawn.symbols[name], self.font(name, roomy))
        if self.is_leaf(name):
            return 0.0, text, 2.0
        least = 52.0 if roomy else 34.0
        return (least, 0.0, 0.0) if text <= least - 10 else (least, text, 20.0)

    def font(self, name: str, roomy: bool) -> int:
        """Return the size of what stands in a node."""
        return (14 if roomy else 12) if not self.is_leaf(name) else 13 if roomy else 12

    def height(self, item: Item, roomy: bool) -> float:
        """Return the height of a node's shape: its edges need room, too."""
        ports = PORT * (max(len(item.before), len(item.after), 1) - 1)
        if self.is_leaf(item.name):
            return max(20.0, ports + PORT)
        least = 52.0 if roomy else 44.0 if self._has_gate(item.name) else 34.0
        return max(least, ports + 20)

    def _bar(self, item: Item) -> float:
        """Return how far from a leaf's name its edges begin; several begin at a bar."""
        return 9.0 if len(item.after) > 1 else 5.0

    def _has_gate(self, name: str) -> bool:
        operation = self.graph.nodes[name].operation
        return operation is not None and operation.name in GATES

    def room(self, item: Item, roomy: bool) -> Room:
        """Return how the parts of a label stand."""
        if self.label(item.edge).strip:
            return FULL_STRIP if roomy else TIGHT_STRIP
        return FULL if roomy else TIGHT

    def is_leaf(self, name: str) -> bool:
        """Say whether a node's value is given."""
        return self.graph.nodes[name].operation is None

    def label(self, edge: Edge | None) -> LabelTexts:
        """Return what stands at an edge."""
        assert edge is not None
        found = self.texts.labels.get(edge)
        return found or LabelTexts(edge.source, f"d({edge.source})")

    def node(self, name: str) -> NodeTexts:
        """Return what stands at a node."""
        found = self.texts.nodes.get(name) or self._known_texts.get(name)
        if found is not None:
            return found
        several = len(self.drawn.readers[name]) > 1
        inputs = self.drawn.edges[name]
        self._known_texts[name] = NodeTexts(
            ("× +0.0000",) * min(len(inputs), 2), f"d({name}) +0.0000" if several else ""
        )
        return self._known_texts[name]

    def _lines_below(self, name: str) -> int:
        texts = self.node(name)
        return (0 if self.row else len(texts.local)) + bool(texts.total)

    def box(self, item: Item, style: Style, x: float, right: float) -> NodeBox:
        """Return the box of a node whose column has its middle at ``x`` and ends at ``right``."""
        roomy, texts, leaf = style.roomy[item.column], self.node(item.name), self.is_leaf(item.name)
        high = self.height(item, roomy)
        least, name, around = self._shape(item.name, roomy)
        wide = max(least, self._cut(item, name, style) + around)
        whole = self.width(item, style)
        if leaf:  # a name ends where its edge begins
            x = right - whole / 2
            right -= self._bar(item)
        rect = QRectF(x - whole / 2, item.y - item.up, whole, item.up + item.down)
        shape = QRectF(right - wide if leaf else x - wide / 2, item.y - high / 2, wide, high)
        baselines = [
            QPointF(x, shape.bottom() + LINE * (n + 1)) for n in range(self._lines_below(item.name))
        ]
        total = baselines.pop() if texts.total else None
        if total is not None and leaf:
            total.setX(right)
        middle = shape.top() - PILL[1] / 2 - 4 if roomy else shape.top()
        pill = QRectF(x - PILL[0] / 2, middle - PILL[1] / 2, *PILL)
        return NodeBox(
            name=item.name,
            symbol=self.drawn.symbols[item.name],
            rect=rect,
            shape=shape,
            font=self.font(item.name, roomy),
            leaf=leaf,
            local=tuple(baselines),
            total=total,
            pill=pill,
            ports=max(item.outs.values(), default=0.0) if leaf else 0.0,
        )

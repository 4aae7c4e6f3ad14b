"""Where in the picture of a pass the reader looks: how deep, and at what."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

Level: TypeAlias = Literal["network", "layer", "unit", "operation"]

LEVELS: tuple[Level, ...] = ("network", "layer", "unit", "operation")


@dataclass(frozen=True)
class Place:
    """A place in the network, or, with ``layer`` "", in a graph that stands for itself.

    Attributes
    ----------
    layer
        As the trace calls it: ``"Relu1"``.
    unit
        A unit of the layer, opened into its operations. A loss layer has no units: its graph is
        opened as a whole, as unit 0.
    node
        One operation of that graph, by its name.
    """

    layer: str = ""
    unit: int | None = None
    node: str = ""

    @property
    def level(self) -> Level:
        """How deep it is."""
        if self.node:
            return "operation"
        if self.unit is not None:
            return "unit"
        return "layer" if self.layer else "network"

    @property
    def up(self) -> Place:
        """The place around it; the topmost is its own."""
        if self.node:
            return replace(self, node="")
        if self.unit is not None:
            return replace(self, unit=None)
        return Place()

    @property
    def graph(self) -> Place:
        """The place whose pass runs here: an operation is a part of its graph's."""
        return replace(self, node="")

    @property
    def trail(self) -> tuple[Place, ...]:
        """The way here from the topmost place."""
        way = [self]
        while way[-1] != Place():
            way.append(way[-1].up)
        return tuple(reversed(way))

    def within(self, layers: Sequence[str], units: int) -> Place:
        """Return what stands here in a network of ``layers`` with ``units`` hidden units."""
        place = self
        if place.layer and place != LANDING and place.layer not in layers:
            # The other activation stands where this one stood.
            place = Place(layers[1], place.unit)
        if place.unit is not None and place.layer in layers[:2]:
            place = replace(place, unit=min(place.unit, units - 1))
        return place


LANDING = Place("landing")
"""Where the gradients land: a picture of its own, of the network's pass."""

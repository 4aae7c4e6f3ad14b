"""The texts for which a graph's picture keeps room, as far as they decide its geometry."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bpcore.graph.nodes import Edge

ADVANCE = 0.6
"""Width of a character of the monospaced font, for each pixel of its size."""


def width(text: str, pixels: int) -> float:
    """Return the width of a text in the monospaced font; what it lacks may be twice as wide."""
    return ADVANCE * pixels * (len(text) if text.isascii() else _places(text))


@lru_cache(maxsize=4096)
def _places(text: str) -> int:
    return len(text) + sum(east_asian_width(character) in "WF" for character in text)


@dataclass(frozen=True)
class LabelTexts:
    """What stands at an edge, at its longest.

    Attributes
    ----------
    name, gradient_name
        Of the value and of its gradient; ``gradient_name`` is "" where there is none.
    numbers
        Both as they are formatted.
    strip
        Whether they are arrays, shown as strips of colour.
    """

    name: str
    gradient_name: str
    numbers: tuple[str, ...] = ("+0.0000",)
    strip: bool = False


@dataclass(frozen=True)
class NodeTexts:
    """What stands at a node, at its longest.

    Attributes
    ----------
    local
        Its local derivatives, a text each.
    total
        The gradient of a value that several nodes read; "" for others.
    """

    local: tuple[str, ...] = ()
    total: str = ""


@dataclass(frozen=True)
class GraphTexts:
    """What stands in a graph's picture; what is not given is taken for a number of common size."""

    labels: Mapping[Edge, LabelTexts] = field(default_factory=dict)
    nodes: Mapping[str, NodeTexts] = field(default_factory=dict)

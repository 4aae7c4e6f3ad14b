"""What the chips of a graph's pass are called: as its nodes are drawn, but each differently."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from app.graph_view.node_symbols import drawn

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from app.graph_view.frame import Array
    from bpcore.graph.graph import Graph

_ALIKE = str.maketrans({"·": "×"})
"""Signs that look like each other on a chip."""

_WORDS = re.compile(r"[^\W\d]\w*( \w+)*")
_ELEMENT = re.compile(r"\w+\[(\w{1,6})\]")
_SHORT = re.compile(r"−?\w{1,6}")
_SUBSCRIPT = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def chip_titles(graph: Graph, values: Mapping[str, Array]) -> tuple[dict[str, str], dict[str, str]]:
    """Return what each operation's chip says, and what it says where there is little room.

    Those that are drawn alike are told apart: by their names, if they have some (``"apple cost"``),
    else by an input that the others don't read (``"×410"``), else by a number (``"exp₂"``).
    """
    symbols = drawn(graph, values).symbols
    marks = {node.name: symbols[node.name] for node in graph.operations}
    alike: dict[str, list[str]] = defaultdict(list)
    for name, symbol in marks.items():
        alike[symbol.translate(_ALIKE)].append(name)
    titles = dict(marks)
    for names in alike.values():
        if len(names) > 1:
            titles.update(zip(names, _apart(graph, names, marks), strict=True))
    return titles, marks


def _apart(graph: Graph, names: Sequence[str], marks: Mapping[str, str]) -> list[str]:
    """Return titles for operations that are drawn alike."""
    if all(_WORDS.fullmatch(name) for name in names):
        return list(names)
    inputs = [graph.nodes[name].inputs for name in names]
    for position in range(min(map(len, inputs))):
        hints = [_hint(read[position]) for read in inputs]
        if all(hints) and _differ(hints):
            return [marks[name] + hint for name, hint in zip(names, hints, strict=True)]
    return [marks[name] + str(n).translate(_SUBSCRIPT) for n, name in enumerate(names, start=1)]


def _differ(texts: Iterable[str]) -> bool:
    found = list(texts)
    return len(set(found)) == len(found)


def _hint(name: str) -> str:
    """Return what a short input says of its reader: an element its index, another its name."""
    element = _ELEMENT.fullmatch(name)
    if element is not None:
        return element[1]
    return f" {name}" if _SHORT.fullmatch(name) else ""

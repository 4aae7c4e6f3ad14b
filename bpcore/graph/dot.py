"""A graph in the language of Graphviz, for papers and blackboards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpcore.graph.operation import gradient_name, numbers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bpcore.graph.graph import Graph
    from bpcore.layers import Array


def to_dot(
    graph: Graph,
    values: Mapping[str, Array] | None = None,
    gradients: Mapping[str, Array] | None = None,
) -> str:
    """Return ``graph`` as text for ``dot``: left to right, with the operations in circles.

    An edge bears the name of the value that goes along it; below, that value and its gradient, if
    the results of a ``forward`` and a ``backward`` are given.
    """
    ids = {name: f"n{number}" for number, name in enumerate(graph.nodes)}
    lines = ["digraph {", "  rankdir=LR"]
    for name, node in graph.nodes.items():
        if node.operation is None:
            lines.append(f"  {ids[name]} [shape=plaintext, label={_quoted(name)}]")
        else:
            lines.append(f"  {ids[name]} [shape=circle, label={_quoted(node.operation.symbol)}]")
    lines.append(f"  out [shape=plaintext, label={_quoted(graph.output)}]")
    ways = [(edge.source, ids[edge.target]) for edge in graph.edges]
    for source, target in (*ways, (graph.output, "out")):
        made_here = graph.nodes[source].operation is not None and target != "out"
        told = [source] if made_here else []
        if values is not None:
            told.append(_number(values[source]))
        if gradients is not None and source in gradients:
            told.append(f"{gradient_name(source)} = {_number(gradients[source])}")
        lines.append(f"  {ids[source]} -> {target} [label={_quoted(*told)}]")
    return "\n".join((*lines, "}")) + "\n"


def _number(value: Array) -> str:
    return numbers(value) if value.size == 1 else f"{value.size} numbers"


def _quoted(*texts: str) -> str:
    """Return the texts as a quoted string of lines: what is special in such a string is escaped."""
    escaped = (text.translate(_SPECIAL) for text in texts)
    return '"' + "\\n".join(escaped) + '"'


_SPECIAL = str.maketrans({"\\": "\\\\", '"': '\\"', "&": "&amp;", "\0": "␀"})

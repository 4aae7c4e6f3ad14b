"""A graph in the language of Graphviz, for papers and blackboards."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bpcore.graph.operation import GraphError, gradient_name, numbers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bpcore.graph.graph import Gradients, Graph
    from bpcore.layers import Array


def to_dot(
    graph: Graph,
    values: Mapping[str, Array] | None = None,
    gradients: Gradients | None = None,
    *,
    rankdir: str = "LR",
) -> str:
    """Return ``graph`` as text for ``dot``, with the operations in circles.

    An edge bears the name of the value that goes along it; below, that value and what comes back
    along this edge, if the results of a ``forward`` and a ``backward`` are given. Where a value has
    several readers, their parts add up to the gradient that stands at its node.

    Parameters
    ----------
    rankdir
        Left to right, ``"LR"``, or top to bottom, ``"TB"``, which suits a long graph.

    Raises
    ------
    GraphError
        For another ``rankdir``.
    """
    if rankdir not in ("LR", "TB"):
        raise GraphError(f"rankdir must be LR or TB, not {rankdir!r}")
    ids = {name: f"n{number}" for number, name in enumerate(graph.nodes)}
    readers = Counter(edge.source for edge in graph.edges)
    lines = ["digraph {", f"  rankdir={rankdir}", "  ordering=in"]
    for name, node in graph.nodes.items():
        total = []
        if gradients is not None and name in gradients and readers[name] > 1:
            total = [f"{gradient_name(name)} = {_number(gradients[name])}"]
        if node.operation is None:
            look = f"shape=plaintext, label={_quoted(name, *total)}"
        else:
            look = f"shape=circle, label={_quoted(node.operation.symbol)}"
            look += f", xlabel={_quoted(*total)}" if total else ""
        lines.append(f"  {ids[name]} [{look}]")
    lines.append(f"  out [shape=plaintext, label={_quoted(graph.output)}]")
    for edge in graph.edges:
        source = edge.source
        told = [source] if graph.nodes[source].operation is not None else []
        if values is not None:
            told.append(_number(values[source]))
        if gradients is not None and edge in gradients.contributions:
            part = "part of " if readers[source] > 1 else ""
            share = _number(gradients.contributions[edge])
            told.append(f"{part}{gradient_name(source)} = {share}")
        lines.append(f"  {ids[source]} -> {ids[edge.target]} [label={_quoted(*told)}]")
    told = [] if values is None else [_number(values[graph.output])]
    if gradients is not None:
        told.append(f"{gradient_name(graph.output)} = {_number(gradients[graph.output])}")
    lines.append(f"  {ids[graph.output]} -> out [label={_quoted(*told)}]")
    return "\n".join((*lines, "}")) + "\n"


def _number(value: Array) -> str:
    """Return one number, a few, or how many there are."""
    if value.size == 1:
        return numbers(value)
    if value.ndim == 1 and len(value) <= 4:
        return f"[{', '.join(map(numbers, value))}]"
    return f"{'×'.join(map(str, value.shape))} numbers"


def _quoted(*texts: str) -> str:
    """Return the texts as a quoted string of lines: what is special in such a string is escaped."""
    escaped = (text.translate(_SPECIAL) for text in texts)
    return '"' + "\\n".join(escaped) + '"'


_SPECIAL = str.maketrans({"\\": "\\\\", '"': '\\"', "&": "&amp;", "\0": "␀"})

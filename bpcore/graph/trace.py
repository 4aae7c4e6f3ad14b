"""Passes recorded step by step: of a network, layer by layer, and of a graph, node by node."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from bpcore.graph.network_recorder import NetworkRecorder
from bpcore.graph.steps import Downstream, Phase, Step, Trace, layer_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from bpcore.graph.graph import Graph
    from bpcore.network import Network

__all__ = ["Downstream", "Phase", "Step", "Trace", "layer_number", "trace_graph", "trace_pass"]


def trace_pass(
    network: Network, x: npt.ArrayLike, t: npt.ArrayLike, *, learning_rate: float | None = None
) -> Trace:
    """Run ``network`` forward and backward on a batch ``x`` (N, D), ``t`` (N,) or (N, C).

    With a ``learning_rate``, two more steps do one SGD update. The network itself is not changed:
    the pass runs on a copy, in the code that trains, so that it equals an untraced one bit for bit.

    Raises
    ------
    ValueError
        If ``x`` or ``t`` do not fit the network.
    """
    recorder = NetworkRecorder(network)
    recorder.forward(network.as_batch(x), np.asarray(t))
    recorder.backward()
    if learning_rate is not None:
        recorder.update(learning_rate)
    return Trace(
        steps=tuple(recorder.steps),
        values=MappingProxyType(recorder.values),
        layers=(*recorder.network.layers, "SoftmaxWithLoss"),
        activation=network.activation,
        learning_rate=None if learning_rate is None else float(learning_rate),
        weight_decay=network.weight_decay,
    )


def trace_graph(
    graph: Graph,
    values: Mapping[str, npt.ArrayLike] | None = None,
    upstream: npt.ArrayLike | None = None,
) -> Trace:
    """Run ``graph`` forward and backward: a step per operation, and one more on the way back.

    Values are called as their nodes, the gradient of ``x`` is called ``dx``, or ``dx′`` if a node
    has that name, and a part of it that ``x * y`` hands back, beside others, ``dx via x * y``.

    Parameters
    ----------
    values
        Of leaves, instead of the graph's own.
    upstream
        The gradient from above the output, instead of the graph's own.

    Raises
    ------
    GraphError
        If a value or a gradient is no finite number.
    """
    # Imported here, so that a window which shows networks need not load all operations to start.
    from bpcore.graph.graph_recorder import GraphRecorder

    recorder = GraphRecorder(graph, graph.forward(values), upstream)
    return Trace(
        steps=(*recorder.forward(), *recorder.backward()),
        values=MappingProxyType(recorder.values),
        layers=tuple(node.name for node in graph.operations),
    )

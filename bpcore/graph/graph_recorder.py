"""The passes of a graph, written down node by node."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from bpcore.graph.array_ops import Dot, Reduction
from bpcore.graph.arrays import kept
from bpcore.graph.code import code_of
from bpcore.graph.functions import LayerOperation
from bpcore.graph.operation import closed, gradient_name
from bpcore.graph.steps import Downstream, Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy.typing as npt

    from bpcore.graph.code import Code
    from bpcore.graph.graph import Graph
    from bpcore.graph.nodes import Edge, Node
    from bpcore.graph.operation import Operation
    from bpcore.layers import Array


class GraphRecorder:
    """Runs a graph backward and tells what each of its operations did, both ways."""

    def __init__(
        self, graph: Graph, values: Mapping[str, Array], upstream: npt.ArrayLike | None
    ) -> None:
        self.graph = graph
        self.gradients = graph.backward(values, upstream)
        self.values = dict(values)
        self.readers = Counter(edge.source for edge in self.gradients.contributions)
        self.uses = Counter(edge[:2] for edge in self.gradients.contributions)
        self.names: dict[str, str] = {}
        for name, gradient in self.gradients.items():
            self.names[name] = self._keep(gradient_name(name), gradient)
        self.shares = {
            edge: self._share_name(edge, share)
            for edge, share in self.gradients.contributions.items()
        }

    def _keep(self, name: str, value: Array) -> str:
        """Keep a value under ``name``, or under another if a node is called so."""
        while name in self.values:
            name += "′"
        self.values[name] = value
        return name

    def _share_name(self, edge: Edge, share: Array) -> str:
        gradient = self.names[edge.source]
        if self.readers[edge.source] == 1:
            return gradient
        several = self.uses[edge[:2]] > 1
        place = f" ({edge.position + 1})" if several else ""
        return self._keep(f"{gradient} via {edge.target}{place}", share)

    def forward(self) -> Iterator[Step]:
        """Give the steps of the forward pass."""
        for node in self.graph.operations:
            operation = _operation(node)
            formula = operation.formula(node.inputs)
            yield Step(
                phase="forward",
                node=node.name,
                computes=(node.name,),
                inputs=node.inputs,
                output=node.name,
                upstream="",
                downstream=(),
                formula=formula if _same(formula, node.name) else f"{node.name} = {formula}",
                rule=operation.what,
                code=_code(operation, forward=True),
            )

    def backward(self) -> Iterator[Step]:
        """Give the steps of the backward pass."""
        waiting = self.readers.copy()
        for node in reversed(self.graph.operations):
            if not self.graph.changes(node.name):
                continue
            operation = _operation(node)
            downstream = tuple(self._downstream(node, operation))
            computes = [share.gradient for share in downstream]
            for share in downstream:
                waiting[share.input] -= 1
                if waiting[share.input] == 0 and self.readers[share.input] > 1:
                    computes.append(self.names[share.input])
            yield Step(
                phase="backward",
                node=node.name,
                computes=tuple(computes),
                inputs=(self.names[node.name], *node.inputs),
                output=node.name,
                upstream=self.names[node.name],
                downstream=downstream,
                formula=_joined([share.formula for share in downstream]),
                rule=operation.rule + self._summing(downstream, node),
                code=_code(operation, forward=False),
            )

    def _is_summed(self, node: Node, source: str) -> bool:
        """Say whether an input was repeated to fit the others: its gradient is a sum then."""
        elementwise = not isinstance(node.operation, Dot | Reduction)
        return elementwise and self.values[source].shape != self.values[node.name].shape

    def _summing(self, downstream: tuple[Downstream, ...], node: Node) -> str:
        summed = any(self._is_summed(node, share.input) for share in downstream)
        return "; an input that was repeated gets the sum over its copies" if summed else ""

    def _downstream(self, node: Node, operation: Operation) -> Iterator[Downstream]:
        inputs = tuple([self.values[source] for source in node.inputs])
        with np.errstate(all="ignore"):  # where a constant would get a gradient, it may be none
            locals_ = operation.local_derivatives(inputs, self.values[node.name])
        for edge, local in zip(self.graph.edges_to(node.name), locals_, strict=True):
            if edge in self.shares:
                name = self.shares[edge]
                product = operation.gradient_formula(
                    edge.position, node.inputs, node.name, self.names[node.name]
                )
                summed = self._is_summed(node, edge.source)
                product = closed(product) if summed else product
                yield Downstream(
                    input=edge.source,
                    gradient=name,
                    local_derivative=kept(np.array(local, self.values[node.name].dtype)),
                    formula=f"{name} = Σ {product}" if summed else f"{name} = {product}",
                    parameter=self.graph.nodes[edge.source].parameter,
                )


def _operation(node: Node) -> Operation:
    assert node.operation is not None
    return node.operation


def _code(operation: Operation, *, forward: bool) -> Code:
    """Return the method that ran: of a layer, where a layer serves as the node."""
    runs = operation.layer if isinstance(operation, LayerOperation) else type(operation)
    if forward:
        return code_of(runs.forward, "out", "return")
    return code_of(runs.backward, "dx", "return")


def _same(formula: str, name: str) -> bool:
    """Say whether a node is called as it is computed, whatever signs were typed."""
    return formula.translate(_TYPED) == name.translate(_TYPED)


_TYPED = str.maketrans({"−": "-", "×": "*", " ": ""})


def _joined(formulas: list[str]) -> str:
    shown = formulas if len(formulas) <= 3 else [*formulas[:2], "…", formulas[-1]]
    return "; ".join(shown)

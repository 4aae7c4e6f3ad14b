"""Passes through the network of one snapshot, at every depth: all from the same parameters."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np

from app.formatting import MINUS
from app.staging import Batch, Example, Expression, Shop
from bpcore.datasets.mnist import scale
from bpcore.graph.operation import GraphError
from bpcore.graph.trace import trace_pass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from app.places import Place
    from bpcore.graph.explanation import Explanation
    from bpcore.graph.graph import Graph
    from bpcore.graph.trace import Trace
    from bpcore.graph.twins import Lane
    from bpcore.layers import Array
    from bpcore.network import Network

_HYPHEN = re.compile(r"(?<![\d.][eE])-")
"""A minus as it is typed, but not in the exponent of a number."""

TERMS = 5
"""Products of a unit that are drawn one by one."""

_Answer = TypeVar("_Answer")


class _Last(Generic[_Answer]):
    """The last answer, for as long as the same is asked of the same thing."""

    def __init__(self) -> None:
        self._kept: tuple[object, object, _Answer] | None = None

    def answer(self, staged: object, asked: object, find: Callable[[], _Answer]) -> _Answer:
        """Return what ``find`` returned, or returns."""
        if self._kept is None or self._kept[0] is not staged or self._kept[1] != asked:
            self._kept = staged, asked, find()
        return self._kept[2]


@dataclass(frozen=True, eq=False)
class Passes:
    """What the network of ``iteration`` makes of what is staged.

    Nothing here takes more than a few milliseconds, and nothing changes the network. A method
    returns None where the numbers are too large to be shown: the network has diverged.
    """

    network: Network
    iteration: int
    learning_rate: float

    @property
    def can_be_pictured(self) -> bool:
        """Whether the network has one hidden layer, as the pictures have."""
        return len(self.network.sizes) == 3

    def trace(self, staged: Example | Batch) -> Trace | None:
        """Return the pass of an example, or of a batch, through the network and one update."""
        x, t = self._arrays(staged)
        with np.errstate(over="ignore", invalid="ignore"):
            trace = trace_pass(self.network, x, t, learning_rate=self.learning_rate)
        finite = all(np.isfinite(array).all() for array in trace.values.values())
        return trace if finite else None

    def graph(self, example: Example, place: Place, terms: int = TERMS) -> Graph | None:
        """Return the graph of a unit: of an Affine's with the activation that follows it."""
        x, t = self._arrays(example)
        assert place.unit is not None
        try:
            with np.errstate(over="ignore", invalid="ignore"):
                return self._opened(x, t, place, place.unit, terms)
        except GraphError:
            return None

    def _opened(self, x: Array, t: Array, place: Place, unit: int, terms: int) -> Graph:
        # Imported here, as below: the window shows a network first, without all operations.
        from bpcore.graph.expand import expand_layer, expand_neuron, expand_unit

        if place.layer == "SoftmaxWithLoss":
            return expand_layer(self.network, x, t, place.layer)
        if place.layer.startswith("Affine") and place.layer != self._last_affine:
            number = int(place.layer.removeprefix("Affine"))
            return expand_neuron(self.network, x, t, number, unit, terms=terms)
        return expand_unit(self.network, x, t, place.layer, unit, terms=terms)

    def lanes(self, example: Example, layers: int) -> Mapping[str, Lane] | None:
        """Return Relu and Sigmoid side by side, through ``layers`` stacked layers."""
        return self._last_lanes.answer(example, layers, lambda: self._lanes(example, layers))

    def _lanes(self, example: Example, layers: int) -> Mapping[str, Lane] | None:
        from bpcore.graph.twins import compare_activations

        x, t = self._arrays(example)
        with np.errstate(over="ignore", invalid="ignore"):
            lanes = compare_activations(self.network, x, t, layers=layers)
        finite = all(np.isfinite(c.downstream).all() for la in lanes.values() for c in la.crossings)
        return lanes if finite else None

    def explanation(
        self, staged: Example | Batch, parameter: str, index: tuple[int, ...], paths: int = 10
    ) -> Explanation:
        """Return why the gradient of one weight or bias is what it is; ``paths`` of the first."""
        asked = parameter, index, paths
        return self._last_explanation.answer(staged, asked, lambda: self._explain(staged, *asked))

    def _explain(
        self, staged: Example | Batch, parameter: str, index: tuple[int, ...], paths: int
    ) -> Explanation:
        from bpcore.graph.explain import explain_gradient

        x, t = self._arrays(staged)
        return explain_gradient(self.network, x, t, parameter, index, paths=paths, listing=1)

    def after_step(self, staged: Example | Batch) -> Passes | None:
        """Return a copy that has taken the update of ``staged``'s pass; this one stays."""
        trace = self.trace(staged)
        if trace is None:
            return None
        params: dict[str, Array] = {name: trace.values[f"{name}_new"] for name in self._parameters}
        network = type(self.network).from_params(
            params, self.network.activation, self.network.weight_decay
        )
        return Passes(network, self.iteration, self.learning_rate)

    @cached_property
    def _last_lanes(self) -> _Last[Mapping[str, Lane] | None]:
        return _Last()

    @cached_property
    def _last_explanation(self) -> _Last[Explanation]:
        return _Last()

    @cached_property
    def _parameters(self) -> tuple[str, ...]:
        return tuple(self.network.params)

    @property
    def _last_affine(self) -> str:
        return f"Affine{len(self.network.sizes) - 1}"

    def _arrays(self, staged: Example | Batch) -> tuple[Array, Array]:
        if isinstance(staged, Example):
            x = scale(staged.image, self.network.dtype)[np.newaxis]
            return x, np.array([staged.label])
        return scale(staged.images, self.network.dtype), np.asarray(staged.labels)


def staged_graph(staged: Shop | Expression) -> Graph:
    """Return the graph of what is staged without a network.

    Raises
    ------
    GraphError
        If the expression, or a value, is no good.
    """
    from bpcore.graph.expression import parse_expression
    from bpcore.graph.shop import apples_and_oranges

    if isinstance(staged, Expression):
        return _printed(parse_expression(staged.text, dict(staged.values)))
    names = {name.replace(" ", "_"): value for name, value in staged.values.items()}
    arguments = {
        argument: names[leaf]
        for argument, leaf in (
            ("apple_price", "apple_price"),
            ("apple_number", "apples"),
            ("orange_price", "orange_price"),
            ("orange_number", "oranges"),
            ("tax", "tax"),
        )
        if leaf in names
    }
    return apples_and_oranges(**arguments)


def _printed(graph: Graph) -> Graph:
    """Return ``graph`` with the names of its nodes as they are printed: with the sign of minus."""
    from bpcore.graph.graph import Graph

    def printed(name: str) -> str:
        return _HYPHEN.sub(MINUS, name)

    nodes = [
        replace(node, name=printed(node.name), inputs=tuple(map(printed, node.inputs)))
        for node in graph.nodes.values()
    ]
    return Graph(nodes, printed(graph.output), graph.upstream)

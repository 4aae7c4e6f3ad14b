"""What the tests of graphs share: random networks and expressions, and central differences."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from bpcore.graph.graph import Graph
from bpcore.layers import Array
from bpcore.network import Network

STEP = 1e-5


def close(actual: npt.ArrayLike, expected: npt.ArrayLike, scale: float = 1.0) -> None:
    """Assert agreement to 1e-12, relative, and to the rounding of numbers as large as ``scale``.

    A gradient near 0 is a difference of larger numbers, y − t for one: so are its rounding errors.
    """
    np.testing.assert_allclose(actual, expected, rtol=1e-12, atol=1e-14 * scale + 1e-300)


@st.composite
def networks(draw: st.DrawFn, activation: str | None = None) -> Network:
    """Draw a network of up to three hidden layers."""
    return Network(
        draw(st.lists(st.integers(1, 6), min_size=2, max_size=5)),
        activation=activation or draw(st.sampled_from(["relu", "sigmoid", "tanh"])),
        weight_init_std=draw(st.sampled_from([0.01, 0.5, 1.0])),
        weight_decay=draw(st.sampled_from([0.0, 0.1])),
        seed=draw(st.integers(0, 2**32)),
    )


def batch(network: Network, count: int, seed: int) -> tuple[Array, npt.NDArray[np.intp]]:
    """Return ``count`` examples for a network, a third of their inputs dark."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((count, network.sizes[0]))
    x[rng.random(x.shape) < 1 / 3] = 0
    return x, rng.integers(network.sizes[-1], size=count)


def slope(graph: Graph, name: str, direction: Array, step: float = STEP) -> float:
    """Return how the sum of the output, weighed by upstream, answers to one leaf: numerically."""
    value = graph.nodes[name].value
    assert value is not None
    upstream = 1.0 if graph.upstream is None else graph.upstream

    def weighed(value: Array) -> float:
        return float(np.sum(upstream * graph.forward({name: value})[graph.output]))

    return (weighed(value + step * direction) - weighed(value - step * direction)) / (2 * step)


def assert_differentiated(graph: Graph, seed: int = 0, tolerance: float = 1e-6) -> None:
    """Assert that the gradient of each leaf is what central differences say, along a direction."""
    rng = np.random.default_rng(seed)
    gradients = graph.backward()
    for leaf in graph.leaves:
        if graph.changes(leaf.name):
            assert leaf.value is not None
            direction = np.asarray(rng.standard_normal(leaf.value.shape))
            analytic = float(np.sum(gradients[leaf.name] * direction))
            numerical = slope(graph, leaf.name, direction)
            size = max(1.0, *(float(np.abs(g).max()) for g in gradients.values()))
            assert abs(analytic - numerical) <= tolerance * size


Calculation: TypeAlias = tuple[str, Callable[[float, float, float], float]]
"""The text of an expression of x, y and w, and what it is in NumPy."""

_LEAVES: list[Calculation] = [
    ("x", lambda x, y, w: x),
    ("y", lambda x, y, w: y),
    ("w", lambda x, y, w: w),
    ("2", lambda x, y, w: 2.0),
    ("0.5", lambda x, y, w: 0.5),
]
_UNARY: list[tuple[str, Callable[[float], float]]] = [
    ("sin({})", np.sin),
    ("cos({})", np.cos),
    ("tanh({})", np.tanh),
    ("sigmoid({})", lambda a: 1 / (1 + np.exp(-a))),
    ("exp(-tanh({}))", lambda a: np.exp(-np.tanh(a))),
    ("-{}", lambda a: -a),
    ("1 / (2 + sin({}))", lambda a: 1 / (2 + np.sin(a))),
]
_BINARY: list[tuple[str, Callable[[float, float], float]]] = [
    ("{} + {}", lambda a, b: a + b),
    ("{} - {}", lambda a, b: a - b),
    ("{} * {}", lambda a, b: a * b),
    ("{} / (2 + cos({}))", lambda a, b: a / (2 + np.cos(b))),
]


def _one(form: tuple[str, Callable[[float], float]], a: Calculation) -> Calculation:
    return form[0].format(f"({a[0]})"), lambda *values: form[1](a[1](*values))


def _two(
    form: tuple[str, Callable[[float, float], float]], a: Calculation, b: Calculation
) -> Calculation:
    text = form[0].format(f"({a[0]})", f"({b[0]})")
    return text, lambda *values: form[1](a[1](*values), b[1](*values))


calculations: st.SearchStrategy[Calculation] = st.recursive(
    st.sampled_from(_LEAVES),
    lambda inner: (
        st.builds(_one, st.sampled_from(_UNARY), inner)
        | st.builds(_two, st.sampled_from(_BINARY), inner, inner)
    ),
    max_leaves=12,
)
"""Smooth, and finite for moderate values."""

expressions = calculations.map(lambda calculation: calculation[0])

"""How fast graphs are: python tests/benchmarks/graph.py.

A pass of the book's network on one digit, plain, traced, and opened into operations; one weight
followed; an expression of 1,000 nodes read, run forward and run back; and 100,000 nodes in a row.
Prints median times, and each also as a ratio to a plain pass in the same run.
"""

import ast
import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["MKL_NUM_THREADS"] = "1"

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from bpcore import (
    GraphBuilder,
    TwoLayerNet,
    compare_activations,
    expand_network,
    expand_neuron,
    explain_gradient,
    load_mnist,
    parse_expression,
    trace_graph,
    trace_pass,
)
from bpcore.graph.ops import Negate


def median(function: Callable[[], object], count: int = 50) -> float:
    """Return the median time of a call, in milliseconds, after one that does not count."""
    function()
    times = []
    for _ in range(count):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return 1000 * statistics.median(times)


def main() -> None:
    """Measure and print."""
    (x, t), _ = load_mnist()
    x, t = x[:1], t[:1]
    for dtype in ("float32", "float64"):
        network = TwoLayerNet(784, 50, 10, dtype=dtype, seed=0)
        plain = median(lambda network=network: network.input_gradient(x, t))
        print(f"{dtype}: a plain pass {plain:.3f} ms; as ratios to it:")
        for name, function in {
            "traced": lambda network=network: trace_pass(network, x, t),
            "traced, with an update": lambda network=network: trace_pass(
                network, x, t, learning_rate=0.1
            ),
            "neuron opened": lambda network=network: trace_graph(
                expand_neuron(network, x, t, 1, 17)
            ),
            "neuron opened in full": lambda network=network: trace_graph(
                expand_neuron(network, x, t, 1, 17, terms=None)
            ),
            "network opened": lambda network=network: trace_graph(expand_network(network, x, t)),
            "one weight followed": lambda network=network: explain_gradient(
                network, x, t, "W1", (401, 17)
            ),
            "twin lanes, 8 layers": lambda network=network: compare_activations(
                network, x, t, layers=8
            ),
        }.items():
            took = median(function)
            print(f"  {name:24} {took:7.2f} ms {took / plain:7.1f}")

    text = "+".join(f"relu(w*x{i}+b)" for i in range(199))
    values = {"w": 2, "b": 1, **{f"x{i}": i for i in range(199)}}
    graph = parse_expression(text, values)
    forward = graph.forward()
    parsed = median(lambda: parse_expression(text, values))
    run = median(graph.forward)
    back = median(lambda: graph.backward(forward))
    traced = median(lambda: trace_graph(graph))
    python = median(lambda: ast.parse(text, mode="eval"))
    print(
        f"an expression of {len(graph.nodes)} nodes: read {parsed:.1f}, forward {run:.1f}, "
        f"back {back:.1f}, together {parsed + run + back:.1f} ms; "
        f"traced {traced:.1f} ms; Python's parser alone {python:.1f} ms"
    )

    builder = GraphBuilder()
    name = builder.variable("x", 1.5)
    for number in range(100_000):
        name = builder.apply(Negate(), name, name=f"n{number}")
    graph = builder.build(name)
    took = median(lambda: graph.backward(graph.forward()), count=3)
    print(f"100,000 nodes in a row: forward and back {took:.0f} ms")


if __name__ == "__main__":
    main()

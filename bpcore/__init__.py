"""The engine of Chainlight: networks, backpropagation, runs, and nothing but NumPy."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bpcore.config import TrainingConfig
    from bpcore.datasets.download import DownloadCancelledError, download_mnist
    from bpcore.datasets.mnist import DatasetError, load_mnist
    from bpcore.exports import curves_csv, pytorch_script, weights_npz
    from bpcore.gradient_check import GradientReport, check_gradients, numerical_gradient, sweep
    from bpcore.graph.builder import GraphBuilder
    from bpcore.graph.expand import expand_layer, expand_network, expand_neuron, expand_unit
    from bpcore.graph.explain import explain_gradient
    from bpcore.graph.expression import parse_expression
    from bpcore.graph.graph import Graph
    from bpcore.graph.operation import GraphError
    from bpcore.graph.shop import apples, apples_and_oranges
    from bpcore.graph.trace import trace_graph, trace_pass
    from bpcore.graph.twins import compare_activations
    from bpcore.layers import Affine, Relu, Sigmoid, SoftmaxWithLoss, Tanh
    from bpcore.network import Network, TwoLayerNet
    from bpcore.optimizers import SGD, AdaGrad, Adam, Momentum
    from bpcore.recording import Notes
    from bpcore.run_file import RunFileError, load_run, save_run
    from bpcore.run_summary import RunSummary, read_summary
    from bpcore.timeline import Interrupted, Timeline
    from bpcore.training import Diverged, Trainer
    from bpcore.vitals import Vitals

__all__ = [
    "SGD",
    "AdaGrad",
    "Adam",
    "Affine",
    "DatasetError",
    "Diverged",
    "DownloadCancelledError",
    "GradientReport",
    "Graph",
    "GraphBuilder",
    "GraphError",
    "Interrupted",
    "Momentum",
    "Network",
    "Notes",
    "Relu",
    "RunFileError",
    "RunSummary",
    "Sigmoid",
    "SoftmaxWithLoss",
    "Tanh",
    "Timeline",
    "Trainer",
    "TrainingConfig",
    "TwoLayerNet",
    "Vitals",
    "apples",
    "apples_and_oranges",
    "check_gradients",
    "compare_activations",
    "curves_csv",
    "download_mnist",
    "expand_layer",
    "expand_network",
    "expand_neuron",
    "expand_unit",
    "explain_gradient",
    "load_mnist",
    "load_run",
    "numerical_gradient",
    "parse_expression",
    "pytorch_script",
    "read_summary",
    "save_run",
    "sweep",
    "trace_graph",
    "trace_pass",
    "weights_npz",
]

# Names are imported when they are first asked for. A BLAS reads its number of threads when NumPy is
# imported, and a program that sets it (``python -m bpcore``) must be able to do so before.
_MODULES = {
    "bpcore.config": ("TrainingConfig",),
    "bpcore.datasets.download": ("DownloadCancelledError", "download_mnist"),
    "bpcore.datasets.mnist": ("DatasetError", "load_mnist"),
    "bpcore.exports": ("curves_csv", "pytorch_script", "weights_npz"),
    "bpcore.gradient_check": ("GradientReport", "check_gradients", "numerical_gradient", "sweep"),
    "bpcore.graph.builder": ("GraphBuilder",),
    "bpcore.graph.expand": ("expand_layer", "expand_network", "expand_neuron", "expand_unit"),
    "bpcore.graph.explain": ("explain_gradient",),
    "bpcore.graph.expression": ("parse_expression",),
    "bpcore.graph.graph": ("Graph",),
    "bpcore.graph.operation": ("GraphError",),
    "bpcore.graph.shop": ("apples", "apples_and_oranges"),
    "bpcore.graph.trace": ("trace_graph", "trace_pass"),
    "bpcore.graph.twins": ("compare_activations",),
    "bpcore.layers": ("Affine", "Relu", "Sigmoid", "SoftmaxWithLoss", "Tanh"),
    "bpcore.network": ("Network", "TwoLayerNet"),
    "bpcore.optimizers": ("SGD", "AdaGrad", "Adam", "Momentum"),
    "bpcore.recording": ("Notes",),
    "bpcore.run_file": ("RunFileError", "load_run", "save_run"),
    "bpcore.run_summary": ("RunSummary", "read_summary"),
    "bpcore.timeline": ("Interrupted", "Timeline"),
    "bpcore.training": ("Diverged", "Trainer"),
    "bpcore.vitals": ("Vitals",),
}

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        for module, names in _MODULES.items():
            if name in names:
                value = globals()[name] = getattr(import_module(module), name)
                return value
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})

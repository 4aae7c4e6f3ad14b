"""The engine of Chainlight: networks, backpropagation, runs, and nothing but NumPy."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bpcore.config import TrainingConfig
    from bpcore.datasets.download import DownloadCancelledError, download_mnist
    from bpcore.datasets.mnist import DatasetError, load_mnist
    from bpcore.gradient_check import GradientReport, check_gradients, numerical_gradient, sweep
    from bpcore.layers import Affine, Relu, Sigmoid, SoftmaxWithLoss, Tanh
    from bpcore.network import Network, TwoLayerNet
    from bpcore.optimizers import SGD, AdaGrad, Adam, Momentum
    from bpcore.run_file import RunFileError, load_run, save_run
    from bpcore.timeline import Timeline
    from bpcore.training import Diverged, Trainer

__all__ = [
    "SGD",
    "AdaGrad",
    "Adam",
    "Affine",
    "DatasetError",
    "Diverged",
    "DownloadCancelledError",
    "GradientReport",
    "Momentum",
    "Network",
    "Relu",
    "RunFileError",
    "Sigmoid",
    "SoftmaxWithLoss",
    "Tanh",
    "Timeline",
    "Trainer",
    "TrainingConfig",
    "TwoLayerNet",
    "check_gradients",
    "download_mnist",
    "load_mnist",
    "load_run",
    "numerical_gradient",
    "save_run",
    "sweep",
]

# Names are imported when they are first asked for. A BLAS reads its number of threads when NumPy is
# imported, and a program that sets it (``python -m bpcore``) must be able to do so before.
_MODULES = {
    "bpcore.config": ("TrainingConfig",),
    "bpcore.datasets.download": ("DownloadCancelledError", "download_mnist"),
    "bpcore.datasets.mnist": ("DatasetError", "load_mnist"),
    "bpcore.gradient_check": ("GradientReport", "check_gradients", "numerical_gradient", "sweep"),
    "bpcore.layers": ("Affine", "Relu", "Sigmoid", "SoftmaxWithLoss", "Tanh"),
    "bpcore.network": ("Network", "TwoLayerNet"),
    "bpcore.optimizers": ("SGD", "AdaGrad", "Adam", "Momentum"),
    "bpcore.run_file": ("RunFileError", "load_run", "save_run"),
    "bpcore.timeline": ("Timeline",),
    "bpcore.training": ("Diverged", "Trainer"),
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

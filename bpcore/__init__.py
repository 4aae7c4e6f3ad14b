"""The engine of Chainlight: a two-layer network, its backpropagation, and nothing but NumPy."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bpcore.config import TrainingConfig
    from bpcore.datasets.mnist import DatasetError, load_mnist
    from bpcore.gradient_check import check_gradients, numerical_gradient
    from bpcore.layers import Affine, Relu, Sigmoid, SoftmaxWithLoss
    from bpcore.network import Network, TwoLayerNet
    from bpcore.optimizers import SGD
    from bpcore.training import Diverged, Trainer

__all__ = [
    "SGD",
    "Affine",
    "DatasetError",
    "Diverged",
    "Network",
    "Relu",
    "Sigmoid",
    "SoftmaxWithLoss",
    "Trainer",
    "TrainingConfig",
    "TwoLayerNet",
    "check_gradients",
    "load_mnist",
    "numerical_gradient",
]

# Names are imported when they are first asked for. A BLAS reads its number of threads when NumPy is
# imported, and a program that sets it (``python -m bpcore``) must be able to do so before.
_MODULES = {
    "bpcore.config": ("TrainingConfig",),
    "bpcore.datasets.mnist": ("DatasetError", "load_mnist"),
    "bpcore.gradient_check": ("check_gradients", "numerical_gradient"),
    "bpcore.layers": ("Affine", "Relu", "Sigmoid", "SoftmaxWithLoss"),
    "bpcore.network": ("Network", "TwoLayerNet"),
    "bpcore.optimizers": ("SGD",),
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

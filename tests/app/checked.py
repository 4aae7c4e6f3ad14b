"""Gradient checks of a fresh network on bundled digits, as it is and with a bug."""

from functools import cache

import numpy as np

from bpcore import TwoLayerNet, load_mnist
from bpcore.bugs import broken, bug_of
from bpcore.gradient_check import check_gradients
from bpcore.gradient_report import GradientReport

Reports = tuple[GradientReport, ...]


@cache
def _batch() -> tuple[TwoLayerNet, np.ndarray, np.ndarray]:
    (x, t), _ = load_mnist(normalize=True, flatten=True, one_hot_label=True)
    return TwoLayerNet(784, 50, 10, seed=42), x[:3], t[:3]


@cache
def reports() -> Reports:
    """The four reports of a fresh 784-50-10 network, on three digits."""
    return tuple(check_gradients(*_batch()))


@cache
def with_bug(key: str) -> Reports:
    """The same with the gradients that a bug gives."""
    network, x, t = _batch()
    wrong = broken(network, bug_of(key)).gradient(x, t)
    return tuple(each.with_backprop(wrong[each.name]) for each in reports())


def report(
    backprop: list[float],
    numerical: list[float],
    *,
    name: str = "W1",
    shape: tuple[int, ...] | None = None,
    kink: tuple[int, ...] = (),
) -> GradientReport:
    """A report of these gradients, with the elements ``kink`` at a kink."""
    count = len(backprop)
    flags = np.zeros(count, bool)
    flags[list(kink)] = True
    arrays = np.arange(count), np.array(backprop, float), np.array(numerical, float), flags
    return GradientReport(name, shape or (count,), 1e-4, *arrays)


FEW = report(
    [0.1, -0.01, 1e-3, 0.0, 2e-3, 1e-4, 0.0, 1e-5],
    [0.1, -0.01, 0.0, 1e-2, -2e-3, 5e-2, 0.0, 1e-4],
    shape=(2, 4),
    kink=(7,),
)
"""Plus, minus, on the floor, at the left, of opposite signs, too small, zero, at a kink."""

"""Real gradient checks of small batches of bundled digits, and what a broken backward makes."""

from dataclasses import replace
from functools import cache

import numpy as np

from bpcore import Network, load_mnist
from bpcore.gradient_check import GradientReport, Sweep, check_gradients, sweep

N = 3


@cache
def digits(count: int = N) -> tuple[np.ndarray, np.ndarray]:
    """The first test digits (count, 784) and their labels."""
    images, labels = load_mnist(normalize=True, flatten=True)[1]
    return images[:count].astype(np.float64), labels[:count]


def a_network(units: int = 50, std: float = 0.01, dtype: type = np.float64) -> Network:
    """Fresh weights, the same each time."""
    return Network((784, units, 10), weight_init_std=std, seed=42, dtype=dtype)


@cache
def report_of(units: int = 50, h: float = 1e-4, name: str = "W1") -> GradientReport:
    """The check of one parameter, all of its elements."""
    return check_gradients(a_network(units), *digits(), h=h, names=[name])[0]


@cache
def sample_of(size: int, units: int = 50) -> GradientReport:
    """The check of a sample of W1."""
    return check_gradients(a_network(units), *digits(), names=["W1"], sample=size)[0]


@cache
def without_mask(units: int = 50) -> GradientReport:
    """The check of W1 if Relu's backward lets everything through."""
    (x, t), params = digits(), a_network(units).params
    scores = np.maximum(x @ params["W1"] + params["b1"], 0) @ params["W2"] + params["b2"]
    share = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    share[np.arange(N), t] -= 1
    wrong = x.T @ (share / N @ params["W2"].T)
    return replace(report_of(units), backprop=wrong.ravel())


@cache
def sweep_of(dtype: type, sample: int = 100) -> Sweep:
    """The checks of a sample of each parameter with one h after the other."""
    x, t = digits()
    return sweep(a_network(dtype=dtype), x.astype(dtype), t, sample=sample)

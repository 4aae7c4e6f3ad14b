"""How a gradient changes the parameters: the book, chapter 6.1.

Every optimizer is called once per iteration with the parameters, which it changes in place, and
their gradients dL/dW of the same shapes. What it remembers from one iteration to the next is in
``memory``, so that a run can be taken up again exactly where it was left.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bpcore.layers import Array

    Arrays: TypeAlias = Mapping[str, Array]

EPSILON = 1e-7
"""The book's guard against division by zero."""


@dataclass
class Optimizer(ABC):
    """Takes steps downhill.

    Attributes
    ----------
    learning_rate
        Factor of the gradient in an update.
    memory
        By name (``"v"``) and by parameter (``"W1"``), arrays of the parameter's shape. Empty before
        the first update, and always for SGD.
    updates
        Number of updates made.
    """

    remembers: ClassVar[tuple[str, ...]] = ()
    """Names of what is in ``memory``, in a fixed order."""

    learning_rate: float = 0.01
    memory: dict[str, dict[str, Array]] = field(default_factory=dict, kw_only=True, repr=False)
    updates: int = field(default=0, kw_only=True)

    def prepare(self, params: Arrays) -> None:
        """Fill ``memory`` with zeros of the shapes of ``params``, unless it is filled already."""
        if not self.memory:
            self.memory = {
                name: {key: np.zeros_like(W) for key, W in params.items()}
                for name in self.remembers
            }

    @abstractmethod
    def update(self, params: Arrays, grads: Arrays) -> None:
        """Take one step downhill, in place."""

    @abstractmethod
    def last_step(self, name: str, grad: Array) -> Array:
        """Return what the last update added to parameter ``name``, whose gradient was ``grad``.

        Exact up to the rounding of the sum that the update was.
        """


@dataclass
class SGD(Optimizer):
    """Stochastic gradient descent: W <- W - learning_rate * dL/dW (the book, chapter 6.1.2)."""

    def update(self, params: Arrays, grads: Arrays) -> None:
        """Take one step downhill, in place."""
        rate = self.learning_rate
        for name, W in params.items():
            W -= rate * grads[name]
        self.updates += 1

    def last_step(self, name: str, grad: Array) -> Array:
        """Return -learning_rate * dL/dW."""
        return -self.learning_rate * grad


@dataclass
class Momentum(Optimizer):
    """A ball that rolls downhill: v <- momentum * v - learning_rate * dL/dW; W <- W + v.

    B. T. Polyak, 1964; the book, chapter 6.1.4. ``momentum`` is the share of its velocity that the
    ball keeps.
    """

    remembers = ("v",)
    momentum: float = 0.9

    def update(self, params: Arrays, grads: Arrays) -> None:
        """Take one step downhill, in place."""
        self.prepare(params)
        for name, W in params.items():
            v = self.memory["v"][name]
            v *= self.momentum
            v -= self.learning_rate * grads[name]
            W += v
        self.updates += 1

    def last_step(self, name: str, grad: Array) -> Array:
        """Return v."""
        return self.memory["v"][name]


@dataclass
class AdaGrad(Optimizer):
    """A rate for each weight, smaller the more it has moved.

    h <- h + (dL/dW)²; W <- W - learning_rate * dL/dW / (sqrt(h) + 1e-7).

    J. Duchi, E. Hazan, Y. Singer, 2011; the book, chapter 6.1.5.
    """

    remembers = ("h",)

    def update(self, params: Arrays, grads: Arrays) -> None:
        """Take one step downhill, in place."""
        self.prepare(params)
        for name, W in params.items():
            grad = grads[name]
            self.memory["h"][name] += grad * grad
            W += self.last_step(name, grad)
        self.updates += 1

    def last_step(self, name: str, grad: Array) -> Array:
        """Return -learning_rate * dL/dW / (sqrt(h) + 1e-7)."""
        size = np.sqrt(self.memory["h"][name])
        size += EPSILON
        step: Array = -self.learning_rate * grad
        step /= size
        return step


@dataclass
class Adam(Optimizer):
    """Momentum and a rate for each weight, both corrected for their start at zero.

    m <- m + (1 - beta1) (dL/dW - m); v <- v + (1 - beta2) ((dL/dW)² - v);
    W <- W - rate * m / (sqrt(v) + 1e-7), with
    rate = learning_rate * sqrt(1 - beta2^n) / (1 - beta1^n) at update n = 1, 2, 3 …

    D. P. Kingma, J. Ba, 2015, in the order of the end of its section 2; the book, chapter 6.1.6.
    """

    remembers = ("m", "v")
    learning_rate: float = 0.001
    beta1: float = 0.9
    beta2: float = 0.999

    def update(self, params: Arrays, grads: Arrays) -> None:
        """Take one step downhill, in place."""
        self.prepare(params)
        self.updates += 1
        for name, W in params.items():
            grad, m, v = grads[name], self.memory["m"][name], self.memory["v"][name]
            m += (1 - self.beta1) * (grad - m)
            v += (1 - self.beta2) * (grad * grad - v)
            W += self.last_step(name, grad)

    def last_step(self, name: str, grad: Array) -> Array:
        """Return -rate * m / (sqrt(v) + 1e-7)."""
        n = self.updates
        rate = self.learning_rate * math.sqrt(1 - self.beta2**n) / (1 - self.beta1**n)
        size = np.sqrt(self.memory["v"][name])
        size += EPSILON
        step: Array = -rate * self.memory["m"][name]
        step /= size
        return step


OPTIMIZERS: dict[str, type[Optimizer]] = {
    "sgd": SGD,
    "momentum": Momentum,
    "adagrad": AdaGrad,
    "adam": Adam,
}

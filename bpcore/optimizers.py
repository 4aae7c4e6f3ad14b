"""How a gradient changes the parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bpcore.layers import Array

    Arrays: TypeAlias = Mapping[str, Array]


@dataclass
class SGD:
    """Stochastic gradient descent: W <- W - learning_rate * dL/dW (the book, chapter 6.1)."""

    learning_rate: float = 0.01

    def update(self, params: Arrays, grads: Arrays) -> None:
        """Take one step downhill, in place."""
        rate = self.learning_rate
        for name, W in params.items():
            W -= rate * grads[name]

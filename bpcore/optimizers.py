"""How a gradient changes the parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

    from bpcore.layers import Array


@dataclass
class SGD:
    """Stochastic gradient descent: W <- W - learning_rate * dL/dW (the book, chapter 6.1)."""

    learning_rate: float = 0.01

    def update(self, params: MutableMapping[str, Array], grads: Mapping[str, Array]) -> None:
        """Take one step downhill, in place."""
        for name in params:
            params[name] -= self.learning_rate * grads[name]

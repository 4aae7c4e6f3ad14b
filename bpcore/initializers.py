"""How large the initial weights are: the book, chapter 6.2.

Weights are drawn from a normal distribution around 0. Its standard deviation decides whether
activations and gradients keep their size from layer to layer, fade, or blow up.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Initializer = Literal["std", "xavier", "he"]
INITIALIZERS: tuple[str, ...] = get_args(Initializer)


def xavier(fan_in: int) -> float:
    """Return sqrt(1 / fan_in): outputs as large as inputs where the activation is almost linear.

    For Sigmoid and Tanh (X. Glorot, Y. Bengio, 2010, in the book's form, which leaves the number of
    outputs out).
    """
    return math.sqrt(1 / fan_in)


def he(fan_in: int) -> float:
    """Return sqrt(2 / fan_in): twice the variance, as Relu blocks half (K. He et al., 2015)."""
    return math.sqrt(2 / fan_in)


def initial_weights(
    initializer: str, fan_in: int, fan_out: int, rng: np.random.Generator, std: float = 0.01
) -> npt.NDArray[np.float64]:
    """Draw weights (fan_in, fan_out).

    Parameters
    ----------
    initializer
        ``"std"`` for the fixed standard deviation ``std``, ``"xavier"`` or ``"he"``.

    Raises
    ------
    ValueError
        For another initializer.
    """
    if initializer not in INITIALIZERS:
        raise ValueError(
            f"initializer must be {', '.join(INITIALIZERS[:-1])} or {INITIALIZERS[-1]}, "
            f"not {initializer!r}"
        )
    if initializer != "std":
        std = xavier(fan_in) if initializer == "xavier" else he(fan_in)
    return std * rng.standard_normal((fan_in, fan_out))

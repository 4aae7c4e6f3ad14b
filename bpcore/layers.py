"""The layers of the book "Deep Learning from Scratch", chapter 5.

Each layer has ``forward``, which remembers what its ``backward`` needs, and ``backward``, which
takes the gradient of the loss with respect to the layer's output (``dout``, the upstream gradient)
and returns the gradient with respect to its input (``dx``, the downstream gradient). A batch is the
first axis: ``x`` has shape (N, D). No layer writes into an argument.
"""

from __future__ import annotations

from functools import cache
from typing import TypeAlias, overload

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[np.floating]
Labels: TypeAlias = npt.NDArray[np.integer] | Array
"""Class numbers (N,) or one-hot rows (N, C)."""


class Relu:
    """The rectifier: out = x where x > 0, else 0. Its derivative at 0 is 0, as in the book."""

    def forward(self, x: Array) -> Array:
        """Close the gate wherever x <= 0."""
        self.mask = x <= 0
        out: Array = np.maximum(x, 0)
        return out

    def backward(self, dout: Array) -> Array:
        """Block dout where the gate is closed."""
        dx = dout * ~self.mask
        return dx


class Sigmoid:
    """The logistic function: out = 1 / (1 + exp(-x)), without overflow for any finite x."""

    def forward(self, x: Array) -> Array:
        """Squash x into 0..1."""
        e = np.exp(-np.abs(x))
        top = np.where(x >= 0, 1, e)
        out: Array = top / (1 + e)
        self.out = out
        return out

    def backward(self, dout: Array) -> Array:
        """Multiply dout by the slope y (1 - y)."""
        y = self.out
        dx: Array = dout * (y * (1 - y))
        return dx


class Tanh:
    """The hyperbolic tangent: out = (exp(x) - exp(-x)) / (exp(x) + exp(-x))."""

    def forward(self, x: Array) -> Array:
        """Squash x into -1..1."""
        out = np.tanh(x)
        self.out = out
        return out

    def backward(self, dout: Array) -> Array:
        """Multiply dout by the slope 1 - y²."""
        y = self.out
        dx: Array = dout * (1 - y * y)
        return dx


class Affine:
    """The matrix product with bias: out = x W + b.

    ``W`` (D, M) and ``b`` (M,) are shared with whoever made the layer, never copied: an update in
    place is seen at the next ``forward``. ``dW`` and ``db`` are written into the same two arrays at
    every ``backward``. The first layer of a network can skip ``dx``, which nobody asks for.
    """

    def __init__(self, W: Array, b: Array) -> None:
        self.W = W
        self.b = b
        self.dW = np.zeros(W.shape, np.result_type(W, np.float32))
        self.db = np.zeros(b.shape, np.result_type(b, np.float32))

    def forward(self, x: Array) -> Array:
        """Weigh the inputs and add the bias."""
        self.x = x
        out = x @ self.W + self.b
        return out

    @overload
    def backward(self, dout: Array) -> Array: ...
    @overload
    def backward(self, dout: Array, need_dx: bool) -> Array | None: ...
    def backward(
        self,
        dout: Array,
        need_dx: bool = True,
    ) -> Array | None:
        """Share dout among x, W and b."""
        dx = None
        if need_dx:
            dx = dout @ self.W.T
        np.matmul(self.x.T, dout, out=self.dW)
        dout.sum(axis=0, out=self.db)
        return dx


class SoftmaxWithLoss:
    """Softmax and cross-entropy: L = -1/N sum of t log y, with y = softmax(x).

    ``t`` holds the right answers, as class numbers (N,) or one-hot rows (N, C). The logarithm comes
    from log-sum-exp, so the loss is exact however small y gets.
    """

    def forward(self, x: Array, t: Labels) -> float:
        """Turn scores into y, and y into L."""
        self.t = one_hot(t, x)
        log_y = log_softmax(x)
        self.y = np.exp(log_y)
        loss = -np.vdot(self.t / len(x), log_y)
        return float(loss)

    def backward(self, dout: float = 1.0) -> Array:
        """Take the famous difference, y - t."""
        dx = dout * (self.y - self.t) / len(self.t)
        return dx


def log_softmax(x: Array) -> Array:
    """Return x - log(sum(exp(x))) along the last axis, finite for every finite x."""
    with np.errstate(over="ignore"):  # scores further apart than the largest float: clipped next
        shifted = x - x.max(axis=-1, keepdims=True)
    # Half of the lowest float leaves room for the sum that the mean over a batch is made of.
    shifted = np.maximum(shifted, _FLOOR[shifted.dtype])
    log_sum = np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return np.asarray(shifted - log_sum)


_FLOOR = {np.dtype(kind): np.finfo(kind).min / 2 for kind in (np.float16, np.float32, np.float64)}


def one_hot(t: Labels, x: Array) -> Array:
    """Return the answers ``t`` as one-hot rows of the shape and type of the scores ``x`` (N, C)."""
    if t.shape == x.shape:
        return t.astype(x.dtype, copy=False)
    if t.shape != x.shape[:1]:
        raise ValueError(
            f"t of shape {t.shape} does not fit scores of shape {x.shape}: "
            f"give class numbers {x.shape[:1]} or one-hot rows {x.shape}"
        )
    kind, classes = t.dtype.kind, x.shape[1]
    try:
        if kind not in "iu" or (kind == "i" and t.min() < 0):
            raise IndexError
        rows: Array = _identity(classes, x.dtype)[t]
    except IndexError:
        raise ValueError(f"t must hold whole class numbers from 0 to {classes - 1}") from None
    return rows


@cache
def _identity(classes: int, dtype: np.dtype[np.floating]) -> Array:
    return np.eye(classes, dtype=dtype)

"""The operations on whole arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from bpcore.graph.operation import Operation

if TYPE_CHECKING:
    from bpcore.graph.operation import InputGradients
    from bpcore.layers import Array


class Dot(Operation):
    """The matrix product of (N, D) and (D, M), either of them also a mere row or column (D,)."""

    symbol = "·"
    what = "multiplies rows with columns"
    rule = "matrix product: upstream times the other factor, transposed"
    makes = "{0} · {1}"
    hands_back = ("{d} · {1}ᵀ", "{0}ᵀ · {d}")
    arity = (2, 2)

    def forward(self, x: Array, W: Array) -> Array:
        """Multiply the rows of x with the columns of W."""
        if max(x.ndim, W.ndim) > 2:
            raise ValueError("no matrices")
        return x @ W

    def backward(self, dout: Array, x: Array, W: Array, out: Array) -> InputGradients:
        """Multiply dout with the other, transposed."""
        rows = np.atleast_2d(x)
        columns = W.reshape(len(W), -1)
        d = dout.reshape(len(rows), -1)
        dx = (d @ columns.T).reshape(x.shape)
        dW = (rows.T @ d).reshape(W.shape)
        return dx, dW

    def local_derivatives(self, inputs: tuple[Array, ...], out: Array) -> tuple[Array, ...]:
        """Return the other factor for each input: upstream is multiplied by a matrix here."""
        x, W = inputs
        return W, x


class Reduction(Operation):
    """An operation on all elements, or on those along the last axis, which stays with length 1."""

    def __init__(self, *, last_axis: bool = False) -> None:
        self.last_axis = last_axis
        self.axis: dict[str, Any] = {"axis": -1, "keepdims": True} if last_axis else {}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({'last_axis=True' if self.last_axis else ''})"


class Sum(Reduction):
    """The sum of the elements."""

    symbol = "Σ"
    what = "adds up all elements"
    rule = "sum: passes the gradient on to every element"
    makes = "Σ {0}"
    hands_back = ("{d} for each element",)

    def forward(self, x: Array) -> Array:
        """Add up the elements."""
        return np.asarray(x.sum(**self.axis))

    def backward(self, dout: Array, x: Array, out: Array) -> InputGradients:
        """Pass dout on to every element."""
        return np.broadcast_to(dout, x.shape)


class Mean(Reduction):
    """The mean of the elements."""

    symbol = "mean"
    what = "averages the elements"
    rule = "mean: shares the gradient out evenly"
    makes = "mean({0})"
    hands_back = ("{d} / n for each of n elements",)

    def forward(self, x: Array) -> Array:
        """Average the elements."""
        return np.asarray(x.mean(**self.axis))

    def backward(self, dout: Array, x: Array, out: Array) -> InputGradients:
        """Share dout out evenly."""
        n = x.size // out.size
        return np.broadcast_to(dout / n, x.shape)


class Max(Reduction):
    """The largest of the elements; of equals, the first."""

    symbol = "max"
    what = "keeps the largest element"
    rule = "maximum: the largest element gets the gradient, the others nothing"
    makes = "max({0})"
    hands_back = ("{d} for the largest element, 0 for the others",)

    def forward(self, x: Array) -> Array:
        """Find the largest element."""
        return np.asarray(x.max(**self.axis))

    def backward(self, dout: Array, x: Array, out: Array) -> InputGradients:
        """Open the gate of the largest element."""
        rows = x.reshape(out.size, -1)
        gate = np.zeros_like(rows)
        largest = rows.argmax(axis=1)
        gate[np.arange(out.size), largest] = 1
        dx = dout.reshape(-1, 1) * gate
        return dx.reshape(x.shape)

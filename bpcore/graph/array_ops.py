"""The operations on whole arrays, and the layers that serve as nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from bpcore import layers
from bpcore.graph.operation import Operation

if TYPE_CHECKING:
    from bpcore.graph.operation import Downstream
    from bpcore.layers import Array


class Dot(Operation):
    """The matrix product of (N, D) and (D, M), either of them also a mere row or column (D,)."""

    symbol = "·"
    rule = "matrix product: upstream times the other factor, transposed"
    makes = "{0} · {1}"
    hands_back = ("{d} · {1}ᵀ", "{0}ᵀ · {d}")
    arity = (2, 2)

    def forward(self, x: Array, W: Array) -> Array:
        """Multiply the rows of x with the columns of W."""
        return x @ W

    def backward(self, dout: Array, x: Array, W: Array, out: Array) -> Downstream:
        """Multiply dout with the other, transposed."""
        rows = np.atleast_2d(x)
        columns = W if W.ndim == 2 else W[:, np.newaxis]
        d = dout.reshape(len(rows), columns.shape[1])
        dx, dW = d @ columns.T, rows.T @ d
        return dx.reshape(x.shape), dW.reshape(W.shape)

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
    rule = "sum: passes the gradient on to every element"
    makes = "Σ {0}"
    hands_back = ("{d} for each element",)

    def forward(self, x: Array) -> Array:
        """Add up the elements."""
        return np.asarray(x.sum(**self.axis))

    def backward(self, dout: Array, x: Array, out: Array) -> Downstream:
        """Pass dout on to every element."""
        return np.broadcast_to(dout, x.shape)


class Mean(Reduction):
    """The mean of the elements."""

    symbol = "mean"
    rule = "mean: shares the gradient out evenly"
    makes = "mean({0})"
    hands_back = ("{d} / n for each of n elements",)

    def forward(self, x: Array) -> Array:
        """Average the elements."""
        return np.asarray(x.mean(**self.axis))

    def backward(self, dout: Array, x: Array, out: Array) -> Downstream:
        """Share dout out evenly."""
        n = x.size // out.size
        return np.broadcast_to(dout / n, x.shape)


class Max(Reduction):
    """The largest of the elements; of equals, the first."""

    symbol = "max"
    rule = "maximum: the largest element gets the gradient, the others nothing"
    makes = "max({0})"
    hands_back = ("{d} for the largest element, 0 for the others",)

    def forward(self, x: Array) -> Array:
        """Find the largest element."""
        return np.asarray(x.max(**self.axis))

    def backward(self, dout: Array, x: Array, out: Array) -> Downstream:
        """Open the gate of the largest element."""
        rows = x.reshape(out.size, -1)
        gate = np.zeros_like(rows)
        largest = rows.argmax(axis=1)
        gate[np.arange(out.size), largest] = 1
        dx = dout.reshape(-1, 1) * gate
        return dx.reshape(x.shape)


class LayerOperation(Operation):
    """A layer without parameters as a node: the code that trains is the code that runs."""

    layer: ClassVar[type[layers.Relu | layers.Sigmoid | layers.Tanh]]

    def forward(self, x: Array) -> Array:
        """Run the layer."""
        return self.layer().forward(x)

    def backward(self, dout: Array, x: Array, out: Array) -> Downstream:
        """Run the layer back, after the pass that it must remember."""
        layer = self.layer()
        layer.forward(x)
        return layer.backward(dout)


class Relu(LayerOperation):
    """The rectifier as one node: the gate that it is."""

    layer = layers.Relu
    symbol = "relu"
    rule = "relu: the gradient passes where the gate is open, above 0"
    makes = "relu({0})"
    hands_back = ("{d} if {0} > 0 else 0",)


class Sigmoid(LayerOperation):
    """The logistic function as one node."""

    layer = layers.Sigmoid
    symbol = "σ"
    rule = "sigmoid: upstream times the slope y (1 − y), at most 1/4"
    makes = "sigmoid({0})"
    hands_back = ("{d} × {y} (1 − {y})",)


class Tanh(LayerOperation):
    """The hyperbolic tangent as one node."""

    layer = layers.Tanh
    symbol = "tanh"
    rule = "tanh: upstream times the slope 1 − y², at most 1"
    makes = "tanh({0})"
    hands_back = ("{d} × (1 − {y}²)",)

"""Functions of one input, element by element, and the layers that serve as such."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from bpcore import layers
from bpcore.graph.operation import Operation, numbers

if TYPE_CHECKING:
    from bpcore.graph.operation import InputGradients
    from bpcore.layers import Array


class Exp(Operation):
    """e to the power of the input."""

    symbol = "exp"
    what = "raises e to the power of its input"
    rule = "exponential: upstream times the output itself"
    makes = "exp({0})"
    hands_back = ("{d} × {y}",)

    def forward(self, x: Array) -> Array:
        """Raise e to the power of x."""
        return np.exp(x)

    def backward(self, dout: Array, x: Array, out: Array) -> InputGradients:
        """Multiply dout by out."""
        return dout * out


class Log(Operation):
    """The natural logarithm."""

    symbol = "log"
    what = "takes the natural logarithm"
    rule = "logarithm: upstream over the input"
    makes = "log({0})"
    hands_back = ("{d} / {0}",)

    def forward(self, x: Array) -> Array:
        """Take the logarithm of x."""
        return np.log(x)

    def backward(self, dout: Array, x: Array, out: Array) -> InputGradients:
        """Divide dout by x."""
        return dout / x

    def complaint(self, *inputs: Array) -> str:
        """Name the number that has no logarithm."""
        (x,) = inputs
        what = "a negative number" if np.any(x < 0) else "zero"
        return f"logarithm of {what}: {numbers(x, x < 0 if x.min() < 0 else x == 0)}"


class Sqrt(Operation):
    """The square root."""

    symbol = "√"
    what = "takes the square root"
    rule = "square root: upstream over twice the output"
    makes = "sqrt({0})"
    hands_back = ("{d} / (2 × {y})",)

    def forward(self, x: Array) -> Array:
        """Take the square root of x."""
        return np.sqrt(x)

    def backward(self, dout: Array, x: Array, out: Array) -> InputGradients:
        """Divide dout by twice the root."""
        return dout / (2 * out)

    def complaint(self, *inputs: Array) -> str:
        """Name the negative number."""
        (x,) = inputs
        return f"square root of a negative number: {numbers(x, x < 0)}"


class Sin(Operation):
    """The sine of an angle in radians."""

    symbol = "sin"
    what = "takes the sine, in radians"
    rule = "sine: upstream times the cosine of the input"
    makes = "sin({0})"
    hands_back = ("{d} × cos({0})",)

    def forward(self, x: Array) -> Array:
        """Take the sine of x."""
        return np.sin(x)

    def backward(self, dout: Array, x: Array, out: Array) -> InputGradients:
        """Multiply dout by cos x."""
        return dout * np.cos(x)


class Cos(Operation):
    """The cosine of an angle in radians."""

    symbol = "cos"
    what = "takes the cosine, in radians"
    rule = "cosine: upstream times the sine of the input, sign turned"
    makes = "cos({0})"
    hands_back = ("{d} × (−sin({0}))",)

    def forward(self, x: Array) -> Array:
        """Take the cosine of x."""
        return np.cos(x)

    def backward(self, dout: Array, x: Array, out: Array) -> InputGradients:
        """Multiply dout by -sin x."""
        return dout * -np.sin(x)


class LayerOperation(Operation):
    """A layer without parameters as a node: the code that trains is the code that runs."""

    layer: ClassVar[type[layers.Relu | layers.Sigmoid | layers.Tanh]]

    def forward(self, x: Array) -> Array:
        """Run the layer."""
        return self.layer().forward(x)

    def backward(self, dout: Array, x: Array, out: Array) -> InputGradients:
        """Run the layer back, after the pass that it must remember."""
        layer = self.layer()
        layer.forward(x)
        return layer.backward(dout)


class Relu(LayerOperation):
    """The rectifier as one node: the gate that it is."""

    layer = layers.Relu
    symbol = "relu"
    what = "lets through what is above 0, the gate is closed for the rest"
    rule = "relu: the gradient passes where the gate is open, above 0"
    makes = "relu({0})"
    hands_back = ("{d} if {0} > 0 else 0",)


class Sigmoid(LayerOperation):
    """The logistic function as one node."""

    layer = layers.Sigmoid
    symbol = "σ"
    what = "squashes its input into 0 to 1"
    rule = "sigmoid: upstream times the slope y (1 − y), at most 1/4"
    makes = "sigmoid({0})"
    hands_back = ("{d} × {y} × (1 − {y})",)


class Tanh(LayerOperation):
    """The hyperbolic tangent as one node."""

    layer = layers.Tanh
    symbol = "tanh"
    what = "squashes its input into −1 to 1"
    rule = "tanh: upstream times the slope 1 − y², at most 1"
    makes = "tanh({0})"
    hands_back = ("{d} × (1 − {y}²)",)

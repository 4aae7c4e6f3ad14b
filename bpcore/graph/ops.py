"""The primitive operations: what each makes of its inputs, and what it hands back to them.

The book builds Multiply and Add in chapter 5, as layers, and draws the others as nodes. Whole
arrays, and the layers that serve as nodes, are in ``array_ops``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bpcore.graph.operation import Operation, numbers

if TYPE_CHECKING:
    from bpcore.graph.operation import Downstream
    from bpcore.layers import Array


class Add(Operation):
    """The sum of two or more inputs."""

    symbol = "+"
    rule = "addition: passes the gradient on unchanged"
    hands_back = ("{d}",)
    arity = (2, np.inf)

    def forward(self, *inputs: Array) -> Array:
        """Add up the inputs, the first ones first."""
        out = inputs[0]
        for x in inputs[1:]:
            out = out + x
        return out

    def backward(self, dout: Array, *others: Array) -> Downstream:
        """Pass dout on to every input."""
        *inputs, _out = others
        return (dout,) * len(inputs)

    def formula(self, names: tuple[str, ...]) -> str:
        """Return the sum, shortened in the middle if it is a long one."""
        shown = names if len(names) <= 4 else (*names[:2], "…", names[-1])
        return " + ".join(shown)


class Subtract(Operation):
    """The first input less the second."""

    symbol = "−"
    rule = "subtraction: passes the gradient on, with its sign turned for what is taken away"
    makes = "{0} − {1}"
    hands_back = ("{d}", "−{d}")
    arity = (2, 2)

    def forward(self, x: Array, y: Array) -> Array:
        """Take y away from x."""
        return x - y

    def backward(self, dout: Array, x: Array, y: Array, out: Array) -> Downstream:
        """Pass dout on to x, and turn its sign for y."""
        return dout, -dout


class Multiply(Operation):
    """The product of two inputs, element by element."""

    symbol = "×"
    rule = "multiplication: upstream times the other input"
    makes = "{0} × {1}"
    hands_back = ("{d} × {1}", "{d} × {0}")
    arity = (2, 2)

    def forward(self, x: Array, y: Array) -> Array:
        """Multiply x by y."""
        return x * y

    def backward(self, dout: Array, x: Array, y: Array, out: Array) -> Downstream:
        """Multiply dout by the other input."""
        return dout * y, dout * x


class Divide(Operation):
    """The first input over the second."""

    symbol = "/"
    rule = (
        "division: upstream over the divisor; to the divisor, that times the quotient, sign turned"
    )
    makes = "{0} / {1}"
    hands_back = ("{d} / {1}", "−{d} × {y} / {1}")
    arity = (2, 2)

    def forward(self, x: Array, y: Array) -> Array:
        """Divide x by y."""
        return x / y

    def backward(self, dout: Array, x: Array, y: Array, out: Array) -> Downstream:
        """Divide dout by y; for y, multiply by -out as well."""
        dx = dout / y
        return dx, dx * -out

    def complaint(self, *inputs: Array) -> str:
        """Name the division by zero."""
        x, y = inputs
        zero = f"division by zero: {numbers(x)} / {numbers(y)}"
        return zero if not y.all() else super().complaint(x, y)


class Reciprocal(Operation):
    """One over the input."""

    symbol = "1/x"
    rule = "reciprocal: upstream times −y², the square of the output, sign turned"
    makes = "1 / {0}"
    hands_back = ("{d} × (−{y}²)",)

    def forward(self, x: Array) -> Array:
        """Divide 1 by x."""
        return 1 / x

    def backward(self, dout: Array, x: Array, out: Array) -> Downstream:
        """Multiply dout by -out²."""
        return dout * -(out * out)

    def complaint(self, *inputs: Array) -> str:
        """Name the division by zero."""
        (x,) = inputs
        return f"division by zero: 1 / {numbers(x)}" if not x.all() else super().complaint(x)


class Negate(Operation):
    """The input with its sign turned, drawn as × (−1)."""

    symbol = "×(−1)"
    rule = "times −1: turns the sign of the gradient"
    makes = "−{0}"
    hands_back = ("{d} × (−1)",)

    def forward(self, x: Array) -> Array:
        """Turn the sign of x."""
        return -x

    def backward(self, dout: Array, x: Array, out: Array) -> Downstream:
        """Turn the sign of dout."""
        return -dout


class Power(Operation):
    """The first input to the power of the second."""

    symbol = "xⁿ"
    rule = "power: upstream times the exponent times the power one below"
    makes = "{0} ** {1}"
    hands_back = ("{d} × {1} × {0} ** ({1} − 1)", "{d} × {y} × log({0})")
    arity = (2, 2)

    def forward(self, x: Array, n: Array) -> Array:
        """Raise x to the power of n."""
        return x**n

    def backward(self, dout: Array, x: Array, n: Array, out: Array) -> Downstream:
        """Differentiate as a power of x and as an exponential of n."""
        slope = np.where(n == 0, 0, n * x ** (n - 1))
        flat = (x == 0) & (n > 0)
        growth = np.where(flat, 0, out * np.log(x))
        return dout * slope, dout * growth

    def complaint(self, *inputs: Array) -> str:
        """Name the power that is no real number."""
        x, n = inputs
        if np.any((x == 0) & (n < 0)):
            return f"division by zero: {numbers(x)} to the power of {numbers(n)}"
        if np.any((x < 0) & (n != np.floor(n))):
            return f"power of a negative number, {numbers(x)}, to {numbers(n)}, no whole number"
        return super().complaint(x, n)


class Exp(Operation):
    """e to the power of the input."""

    symbol = "exp"
    rule = "exponential: upstream times the output itself"
    makes = "exp({0})"
    hands_back = ("{d} × {y}",)

    def forward(self, x: Array) -> Array:
        """Raise e to the power of x."""
        return np.exp(x)

    def backward(self, dout: Array, x: Array, out: Array) -> Downstream:
        """Multiply dout by out."""
        return dout * out


class Log(Operation):
    """The natural logarithm."""

    symbol = "log"
    rule = "logarithm: upstream over the input"
    makes = "log({0})"
    hands_back = ("{d} / {0}",)

    def forward(self, x: Array) -> Array:
        """Take the logarithm of x."""
        return np.log(x)

    def backward(self, dout: Array, x: Array, out: Array) -> Downstream:
        """Divide dout by x."""
        return dout / x

    def complaint(self, *inputs: Array) -> str:
        """Name the number that has no logarithm."""
        (x,) = inputs
        what = "a negative number" if np.any(x < 0) else "zero"
        return f"logarithm of {what}: {numbers(x)}"


class Sqrt(Operation):
    """The square root."""

    symbol = "√"
    rule = "square root: upstream over twice the output"
    makes = "sqrt({0})"
    hands_back = ("{d} / (2 {y})",)

    def forward(self, x: Array) -> Array:
        """Take the square root of x."""
        return np.sqrt(x)

    def backward(self, dout: Array, x: Array, out: Array) -> Downstream:
        """Divide dout by twice the root."""
        return dout / (2 * out)

    def complaint(self, *inputs: Array) -> str:
        """Name the negative number."""
        (x,) = inputs
        return f"square root of a negative number: {numbers(x)}"


class Maximum(Operation):
    """The larger of two inputs, element by element. Of equals, the second counts as larger.

    So maximum(x, 0) is Relu, whose derivative at 0 is 0.
    """

    symbol = "max"
    rule = "maximum: the larger input gets the gradient, the other nothing"
    makes = "max({0}, {1})"
    hands_back = ("{d} if {0} > {1} else 0", "{d} if {1} >= {0} else 0")
    arity = (2, 2)

    def forward(self, x: Array, y: Array) -> Array:
        """Take the larger one."""
        return np.maximum(x, y)

    def backward(self, dout: Array, x: Array, y: Array, out: Array) -> Downstream:
        """Open the gate of the larger one."""
        return dout * (x > y), dout * (x <= y)


class Sin(Operation):
    """The sine of an angle in radians."""

    symbol = "sin"
    rule = "sine: upstream times the cosine of the input"
    makes = "sin({0})"
    hands_back = ("{d} × cos({0})",)

    def forward(self, x: Array) -> Array:
        """Take the sine of x."""
        return np.sin(x)

    def backward(self, dout: Array, x: Array, out: Array) -> Downstream:
        """Multiply dout by cos x."""
        return dout * np.cos(x)


class Cos(Operation):
    """The cosine of an angle in radians."""

    symbol = "cos"
    rule = "cosine: upstream times the sine of the input, sign turned"
    makes = "cos({0})"
    hands_back = ("{d} × (−sin({0}))",)

    def forward(self, x: Array) -> Array:
        """Take the cosine of x."""
        return np.cos(x)

    def backward(self, dout: Array, x: Array, out: Array) -> Downstream:
        """Multiply dout by -sin x."""
        return dout * -np.sin(x)

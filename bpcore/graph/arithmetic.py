"""Arithmetic: the operations of one or two inputs, element by element."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bpcore.graph.operation import Operation, numbers

if TYPE_CHECKING:
    from bpcore.graph.operation import InputGradients
    from bpcore.layers import Array


class Add(Operation):
    """The sum of two or more inputs."""

    symbol = "+"
    what = "adds up its inputs"
    rule = "addition: passes the gradient on unchanged"
    hands_back = ("{d}",)
    arity = (2, np.inf)

    def forward(self, *inputs: Array) -> Array:
        """Add up the inputs, the first ones first."""
        out = inputs[0]
        for x in inputs[1:]:
            out = out + x
        return out

    def backward(self, dout: Array, *others: Array) -> InputGradients:
        """Pass dout on to every input."""
        *inputs, _out = others
        return (dout,) * len(inputs)

    def formula(self, names: tuple[str, ...]) -> str:
        """Return the sum, shortened in the middle if it is a long one."""
        shown = names if len(names) <= 4 else (*names[:2], "…", names[-1])
        return " + ".join(f"({name})" if " #" in name else name for name in shown)


class Subtract(Operation):
    """The first input less the second."""

    symbol = "−"
    what = "takes the second input from the first"
    rule = "subtraction: passes the gradient on, with its sign turned for what is taken away"
    makes = "{0} − {1}"
    hands_back = ("{d}", "−{d}")
    arity = (2, 2)

    def forward(self, x: Array, y: Array) -> Array:
        """Take y away from x."""
        return x - y

    def backward(self, dout: Array, x: Array, y: Array, out: Array) -> InputGradients:
        """Pass dout on to x, and turn its sign for y."""
        return dout, -dout


class Multiply(Operation):
    """The product of two inputs, element by element."""

    symbol = "×"
    what = "multiplies its inputs"
    rule = "multiplication: upstream times the other input"
    makes = "{0} × {1}"
    hands_back = ("{d} × {1}", "{d} × {0}")
    arity = (2, 2)

    def forward(self, x: Array, y: Array) -> Array:
        """Multiply x by y."""
        return x * y

    def backward(self, dout: Array, x: Array, y: Array, out: Array) -> InputGradients:
        """Multiply dout by the other input."""
        return dout * y, dout * x


class Divide(Operation):
    """The first input over the second."""

    symbol = "/"
    what = "divides the first input by the second"
    rule = (
        "division: upstream over the divisor; to the divisor, that times the quotient, sign turned"
    )
    makes = "{0} / {1}"
    hands_back = ("{d} / {1}", "−{d} × {y} / {1}")
    arity = (2, 2)

    def forward(self, x: Array, y: Array) -> Array:
        """Divide x by y."""
        return x / y

    def backward(self, dout: Array, x: Array, y: Array, out: Array) -> InputGradients:
        """Divide dout by y; for y, multiply by -out as well."""
        quotient = dout / y
        return quotient, quotient * -out

    def complaint(self, *inputs: Array) -> str:
        """Name the division by zero."""
        x, y = np.broadcast_arrays(*inputs)
        zero = y == 0
        text = f"division by zero: {numbers(x, zero)} / {numbers(y, zero)}"
        return text if zero.any() else super().complaint(x, y)


class Reciprocal(Operation):
    """One over the input."""

    symbol = "1/x"
    what = "divides 1 by its input"
    rule = "reciprocal: upstream times −y², the square of the output, sign turned"
    makes = "1 / {0}"
    hands_back = ("{d} × (−{y}²)",)

    def forward(self, x: Array) -> Array:
        """Divide 1 by x."""
        return 1 / x

    def backward(self, dout: Array, x: Array, out: Array) -> InputGradients:
        """Multiply dout by -out²."""
        return dout * -(out * out)

    def complaint(self, *inputs: Array) -> str:
        """Name the division by zero."""
        (x,) = inputs
        text = f"division by zero: 1 / {numbers(x, x == 0)}"
        return text if not x.all() else super().complaint(x)


class Negate(Operation):
    """The input with its sign turned, drawn as × −1."""

    symbol = "× −1"
    what = "turns the sign of its input"
    rule = "times −1: turns the sign of the gradient"
    makes = "−{0}"
    hands_back = ("{d} × −1",)

    def forward(self, x: Array) -> Array:
        """Turn the sign of x."""
        return -x

    def backward(self, dout: Array, x: Array, out: Array) -> InputGradients:
        """Turn the sign of dout."""
        return -dout


class Power(Operation):
    """The first input to the power of the second."""

    symbol = "xⁿ"
    what = "raises the first input to the power of the second"
    rule = "power: upstream times exponent times the power one below; for the exponent, y log x"
    makes = "{0} ** {1}"
    hands_back = ("{d} × {1} × {0} ** ({1} − 1)", "{d} × {y} × log({0})")
    arity = (2, 2)

    def forward(self, x: Array, n: Array) -> Array:
        """Raise x to the power of n."""
        return x**n

    def backward(self, dout: Array, x: Array, n: Array, out: Array) -> InputGradients:
        """Differentiate as a power of x and as an exponential of n."""
        slope = np.where(n == 0, 0, n * x ** (n - 1))
        flat = (x == 0) & (n > 0)
        growth = np.where(flat, 0, out * np.log(x))
        return dout * slope, dout * growth

    def complaint(self, *inputs: Array) -> str:
        """Name the power that is no real number."""
        x, n = np.broadcast_arrays(*inputs)
        wrong = (x == 0) & (n < 0)
        if wrong.any():
            return f"division by zero: {numbers(x, wrong)} to the power of {numbers(n, wrong)}"
        wrong = (x < 0) & (n != np.floor(n))
        if wrong.any():
            base, exponent = numbers(x, wrong), numbers(n, wrong)
            return f"power of a negative number, {base}, to {exponent}, no whole number"
        return super().complaint(x, n)


class Maximum(Operation):
    """The larger of two inputs, element by element. Of equals, the second counts as larger.

    So maximum(x, 0) is Relu, whose derivative at 0 is 0.
    """

    symbol = "max"
    what = "keeps the larger of its inputs"
    rule = "maximum: the larger input gets the gradient, the other nothing"
    makes = "max({0}, {1})"
    hands_back = ("{d} if {0} > {1} else 0", "{d} if {1} >= {0} else 0")
    arity = (2, 2)

    def forward(self, x: Array, y: Array) -> Array:
        """Take the larger one."""
        return np.maximum(x, y)

    def backward(self, dout: Array, x: Array, y: Array, out: Array) -> InputGradients:
        """Open the gate of the larger one."""
        return dout * (x > y), dout * (x <= y)

"""Layers with one mistake each, to be read beside the right ones.

Each is the layer that it is named after but for the lines of the mistake. A batch of one hides some
of them, since then the mean over the batch, its sum and its first row are the same: ``MeanForDb``,
``FirstRowForDb``, ``CountForgotten`` and ``SoftmaxOverBatch``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

import numpy as np

from bpcore.layers import Affine, Relu, Sigmoid, SoftmaxWithLoss, log_softmax, one_hot

if TYPE_CHECKING:
    from bpcore.layers import Array, Labels

LEARNING_RATE = 0.1
"""Of the update that ``UpdatedTooEarly`` has in its W; the W of the network stays as it is."""


class MaskForgotten(Relu):
    """A Relu that lets every gradient through."""

    def backward(self, dout: Array) -> Array:
        """Forget to block dout."""
        dx = dout
        return dx


class MaskInverted(Relu):
    """A Relu that blocks where its gate is open."""

    def backward(self, dout: Array) -> Array:
        """Block dout at the wrong units."""
        dx = dout * self.mask
        return dx


class DoutOverwritten(Relu):
    """The book's Relu: dx is right, but it is made in the array of someone else.

    In a chain of layers nobody looks at dout again, and all gradients are right. They are wrong
    where a value goes two ways, and so is every record of what went into the layer.
    """

    def backward(self, dout: Array) -> Array:
        """Block dout in place."""
        dout[self.mask] = 0
        dx = dout
        return dx


class OpenAtZero(Relu):
    """A Relu with derivative 1 at exactly 0, which is as good a choice as 0."""

    def forward(self, x: Array) -> Array:
        """Close the gate wherever x < 0."""
        self.mask = x < 0
        out: Array = np.maximum(x, 0)
        return out


class SlopeFromX(Sigmoid):
    """A Sigmoid that puts x into the formula that is meant for y. It remembers x, too."""

    def forward(self, x: Array) -> Array:
        """Squash x into 0..1."""
        self.x = x
        return super().forward(x)

    def backward(self, dout: Array) -> Array:
        """Multiply dout by x (1 - x)."""
        x = self.x  # kept by forward
        dx: Array = dout * (x * (1 - x))
        return dx


class UpdatedTooEarly(Affine):
    """An Affine layer whose W has had its update before dx is computed with it."""

    @overload
    def backward(self, dout: Array) -> Array: ...
    @overload
    def backward(self, dout: Array, need_dx: bool) -> Array | None: ...
    def backward(
        self,
        dout: Array,
        need_dx: bool = True,
    ) -> Array | None:
        """Share dout among x, a W that was not there in the forward pass, and b."""
        np.matmul(self.x.T, dout, out=self.dW)
        dx = None
        if need_dx:
            updated = self.W - LEARNING_RATE * self.dW
            dx = dout @ updated.T
        dout.sum(axis=0, out=self.db)
        return dx


class MeanForDb(Affine):
    """An Affine layer that divides db by the size of the batch, which the loss has done already."""

    @overload
    def backward(self, dout: Array) -> Array: ...
    @overload
    def backward(self, dout: Array, need_dx: bool) -> Array | None: ...
    def backward(
        self,
        dout: Array,
        need_dx: bool = True,
    ) -> Array | None:
        """Share dout among x, W and, with a mean, b."""
        dx = None
        if need_dx:
            dx = dout @ self.W.T
        np.matmul(self.x.T, dout, out=self.dW)
        dout.mean(axis=0, out=self.db)
        return dx


class FirstRowForDb(Affine):
    """An Affine layer whose b hears from the first example of a batch alone."""

    @overload
    def backward(self, dout: Array) -> Array: ...
    @overload
    def backward(self, dout: Array, need_dx: bool) -> Array | None: ...
    def backward(
        self,
        dout: Array,
        need_dx: bool = True,
    ) -> Array | None:
        """Share dout among x, W and, of one example, b."""
        dx = None
        if need_dx:
            dx = dout @ self.W.T
        np.matmul(self.x.T, dout, out=self.dW)
        self.db[:] = dout[0]
        return dx


class TransposeMissing(Affine):
    """An Affine layer that sends dout back along W: it fits only where W is square."""

    @overload
    def backward(self, dout: Array) -> Array: ...
    @overload
    def backward(self, dout: Array, need_dx: bool) -> Array | None: ...
    def backward(
        self,
        dout: Array,
        need_dx: bool = True,
    ) -> Array | None:
        """Share dout among the wrong x, W and b."""
        dx = None
        if need_dx:
            dx = dout @ self.W
        np.matmul(self.x.T, dout, out=self.dW)
        dout.sum(axis=0, out=self.db)
        return dx


class CountForgotten(SoftmaxWithLoss):
    """A loss that is a mean, with the gradient of a sum."""

    def backward(self, dout: float = 1.0) -> Array:
        """Take the famous difference, y - t, N times too large."""
        dx = dout * (self.y - self.t)
        return dx


class SignSwapped(SoftmaxWithLoss):
    """A loss whose gradient points to where it falls."""

    def backward(self, dout: float = 1.0) -> Array:
        """Take the famous difference the other way round."""
        dx = dout * (self.t - self.y) / len(self.t)
        return dx


class SoftmaxOverBatch(SoftmaxWithLoss):
    """A softmax over all scores of a batch together: the mistake of the book's early printing.

    Its y sum to 1 over the batch, not in each row. So the loss is another one, and y - t is not its
    gradient, except for a batch of one.
    """

    def forward(self, x: Array, t: Labels) -> float:
        """Turn scores into y with one sum for all rows, and y into L."""
        self.t = one_hot(t, x)
        log_y = log_softmax(x.ravel()).reshape(x.shape)
        self.y = np.exp(log_y)
        loss = -np.vdot(self.t / len(x), log_y)
        return float(loss)


class TwoWays(SoftmaxWithLoss):
    """The right loss, with its backward told as the sum that it is.

    Of a row of x, L = 1/N (log sum(exp(x)) - sum(t x)): x goes two ways, and its gradient is what
    comes back along both.
    """

    def backward(self, dout: float = 1.0) -> Array:
        """Add what comes back through the exponentials to what comes back from the score."""
        dout = dout / len(self.t)
        dx = -dout * self.t
        dx += dout * self.y
        return dx


class Assigned(TwoWays):
    """A loss that remembers only one of the two ways that x goes."""

    def backward(self, dout: float = 1.0) -> Array:
        """Put what comes back through the exponentials over what comes back from the score."""
        dout = dout / len(self.t)
        dx = -dout * self.t
        dx = dout * self.y
        return dx

"""Layers that somebody might write: right ones, wrong ones, and such as can't be checked."""

import numpy as np


class Relu:
    def forward(self, x):
        self.mask = x <= 0
        return np.where(self.mask, 0, x)

    def backward(self, dout):
        return np.where(self.mask, 0, dout)


class OverwritingRelu(Relu):
    def backward(self, dout):
        dout[self.mask] = 0
        return dout


class InPlaceRelu(Relu):
    def forward(self, x):
        self.mask = x <= 0
        x[self.mask] = 0
        return x


class ForgetsMask(Relu):
    def backward(self, dout):
        return dout


class InvertsMask(Relu):
    def backward(self, dout):
        return np.where(self.mask, dout, 0)


class KeepsFirstMask(Relu):
    def __init__(self):
        self.mask = None

    def forward(self, x):
        if self.mask is None:
            self.mask = x <= 0
        return np.where(x <= 0, 0, x)

    def backward(self, dout):
        return np.where(self.mask[: len(dout)], 0, dout)


class Steep:
    def forward(self, x):
        self.out = np.exp(5 * x)
        return self.out

    def backward(self, dout):
        return dout * 5 * self.out


class SlopeFromX:
    def forward(self, x):
        self.x = x
        return 1 / (1 + np.exp(-x))

    def backward(self, dout):
        return dout * self.x * (1 - self.x)


class RowSoftmax:
    def forward(self, x):
        e = np.exp(x - x.max(axis=1, keepdims=True))
        self.y = e / e.sum(axis=1, keepdims=True)
        return self.y

    def backward(self, dout):
        return self.y * (dout - (dout * self.y).sum(axis=1, keepdims=True))


class OfPythonLists:
    def forward(self, x):
        return [[2 * value for value in row] for row in x]

    def backward(self, dout):
        return [[2 * value for value in row] for row in dout]


class Flatten:
    def forward(self, x):
        self.shape = x.shape
        return x.reshape(-1)

    def backward(self, dout):
        return dout.reshape(self.shape)


class StepFunction:
    def forward(self, x):
        self.shape = x.shape
        return x > 0

    def backward(self, dout):
        return np.zeros(self.shape)


class Affine:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout):
        self.dW = self.x.T @ dout
        self.db = dout.sum(axis=0)
        return dout @ self.W.T


class AffineWithGrads:
    def __init__(self, weight, bias):
        self.params = [weight, bias]
        self.grads = [np.zeros_like(weight), np.zeros_like(bias)]

    def forward(self, x):
        self.x = x
        return x @ self.params[0] + self.params[1]

    def backward(self, dout):
        self.grads = [self.x.T @ dout, dout.sum(axis=0)]
        return dout @ self.params[0].T


class MeanForBias(Affine):
    def backward(self, dout):
        dx = super().backward(dout)
        self.db = dout.mean(axis=0)
        return dx


class AddsToOldGradients(Affine):
    def __init__(self, W, b):
        super().__init__(W, b)
        self.dW = np.zeros_like(W)

    def backward(self, dout):
        before = self.dW
        dx = super().backward(dout)
        self.dW = before + self.dW
        return dx


class UpdatesItself(Affine):
    def backward(self, dout):
        dx = super().backward(dout)
        self.W -= 0.1 * self.dW
        return dx


class NoGradients(Affine):
    def backward(self, dout):
        return dout @ self.W.T


class SoftmaxWithLoss:
    def forward(self, x, t):
        self.y, self.t = RowSoftmax().forward(x), t
        return -np.sum(t * np.log(self.y)) / len(x)

    def backward(self, dout=1):
        return dout * (self.y - self.t) / len(self.t)


class LossOfNumbers(SoftmaxWithLoss):
    def forward(self, x, t):
        self.y, self.t = RowSoftmax().forward(x), np.eye(x.shape[1])[t]
        return -np.log(self.y[np.arange(len(x)), t]).mean()

    def backward(self, dout):
        return super().backward(dout)


class ForgetsCount(SoftmaxWithLoss):
    def backward(self):
        return self.y - self.t


class Dropout:
    def forward(self, x):
        self.mask = np.random.default_rng().random(x.shape) > 0.5
        return x * self.mask

    def backward(self, dout):
        return dout * self.mask


class Single:
    def forward(self, x):
        return x.astype(np.float32)

    def backward(self, dout):
        return dout


class Scale:
    """Has parameters of its own, arrays that are none, and starts at random."""

    def __init__(self):
        self.gamma = np.random.default_rng().normal(size=4)
        self.beta = np.zeros(4)
        self.dbeta = np.zeros(4)
        self.passes = np.zeros(1)
        self.room = np.zeros((3, 4))

    def forward(self, x):
        self.x = x
        self.passes = self.passes + 1
        return self.gamma * x + self.beta

    def backward(self, dout):
        self.dgamma = (self.x * dout).sum(axis=0)
        self.dbeta = dout.sum(axis=0)
        self.room[: len(dout)] = self.gamma * dout
        return self.room[: len(dout)].copy()


class HalfGamma(Scale):
    def backward(self, dout):
        dx = super().backward(dout)
        self.dgamma = self.dgamma / 2
        return dx


class ForgetsGamma(Scale):
    """At gamma = 1, as it starts, this can't be seen."""

    def __init__(self):
        super().__init__()
        self.gamma = np.ones(4)

    def backward(self, dout):
        super().backward(dout)
        return dout.copy()


class NoBeta(Scale):
    def __init__(self):
        super().__init__()
        del self.dbeta

    def backward(self, dout):
        dx = super().backward(dout)
        del self.dbeta
        return dx


class Root:
    """Its parameter has to stay above 0."""

    def __init__(self):
        self.scale = np.full(4, 0.09)

    def forward(self, x):
        if (self.scale <= 0).any():
            raise ValueError("below 0")
        self.x = x
        return x * np.sqrt(self.scale)

    def backward(self, dout):
        self.dscale = (dout * self.x).sum(axis=0) / (2 * np.sqrt(self.scale))
        return dout * np.sqrt(self.scale)


class ManyArrays(Relu):
    def __init__(self):
        for n in range(9):
            setattr(self, f"a{n}", np.ones(2))
        self.large = np.ones(301)

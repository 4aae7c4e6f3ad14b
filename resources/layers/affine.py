"""A layer made with W of shape (4, 5) and b of shape (5,).

backward keeps their gradients in dW and db, and returns dx.
"""

import numpy as np


class Affine:
    """out = x W + b."""

    def __init__(self, W, b):
        self.W = W
        self.b = b

    def forward(self, x):
        """Remember x, and return the weighted sums."""
        self.x = x
        return np.dot(x, self.W) + self.b

    def backward(self, dout):
        """Share dout among x, W and b."""
        self.dW = np.dot(self.x.T, dout)
        self.db = np.sum(dout, axis=0)
        return np.dot(dout, self.W.T)

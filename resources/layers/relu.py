"""A layer to start from: change it, save it, have it checked.

forward gets x of shape (3, 4) and returns an array. backward gets
dout, of the shape of that, and returns dx, of the shape of x.
"""

import numpy as np


class Relu:
    """out = x where x > 0, else 0."""

    def forward(self, x):
        """Close the gate wherever x <= 0."""
        self.mask = x <= 0
        return np.where(self.mask, 0, x)

    def backward(self, dout):
        """Block dout where the gate is closed."""
        return np.where(self.mask, 0, dout)

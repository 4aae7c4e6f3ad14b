"""As much of PyTorch as an exported script needs, in NumPy. Tests copy it to be its torch."""

import contextlib

import numpy as np

float32, float64 = np.float32, np.float64


class Tensor:
    def __init__(self, array):
        self.array = array

    def copy_(self, other):
        assert other.array.shape == self.array.shape
        assert other.array.dtype == self.array.dtype
        self.array[...] = other.array

    def argmax(self, dim):
        return Tensor(self.array.argmax(axis=dim))

    def numpy(self):
        return self.array

    def tolist(self):
        return self.array.tolist()


def from_numpy(array):
    assert array.flags.writeable
    assert array.flags.c_contiguous
    return Tensor(array)


@contextlib.contextmanager
def no_grad():
    yield


class nn:
    class Linear:
        def __init__(self, in_features, out_features):
            self.in_features, self.out_features = in_features, out_features
            self.weight = Tensor(np.full((out_features, in_features), np.nan))
            self.bias = Tensor(np.full(out_features, np.nan))

        def __call__(self, x):
            return x @ self.weight.array.T + self.bias.array

    class ReLU:
        def __call__(self, x):
            return np.maximum(x, 0)

    class Sigmoid:
        def __call__(self, x):
            return 1 / (1 + np.exp(-x))

    class Tanh:
        def __call__(self, x):
            return np.tanh(x)

    class Sequential:
        def __init__(self, *layers):
            self.layers = layers

        def __iter__(self):
            return iter(self.layers)

        def __call__(self, x):
            values = x.array
            for layer in self.layers:
                values = layer(values)
            return Tensor(values)

        def to(self, dtype):
            for layer in self.layers:
                if isinstance(layer, nn.Linear):
                    for tensor in (layer.weight, layer.bias):
                        tensor.array = tensor.array.astype(dtype)
            return self

        def eval(self):
            return self

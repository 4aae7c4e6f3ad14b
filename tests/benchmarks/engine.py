"""How fast training is: python tests/benchmarks/engine.py.

In turn, so that a busy machine slows all of them alike: this project's Trainer in float32, the
book's loop in float64 with layers as the book writes them, and nothing but the five matrix products
that an iteration can't do without, in float32. Prints iterations per second and their ratios.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["MKL_NUM_THREADS"] = "1"

import statistics
import sys
import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from bpcore import Trainer, TrainingConfig, load_mnist

BATCH, INPUTS, HIDDEN, OUTPUTS = 100, 784, 50, 10
ROUNDS, CHUNK = 12, 400


class BookRelu:
    def forward(self, x):
        self.mask = x <= 0
        out = x.copy()
        out[self.mask] = 0
        return out

    def backward(self, dout):
        dout[self.mask] = 0
        return dout


class BookAffine:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        self.x = x
        return np.dot(x, self.W) + self.b

    def backward(self, dout):
        dx = np.dot(dout, self.W.T)
        self.dW = np.dot(self.x.T, dout)
        self.db = np.sum(dout, axis=0)
        return dx


class BookSoftmaxWithLoss:
    def forward(self, x, t):
        e = np.exp(x - x.max(axis=1, keepdims=True))
        self.y, self.t = e / e.sum(axis=1, keepdims=True), t
        picked = self.y[np.arange(len(x)), t.argmax(axis=1)]
        return -np.sum(np.log(picked + 1e-7)) / len(x)

    def backward(self):
        return (self.y - self.t) / len(self.t)


def book() -> Callable[[], None]:
    """Return an iteration of the book's program: everything in float64, one-hot labels."""
    (x_train, t_train), _ = load_mnist(one_hot_label=True)
    rng = np.random.default_rng(0)
    params = {
        "W1": 0.01 * rng.standard_normal((INPUTS, HIDDEN)),
        "b1": np.zeros(HIDDEN),
        "W2": 0.01 * rng.standard_normal((HIDDEN, OUTPUTS)),
        "b2": np.zeros(OUTPUTS),
    }
    affine1 = BookAffine(params["W1"], params["b1"])
    affine2 = BookAffine(params["W2"], params["b2"])
    layers = OrderedDict(Affine1=affine1, Relu1=BookRelu(), Affine2=affine2)
    last_layer = BookSoftmaxWithLoss()

    def loss(x, t):
        for layer in layers.values():
            x = layer.forward(x)
        return last_layer.forward(x, t)

    def iterate() -> None:
        mask = rng.choice(len(x_train), BATCH)
        x, t = x_train[mask], t_train[mask]
        loss(x, t)
        dout = last_layer.backward()
        for layer in reversed(layers.values()):
            dout = layer.backward(dout)
        grads = {"W1": affine1.dW, "b1": affine1.db, "W2": affine2.dW, "b2": affine2.db}
        for key, grad in grads.items():
            params[key] -= 0.1 * grad
        loss(x, t)  # the book notes the loss after the update, with a forward pass of its own

    return iterate


def products() -> Callable[[], None]:
    """Return the five matrix products of an iteration, into arrays that are there already."""
    rng = np.random.default_rng(0)

    def array(*shape: int):
        return rng.standard_normal(shape).astype(np.float32)

    x, W1, W2 = array(BATCH, INPUTS), array(INPUTS, HIDDEN), array(HIDDEN, OUTPUTS)
    z1, z2 = array(BATCH, HIDDEN), array(BATCH, OUTPUTS)
    da1, dW1, dW2 = array(BATCH, HIDDEN), array(INPUTS, HIDDEN), array(HIDDEN, OUTPUTS)

    def iterate() -> None:
        np.matmul(x, W1, out=z1)
        np.matmul(z1, W2, out=z2)
        np.matmul(z2, W2.T, out=da1)
        np.matmul(z1.T, z2, out=dW2)
        np.matmul(x.T, da1, out=dW1)

    return iterate


def trainer() -> Callable[[], None]:
    """Return an iteration of ours; the measurement at the end of an epoch is not counted."""
    ours = Trainer(TrainingConfig(iterations=(ROUNDS + 1) * CHUNK, batch_size=BATCH))
    ours._accuracies_if_due = lambda: None
    return lambda: ours.__next__()


def rate(iterate: Callable[[], None]) -> float:
    """Return iterations per second."""
    start = time.perf_counter()
    for _ in range(CHUNK):
        iterate()
    return CHUNK / (time.perf_counter() - start)


def main() -> None:
    """Measure in turn and print medians."""
    contenders = {"Trainer": trainer(), "book's loop": book(), "five products": products()}
    for iterate in contenders.values():
        rate(iterate)
    rates = {name: [] for name in contenders}
    for _ in range(ROUNDS):
        for name, iterate in contenders.items():
            rates[name].append(rate(iterate))
    for name, measured in rates.items():
        print(f"{name:14} {statistics.median(measured):8,.0f} iterations/s")
    for one, other in (("Trainer", "book's loop"), ("Trainer", "five products")):
        ratios = [a / b for a, b in zip(rates[one], rates[other], strict=True)]
        print(f"{one} / {other:14} {statistics.median(ratios):5.2f}")


if __name__ == "__main__":
    main()

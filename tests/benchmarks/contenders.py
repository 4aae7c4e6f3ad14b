"""The same iteration in other hands: what the benchmark of the engine compares it with.

Each function returns a callable that does one iteration, or as many as its attribute ``iterations``
says, on 100 of the bundled digits.
"""

from collections import OrderedDict
from collections.abc import Callable

import numpy as np

from bpcore import Trainer, TrainingConfig, load_mnist
from bpcore.datasets.mnist import load_dataset

BATCH, INPUTS, HIDDEN, OUTPUTS, RATE = 100, 784, 50, 10, 0.1

Iterate = Callable[[], object]


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


def weights(dtype, hidden: int = HIDDEN) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    return {
        "W1": (0.01 * rng.standard_normal((INPUTS, hidden))).astype(dtype),
        "b1": np.zeros(hidden, dtype),
        "W2": (0.01 * rng.standard_normal((hidden, OUTPUTS))).astype(dtype),
        "b2": np.zeros(OUTPUTS, dtype),
    }


def book() -> Iterate:
    """Do what the book's program does: everything in float64, one-hot labels."""
    (x_train, t_train), _ = load_mnist(one_hot_label=True)
    rng = np.random.default_rng(0)
    params = weights(np.float64)
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
            params[key] -= RATE * grad
        loss(x, t)  # the book notes the loss after the update, with a forward pass of its own

    return iterate


def fused() -> Iterate:
    """Do it by hand: one function, no layers, every array kept and written into."""
    dataset = load_dataset()
    images, labels = dataset.train_images, dataset.train_labels
    rng = np.random.default_rng(0)
    W1, b1, W2, b2 = weights(np.float32).values()
    dW1, db1, dW2, db2 = (np.empty_like(W) for W in (W1, b1, W2, b2))
    raw = np.empty((BATCH, INPUTS), np.uint8)
    x = np.empty((BATCH, INPUTS), np.float32)
    a, da = np.empty((BATCH, HIDDEN), np.float32), np.empty((BATCH, HIDDEN), np.float32)
    y = np.empty((BATCH, OUTPUTS), np.float32)
    step, one_hot = np.empty_like(W1), np.eye(OUTPUTS, dtype=np.float32)

    def iterate() -> float:
        batch = rng.integers(len(labels), size=BATCH)
        images.take(batch, axis=0, out=raw, mode="clip")
        np.divide(raw, 255, out=x, dtype=np.float32)
        t = one_hot[labels[batch]]
        np.matmul(x, W1, out=a)
        np.add(a, b1, out=a)
        np.maximum(a, 0, out=a)
        np.matmul(a, W2, out=y)
        np.add(y, b2, out=y)
        np.subtract(y, y.max(axis=1, keepdims=True), out=y)
        scores = float(np.vdot(t, y))
        np.exp(y, out=y)
        total = y.sum(axis=1, keepdims=True)
        loss = (float(np.log(total).sum()) - scores) / BATCH
        np.divide(y, total, out=y)
        np.subtract(y, t, out=y)
        np.multiply(y, 1 / BATCH, out=y)
        np.matmul(a.T, y, out=dW2)
        y.sum(axis=0, out=db2)
        np.matmul(y, W2.T, out=da)
        np.multiply(da, a > 0, out=da)
        np.matmul(x.T, da, out=dW1)
        da.sum(axis=0, out=db1)
        np.multiply(dW1, RATE, out=step)
        np.subtract(W1, step, out=W1)
        for W, grad in ((b1, db1), (W2, dW2), (b2, db2)):
            W -= RATE * grad
        return loss

    return iterate


def torch() -> Iterate | None:
    """Do it with PyTorch, eagerly; None if it is not installed."""
    try:
        import torch
    except ImportError:
        return None
    torch.set_num_threads(1)
    dataset = load_dataset()
    images = torch.tensor(dataset.train_images.copy())
    labels = torch.tensor(dataset.train_labels.astype(np.int64))
    model = torch.nn.Sequential(
        torch.nn.Linear(INPUTS, HIDDEN), torch.nn.ReLU(), torch.nn.Linear(HIDDEN, OUTPUTS)
    )
    optimizer = torch.optim.SGD(model.parameters(), RATE)
    criterion = torch.nn.CrossEntropyLoss()
    losses: list[float] = []

    def iterate() -> None:
        batch = torch.randint(len(labels), (BATCH,))
        loss = criterion(model(images[batch].float() / 255), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())

    return iterate


def sklearn() -> Iterate | None:
    """Do an epoch with scikit-learn's MLPClassifier; None if it is not installed."""
    try:
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.neural_network import MLPClassifier
    except ImportError:
        return None
    import warnings

    (x, _), _ = load_mnist()
    labels = load_dataset().train_labels
    model = MLPClassifier(
        (HIDDEN,),
        solver="sgd",
        alpha=0.0,
        batch_size=BATCH,
        learning_rate_init=RATE,
        momentum=0.0,
        max_iter=1,
        warm_start=True,
    )

    def iterate() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(x, labels)

    iterate.iterations = len(x) // BATCH
    return iterate


def products(hidden: int = HIDDEN, batch: int = BATCH) -> Iterate:
    """Do nothing but the five matrix products, into arrays that are there already."""
    rng = np.random.default_rng(0)

    def array(*shape: int):
        return rng.standard_normal(shape).astype(np.float32)

    x, W1, W2 = array(batch, INPUTS), array(INPUTS, hidden), array(hidden, OUTPUTS)
    z1, z2 = array(batch, hidden), array(batch, OUTPUTS)
    da1, dW1, dW2 = array(batch, hidden), array(INPUTS, hidden), array(hidden, OUTPUTS)

    def iterate() -> None:
        np.matmul(x, W1, out=z1)
        np.matmul(z1, W2, out=z2)
        np.matmul(z2, W2.T, out=da1)
        np.matmul(z1.T, z2, out=dW2)
        np.matmul(x.T, da1, out=dW1)

    return iterate


def trainer(hidden: int = HIDDEN, batch: int = BATCH, recording: bool = True) -> Iterate:
    """Do it with our Trainer and all that it does, but the measurement at the end of an epoch."""
    config = TrainingConfig(iterations=10_000_000, batch_size=batch, hidden_sizes=(hidden,))
    ours = Trainer(config)
    ours._accuracies_if_due = lambda: None
    if not recording:
        ours.timeline.record = lambda learner, loss: None
    return ours.__next__

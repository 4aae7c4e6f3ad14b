"""A session without a thread, whose networks a test hands out: digits, traces and mistakes."""

from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.passes import Passes
from app.session import Prediction, State
from app.staging import Batch, Example
from bpcore import TrainingConfig, TwoLayerNet, load_mnist
from bpcore.datasets.mnist import scale
from bpcore.layers import log_softmax


@dataclass(frozen=True)
class FakeSnapshot:
    run: int
    iteration: int
    config: TrainingConfig = field(default_factory=TrainingConfig)


def a_network(activation: str = "relu", units: int = 50, seed: int = 1) -> TwoLayerNet:
    return TwoLayerNet(
        784, units, 10, weight_init_std=0.1, activation=activation, dtype=np.float32, seed=seed
    )


class DigitSession(QObject):
    state_changed = Signal(object)
    snapshot_changed = Signal(object)
    data_changed = Signal()
    drawing_changed = Signal()
    mistake_found = Signal(object)

    def __init__(self, network: TwoLayerNet | None = None, *, loaded: bool = True) -> None:
        super().__init__()
        self.network = network
        self.state = State.IDLE
        self.config = TrainingConfig()
        self.snapshot = None if network is None else FakeSnapshot(1, 0)
        self.drawing = None
        self.loaded = loaded
        self.searches: list[tuple[str, int]] = []
        self.traces = 0
        (x, t), (x_test, t_test) = load_mnist(normalize=False, flatten=True)
        self._digits = {"train": (x, t), "test": (x_test, t_test)}

    def size(self, split: str) -> int:
        return len(self._digits[split][1]) if self.loaded else 0

    def example(self, split: str, index: int) -> Example | None:
        if not 0 <= index < self.size(split):
            return None
        images, labels = self._digits[split]
        return Example(split, index, images[index], int(labels[index]))

    def batch(self, split: str, first: int, count: int) -> Batch | None:
        if not 0 <= first < self.size(split):
            return None
        images, labels = self._digits[split]
        rows = slice(first, first + count)
        return Batch(split, first, images[rows], labels[rows])

    def passes(self) -> Passes | None:
        if self.network is None:
            return None
        self.traces += 1
        return Passes(self.network, self.snapshot.iteration, 0.1)

    def predict(self, image: np.ndarray) -> Prediction | None:
        if self.network is None:
            return None
        y = np.exp(log_softmax(self.network.predict(scale(image, self.network.dtype))))
        return Prediction(y, int(y.argmax()), 0)

    def find_mistake(self, split: str, after: int) -> None:
        self.searches.append((split, after))

    def set_drawing(self, image: np.ndarray | None) -> None:
        self.drawing = image
        self.drawing_changed.emit()

    def publish(self, network: TwoLayerNet, iteration: int, run: int = 1) -> None:
        self.network, self.snapshot = network, FakeSnapshot(run, iteration)
        self.snapshot_changed.emit(self.snapshot)

    def load(self) -> None:
        self.loaded = True
        self.data_changed.emit()

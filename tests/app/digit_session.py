"""A session without a thread, whose networks a test hands out: digits, traces and mistakes."""

import numpy as np
from fake_session import CountingReaders, a_snapshot
from PySide6.QtCore import QObject, Signal

from app.passes import Passes
from app.readers import Prediction
from app.session import State
from app.staging import Batch, Example
from bpcore import TrainingConfig, TwoLayerNet, load_mnist


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
    unit_changed = Signal(int)

    def __init__(self, network: TwoLayerNet | None = None, *, loaded: bool = True) -> None:
        super().__init__()
        self.network = network
        self.state = State.IDLE
        self.pinned: int | None = None
        self.config = TrainingConfig()
        self.readers = CountingReaders(self)
        self.snapshot = None
        if network is not None:
            self._take(network, 0, 1)
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

    def next_batch(self) -> Batch | None:
        batch = self.batch("train", 0, 5)
        return None if batch is None else Batch("run", 1, batch.images, batch.labels)

    def passes(self) -> Passes | None:
        if self.network is None:
            return None
        self.traces += 1
        return Passes(self.network, self.snapshot.iteration, 0.1)

    def predict(self, image: np.ndarray) -> Prediction | None:
        return self.readers.read_by_run(image)

    def find_mistake(self, split: str, after: int) -> None:
        self.searches.append((split, after))

    def select_unit(self, unit: int) -> None:
        self.unit_changed.emit(unit)

    def set_drawing(self, image: np.ndarray | None) -> None:
        self.drawing = image
        self.drawing_changed.emit()

    def publish(self, network: TwoLayerNet, iteration: int, run: int = 1) -> None:
        self._take(network, iteration, run)
        self.snapshot_changed.emit(self.snapshot)

    def _take(self, network: TwoLayerNet, iteration: int, run: int) -> None:
        self.network = network
        self.snapshot = a_snapshot(network, iteration, run)
        self.readers.take_snapshot(self.snapshot)

    def load(self) -> None:
        self.loaded = True
        self.data_changed.emit()

"""A session whose states and networks a test hands out itself: no thread, no waiting."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.session import Prediction, State
from bpcore.config import TrainingConfig
from bpcore.datasets.mnist import scale
from bpcore.layers import log_softmax


@dataclass(frozen=True)
class FakeSnapshot:
    iteration: int


class FakeSession(QObject):
    state_changed = Signal(object)
    snapshot_changed = Signal(object)
    data_changed = Signal()
    drawing_changed = Signal()

    def __init__(self, network=None, iteration: int | None = None) -> None:
        super().__init__()
        self.network = network
        self.state = State.IDLE
        self.message = ""
        self.config = TrainingConfig(seed=7)
        self.snapshot = None if iteration is None else FakeSnapshot(iteration)
        self.drawing = None
        self.started: list[TrainingConfig] = []
        self.predictions = 0

    def predict(self, image: np.ndarray) -> Prediction | None:
        assert image.dtype == np.uint8
        assert image.shape == (784,)
        self.predictions += 1
        if self.network is None:
            return None
        probabilities = np.exp(log_softmax(self.network.predict(scale(image))))
        return Prediction(probabilities, int(probabilities.argmax()), self.snapshot.iteration)

    def set_drawing(self, image: np.ndarray | None) -> None:
        self.drawing = image
        self.drawing_changed.emit()

    def start(self, config: TrainingConfig) -> None:
        self.started.append(config)
        self.publish(0)
        self.set_state(State.RUNNING)

    def publish(self, iteration: int) -> None:
        self.snapshot = FakeSnapshot(iteration)
        self.snapshot_changed.emit(self.snapshot)

    def set_state(self, state: State, message: str = "") -> None:
        self.state, self.message = state, message
        self.state_changed.emit(state)

"""A session whose states and networks a test hands out itself: no thread, no waiting."""

from types import MappingProxyType

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.readers import Prediction, Readers
from app.session import State
from app.snapshot import Snapshot
from bpcore.config import TrainingConfig
from bpcore.handwriting import Correction, CorrectionSet
from bpcore.reader import Reader, ReaderError
from bpcore.vitals import VitalsRecorder

NO_BATCH = np.empty(0, np.int64)
NO_VITALS = VitalsRecorder(("W1", "b1", "W2", "b2")).view()


def a_snapshot(network, iteration: int, run: int = 1) -> Snapshot:
    """What a run would publish whose network this is."""
    params = MappingProxyType({name: array.copy() for name, array in network.params.items()})
    config = TrainingConfig(seed=7, activation=network.activation, hidden_sizes=network.sizes[1:-1])
    return Snapshot(
        run, config, iteration, params, np.empty(0), (), 90, None, None, 0.0, NO_BATCH, NO_VITALS
    )


class CountingReaders(Readers):
    """Counts how often something is read; comes along with ``shipped``, or with no network."""

    def __init__(self, parent: QObject | None = None, shipped: Reader | None = None) -> None:
        self.reads = 0
        super().__init__(parent, shipped=lambda: _come_along(shipped))

    def read(self, image: np.ndarray) -> Prediction | None:
        assert image.dtype == np.uint8
        assert image.shape == (784,)
        self.reads += 1
        return super().read(image)


def _come_along(shipped: Reader | None) -> Reader:
    if shipped is None:
        raise ReaderError("No network comes along.")
    return shipped


class FakeHandwriting(QObject):
    """Keeps corrections as long as it lives."""

    changed = Signal()
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.corrections = CorrectionSet()

    def add(self, image: np.ndarray, label: int) -> None:
        moment = float(len(self.corrections))
        self.corrections = self.corrections.added(Correction(image, label, moment))
        self.changed.emit()


class FakeSession(QObject):
    state_changed = Signal(object)
    snapshot_changed = Signal(object)
    data_changed = Signal()
    drawing_changed = Signal()
    unit_changed = Signal(int)

    def __init__(
        self, network=None, iteration: int | None = None, shipped: Reader | None = None
    ) -> None:
        super().__init__()
        self.network = network
        self.state = State.IDLE
        self.pinned: int | None = None
        self.message = ""
        self.config = TrainingConfig(seed=7)
        self.readers = CountingReaders(self, shipped)
        self.handwriting = FakeHandwriting(self)
        self.snapshot = None
        self.drawing = None
        self.started: list[TrainingConfig] = []
        self.run = 1
        if iteration is not None:
            self._take(iteration)

    def select_unit(self, unit: int) -> None:
        self.unit_changed.emit(unit)

    def set_drawing(self, image: np.ndarray | None) -> None:
        self.drawing = image
        self.drawing_changed.emit()

    def start(self, config: TrainingConfig) -> None:
        self.started.append(config)
        self.run += 1
        self.publish(0)
        self.set_state(State.RUNNING)

    def publish(self, iteration: int) -> None:
        self._take(iteration)
        self.snapshot_changed.emit(self.snapshot)

    def set_state(self, state: State, message: str = "") -> None:
        self.state, self.message = state, message
        self.state_changed.emit(state)

    def _take(self, iteration: int) -> None:
        self.snapshot = a_snapshot(self.network, iteration, self.run)
        self.readers.take_snapshot(self.snapshot)

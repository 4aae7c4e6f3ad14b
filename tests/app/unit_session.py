"""What the widgets of the Train page want of a session, handed out by a test."""

from types import SimpleNamespace

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.inspecting import Inspected
from bpcore import Network, load_mnist
from bpcore.inspection import inspect


class UnitSession(QObject):
    unit_changed = Signal(int)

    def __init__(self, unit: int = 0) -> None:
        super().__init__()
        self.unit = unit

    def select_unit(self, unit: int) -> None:
        self.unit = unit
        self.unit_changed.emit(unit)


def weights_of(units: int, size: float = 0.1) -> np.ndarray:
    """Waves of another kind for each unit, (784, units): the same on every machine."""
    row, column = np.mgrid[0:28, 0:28] / 28
    waves = [
        np.sin(6 * row * (1 + n % 4) + n) * np.cos(5 * column * (1 + n % 3)) * (n % 10 + 1) / 10
        for n in range(units)
    ]
    return (size * np.array(waves)).reshape(units, 784).T.astype(np.float32)


def snapshot_of(weights: np.ndarray) -> SimpleNamespace:
    return SimpleNamespace(params={"W1": weights})


def run_through(work):
    """Do work that is done in steps, and return its result."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


def inspected(
    activation: str = "relu", units: int = 12, dead: tuple[int, ...] = (), size: int | None = None
) -> Inspected:
    """Inspect a network some of whose units never fire, beside one with other weights."""
    images = load_mnist(normalize=False, flatten=True)[1][0][:200]
    now, then = (
        Network((784, units, 10), activation=activation, weight_init_std=std, seed=3)
        for std in (0.1, 0.01)
    )
    for unit in dead:
        now.params["b1"][unit] = -1e3
    found = run_through(inspect(now, images))
    before = run_through(inspect(then, images, like=found))
    return Inspected(1, 480, activation, len(images) if size is None else size, found, before)

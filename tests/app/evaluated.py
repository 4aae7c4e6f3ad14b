"""Evaluations, and an Evaluate page on a session whose networks a test hands out itself."""

from functools import cache
from types import SimpleNamespace

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from app import formatting
from app.lab import Laboratory
from app.pages.evaluate import EvaluatePage
from app.session import State
from app.widgets.confusion_view import ConfusionView
from bpcore import load_mnist
from bpcore.config import TrainingConfig
from bpcore.evaluation import Evaluation, evaluate
from bpcore.network import Network, TwoLayerNet
from bpcore.steps import result_of
from bpcore.training import Trainer

LEFT = Qt.MouseButton.LeftButton


def an_evaluation(pairs, surely: float = 0.9) -> Evaluation:
    """Of digits with these pairs of label and reading; later ones have smaller losses."""
    labels, readings = (np.array(each, np.intp) for each in zip(*pairs, strict=True))
    count = len(labels)
    probabilities = np.full((count, 10), (1 - surely) / 9)
    probabilities[np.arange(count), readings] = surely
    return Evaluation(labels, readings, probabilities, np.arange(count, 0, -1.0))


def pictures(count: int) -> np.ndarray:
    """Images of which each can be told from all others."""
    rng = np.random.default_rng(3)
    return rng.integers(0, 256, (count, 784), dtype=np.uint8)


@cache
def trainer() -> Trainer:
    """A run of 600 iterations that reads most digits, and some wrongly."""
    made = Trainer(TrainingConfig(iterations=600, seed=5))
    for _ in made:
        pass
    return made


def trained() -> Network:
    return trainer().network


def untrained(seed: int = 1) -> Network:
    return TwoLayerNet(784, 50, 10, weight_init_std=0.1, dtype=np.float32, seed=seed)


@cache
def digits():
    (x, t), (x_test, t_test) = load_mnist(normalize=False, flatten=True)
    return {"train": (x, t), "test": (x_test, t_test)}


class EvaluatedSession(QObject):
    snapshot_changed = Signal(object)
    data_changed = Signal()
    state_changed = Signal(object)
    unit_changed = Signal(int)

    def __init__(self, network: Network | None = None, iteration: int = 600) -> None:
        super().__init__()
        self.laboratory = Laboratory(self)
        self.pinned: int | None = None
        self.state = State.PAUSED
        self.unit = 0
        self.network = network
        self.snapshot = None
        self._splits = digits()
        self.digits = SimpleNamespace(split=lambda name: self._splits[name])
        self.states = ()
        self.page: EvaluatePage | None = None
        if network is not None:
            self._take(network, iteration, 1)

    def keyframes(self):
        return self.states

    def select_unit(self, unit: int) -> None:
        self.unit = unit
        self.unit_changed.emit(unit)

    def test_digits(self, images: np.ndarray, labels: np.ndarray) -> None:
        """Evaluate on these from now on."""
        self._splits = {**self._splits, "test": (images, labels)}

    def publish(self, network: Network | None, iteration: int, run: int = 1) -> None:
        self._take(network, iteration, run)
        self.snapshot_changed.emit(self.snapshot)

    def _take(self, network: Network | None, iteration: int, run: int) -> None:
        self.network = network
        config = TrainingConfig(iterations=10_000)
        self.snapshot = SimpleNamespace(run=run, iteration=iteration, config=config)


def show(qtbot, session: EvaluatedSession, size: tuple[int, int] = (1208, 680)) -> EvaluatePage:
    # Kept: qtbot holds no more than a weak reference, and a page that is collected while it paints
    # takes its painter with it.
    session.page = page = EvaluatePage(session)
    qtbot.addWidget(page)
    page.resize(*size)
    page.show()
    return page


def wait_for(qtbot, page: EvaluatePage, iteration: int) -> None:
    """Wait until the network of ``iteration`` is shown."""
    wanted = f"Iteration {formatting.count(iteration)}"
    qtbot.waitUntil(lambda: shown_of(page) == wanted, timeout=20_000)


def evaluation_of(network: Network) -> Evaluation:
    """What the engine finds out about ``network`` on the test digits."""
    return result_of(evaluate(network, *digits()["test"]))


def matrix_of(page: EvaluatePage) -> ConfusionView:
    return child(page, ConfusionView, "confusionMatrix")


def shown_card(qtbot, kind: type, width: int = 716, height: int = 544):
    """Return a card of this ``kind``, of a page that shows iteration 600 of run 1."""
    card = kind()
    qtbot.addWidget(card)
    card.resize(width, height)
    card.show()
    card.show_present((1, 600))
    return card


def shown_of(page: EvaluatePage) -> str:
    return text(page, "evaluateIteration")


def text(page: QWidget, name: str) -> str:
    return child(page, QLabel, name).text()


def child(page: QWidget, kind: type, name: str):
    found = page.findChild(kind, name)
    assert found is not None, name
    return found


def click(page: QWidget, name: str) -> None:
    QTest.mouseClick(child(page, QAbstractButton, name), LEFT)

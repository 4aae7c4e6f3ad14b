import pytest
from parameter_fields import BOOK
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLabel

from app.widgets.header import Header, RunPill
from bpcore.config import TrainingConfig


class FakeSession(QObject):
    state_changed = Signal(object)
    snapshot_changed = Signal(object)

    def __init__(self, config: TrainingConfig) -> None:
        super().__init__()
        self.config = config


def header(qtbot, config: TrainingConfig) -> Header:
    made = Header(FakeSession(config))
    qtbot.addWidget(made)
    return made


def test_the_pill_names_the_optimizer_that_trains(qtbot) -> None:
    made = header(qtbot, BOOK.replace(optimizer="adam", learning_rate=1e-6, hidden_sizes=(50, 30)))
    assert made.findChild(RunPill).text == "Relu · 784-50-30-10 · Adam 1e-06 · seed 42"


@pytest.mark.parametrize(
    ("sizes", "layers"),
    [
        ((), "Affine1 → SoftmaxWithLoss"),
        ((50,), "Affine1 → Sigmoid1 → Affine2 → SoftmaxWithLoss"),
        ((5,) * 2, "Affine1 → Sigmoid1 → Affine2 → Sigmoid2 → Affine3 → SoftmaxWithLoss"),
        ((5,) * 8, "Affine1 → Sigmoid1 → … → Affine8 → Sigmoid8 → Affine9 → SoftmaxWithLoss"),
    ],
)
def test_the_header_has_the_layers_that_there_are(qtbot, sizes, layers: str) -> None:
    made = header(qtbot, BOOK.replace(hidden_sizes=sizes, activation="sigmoid"))
    shown = made.findChild(QLabel, "networkStructure").text()
    assert shown.replace("  ", " ") == layers

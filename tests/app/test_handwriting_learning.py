"""The thread that learns a handwriting, and the network that it makes."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import numpy as np
import pytest
from kept import Make, drawing, handwritings
from PySide6.QtCore import Qt

from app.handwriting import Handwriting
from bpcore import adaptation
from bpcore.datasets.mnist import Dataset, load_dataset
from bpcore.handwriting import load_corrections
from bpcore.network import Network
from bpcore.reader import Reader

if TYPE_CHECKING:
    from bpcore.adaptation import Adaptation


@pytest.fixture(scope="module")
def digits() -> Dataset:
    full = load_dataset()
    return Dataset(
        "small",
        full.train_images[:300].copy(),
        full.train_labels[:300].copy(),
        full.test_images[:100].copy(),
        full.test_labels[:100].copy(),
    )


@pytest.fixture
def reader() -> Reader:
    return Reader(Network((784, 5, 10), dtype=np.float32, seed=1))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "handwriting"


@pytest.fixture
def make(qtbot, folder: Path) -> Iterator[Make]:
    with handwritings(folder) as make:
        yield make


@pytest.fixture
def few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adaptation, "MANY_STEPS", 5)


def test_a_network_learns_the_corrections(
    qtbot, make: Make, reader: Reader, digits: Dataset, few_steps: None
) -> None:
    one = make()
    one.add(drawing(1), 3)
    told: list[bool] = []
    shares: list[float] = []
    one.learning_changed.connect(lambda: told.append(one.is_learning))
    one.progressed.connect(shares.append)
    with qtbot.waitSignal(one.learned) as learned:
        one.learn(reader, digits)
        assert one.is_learning
    (result,) = learned.args
    assert told == [True, False]
    assert shares == sorted(shares)
    assert all(0 < share <= 1 for share in shares)
    assert one.result is result
    assert (result.corrections, result.digits) == (1, 100)
    one.forget_result()
    assert one.result is None


def test_nothing_is_learned_from_nothing(make: Make, reader: Reader, digits: Dataset) -> None:
    one = make()
    one.learn(reader, digits)
    assert not one.is_learning


@pytest.fixture
def endless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adaptation, "MANY_STEPS", 1_000_000)


def test_what_is_cancelled_never_arrives(
    qtbot, make: Make, reader: Reader, digits: Dataset, few_steps: None
) -> None:
    one = make()
    one.add(drawing(1), 3)
    results: list[Adaptation] = []
    one.learned.connect(results.append)
    ended = Event()
    one._worker.learned.connect(ended.set, Qt.ConnectionType.DirectConnection)
    one.learn(reader, digits)
    assert ended.wait(20)  # the result waits among the events of the window
    one.cancel()
    assert not one.is_learning
    one.add(drawing(2), 8)
    with qtbot.waitSignal(one.learned):
        one.learn(reader, digits)
    assert [result.corrections for result in results] == [2]
    assert one.result is results[0]


def test_a_long_learning_is_given_up_at_once(
    qtbot, make: Make, reader: Reader, digits: Dataset, endless: None, folder: Path
) -> None:
    one = make()
    one.add(drawing(1), 3)
    with qtbot.waitSignal(one.progressed):
        one.learn(reader, digits)
    one.add(drawing(2), 8)  # what is kept meanwhile is not held up
    qtbot.waitUntil(lambda: len(load_corrections(folder / "corrections.handwriting")) == 2)
    assert one.is_learning
    one.cancel()
    one.cancel()
    assert one.close(timeout=2)


def test_closing_gives_up_what_is_being_learned(
    qtbot, make: Make, reader: Reader, digits: Dataset, endless: None
) -> None:
    one = make()
    one.add(drawing(1), 3)
    with qtbot.waitSignal(one.progressed):
        one.learn(reader, digits)
    assert one.close(timeout=2)
    assert not one.is_learning


def test_a_network_without_finite_numbers_is_told(qtbot, make: Make, digits: Dataset) -> None:
    network = Network((784, 5, 10), dtype=np.float32, seed=1)
    network.params["b2"] = np.full(10, np.nan, np.float32)
    one = make()
    one.add(drawing(1), 3)
    with qtbot.waitSignal(one.failed) as failed:
        one.learn(Reader(network), digits)
    assert "no longer computes finite numbers" in failed.args[0]
    assert not one.is_learning
    assert one.result is None


# The network of one's own


def learned(qtbot, one: Handwriting, reader: Reader, digits: Dataset):
    one.add(drawing(1), 3)
    with qtbot.waitSignal(one.learned) as learned:
        one.learn(reader, digits)
    return learned.args[0]


def test_the_own_network_is_there_at_the_next_start(
    qtbot, make: Make, reader: Reader, digits: Dataset, few_steps: None
) -> None:
    first = make()
    assert first.load_own() is None
    result = learned(qtbot, first, reader, digits)
    with qtbot.waitSignal(first.own_changed):
        first.save_own(result)
    assert first.own.corrections == 1
    second = make()
    assert second.own is None
    own = second.load_own()
    for name, array in result.reader.network.params.items():
        np.testing.assert_array_equal(own.network.params[name], array)
    assert second.own.accuracy == result.accuracy_after
    with qtbot.waitSignal(second.own_changed):
        second.discard_own()
    assert second.own is None
    assert make().load_own() is None


def test_an_own_network_that_is_damaged_is_told(qtbot, make: Make, folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "own.network").write_bytes(b"nothing")
    one = make()
    with qtbot.waitSignal(one.failed) as failed:
        assert one.load_own() is None
    assert failed.args == ["own.network is cut short, or not a Chainlight network"]
    assert one.trouble == failed.args[0]


def test_an_own_network_that_can_not_be_kept_is_told(
    qtbot, make: Make, reader: Reader, digits: Dataset, few_steps: None, folder: Path
) -> None:
    one = make()
    result = learned(qtbot, one, reader, digits)
    (folder / "own.network").mkdir()
    with qtbot.waitSignal(one.failed) as failed:
        one.save_own(result)
    assert failed.args == ["own.network: is not a file; choose another name"]
    with qtbot.waitSignal(one.failed) as failed:
        one.discard_own()
    assert failed.args[0].startswith("own.network: can't be deleted (")
    assert one.own is None

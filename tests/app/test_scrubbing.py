"""Any iteration on any page: what is shown is what the timeline says, to the last digit."""

import os
import random

import numpy as np
import pictures
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from waiting import wait_for

from app import formatting, theme
from app.session import State
from app.widgets.probability_bars import ProbabilityBars
from app.widgets.unit_tiles import UnitTiles
from bpcore.config import TrainingConfig
from bpcore.datasets.mnist import load_dataset
from bpcore.evaluation import accuracy
from bpcore.graph.trace import trace_pass
from bpcore.network import Network
from bpcore.reader import Reader
from bpcore.timeline import Timeline
from bpcore.training import Trainer

SEEKS = int(os.environ.get("CHAINLIGHT_SEEKS", "8"))
CONFIG = TrainingConfig(iterations=400, seed=5)


@pytest.fixture(scope="module")
def timeline() -> Timeline:
    trainer = Trainer(CONFIG, load_dataset("bundled"))
    for _ in trainer:
        pass
    return trainer.timeline


@pytest.fixture
def scrubbed(qtbot, window, monkeypatch: pytest.MonkeyPatch):
    """The window with a finished run; drawn is a digit of the test set."""
    window.resize(1280, 800)
    session = window.session
    session.readers.choose("run")
    session.start(CONFIG)
    wait_for(qtbot, session, State.FINISHED)
    window.show_page(2)
    window.draw_page.findChild(QWidget, "digitCanvas")
    return window


def text(window, name: str) -> str:
    found = window.findChild(QLabel, name)
    assert found is not None, name
    return found.text()


def network_at(timeline: Timeline, iteration: int) -> Network:
    return Network.from_params(timeline.state_at(iteration).params, "relu")


def assert_train(qtbot, window, timeline: Timeline, k: int) -> None:
    window.show_page(0)
    count, loss = formatting.count(k), formatting.loss(float(timeline.losses[k - 1]))
    qtbot.waitUntil(lambda: text(window, "iterationValue") == count, timeout=5000)
    assert text(window, "lossValue") == (loss if k else formatting.EM_DASH)
    measured = [a for a in timeline.accuracies if a.iteration <= k]
    shown = text(window, "testAccuracyValue")
    if measured and text(window, "testAccuracyNote") == f"at {measured[-1].iteration:,}":
        assert shown == formatting.share(measured[-1].test)
    elif k and shown != formatting.EM_DASH:  # it has stayed so long that it was measured
        digits = window.session.digits.split("test")
        assert shown == formatting.share(accuracy(network_at(timeline, k), *digits))
    weights = timeline.state_at(k).params["W1"]
    tiles = window.findChild(UnitTiles)
    qtbot.waitUntil(lambda: np.array_equal(tiles.grid.weights, weights), timeout=5000)
    QApplication.processEvents()
    image = pictures.pixels(tiles.grid.viewport().grab().toImage())
    for unit in (1, 17, 49):  # not the selected one, whose frame lies over it
        rect = tiles.grid.tile_rect(unit)
        if rect.width() == 28 and not tiles.dead:
            expected = theme.diverging_pixels(
                weights[:, unit].reshape(28, 28), tiles.limit, theme.current()
            )
            part = image[rect.top() : rect.bottom() + 1, rect.left() : rect.right() + 1, :3]
            assert np.abs(part.astype(int) - expected).max() <= 1


def assert_backward(qtbot, window, timeline: Timeline, k: int) -> None:
    window.show_page(1)
    theatre, page = window.backward_page.theatre, window.backward_page
    qtbot.waitUntil(lambda: theatre.running.passes.iteration == k, timeout=5000)
    example = window.session.example("test", 0)
    x = example.image[np.newaxis] / np.float32(255)
    trace = trace_pass(network_at(timeline, k), x, np.array([example.label]), learning_rate=0.1)
    shown = theatre.network_trace
    for name in ("loss", "y", "dW1", "db2"):
        np.testing.assert_array_equal(shown.values[name], trace.values[name])
    said = "untrained network" if k == 0 else f"iteration {formatting.count(k)}"
    assert any(said in label.text() for label in page.findChildren(QLabel))


def assert_draw(qtbot, window, timeline: Timeline, k: int) -> None:
    window.show_page(2)
    drawing = window.session.drawing
    assert drawing is not None
    reading = Reader(network_at(timeline, k)).read(drawing) if k else None
    bars = window.draw_page.findChild(ProbabilityBars)
    expected = (
        (formatting.EM_DASH,) * 10
        if reading is None
        else tuple(formatting.percent(float(p), 2) for p in reading.probabilities)
    )
    qtbot.waitUntil(lambda: bars.texts == expected, timeout=5000)


def assert_evaluate(qtbot, window, timeline: Timeline, k: int) -> None:
    window.show_page(4)
    images, labels = timeline.dataset.split("test")
    share = accuracy(network_at(timeline, k), images, labels)
    qtbot.waitUntil(
        lambda: text(window, "evaluateIteration") == f"Iteration {formatting.count(k)}",
        timeout=10_000,
    )
    assert text(window, "evaluateAccuracyValue") == formatting.share(share)


def assert_timeline(window, timeline: Timeline, k: int) -> None:
    assert text(window, "timelineIteration") == f"Iteration {formatting.count(k)}"
    loss = formatting.loss(float(timeline.losses[k - 1]) if k else None)
    assert text(window, "timelineLoss") == f"loss {loss}"


def draw_a_line(window) -> None:
    canvas = window.draw_page.findChild(QWidget, "digitCanvas")
    side = canvas.width()
    left = Qt.MouseButton.LeftButton
    top = canvas.rect().center()
    top.setY(side // 5)
    bottom = canvas.rect().center()
    bottom.setY(4 * side // 5)
    QTest.mousePress(canvas, left, pos=top)
    for y in range(side // 5, 4 * side // 5, 12):
        top.setY(y)
        QTest.mouseMove(canvas, top)
    QTest.mouseRelease(canvas, left, pos=bottom)


def test_every_page_shows_exactly_the_iteration_that_is_sought(
    qtbot, scrubbed, timeline: Timeline
) -> None:
    window, session = scrubbed, scrubbed.session
    draw_a_line(window)
    dice = random.Random(7)
    for k in [0, 1, 399, *(dice.randrange(400) for _ in range(SEEKS - 3))]:
        session.seek(k)
        qtbot.waitUntil(lambda: not session.replaying, timeout=20_000)
        assert session.snapshot.iteration == k
        pages = [assert_train, assert_backward, assert_draw, assert_evaluate]
        dice.shuffle(pages)
        for assert_page in pages:
            assert_page(qtbot, window, timeline, k)
            assert_timeline(window, timeline, k)

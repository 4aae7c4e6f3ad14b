"""Evaluate on a real session: what it shows of the past is what the engine finds out there."""

import random

from evaluated import LEFT, child, shown_of, text
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from small_runs import SMALL

from app import formatting
from app.pages.evaluate import EvaluatePage
from app.session import State
from app.widgets.confusion_view import ConfusionView
from app.widgets.mistake_grid import MistakeGrid
from bpcore.evaluation import evaluate
from bpcore.network import Network
from bpcore.steps import result_of


def open_page(qtbot, session) -> EvaluatePage:
    page = EvaluatePage(session)
    qtbot.addWidget(page)
    page.resize(1208, 600)
    page.show()
    return page


def heading(iteration: int) -> str:
    return f"Iteration {formatting.count(iteration)}"


def assert_shows(page, session) -> None:
    snapshot = session.snapshot
    network = Network.from_params(snapshot.params, snapshot.config.activation)
    expected = result_of(evaluate(network, *session.digits.split("test")))
    assert shown_of(page) == heading(snapshot.iteration)
    assert text(page, "evaluateAccuracyValue") == formatting.share(expected.accuracy)
    wrong = formatting.count(expected.count - expected.right)
    assert text(page, "evaluateWrongValue") == wrong
    matrix = child(page, ConfusionView, "confusionMatrix")
    assert matrix.evaluation.confusion.tolist() == expected.confusion.tolist()
    grid = child(page, MistakeGrid, "mistakesGallery")
    assert grid.indices.tolist() == expected.mistakes().tolist()


def test_each_moment_of_the_past_is_evaluated_as_it_was(qtbot, session) -> None:
    page = open_page(qtbot, session)
    session.start()
    qtbot.waitUntil(lambda: session.state is State.FINISHED, timeout=30_000)
    rng = random.Random(2)
    for iteration in [0, *(rng.randrange(SMALL.iterations) for _ in range(15))]:
        session.seek(iteration)
        qtbot.waitUntil(
            lambda: not session.replaying and shown_of(page) == heading(session.pinned),
            timeout=30_000,
        )
        assert session.pinned == iteration
        assert_shows(page, session)
    session.jump_to_live()
    qtbot.waitUntil(lambda: shown_of(page) == heading(SMALL.iterations), timeout=30_000)
    assert_shows(page, session)


def test_a_run_that_goes_on_is_followed_to_its_end(qtbot, session) -> None:
    page = open_page(qtbot, session)
    qtbot.waitUntil(lambda: shown_of(page) == heading(0), timeout=30_000)
    assert_shows(page, session)
    session.start()
    qtbot.waitUntil(lambda: shown_of(page) == heading(SMALL.iterations), timeout=30_000)
    assert_shows(page, session)


def test_a_mistake_of_the_page_is_staged_on_backward(qtbot, window) -> None:
    window.show_page(4)
    page = window.evaluate_page
    qtbot.waitUntil(lambda: shown_of(page) == heading(0), timeout=30_000)
    grid = child(page, MistakeGrid, "mistakesGallery")
    QApplication.processEvents()
    QTest.mouseDClick(grid.viewport(), LEFT, pos=grid.tile_rect(2).center())
    index = int(grid.indices[2])
    staged = window.backward_page.chooser.staged()
    assert (staged.source, staged.index) == ("test", index)
    assert window.backward_page.isVisible()

"""The other views of the Evaluate page, on a session whose networks the test hands out."""

import threading

import numpy as np
import pytest
from evaluated import (
    EvaluatedSession,
    child,
    click,
    digits,
    evaluation_of,
    show,
    text,
    trained,
    untrained,
    wait_for,
)

from app import formatting
from app.pages import evaluate_findings, evaluate_watch
from app.widgets.example_map_canvas import MapCanvas
from bpcore.example_map import example_map
from bpcore.network import Network
from bpcore.steps import result_of


@pytest.fixture
def session(qapp):
    made = EvaluatedSession(trained())
    yield made
    assert made.laboratory.close()


def map_of(page) -> MapCanvas:
    return child(page, MapCanvas, "exampleMap")


def mapped(qtbot, page, space: str):
    canvas = map_of(page)
    qtbot.waitUntil(
        lambda: canvas.shown is not None and canvas.shown.space == space, timeout=30_000
    )
    return canvas.shown


def test_what_is_under_way_is_finished_before_the_newest_is_looked_at(
    qtbot, session, monkeypatch
) -> None:
    page = show(qtbot, session)
    wait_for(qtbot, page, 600)
    gate, seen = threading.Event(), []
    examine = evaluate_watch.examine

    def held(*args):
        assert gate.wait(20)
        return (yield from examine(*args))

    monkeypatch.setattr(evaluate_watch, "examine", held)
    page._watch.found.connect(lambda found: seen.append(found.subject.iteration))
    for iteration in (12, 13, 14):
        session.publish(untrained(iteration), iteration)
    gate.set()
    wait_for(qtbot, page, 14)
    assert seen == [12, 14]


# The map


@pytest.mark.parametrize("space", ["pixels", "hidden"])
def test_the_map_is_the_engine_s(qtbot, session, space) -> None:
    page = show(qtbot, session)
    click(page, "evaluateView_map")
    click(page, f"exampleSpace_{space}")
    shown = mapped(qtbot, page, space)
    images, labels = digits()["test"]
    expected = result_of(example_map(trained(), images, labels, space))
    assert np.array_equal(shown.points, expected.points)
    assert np.array_equal(shown.readings, expected.readings)


def test_map_and_matrix_are_always_of_one_network(qtbot, session) -> None:
    page = show(qtbot, session)
    click(page, "evaluateView_map")
    first = mapped(qtbot, page, "pixels")
    session.pinned = 5

    def assert_one(network: Network) -> None:
        expected = evaluation_of(network)
        assert np.array_equal(map_of(page).shown.readings, expected.readings)
        assert text(page, "evaluateAccuracyValue") == formatting.share(expected.accuracy)

    session.publish(untrained(), 5)
    assert_one(trained())
    wait_for(qtbot, page, 5)
    assert_one(untrained())
    assert map_of(page).shown.points is first.points  # no matter of the network: not found anew


def test_the_map_of_hidden_activations_is_another_for_each_network(qtbot, session) -> None:
    page = show(qtbot, session)
    click(page, "evaluateView_map")
    click(page, "exampleSpace_hidden")
    first = mapped(qtbot, page, "hidden")
    session.publish(untrained(), 5)
    wait_for(qtbot, page, 5)
    assert not np.array_equal(map_of(page).shown.points, first.points)


def test_a_network_without_hidden_units_is_evaluated_and_says_why_it_has_no_map(
    qtbot, session
) -> None:
    session.publish(Network((784, 10), seed=1), 3)
    page = show(qtbot, session)
    click(page, "evaluateView_map")
    click(page, "exampleSpace_hidden")
    qtbot.waitUntil(lambda: "no hidden layer" in map_of(page).message, timeout=20_000)
    assert text(page, "evaluateAccuracyValue") != formatting.EM_DASH
    click(page, "exampleSpace_pixels")
    assert mapped(qtbot, page, "pixels") is not None


def test_a_digit_of_the_map_can_be_followed(qtbot, session) -> None:
    page = show(qtbot, session)
    click(page, "evaluateView_map")
    shown = mapped(qtbot, page, "pixels")
    with qtbot.waitSignal(page.follow_requested) as blocker:
        map_of(page).followed.emit(7)
    assert blocker.args == ["test", int(shown.examples[7])]


def test_no_map_is_made_that_nobody_looks_at(qtbot, session, monkeypatch) -> None:
    made = []
    real = evaluate_findings.example_map
    monkeypatch.setattr(
        evaluate_findings, "example_map", lambda *args: (made.append(args), real(*args))[1]
    )
    page = show(qtbot, session)
    wait_for(qtbot, page, 600)
    session.publish(untrained(), 2)
    wait_for(qtbot, page, 2)
    assert made == []

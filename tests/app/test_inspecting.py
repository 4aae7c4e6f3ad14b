import numpy as np
import pytest

from app import inspecting
from app.inspecting import Inspector, histograms
from app.session import Session


@pytest.fixture
def inspector(qtbot, session: Session) -> Inspector:
    return Inspector(session, session)


def look(qtbot, inspector: Inspector, session: Session):
    with qtbot.waitSignal(inspector.changed, timeout=20_000):
        inspector.look()
    return inspector.found(session.snapshot)


def step(qtbot, session: Session, count: int = 20) -> None:
    wanted = session.snapshot.iteration + count
    session.step(count)
    qtbot.waitUntil(lambda: session.snapshot.iteration == wanted, timeout=20_000)


def test_the_shown_network_is_looked_at_beside_the_one_at_the_start(
    qtbot, inspector: Inspector, session: Session
) -> None:
    first = session.network.params["W1"].copy()
    step(qtbot, session)
    found = look(qtbot, inspector, session)
    assert (found.run, found.iteration) == (session.snapshot.run, 20)
    edges = found.now.weights["W1"].edges
    assert np.array_equal(found.then.weights["W1"].edges, edges)
    now = np.histogram(session.snapshot.params["W1"], edges)[0]
    assert np.array_equal(found.now.weights["W1"].counts, now)
    assert np.array_equal(found.then.weights["W1"].counts, np.histogram(first, edges)[0])
    assert found.all_digits


def test_at_the_start_now_is_then(qtbot, inspector: Inspector, session: Session) -> None:
    found = look(qtbot, inspector, session)
    for name, histogram in histograms(found.now).items():
        assert np.array_equal(histogram.counts, histograms(found.then)[name].counts)


def test_the_network_of_the_start_is_looked_at_once_while_edges_stay(
    qtbot, inspector: Inspector, session: Session
) -> None:
    first = look(qtbot, inspector, session)
    inspector._asked = None
    second = look(qtbot, inspector, session)
    assert second is not first
    assert second.then is first.then
    step(qtbot, session, 100)
    third = look(qtbot, inspector, session)
    assert not np.array_equal(third.now.weights["W2"].edges, first.now.weights["W2"].edges)
    assert third.then is not first.then


def test_what_is_known_of_another_run_is_not_told(
    qtbot, inspector: Inspector, session: Session
) -> None:
    look(qtbot, inspector, session)
    run = session.snapshot.run
    session.reset(session.config.replace(seed=7))
    qtbot.waitUntil(lambda: session.snapshot.run != run, timeout=20_000)
    assert inspector.found(session.snapshot) is None


def test_of_a_past_iteration_only_what_is_of_that_one_is_told(
    qtbot, inspector: Inspector, session: Session
) -> None:
    step(qtbot, session, 40)
    look(qtbot, inspector, session)
    session.seek(10)
    qtbot.waitUntil(lambda: session.snapshot.iteration == 10, timeout=20_000)
    assert inspector.found(session.snapshot) is None
    found = look(qtbot, inspector, session)
    assert found.iteration == 10


def test_following_a_run_what_was_found_a_moment_ago_will_do(
    qtbot, inspector: Inspector, session: Session
) -> None:
    found = look(qtbot, inspector, session)
    step(qtbot, session, 5)
    assert inspector.found(session.snapshot) is found


def test_the_same_iteration_is_not_asked_about_twice(
    qtbot, inspector: Inspector, session: Session
) -> None:
    look(qtbot, inspector, session)
    inspector.look()
    assert not inspector._question.busy
    assert not inspector._timer.isActive()


def test_it_asks_at_most_four_times_a_second(
    qtbot, inspector: Inspector, session: Session, monkeypatch
) -> None:
    monkeypatch.setattr(inspecting, "INTERVAL_MS", 100_000)
    look(qtbot, inspector, session)
    step(qtbot, session, 1)
    inspector.look()
    assert not inspector._question.busy
    assert inspector._timer.remainingTime() > 90_000
    inspector.rest()
    assert not inspector._timer.isActive()


def test_while_a_run_goes_on_it_leaves_the_run_most_of_the_time(
    qtbot, inspector: Inspector, session: Session
) -> None:
    look(qtbot, inspector, session)
    inspector._took = 400
    assert inspector._wait() <= inspecting.INTERVAL_MS
    session.start(session.config.replace(iterations=1_000_000))
    assert inspector._wait() > 20 * 400 - 5_000
    session.stop()


def test_what_nobody_looks_at_any_more_is_not_answered(
    qtbot, inspector: Inspector, session: Session
) -> None:
    inspector.look()
    inspector.rest()
    assert not inspector._question.busy
    assert inspector.found(session.snapshot) is None
    assert look(qtbot, inspector, session) is not None


def test_a_network_that_cant_be_inspected_says_nothing(
    qtbot, inspector: Inspector, session: Session, monkeypatch
) -> None:
    def fails(*_args: object):
        raise ValueError("no")
        yield

    look(qtbot, inspector, session)
    step(qtbot, session, 1)
    monkeypatch.setattr(inspecting, "inspect", fails)
    assert look(qtbot, inspector, session) is None


def test_without_data_nothing_is_asked(qtbot) -> None:
    session = Session()
    inspector = Inspector(session, session)
    inspector.look()
    assert not inspector._question.busy
    assert session.close()

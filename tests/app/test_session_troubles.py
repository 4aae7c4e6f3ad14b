"""Whatever goes wrong in a thread is said, and the session goes on."""

import threading
from pathlib import Path

import numpy as np
import pytest
from run_sessions import LONG, Make, finish, keys
from small_runs import SMALL
from waiting import settle, wait_for, wait_for_iteration

import app.lanes
import bpcore.training
from app.plans import Plan
from app.session import Session, State
from bpcore.autosave import Autosave
from bpcore.network import Network
from bpcore.recording import Event
from bpcore.training import Trainer


def works(qtbot, session: Session) -> bool:
    """Return whether a run can still be trained to its end."""
    session.start(SMALL)
    wait_for(qtbot, session, State.FINISHED)
    return session.live.iteration == SMALL.iterations


@pytest.mark.parametrize(
    "name", ["one\nline", "x" * 500, "\ud800", "a\tb"], ids=["lines", "long", "half", "tab"]
)
def test_a_run_goes_on_whatever_it_is_called(qtbot, make: Make, name: str) -> None:
    session = make()
    session.start(LONG)
    wait_for_iteration(qtbot, session, 5)
    (key,) = keys(session)
    session.runs.rename(key, name)
    settle(qtbot, session)
    assert session.state is State.RUNNING
    wait_for_iteration(qtbot, session, session.live.iteration + 5)
    session.rename_lane(session.shown_run, name)
    session.begin(Plan(name, SMALL))
    wait_for(qtbot, session, State.FINISHED)


def test_a_snapshot_for_which_there_is_no_memory_is_not_the_end(
    qtbot, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = make()
    session.start(LONG)
    wait_for_iteration(qtbot, session, 5)

    def no_memory(_array: np.ndarray) -> np.ndarray:
        raise MemoryError

    monkeypatch.setattr(app.lane_snapshot, "_frozen_copy", no_memory)
    session.pause()
    wait_for(qtbot, session, State.FAILED)
    assert session.message == "There is not enough memory for this network and batch size."
    monkeypatch.undo()
    assert works(qtbot, session)


def test_a_save_for_which_there_is_no_memory_does_not_end_the_run(
    qtbot, make: Make, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = make()
    session.start(LONG)
    wait_for_iteration(qtbot, session, 5)

    def no_memory(_trainer: Trainer) -> None:
        raise MemoryError

    monkeypatch.setattr(Trainer, "recording", no_memory)
    session.pause()
    qtbot.waitUntil(lambda: session.notice != "", timeout=20_000)
    assert session.state is State.PAUSED
    session.resume()
    settle(qtbot, session)
    assert session.state is State.RUNNING
    session.start(SMALL)
    wait_for(qtbot, session, State.FINISHED)
    monkeypatch.undo()
    assert works(qtbot, session)
    assert session.notice == ""


def test_a_run_that_can_not_be_given_up_gives_way_all_the_same(
    qtbot, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = make()
    session.start(LONG)
    wait_for_iteration(qtbot, session, 5)

    close = Autosave.close

    def broken(autosave: Autosave) -> None:
        close(autosave)
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(Autosave, "close", broken)
    session.start(SMALL)
    wait_for(qtbot, session, State.FINISHED)
    monkeypatch.undo()
    assert session.live.config == SMALL


def test_the_curves_belong_to_the_snapshot_after_a_run_that_can_not_be_made(
    qtbot, make: Make, tmp_path: Path
) -> None:
    session = make()
    finish(qtbot, session)
    session.start(SMALL.replace(data=str(tmp_path)))
    wait_for(qtbot, session, State.FAILED)
    assert session.snapshot.iteration == session.curves.iteration == 300
    assert len(session.curves.train) == len(session.snapshot.accuracies)


def test_a_change_that_came_too_late_is_none_of_a_run_that_failed(
    qtbot, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = make()
    monkeypatch.setattr(Network, "loss", lambda *_args: float("inf"))
    session.start()
    lane = session._worker._lanes.lane
    while (run := lane(session.shown_run)) is None or run.phase != "failed":
        session._worker.wait(1)  # the session does not read its mail meanwhile
    session.change("batch_size", 7)
    wait_for(qtbot, session, State.FAILED)
    settle(qtbot, session)
    assert session.config == session.live.config == SMALL


def test_the_configuration_follows_changes_that_a_plan_makes_on_its_way(
    qtbot, session: Session
) -> None:
    session.begin(Plan("", LONG, (Event(20, "learning_rate", 0.5),)))
    wait_for_iteration(qtbot, session, 30)
    settle(qtbot, session)
    assert session.config.learning_rate == 0.5


@pytest.mark.parametrize("intent", ["stop", "step"])
def test_a_run_that_is_told_to_stand_is_never_running_again(
    qtbot, session: Session, monkeypatch: pytest.MonkeyPatch, intent: str
) -> None:
    measured = bpcore.training.accuracy

    def slow(network, images, labels, heartbeat=None) -> float:
        share = measured(network, images, labels)
        for _ in range(4):
            threading.Event().wait(0.02)  # as with many digits
            if heartbeat is not None:
                heartbeat()
        return share

    monkeypatch.setattr(bpcore.training, "accuracy", slow)
    session.set_pace(50.0)  # no epoch ends before it is told
    session.start(LONG)
    wait_for_iteration(qtbot, session, 3)
    states: list[State] = []
    session.state_changed.connect(states.append)
    if intent == "stop":
        session.stop()
    else:
        session.step(450)  # there is the end of an epoch among them
    settle(qtbot, session)
    assert states == [State.FINISHED if intent == "stop" else State.PAUSED]


def test_an_error_while_accuracies_are_measured_fails_with_a_sentence(
    qtbot, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = make()

    def broken(*_args: object) -> float:
        raise MemoryError

    monkeypatch.setattr(bpcore.training, "accuracy", broken)
    session.race([Plan("a", LONG), Plan("b", LONG)])
    wait_for_iteration(qtbot, session, 5)
    session.stop()
    settle(qtbot, session)
    wait_for(qtbot, session, State.FAILED)
    assert {lane.phase for lane in session.lanes} == {"failed"}
    monkeypatch.undo()
    assert works(qtbot, session)

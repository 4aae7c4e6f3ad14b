"""A session can be closed, and a run left, whatever is under way."""

import threading
import time
from pathlib import Path

import pytest
from run_sessions import LONG, WAIT, Make, finish, keys
from small_runs import SMALL
from waiting import settle, wait_for, wait_for_iteration

import bpcore.replica
from app.plans import Plan
from app.session import Session, State
from bpcore.learner import Learner
from bpcore.run_file import load_run

SOON = 3.0
"""Seconds within which a session ends on a busy machine: far less than what is under way takes."""


class SlowReplay:
    """Lets each iteration that is replayed take half a second, as in a very large network."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        self.begun = threading.Event()
        slow = self

        class SlowLearner(Learner):
            def learn(self) -> float:
                slow.count += 1
                slow.begun.set()
                threading.Event().wait(0.5)
                return super().learn()

        monkeypatch.setattr(bpcore.replica, "Learner", SlowLearner)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> SlowReplay:
    return SlowReplay(monkeypatch)


def closed_in(session: Session) -> float:
    begun = time.monotonic()
    assert session.close()
    return time.monotonic() - begun


def test_a_session_is_closed_while_a_state_is_looked_for(
    qtbot, make: Make, slow: SlowReplay
) -> None:
    session = make()
    finish(qtbot, session)
    session.seek(31)
    assert slow.begun.wait(10)
    assert closed_in(session) < SOON
    assert slow.count == 1


def test_a_session_is_closed_while_a_branch_is_made(
    qtbot, make: Make, slow: SlowReplay, folder: Path
) -> None:
    session = make()
    finish(qtbot, session)
    session.branch(31)
    assert slow.begun.wait(10)
    assert closed_in(session) < SOON
    assert [load_run(path).iteration for path in folder.glob("*.chainlight")] == [300]


def test_another_run_does_not_wait_for_a_branch(qtbot, make: Make, slow: SlowReplay) -> None:
    session = make()
    finish(qtbot, session)
    session.branch(31)
    assert slow.begun.wait(10)
    session.start(SMALL.replace(seed=7))
    wait_for(qtbot, session, State.FINISHED)
    assert session.live.config.seed == 7
    assert slow.count == 1
    assert len(keys(session)) == 2


def test_nothing_is_looked_for_any_more_once_the_past_is_left(
    qtbot, make: Make, slow: SlowReplay
) -> None:
    session = make()
    finish(qtbot, session)
    session.seek(31)
    assert slow.begun.wait(10)
    session.jump_to_live()
    session.seek(0)
    qtbot.waitUntil(lambda: session.snapshot.iteration == 0, timeout=WAIT)
    assert slow.count == 1


def test_a_branch_does_not_wait_for_what_nobody_looks_at_any_more(
    qtbot, make: Make, slow: SlowReplay
) -> None:
    session = make()
    finish(qtbot, session)
    session.seek(31)
    assert slow.begun.wait(10)
    session.branch(33)  # the state at 32 is kept
    settle(qtbot, session)
    assert (session.live.iteration, session.state) == (33, State.PAUSED)
    assert slow.count == 2


def test_a_session_is_closed_right_after_a_race_was_begun(qtbot, make: Make, folder: Path) -> None:
    session = make()
    session.race([Plan(str(n), LONG.replace(seed=n)) for n in range(4)])
    assert closed_in(session) < SOON
    assert not list(folder.glob("*.lock"))


def test_all_runs_of_a_race_are_saved_at_the_end(qtbot, make: Make, folder: Path) -> None:
    session = make()
    session.race([Plan(str(n), LONG.replace(seed=n)) for n in range(4)])
    wait_for_iteration(qtbot, session, 10)
    qtbot.waitUntil(lambda: all(lane.iteration for lane in session.lanes), timeout=WAIT)
    seen = {lane.path.name: lane.iteration for lane in session.lanes}
    session.seek(5)
    assert closed_in(session) < SOON
    found = {path.name: load_run(path).iteration for path in folder.glob("*.chainlight")}
    assert found.keys() == seen.keys()
    assert all(found[name] >= seen[name] for name in seen)
    assert len(list(folder.iterdir())) == 4


def test_a_session_is_closed_while_it_reads_and_writes_files(
    qtbot, make: Make, tmp_path: Path
) -> None:
    session = make()
    first, second = finish(qtbot, session), finish(qtbot, session, seed=7)
    session.runs.compare([first])
    session.runs.save(second, tmp_path / "mine.chainlight")
    session.runs.rename(first, "mine")
    session.runs.show(first)
    assert closed_in(session) < SOON
    assert load_run(tmp_path / "mine.chainlight").iteration == 300
    assert load_run(first).notes.name == "mine"


def test_what_is_asked_of_a_closed_session_does_nothing(qtbot, make: Make) -> None:
    session = make()
    key = finish(qtbot, session)
    session.close()
    session.start()
    session.pause()
    session.seek(10)
    session.branch(10)
    session.find_mistake("test", 0)
    session.runs.show(key)
    session.runs.rename(key, "mine")
    session.runs.delete(key)
    session.runs.undo_delete()
    assert session.close()
    assert Path(key).exists()

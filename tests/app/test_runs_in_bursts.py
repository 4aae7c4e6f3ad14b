"""Much is asked at once, and what was asked last is what happens."""

from contextlib import nullcontext
from pathlib import Path

import pytest
from run_sessions import LONG, WAIT, Make, finish, keys, shown
from small_runs import SMALL
from waiting import settle, wait_for, wait_for_iteration

from app.session import Session, State
from bpcore.run_file import load_run


def settle_all(qtbot, session: Session) -> None:
    """Wait until all has been done with files and in training, and the session knows."""
    done: list[object] = []
    session.runs._store.do_once_saved(lambda: None, done.append)
    qtbot.waitUntil(lambda: bool(done), timeout=WAIT)
    settle(qtbot, session)


def in_memory(qtbot, session: Session, folder: Path) -> str:
    """Train a run that can't be saved, and another one; return the key of the first."""
    folder.parent.write_text("in the way")
    first = finish(qtbot, session)
    finish(qtbot, session, seed=7)
    return first


def test_a_run_that_was_asked_for_does_not_replace_one_that_began_since(qtbot, make: Make) -> None:
    session = make()
    first, _ = finish(qtbot, session), finish(qtbot, session, seed=7)
    session.runs.show(first)
    session.start(LONG)
    settle_all(qtbot, session)
    assert (session.config, session.state) == (LONG, State.RUNNING)


def test_of_runs_that_were_asked_for_the_last_one_is_shown(qtbot, make: Make) -> None:
    session = make()
    every = [finish(qtbot, session, seed=seed, iterations=5) for seed in range(4)]
    opened: list[str] = []
    session.runs.opened.connect(opened.append)
    for key in every[:3]:
        session.runs.show(key)
    settle_all(qtbot, session)
    assert opened == [every[2]]
    assert shown(session).key == every[2]


def test_a_run_that_is_asked_for_twice_is_opened_once(qtbot, make: Make) -> None:
    session = make()
    session.step(20)
    settle(qtbot, session)
    (first,) = keys(session)
    finish(qtbot, session, seed=7)
    opened: list[str] = []
    said: list[str] = []
    session.runs.opened.connect(opened.append)
    session.runs.failed.connect(said.append)
    with qtbot.waitSignal(session.state_changed, timeout=WAIT):
        session.runs.show(first)
        session.runs.show(first)
    session.runs.show(first)  # it is read, but not loaded
    settle_all(qtbot, session)
    assert (opened, said) == ([first], [])
    assert session.state is State.PAUSED


def test_a_run_that_is_deleted_while_it_is_opened_stays_deleted(qtbot, make: Make) -> None:
    session = make()
    first, second = finish(qtbot, session), finish(qtbot, session, seed=7)
    session.runs.show(first)
    session.runs.delete(first)
    settle_all(qtbot, session)
    assert keys(session) == [second]
    assert shown(session).key == second
    assert not Path(first).exists()


def test_a_run_that_is_deleted_as_soon_as_it_is_read_stays_deleted(qtbot, make: Make) -> None:
    session = make()
    first, second = finish(qtbot, session), finish(qtbot, session, seed=7)
    with qtbot.waitSignal(session.state_changed, timeout=WAIT):  # it is read, but not loaded
        session.runs.show(first)
    session.runs.delete(first)
    settle_all(qtbot, session)
    assert keys(session) == [second]
    session.close()
    assert not Path(first).exists()


@pytest.mark.parametrize("late", [False, True], ids=["being read", "being loaded"])
def test_a_run_that_is_renamed_while_it_is_opened_has_the_new_name(
    qtbot, make: Make, late: bool
) -> None:
    session = make()
    first, _ = finish(qtbot, session), finish(qtbot, session, seed=7)
    with qtbot.waitSignal(session.state_changed, timeout=WAIT) if late else nullcontext():
        session.runs.show(first)
    session.runs.rename(first, "mine")
    qtbot.waitUntil(lambda: session.live.config.seed == SMALL.seed, timeout=WAIT)
    settle_all(qtbot, session)
    assert (shown(session).key, shown(session).name) == (first, "mine")
    session.close()
    assert load_run(first).notes.name == "mine"


def test_a_run_that_is_renamed_and_deleted_at_once_stays_deleted(qtbot, make: Make) -> None:
    session = make()
    first, second = finish(qtbot, session), finish(qtbot, session, seed=7)
    session.runs.rename(first, "mine")
    session.runs.delete(first)
    settle_all(qtbot, session)
    assert keys(session) == [second]
    session.runs.undo_delete()
    settle_all(qtbot, session)
    assert {entry.name for entry in session.runs.entries} >= {"mine"}


def test_what_is_asked_right_before_the_end_is_done(qtbot, make: Make) -> None:
    session = make()
    session.start(LONG)
    wait_for_iteration(qtbot, session, 20)
    (key,) = keys(session)
    session.change("learning_rate", 0.05)
    session.runs.rename(key, "the last")
    session.stop()
    session.close()
    recording = load_run(key)
    assert (recording.notes.name, recording.notes.ended) == ("the last", "stopped")
    assert recording.last_config.learning_rate == 0.05
    assert recording.accuracies[-1].iteration == recording.iteration


def test_a_run_that_could_not_be_saved_is_listed_once(qtbot, make: Make, folder: Path) -> None:
    session = make()
    first = in_memory(qtbot, session, folder)
    assert keys(session) == [shown(session).key, first]
    assert session.runs.entry(first).iteration == 300


def test_a_run_that_could_not_be_saved_is_deleted_and_comes_back(
    qtbot, make: Make, folder: Path
) -> None:
    session = make()
    folder.parent.write_text("in the way")
    key = finish(qtbot, session)
    session.runs.delete(key)
    settle_all(qtbot, session)
    assert keys(session) == []
    session.runs.undo_delete()
    settle_all(qtbot, session)
    assert keys(session) == [key]
    session.runs.show(key)
    qtbot.waitUntil(lambda: session.live.iteration == 300, timeout=WAIT)


def test_a_run_that_could_not_be_saved_is_saved_when_it_can(
    qtbot, make: Make, folder: Path
) -> None:
    session = make()
    first = in_memory(qtbot, session, folder)
    folder.parent.unlink()
    session.runs.show(first)
    qtbot.waitUntil(lambda: Path(first).exists(), timeout=WAIT)
    qtbot.waitUntil(lambda: session.notice == "", timeout=WAIT)
    assert load_run(first).iteration == 300
    assert len(keys(session)) == 2


def test_a_run_in_memory_is_not_lost_if_it_can_not_be_shown(
    qtbot, make: Make, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = make()
    first = in_memory(qtbot, session, folder)

    def no_memory(*_args: object, **_more: object) -> None:
        raise MemoryError

    with monkeypatch.context() as context:
        context.setattr("app.lane_maker.Trainer.resume", no_memory)
        session.runs.show(first)
        wait_for(qtbot, session, State.FAILED)
    assert first in keys(session)
    session.runs.rename(first, "mine")
    assert session.runs.entry(first).name == "mine"
    session.runs.show(first)
    qtbot.waitUntil(lambda: session.live.config == SMALL, timeout=WAIT)


def test_a_kept_run_whose_file_is_gone_leaves_the_list(qtbot, make: Make) -> None:
    session = make()
    first, second = finish(qtbot, session), finish(qtbot, session, seed=7)
    Path(first).unlink()
    with qtbot.waitSignal(session.runs.failed, timeout=WAIT) as failed:
        session.runs.show(first)
    assert Path(first).name in failed.args[0]
    settle_all(qtbot, session)
    assert keys(session) == [second]
    assert shown(session).key == second


def test_runs_that_made_room_for_new_ones_leave_the_list(
    qtbot, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = make()
    first = finish(qtbot, session)
    session.reset()
    settle_all(qtbot, session)
    Path(first).unlink()  # as room is made for new ones
    finish(qtbot, session, seed=7)
    settle_all(qtbot, session)
    assert first not in keys(session)

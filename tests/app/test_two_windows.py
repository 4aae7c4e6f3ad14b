"""Two windows keep their runs in one folder, and killed ones leave things behind in it."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QLockFile
from run_sessions import LONG, WAIT, Make, finish, keys
from small_runs import SMALL
from waiting import settle, wait_for_iteration

from app.run_files import RunFile, is_free, lock_of
from app.run_shelf import read_folder
from app.session import Session, State
from bpcore.datasets.mnist import load_dataset
from bpcore.run_file import load_run
from bpcore.training import Trainer

KILLED = """
import os, signal, sys
from app.run_files import lock_of
lock = lock_of(sys.argv[1])
assert lock.tryLock(0)
os.kill(os.getpid(), signal.SIGKILL)
"""


def train_a_little(qtbot, session: Session) -> str:
    """Train the beginning of a long run; return its key once it is in its file."""
    session.start(LONG)
    wait_for_iteration(qtbot, session, 20)
    session.pause()
    key = keys(session)[0]
    qtbot.waitUntil(Path(key).exists, timeout=WAIT)
    settle(qtbot, session)
    return key


def refused(qtbot, session: Session, act) -> str:
    with qtbot.waitSignal(session.runs.failed, timeout=WAIT) as failed:
        act()
    return failed.args[0]


def test_a_run_that_is_only_open_in_another_window_is_not_opened(qtbot, make: Make) -> None:
    session = make()
    key = train_a_little(qtbot, session)
    session.close()
    one, other = make(), make()
    one.decline_offer()
    with qtbot.waitSignal(one.runs.opened, timeout=WAIT):
        one.runs.show(key)
    said = refused(qtbot, other, lambda: other.runs.show(key))
    assert said.endswith("is open in another window; close it there first")
    one.close()
    with qtbot.waitSignal(other.runs.opened, timeout=WAIT):
        other.runs.show(key)


def test_a_run_that_has_ended_is_looked_at_in_two_windows(qtbot, make: Make) -> None:
    session = make()
    key = finish(qtbot, session)
    session.close()
    for each in (make(), make()):
        with qtbot.waitSignal(each.runs.opened, timeout=WAIT):
            each.runs.show(key)


def test_a_run_of_another_window_is_neither_deleted_nor_renamed(qtbot, make: Make) -> None:
    session = make()
    key = train_a_little(qtbot, session)
    other = make()
    name = other.runs.entry(key).name
    assert "open in another window" in refused(qtbot, other, lambda: other.runs.delete(key))
    assert keys(other) == [key]
    assert other.runs.deleted == ""
    said = refused(qtbot, other, lambda: other.runs.rename(key, "mine"))
    assert "open in another window" in said
    assert other.runs.entry(key).name == name
    assert Path(key).exists()


def test_a_new_window_leaves_what_can_still_come_back(qtbot, make: Make, folder: Path) -> None:
    session = make()
    first, _ = finish(qtbot, session), finish(qtbot, session, seed=7)
    session.runs.delete(first)
    qtbot.waitUntil(lambda: not Path(first).exists(), timeout=WAIT)
    make()
    session.runs.undo_delete()
    qtbot.waitUntil(lambda: first in keys(session), timeout=WAIT)
    assert load_run(first).iteration == 300
    session.runs.delete(first)
    session.close()
    assert not list(folder.glob("*.deleted*"))


def test_what_killed_windows_left_behind_is_cleared_away(folder: Path) -> None:
    folder.mkdir(parents=True)
    run, deleted = folder / "a.chainlight", folder / "b.chainlight.deleted"
    deleted.touch()
    for path in (run, deleted):
        command = [sys.executable, "-c", KILLED, str(path)]
        assert subprocess.run(command, cwd=Path(__file__).parents[2], check=False).returncode < 0
    assert len(list(folder.iterdir())) == 3
    read_folder()
    assert list(folder.iterdir()) == []


def test_a_lock_of_a_program_that_lives_stays(folder: Path) -> None:
    folder.mkdir(parents=True)
    lock = lock_of(folder / "a.chainlight")
    assert lock.tryLock(0)
    read_folder()
    assert not is_free(folder / "a.chainlight")
    lock.unlock()
    assert is_free(folder / "a.chainlight")
    assert list(folder.iterdir()) == []


def test_who_only_looks_whether_a_run_is_free_keeps_nobody_from_it(folder: Path) -> None:
    folder.mkdir(parents=True)
    look = lock_of(folder / "a.chainlight")
    assert look.tryLock(0)
    end = threading.Timer(0.01, look.unlock)
    file = RunFile(folder / "a.chainlight", lambda: None)
    end.start()
    assert file.claim()
    end.join()
    file.close(Trainer(SMALL, load_dataset("bundled")))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_run_in_a_folder_that_is_read_only_is_shown(qtbot, make: Make, folder: Path) -> None:
    session = make()
    key = train_a_little(qtbot, session)
    session.close()
    folder.chmod(0o500)
    try:
        other = make()
        assert other.offer
        with qtbot.waitSignal(other.runs.opened, timeout=WAIT):
            other.runs.show(key)
        other.close()
    finally:
        folder.chmod(0o700)


def test_a_lock_that_can_not_be_made_is_nobodys(
    qtbot, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = make()
    key = train_a_little(qtbot, session)
    session.close()
    monkeypatch.setattr(QLockFile, "tryLock", lambda _lock, _patience: False)
    monkeypatch.setattr(QLockFile, "error", lambda _lock: QLockFile.LockError.PermissionError)
    other = make()
    assert other.offer
    with qtbot.waitSignal(other.runs.opened, timeout=WAIT):
        other.runs.show(key)


# What was broken off.


def test_a_run_that_is_renamed_is_no_newer_than_before(qtbot, make: Make) -> None:
    session = make()
    key = train_a_little(qtbot, session)
    newer = finish(qtbot, session)
    session.runs.rename(key, "mine")
    qtbot.waitUntil(lambda: session.runs.entry(key).name == "mine", timeout=WAIT)
    session.close()
    assert keys(make()) == [newer, key]


def test_looking_at_a_run_leaves_its_file_alone(qtbot, make: Make) -> None:
    session = make()
    key = train_a_little(qtbot, session)
    newer = finish(qtbot, session)
    session.close()
    before = Path(key).stat().st_mtime_ns
    again = make()
    with qtbot.waitSignal(again.runs.opened, timeout=WAIT):
        again.runs.show(key)
    settle(qtbot, again)
    assert again._worker._lanes.shown_lane.seconds_to_save() is None
    again.close()
    assert Path(key).stat().st_mtime_ns == before
    assert keys(make()) == [newer, key]


def test_a_run_that_diverged_has_still_diverged_when_it_was_looked_at(qtbot, make: Make) -> None:
    session = make()
    session.start(LONG.replace(learning_rate=1.0, weight_decay=10.0))
    qtbot.waitUntil(lambda: session.state is State.FAILED, timeout=WAIT)
    (key,) = keys(session)
    session.close()
    again = make()
    with qtbot.waitSignal(again.runs.opened, timeout=WAIT):
        again.runs.show(key)
    again.runs.rename(key, "mine")
    settle(qtbot, again)
    again.close()
    third = make()
    assert third.offer == ()
    assert (third.runs.entry(key).phase, third.runs.entry(key).name) == ("diverged", "mine")


def test_an_offer_that_can_not_be_accepted_starts_nothing_later(qtbot, make: Make) -> None:
    session = make()
    finished = finish(qtbot, session, iterations=50)
    broken_off = train_a_little(qtbot, session)
    session.close()
    again = make()
    assert str(again.offer[0].path) == broken_off
    Path(broken_off).write_bytes(b"damaged")
    refused(qtbot, again, again.accept_offer)
    session = make()
    other = train_a_little(qtbot, session)
    session.close()
    again.runs.open(other)
    qtbot.waitUntil(lambda: again.live.config == LONG, timeout=WAIT)
    settle(qtbot, again)
    assert again.state is State.PAUSED
    assert finished in keys(again)


@pytest.mark.parametrize("intent", ["delete", "show", "start"])
def test_nothing_is_offered_any_more_once_it_is_gone_or_something_began(
    qtbot, make: Make, intent: str
) -> None:
    session = make()
    key = train_a_little(qtbot, session)
    session.close()
    again = make()
    assert again.offer
    with qtbot.waitSignal(again.offer_changed, timeout=WAIT):
        again.start() if intent == "start" else getattr(again.runs, intent)(key)
    assert again.offer == ()

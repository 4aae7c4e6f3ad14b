"""A disk is full: nothing is lost, and one sentence says so."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from run_sessions import LONG, WAIT, Make, finish, keys, shown
from small_runs import SMALL
from waiting import settle, wait_for, wait_for_iteration

from app.session import Session, State
from bpcore.run_file import load_run

resource = pytest.importorskip("resource")

Fill = Callable[[bool], None]


@pytest.fixture
def fill() -> Iterator[Fill]:
    """Let no file become larger than a fifth of the smallest run, or any again."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    def limit(full: bool) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000 if full else soft, hard))

    yield limit
    limit(False)


def unsaved(qtbot, session: Session) -> str:
    qtbot.waitUntil(lambda: session.notice != "", timeout=WAIT)
    return session.notice


def is_saved(key: str, iteration: int) -> bool:
    """Whether the file is there, and of this iteration rather than of one before the pause."""
    return Path(key).exists() and load_run(key).iteration == iteration


def test_a_run_goes_on_and_is_saved_when_there_is_room_again(
    qtbot, make: Make, folder: Path, fill: Fill
) -> None:
    session = make()
    fill(True)
    session.start(LONG)
    wait_for_iteration(qtbot, session, 20)
    session.pause()
    assert "free some space there, or choose another folder" in unsaved(qtbot, session)
    assert not list(folder.glob("*.chainlight"))
    assert not list(folder.glob(".*.part"))
    session.resume()
    wait_for_iteration(qtbot, session, session.live.iteration + 20)
    fill(False)
    session.pause()
    qtbot.waitUntil(lambda: session.notice == "", timeout=WAIT)
    settle(qtbot, session)
    at, key = session.live.iteration, keys(session)[0]
    qtbot.waitUntil(lambda: is_saved(key, at), timeout=WAIT)


def test_what_was_saved_before_the_disk_was_full_is_kept(
    qtbot, make: Make, folder: Path, fill: Fill
) -> None:
    session = make()
    session.start(LONG)
    wait_for_iteration(qtbot, session, 20)
    session.pause()
    settle(qtbot, session)
    key, saved = keys(session)[0], session.live.iteration
    qtbot.waitUntil(lambda: is_saved(key, saved), timeout=WAIT)
    fill(True)
    session.step(50)
    session.start(SMALL.replace(seed=7))  # the first gives way, and can't be saved once more
    wait_for(qtbot, session, State.FINISHED)
    assert load_run(key).iteration == saved
    entry = session.runs.entry(key)
    assert (entry.iteration, entry.is_shown) == (saved + 50, False)
    assert len(keys(session)) == 2
    session.runs.show(key)
    qtbot.waitUntil(lambda: session.live.iteration == saved + 50, timeout=WAIT)
    written = Path(key).stat().st_mtime_ns
    fill(False)
    qtbot.waitUntil(lambda: Path(key).stat().st_mtime_ns != written, timeout=WAIT)
    assert load_run(key).iteration == saved + 50
    assert len(keys(session)) == 2


def test_a_branch_is_compared_with_its_parent_though_that_can_not_be_saved(
    qtbot, make: Make, fill: Fill
) -> None:
    session = make()
    parent = finish(qtbot, session)
    fill(True)
    said: list[str] = []
    session.runs.failed.connect(said.append)
    session.runs.rename(parent, "mine")  # so that there is something to be saved
    session.branch(100)
    qtbot.waitUntil(lambda: session.runs.curves(parent) is not None, timeout=WAIT)
    assert session.runs.compared == (parent,)
    assert session.runs.curves(parent).iteration == 300
    assert session.runs.entry(parent).name == "mine"
    assert said == []


def test_a_run_that_can_not_be_renamed_keeps_its_name(qtbot, make: Make, fill: Fill) -> None:
    session = make()
    first, second = finish(qtbot, session), finish(qtbot, session, seed=7)
    name = session.runs.entry(first).name
    before = Path(first).read_bytes()
    fill(True)
    with qtbot.waitSignal(session.runs.failed, timeout=WAIT) as failed:
        session.runs.rename(first, "mine")
    assert "free some space" in failed.args[0]
    assert session.runs.entry(first).name == name
    assert Path(first).read_bytes() == before
    assert shown(session).key == second


def test_a_run_that_can_not_be_saved_as_a_file_is_said_so(
    qtbot, make: Make, fill: Fill, tmp_path: Path
) -> None:
    session = make()
    key = finish(qtbot, session)
    fill(True)
    with qtbot.waitSignal(session.runs.failed, timeout=WAIT) as failed:
        session.runs.save(key, tmp_path / "mine.chainlight")
    assert failed.args[0].startswith("mine.chainlight: can't be saved in ")
    assert not (tmp_path / "mine.chainlight").exists()

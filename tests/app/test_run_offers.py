"""A run that was broken off is offered until somebody answers; what can't be read is told."""

from pathlib import Path

import pytest
from run_sessions import LONG, Make, finish, keys, shown
from small_runs import SMALL
from waiting import settle, wait_for, wait_for_iteration

from app.session import Session, State


def break_off(qtbot, session: Session) -> str:
    """Close a session while it trains; return the key of its run."""
    session.start(LONG)
    wait_for_iteration(qtbot, session, 20)
    (key,) = keys(session)
    session.close()
    return key


@pytest.fixture
def copy(qtbot, make: Make, tmp_path: Path) -> Path:
    """A file somewhere else, of a run with iterations left."""
    session = make(keep_runs=False)
    session.start(LONG)
    wait_for_iteration(qtbot, session, 20)
    session.pause()
    settle(qtbot, session)
    target = tmp_path / "copy.chainlight"
    with qtbot.waitSignal(session.runs.said, timeout=20_000):
        session.runs.save(shown(session).key, target)
    return target


def open_file(qtbot, session: Session, path: Path) -> None:
    with qtbot.waitSignal(session.runs.opened, timeout=20_000):
        session.runs.open(path)
    settle(qtbot, session)


def test_the_offer_stays_while_another_run_is_only_opened(qtbot, make: Make, copy: Path) -> None:
    key = break_off(qtbot, make())
    session = make()
    open_file(qtbot, session, copy)
    assert session.state is State.PAUSED
    assert str(session.offer[0].path) == key
    session.accept_offer()
    qtbot.waitUntil(lambda: session.state is State.RUNNING, timeout=20_000)
    wait_for_iteration(qtbot, session, 21)
    assert shown(session).key == key
    assert session.offer == ()


def test_an_opened_copy_does_not_hide_the_run_at_the_next_start(qtbot, make: Make, copy) -> None:
    key = break_off(qtbot, make())
    session = make()
    open_file(qtbot, session, copy)
    session.close()
    again = make()
    assert len(keys(again)) == 2
    assert str(again.offer[0].path) == key


def test_an_opened_copy_counts_as_broken_off_once_it_is_gone_on_with(qtbot, make, copy) -> None:
    session = make()
    open_file(qtbot, session, copy)
    assert shown(session).phase == "paused"
    session.close()
    again = make()
    assert again.offer == ()
    (key,) = keys(again)
    assert again.runs.entry(key).phase == "stopped"
    with qtbot.waitSignal(again.runs.opened, timeout=20_000):
        again.runs.show(key)
    settle(qtbot, again)
    again.resume()
    wait_for_iteration(qtbot, again, again.live.iteration + 20)
    again.close()
    assert str(make().offer[0].path) == key


@pytest.mark.parametrize("how", ["start", "step"])
def test_the_offer_ends_with_another_run_that_is_trained_and_comes_again(qtbot, make, how) -> None:
    key = break_off(qtbot, make())
    session = make()
    if how == "start":
        finish(qtbot, session)
    else:
        session.step()
        settle(qtbot, session)
        session.stop()
        wait_for(qtbot, session, State.FINISHED)
    assert session.offer == ()
    session.close()
    assert str(make().offer[0].path) == key


def test_to_show_the_offered_run_answers_the_offer(qtbot, make: Make) -> None:
    key = break_off(qtbot, make())
    session = make()
    with qtbot.waitSignal(session.runs.opened, timeout=20_000):
        session.runs.show(key)
    settle(qtbot, session)
    assert session.offer == ()


def test_the_offer_is_accepted_though_its_run_is_on_its_way_already(qtbot, make: Make) -> None:
    key = break_off(qtbot, make())
    session = make()
    said: list[str] = []
    session.runs.failed.connect(said.append)
    with qtbot.waitSignal(session.state_changed, timeout=20_000):  # it is read, but not loaded
        session.runs.show(key)
    session.accept_offer()
    settle(qtbot, session)
    assert session.state is State.RUNNING
    wait_for_iteration(qtbot, session, 21)
    assert (shown(session).key, said) == (key, [])


def test_what_can_not_be_read_in_the_folder_is_named(qtbot, make: Make, folder: Path) -> None:
    session = make()
    finish(qtbot, session)
    session.close()
    (folder / "damaged.chainlight").write_bytes(b"no run")
    again = make()
    assert len(again.runs.entries) == 1
    assert again.runs.unreadable == ("damaged.chainlight",)


@pytest.mark.parametrize("kept", [True, False], ids=["in files", "in memory"])
def test_a_run_that_comes_back_has_the_place_and_the_tick_it_had(qtbot, make, kept: bool) -> None:
    session = make(keep_runs=kept)
    runs = session.runs
    for seed in (1, 2, 3, 4):
        finish(qtbot, session, seed=seed)
    qtbot.waitUntil(lambda: len(runs.entries) == 4, timeout=20_000)
    before = keys(session)
    runs.compare((before[3], before[2], before[1]))
    compared = runs.compared
    runs.delete(before[2])
    assert runs.compared == (before[3], before[1])
    qtbot.waitUntil(lambda: not Path(before[2]).exists(), timeout=20_000)
    runs.undo_delete()
    qtbot.waitUntil(lambda: runs.compared == compared, timeout=20_000)
    assert keys(session) == before


@pytest.mark.parametrize("kept", [True, False], ids=["in files", "in memory"])
def test_an_older_run_that_is_shown_comes_back_to_its_place(qtbot, make: Make, kept) -> None:
    session = make(keep_runs=kept)
    for seed in (1, 2, 3):
        finish(qtbot, session, seed=seed)
    qtbot.waitUntil(lambda: len(session.runs.entries) == 3, timeout=20_000)
    with qtbot.waitSignal(session.runs.opened, timeout=20_000):
        session.runs.show(keys(session)[1])
    settle(qtbot, session)
    qtbot.waitUntil(lambda: len(session.runs.entries) == 3, timeout=20_000)
    seeds = [entry.config.seed for entry in session.runs.entries]
    session.runs.delete(shown(session).key)
    settle(qtbot, session)
    session.runs.undo_delete()
    qtbot.waitUntil(lambda: len(session.runs.entries) == 3, timeout=20_000)
    assert [entry.config.seed for entry in session.runs.entries] == seeds == [3, 2, 1]


def test_a_branch_is_named_after_its_parent_which_is_compared(qtbot, make: Make) -> None:
    session = make()
    parent = finish(qtbot, session)
    session.branch(100)
    qtbot.waitUntil(lambda: session.runs.compared == (parent,), timeout=20_000)
    settle(qtbot, session)
    name = session.runs.entry(parent).name
    qtbot.waitUntil(lambda: shown(session).name == f"Branch of {name} at 100", timeout=20_000)
    assert session.branched == (name, 100)
    session.change("learning_rate", 0.05)
    session.resume()
    wait_for(qtbot, session, State.FINISHED)
    assert session.runs.compared == (parent,)
    qtbot.waitUntil(lambda: session.runs.curves(parent) is not None, timeout=20_000)


def test_a_parent_that_is_kept_in_memory_alone_is_compared_too(qtbot, make: Make) -> None:
    session = make(keep_runs=False)
    parent = finish(qtbot, session)
    session.branch(100)
    qtbot.waitUntil(lambda: session.runs.compared == (parent,), timeout=20_000)
    assert shown(session).config == SMALL


def test_an_opened_run_is_numbered_where_its_name_is_taken(qtbot, make: Make, tmp_path) -> None:
    session = make()
    key = finish(qtbot, session)
    name = session.runs.entry(key).name
    target = tmp_path / "copy.chainlight"
    with qtbot.waitSignal(session.runs.said, timeout=20_000):
        session.runs.save(key, target)
    for _ in range(2):
        open_file(qtbot, session, target)
    names = [entry.name for entry in session.runs.entries]
    assert names == [f"{name} (3)", f"{name} (2)", name]

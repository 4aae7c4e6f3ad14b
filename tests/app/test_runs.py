from pathlib import Path

import numpy as np
import pytest
from run_sessions import LONG, Make, finish, keys
from small_runs import SMALL
from waiting import settle, wait_for, wait_for_iteration

from app.plans import Plan
from app.session import State
from bpcore.run_file import load_run


def test_each_run_is_listed_the_newest_first(qtbot, make: Make) -> None:
    session = make()
    assert session.runs.entries == ()
    first, second = finish(qtbot, session), finish(qtbot, session, seed=7)
    assert keys(session) == [second, first]
    shown, other = session.runs.entries
    assert (shown.is_shown, other.is_shown) == (True, False)
    assert (shown.config.seed, shown.iteration, shown.phase) == (7, 300, "finished")
    assert shown.loss == pytest.approx(session.snapshot.losses[-100:].mean(dtype=np.float64))
    assert shown.accuracies == session.snapshot.accuracies[-1]


def test_runs_of_the_last_time_are_listed(qtbot, make: Make) -> None:
    session = make()
    key = finish(qtbot, session)
    before = session.runs.entry(key)
    session.close()
    after = make().runs.entry(key)
    assert (after.iteration, after.phase, after.name) == (300, "finished", before.name)
    assert after.loss == pytest.approx(before.loss)
    assert after.accuracies == before.accuracies


def test_a_kept_run_can_be_shown_and_looked_back_at(qtbot, make: Make) -> None:
    session = make()
    first = finish(qtbot, session)
    weights = session.snapshot.params["W1"]
    finish(qtbot, session, seed=7)
    with qtbot.waitSignal(session.runs.opened, timeout=20_000) as opened:
        session.runs.show(first)
    assert opened.args == [first]
    wait_for(qtbot, session, State.FINISHED)
    assert session.config == SMALL
    np.testing.assert_array_equal(session.snapshot.params["W1"], weights)
    session.seek(0)
    qtbot.waitUntil(lambda: session.snapshot.iteration == 0, timeout=20_000)


def test_a_run_that_was_paused_can_be_gone_on_with_later(qtbot, make: Make) -> None:
    session = make()
    session.start(SMALL)
    wait_for_iteration(qtbot, session, 10)
    session.pause()
    settle(qtbot, session)
    (key,) = keys(session)
    session.start(SMALL.replace(seed=7))
    wait_for(qtbot, session, State.FINISHED)
    assert session.runs.entry(key).phase in ("stopped", "finished")
    session.runs.show(key)
    qtbot.waitUntil(lambda: session.live.config.seed == SMALL.seed, timeout=20_000)
    session.resume()
    wait_for(qtbot, session, State.FINISHED)
    assert session.live.iteration == 300
    qtbot.waitUntil(lambda: load_run(Path(key)).iteration == 300, timeout=20_000)


def test_a_run_that_gave_way_is_listed_as_it_was_saved(qtbot, make: Make) -> None:
    session = make()
    session.start(LONG)
    wait_for_iteration(qtbot, session, 20)
    (key,) = keys(session)
    told = session.live.iteration
    while session._worker._lanes.shown_lane.trainer.iteration < told + 20:
        session._worker.wait(1)  # the session does not read its mail meanwhile
    session.start(SMALL.replace(seed=7))
    wait_for(qtbot, session, State.FINISHED)
    qtbot.waitUntil(
        lambda: session.runs.entry(key).iteration == load_run(key).iteration, timeout=20_000
    )


def test_curves_of_a_kept_run_are_read_to_be_compared(qtbot, make: Make) -> None:
    session = make()
    first, _ = finish(qtbot, session), finish(qtbot, session, seed=7)
    session.runs.compare([first])
    assert session.runs.compared == (first,)
    assert session.runs.style(first) == 1
    qtbot.waitUntil(lambda: session.runs.curves(first) is not None, timeout=20_000)
    assert len(session.runs.curves(first).losses) == 300


def test_at_most_three_are_compared_and_never_the_shown_one(qtbot, make: Make) -> None:
    session = make()
    every = [finish(qtbot, session, seed=seed, iterations=5) for seed in range(5)]
    session.runs.compare([every[4], *every[:4]])
    assert session.runs.compared == tuple(every[:3])


def test_a_run_is_renamed_loaded_or_not(qtbot, make: Make) -> None:
    session = make()
    first, second = finish(qtbot, session), finish(qtbot, session, seed=7)
    session.runs.rename(second, "shown")
    session.runs.rename(first, "kept")
    names = lambda: [entry.name for entry in session.runs.entries]  # noqa: E731
    qtbot.waitUntil(lambda: names() == ["shown", "kept"], timeout=20_000)
    session.close()
    assert {load_run(Path(key)).notes.name for key in (first, second)} == {"shown", "kept"}


def test_a_deleted_run_comes_back(qtbot, make: Make) -> None:
    session = make()
    first, second = finish(qtbot, session), finish(qtbot, session, seed=7)
    name = session.runs.entry(first).name
    session.runs.delete(first)
    assert keys(session) == [second]
    assert session.runs.deleted == name
    qtbot.waitUntil(lambda: not Path(first).exists(), timeout=20_000)
    session.runs.undo_delete()
    qtbot.waitUntil(lambda: first in keys(session), timeout=20_000)
    assert session.runs.deleted == ""
    assert Path(first).exists()


def test_a_deleted_run_is_gone_for_good_at_the_end(qtbot, make: Make, folder: Path) -> None:
    session = make()
    first, second = finish(qtbot, session), finish(qtbot, session, seed=7)
    session.runs.delete(first)
    session.close()
    assert [str(path) for path in folder.iterdir()] == [second]


def test_the_shown_run_can_be_deleted_and_is_shown_again_when_it_comes_back(
    qtbot, make: Make
) -> None:
    session = make()
    key = finish(qtbot, session)
    session.runs.delete(key)
    assert (session.state, keys(session)) == (State.IDLE, [])
    qtbot.waitUntil(lambda: not Path(key).exists(), timeout=20_000)
    session.runs.undo_delete()
    wait_for(qtbot, session, State.FINISHED)
    assert [(entry.key, entry.is_shown) for entry in session.runs.entries] == [(key, True)]
    assert session.snapshot.iteration == 300


def test_a_run_that_comes_back_does_not_take_the_place_of_another(qtbot, make: Make) -> None:
    session = make()
    key = finish(qtbot, session)
    session.runs.delete(key)
    other = finish(qtbot, session, seed=7)
    session.runs.undo_delete()
    qtbot.waitUntil(lambda: keys(session) == [other, key], timeout=20_000)
    settle(qtbot, session)
    assert session.runs.entry(other).is_shown


def test_a_run_in_training_is_not_deleted(qtbot, make: Make) -> None:
    session = make()
    session.start(LONG)
    wait_for_iteration(qtbot, session, 5)
    (key,) = keys(session)
    with qtbot.waitSignal(session.runs.failed) as failed:
        session.runs.delete(key)
    assert "not being trained" in failed.args[0]
    assert keys(session) == [key]


def test_a_run_is_repeated_exactly_with_its_changes(qtbot, make: Make) -> None:
    session = make()
    session.step(40)
    session.change("learning_rate", 0.5)
    session.resume()
    wait_for(qtbot, session, State.FINISHED)
    losses, (key,) = session.live.losses, keys(session)
    session.runs.repeat(key)
    wait_for(qtbot, session, State.FINISHED)
    np.testing.assert_array_equal(session.live.losses, losses)
    assert len(keys(session)) == 2


def test_a_run_is_saved_as_a_file_and_opened_again(qtbot, make: Make, tmp_path: Path) -> None:
    session = make()
    key = finish(qtbot, session)
    target = tmp_path / "mine.chainlight"
    session.runs.save(key, target)
    qtbot.waitUntil(target.exists, timeout=20_000)
    losses = session.live.losses
    other = make()
    with qtbot.waitSignal(other.runs.opened, timeout=20_000):
        other.runs.open(target)
    wait_for(qtbot, other, State.FINISHED)
    np.testing.assert_array_equal(other.live.losses, losses)
    assert len([e for e in other.runs.entries if e.is_shown]) == 1


def test_a_file_that_is_no_run_leaves_everything_as_it_is(qtbot, make: Make, tmp_path) -> None:
    session = make()
    finish(qtbot, session)
    bad = tmp_path / "bad.chainlight"
    bad.write_bytes(b"not a run")
    shown = session.snapshot
    with qtbot.waitSignal(session.runs.failed, timeout=20_000) as failed:
        session.runs.open(bad)
    assert "bad.chainlight" in failed.args[0]
    assert session.snapshot is shown
    assert session.state is State.FINISHED


def test_a_run_that_can_not_be_saved_is_kept_in_memory(qtbot, make: Make, folder: Path) -> None:
    session = make()
    folder.parent.write_text("in the way")
    finish(qtbot, session)
    weights = session.snapshot.params["W1"]
    finish(qtbot, session, seed=7)
    first = session.runs.entries[-1]
    assert (first.config.seed, first.phase, first.is_shown) == (SMALL.seed, "finished", False)
    session.runs.show(first.key)
    qtbot.waitUntil(lambda: session.live.config.seed == SMALL.seed, timeout=20_000)
    np.testing.assert_array_equal(session.live.params["W1"], weights)


def test_runs_of_a_race_are_compared_by_themselves(qtbot, make: Make) -> None:
    session = make()
    session.race([Plan("a", SMALL), Plan("b", SMALL.replace(seed=7))])
    wait_for(qtbot, session, State.FINISHED)
    entries = {entry.name: entry for entry in session.runs.entries}
    assert set(entries) == {"a", "b"}
    assert session.runs.compared == (entries["b"].key,)
    assert len(session.runs.curves(entries["b"].key).losses) == 300


def test_an_unfinished_run_is_offered_at_the_next_start(qtbot, make: Make) -> None:
    session = make()
    session.start(LONG)
    wait_for_iteration(qtbot, session, 20)
    (before,) = session.runs.entries
    session.close()
    again = make()
    (after,) = again.runs.entries
    assert after.began == before.began  # whenever it was saved: it tells namesakes apart
    assert again.offer[0].iteration >= 20
    again.accept_offer()
    qtbot.waitUntil(lambda: again.live.iteration > again.runs.summaries[0].iteration - 1)
    assert again.state is State.RUNNING
    assert again.offer == ()
    assert again.config == LONG


def test_a_declined_run_is_not_offered_again(qtbot, make: Make) -> None:
    session = make()
    session.start(LONG)
    wait_for_iteration(qtbot, session, 20)
    session.close()
    again = make()
    again.decline_offer()
    assert again.offer == ()
    again.close()
    third = make()
    assert third.offer == ()
    (entry,) = third.runs.entries
    assert entry.phase == "stopped"


@pytest.mark.parametrize("intent", ["stop", "finish"])
def test_a_run_that_ended_is_not_offered(qtbot, make: Make, intent: str) -> None:
    session = make()
    session.start(LONG if intent == "stop" else SMALL)
    wait_for_iteration(qtbot, session, 20)
    if intent == "stop":
        session.stop()
    wait_for(qtbot, session, State.FINISHED)
    settle(qtbot, session)
    session.close()
    assert make().offer == ()


def test_a_run_that_another_window_trains_is_not_offered(qtbot, make: Make) -> None:
    session = make()
    session.start(LONG)
    wait_for_iteration(qtbot, session, 20)
    session.pause()
    (key,) = keys(session)
    qtbot.waitUntil(Path(key).exists, timeout=20_000)
    assert make().offer == ()

"""A race that was broken off is offered as a whole, and goes on as it was."""

from types import SimpleNamespace

import pytest
from run_sessions import LONG, WAIT, Make, finish, keys, shown
from small_runs import SMALL
from waiting import settle, wait_for, wait_for_iteration

from app.plans import Plan
from app.run_shelf import pace_of
from app.session import Session, State
from bpcore.recording import Event
from bpcore.run_file import load_run

NAMES = ("SGD", "Momentum", "Adam")
RACE = tuple(Plan(name, LONG.replace(seed=n)) for n, name in enumerate(NAMES))


def all_begun(qtbot, session: Session) -> None:
    qtbot.waitUntil(
        lambda: bool(session.lanes) and all(lane.iteration for lane in session.lanes), timeout=WAIT
    )


def broken_off(qtbot, session: Session, *, look_at: int = 1, **options: bool) -> dict[str, int]:
    """Close a session while three runs race; return where each was when that was told last."""
    session.race(RACE, **options)
    wait_for_iteration(qtbot, session, 5)
    if options.get("in_turn", True):
        all_begun(qtbot, session)
    session.show_lane(session.lanes[look_at].run)
    reached = {lane.name: lane.iteration for lane in session.lanes}
    assert session.close()
    return reached


def go_on(qtbot, session: Session) -> None:
    session.accept_offer()
    qtbot.waitUntil(lambda: session.state is State.RUNNING and bool(session.lanes), timeout=WAIT)


def test_the_pace_is_that_of_a_run_that_is_not_done_whichever_was_shown() -> None:
    def opened(iteration: int, pace: float | None) -> SimpleNamespace:
        notes, config = SimpleNamespace(pace=pace), SimpleNamespace(iterations=600)
        recording = SimpleNamespace(iteration=iteration, config=config, notes=notes)
        return SimpleNamespace(recording=recording)

    assert pace_of([opened(600, 1000.0), opened(20, None), opened(30, 250.0)]) == 250.0
    assert pace_of([opened(30, 0.0)]) == 0.0
    assert pace_of([opened(600, 60.0)]) is None


@pytest.mark.parametrize("in_turn", [True, False], ids=["in turn", "one after the other"])
def test_a_race_goes_on_as_a_whole(qtbot, make: Make, in_turn: bool) -> None:
    reached = broken_off(qtbot, make(), in_turn=in_turn)
    session = make()
    assert [run.notes.name for run in session.offer] == list(NAMES)
    at = {run.notes.name: run.iteration for run in session.offer}
    assert all(at[name] >= reached[name] for name in NAMES)
    assert in_turn or at["Adam"] == 0
    go_on(qtbot, session)
    assert [lane.name for lane in session.lanes] == list(NAMES)
    assert all(lane.iteration >= at[lane.name] for lane in session.lanes)
    assert shown(session).name == "Momentum"
    qtbot.waitUntil(lambda: len(session.runs.compared) == 2, timeout=WAIT)
    begun = session.lanes[0].iteration
    qtbot.waitUntil(lambda: session.lanes[0].iteration > begun, timeout=WAIT)
    waits = [lane.phase == "waiting" for lane in session.lanes]
    assert waits == ([False] * 3 if in_turn else [False, True, True])
    assert session.offer == ()
    assert len(keys(session)) == 3


def test_it_is_offered_again_after_it_went_on(qtbot, make: Make) -> None:
    broken_off(qtbot, make())
    session = make()
    go_on(qtbot, session)
    session.close()
    assert [run.notes.name for run in make().offer] == list(NAMES)


@pytest.mark.parametrize("pace", [20.0, None], ids=["slow", "fast"])
def test_what_goes_on_keeps_its_pace(qtbot, make: Make, pace: float | None) -> None:
    session = make()
    session.start(LONG)
    wait_for_iteration(qtbot, session, 20)
    session.set_pace(pace)
    assert session.close()
    again = make()
    again.set_pace(60.0)
    go_on(qtbot, again)
    assert again.pace == pace


@pytest.mark.parametrize("harm", ["missing", "damaged"])
def test_a_run_that_can_not_be_read_leaves_the_others(qtbot, make: Make, folder, harm) -> None:
    broken_off(qtbot, make())
    session = make()
    said: list[str] = []
    session.runs.failed.connect(said.append)
    path = session.offer[1].path  # that which was shown
    if harm == "missing":
        path.unlink()
    else:
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
    go_on(qtbot, session)
    assert [lane.name for lane in session.lanes] == ["SGD", "Adam"]
    assert shown(session).name == "SGD"
    assert len(said) == 1
    assert path.name in said[0]


def test_of_a_race_of_which_one_run_is_left_that_is_offered(qtbot, make: Make) -> None:
    broken_off(qtbot, make())
    session = make()
    kept = [str(run.path) for run in session.offer]
    for key in kept[1:]:
        session.runs.delete(key)
    assert [str(run.path) for run in session.offer] == kept[:1]
    go_on(qtbot, session)
    assert [lane.name for lane in session.lanes] == ["SGD"]
    session.close()
    assert len(make().offer) == 1


def test_a_race_that_is_declined_is_not_offered_again(qtbot, make: Make) -> None:
    broken_off(qtbot, make())
    session = make()
    session.decline_offer()
    assert session.offer == ()
    session.close()
    again = make()
    assert again.offer == ()
    assert [entry.phase for entry in again.runs.entries] == ["stopped"] * 3


def test_a_run_of_a_race_that_is_gone_on_with_alone_is_offered_alone(qtbot, make: Make) -> None:
    broken_off(qtbot, make())
    session = make()
    key = str(session.offer[0].path)
    with qtbot.waitSignal(session.runs.opened, timeout=WAIT):
        session.runs.show(key)
    settle(qtbot, session)
    session.resume()
    wait_for_iteration(qtbot, session, session.live.iteration + 5)
    session.close()
    assert [str(run.path) for run in make().offer] == [key]


def test_the_changes_ahead_of_a_run_are_made_though_it_was_broken_off(qtbot, make: Make) -> None:
    session = make()
    session.set_pace(100.0)
    changes = (Event(5, "learning_rate", 0.05), Event(200, "batch_size", 30))
    session.begin(Plan("changed", SMALL, changes))
    wait_for_iteration(qtbot, session, 10)
    assert session.close()
    again = make()
    go_on(qtbot, again)
    again.set_pace(None)
    wait_for(qtbot, again, State.FINISHED)
    assert again.live.events == changes


# What its user left is not offered.


@pytest.mark.parametrize("how", ["restart", "reset", "race", "branch"])
def test_a_run_that_was_left_for_another_is_not_offered(qtbot, make: Make, how: str) -> None:
    session = make()
    session.start(LONG)
    wait_for_iteration(qtbot, session, 20)
    (left,) = keys(session)
    if how == "restart":
        finish(qtbot, session)
    elif how == "reset":
        session.reset()
    elif how == "race":
        session.race([Plan("a", SMALL), Plan("b", SMALL)])
        wait_for(qtbot, session, State.FINISHED)
    else:
        session.branch(10)
        settle(qtbot, session)
        session.stop()
    settle(qtbot, session)
    assert session.close()
    again = make()
    assert again.offer == ()
    assert again.runs.entry(left).phase == "stopped"


def test_runs_that_never_came_to_their_turn_leave_nothing_behind(qtbot, make, folder) -> None:
    session = make()
    session.race(RACE, in_turn=False)
    wait_for_iteration(qtbot, session, 5)
    qtbot.waitUntil(lambda: len(list(folder.glob("*.chainlight"))) == 3, timeout=WAIT)
    session.start(SMALL)
    wait_for(qtbot, session, State.FINISHED)
    assert session.close()
    names = [load_run(path).notes.name for path in sorted(folder.glob("*.chainlight"))]
    assert names == ["SGD", ""]


# One's own runs, started anew.


@pytest.mark.parametrize("in_turn", [True, False], ids=["in turn", "one after the other"])
def test_kept_runs_race_anew_with_their_own_parameters_and_changes(
    qtbot, make: Make, in_turn: bool
) -> None:
    session = make()
    session.begin(Plan("changed", SMALL, (Event(40, "learning_rate", 0.5),)))
    wait_for(qtbot, session, State.FINISHED)
    first = shown(session).key
    second = finish(qtbot, session, seed=7, activation="sigmoid")
    before = {entry.key: entry for entry in session.runs.entries}
    session.runs.race([second, first], in_turn=in_turn)
    wait_for(qtbot, session, State.FINISHED)
    assert len(keys(session)) == 4
    for lane, old in zip(session.lanes, (second, first), strict=True):
        assert (lane.config, lane.events) == (before[old].config, before[old].changes)
        assert lane.losses.tobytes() == load_run(old).losses.tobytes()
    qtbot.waitUntil(lambda: session.runs.compared == (str(session.lanes[1].path),), timeout=WAIT)
    session.runs.race([first])  # one alone is no race
    assert session.state is State.FINISHED

"""Another run is looked at where the one before was."""

import pytest
from run_sessions import finish, sessions
from small_runs import SMALL
from waiting import settle, wait_for, wait_for_iteration

from app.plans import Plan
from app.same_moment import SameMoment
from app.session import Session, State


def look_at(qtbot, session: Session, iteration: int) -> None:
    session.seek(iteration)
    qtbot.waitUntil(lambda: session.snapshot.iteration == iteration, timeout=20_000)


def wait_for_run(qtbot, session: Session, before: int) -> None:
    qtbot.waitUntil(
        lambda: session.live.run == session.shown_run != before and not session.replaying,
        timeout=20_000,
    )
    settle(qtbot, session)


@pytest.mark.parametrize(("iteration", "pinned"), [(120, 120), (300, None)])
def test_the_other_run_of_a_race_is_shown_at_the_same_iteration(
    qtbot, session: Session, iteration: int, pinned: int | None
) -> None:
    SameMoment(session, session)
    session.race([Plan("a", SMALL), Plan("b", SMALL.replace(seed=7))])
    wait_for(qtbot, session, State.FINISHED)
    look_at(qtbot, session, iteration)
    before, other = session.shown_run, session.lanes[1].run
    session.show_lane(other)
    wait_for_run(qtbot, session, before)
    assert session.pinned == pinned
    qtbot.waitUntil(lambda: session.snapshot.run == other, timeout=20_000)
    assert session.snapshot.iteration == iteration


@pytest.mark.parametrize(("length", "pinned"), [(200, 120), (100, None)])
def test_a_run_of_the_list_is_shown_there_too_if_it_went_so_far(qtbot, length, pinned) -> None:
    with sessions(qtbot) as ready:
        session = ready()
        SameMoment(session, session)
        key = finish(qtbot, session, iterations=length)
        finish(qtbot, session, seed=8)
        look_at(qtbot, session, 120)
        before = session.shown_run
        session.runs.show(key)
        wait_for_run(qtbot, session, before)
        assert session.pinned == pinned
        assert session.snapshot.iteration == min(length, 120)


@pytest.mark.parametrize("begin", [Session.start, Session.reset, Session.branch])
def test_a_run_that_begins_is_followed(qtbot, session: Session, begin) -> None:
    SameMoment(session, session)
    session.start(SMALL.replace(iterations=3000))
    wait_for_iteration(qtbot, session, 50)
    session.pause()
    look_at(qtbot, session, 5)
    before = session.shown_run
    begin(session)
    wait_for_run(qtbot, session, before)
    assert session.pinned is None

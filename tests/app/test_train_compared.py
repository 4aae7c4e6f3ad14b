"""Runs that are drawn beside the shown one on the Train page."""

from run_sessions import sessions
from small_runs import SMALL
from train_pages import click, open_page
from waiting import wait_for

from app.plans import Plan
from app.session import State

RACE = tuple(Plan(name, SMALL.replace(seed=seed)) for name, seed in (("a", 1), ("b", 2), ("c", 3)))


def test_runs_of_a_race_are_still_drawn_when_another_run_follows(qtbot) -> None:
    with sessions(qtbot) as ready:
        session = ready()
        page = open_page(qtbot, session)
        session.race(RACE)
        wait_for(qtbot, session, State.FINISHED)
        click(page, "sideView_runs")
        others = session.runs.compared
        assert len(others) == 2
        session.start(SMALL.replace(seed=9))
        wait_for(qtbot, session, State.FINISHED)
        assert session.runs.compared == others
        qtbot.waitUntil(
            lambda: all(session.runs.curves(key) is not None for key in others), timeout=20_000
        )
        page.refresh()
        assert [name for name, _ in page._loss_chart.compared_at(100)] == ["b", "c"]
        assert all(loss is not None for _, loss in page._loss_chart.compared_at(100))
        assert len(page._accuracy_chart._compared) == 2
        click(page, "sideView_network")
        first = page._side.vitals._rows[0]
        assert [style for _, style in first.others] == [1, 2]

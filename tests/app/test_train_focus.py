"""A key that is pressed once more must not do what nobody meant."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from small_runs import SMALL
from train_pages import open_page
from waiting import wait_for, wait_for_iteration

from app.pages.train import TrainPage
from app.session import Session, State
from app.widgets.timeline_bar import TimelineBar
from bpcore.network import Network


@pytest.fixture
def page(qtbot, session: Session) -> TrainPage:
    page = open_page(qtbot, session)
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    return page


def focus(window: QWidget, name: str) -> QWidget:
    widget = window.findChild(QWidget, name)
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    assert window.focusWidget() is widget
    return widget


def press_space(window: QWidget) -> None:
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Space)


END: dict[str, Callable[[Session], None]] = {
    "pauseButton": Session.stop,
    "stopButton": Session.stop,
    "resetButton": lambda session: session.reset(session.config),
}


@pytest.mark.parametrize("name", END)
def test_space_on_a_button_that_went_off_does_nothing(qtbot, page, session, name: str) -> None:
    session.start(SMALL.replace(iterations=1_000_000))
    wait_for_iteration(qtbot, session, 5)
    focus(page, name)
    END[name](session)
    page.refresh()
    before = session.state, session.shown_run
    assert before[0] in (State.FINISHED, State.IDLE)
    press_space(page)
    assert (session.state, session.shown_run) == before


def test_space_after_the_end_of_the_run_leaves_it_on_the_screen(qtbot, page, session) -> None:
    session.start(SMALL)
    focus(page, "pauseButton")
    wait_for(qtbot, session, State.FINISHED)
    press_space(page)
    assert session.state is State.FINISHED
    assert session.live.iteration == 300


def test_the_focus_of_a_line_that_goes_away_falls_to_nothing_that_a_key_changes(
    qtbot, page: TrainPage, session: Session, monkeypatch
) -> None:
    loss, calls = Network.loss, iter(range(1000))

    def once_infinite(network: Network, *batch: np.ndarray) -> float:
        return float("inf") if next(calls) == 20 else loss(network, *batch)

    monkeypatch.setattr(Network, "loss", once_infinite)
    session.start(SMALL)
    wait_for(qtbot, session, State.FAILED)
    focus(page, "continueLowerButton")
    press_space(page)
    assert session.state is State.RUNNING
    assert page.focusWidget() is page._controls.fields.pace_row
    press_space(page)
    assert page._loss_chart._log
    wait_for(qtbot, session, State.FINISHED)


@pytest.mark.parametrize("name", ["timelineStep", "timelineRestart"])
def test_space_in_the_timeline_starts_no_other_run(qtbot, session: Session, name: str) -> None:
    window = QWidget()
    column, bar = QVBoxLayout(window), TimelineBar(session)
    column.addWidget(bar)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    if name == "timelineStep":
        session.start(SMALL.replace(iterations=1_000_000))
        wait_for_iteration(qtbot, session, 5)
        session.pause()
        focus(window, name)
        session.resume()
    else:
        session.start(SMALL)
        wait_for(qtbot, session, State.FINISHED)
        focus(window, name)
        session.reset(session.config)
    before = session.shown_run, session.state
    press_space(window)
    assert (session.shown_run, session.state) == before
    assert window.focusWidget() is bar.track


def test_tab_goes_through_the_parameters_line_by_line(page: TrainPage) -> None:
    first = page.findChild(QWidget, "presetChoice")
    last = page.findChild(QWidget, "dataChoice")
    way, widget = [first], first
    while widget is not last:
        widget = widget.nextInFocusChain()
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
            way.append(widget)
    assert len(way) > 10
    room = first.parentWidget().parentWidget().parentWidget()
    places = [widget.mapTo(room, widget.rect().topLeft()) for widget in way]
    assert places == sorted(places, key=lambda at: (at.y() // 8, at.x()))

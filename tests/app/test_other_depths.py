"""Runs whose networks have not one hidden layer come from files: every page bears them."""

import pytest
from PySide6.QtCore import Qt
from small_runs import SMALL

from app.pages.backward import BackwardPage
from app.session import Session, State


@pytest.mark.parametrize("sizes", [(), (8, 6, 4)])
def test_backward_says_why_it_has_no_picture_and_has_one_again_later(
    qtbot, session: Session, sizes: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.pages.backward_watch.REFRESH_MS", 10)
    page = BackwardPage(session)
    qtbot.addWidget(page)
    page.resize(1208, 680)
    page.show()
    page.theatre.select_unit(7)
    for hidden in (sizes, (8,)):
        session.start(SMALL.replace(hidden_sizes=hidden, iterations=5))
        qtbot.waitUntil(lambda: session.state is State.FINISHED, timeout=20_000)
        one = len(hidden) == 1
        qtbot.waitUntil(lambda one=one: (page.theatre.trace is not None) == one)
        assert ("one hidden layer" in page.theatre.running.message) != one
        qtbot.keyClick(page.view, Qt.Key.Key_Right)

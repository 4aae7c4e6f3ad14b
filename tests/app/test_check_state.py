"""What stands on the Check page is of one check: whole and bright, whole and dim, or blank."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from checked import reports
from checkings import WAIT, known_of
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QSpinBox, QWidget
from small_runs import SMALL

from app.formatting import EM_DASH, scientific
from app.own_layer import OwnLayer
from app.pages.check import CheckPage
from app.pages.check_words import about
from app.run_state import State
from app.widgets import own_layer_dialog
from app.widgets.bug_list import BugList
from app.widgets.bug_verdict import BugVerdict
from app.widgets.check_scatter import CheckScatter
from app.widgets.check_table import CheckTable
from app.widgets.difference_map import DifferenceMap
from app.widgets.step_sweep import StepSweep
from app.widgets.veil import Veil

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def page(qtbot, session) -> Iterator[CheckPage]:
    page = CheckPage(session)
    qtbot.addWidget(page)
    page.resize(1208, 680)
    page.show()
    yield page
    page.end()


def child(page: QWidget, kind: type, name: str):
    found = page.findChild(kind, name)
    assert found is not None, name
    return found


def text(page: CheckPage, name: str) -> str:
    return child(page, QLabel, name).text()


def is_done(page: CheckPage) -> bool:
    checking = page.checking
    return not (checking.busy or page.is_drawing) and checking.accused is not None


def know(page: CheckPage) -> None:
    """Let something be known of what is chosen, which nobody checked."""
    page.checking._known = known_of(page.checking.present, reports())
    page.checking.changed.emit()
    while page.is_drawing:
        page._instruments._show_next()


def wait_done(qtbot, page: CheckPage) -> None:
    qtbot.waitUntil(lambda: is_done(page), timeout=WAIT)


def run(qtbot, page: CheckPage, **wanted: object) -> None:
    page.checking.want(**wanted)
    page.checking.run()
    wait_done(qtbot, page)


def figures(page: CheckPage) -> list[str]:
    columns = ("mean", "bug_mean")
    rows = child(page, CheckTable, "checkTable").rows
    return [row.text(column) for column in columns for row in rows]


def is_dim(page: CheckPage) -> bool:
    """Whether all that was found is; some of it alone may not be."""
    veils = {veil.isVisible() for veil in page.findChildren(Veil)}
    veils |= {row.is_old for row in child(page, BugList, "bugList").rows}
    assert len(veils) == 1
    return veils.pop()


def is_blank(page: CheckPage) -> bool:
    blank = set(figures(page)) == {EM_DASH}
    assert blank == (len(child(page, CheckScatter, "checkScatter").points) == 0)
    assert blank == bool(child(page, DifferenceMap, "differenceMap").message)
    assert blank == (child(page, BugVerdict, "bugVerdict").words.mood == "blank")
    return blank


def prints(page: CheckPage) -> set[bool | None]:
    return {mark for row in child(page, BugList, "bugList").rows for mark in row.prints}


def press(page: CheckPage) -> None:
    """Run the check with the keys."""
    page.activateWindow()
    QTest.keyClick(page.focusWidget() or page, Qt.Key.Key_Return, CONTROL)


def test_figures_label_and_curves_change_together(qtbot, page) -> None:
    know(page)
    seen, before = set(), page.checking.accused

    def look() -> None:
        known = page.checking.accused
        of = about(known.ground, known.h)
        expected = [scientific(report.mean_absolute_difference) for report in known.right]
        assert figures(page)[:4] == expected
        assert text(page, "checkStatus") == of
        assert page.is_drawing or is_dim(page) == (known is before)
        sweep = child(page, StepSweep, "stepSweep")
        assert not sweep.steps or sweep._h == known.h
        seen.add(of)

    page.checking.changed.connect(look)
    run(qtbot, page, first=3, h=1e-5)
    qtbot.waitUntil(lambda: page.checking.sweeps is not None, timeout=WAIT)
    assert len(seen) == 2
    assert "h = 1e-5" in text(page, "checkStatus")
    assert not is_dim(page)
    page.checking.changed.disconnect(look)
    page.checking.want(h=1e-7)
    assert child(page, StepSweep, "stepSweep")._h == 1e-5
    assert is_dim(page)


def test_the_keys_check_what_is_typed_and_not_entered(qtbot, page) -> None:
    box = child(page, QSpinBox, "checkCount")
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "5")
    press(page)
    assert page.checking.wanted.count == 5
    wait_done(qtbot, page)
    assert "training digits 0 to 4" in text(page, "checkStatus")


def test_the_keys_never_cancel(qtbot, page) -> None:
    page.checking.run()
    button = child(page, QPushButton, "runCheckButton")
    button._late.stop()
    assert button.can_cancel
    press(page)
    assert page.checking.busy
    wait_done(qtbot, page)


def test_a_newer_wish_ends_the_check_that_is_under_way(qtbot, page) -> None:
    know(page)
    page.checking.want(count=200)
    page.checking.run()
    page.checking.want(count=2)
    assert page.checking._examining.is_at(page.checking.present, page.checking.wanted.h)
    wait_done(qtbot, page)
    assert len(page.checking.checked.ground.batch.labels) == 2
    assert not page.checking.is_stale


def test_the_timeline_ends_a_check_of_a_place_on_the_way(qtbot, page, session) -> None:
    session.start()
    qtbot.waitUntil(lambda: session.state is State.FINISHED, timeout=WAIT)
    know(page)
    begun: list[int] = []
    begin = page.checking._examining.begin
    page.checking._examining.begin = lambda *args: (begun.append(args[0].iteration), begin(*args))
    iterations = set()
    page.checking.changed.connect(lambda: iterations.add(page.checking.checked.ground.iteration))
    for iteration in (250, 40):
        session.seek(iteration)
        qtbot.waitUntil(
            lambda: session.snapshot.iteration == session.pinned and not session.replaying,
            timeout=WAIT,
        )
        assert begun[-1] == session.snapshot.iteration
        assert is_dim(page)
        assert text(page, "checkWord") == "Old: a check is under way …"
    wait_done(qtbot, page)
    assert page.checking.checked.ground.iteration == 40
    assert not is_dim(page)


def test_nothing_of_another_network_is_shown(qtbot, page, session) -> None:
    know(page)
    assert not is_blank(page)
    session.set_pace(20.0)
    session.start(SMALL.replace(hidden_sizes=(5,)))
    qtbot.waitUntil(lambda: session.snapshot.config.hidden_sizes == (5,), timeout=WAIT)
    assert is_blank(page)
    assert prints(page) <= {None}
    assert not child(page, StepSweep, "stepSweep").steps
    assert "784×5" in [row.text("shape") for row in child(page, CheckTable, "checkTable").rows]
    assert text(page, "checkStatus").startswith("784-5-10, relu, is not checked yet")
    session.pause()
    qtbot.waitUntil(lambda: is_done(page) and not page.checking.is_stale, timeout=WAIT)
    assert not is_blank(page)


def test_while_training_goes_on_a_check_is_behind_and_not_dim(qtbot, page, session) -> None:
    session.set_pace(50.0)
    session.start()
    qtbot.waitUntil(lambda: session.live.iteration > 2, timeout=WAIT)
    know(page)
    behind = page.checking.checked.ground.iteration
    qtbot.waitUntil(lambda: session.live.iteration > behind, timeout=WAIT)
    assert text(page, "checkWord") == "Training has gone on since"
    assert not is_dim(page)
    session.pause()
    qtbot.waitUntil(lambda: is_done(page) and not page.checking.is_stale, timeout=WAIT)
    assert text(page, "checkWord") == ""


def test_of_another_bug_nothing_is_shown_until_it_is_found_out(qtbot, page) -> None:
    run(qtbot, page)
    page.checking.switch("mask_forgotten")
    wait_done(qtbot, page)
    shown = figures(page)
    page.checking.switch("sign_swapped")
    assert is_blank(page)
    assert not is_dim(page)
    assert prints(page) >= {True, False}
    assert text(page, "checkWord") == "The bug that is on is being checked …"
    page.checking.switch("mask_forgotten")  # which is known still
    wait_done(qtbot, page)
    assert figures(page) == shown
    assert not page.checking.busy


def test_a_case_begins_with_nothing_of_the_bug_before(qtbot, page) -> None:
    page.checking.switch("mask_forgotten")
    wait_done(qtbot, page)
    page.lab.game.begin()
    blank = []
    page.checking.changed.connect(
        lambda: blank.append(page.checking.busy is False or is_blank(page))
    )
    assert set(figures(page)) == {EM_DASH}
    qtbot.waitUntil(lambda: page.checking.has_secret and is_done(page), timeout=WAIT)
    assert all(blank)
    assert not is_dim(page)


def test_a_cancelled_check_is_told(page) -> None:
    page.checking.run()
    page.checking.cancel()
    assert text(page, "checkStatus") == "The check was cancelled: run it again."
    know(page)
    of = text(page, "checkStatus")
    page.checking.want(count=150)
    page.checking.run()
    assert text(page, "checkWord") == "Old: a check is under way …"
    page.checking.cancel()
    assert (text(page, "checkStatus"), text(page, "checkWord")) == (
        of,
        "Old: the check was cancelled",
    )
    assert is_dim(page)
    page.checking.want(count=3)
    assert text(page, "checkWord") == ""


def test_a_bug_whose_search_is_cancelled_is_off_again(page) -> None:
    know(page)
    shown = figures(page)
    page.checking.switch("mask_forgotten")
    page.checking.cancel()
    assert page.checking.key == child(page, BugList, "bugList").on == ""
    assert figures(page) == shown
    assert not page.checking.busy


# Beside a layer of one's own.


def test_beside_a_layer_of_ones_own_is_nothing_of_the_network(
    page, monkeypatch: pytest.MonkeyPatch
) -> None:
    know(page)
    checked: list[Path] = []
    asked: list[Path] = []
    monkeypatch.setattr(OwnLayer, "check", lambda _, path: checked.append(path))
    monkeypatch.setattr(own_layer_dialog, "ask", lambda _, path: asked.append(path) or True)
    page.errand.check(Path("mine.py"))
    names = ("checkWeights", "checkSource", "checkFirst", "checkCount", "checkStep")
    assert not any(child(page, QWidget, name).isEnabled() for name in names)
    assert prints(page) <= {None}
    assert "Run the check" not in child(page, DifferenceMap, "differenceMap").message
    assert "h = 1e-4, and no other" in child(page, StepSweep, "stepSweep").readout[0]
    press(page)  # the file again, with a warning: it may be another by now
    assert (asked, checked) == ([Path("mine.py")], [Path("mine.py")] * 2)
    assert not page.checking.busy
    page.lab.game.begin()
    assert not page.errand.is_open
    assert child(page, QWidget, "checkWeights").isEnabled()
    page.lab.game.end()

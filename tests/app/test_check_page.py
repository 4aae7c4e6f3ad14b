"""The Check page, driven by mouse and keys: it shows what the engine finds, of one moment."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QPushButton, QSpinBox, QWidget
from small_runs import SMALL

from app import formatting
from app.pages.check import MIN_SIZE, CheckPage
from app.session import Session, State
from app.widgets import own_layer_dialog
from app.widgets.bug_list import BugList
from app.widgets.check_scatter import CheckScatter
from app.widgets.check_table import CheckTable
from app.widgets.detective_panel import DetectivePanel
from app.widgets.difference_map import DifferenceMap
from app.widgets.step_sweep import StepSweep
from app.widgets.veil import Veil
from bpcore.bugs import BUGS
from bpcore.gradient_check import SWEEP

WAIT = 30_000
LEFT = Qt.MouseButton.LeftButton
NAMES = (
    "runCheckButton",
    "checkTable",
    "checkScatter",
    "differenceMap",
    "stepSweep",
    "bugList",
    "bugVerdict",
    "detectiveButton",
    "guessLayer",
    "guessBug",
    "openLayerButton",
)


@pytest.fixture
def page(qtbot, session) -> CheckPage:
    page = CheckPage(session)
    qtbot.addWidget(page)
    page.resize(1208, 680)
    page.show()
    return page


def child(page: QWidget, kind: type, name: str):
    found = page.findChild(kind, name)
    assert found is not None, name
    return found


def click(page: QWidget, name: str) -> None:
    QTest.mouseClick(child(page, QWidget, name), LEFT)


def wait_checked(qtbot, page: CheckPage) -> None:
    checking = page.checking
    qtbot.waitUntil(
        lambda: (
            not checking.busy
            and checking.accused is not None
            and checking.sweeps is not None
            and not page.is_drawing
        ),
        timeout=WAIT,
    )


def run(qtbot, page: CheckPage) -> None:
    click(page, "runCheckButton")
    wait_checked(qtbot, page)


def status(page: CheckPage) -> str:
    return child(page, QLabel, "checkStatus").text()


def word(page: CheckPage) -> str:
    return child(page, QLabel, "checkWord").text()


def message(page: CheckPage) -> str:
    return child(page, QLabel, "checkMessage").text()


def is_dim(page: CheckPage) -> bool:
    """Whether all that was found is; some of it alone may not be."""
    veils = {veil.isVisible() for veil in page.findChildren(Veil)}
    veils |= {row.is_old for row in child(page, BugList, "bugList").rows}
    assert len(veils) == 1
    return veils.pop()


def cells(page: CheckPage) -> list[tuple[str, str]]:
    table = child(page, CheckTable, "checkTable")
    return [(row.name, row.text("mean")) for row in table.rows]


def test_every_part_has_its_name(page) -> None:
    for name in NAMES:
        child(page, QWidget, name)


def test_before_a_check_there_are_dashes(page) -> None:
    assert [name for name, _ in cells(page)] == ["W1", "b1", "W2", "b2"]
    assert {mean for _, mean in cells(page)} == {formatting.EM_DASH}
    assert status(page) == ""


def test_a_click_checks_and_the_table_shows_the_reports(qtbot, page) -> None:
    run(qtbot, page)
    reports = page.checking.checked.reports
    assert cells(page) == [
        (report.name, formatting.scientific(report.mean_absolute_difference)) for report in reports
    ]
    assert status(page) == (
        "784-8-10, relu, iteration 0 · training digits 0 to 2 · h = 1e-4 · float64"
    )


def test_the_keys_run_a_check(qtbot, page) -> None:
    page.activateWindow()
    child(page, QWidget, "bugList").setFocus()
    QTest.keyClick(
        child(page, QWidget, "bugList"), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier
    )
    wait_checked(qtbot, page)
    assert page.checking.checked is not None


def test_what_is_chosen_is_checked(qtbot, page) -> None:
    click(page, "checkWeights_fresh")
    for name, value in (("checkCount", 5), ("checkFirst", 40)):
        box = child(page, QSpinBox, name)
        box.setFocus()
        box.selectAll()
        QTest.keyClicks(box, str(value))
        QTest.keyClick(box, Qt.Key.Key_Return)
    run(qtbot, page)
    assert status(page) == (
        "784-8-10, relu, fresh weights of seed 42 · training digits 40 to 44 · h = 1e-4 · float64"
    )


def test_a_check_that_takes_a_while_can_be_cancelled(
    qtbot, page, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()

    def held(*_args: object, **_more: object) -> Iterator[float]:
        yield 0.5
        gate.wait(20)

    monkeypatch.setattr("app.checks.check_in_steps", held)  # a quick machine takes no while
    button = child(page, QPushButton, "runCheckButton")
    width = button.width()
    click(page, "runCheckButton")
    assert button.text() == "Run check"  # nothing changes under a hand
    qtbot.waitUntil(lambda: button.text() == "Cancel", timeout=WAIT)
    assert button.width() == width
    assert child(page, QWidget, "checkProgress").isVisible()
    click(page, "runCheckButton")
    gate.set()
    assert button.text() == "Run check"
    assert not child(page, QWidget, "checkProgress").isVisible()
    assert not page.checking.busy


def test_what_is_stale_says_so(qtbot, page) -> None:
    run(qtbot, page)
    about = status(page)
    page.checking.want(first=3)
    assert (status(page), word(page), is_dim(page)) == (about, "Old: run the check again", True)
    page.checking.want(first=0)
    assert (status(page), word(page), is_dim(page)) == (about, "", False)


def test_a_failure_is_a_sentence(qtbot, page, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_memory(*_args: object, **_more: object) -> None:
        raise MemoryError

    with monkeypatch.context() as context:
        context.setattr("app.checks.check_in_steps", no_memory)
        click(page, "runCheckButton")
        qtbot.waitUntil(lambda: status(page).startswith("✗"), timeout=WAIT)
    assert "memory" in status(page)
    run(qtbot, page)
    assert not status(page).startswith("✗")


def test_a_click_into_the_sweep_checks_with_that_h(qtbot, page) -> None:
    run(qtbot, page)
    child(page, StepSweep, "stepSweep").step_chosen.emit(SWEEP[6])
    qtbot.waitUntil(lambda: page.checking.checked.h == SWEEP[6], timeout=WAIT)
    wait_checked(qtbot, page)
    assert child(page, QComboBox, "checkStep").currentText() == "h 1e-7"
    assert "h = 1e-7" in status(page)


def test_the_selected_unit_is_that_of_all_pages(qtbot, page, session) -> None:
    run(qtbot, page)
    difference = child(page, DifferenceMap, "differenceMap")
    session.select_unit(5)
    assert difference.unit == 5
    difference.tiles.setFocus()
    QTest.keyClick(difference.tiles, Qt.Key.Key_Left)
    assert session.unit == difference.unit == 4


def test_a_bug_brings_its_columns_and_the_guilty_layer(qtbot, page) -> None:
    bugs = child(page, QWidget, "bugList")
    bugs.setFocus()
    QTest.keyClick(bugs, Qt.Key.Key_Home)
    QTest.keyClick(bugs, Qt.Key.Key_Space)
    wait_checked(qtbot, page)
    assert page.checking.key == BUGS[0].key
    table = child(page, CheckTable, "checkTable")
    wrong = page.checking.accused.wrong
    assert [row.text("bug_mean") for row in table.rows] == [
        formatting.scientific(report.mean_absolute_difference) for report in wrong
    ]
    QTest.keyClick(bugs, Qt.Key.Key_Space)
    wait_checked(qtbot, page)
    assert [row.broken for row in table.rows] == [None] * 4


def test_a_point_asks_for_the_way_of_its_weight(qtbot, page) -> None:
    run(qtbot, page)
    scatter = child(page, CheckScatter, "checkScatter")
    scatter.setFocus()
    with qtbot.waitSignal(page.follow_requested) as asked:
        QTest.keyClick(scatter, Qt.Key.Key_Right)
        QTest.keyClick(scatter, Qt.Key.Key_Return)
    name, index, ground = asked.args
    shapes = page.checking.checked.ground.shapes
    assert all(0 <= n < side for n, side in zip(index, shapes[name], strict=True))
    assert ground is page.checking.checked.ground


def test_nothing_overlaps(page) -> None:
    for size in (MIN_SIZE, (1208, 600), (1208, 680), (1528, 880), (1900, 1000)):
        page.resize(*size)
        QApplication.processEvents()
        cards = [card for card in page.findChildren(QWidget, "card") if card.parent() is page]
        assert len(cards) == 5
        for n, card in enumerate(cards):
            assert page.rect().contains(card.geometry()), size
            assert not any(card.geometry().intersects(other.geometry()) for other in cards[:n])
        for name in ("checkWeights", "checkSource", "checkStep", "runCheckButton"):
            widget = child(page, QWidget, name)
            corner = widget.mapTo(page, QPoint(widget.width() - 1, widget.height() - 1))
            assert cards[0].geometry().contains(corner), (size, name)
        verdict = child(page, QWidget, "bugVerdict")
        assert verdict.parentWidget().rect().contains(verdict.geometry()), size
        assert verdict.visibleRegion().boundingRect() == verdict.rect(), size


def test_scrubbing_takes_the_page_along(qtbot, page, session) -> None:
    session.start()
    qtbot.waitUntil(lambda: session.state is State.FINISHED, timeout=WAIT)
    run(qtbot, page)
    session.seek(123)
    qtbot.waitUntil(lambda: "iteration 123 ·" in status(page), timeout=WAIT)
    wait_checked(qtbot, page)
    assert cells(page)[0][1] == formatting.scientific(
        page.checking.checked.reports[0].mean_absolute_difference
    )


# Detective mode.


def test_a_case_can_be_solved_with_the_instruments(qtbot, page) -> None:
    click(page, "detectiveButton")
    game, panel = page.lab.game, child(page, DetectivePanel, "detectivePanel")
    qtbot.waitUntil(lambda: page.checking.has_secret, timeout=WAIT)
    wait_checked(qtbot, page)
    assert panel.isVisible()
    assert not child(page, QWidget, "bugList").isVisible()
    assert not child(page, QWidget, "bugVerdict").isVisible()
    assert child(page, CheckTable, "checkTable").rows[0].broken is not None
    secret = game.secret
    panel.accused.emit(secret.layer, secret.key)
    assert not game.is_open
    click(page, "endDetectiveButton")
    assert child(page, QWidget, "bugList").isVisible()
    assert not page.checking.has_secret


def test_no_weight_is_followed_while_a_secret_is_one(qtbot, page) -> None:
    click(page, "detectiveButton")
    qtbot.waitUntil(lambda: page.checking.has_secret, timeout=WAIT)
    wait_checked(qtbot, page)
    asked: list[object] = []
    page.follow_requested.connect(lambda *args: asked.append(args))
    child(page, CheckScatter, "checkScatter").chosen.emit("W2", (0, 0))
    assert asked == []
    assert message(page).startswith("✗ Backward shows the right code, not the hidden mistake")
    for name in ("giveUpButton", "giveUpButton", "endDetectiveButton"):
        click(page, name)
        assert bool(message(page)) is page.lab.game.is_open
    assert not page.lab.game.playing


# A layer of one's own.

RELU = """
import numpy as np

class MyRelu:
    def forward(self, x):
        self.mask = x <= 0
        return np.where(self.mask, 0, x)

    def backward(self, dout):
        return dout * {0}self.mask
"""


def own_layer(page: CheckPage, tmp_path: Path, source: str, monkeypatch) -> Path:
    path = tmp_path / "mine.py"
    path.write_text(source, "utf-8")
    monkeypatch.setattr(own_layer_dialog, "choose", lambda *_: path)
    monkeypatch.setattr(own_layer_dialog, "ask", lambda *_: True)
    click(page, "openLayerButton")
    return path


def note(page: CheckPage) -> str:
    return child(page, QLabel, "checkNote").text()


def test_a_layer_of_ones_own_is_checked_like_the_others(
    qtbot, page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(qtbot, page)
    own_layer(page, tmp_path, RELU.format("~"), monkeypatch)
    assert status(page) == "mine.py is being checked in a process of its own"
    assert not child(page, QWidget, "checkTable").isVisible()
    qtbot.waitUntil(lambda: note(page) == "✓ MyRelu agrees.", timeout=WAIT)
    assert [name for name, _ in cells(page)] == ["dx"]
    assert child(page, QWidget, "checkTable").isVisible()
    assert not child(page, QWidget, "bugVerdict").isVisible()
    click(page, "checkBack")
    assert [name for name, _ in cells(page)] == ["W1", "b1", "W2", "b2"]
    assert not child(page, QWidget, "checkBack").isVisible()
    assert child(page, QWidget, "bugVerdict").isVisible()


def test_a_wrong_layer_of_ones_own_differs(
    qtbot, page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(qtbot, page)
    own_layer(page, tmp_path, RELU.format(""), monkeypatch)
    qtbot.waitUntil(lambda: note(page).startswith("✗ MyRelu differs"), timeout=WAIT)
    click(page, "checkBack")
    assert [name for name, _ in cells(page)] == ["W1", "b1", "W2", "b2"]


def test_a_bug_that_is_switched_on_leads_back_to_the_network(
    qtbot, page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.checking.switch("sign_swapped")
    wait_checked(qtbot, page)
    own_layer(page, tmp_path, RELU.format("~"), monkeypatch)
    assert page.checking.key == ""
    qtbot.waitUntil(lambda: note(page) == "✓ MyRelu agrees.", timeout=WAIT)
    page.checking.switch("sign_swapped")
    wait_checked(qtbot, page)
    assert [name for name, _ in cells(page)] == ["W1", "b1", "W2", "b2"]
    assert not child(page, QWidget, "checkNote").isVisible()


def test_a_layer_that_ends_its_process_is_a_sentence_and_nothing_of_another_file(
    qtbot, page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_layer(page, tmp_path, RELU.format("~") + RELU.format("").replace("My", "Bad"), monkeypatch)
    qtbot.waitUntil(lambda: note(page) == "✓ MyRelu agrees.", timeout=WAIT)
    classes = child(page, QComboBox, "ownLayerClass")
    assert [classes.itemText(n) for n in range(classes.count())] == ["MyRelu", "BadRelu"]
    classes.setCurrentIndex(1)
    assert note(page).startswith("✗ BadRelu differs")
    own_layer(page, tmp_path, "import os\nos._exit(0)\n", monkeypatch)
    qtbot.waitUntil(lambda: note(page).startswith("✗ mine.py"), timeout=WAIT)
    assert not child(page, QWidget, "checkTable").isVisible()
    assert not classes.isVisible()
    assert page.isEnabled()


def test_an_unfit_h_is_not_taken_for_a_mistake_in_the_code(qtbot, page) -> None:
    page.checking.want(h=1e-12)
    run(qtbot, page)
    assert page.checking.accused.is_doubtful
    assert message(page).startswith("h = 1e-12 is too small: rounding ")
    assert dict(page.checking.prints) == {}
    page.checking.want(h=1e-1)
    run(qtbot, page)
    assert message(page).startswith("h = 1e-1 is too large: ")
    assert status(page).endswith(" · h = 1e-1 · float64")


def test_nothing_runs_without_leave(
    qtbot, page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.py"
    path.write_text(f"open({str(tmp_path / 'ran')!r}, 'w').close()\n", "utf-8")
    monkeypatch.setattr(own_layer_dialog, "choose", lambda *_: path)
    monkeypatch.setattr(own_layer_dialog, "ask", lambda *_: False)
    click(page, "openLayerButton")
    assert not page.errand.is_open
    assert not (tmp_path / "ran").exists()


# What is of another network, or of another file.


def test_no_weight_of_another_network_is_followed(qtbot, page, session) -> None:
    page.checking.switch("slope_from_x")  # in a network with Sigmoid, made for it
    wait_checked(qtbot, page)
    asked: list[object] = []
    page.follow_requested.connect(lambda *args: asked.append(args))
    child(page, CheckScatter, "checkScatter").chosen.emit("W1", (400, 7))
    assert asked == []
    assert "another network" in message(page)


def test_no_case_without_a_network_is_a_sentence(qtbot) -> None:
    session = Session(SMALL, keep_runs=False)
    page = CheckPage(session)
    qtbot.addWidget(page)
    page.show()
    assert session.snapshot is None
    click(page, "detectiveButton")
    assert status(page).startswith("✗ There is no network")
    assert not page.lab.game.playing
    assert session.close()


def test_another_case_is_hidden_in_the_network_of_the_session(qtbot, page, session) -> None:
    click(page, "detectiveButton")
    qtbot.waitUntil(lambda: page.checking.has_secret, timeout=WAIT)
    wait_checked(qtbot, page)
    session.start(SMALL.replace(hidden_sizes=(5,), activation="sigmoid"))
    qtbot.waitUntil(lambda: session.state is State.FINISHED, timeout=WAIT)
    panel = child(page, DetectivePanel, "detectivePanel")
    panel.given_up.emit()
    panel.another_wanted.emit()
    qtbot.waitUntil(lambda: page.checking.has_secret, timeout=WAIT)
    wait_checked(qtbot, page)
    assert page.checking.accused.ground.config.activation == "sigmoid"
    assert page.checking.accused.place == page.lab.game.secret.layer


def test_code_and_its_story_have_half_of_the_height_and_the_bug_stays_in_sight(page, qtbot) -> None:
    bugs = child(page, BugList, "bugList")
    bugs.set_on(bugs.rows[8].key)
    bugs.scrollTo(bugs.model().index(8, 0))
    click(page, "bugView_code")
    QApplication.processEvents()
    assert child(page, QWidget, "bugCode").height() >= page.lab.height() // 2 - 1
    assert bugs.viewport().rect().contains(bugs.row_rect(bugs.rows[8].key))
    click(page, "bugView_verdict")
    QApplication.processEvents()
    assert child(page, QWidget, "bugVerdict").height() < page.lab.height() // 2 - 1

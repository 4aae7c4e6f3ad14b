"""Hundreds of things that a person might do in the window, in any order: it stays true."""

import os
import random
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QListView,
    QWidget,
)

from app import formatting, theme
from app.session import State
from app.widgets.unit_tiles import UnitTiles

ACTIONS = int(os.environ.get("CHAINLIGHT_ACTIONS", "60"))
BUTTONS = (
    *("startButton", "pauseButton", "stepButton", "stopButton", "resetButton", "putBackButton"),
    *("timelinePlay", "timelineStep", "timelineRestart", "jumpLiveButton", "branchButton"),
    *("sideView_network", "sideView_runs", "lossScale_log", "lossScale_linear", "fitButton"),
    *("compareButton", "repeatRunButton", "deleteRunButton", "undoDeleteButton"),
    *("continueLowerButton", "goBackButton", "acceptOfferButton", "declineOfferButton"),
    *("evaluateView_mistakes", "evaluateView_map", "paceChoice_60", "paceChoice_0"),
)
KEYS = (
    *("Ctrl+1", "Ctrl+2", "Ctrl+3", "Ctrl+4", "Ctrl+5", "F5", "F6", "F10", "Shift+F5", "Ctrl+R"),
    *("Ctrl+Left", "Ctrl+Right", "Ctrl+Shift+Left", "Ctrl+Shift+Right", "Ctrl+Home", "Ctrl+End"),
    *("Ctrl+B", "Left", "Right", "Home", "End", "Space", "Tab", "Esc", "Delete", "Ctrl+Z", "Up"),
)
FIELDS = ("learningRate", "batchSize", "hiddenUnits", "seed", "weightDecay", "momentum")
CHOICES = ("optimizer", "initializer", "presetChoice")
LEFT = Qt.MouseButton.LeftButton


class Person:
    """Does something in the window, chosen by a seeded generator."""

    def __init__(self, window, seed: int) -> None:
        self.window, self.session, self.dice = window, window.session, random.Random(seed)

    def act(self) -> str:
        weights = {
            self.click_a_button: 30,
            self.press_keys: 24,
            self.drag_along_the_timeline: 12,
            self.work_on_a_chart: 8,
            self.set_a_field: 6,
            self.choose_from_a_list: 4,
            self.click_a_unit: 3,
            self.click_a_run: 4,
            self.resize: 1,
            self.change_the_theme: 1,
            self.wait_a_little: 6,
        }
        act = self.dice.choices(list(weights), list(weights.values()))[0]
        act()
        QApplication.processEvents()
        for popup in (QApplication.activePopupWidget(), QApplication.activeModalWidget()):
            if popup is not None:
                popup.close()
        return act.__name__

    def find(self, kind: type, name: str) -> QWidget | None:
        found = self.window.findChild(kind, name)
        return found if found is not None and found.isVisible() and found.isEnabled() else None

    def click_a_button(self) -> None:
        button = self.find(QAbstractButton, self.dice.choice(BUTTONS))
        if button is not None:
            QTest.mouseClick(button, LEFT)

    def press_keys(self) -> None:
        QTest.keySequence(self.window, self.dice.choice(KEYS))

    def drag_along_the_timeline(self) -> None:
        track = self.find(QWidget, "lossTrack")
        if track is None:
            return
        points = [QPoint(self.dice.randrange(track.width()), 30) for _ in range(6)]
        QTest.mousePress(track, LEFT, pos=points[0])
        for point in points:
            QTest.mouseMove(track, point)
            QApplication.processEvents()
        QTest.mouseRelease(track, LEFT, pos=points[-1])

    def work_on_a_chart(self) -> None:
        chart = self.find(QWidget, self.dice.choice(("lossChart", "accuracyChart")))
        if chart is None:
            return
        at = QPoint(self.dice.randrange(chart.width()), self.dice.randrange(chart.height()))
        target = chart.viewport()
        what = self.dice.randrange(4)
        if what == 0:
            QTest.mouseClick(target, LEFT, pos=at)
        elif what == 1:
            QTest.mouseDClick(target, LEFT, pos=at)
        elif what == 2:
            QTest.mouseMove(target, at)
        else:
            turned = self.dice.choice((-120, 120))
            event = QWheelEvent(
                QPointF(at),
                QPointF(target.mapToGlobal(at)),
                QPoint(),
                QPoint(0, turned),
                Qt.MouseButton.NoButton,
                Qt.KeyboardModifier.NoModifier,
                Qt.ScrollPhase.NoScrollPhase,
                False,
            )
            QApplication.sendEvent(target, event)

    def set_a_field(self) -> None:
        field = self.find(QAbstractSpinBox, self.dice.choice(FIELDS))
        if field is not None:
            field.setFocus()
            QTest.keyClick(field, self.dice.choice((Qt.Key.Key_Up, Qt.Key.Key_Down)))
            QTest.keyClick(field, Qt.Key.Key_Return)

    def choose_from_a_list(self) -> None:
        field = self.find(QComboBox, self.dice.choice(CHOICES))
        if field is not None:
            QTest.keyClick(field, self.dice.choice((Qt.Key.Key_Up, Qt.Key.Key_Down)))

    def click_a_unit(self) -> None:
        tiles = self.window.findChild(UnitTiles)
        if tiles.isVisible():
            unit = self.dice.randrange(max(tiles.grid.units, 1))
            QTest.mouseClick(tiles.grid.viewport(), LEFT, pos=tiles.grid.tile_rect(unit).center())

    def click_a_run(self) -> None:
        runs = self.find(QListView, "runsList")
        if runs is not None and runs.model().rowCount():
            index = runs.model().index(self.dice.randrange(runs.model().rowCount()), 0)
            at = runs.visualRect(index).center()
            QTest.mouseClick(runs.viewport(), LEFT, pos=at)
            QTest.keyClick(runs, self.dice.choice((Qt.Key.Key_Space, Qt.Key.Key_Return)))

    def resize(self) -> None:
        self.window.resize(*self.dice.choice(((1120, 640), (1280, 720), (1280, 800), (1600, 1000))))

    def change_the_theme(self) -> None:
        self.window.set_theme(self.dice.choice(("dark", "light")))

    def wait_a_little(self) -> None:
        for _ in range(20):
            QApplication.processEvents()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CHAINLIGHT_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data" / "runs"


def assert_all_is_true(qtbot, window) -> None:
    """What is shown is what the session says, once nothing is under way any more."""
    session = window.session
    read: list[object] = []
    session.runs._store.do_once_saved(lambda: None, read.append)
    qtbot.waitUntil(lambda: bool(read), timeout=20_000)
    if session.state is State.RUNNING:
        session.pause()
    answered: list[object] = []
    session.call_worker(lambda: answered.append(1))
    qtbot.waitUntil(lambda: bool(answered), timeout=20_000)
    session.read_news()  # what it put down on the way may be told of in a moment only
    qtbot.waitUntil(lambda: not session.replaying, timeout=20_000)
    qtbot.waitUntil(lambda: session.live.run == session.shown_run, timeout=20_000)
    shown = session.snapshot
    assert session.state is not State.FAILED or session.diverged is not None, session.message
    assert len(shown.losses) == shown.iteration
    assert len(session.losses) == session.live.iteration
    count = formatting.count(shown.iteration)
    loss = formatting.loss(float(shown.losses[-1]) if shown.iteration else None)
    assert window.findChild(QLabel, "timelineIteration").text() == f"Iteration {count}"
    assert window.findChild(QLabel, "timelineLoss").text() == f"loss {loss}"
    if window.train_page.isVisible():
        value = window.findChild(QLabel, "iterationValue")
        qtbot.waitUntil(lambda: value.text() == count, timeout=5000)
        assert window.findChild(QLabel, "lossValue").text() == loss
    tiles = window.findChild(UnitTiles)
    if tiles.isVisible():
        weights = shown.params["W1"]
        qtbot.waitUntil(lambda: np.array_equal(tiles.grid.weights, weights), timeout=5000)


@pytest.mark.parametrize("seed", [3, 8])
def test_hundreds_of_actions_leave_nothing_untrue(qtbot, folder: Path, window, seed: int) -> None:
    theme_before = theme.current().name
    window.resize(1280, 800)
    field = window.findChild(QAbstractSpinBox, "iterations")
    field.setValue(300)
    person, done = Person(window, seed), []
    for number in range(ACTIONS):
        done.append(person.act())
        if number % 10 == 9:
            try:
                assert_all_is_true(qtbot, window)
            except BaseException:
                print("did", done[-30:])
                raise
    window.set_theme(theme_before)

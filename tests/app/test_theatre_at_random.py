"""Hundreds of things that a person might do in the theatre, in any order."""

import ctypes
import gc
import os
import random
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from app.places import LANDING
from app.session import State

ACTIONS = int(os.environ.get("CHAINLIGHT_ACTIONS", "200"))
WARM_UP = ACTIONS // 2
MOST_GROWTH = (5 if ACTIONS >= 5000 else 20 if ACTIONS >= 1000 else 10) * 2**20
"""All that the window keeps for later, as texts laid out, is there after some 2,500 actions."""

KEYS = (
    *(Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Space),
    *(Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight, Qt.Key.Key_Up, Qt.Key.Key_Down),
    *(Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Return, Qt.Key.Key_Backspace),
    *(Qt.Key.Key_Escape, Qt.Key.Key_Plus, Qt.Key.Key_Minus, Qt.Key.Key_0),
)
SIZES = ((1120, 640), (1280, 720), (1280, 800), (1600, 1000))


class Person:
    """Does something to the window, chosen by a seeded generator."""

    def __init__(self, window, seed):
        self.window, self.page = window, window.backward_page
        self.dice = random.Random(seed)

    def act(self):
        weights = {
            self.press_a_key: 30,
            self.click: 18,
            self.double_click: 10,
            self.turn_the_wheel: 16,
            self.drag: 8,
            self.point: 6,
            self.scrub: 5,
            self.stage_something: 6,
            self.resize: 2,
            self.change_page: 3,
            self.train_or_pause: 4,
            self.land: 3,
        }
        act = self.dice.choices(list(weights), list(weights.values()))[0]
        act()
        QApplication.processEvents()
        return act.__name__

    def point_in_view(self):
        view = self.page.view
        return QPoint(self.dice.randrange(view.width()), self.dice.randrange(view.height()))

    def press_a_key(self):
        target = QApplication.focusWidget() or self.page.view
        modifier = Qt.KeyboardModifier.NoModifier
        if self.dice.random() < 0.15:
            modifier = Qt.KeyboardModifier.ShiftModifier
        QTest.keyClick(target, self.dice.choice(KEYS), modifier)

    def click(self):
        QTest.mouseClick(self.page.view, Qt.MouseButton.LeftButton, pos=self.point_in_view())

    def double_click(self):
        QTest.mouseDClick(self.page.view, Qt.MouseButton.LeftButton, pos=self.point_in_view())

    def turn_the_wheel(self):
        view, point = self.page.view, self.point_in_view()
        notches = self.dice.choice((-3, -1, 1, 2, 4))
        event = QWheelEvent(
            QPointF(point),
            QPointF(view.mapToGlobal(point)),
            QPoint(),
            QPoint(0, 120 * notches),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(view, event)

    def drag(self):
        view, start = self.page.view, self.point_in_view()
        QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
        for _ in range(3):
            QTest.mouseMove(view, self.point_in_view())
        QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=self.point_in_view())

    def point(self):
        QTest.mouseMove(self.page.view, self.point_in_view())

    def scrub(self):
        chips = self.page.stage.transport.chips
        y = chips.height() - 12
        across = [self.dice.randrange(chips.width()) for _ in range(3)]
        QTest.mousePress(chips, Qt.MouseButton.LeftButton, pos=QPoint(across[0], y))
        for x in across:
            QTest.mouseMove(chips, QPoint(x, y))
        QTest.mouseRelease(chips, Qt.MouseButton.LeftButton, pos=QPoint(across[-1], y))

    def stage_something(self):
        kind = self.dice.choice(("test", "train", "batch", "drawing", "shop", "expression"))
        if kind in ("test", "train"):
            self.page.chooser.choose(kind, self.dice.randrange(500))
        else:
            self.page.chooser.choose_kind(kind)

    def resize(self):
        self.window.resize(QSize(*self.dice.choice(SIZES)))

    def change_page(self):
        self.window.show_page(self.dice.randrange(3))
        self.window.show_page(1)

    def train_or_pause(self):
        session = self.window.session
        if session.state is State.RUNNING:
            session.pause()
        elif session.state is State.PAUSED:
            session.resume()
        else:
            session.start(session.config.replace(iterations=1_000_000))

    def land(self):
        if self.page.tools.landing.isEnabled():
            self.page.tools.landing.click()
            self.page.stage.landing.take.click()


def check(page):
    theatre, playback = page.theatre, page.playback
    assert theatre.trace is not None, theatre.running.message
    assert 0 <= playback.position <= len(theatre.trace.steps)
    assert playback.steps == theatre.trace.steps
    step = page.findChild(QLabel, "passStepLabel").text()
    if page.chooser.doubt:
        assert step == "Step —"
    else:
        count = len(playback.steps)
        assert step == (f"Step {playback.position} of {count}" if count else "No steps")
    landed = theatre.place == LANDING
    assert len(page.tools.breadcrumb.texts) == len(theatre.place.trail) - landed
    assert page.view.scene is not None
    assert page.view.camera.scene == page.view.scene.size
    assert theatre.unit < 50
    if theatre.place.node:
        assert theatre.place.node in theatre.graph.nodes


def resident():
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)  # what is free already is not kept
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


@pytest.mark.parametrize("seed", [11])
def test_hundreds_of_actions_leave_everything_in_order(qtbot, window, seed):
    window.show_page(1)
    window.backward_page.reduced_motion = True
    window.session.set_pace(20.0)
    person, trail, warm = Person(window, seed), [], 0
    window.session.set_drawing(window.session.example("test", 3).image)
    for count in range(ACTIONS):
        trail.append(person.act())
        try:
            check(window.backward_page)
        except AssertionError as error:
            raise AssertionError(f"after {count + 1} actions: {trail[-8:]}") from error
        if count == WARM_UP and sys.platform.startswith("linux"):
            warm = resident()
    if warm:
        assert resident() - warm <= MOST_GROWTH

"""Hundreds of things that a person might do on Draw, in any order: what is shown stays true."""

import os
import random
import re

import numpy as np
import pytest
from draw_pages import bars, button, canvas_of, child, label, prepared, text
from handwriting import DIGITS, draw
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app import formatting
from app.formatting import EM_DASH
from app.pages.draw import DrawPage
from app.session import State
from app.widgets.saliency_readout import PixelReadout
from app.widgets.saliency_view import SaliencyView
from bpcore.datasets.drawing import prepare

ACTIONS = int(os.environ.get("CHAINLIGHT_ACTIONS", "100"))
KEYS = (
    *("Ctrl+Z", "Ctrl+Z", "Ctrl+Shift+Z", "Del", "L", "L", "Shift+L", "K", "P", "E", "[", "]"),
    *("Left", "Up", "Space", "Esc", "Tab", "Ctrl+C", "Ctrl+V", *"0123456789"),
)


class Person:
    """Does something on the page, chosen by a seeded generator."""

    def __init__(self, page: DrawPage, session, seed: int) -> None:
        self.page, self.session, self.dice = page, session, random.Random(seed)

    def act(self) -> str:
        weights = {
            self.draw_a_digit: 10,
            self.scribble: 14,
            self.press_keys: 40,
            self.pick_a_label: 10,
            self.choose_a_network: 8,
            self.train_or_pause: 8,
            self.start_anew: 1,
            self.point_at_a_pixel: 5,
            self.put_back_from_the_gallery: 4,
            self.hide_and_show: 2,
            self.resize: 2,
        }
        act = self.dice.choices(list(weights), list(weights.values()))[0]
        act()
        QApplication.processEvents()
        return act.__name__

    def draw_a_digit(self) -> None:
        draw(canvas_of(self.page), self.dice.choice(DIGITS[self.dice.randrange(10)]))

    def scribble(self) -> None:
        canvas = canvas_of(self.page)
        side = canvas.width()
        keys = (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton)
        key = self.dice.choices(keys, (3, 1))[0]
        points = [
            QPoint(self.dice.randrange(-9, side + 9), self.dice.randrange(-9, side + 9))
            for _ in range(self.dice.randrange(1, 6))
        ]
        QTest.mousePress(canvas, key, pos=points[0])
        for point in points:
            QTest.mouseMove(canvas, point)
        if self.dice.random() < 0.1:
            QTest.keyClick(canvas, Qt.Key.Key_Escape)
        QTest.mouseRelease(canvas, key, pos=points[-1])

    def press_keys(self) -> None:
        QTest.keySequence(self.page.window(), self.dice.choice(KEYS))

    def pick_a_label(self) -> None:
        button(self.page, f"labelButton{self.dice.randrange(10)}").click()

    def choose_a_network(self) -> None:
        self.session.readers.choose(self.dice.choice(("run", "shipped", "own")))

    def train_or_pause(self) -> None:
        session = self.session
        self.dice.choice((session.start, session.pause, session.resume, session.step))()

    def start_anew(self) -> None:
        self.session.reset()

    def point_at_a_pixel(self) -> None:
        view = child(self.page, SaliencyView, "saliencyView")
        side = max(min(view.width(), view.height()), 1)
        QTest.mouseMove(view, QPoint(self.dice.randrange(side), self.dice.randrange(side)))

    def put_back_from_the_gallery(self) -> None:
        drawing = canvas_of(self.page).drawing
        drawing.replace(drawing.marks[: self.dice.randrange(3)])

    def hide_and_show(self) -> None:
        self.page.hide()
        QApplication.processEvents()
        self.page.show()

    def resize(self) -> None:
        self.page.resize(*self.dice.choice(((1048, 520), (1208, 600), (1208, 680), (1528, 880))))


def assert_all_is_true(page: DrawPage, session) -> None:
    """What is shown is what the engine says of the drawing that is there."""
    readers, ink = session.readers, canvas_of(page).ink
    seen = prepare(ink)
    shown = prepared(page)
    if seen is None:
        assert shown is None
    else:
        np.testing.assert_array_equal(shown, seen.image)
    image = None if seen is None else seen.image.reshape(-1)
    reading = None if image is None else readers.read(image)
    if reading is None:
        assert text(page, "predictedDigit") == EM_DASH
        assert bars(page).texts == (EM_DASH,) * 10
    else:
        assert text(page, "predictedDigit") == str(reading.digit)
        expected = tuple(formatting.percent(float(p), 2) for p in reading.probabilities)
        assert bars(page).texts == expected
    answer = label(page)
    if image is not None and answer is not None and reading is not None:
        said = readers.explain(image, answer)
        assert said is not None
        texts = child(page, PixelReadout, "pixelReadout").texts
        assert texts[4] == formatting.loss(said.loss)
        row, column = map(int, re.findall(r"\d+", texts[0]) or (0, 0))
        if texts[0].startswith("Pixel"):
            pixel = row * 28 + column
            assert texts[2] == formatting.signed(float(said.gradient[pixel]))
            assert texts[3] == formatting.unsigned(image[pixel] / 255, 2)
        lesson = readers.lesson_on(image, answer)
        moved = text(page, "lessonMoved")
        assert (moved == EM_DASH) == (lesson is None)
    follow = button(page, "followButton")
    assert follow.isEnabled() == (image is not None)
    assert (session.drawing is None) == (image is None)


@pytest.mark.parametrize("seed", [5, 12])
def test_hundreds_of_actions_leave_nothing_untrue(qtbot, session, seed: int) -> None:
    page = DrawPage(session)
    qtbot.addWidget(page)
    page.resize(1208, 680)
    page.show()
    qtbot.waitUntil(page.isActiveWindow)
    person, done = Person(page, session, seed), []
    for _ in range(ACTIONS):
        done.append(person.act())
        if session.state is not State.RUNNING and not page._pause.isActive():
            try:
                assert_all_is_true(page, session)
            except AssertionError as error:
                raise AssertionError(f"after {done[-12:]}") from error
    session.pause()

"""What of the Draw page is kept for one's handwriting."""

import numpy as np
import pytest
from draw_pages import button, canvas_of, click, press, show, text, trained
from fake_session import FakeSession
from handwriting import DIGITS, draw

from app.pages.draw import DrawPage


@pytest.fixture
def session() -> FakeSession:
    session = FakeSession(trained(), iteration=6480)
    session.readers.choose("run")
    return session


@pytest.fixture
def page(qtbot, session: FakeSession) -> DrawPage:
    return show(qtbot, session)


def test_a_drawing_is_kept_with_its_label(page: DrawPage, session) -> None:
    keep = button(page, "correctButton")
    assert not keep.isEnabled()
    draw(canvas_of(page), DIGITS[3][0])
    press(page, "8")
    assert keep.text() == "Keep as an\N{NO-BREAK SPACE}8"
    click(page, "correctButton")
    (kept,) = session.handwriting.corrections
    assert kept.label == 8
    assert np.array_equal(kept.image, session.drawing)
    assert button(page, "handwritingButton").text() == "My handwriting (1)…"
    assert keep.text() == "Kept as an\N{NO-BREAK SPACE}8"
    assert not keep.isEnabled()


def test_another_label_of_a_kept_drawing_can_be_kept_in_its_place(page, session) -> None:
    draw(canvas_of(page), DIGITS[3][0])
    press(page, "8")
    press(page, "K")
    press(page, "5")
    assert button(page, "correctButton").isEnabled()
    press(page, "K")
    assert [kept.label for kept in session.handwriting.corrections] == [5]


def test_why_a_correction_can_not_be_kept_is_said(page: DrawPage, session) -> None:
    session.handwriting.failed.emit("The disk is full; free some space.")
    assert "The disk is full" in text(page, "drawingNotice")

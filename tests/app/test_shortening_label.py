import dataclasses

import pytest
from digit_session import DigitSession, a_network
from PySide6.QtWidgets import QApplication

from app.pages.backward import BackwardPage
from app.places import Place
from app.widgets.shortening_label import ShorteningLabel

TEXTS = "unit 3, iteration 612, updated by plain SGD", "unit 3, iteration 612", "iteration 612"


@pytest.fixture
def label(qtbot) -> ShorteningLabel:
    label = ShorteningLabel()
    qtbot.addWidget(label)
    label.set_texts(*TEXTS)
    return label


@pytest.mark.parametrize("text", TEXTS)
def test_the_longest_text_that_fits_is_shown_and_the_tooltip_has_all(label, text: str) -> None:
    width = label.fontMetrics().horizontalAdvance(text)
    label.resize(width, 20)
    label.grab()
    assert label.shown == text
    assert label.text() == TEXTS[0]
    assert label.toolTip() == ("" if text == TEXTS[0] else TEXTS[0])


def test_where_nothing_fits_the_shortest_is_cut(label) -> None:
    label.resize(60, 20)
    assert label.shown.startswith("iter")
    assert label.shown.endswith("…")


def test_another_text_leaves_nothing_of_those_before(label) -> None:
    label.setText("no mistakes in these digits")
    label.resize(60, 20)
    assert label.shown.startswith("no m")


@pytest.mark.parametrize("place", [Place(), Place("Affine1"), Place("Affine1", 3)], ids=str)
@pytest.mark.parametrize("size", [(1048, 520), (1208, 680)])
def test_the_iteration_of_a_pass_can_always_be_read(qtbot, size, place) -> None:
    session = DigitSession(a_network())
    config = session.snapshot.config.replace(optimizer="adam")
    session.snapshot = dataclasses.replace(session.snapshot, iteration=100_000, config=config)
    page = BackwardPage(session)
    page.reduced_motion = True
    qtbot.addWidget(page)
    page.resize(*size)
    page.show()
    page.theatre.open(place)
    QApplication.processEvents()
    assert "iteration 100,000" in page.stage.subtitle.shown
    assert page.stage.subtitle.text().endswith("iteration 100,000, updated by plain SGD")

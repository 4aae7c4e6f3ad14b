"""The Check page when what it should check is not there: a sentence says so, and what to do."""

import numpy as np
import pytest
from checked import reports
from checkings import known_of
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton

from app.formatting import EM_DASH
from app.pages.check import CheckPage
from app.widgets.check_table import CheckTable
from bpcore.datasets.mnist import load_dataset

NOTHING = "Nothing is drawn yet: draw a digit on Draw, or choose other digits."
DRAWN = load_dataset().train_images[5]


@pytest.fixture
def page(qtbot, session) -> CheckPage:
    page = CheckPage(session)
    qtbot.addWidget(page)
    page.resize(1208, 680)
    page.show()
    combo = page.findChild(QComboBox, "checkSource")
    combo.setCurrentIndex(combo.findData("drawing"))
    return page


def draw(page: CheckPage, image: np.ndarray | None, label: int | None = 3) -> None:
    page._session.set_drawing(image)
    page.checking.name_drawing(label)


def status(page: CheckPage) -> str:
    return page.findChild(QLabel, "checkStatus").text()


def test_without_a_drawing_the_page_says_so_and_checks_nothing(page) -> None:
    button = page.findChild(QPushButton, "runCheckButton")
    assert status(page) == button.toolTip() == button.accessibleDescription() == NOTHING
    assert not button.isEnabled()
    rows = page.findChild(CheckTable, "checkTable").rows
    assert [(row.name, row.text("mean")) for row in rows] == [
        (name, EM_DASH) for name in ("W1", "b1", "W2", "b2")
    ]
    page.activateWindow()
    QTest.keyClick(page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert not page.checking.busy
    draw(page, DRAWN, None)
    assert status(page) == button.toolTip() != NOTHING
    draw(page, DRAWN)
    assert button.isEnabled()
    assert status(page) == button.toolTip() == button.accessibleDescription() == ""


def test_what_was_found_in_a_wiped_drawing_is_said_to_be_of_it(page) -> None:
    draw(page, DRAWN)
    page.checking._known = known_of(page.checking.present, reports())
    draw(page, None, None)
    said = "784-8-10, relu, iteration 0 · your drawing, meant as 3 · h = 1e-4 · float64"
    names = ("checkStatus", "checkWord", "checkMessage")
    assert [page.findChild(QLabel, name).text() for name in names] == [said, "Old", NOTHING]
    assert not page.checking.busy


def test_no_case_is_hidden_in_a_drawing_that_is_not_there(page) -> None:
    page.findChild(QPushButton, "detectiveButton").click()
    assert status(page) == f"✗ {NOTHING}"
    assert not page.lab.game.playing

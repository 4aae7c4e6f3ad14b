"""The Draw page within the window: what is remembered, and the way to the Backward page."""

import pytest
from draw_pages import LEFT, button, canvas_of, press
from handwriting import DIGITS, draw
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel

from app.main_window import MainWindow
from app.settings import NETWORK_CHOICES, Settings
from app.widgets.handwriting_dialog import HandwritingDialog


def test_the_network_that_reads_is_remembered(qtbot, window: MainWindow) -> None:
    assert Settings().network_choice == "shipped"
    window.session.readers.choose("run")
    assert Settings().network_choice == "run"
    another = MainWindow(Settings())
    assert another.session.readers.choice == "run"
    another.close()
    another.deleteLater()


@pytest.mark.parametrize("written", ["nothing known", 3, ""])
def test_a_choice_that_makes_no_sense_counts_as_none(written: object) -> None:
    Settings()._store.setValue("network_choice", written)
    assert Settings().network_choice == NETWORK_CHOICES[0]


def test_ones_own_network_is_still_wanted_when_there_is_none_yet(window: MainWindow) -> None:
    window.session.readers.choose("own")
    window.session.readers.changed.emit()
    assert window.session.readers.choice == "shipped"
    assert Settings().network_choice == "own"


def test_a_drawing_is_followed_with_the_label_that_was_picked(window: MainWindow) -> None:
    window.show_page(2)
    draw(canvas_of(window.draw_page), DIGITS[3][0])
    press(window.draw_page, "8")
    QTest.mouseClick(button(window.draw_page, "followButton"), LEFT)
    page = window.backward_page
    assert page.isVisible()
    assert page.chooser.kind == "drawing"
    assert page.chooser.staged().label == 8
    assert page.playback.position == 0
    window.show_page(2)
    press(window.draw_page, "5")
    window.follow_drawing()
    assert page.chooser.staged().label == 5
    assert page.findChild(QComboBox, "drawingLabel").currentIndex() == 5
    assert page.theatre.label == 5


def test_another_label_for_the_drawing_that_is_followed_shows_at_once(window: MainWindow) -> None:
    window.show_page(2)
    draw(canvas_of(window.draw_page), DIGITS[3][0])
    window.follow_drawing()
    window.backward_page.stage_drawing(5)
    assert window.backward_page.theatre.label == 5


def test_the_page_reads_before_anything_is_trained(window: MainWindow) -> None:
    window.show_page(2)
    assert window.session.snapshot.iteration == 0
    draw(canvas_of(window.draw_page), DIGITS[3][0])
    assert window.draw_page.label == 3


def test_no_layers_of_the_run_stand_above_what_another_network_reads(window: MainWindow) -> None:
    structure = window.findChild(QLabel, "networkStructure")
    for index, shown in ((0, True), (2, False), (1, False), (0, True)):
        window.show_page(index)
        assert structure.isVisible() == shown


def test_the_handwriting_opens_beside_the_window_and_once(window: MainWindow, qtbot) -> None:
    window.show_page(2)
    for _ in range(2):
        QTest.mouseClick(button(window.draw_page, "handwritingButton"), LEFT)
    (dialog,) = window.findChildren(HandwritingDialog)
    assert dialog.isVisible()
    assert not dialog.isModal()
    dialog.close()
    qtbot.waitUntil(lambda: not window.findChildren(HandwritingDialog), timeout=1000)

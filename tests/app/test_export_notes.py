"""What became of an export is said over the picture, and goes away again."""

import pytest
import theatre_pages
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget


@pytest.fixture
def page(qtbot):
    return theatre_pages.show(qtbot)


def notice(page):
    return page.findChild(QLabel, "exportNotice")


def test_a_notice_takes_no_room_from_the_picture_and_vanishes(page, qtbot):
    room, hint = page.view.size(), page.minimumSizeHint()
    page.tools.export.said.emit("Saved as one.png.")
    assert notice(page).isVisible()
    assert notice(page).text() == "Saved as one.png."
    assert (page.view.size(), page.minimumSizeHint()) == (room, hint)
    page.notes._vanishing.setInterval(1)
    page.notes._vanishing.start()
    qtbot.waitUntil(lambda: not notice(page).isVisible())
    assert not page.notes.isVisible()
    assert page.view.size() == room


def test_a_failure_stays_longer_and_has_a_cross(page):
    page.tools.export.said.emit("Saved as one.png.")
    short = page.notes._vanishing.interval()
    page.tools.export.failed.emit("one.png can't be written: its folder is not there.")
    assert page.notes._vanishing.interval() > short
    assert notice(page).text().startswith("✗ one.png")


def test_it_stays_inside_the_picture_at_its_lower_edge(page):
    page.tools.export.failed.emit("one.png can't be written: " + "and so on " * 30)
    for size in ((1048, 520), (1848, 960)):
        page.resize(*size)
        rect = page.notes.geometry()
        assert page.view.rect().contains(rect)
        assert rect.bottom() >= page.view.height() - 10
        assert notice(page).height() >= notice(page).heightForWidth(notice(page).width())


def test_the_pointer_reaches_the_picture_through_the_words(page):
    page.tools.export.said.emit("Saved as one.png.")
    assert page.notes.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    point = page.notes.geometry().center()
    assert page.childAt(page.view.mapTo(page, point)) is not notice(page)


def test_the_progress_of_a_gif_floats_too_and_can_be_ended(page):
    room = page.view.size()
    page.tools.export.progress.emit(3, 14)
    row = page.findChild(QWidget, "exportProgress")
    assert row.isVisible()
    QApplication.processEvents()
    assert page.view.size() == room
    button = page.findChild(QPushButton, "exportCancel")
    there = page.childAt(button.mapTo(page, button.rect().center()))
    assert there is button
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not button.hasFocus()
    page.tools.export.ended.emit()
    assert not row.isVisible()
    assert not page.notes.isVisible()
    page.tools.export.said.emit("Saved as one.gif.")
    assert page.notes.isVisible()

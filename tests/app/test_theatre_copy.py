"""A copy that took steps says so wherever it is looked at, and there is a way back."""

import pytest
import theatre_pages
from digit_session import a_network
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QPushButton, QWidget

from app.places import LANDING, Place

PLACES = (Place(), Place("Relu1"), Place("Affine1", 7), Place("Affine1", 7, "a1[7]"), LANDING)


@pytest.fixture
def page(qtbot):
    page = theatre_pages.show(qtbot)
    page.playback.last()
    return page


def note(page):
    return page.findChild(QPushButton, "copyNote")


@pytest.mark.parametrize("place", PLACES)
def test_every_level_says_how_many_steps_the_copy_took_and_leads_back(page, place):
    page.theatre.open(place)
    assert not note(page).isVisible()
    page.theatre.take_step()
    assert note(page).text() == "a copy, 1 step on"
    page.theatre.take_step()
    assert note(page).isVisible()
    assert note(page).text() == "a copy, 2 steps on"
    assert "a copy, 2 steps on" in note(page).accessibleName()
    assert "back to the network" in note(page).accessibleName().lower()
    assert "a copy" not in page.stage.card.subtitle.text()
    assert "iteration" not in page.stage.card.subtitle.text()
    page.view.setFocus()
    QTest.mouseClick(note(page), Qt.MouseButton.LeftButton)
    assert page.theatre.running.losses == ()
    assert not note(page).isVisible()
    assert page.view.hasFocus()


def test_the_keyboard_finds_the_way_back_and_returns_to_the_picture(page):
    page.theatre.take_step()
    note(page).setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(note(page), Qt.Key.Key_Space)
    assert page.theatre.running.losses == ()
    assert page.view.hasFocus()


@pytest.mark.parametrize("width", [1048, 1208, 1848])
def test_it_has_room_beside_everything_in_its_row(page, width):
    for _ in range(12):
        page.theatre.take_step()
    page.setMinimumSize(1048, 520)  # as the window has one
    page.resize(width, 600)
    for place in PLACES:
        page.theatre.open(place)
        QApplication.processEvents()
        assert page.width() == width
        assert note(page).width() >= note(page).sizeHint().width()
        row = note(page).parentWidget()
        shown = [w for w in row.findChildren(QWidget) if w.parent() is row and w.isVisible()]
        rects = [w.rect().translated(w.mapTo(row, QPoint(0, 0))) for w in shown]
        assert all(row.rect().contains(rect) for rect in rects)
        for n, rect in enumerate(rects):
            assert not any(rect.intersects(other) for other in rects[n + 1 :])
        title = page.stage.card.title
        assert title.width() >= title.fontMetrics().horizontalAdvance(title.text())
        assert page.minimumSizeHint().width() <= width


def another_opinion(page):
    """Show a network that reads the drawing as another digit than the one on stage."""
    digits, read = page._session, page.theatre.staged.label
    for seed in range(2, 40):
        digits.publish(a_network(seed=seed), seed)
        if digits.predict(digits.drawing).digit != read:
            page.watch.catch_up()
            return digits.predict(digits.drawing).digit
    raise AssertionError("all networks agree")


@pytest.fixture
def drawing(page):
    page._session.set_drawing(page._session.example("test", 5).image)
    page.stage_drawing()
    page.theatre.open(LANDING)
    page.playback.last()
    page.theatre.take_step()
    return page


@pytest.mark.parametrize("back", ["copyNote", "discardCopyButton"])
def test_the_label_for_which_a_copy_took_steps_stays_until_the_copy_goes(drawing, back):
    theatre, combo = drawing.theatre, drawing.findChild(QComboBox, "drawingLabel")
    before = theatre.staged.label
    read = another_opinion(drawing)
    assert theatre.running.losses[-1] == float(theatre.network_trace.values["loss"])
    assert theatre.label == theatre.staged.label == combo.currentIndex() == before
    drawing.findChild(QPushButton, back).click()
    assert theatre.running.losses == ()
    assert theatre.label == theatre.staged.label == combo.currentIndex() == read


def test_another_run_takes_the_copy_away_and_labels_the_drawing(drawing):
    digits, theatre = drawing._session, drawing.theatre
    another_opinion(drawing)
    digits.publish(digits.network, 0, run=2)
    drawing.watch.catch_up()
    assert theatre.running.losses == ()
    assert theatre.staged.label == digits.predict(digits.drawing).digit

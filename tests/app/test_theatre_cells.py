"""With the keyboard through the cells of a picture, on the page as a reader meets it."""

import pytest
import theatre_pages
from pictures import differing
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app import theme
from app.graph_view.handles import SpotHandle
from app.places import Place


@pytest.fixture
def page(qtbot):
    page = theatre_pages.show(qtbot)
    page.theatre.select_unit(0)
    return page


def focus(page, key):
    QApplication.processEvents()
    handle = next(h for h in page.view.findChildren(SpotHandle) if h.spot and h.spot.key == key)
    handle.setFocus(Qt.FocusReason.TabFocusReason)
    return handle


def press(handle, *keys):
    for key in keys:
        assert handle.hasFocus()
        QTest.keyClick(handle, key)


def stops(page):
    return [h for h in page.view.findChildren(SpotHandle) if h.spot is not None]


def test_affine1_has_few_stops(page):
    page.theatre.open(Place("Affine1"))
    assert len(stops(page)) <= 6
    page.theatre.open(Place("Relu1"))
    assert len(stops(page)) == 2


@pytest.mark.parametrize("layer", ["Affine1", "Relu1"])
def test_arrow_keys_go_from_unit_to_unit_and_enter_opens_one(page, layer):
    page.theatre.open(Place(layer))
    handle = focus(page, "W1" if layer == "Affine1" else "units0")
    press(handle, Qt.Key.Key_Down)
    assert page.theatre.unit == 0
    press(handle, Qt.Key.Key_Down, Qt.Key.Key_Down)
    units = {"Affine1": 2 * 8, "Relu1": 2}
    assert page.theatre.unit == units[layer]
    assert "unit" in handle.accessibleName()
    assert str(units[layer]) in handle.accessibleName()
    press(handle, Qt.Key.Key_Return)
    assert page.theatre.place == Place(layer, units[layer])


def test_the_cursor_stays_on_its_cell_while_the_page_follows(page):
    page.playback.last()
    handle = focus(page, "W2")
    press(handle, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Right)
    assert page.theatre.following.weight.index == (1, 2)
    assert page.view.spot.weight.index == (1, 2)
    assert "W2[1,2]" in handle.accessibleName()
    page.playback.back()
    assert page.view.spot.weight.index == (1, 2)
    assert "W2[1,2]" in handle.accessibleName()


def test_the_cursor_is_seen_on_any_colour(page):
    page.theatre.open(Place("Affine1"))
    handle = focus(page, "W1")
    before = page.view.grab().toImage()
    press(handle, Qt.Key.Key_Right, Qt.Key.Key_Right)
    after = page.view.grab().toImage()
    rect = page.view.camera.to_view(page.view.spot.rect).toAlignedRect()
    frame = rect.adjusted(-5, -5, 5, 5)
    assert differing(before.copy(frame), after.copy(frame)) > 100
    middle = rect.center().y()
    columns = [after.pixelColor(x, middle).name().upper() for x in range(frame.left(), rect.left())]
    assert theme.DARK.accent in columns
    assert columns.count(theme.DARK.accent) >= 2

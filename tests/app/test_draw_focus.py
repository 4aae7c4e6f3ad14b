"""Where the keys go on the Draw page once what had them can't be used, or a panel is closed."""

import pytest
from draw_pages import button, canvas_of, child, label, press, show, trained
from fake_session import FakeSession
from handwriting import DIGITS, draw
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QSlider, QWidget

from app.pages.draw import DrawPage
from app.widgets.gallery import GalleryPanel
from app.widgets.network_choice import NetworkChoice
from bpcore.reader import Reader

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def session() -> FakeSession:
    return FakeSession(trained(), iteration=6480, shipped=Reader(trained()))


@pytest.fixture
def page(qtbot, session: FakeSession) -> DrawPage:
    page = show(qtbot, session)
    draw(canvas_of(page), DIGITS[3][0])
    return page


@pytest.mark.parametrize("keys", ["Delete", "Ctrl+Z"])
@pytest.mark.parametrize(
    "name", ["followButton", "learnButton", "undoButton", "clearButton", "saveDrawingButton"]
)
def test_when_the_canvas_is_empty_the_keys_go_to_it(page: DrawPage, name: str, keys: str) -> None:
    button(page, name).setFocus()
    assert button(page, name).hasFocus()
    press(page, keys)
    assert canvas_of(page).drawing.is_empty
    assert canvas_of(page).hasFocus()


def test_what_can_still_be_used_keeps_the_focus(page: DrawPage) -> None:
    button(page, "labelButton5").setFocus()
    press(page, "Ctrl+Z")
    assert canvas_of(page).drawing.is_empty
    assert button(page, "labelButton5").hasFocus()


# The list of networks.


@pytest.fixture
def choice(page: DrawPage) -> NetworkChoice:
    choice = child(page, NetworkChoice, "networkChoice")
    choice.setFocus(Qt.FocusReason.TabFocusReason)
    assert choice.hasFocus()
    return choice


def test_the_keys_of_the_page_hold_while_the_list_of_networks_has_the_focus(page, choice) -> None:
    width = child(page, QSlider, "penWidth")
    before = width.value()
    press(page, "]")
    assert width.value() > before
    press(page, "7")
    assert label(page) == 7
    press(page, "E")
    assert canvas_of(page).eraser
    press(page, "Delete")
    assert canvas_of(page).drawing.is_empty
    assert canvas_of(page).hasFocus()


@pytest.mark.parametrize("key", ["s", "t", "m", "x", "ß"])
def test_no_letter_chooses_a_network(session, choice: NetworkChoice, key: str) -> None:
    for wanted in ("run", "shipped"):
        session.readers.choose(wanted)
        QTest.keyClicks(choice, key)
        assert session.readers.choice == wanted


def test_up_down_and_space_choose_one(qtbot, session, choice: NetworkChoice) -> None:
    QTest.keyClick(choice, Qt.Key.Key_Up)
    assert session.readers.choice == "run"
    QTest.keyClick(choice, Qt.Key.Key_Down)
    assert session.readers.choice == "shipped"
    QTest.keyClick(choice, Qt.Key.Key_Space)
    qtbot.waitUntil(choice.view().isVisible)
    choice.hidePopup()


# The gallery.


def by_escape(panel: QWidget) -> None:
    QTest.keyClick(panel, Qt.Key.Key_Escape)


def by_a_click_beside_it(panel: QWidget) -> None:
    QTest.mouseClick(panel, LEFT, pos=QPoint(-20, -20))


@pytest.mark.parametrize("close", [by_escape, by_a_click_beside_it])
@pytest.mark.parametrize("way", ["keys", "click"])
def test_closing_the_gallery_gives_the_keys_to_the_canvas(qtbot, page, close, way) -> None:
    gallery = button(page, "galleryButton")
    gallery.setFocus(Qt.FocusReason.TabFocusReason)
    if way == "keys":
        press(page, "Ctrl+G")
    else:
        QTest.mouseClick(gallery, LEFT)
    panel = page.findChild(GalleryPanel)
    qtbot.waitUntil(panel.isVisible)
    close(panel)
    assert not panel.isVisible()
    assert canvas_of(page).hasFocus()

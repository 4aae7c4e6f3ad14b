"""The theatre alone on the whole screen, and the ways back into the window."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication


@pytest.fixture
def projected(qtbot, window):
    window.show_page(1)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    press(window, Qt.Key.Key_F11)
    assert not any(part.isVisible() for part in around(window))
    assert window.isFullScreen()
    return window


def around(window):
    return window._rail, window._header, window._timeline


def press(window, key, modifier=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(QApplication.focusWidget() or window, key, modifier)


@pytest.mark.parametrize("page", [1, 3])
def test_another_page_gives_the_window_back(projected, page):
    press(projected, getattr(Qt.Key, f"Key_{page}"), Qt.KeyboardModifier.ControlModifier)
    assert all(part.isVisible() for part in around(projected))
    assert not projected.isFullScreen()
    projected.show_page(1)
    assert projected.backward_page.side.isVisible()
    assert projected.backward_page.view.magnified == 1
    press(projected, Qt.Key.Key_F11)
    assert projected.isFullScreen()


def test_the_same_page_stays_on_the_whole_screen(projected):
    press(projected, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert projected.isFullScreen()


@pytest.mark.parametrize("key", [Qt.Key.Key_F11, Qt.Key.Key_Escape])
def test_its_keys_give_the_window_back(projected, key):
    press(projected, key)
    assert all(part.isVisible() for part in around(projected))
    assert not projected.isFullScreen()

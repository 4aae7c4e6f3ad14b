"""A canvas with its rows of tools and actions, as on the page, and what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QVBoxLayout, QWidget

from app import tasks
from app.widgets.digit_canvas import DigitCanvas
from app.widgets.drawing_actions import DrawingActions
from app.widgets.drawing_tools import DrawingTools

if TYPE_CHECKING:
    import numpy as np

LEFT = Qt.MouseButton.LeftButton


class Lab(QWidget):
    """What the page has of the canvas."""

    def __init__(self, width: int = 384) -> None:
        super().__init__()
        self.canvas = DigitCanvas()
        self.canvas.setMinimumSize(256, 256)
        self.actions = DrawingActions(self.canvas)
        self.tools = DrawingTools(self.canvas)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.tools)
        column.addWidget(self.canvas, 1)
        column.addWidget(self.actions)
        self.resize(width, width + 80)

    @property
    def ink(self) -> np.ndarray:
        return self.canvas.ink

    @property
    def notice(self) -> str:
        return self.findChild(QLabel, "drawingNotice").text()

    def button(self, name: str) -> QAbstractButton:
        found = self.findChild(QAbstractButton, name)
        assert found is not None, name
        return found

    def click(self, name: str) -> None:
        QTest.mouseClick(self.button(name), LEFT)

    def press(self, keys: str) -> None:
        QTest.keySequence(self, keys)


def open_lab(qtbot, width: int = 384) -> Lab:
    """Return one that is shown and has the keys; nothing is on the clipboard."""
    lab = Lab(width)
    qtbot.addWidget(lab)
    lab.show()
    qtbot.waitUntil(lab.isActiveWindow)
    lab.canvas.setFocus()
    QGuiApplication.clipboard().clear()
    return lab


def said(qtbot, lab: Lab, text: str) -> None:
    """Wait until the line says so."""
    qtbot.waitUntil(lambda: text in lab.notice, timeout=5000)


def is_busy() -> bool:
    """Whether a picture is being read or written."""
    return bool(tasks._running)

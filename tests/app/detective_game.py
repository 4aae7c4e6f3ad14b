"""A panel with a detective behind it, played with the mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detectives import SUSPECTS, hidden, hide
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton, QWidget

from app.widgets.detective_panel import DetectivePanel
from app.widgets.suspect_list import SuspectList

if TYPE_CHECKING:
    from app.detective import Detective


class Game:
    """A panel and the detective behind it, connected as a page connects them."""

    def __init__(self, qtbot, panel: DetectivePanel, detective: Detective) -> None:
        self.qtbot, self.panel, self.detective = qtbot, panel, detective
        self.ended = 0
        panel.accused.connect(self.accuse)
        panel.hint_wanted.connect(self.hint)
        panel.given_up.connect(self.give_up)
        panel.ended.connect(self.end)
        self.show()

    def show(self) -> None:
        self.panel.show_case(self.detective.case, self.detective.record)

    def accuse(self, layer: str, key: str) -> None:
        self.detective.guess(layer, key)
        self.show()

    def hint(self) -> None:
        self.detective.hint()
        self.show()

    def give_up(self) -> None:
        self.detective.give_up()
        self.show()

    def end(self) -> None:
        self.ended += 1

    def begin_another(self) -> None:
        """Hide it as a page does: while another one is drawn there is no case."""
        self.panel.show_case(None)
        hide(SUSPECTS[0], self.detective)
        self.show()

    def text(self, name: str) -> str:
        found = self.panel.findChild(QLabel, name)
        assert found is not None, name
        return found.text() if found.isVisible() else ""

    def button(self, name: str) -> QPushButton:
        found = self.panel.findChild(QPushButton, name)
        assert found is not None, name
        return found

    def box(self, name: str) -> QComboBox:
        found = self.panel.findChild(QComboBox, name)
        assert found is not None, name
        return found

    def suspects(self) -> SuspectList:
        found = self.panel.findChild(SuspectList)
        assert found is not None
        return found

    def click(self, name: str) -> None:
        assert self.button(name).isVisible()
        QTest.mouseClick(self.button(name), Qt.MouseButton.LeftButton)

    def give_up_with_mouse(self) -> None:
        """Press the button, and again where it asks."""
        self.click("giveUpButton")
        self.click("giveUpButton")

    def choose(self, name: str, value: str) -> None:
        """Open a list with the mouse and click the entry of ``value``."""
        box = self.box(name)
        QTest.mouseClick(box, Qt.MouseButton.LeftButton)
        view = box.view()
        self.qtbot.waitUntil(view.isVisible)
        place = view.visualRect(box.model().index(box.findData(value), 0)).center()
        QTest.mouseMove(view.viewport(), place)

        def chosen() -> bool:
            if view.isVisible():  # the list ignores clicks until the one that opened it is over
                QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
            return box.currentData() == value and not view.isVisible()

        self.qtbot.waitUntil(chosen)

    def accuse_with_mouse(self, layer: str, key: str) -> None:
        self.choose("guessLayer", layer)
        self.choose("guessBug", key)
        self.click("accuseButton")

    def log(self) -> list[str]:
        """What was found, the newest first, row by row."""
        rows = [
            each
            for each in self.panel.findChildren(QWidget)
            if each.objectName() in ("detectiveAnswer", "detectiveHint") and each.isVisible()
        ]
        rows.sort(key=lambda row: row.y())
        return [" | ".join(part.text() for part in row.findChildren(QLabel)) for row in rows]


def begin(qtbot, layer: str, key: str, height: int = 560) -> Game:
    panel = DetectivePanel()
    qtbot.addWidget(panel)
    panel.resize(320, height)
    panel.show()
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    return Game(qtbot, panel, hidden(layer, key))

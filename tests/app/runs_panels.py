"""The card with all runs, shown, and what a person does with it."""

from fake_runs import BOOK, FakeSession, an_entry
from listed_runs import LEFT, box_of
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel

from app.widgets.runs_panel import RunsPanel

ADAM = BOOK.replace(optimizer="adam", learning_rate=0.001)
SIGMOID = BOOK.replace(activation="sigmoid")


def five_runs() -> FakeSession:
    return FakeSession(
        an_entry("a", iteration=6480, phase="running", is_shown=True),
        an_entry("b", config=SIGMOID, loss=0.2413, test=0.912),
        an_entry("c", "Adam for the lesson", ADAM, loss=0.00041, test=0.957),
        an_entry("d", config=BOOK.replace(seed=7), phase="unfinished", iteration=512),
        an_entry(
            "e",
            config=BOOK.replace(batch_size=10),
            phase="waiting",
            iteration=0,
            loss=None,
            test=None,
        ),
    )


def make(qtbot, session: FakeSession) -> RunsPanel:
    panel = RunsPanel(session)  # type: ignore[arg-type]
    qtbot.addWidget(panel)
    panel.resize(352, 568)
    panel.show()
    qtbot.waitUntil(panel.isActiveWindow)
    panel.list.setFocus()
    return panel


def button(panel: RunsPanel, name: str) -> QAbstractButton:
    found = panel.findChild(QAbstractButton, name)
    assert found is not None
    return found


def click(panel: RunsPanel, name: str) -> None:
    QTest.mouseClick(button(panel, name), LEFT)


def text(panel: RunsPanel, name: str) -> str:
    found = panel.findChild(QLabel, name)
    assert found is not None
    return found.text() if found.isVisible() else ""


def press(panel: RunsPanel, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(panel.list, key)


def tick(panel: RunsPanel, n: int) -> None:
    QTest.mouseClick(panel.list.viewport(), LEFT, pos=box_of(panel.list, n))

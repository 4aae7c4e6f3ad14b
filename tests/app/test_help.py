import pytest
from PySide6.QtWidgets import QLabel, QWidget

from app.actions import SHORTCUTS
from app.widgets.help import HelpDialog


def entries(title):
    return dict(next(rows for name, rows in SHORTCUTS if name == title))


@pytest.mark.parametrize(
    "gesture", ["Click", "Double click", "Wheel, pinch", "Drag", "Right click", "Pointer at rest"]
)
def test_the_help_says_what_the_mouse_does_in_the_theatre(qtbot, gesture):
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = HelpDialog(parent)
    shown = [label.text() for label in dialog.findChildren(QLabel)]
    assert "Backward, with the mouse" in shown
    assert gesture in shown
    assert entries("Backward, with the mouse")[gesture] in shown
    dialog.adjustSize()
    assert dialog.sizeHint().height() <= 640
    assert dialog.sizeHint().width() <= 1120

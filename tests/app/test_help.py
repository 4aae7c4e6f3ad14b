import pytest
from PySide6.QtWidgets import QLabel, QWidget

from app.actions import SHORTCUTS
from app.widgets.help import HelpDialog
from app.widgets.runs_list import RunsList


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


@pytest.mark.parametrize(
    ("page", "keys"),
    [
        ("Train, in the list of runs", "Enter Space R F2 Delete Ctrl+Z Ctrl+Shift+O Ctrl+Shift+S"),
        ("Evaluate", "Enter Esc Space Ctrl+Z"),
    ],
)
def test_the_help_lists_the_keys_of_runs_and_of_evaluate(page: str, keys: str) -> None:
    assert set(keys.split()) <= set(" ".join(entries(page)).split())


def test_the_help_names_each_key_of_the_list_of_runs(qtbot) -> None:
    runs = RunsList()
    qtbot.addWidget(runs)
    told = set(" ".join(entries("Train, in the list of runs")).split())
    for action in runs.actions():
        keys = {key.toString().replace("Return", "Enter") for key in action.shortcuts()}
        keys = {"Delete" if key == "Del" else key for key in keys}
        assert not keys or keys & told, action.objectName()

"""A list of runs to be worked with mouse and keys, and what it asks for."""

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from app.widgets.run_row import Row, name_place, tick_place
from app.widgets.runs_list import RunsList

LEFT = Qt.MouseButton.LeftButton


def a_row(key: str, **values) -> Row:
    usual = {
        "name": f"Run {key}",
        "iteration": 10_000,
        "total": 10_000,
        "loss": "0.0366",
        "accuracy": "94.1 %",
        "phase": "finished",
    }
    return Row(key, **(usual | values))


def rows(*keys: str) -> tuple[Row, ...]:
    """Rows of which the first is shown, with its line style."""
    return tuple(a_row(key, is_shown=n == 0, style=None if n else 0) for n, key in enumerate(keys))


class Heard:
    """What a list asks for, in order."""

    def __init__(self, runs: RunsList) -> None:
        self.wishes: list[tuple] = []
        for name in ("show", "compare", "repeat", "save", "delete", "rename"):
            signal = getattr(runs, f"{name}_wanted")
            signal.connect(lambda *values, name=name: self.wishes.append((name, *values)))
        runs.undo_wanted.connect(lambda: self.wishes.append(("undo",)))


def place_of(runs: RunsList, n: int) -> QRect:
    return runs.visualRect(runs.model().index(n, 0))


def name_of(runs: RunsList, n: int) -> QPoint:
    return name_place(place_of(runs, n)).center()


def box_of(runs: RunsList, n: int) -> QPoint:
    return tick_place(place_of(runs, n)).center()


def click(runs: RunsList, at: QPoint) -> None:
    QTest.mouseClick(runs.viewport(), LEFT, pos=at)


def double_click(runs: RunsList, at: QPoint) -> None:
    click(runs, at)
    QTest.mouseDClick(runs.viewport(), LEFT, pos=at)
    QTest.mouseRelease(runs.viewport(), LEFT, pos=at)


def current(runs: RunsList) -> str:
    assert runs.current is not None
    return runs.current.key


def editor(runs: RunsList) -> QLineEdit | None:
    return next((e for e in runs.findChildren(QLineEdit, "runName") if e.isVisible()), None)

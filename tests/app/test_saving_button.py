"""A button that saves long files: how far it is, the way to stop it, the end of the window."""

import threading
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from app.widgets import export_saving, saving_button
from app.widgets.export_notes import ExportNotes
from app.widgets.export_saving import Saving
from app.widgets.saving_button import SavingButton
from bpcore.atomic import replacing

Steps = Generator[float, None, None]


class Slow:
    """Writes a file in four steps, each of which waits until it is let go."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.go = threading.Semaphore(0)

    def __call__(self) -> Steps:
        with replacing(self.path) as file:
            for step in range(1, 5):
                assert self.go.acquire(timeout=20)
                file.write(b"x")
                yield step / 4


@pytest.fixture
def button(qtbot, monkeypatch: pytest.MonkeyPatch) -> Iterator[SavingButton]:
    monkeypatch.setattr(export_saving, "PATIENCE", 0.0)
    monkeypatch.setattr(export_saving, "INTERVAL", 0.0)
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(640, 240)
    button, picture = SavingButton("saveButton"), QWidget()
    column = QVBoxLayout(window)
    column.addWidget(button)
    column.addWidget(picture, 1)
    ExportNotes(picture, button)
    window.show()
    yield button
    button.stop()


def find(button: SavingButton, kind: type, name: str) -> QWidget:
    found = button.window().findChild(kind, name)
    assert found is not None, name
    return found


def test_a_long_file_shows_how_far_it_is_and_says_when_it_is_done(
    qtbot, button: SavingButton, tmp_path: Path
) -> None:
    slow = Slow(tmp_path / "long.csv")
    bar = find(button, QProgressBar, "exportProgressBar")
    assert not bar.isVisible()
    button._save(slow.path, slow)
    with qtbot.waitSignal(button.progress):
        slow.go.release()
    assert bar.isVisible()
    assert (bar.value(), bar.maximum()) == (25, 100)
    text = find(button, QLabel, "exportProgressText").text()
    assert text == "Writing long.csv: 25\N{THIN SPACE}%"
    with qtbot.waitSignal(button.ended):
        slow.go.release(3)
    assert not bar.isVisible()
    assert find(button, QLabel, "exportNotice").text() == "Saved as long.csv."
    assert slow.path.read_bytes() == b"xxxx"


def test_a_long_file_can_be_cancelled_and_leaves_the_old_one(
    qtbot, button: SavingButton, tmp_path: Path
) -> None:
    slow = Slow(tmp_path / "long.csv")
    slow.path.write_text("old")
    button._save(slow.path, slow)
    with qtbot.waitSignal(button.progress):
        slow.go.release()
    with qtbot.waitSignal(button.ended), qtbot.assertNotEmitted(button.said):
        qtbot.mouseClick(find(button, QPushButton, "exportCancel"), Qt.MouseButton.LeftButton)
        slow.go.release()
    assert [path.name for path in tmp_path.iterdir()] == ["long.csv"]
    assert slow.path.read_text() == "old"


def test_the_window_s_end_waits_for_a_file_that_is_nearly_done(
    button: SavingButton, tmp_path: Path
) -> None:
    slow = Slow(tmp_path / "long.csv")
    slow.go.release(4)
    button._save(slow.path, slow)
    button.stop()
    assert slow.path.read_bytes() == b"xxxx"


def test_the_window_s_end_gives_up_what_takes_too_long(
    button: SavingButton, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saving_button, "LAST_SECONDS", 0.01)
    slow = Slow(tmp_path / "long.csv")
    cancel = Saving.cancel

    def cancel_and_go(saving: Saving) -> None:
        cancel(saving)
        slow.go.release(4)

    monkeypatch.setattr(Saving, "cancel", cancel_and_go)
    button._save(slow.path, slow)
    button.stop()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("steps", [False, True])
def test_a_failure_is_one_sentence_and_leaves_no_file(
    qtbot, button: SavingButton, tmp_path: Path, steps: bool
) -> None:
    path = tmp_path / "gone" / "long.csv"

    def at_once() -> None:
        path.write_text("")

    write: Callable[[], Steps | None] = Slow(path) if steps else at_once
    with qtbot.waitSignal(button.failed) as failed:
        button._save(path, write)
    assert failed.args == ["long.csv can't be written: its folder is not there."]
    assert list(tmp_path.iterdir()) == []

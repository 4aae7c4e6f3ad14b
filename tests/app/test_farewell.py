"""Closing asks nothing, unless what there is can't be saved; then once, and holds nothing up."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton, QWidget
from run_sessions import LONG, WAIT
from small_runs import SMALL
from waiting import settle, wait_for, wait_for_iteration

from app.plans import Plan
from app.session import Session, State
from app.widgets.farewell import Farewell
from bpcore.run_file import load_run


class Window(QWidget):
    """As the window of the application, without what is in it."""

    def __init__(self) -> None:
        super().__init__()
        self.session = Session(SMALL, self)
        self.session.set_pace(None)
        self.farewell = Farewell(self, self.session)

    def closeEvent(self, event) -> None:
        if not self.farewell.may_go(10):
            event.ignore()
            self.farewell.ask()
        else:
            assert self.session.close()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where runs go; it can't be made as long as a file is in its place."""
    monkeypatch.setenv("CHAINLIGHT_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def window(qtbot, folder: Path) -> Iterator[Window]:
    window = Window()
    window.show()
    qtbot.waitUntil(lambda: window.session.snapshot is not None, timeout=WAIT)
    yield window
    window.farewell.hurry()
    window.close()
    window.deleteLater()


@pytest.fixture
def unsaved(qtbot, folder: Path, window: Window) -> Window:
    """One whose run can't be saved."""
    folder.write_text("in the way")
    window.session.start(LONG)
    wait_for_iteration(qtbot, window.session, 20)
    window.close()
    return window


def box(window: Window) -> QMessageBox:
    return next(box for box in window.findChildren(QMessageBox) if box.isVisible())


def press(window: Window, name: str) -> None:
    button = box(window).findChild(QPushButton, name)
    assert button.accessibleName()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def answer(monkeypatch, window: Window, path: Path | None) -> None:
    monkeypatch.setattr(window.farewell._dialogs, "ask_save", lambda *_: path)


def test_what_is_saved_is_closed_without_a_question(qtbot, window: Window) -> None:
    window.session.start(LONG)
    wait_for_iteration(qtbot, window.session, 20)
    assert window.close()
    assert not window.isVisible()


def test_nothing_is_asked_where_nothing_is_to_be_saved(window: Window, folder: Path) -> None:
    folder.write_text("in the way")
    assert window.close()


def test_nothing_is_asked_if_it_can_be_saved_by_now(qtbot, unsaved: Window, folder: Path) -> None:
    press(unsaved, "farewellCancel")
    unsaved.session.start(LONG.replace(seed=7))  # the first one is in memory alone
    wait_for_iteration(qtbot, unsaved.session, 20)
    folder.unlink()
    assert unsaved.close()
    saved = [load_run(path).config.seed for path in (folder / "runs").glob("*.chainlight")]
    assert sorted(saved) == sorted([7, LONG.seed])


def test_what_can_not_be_saved_is_asked_for_once(unsaved: Window) -> None:
    assert unsaved.isVisible()
    assert "can't be saved where runs are kept." in box(unsaved).text()
    assert "runs" in box(unsaved).informativeText()
    unsaved.close()
    assert len(unsaved.findChildren(QMessageBox)) == 1


def test_the_run_goes_on_while_it_is_asked_and_after_cancel(qtbot, unsaved: Window) -> None:
    wait_for_iteration(qtbot, unsaved.session, unsaved.session.live.iteration + 20)
    QTest.keyClick(box(unsaved), Qt.Key.Key_Escape)
    wait_for_iteration(qtbot, unsaved.session, unsaved.session.live.iteration + 20)
    assert unsaved.isVisible()
    assert unsaved.session.state is State.RUNNING


def test_one_can_quit_without_saving(unsaved: Window) -> None:
    press(unsaved, "farewellQuit")
    assert not unsaved.isVisible()
    assert not unsaved.session._worker.isRunning()


def test_saved_elsewhere_it_closes(qtbot, unsaved, monkeypatch, tmp_path: Path) -> None:
    answer(monkeypatch, unsaved, tmp_path / "mine.chainlight")
    press(unsaved, "farewellSave")
    qtbot.waitUntil(lambda: not unsaved.isVisible(), timeout=WAIT)
    assert load_run(tmp_path / "mine.chainlight").iteration == unsaved.session.live.iteration


def test_what_can_not_be_saved_there_either_is_asked_again(qtbot, unsaved, monkeypatch) -> None:
    answer(monkeypatch, unsaved, Path("/nowhere/mine.chainlight"))
    press(unsaved, "farewellSave")
    qtbot.waitUntil(
        lambda: any(box.isVisible() for box in unsaved.findChildren(QMessageBox)), timeout=WAIT
    )
    assert "mine.chainlight" in box(unsaved).informativeText()
    press(unsaved, "farewellCancel")
    settle(qtbot, unsaved.session)
    assert unsaved.session.state is State.RUNNING


def test_who_names_no_file_goes_on(unsaved: Window, monkeypatch) -> None:
    answer(monkeypatch, unsaved, None)
    press(unsaved, "farewellSave")
    assert unsaved.isVisible()
    assert unsaved.session.state is State.RUNNING


def test_all_runs_of_a_race_are_saved_in_one_folder(qtbot, window, folder, monkeypatch, tmp_path):
    folder.write_text("in the way")
    window.session.race([Plan("SGD", SMALL), Plan("Adam", SMALL.replace(seed=7))])
    wait_for(qtbot, window.session, State.FINISHED)
    window.close()
    assert box(window).text().startswith("2 runs can't be saved where runs are kept: ‘")
    paths = (tmp_path / "a.chainlight", tmp_path / "b.chainlight")
    monkeypatch.setattr(window.farewell._dialogs, "ask_folder", lambda *_: paths)
    press(window, "farewellSave")
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=WAIT)
    assert {load_run(path).notes.name for path in paths} == {"SGD", "Adam"}


def test_the_end_of_the_session_is_not_held_up(qtbot, window: Window, folder: Path) -> None:
    folder.write_text("in the way")
    window.session.start(LONG)
    wait_for_iteration(qtbot, window.session, 20)
    window.farewell.hurry()
    assert window.close()


def test_the_end_of_the_session_does_not_wait_for_an_answer(unsaved: Window) -> None:
    unsaved.farewell.hurry()
    QApplication.closeAllWindows()
    assert not unsaved.isVisible()
    assert not unsaved.session._worker.isRunning()


def test_runs_saved_in_a_folder_replace_nothing(tmp_path: Path) -> None:
    from app.widgets.run_dialogs import _free_paths

    (tmp_path / "sgd.chainlight").touch()
    names = [path.name for path in _free_paths(tmp_path, ["SGD", "SGD", "Adam"])]
    assert names == ["sgd-2.chainlight", "sgd-3.chainlight", "adam.chainlight"]

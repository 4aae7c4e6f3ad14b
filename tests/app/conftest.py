import itertools
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from unittest.mock import patch

import pytest
from PySide6.QtCore import (
    QAbstractAnimation,
    QCoreApplication,
    QEvent,
    QPoint,
    QSettings,
    Qt,
    QThread,
    QTimer,
)
from PySide6.QtGui import QCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from run_sessions import Make, sessions
from small_runs import SMALL

from app import theme
from app.session import Session
from app.settings import Settings
from bpcore.datasets import mnist

FAR_AWAY = QPoint(20_000, 20_000)
_read_digits = cache(mnist._load_bundled)


@pytest.fixture(scope="session", autouse=True)
def _looks_often() -> Iterator[None]:
    """Let ``waitUntil`` look every 2 ms, not every 10: what is waited for comes soon."""
    wait = QtBot.wait
    with patch.object(QtBot, "wait", lambda self, ms: wait(self, 2 if ms == 10 else ms)):
        yield


@pytest.fixture(scope="session", autouse=True)
def fonts(qapp: QApplication) -> None:
    qapp.setStyle("Fusion")
    theme.load_fonts()


@pytest.fixture(autouse=True)
def _dark(qapp: QApplication, fonts: None) -> None:
    if theme.current() is not theme.DARK or not qapp.styleSheet():
        theme.apply(qapp, theme.DARK)


@pytest.fixture(autouse=True)
def _pointer_elsewhere(qapp: QApplication) -> None:
    """Nothing is under the pointer: where the test before left it, a button may come to lie.

    And nothing is held down, as it is after each ``mouseDClick``: no widget is entered then.
    """
    for button in (
        Qt.MouseButton.LeftButton,
        Qt.MouseButton.RightButton,
        Qt.MouseButton.MiddleButton,
    ):
        if QApplication.mouseButtons() & button:
            QTest.mouseRelease(QWidget(), button)
    QCursor.setPos(FAR_AWAY)


@pytest.fixture(scope="session")
def _folders_for_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Folders that are made by who writes to them: most tests have no settings."""
    parent = tmp_path_factory.mktemp("settings")
    return (parent / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def _settings_of_their_own(_folders_for_settings: Iterator[Path]) -> None:
    """Settings go to a folder of this test, so that no test sees another's, or yours."""
    folder = str(next(_folders_for_settings))
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, folder)


@pytest.fixture(autouse=True)
def _digits_read_once() -> Iterator[None]:
    """All sessions of a worker share the bundled digits, which nobody can write to."""
    with patch.object(mnist, "_load_bundled", _read_digits):
        yield


@pytest.fixture(autouse=True)
def _nothing_left_behind(qapp: QApplication) -> Iterator[None]:
    """Name what a test leaves running: a thread, a timer, an animation, a window."""
    windows = set(qapp.topLevelWidgets())
    threads = set(threading.enumerate())
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qapp.processEvents()
    left = [w for w in qapp.topLevelWidgets() if w not in windows and w.isVisible()]
    assert not left, f"windows left open: {left}"
    running = [
        thing
        for widget in qapp.topLevelWidgets()
        if widget not in windows
        for thing in _running_below(widget)
    ]
    assert not running, f"left running: {running}"
    alive = [t for t in threading.enumerate() if t not in threads and not _is_qt_dummy(t)]
    assert not alive, f"threads left running: {alive}"


def _is_qt_dummy(thread: threading.Thread) -> bool:
    # Python's stand-in for a QThread that ran Python code; it says nothing about the thread itself.
    return type(thread).__name__ == "_DummyThread"


def _running_below(widget: object) -> list[object]:
    timers = [t for t in widget.findChildren(QTimer) if t.isActive() and not t.isSingleShot()]
    animations = [
        a
        for a in widget.findChildren(QAbstractAnimation)
        if a.state() == QAbstractAnimation.State.Running
    ]
    return [*timers, *animations]


@pytest.fixture
def session(qtbot) -> Iterator[Session]:
    """A session with a small network, its data loaded, training as fast as it can."""
    session = Session(SMALL)
    session.set_pace(None)
    qtbot.waitUntil(lambda: session.snapshot is not None, timeout=20_000)
    yield session
    assert session.close(), "the training thread did not end"
    assert not [t for t in session.findChildren(QThread) if t.isRunning()]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the runs of this test are saved by themselves."""
    monkeypatch.setenv("CHAINLIGHT_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data" / "runs"


@pytest.fixture
def make(qtbot, folder: Path) -> Iterator[Make]:
    """Make sessions that keep their runs in ``folder``, and close them."""
    with sessions(qtbot) as ready:
        yield ready


@pytest.fixture
def window(qtbot):
    """The whole window, shown, its data loaded."""
    from app.main_window import MainWindow

    window = MainWindow(Settings())
    window.session.set_pace(None)
    window.show()
    qtbot.waitUntil(lambda: window.session.snapshot is not None, timeout=20_000)
    yield window
    if window.isVisible():
        window.close()
    window.deleteLater()

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QAbstractAnimation, QCoreApplication, QEvent, QSettings, QThread, QTimer
from PySide6.QtWidgets import QApplication
from small_runs import SMALL

from app import theme
from app.session import Session
from app.settings import Settings


@pytest.fixture(scope="session", autouse=True)
def fonts(qapp: QApplication) -> None:
    qapp.setStyle("Fusion")
    theme.load_fonts()


@pytest.fixture(autouse=True)
def _dark(qapp: QApplication, fonts: None) -> None:
    if theme.current() is not theme.DARK or not qapp.styleSheet():
        theme.apply(qapp, theme.DARK)


@pytest.fixture(autouse=True)
def _settings_of_their_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Settings go to a folder of this test, so that no test sees another's, or yours."""
    folder = str(tmp_path_factory.mktemp("settings"))
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, folder)


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

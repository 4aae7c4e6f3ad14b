"""Makes the application: style, fonts, texts, and an end for every exception."""

from __future__ import annotations

import gc
import signal
import socket
import sys
import traceback
from importlib import resources
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QCoreApplication,
    QLibraryInfo,
    QLocale,
    QLoggingCategory,
    QSocketNotifier,
    QTimer,
    QTranslator,
)
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QMessageBox

from app import theme
from app.main_window import MainWindow
from app.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

SWITCH_SECONDS = 0.0002
SETTLED_MS = 3000
"""From when on few things come that stay: the charts are made after the first paint."""


def create(
    argv: Sequence[str], *, theme_choice: str = "", keep_runs: bool = True
) -> tuple[QApplication, MainWindow]:
    """Return the application and its window, not shown yet, without entering the event loop.

    ``theme_choice`` is ``"system"``, ``"dark"`` or ``"light"``; "" takes the remembered one.
    ``keep_runs`` is whether runs are saved by themselves in the user's folder.
    """
    app = QApplication.instance() or QApplication(list(argv))
    assert isinstance(app, QApplication)
    app.setApplicationName("Chainlight")
    app.setOrganizationName("Chainlight")
    app.setStyle("Fusion")
    # What is wrong with a picture is said in the window, not on the terminal.
    QLoggingCategory.setFilterRules("qt.gui.imageio*=false")
    app.setWindowIcon(QIcon(str(resources.files("resources") / "icons" / "chainlight.svg")))
    _translate(app)
    theme.load_fonts()
    sys.excepthook = _show_exception
    window = MainWindow(Settings(), theme_choice=theme_choice, keep_runs=keep_runs)
    app.commitDataRequest.connect(window.farewell.hurry)  # the session of its user ends
    app.aboutToQuit.connect(window.session.close)
    return app, window


def share_time(window: MainWindow) -> None:
    """Let the threads of Python go well together: the window's, and those that compute.

    A thread that has the interpreter gives it away after 5 ms, as Python begins; what the window
    draws would hold training up that long at each of its small steps. A fraction of that lets it
    train some hundredths faster, measured with all charts in sight. And what there is once the
    window has settled stays as long as the window: to look through all of it for garbage would take
    longer than a frame.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    QTimer.singleShot(SETTLED_MS, window, gc.freeze)


def close_on_interrupt(window: MainWindow) -> None:
    """Close the window at Ctrl-C in the terminal, or when the program is told to end.

    As at a click on its cross all is saved, but nothing is asked: nobody may be there to answer.
    Python sees a signal only when it runs; the socket wakes the event loop, and with it Python.
    """
    reading, writing = socket.socketpair()
    for end in (reading, writing):
        end.setblocking(False)
    signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False)
    notifier = QSocketNotifier(reading.fileno(), QSocketNotifier.Type.Read, window)
    notifier.activated.connect(lambda: reading.recv(64))
    window.destroyed.connect(lambda: _stop_waking(reading, writing))
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: _end(window))


def _end(window: MainWindow) -> None:
    window.close_at_once()
    # What quits with the last window is lost if the event loop has not begun yet.
    QTimer.singleShot(0, window, QCoreApplication.quit)


def _stop_waking(*ends: socket.socket) -> None:
    signal.set_wakeup_fd(-1)
    for end in ends:
        end.close()


def _translate(app: QApplication) -> None:
    """Load Qt's own texts and ours in the user's language, where there are any."""
    places = (
        ("qtbase", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)),
        ("chainlight", str(resources.files("resources") / "translations")),
    )
    for name, folder in places:
        translator = QTranslator(app)
        if translator.load(QLocale(), name, "_", folder):
            app.installTranslator(translator)


def _show_exception(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Say what went wrong in the window, and all of it on the terminal; then go on."""
    traceback.print_exception(kind, error, trace)
    if issubclass(kind, KeyboardInterrupt):
        QApplication.quit()
        return
    box = QMessageBox(QApplication.activeWindow())
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle(QApplication.translate("application", "Chainlight"))
    box.setText(QApplication.translate("application", "Something went wrong in the window."))
    box.setInformativeText(
        QApplication.translate(
            "application",
            "{0}: {1}\nThe run is not affected. What you did last may have no effect.",
        ).format(kind.__name__, error)
    )
    box.setDetailedText("".join(traceback.format_exception(kind, error, trace)))
    box.open()

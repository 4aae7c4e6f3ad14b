"""Work that takes too long for the thread of the window, one call at a time in a thread each."""

from __future__ import annotations

import atexit
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QThread, Signal

from app.export import ExportError
from app.image_files import ImageError

if TYPE_CHECKING:
    from collections.abc import Callable

_running: set[Task] = set()
"""Kept until they end, whoever asked for them: a QThread that is deleted while it runs aborts."""


class Task(QThread):
    """Calls ``work`` in a thread; ``done`` carries what it returns, ``failed`` a sentence."""

    done = Signal(object)
    failed = Signal(str)

    def __init__(self, work: Callable[[], object]) -> None:
        super().__init__()
        self._work = work
        self.finished.connect(self._end)

    def begin(self) -> None:
        """Start. Connect first."""
        _running.add(self)
        self.start()

    def run(self) -> None:
        """Do the work; whatever goes wrong, the user is told."""
        try:
            result = self._work()
        except (ImageError, ExportError) as error:
            self.failed.emit(str(error))
        except Exception as error:
            text = QCoreApplication.translate("Task", "This did not work: {0}.")
            self.failed.emit(text.format(f"{type(error).__name__}: {error}"))
        else:
            self.done.emit(result)

    def _end(self) -> None:
        self.wait()
        _running.discard(self)


def finish_all() -> None:
    """Wait for what is still being done: the program ends."""
    for task in list(_running):
        task.wait()


# However the program ends: a thread that outlives its QThread object would abort it.
atexit.register(finish_all)

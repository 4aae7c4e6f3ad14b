"""The thread that writes an exported file."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, Signal

from app.export import ExportError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    Write = Callable[[], Generator[float, None, None] | None]

PARTS = 100
"""Progress is told in hundredths."""

PATIENCE = 0.3
"""Seconds after which somebody wants to know how far it is."""

INTERVAL = 0.1


class Saving(QThread):
    """Compresses and writes a file; even a quick disk takes longer than the window may stand.

    ``write`` does all of it, or is a generator that gives the share done after each short step: it
    can be cancelled, and ``progress`` carries the hundredths done once it takes long.
    """

    saved = Signal(str)
    failed = Signal(str)
    progress = Signal(int)

    def __init__(self, path: Path, write: Write, parent: QObject) -> None:
        super().__init__(parent)
        self.path, self._write = path, write
        self._complaint, self._complete = "", False
        self.finished.connect(self._tell)

    def cancel(self) -> None:
        """Stop after the step that it is in; the file stays what it was."""
        self.requestInterruption()

    def run(self) -> None:
        """Write the file."""
        try:
            self._complete = self._do_steps()
        except ExportError as error:
            self._complaint = str(error)
        except Exception as error:  # whatever it is, the user is told
            self._complaint = str(ExportError(self.path, error))

    def _tell(self) -> None:
        """Say what became of it, not before the thread has ended: who is told may delete it."""
        self.wait()
        if self._complaint:
            self.failed.emit(self._complaint)
        elif self._complete:
            self.saved.emit(str(self.path))

    def _do_steps(self) -> bool:
        """Return whether all was done, rather than cancelled."""
        steps = self._write()
        if steps is None:
            return True
        due = time.perf_counter() + PATIENCE
        for share in steps:
            if self.isInterruptionRequested():
                steps.close()
                return False
            if time.perf_counter() >= due:
                due = time.perf_counter() + INTERVAL
                self.progress.emit(round(share * PARTS))
        return True

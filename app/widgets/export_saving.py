"""The thread that writes an exported file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, Signal

from app.export import ExportError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Saving(QThread):
    """Compresses and writes a file; even a quick disk takes longer than the window may stand."""

    saved = Signal(str)
    failed = Signal(str)

    def __init__(self, path: Path, write: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._path, self._write = path, write

    def run(self) -> None:
        """Write the file."""
        try:
            self._write()
        except ExportError as error:
            self.failed.emit(str(error))
        except Exception as error:  # whatever it is, the user is told
            self.failed.emit(str(ExportError(self._path, error)))
        else:
            self.saved.emit(str(self._path))

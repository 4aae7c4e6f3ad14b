"""A run that was deleted, as long as it can come back."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from app.run_files import is_free, lock_of, taken
from bpcore.run_file import RunFileError
from bpcore.run_summary import RunSummary, read_summary

if TYPE_CHECKING:
    from pathlib import Path

    from app.run_entries import InMemory

ASIDE = ".deleted"


class DeletedRun:
    """What is left of it: its file under another name, what is in memory alone, or both.

    The file is locked, so that another window does not clear it away. What is done with it takes
    time, and is done in the thread for that.

    Attributes
    ----------
    key, name
        What it was in the list.
    kept
        What there is in its file; None if there is none.
    memory
        What could not be saved.
    """

    def __init__(
        self, key: str, name: str, kept: RunSummary | None, memory: InMemory | None
    ) -> None:
        self.key, self.name = key, name
        self.kept, self.memory = kept, memory
        self._path = None if kept is None else kept.path
        self._lock = None if self._path is None else lock_of(_aside(self._path))

    def put_aside(self) -> None:
        """Give the file another name. RunFileError if another window has it, or it can't be."""
        if self._path is None or self._lock is None:
            return
        if not is_free(self._path):
            raise taken(self._path)
        self._lock.tryLock(0)
        try:
            _move(self._path, _aside(self._path))
        except RunFileError:
            self._unlock()
            raise

    def bring_back(self) -> RunSummary | None:
        """Give the file its name back; return what is in it, None if it never came to be saved."""
        if self._path is None:
            return None
        _move(_aside(self._path), self._path)
        self._unlock()
        return read_summary(self._path) if self._path.exists() else None

    def remove(self) -> None:
        """Delete the file for good."""
        if self._path is not None:
            _remove(_aside(self._path))
            self._unlock()

    def _unlock(self) -> None:
        if self._lock is not None:
            self._lock.unlock()


def clear_away(folder: Path) -> None:
    """Remove what was deleted in windows that are gone."""
    for aside in folder.glob(f"*{ASIDE}"):
        if is_free(aside):
            _remove(aside)


def _aside(path: Path) -> Path:
    return path.with_name(path.name + ASIDE)


def _move(path: Path, target: Path) -> None:
    try:
        path.replace(target)
    except (FileNotFoundError, NotADirectoryError):
        pass  # it never came to be saved
    except OSError as error:
        raise RunFileError(f"{path.name}: can't be moved ({error.strerror or error})") from error


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)

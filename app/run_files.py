"""The files of runs that are saved by themselves: where they are, and who writes them."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile

from bpcore.autosave import Autosave, make_room, new_run_path, run_folder
from bpcore.folders import FolderError
from bpcore.run_file import RunFileError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bpcore.recording import Notes
    from bpcore.training import Trainer

LOCKED = ".lock"

PATIENCE_MS = 50
"""How long a lock is waited for: who only looks whether a run is free has it for a moment."""


class RunFile:
    """The file of a run that is being trained here.

    A lock beside it tells other windows so; that of a program that was killed counts for nothing.
    """

    def __init__(self, path: Path, changed: Callable[[], None], error: str = "") -> None:
        self._autosave = Autosave(path, changed=changed, error=error)
        self._lock = lock_of(path)

    @property
    def path(self) -> Path:
        """The file."""
        return self._autosave.path

    @property
    def error(self) -> str:
        """Why the last save failed; "" if it didn't."""
        return self._autosave.error

    def note(self, notes: Notes) -> None:
        """Keep ``notes`` with the run from the next save on."""
        self._autosave.notes = notes

    def take_as_saved(self, trainer: Trainer) -> None:
        """Know that the file holds what is recorded now: it was read from there."""
        self._autosave.take_as_saved(trainer)

    def save(self, trainer: Trainer, *, final: bool = False) -> None:
        """Begin to save, if there is news; with ``final`` in less room, as one file of many."""
        race = None if self._autosave.notes is None else self._autosave.notes.race
        if trainer.iteration or race is not None:
            self.claim()
        self._autosave.save(trainer, final=final)

    def save_for_good(self, trainer: Trainer) -> None:
        """Save as at the end, and wait until that is done or has failed."""
        self.save(trainer, final=True)
        self._autosave.wait()

    def save_if_due(self, trainer: Trainer) -> None:
        """Begin to save, if it was long ago."""
        if self._autosave.seconds_left(trainer) == 0:
            self.save(trainer)

    def seconds_left(self, trainer: Trainer) -> float | None:
        """Return when what is not saved yet is due; None if nothing is."""
        return self._autosave.seconds_left(trainer)

    def close(self, trainer: Trainer) -> None:
        """Save for the last time, wait for it, and let others have the file."""
        try:
            self.save(trainer, final=True)
            self._autosave.close()
        finally:
            self._lock.unlock()

    def remove(self) -> None:
        """Delete the file, if there is one: nothing is in it."""
        try:
            self._autosave.close()
            with contextlib.suppress(OSError):
                self.path.unlink(missing_ok=True)
        finally:
            self._lock.unlock()

    def claim(self) -> bool:
        """Tell other windows that the run is trained here; return False if one was first."""
        if self._lock.isLocked():
            return True
        with contextlib.suppress(OSError):  # saving will meet it again, and tell
            self.path.parent.mkdir(parents=True, exist_ok=True)
        return _get(self._lock)


def new_file(changed: Callable[[], None], error: str) -> RunFile | None:
    """Return a file for a new run; None where there is no place for one."""
    try:
        folder = run_folder()
    except FolderError:  # without a place nothing can be kept, but everything else works
        return None
    make_room(folder)
    return RunFile(new_run_path(folder), changed, error)


def lock_of(path: Path) -> QLockFile:
    """Return the lock that says who trains the run in ``path``."""
    lock = QLockFile(f"{path}{LOCKED}")
    lock.setStaleLockTime(0)  # however old: a run may take days
    return lock


def is_free(path: Path) -> bool:
    """Tell whether nobody trains the run in ``path`` at this moment."""
    lock = lock_of(path)
    free = _get(lock)
    lock.unlock()  # with it goes that of a program that was killed
    return free


def clear_locks(folder: Path) -> None:
    """Remove locks of programs that were killed."""
    for lock in folder.glob(f"*{LOCKED}"):
        is_free(lock.with_name(lock.name.removesuffix(LOCKED)))


def taken(path: Path) -> RunFileError:
    """Return the error that the run in ``path`` is not free."""
    return RunFileError(f"{path.name}: is open in another window; close it there first")


def _get(lock: QLockFile) -> bool:
    """Take ``lock``; return False if somebody else has it: nobody can in a read-only folder."""
    return lock.tryLock(PATIENCE_MS) or lock.error() is not QLockFile.LockError.LockFailedError

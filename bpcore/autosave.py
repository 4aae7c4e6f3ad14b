"""Saving a run now and then, without holding it up."""

from __future__ import annotations

import contextlib
import os
import time
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING

from bpcore import folders
from bpcore.atomic import clear_leftovers
from bpcore.run_file import SUFFIX, RunFileError, save_run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bpcore.recording import Recording
    from bpcore.training import Trainer

INTERVAL = 30.0
"""Seconds between two saves."""

KEPT = 10
"""Runs saved by themselves that are kept; older ones make room."""


class Autosave:
    """Keeps the file of one run up to date.

    What is written is a recording, which never changes, so a thread of its own writes it while
    training goes on. A save that fails is told in ``error``, and tried again when the next is due.

    Parameters
    ----------
    path
        The file; its folder is made if need be.
    interval
        Seconds between two saves.
    clock
        Gives seconds.
    changed
        Called, in the thread that writes, when ``error`` has changed.
    error
        Why the last save of the run before failed, until one succeeds.

    Attributes
    ----------
    path
        The file.
    error
        Why the last save failed; "" if it didn't.
    """

    def __init__(
        self,
        path: Path,
        interval: float = INTERVAL,
        clock: Callable[[], float] = time.monotonic,
        changed: Callable[[], None] | None = None,
        error: str = "",
    ) -> None:
        self.path = path
        self.error = error
        self._interval, self._clock, self._changed = interval, clock, changed
        self._due = clock() + interval
        self._saved: tuple[int, int] | None = None
        self._lock = Lock()
        self._waiting: Recording | None = None
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="autosave")
        self._writing: Future[None] | None = None

    def save_if_due(self, trainer: Trainer) -> None:
        """Begin to save, if the interval is over."""
        if self._clock() >= self._due:
            self.save(trainer)

    def save(self, trainer: Trainer) -> None:
        """Begin to save what is recorded now, unless it is saved or there is nothing yet.

        While another save is under way this one waits for it, and gives way to a later one.
        """
        self._due = self._clock() + self._interval
        now = _news(trainer)
        if not trainer.iteration or (now == self._saved and self.path.exists()):
            return
        recording = trainer.recording()
        late = False
        with self._lock:
            self._waiting = recording
            if self._writing is None:
                try:
                    self._writing = self._writer.submit(self._write_all)
                except RuntimeError:  # Python is about to end, and starts nothing in a thread
                    late = True
            self._saved = now  # last, so that what is broken off before is not taken for saved
        if late:
            self._write_all()

    def seconds_left(self, trainer: Trainer) -> float | None:
        """Return when what is not saved yet is due; None if nothing is."""
        unsaved = trainer.iteration and _news(trainer) != self._saved
        return max(self._due - self._clock(), 0.0) if unsaved else None

    def wait(self) -> None:
        """Wait until what was begun is on the disk, or has failed."""
        with self._lock:
            writing = self._writing
        if writing is not None:
            writing.result()

    def close(self) -> None:
        """Wait, and end the thread."""
        self.wait()
        self._writer.shutdown()

    def _write_all(self) -> None:
        while True:
            with self._lock:
                recording, self._waiting = self._waiting, None
                if recording is None:
                    self._writing = None
                    return
            self._write(recording)

    def _write(self, recording: Recording) -> None:
        before, self.error = self.error, self._save_now(recording)
        if self.error:
            self._saved = None
        if self.error != before and self._changed is not None:
            self._changed()

    def _save_now(self, recording: Recording) -> str:
        """Save, and return what went wrong."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            save_run(self.path, recording)
        except RunFileError as error:
            return str(error)
        except OSError as error:
            return f"{self.path.parent}: can't be made ({error.strerror or error})"
        except Exception as error:  # whatever it is, the next save must be tried
            return f"{self.path.name}: can't be saved ({type(error).__name__}: {error})"
        return ""


def _news(trainer: Trainer) -> tuple[int, int]:
    # An accuracy measured later, or a change, is news as well as an iteration.
    return trainer.iteration, len(trainer.accuracies) + len(trainer.events)


def run_folder() -> Path:
    """Return the user's folder of runs saved by themselves.

    Raises
    ------
    FolderError
        If it can't be found.
    """
    return folders.data() / "runs"


def new_run_path(folder: Path) -> Path:
    """Return a name for a new run in ``folder``: when it began, and in which process."""
    now = datetime.now().strftime("%Y-%m-%d %H.%M.%S.%f")
    return folder / f"{now} {os.getpid()}{SUFFIX}"


def make_room(folder: Path, kept: int = KEPT) -> None:
    """Delete all but the newest ``kept`` runs of ``folder`` with a name of ``new_run_path``."""
    clear_leftovers(folder, f"*{SUFFIX}")
    runs = []
    for path in folder.glob(f"????-??-?? ??.??.??.?????? *{SUFFIX}"):
        with contextlib.suppress(OSError):
            runs.append((path.stat().st_mtime, path))
    for _, path in sorted(runs)[: max(len(runs) - kept, 0)]:
        with contextlib.suppress(OSError):
            path.unlink()

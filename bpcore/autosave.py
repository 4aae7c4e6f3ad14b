"""Saving a run now and then, without holding it up."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import time
import weakref
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from bpcore import folders
from bpcore.atomic import clear_leftovers
from bpcore.run_file import SUFFIX, RunFileError, save_run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bpcore.recording import Event, Notes, Recording
    from bpcore.training import Trainer

FIRST = 0.5
"""Seconds from the first iteration to the first save: within a second it is on the disk."""

YOUNG_INTERVAL = 2.0
"""Seconds from the first save to the second. From each to the next it is twice as long."""

INTERVAL = 20.0
"""Most seconds between two saves, so that with the time of writing no file is older than 30."""

FINAL_KEYFRAME_BYTES = 8 << 20
"""Keyframes in the file of a run that has ended: many such files are kept."""

KEPT = 30
"""Runs saved by themselves that are kept; older ones make room."""

YOUNG_SECONDS = 60.0
"""Age up to which a file may be that of a run which goes on, in another process."""


class _News(NamedTuple):
    """What changes whenever a run has something new to save."""

    iteration: int
    accuracies: int
    events: tuple[Event, ...]
    notes: Notes | None


class Autosave:
    """Keeps the file of one run up to date.

    What is written is a recording, which never changes, so a thread of its own writes it while
    training goes on. A save that fails is told in ``error``, and tried again when the next is due.

    The first save is due soon after the first iteration, the second 2 seconds later, and so on in
    intervals that double.

    Parameters
    ----------
    path
        The file; its folder is made if need be.
    interval
        Most seconds between two saves.
    clock
        Gives seconds.
    changed
        Called, in the thread that writes or trains, when ``error`` has changed.
    error
        Why the last save of the run before failed, until one succeeds.

    Attributes
    ----------
    path
        The file.
    notes
        What is noted about the run in the next save, and counts as new. Any thread may set it. None
        leaves what the run brought along.
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
        self.notes: Notes | None = None
        self.error = error
        self._most, self._clock, self._changed = interval, clock, changed
        self._interval = min(YOUNG_INTERVAL, interval)
        self._due: float | None = None
        self._saved: tuple[_News, bool] | None = None  # and whether as that of an ended run
        self._lock = Lock()
        self._waiting: Recording | None = None
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="autosave")
        self._writing: Future[None] | None = None
        with _OPEN_LOCK:
            _OPEN.add(self)

    def take_as_saved(self, trainer: Trainer) -> None:
        """Know that the file holds what is recorded now: it was read from there."""
        self._saved = self._news(trainer), True

    def save_if_due(self, trainer: Trainer) -> None:
        """Begin to save, if the interval is over."""
        if trainer.iteration and self._seconds_to_due() <= 0:
            self.save(trainer)

    def save(self, trainer: Trainer, *, final: bool = False) -> None:
        """Begin to save what is recorded now, unless it is saved or there is nothing yet.

        While another save is under way this one waits for it, and gives way to a later one. With
        ``final`` fewer keyframes are saved: the run has ended, and its file is one of many. A run
        of a race is saved before its first iteration, too: it may have to wait for the others.
        """
        if trainer.iteration:
            self._due = self._clock() + self._interval
            self._interval = min(2 * self._interval, self._most)
        news = self._news(trainer)
        # Not Path.exists, which raises an error for what it may not look at.
        is_something = trainer.iteration or (self.notes is not None and self.notes.race is not None)
        if not is_something or (self._is_saved(news, final) and os.path.exists(self.path)):
            return
        try:
            recording = _noted(trainer.recording(), news.notes)
        except Exception as error:  # most likely there is no memory: whoever trains can go on
            self._take_error(self._failure(error))
            return
        if final:
            recording = recording.thinned(FINAL_KEYFRAME_BYTES)
        late = False
        with self._lock:
            self._waiting = recording
            if self._writing is None:
                try:
                    self._writing = self._writer.submit(self._write_all)
                except RuntimeError:  # Python is about to end, and starts nothing in a thread
                    late = True
            # Last, so that what is broken off before is not taken for saved.
            self._saved = news, final
        if late:
            self._write_all()

    def seconds_left(self, trainer: Trainer) -> float | None:
        """Return when what is not saved yet is due; None if nothing is."""
        unsaved = trainer.iteration and not self._is_saved(self._news(trainer))
        return max(self._seconds_to_due(), 0.0) if unsaved else None

    def _seconds_to_due(self) -> float:
        if self._due is None:
            self._due = self._clock() + min(FIRST, self._most)
        return self._due - self._clock()

    def _is_saved(self, news: _News, final: bool = False) -> bool:
        saved = self._saved
        return saved is not None and saved[0] == news and saved[1] >= final

    def _news(self, trainer: Trainer) -> _News:
        return _News(trainer.iteration, len(trainer.accuracies), trainer.events, self.notes)

    def wait(self) -> None:
        """Wait until what was begun is on the disk, or has failed."""
        with self._lock:
            writing = self._writing
        if writing is not None:
            writing.result()

    def close(self) -> None:
        """Wait, and end the thread."""
        try:
            self.wait()
        finally:
            self._writer.shutdown()
            with _OPEN_LOCK:
                _OPEN.discard(self)

    def _write_all(self) -> None:
        while True:
            with self._lock:
                recording, self._waiting = self._waiting, None
                if recording is None:
                    self._writing = None
                    return
            self._write(recording)

    def _write(self, recording: Recording) -> None:
        self._take_error(self._save_now(recording))

    def _take_error(self, error: str) -> None:
        before, self.error = self.error, error
        if error:
            self._saved = None
        if error != before and self._changed is not None:
            self._changed()

    def _save_now(self, recording: Recording) -> str:
        """Save, and return what went wrong."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            save_run(self.path, recording)
        except RunFileError as error:
            return str(error)
        except OSError as error:
            reason = error.strerror or error
            return f"The folder {self.path.parent} can't be made: {reason}; save it elsewhere"
        except Exception as error:  # whatever it is, the next save must be tried
            return self._failure(error)
        return ""

    def _failure(self, error: Exception) -> str:
        return f"{self.path.name}: can't be saved ({type(error).__name__}: {error})"


def _noted(recording: Recording, notes: Notes | None) -> Recording:
    return recording if notes is None else dataclasses.replace(recording, notes=notes)


_OPEN: weakref.WeakSet[Autosave] = weakref.WeakSet()
_OPEN_LOCK = Lock()
_last_name = datetime.min


def run_folder() -> Path:
    """Return the user's folder of runs saved by themselves.

    Raises
    ------
    FolderError
        If it can't be found.
    """
    return folders.data() / "runs"


def new_run_path(folder: Path) -> Path:
    """Return a name for a new run in ``folder``: when it began, and in which process.

    No two calls return the same.
    """
    global _last_name
    now = datetime.now()
    with _OPEN_LOCK:
        # Some clocks stand still for 16 ms, in which all runs of a race begin.
        if now <= _last_name < now + timedelta(seconds=1):
            now = _last_name + timedelta(microseconds=1)
        _last_name = now
    return folder / f"{now:%Y-%m-%d %H.%M.%S.%f} {os.getpid()}{SUFFIX}"


@lru_cache(maxsize=512)
def beginning_of(path: Path) -> float | None:
    """Return when a run began that has a name of ``new_run_path``, in seconds since 1970.

    None for a file of another name.
    """
    try:
        return datetime.strptime(path.name[:26], "%Y-%m-%d %H.%M.%S.%f").timestamp()
    except (ValueError, OverflowError, OSError):  # the last two: a year far from ours
        return None


def make_room(folder: Path, kept: int = KEPT) -> None:
    """Delete all but the newest ``kept`` runs of ``folder`` with a name of ``new_run_path``.

    What an Autosave of this process still writes stays, and what has just been written.
    """
    runs = []
    with contextlib.suppress(OSError):  # of a folder that is out of reach: saving will tell
        clear_leftovers(folder, f"*{SUFFIX}")
        for path in folder.glob(f"????-??-?? ??.??.??.?????? *{SUFFIX}"):
            with contextlib.suppress(OSError):
                runs.append((path.stat().st_mtime, path))
    with _OPEN_LOCK:
        in_use = {saver.path.name for saver in _OPEN}
    for modified, path in sorted(runs)[: max(len(runs) - kept, 0)]:
        if path.name not in in_use and time.time() - modified > YOUNG_SECONDS:
            with contextlib.suppress(OSError):
                path.unlink()

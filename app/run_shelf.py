"""What is done with the files of kept runs; called in the thread that does it."""

from __future__ import annotations

import contextlib
import dataclasses
import os
from typing import TYPE_CHECKING

from app.curves import RunCurves, curves_of
from app.run_bin import clear_away
from app.run_entries import phase_of
from app.run_files import clear_locks, is_free, taken
from bpcore.autosave import run_folder
from bpcore.folders import FolderError
from bpcore.run_file import SUFFIX, RunFileError, load_run, save_run
from bpcore.run_summary import RunSummary, read_summary

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from bpcore.recording import Notes, Recording
    from bpcore.timeline import Timeline


def read_folder() -> tuple[tuple[RunSummary, ...], RunSummary | None]:
    """Return what there is in the user's folder, and of it the run that was broken off.

    What can't be read is left alone. What killed programs left behind is cleared away.
    """
    found = []
    with contextlib.suppress(FolderError, OSError):
        folder = run_folder()
        for path in sorted(folder.glob(f"*{SUFFIX}")):
            with contextlib.suppress(RunFileError):
                found.append(read_summary(path))
        clear_away(folder)
        clear_locks(folder)
    return tuple(found), unfinished_run(found)


def unfinished_run(found: Iterable[RunSummary]) -> RunSummary | None:
    """Return the newest run if it was broken off, and nobody else goes on with it."""
    newest = max(found, key=lambda summary: summary.modified, default=None)
    if newest is None or not is_free(newest.path):
        return None
    phase = phase_of(newest.notes, newest.iteration, newest.last_config)
    return newest if phase == "unfinished" else None


def gone(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Return those of the files that are not there any more."""
    return tuple(path for path in paths if not os.path.exists(path))


def read_free(path: Path) -> Recording:
    """Read a run to go on with it; RunFileError if it can't be, or another window trains it."""
    if not is_free(path):
        raise taken(path)
    return load_run(path)


def read_curves(path: Path) -> RunCurves:
    """Read the curves of a run."""
    return curves_of(load_run(path))


def write_present(path: Path, timeline: Timeline, notes: Notes) -> None:
    """Write a run as it is now, whatever becomes of it meanwhile."""
    save_run(path, dataclasses.replace(timeline.so_far(), notes=notes))


def copy(path: Path, target: Path) -> None:
    """Write a kept run to another file."""
    save_run(target, load_run(path))


def renamed(recording: Recording, name: str) -> Recording:
    """Return a recording with another name."""
    return dataclasses.replace(recording, notes=dataclasses.replace(recording.notes, name=name))


def rename(path: Path, name: str) -> RunSummary:
    """Give a kept run another name."""
    return _noted(path, name=name)


def mark_stopped(path: Path) -> RunSummary:
    """Note that a run is not to be gone on with by itself."""
    return _noted(path, ended="stopped")


def _noted(path: Path, **notes: str) -> RunSummary:
    """Write other notes into the file of a run, which keeps its place among the others."""
    recording = read_free(path)
    before = path.stat()
    new = dataclasses.replace(recording.notes, **notes)  # type: ignore[arg-type]
    save_run(path, dataclasses.replace(recording, notes=new))
    with contextlib.suppress(OSError):
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    return read_summary(path)

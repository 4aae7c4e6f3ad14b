"""What is done with the files of kept runs; called in the thread that does it."""

from __future__ import annotations

import contextlib
import dataclasses
import os
from typing import TYPE_CHECKING, NamedTuple

from app.curves import RunCurves, curves_of
from app.plans import MOST_RUNS, Opened
from app.run_bin import clear_away
from app.run_entries import phase_of
from app.run_files import clear_locks, is_free, taken
from app.run_names import numbered, shown_name
from bpcore.autosave import run_folder
from bpcore.folders import FolderError
from bpcore.run_file import SUFFIX, RunFileError, load_run, save_run
from bpcore.run_summary import RunSummary, read_summary

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from pathlib import Path

    from bpcore.recording import Notes, Recording
    from bpcore.timeline import Timeline


class Folder(NamedTuple):
    """What there is in the user's folder.

    ``unfinished`` is the run that was broken off, or those of a race, ``unreadable`` are names of
    files.
    """

    found: tuple[RunSummary, ...]
    unfinished: tuple[RunSummary, ...]
    unreadable: tuple[str, ...]


def read_folder() -> Folder:
    """Return what there is in the user's folder.

    What can't be read is left alone. What killed programs left behind is cleared away.
    """
    found, unreadable = [], []
    with contextlib.suppress(FolderError, OSError):
        folder = run_folder()
        for path in sorted(folder.glob(f"*{SUFFIX}")):
            try:
                found.append(read_summary(path))
            except RunFileError:
                unreadable.append(path.name)
        clear_away(folder)
        clear_locks(folder)
    return Folder(tuple(found), broken_off(found), tuple(unreadable))


def broken_off(found: Collection[RunSummary]) -> tuple[RunSummary, ...]:
    """Return the newest run that was broken off and not declined, with the others of its race.

    None if somebody trains it; the others are in the order in which they began.
    """
    unfinished = [
        summary
        for summary in found
        if phase_of(summary.notes, summary.iteration, summary.last_config) == "unfinished"
    ]
    newest = max(unfinished, key=lambda summary: summary.modified, default=None)
    if newest is None or not is_free(newest.path):
        return ()
    beside = [each for each in found if each is not newest and _race_on(each.notes, newest.notes)]
    beside = [each for each in beside if is_free(each.path)][: MOST_RUNS - 1]
    return tuple(sorted((newest, *beside), key=lambda summary: summary.path.name))


def _race_on(one: Notes, other: Notes) -> bool:
    """Tell whether two runs are of one race, which the first one has not left."""
    if one.race is None or other.race is None or one.ended == "stopped":
        return False
    return one.race.key == other.race.key


def summaries_of(paths: Iterable[Path]) -> tuple[RunSummary, ...]:
    """Return what the files say that can be read."""
    found = []
    for path in paths:
        with contextlib.suppress(RunFileError):
            found.append(read_summary(path))
    return tuple(found)


def gone(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Return those of the files that are not there any more."""
    return tuple(path for path in paths if not os.path.exists(path))


def read_free(path: Path) -> Recording:
    """Read a run to go on with it; RunFileError if it can't be, or another window trains it."""
    if not is_free(path):
        raise taken(path)
    return load_run(path)


def read_all_free(paths: Iterable[Path]) -> tuple[tuple[Opened, ...], tuple[str, ...]]:
    """Read runs to go on with them; return those that can be, and why others can't."""
    opened, refused = [], []
    for path in paths:
        try:
            opened.append(Opened(read_free(path), path, is_saved=True))
        except RunFileError as error:
            refused.append(str(error))
    return tuple(opened), tuple(refused)


def read_curves(path: Path) -> RunCurves:
    """Read the curves of a run."""
    return curves_of(load_run(path))


def write(path: Path, recording: Recording) -> int:
    """Write a run; return how many iterations of it are in the file."""
    save_run(path, recording)
    return recording.iteration


def write_present(path: Path, timeline: Timeline, notes: Notes) -> int:
    """Write a run as it is now, whatever becomes of it meanwhile."""
    return write(path, dataclasses.replace(timeline.so_far(), notes=notes))


def copy(path: Path, target: Path) -> int:
    """Write a kept run to another file."""
    return write(target, load_run(path))


def copied(recording: Recording, taken: Collection[str]) -> Recording:
    """Return a recording from anywhere as a run of its own, whose name is none of ``taken``.

    It was not broken off here: it counts as stopped until somebody goes on with it.
    """
    notes = dataclasses.replace(recording.notes, race=None)
    name = shown_name(notes.name, recording.config)
    if name in taken:
        notes = dataclasses.replace(notes, name=numbered(name, taken))
    if phase_of(notes, recording.iteration, recording.last_config) == "unfinished":
        notes = dataclasses.replace(notes, ended="stopped")
    return dataclasses.replace(recording, notes=notes)


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


def pace_of(runs: Sequence[Opened]) -> float | None:
    """Return the pace at which those of ``runs`` were held that are not done; None if not known.

    A run that was done has noted none since.
    """
    recordings = [run.recording for run in runs]
    under_way = (r for r in recordings if r.iteration < r.config.iterations)
    return next((r.notes.pace for r in under_way if r.notes.pace is not None), None)

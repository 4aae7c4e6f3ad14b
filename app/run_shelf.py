"""What is done with the files of kept runs; called in the thread that does it."""

from __future__ import annotations

import contextlib
import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from app.curves import RunCurves, curves_of
from app.run_files import is_free
from bpcore.autosave import run_folder
from bpcore.folders import FolderError
from bpcore.recording import Notes
from bpcore.run_file import SUFFIX, RunFileError, load_run, save_run
from bpcore.run_summary import RunSummary, read_summary

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from app.snapshot import LaneNews
    from bpcore.config import TrainingConfig
    from bpcore.recording import Recording
    from bpcore.timeline import Timeline

ASIDE = ".deleted"


@dataclass(frozen=True, eq=False)
class Deleted:
    """A run that was deleted, as long as it can come back."""

    key: str
    name: str
    kept: RunSummary | None
    unsaved: tuple[float, Recording] | None


def phase_of(
    notes: Notes, iteration: int, config: TrainingConfig
) -> Literal["finished", "stopped", "diverged", "unfinished"]:
    """Return where a run is that is not loaded."""
    if notes.ended == "diverged":
        return "diverged"
    if iteration >= config.iterations:
        return "finished"
    return "stopped" if notes.ended == "stopped" else "unfinished"


def summaries() -> tuple[RunSummary, ...]:
    """Return what there is in the user's folder; what can't be read is left alone."""
    found = []
    with contextlib.suppress(FolderError, OSError):
        folder = run_folder()
        for path in sorted(folder.glob(f"*{SUFFIX}")):
            with contextlib.suppress(RunFileError):
                found.append(read_summary(path))
        for path in folder.glob(f"*{ASIDE}"):
            path.unlink()
    return tuple(found)


def unfinished_run(found: Iterable[RunSummary]) -> RunSummary | None:
    """Return the newest run if it was broken off, and nobody else goes on with it."""
    newest = max(found, key=lambda summary: summary.modified, default=None)
    if newest is None or not is_free(newest.path):
        return None
    phase = phase_of(newest.notes, newest.iteration, newest.last_config)
    return newest if phase == "unfinished" else None


def summary_of(lane: LaneNews, began: float) -> RunSummary:
    """Return what the file of a loaded run will say."""
    ended: Literal["", "stopped", "diverged"] = "diverged" if lane.divergence else ""
    recent = lane.losses[-100:]
    assert lane.path is not None
    return RunSummary(
        path=lane.path,
        notes=Notes(lane.name, "stopped" if lane.stopped else ended),
        config=lane.config,
        last_config=lane.last_config,
        events=lane.events,
        iteration=lane.iteration,
        loss=float(recent.mean(dtype=np.float64)) if len(recent) else None,
        accuracies=lane.accuracies[-1] if lane.accuracies else None,
        modified=began,
    )


def read(path: Path) -> Recording:
    """Read a run; RunFileError says why it can't be."""
    return load_run(path)


def read_free(path: Path) -> Recording:
    """Read a run to go on with it; RunFileError if it can't be, or another window trains it."""
    if not is_free(path):
        raise RunFileError(f"{path.name}: is being trained in another window")
    return load_run(path)


def read_curves(path: Path) -> RunCurves:
    """Read the curves of a run."""
    return curves_of(load_run(path))


def write(path: Path, recording: Recording) -> None:
    """Write a run to a file that somebody chose."""
    save_run(path, recording)


def write_present(path: Path, timeline: Timeline, name: str) -> None:
    """Write a run as it is now, whatever becomes of it meanwhile."""
    recording = timeline.branch(timeline.iteration)
    save_run(path, dataclasses.replace(recording, notes=Notes(name)))


def copy(path: Path, target: Path) -> None:
    """Write a kept run to another file."""
    save_run(target, load_run(path))


def renamed(recording: Recording, name: str) -> Recording:
    """Return a recording with another name."""
    return dataclasses.replace(recording, notes=dataclasses.replace(recording.notes, name=name))


def rename(path: Path, name: str) -> RunSummary:
    """Give a kept run another name; it keeps its place in the list."""
    return _noted(path, name=name)


def mark_stopped(path: Path) -> RunSummary:
    """Note that a run is not to be gone on with by itself."""
    return _noted(path, ended="stopped")


def _noted(path: Path, **notes: str) -> RunSummary:
    modified = read_summary(path).modified
    recording = load_run(path)
    new = dataclasses.replace(recording.notes, **notes)  # type: ignore[arg-type]
    save_run(path, dataclasses.replace(recording, notes=new))
    return dataclasses.replace(read_summary(path), modified=modified)


def put_aside(path: Path) -> None:
    """Give a file another name, from which it can come back."""
    _move(path, aside(path))


def bring_back(path: Path) -> RunSummary | None:
    """Give a file its name back."""
    _move(aside(path), path)
    return read_summary(path) if path.exists() else None


def remove_aside(path: Path) -> None:
    """Delete a file for good."""
    with contextlib.suppress(OSError):
        aside(path).unlink(missing_ok=True)


def aside(path: Path) -> Path:
    """Return the name of a file that is deleted but can come back."""
    return path.with_name(path.name + ASIDE)


def _move(path: Path, target: Path) -> None:
    try:
        path.replace(target)
    except FileNotFoundError:
        pass  # it never came to be saved
    except OSError as error:
        raise RunFileError(f"{path.name}: can't be moved ({error.strerror or error})") from error

"""The runs that are kept: listed, shown, compared, renamed, deleted, saved and opened."""

from __future__ import annotations

import dataclasses
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from app import run_shelf
from app.curves import curves_of
from app.plans import Plan
from app.run_entries import RunEntry, key_of, of_file, of_lane, of_memory
from app.run_store import RunStore

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.curves import RunCurves
    from app.run_session import RunSession
    from app.snapshot import LaneNews
    from bpcore.recording import Recording
    from bpcore.run_summary import RunSummary

MOST_COMPARED = 3
NEWS_SECONDS = 0.25
"""Least time between two ``changed`` that tell of nothing but figures."""


class Runs(QObject):
    """All runs: those that are loaded, those in the user's folder, those that can't be saved.

    ``changed`` tells that the list, or a figure in it, is another; ``failed`` and ``said`` carry a
    sentence, of what went wrong and of what is done; ``opened`` the key of a run that is shown now,
    ``listed`` tells that the folder has been read.
    """

    changed = Signal()
    failed = Signal(str)
    said = Signal(str)
    opened = Signal(str)
    listed = Signal()

    def __init__(self, session: RunSession, *, keep_runs: bool) -> None:
        super().__init__(session)
        self._session = session
        self._store = RunStore(session.call_worker, self)
        self._store.failed.connect(self.failed)
        self._kept: dict[str, RunSummary] = {}
        self._unsaved: dict[str, tuple[float, Recording]] = {}
        self._began: dict[int, float] = {}
        self._opening: int | None = None
        self._compared: tuple[str, ...] = ()
        self._read: dict[str, RunCurves] = {}
        self._deleted: run_shelf.Deleted | None = None
        self._told: tuple[float, object] = (0.0, None)
        self._side_by_side: object = None
        session.lanes_changed.connect(self._lanes_changed)
        if keep_runs:
            self._store.do(run_shelf.summaries, self._take_summaries)

    # The list.

    @property
    def entries(self) -> tuple[RunEntry, ...]:
        """All runs, the newest first; a prepared one that has not begun is none yet."""
        shown = self._session.shown_run
        loaded = {
            key_of(lane): of_lane(lane, self._began.get(lane.run, 0.0), is_shown=lane.run == shown)
            for lane in self._begun()
        }
        kept = [of_file(key, s) for key, s in self._kept.items() if key not in loaded]
        unsaved = [of_memory(key, *unsaved) for key, unsaved in self._unsaved.items()]
        every = [*loaded.values(), *kept, *unsaved]
        return tuple(sorted(every, key=lambda entry: entry.began, reverse=True))

    def entry(self, key: str) -> RunEntry | None:
        """Return the run of this key; None if there is none any more."""
        return next((entry for entry in self.entries if entry.key == key), None)

    @property
    def summaries(self) -> tuple[RunSummary, ...]:
        """What was found in the user's folder."""
        return tuple(self._kept.values())

    # Showing and comparing.

    def show(self, key: str) -> None:
        """Make a run the session's: it can be looked at anywhere, and gone on with."""
        lane = self._lane(key)
        if lane is not None:
            self._session.show_lane(lane.run)
        elif key in self._unsaved:
            _, recording = self._unsaved.pop(key)
            self._open(None, recording)
        elif key in self._kept:
            path = self._kept[key].path
            work = partial(run_shelf.read_free, path)
            self._store.do_once_saved(work, partial(self._open, path))

    def open(self, path: str | Path) -> None:
        """Add the run of a file from anywhere to the list, and show it."""
        known = self._kept.get(str(path))
        if known is not None:
            self.show(str(path))
        else:
            self._store.do_once_saved(
                partial(run_shelf.read, Path(path)), partial(self._open, None)
            )

    @property
    def compared(self) -> tuple[str, ...]:
        """Keys of the runs whose curves are drawn beside those of the shown one."""
        return self._compared

    def compare(self, keys: Sequence[str]) -> None:
        """Draw the curves of these beside those of the shown one: at most three."""
        known = {entry.key for entry in self.entries if not entry.is_shown}
        self._compared = tuple(key for key in keys if key in known)[:MOST_COMPARED]
        self._read = {key: c for key, c in self._read.items() if key in self._compared}
        for key in self._compared:
            self._read_curves(key)
        self._tell()

    def style(self, key: str) -> int:
        """Return the style of a run's curve: 0 is the shown one's."""
        return self._compared.index(key) + 1 if key in self._compared else 0

    def curves(self, key: str) -> RunCurves | None:
        """Return the curves of a run that is shown or compared; None while they are being read."""
        lane = self._lane(key)
        return self._session.curves_of(lane.run) if lane is not None else self._read.get(key)

    # What is done to them.

    def rename(self, key: str, name: str) -> None:
        """Give a run another name; "" gives back that which it has by itself."""
        lane = self._lane(key)
        if lane is not None:
            self._session.rename_lane(lane.run, name)
        elif key in self._unsaved:
            began, recording = self._unsaved[key]
            self._unsaved[key] = began, run_shelf.renamed(recording, name)
            self._tell()
        elif key in self._kept:
            work = partial(run_shelf.rename, self._kept[key].path, name)
            self._store.do_once_saved(work, self._take_summary)

    def repeat(self, key: str) -> None:
        """Begin the same run again, with its changes at the same iterations."""
        entry = self.entry(key)
        if entry is not None:
            self._session.begin(Plan(entry.name, entry.config, entry.changes))

    def delete(self, key: str) -> None:
        """Delete a run that is not being trained; ``undo_delete`` brings the last one back."""
        entry, lane = self.entry(key), self._lane(key)
        if entry is None:
            return
        if entry.phase in ("running", "waiting") or (lane and len(self._session.lanes) > 1):
            self.failed.emit(self.tr("A run can be deleted when it is not being trained."))
            return
        self._compared = tuple(other for other in self._compared if other != key)
        self._forget_deleted()
        if lane is not None:
            self._delete_loaded(key, entry, lane)
            return
        unsaved, kept = self._unsaved.pop(key, None), self._kept.pop(key, None)
        self._deleted = run_shelf.Deleted(key, entry.name, kept, unsaved)
        if kept is not None:
            self._store.do_once_saved(partial(run_shelf.put_aside, kept.path), _nothing)
        self._tell()

    @property
    def deleted(self) -> str:
        """The name of the run that ``undo_delete`` brings back; "" if none."""
        return self._deleted.name if self._deleted is not None else ""

    def undo_delete(self) -> None:
        """Bring back the run that was deleted last."""
        deleted, self._deleted = self._deleted, None
        if deleted is None:
            return
        if deleted.unsaved is not None:
            self._unsaved[f"unsaved {deleted.unsaved[0]}"] = deleted.unsaved
        if deleted.kept is not None:
            work = partial(run_shelf.bring_back, deleted.kept.path)
            self._store.do_once_saved(work, self._take_summary)
        self._tell()

    def save(self, key: str, path: str | Path) -> None:
        """Write a run to a file that somebody chose."""
        entry, lane, target = self.entry(key), self._lane(key), Path(path)
        if entry is None:
            return
        if lane is not None:
            timeline = self._session.timeline_of(lane.run)
            if timeline is None:
                return
            work = partial(run_shelf.write_present, target, timeline, lane.name)
        elif key in self._unsaved:
            work = partial(run_shelf.write, target, self._unsaved[key][1])
        else:
            work = partial(run_shelf.copy, self._kept[key].path, target)
        self._store.do_once_saved(work, partial(self._say_saved, target.name))

    def mark_stopped(self, path: Path) -> None:
        """Note in the file of a run that nobody wants to go on with it by itself."""
        self._store.do_once_saved(partial(run_shelf.mark_stopped, path), self._take_summary)

    def keep_unsaved(self, run: int, recording: Recording) -> None:
        """Keep a run in memory that could not be saved."""
        unsaved = self._began.get(run, time.time()), recording
        if self._deleted is not None and self._deleted.key == f"run {run}":
            self._deleted = dataclasses.replace(self._deleted, unsaved=unsaved)
        else:
            self._unsaved[f"unsaved {run}"] = unsaved
        self._tell()

    def close(self, timeout: float) -> bool:
        """Delete for good what was deleted, and end the thread."""
        self._forget_deleted()
        return self._store.close(timeout)

    # Inside.

    def _lane(self, key: str) -> LaneNews | None:
        return next((lane for lane in self._begun() if key_of(lane) == key), None)

    def _begun(self) -> list[LaneNews]:
        """Return the loaded runs that are any yet, but not one that was just deleted."""
        lanes = self._session.lanes
        gone = self._deleted.key if self._deleted is not None else ""
        begun = [la for la in lanes if la.iteration or la.phase != "idle" or len(lanes) > 1]
        return [lane for lane in begun if key_of(lane) != gone]

    def _lanes_changed(self) -> None:
        session, lanes = self._session, self._session.lanes
        for lane in lanes:
            self._began.setdefault(lane.run, self._beginning(lane))
        if self._opening is not None and any(lane.run == self._opening for lane in lanes):
            self._opening = None
            self.opened.emit(key_of(next(la for la in lanes if la.run == session.shown_run)))
        side_by_side = tuple(lane.run for lane in lanes), session.shown_run
        if len(lanes) > 1 and side_by_side != self._side_by_side:  # a race has begun
            others = [la for la in lanes if la.run != session.shown_run]
            self._compared = tuple(map(key_of, others))[:MOST_COMPARED]
        self._side_by_side = side_by_side
        for lane in self._begun():
            if lane.path is not None and lane.iteration:
                self._kept[str(lane.path)] = run_shelf.summary_of(lane, self._began[lane.run])
        shape = tuple((la.run, la.phase, la.name) for la in lanes), session.shown_run
        now = time.monotonic()
        if shape != self._told[1] or now - self._told[0] >= NEWS_SECONDS:
            self._told = now, shape
            self.changed.emit()

    def _beginning(self, lane: LaneNews) -> float:
        kept = self._kept.get(key_of(lane))
        return time.time() if kept is None else kept.modified

    def _take_summaries(self, found: Any) -> None:
        for summary in found:
            self._kept.setdefault(str(summary.path), summary)
        self.listed.emit()
        self._tell()

    def _take_summary(self, summary: Any) -> None:
        if summary is not None:
            self._kept[str(summary.path)] = summary
        self._tell()

    def _say_saved(self, name: str, _result: object) -> None:
        self.said.emit(self.tr("Saved as {0}.").format(name))

    def _open(self, path: Path | None, recording: Any) -> None:
        self._opening = self._session.open_recording(recording, path)
        if path is not None:
            self._began[self._opening] = self._kept[str(path)].modified

    def _read_curves(self, key: str) -> None:
        if key in self._unsaved and key not in self._read:
            self._read[key] = curves_of(self._unsaved[key][1])
        elif key in self._kept and key not in self._read and self._lane(key) is None:
            work = partial(run_shelf.read_curves, self._kept[key].path)
            self._store.do_once_saved(work, partial(self._take_curves, key))

    def _take_curves(self, key: str, curves: Any) -> None:
        if key in self._compared:
            self._read[key] = curves
            self._tell()

    def _delete_loaded(self, key: str, entry: RunEntry, lane: LaneNews) -> None:
        """Let the shown run give way to a fresh one, and delete it once it is saved."""
        kept = self._kept.pop(key, None)
        self._deleted = run_shelf.Deleted(key, entry.name, kept, None)
        self._session.reset(self._session.config)
        if kept is not None:
            work = partial(run_shelf.put_aside, kept.path)
            self._store.do_once_saved(work, _nothing)
        self._tell()

    def _forget_deleted(self) -> None:
        deleted, self._deleted = self._deleted, None
        if deleted is not None and deleted.kept is not None:
            self._store.do(partial(run_shelf.remove_aside, deleted.kept.path), _nothing)

    def _tell(self) -> None:
        self._told = time.monotonic(), None
        self.changed.emit()


def _nothing(_result: object) -> None:
    """Take no notice: it was done."""

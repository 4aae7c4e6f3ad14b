"""The list of runs: what there is of each, and whose curves are drawn."""

from __future__ import annotations

import dataclasses
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from app import run_shelf
from app.compared import Compared
from app.curves import curves_of
from app.run_entries import (
    InMemory,
    RunEntry,
    began_at,
    key_of,
    of_file,
    of_lane,
    of_memory,
    summary_of,
)
from app.run_store import RunStore

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from app.curves import RunCurves
    from app.run_bin import DeletedRun
    from app.run_session import RunSession
    from app.snapshot import LaneNews, Unsaved
    from bpcore.run_summary import RunSummary

NEWS_SECONDS = 0.25
"""Least time between two ``changed`` that tell of nothing but figures."""


class RunList(QObject):
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
        self._memory: dict[str, InMemory] = {}
        self._began: dict[int, float] = {}
        self._opening: tuple[int, str] | None = None  # a run on its way, and its key so far
        self._deleted: DeletedRun | None = None
        self._compared = Compared()
        self._unfinished: tuple[RunSummary, ...] = ()
        self._unreadable: tuple[str, ...] = ()
        self._beside: int | None = None  # a run to be compared as soon as it is kept in memory
        self._told: tuple[float, object] = (0.0, None)
        self._side_by_side: tuple[tuple[int, ...], int] = ((), 0)
        self._files: set[Path] = set()
        session.lanes_changed.connect(self._lanes_changed)
        if keep_runs:
            self._store.do(run_shelf.read_folder, self._take_folder)

    @property
    def entries(self) -> tuple[RunEntry, ...]:
        """All runs, the newest first; a prepared one that has not begun is none yet."""
        shown = self._session.shown_run
        loaded = {
            key_of(lane): of_lane(lane, self._began.get(lane.run, 0.0), is_shown=lane.run == shown)
            for lane in self._begun()
        }
        memory = {k: of_memory(k, m) for k, m in self._memory.items() if k not in loaded}
        known = loaded | memory
        kept = [of_file(key, s) for key, s in self._kept.items() if key not in known]
        every = [*known.values(), *kept]
        return tuple(sorted(every, key=lambda entry: entry.began, reverse=True))

    def entry(self, key: str) -> RunEntry | None:
        """Return the run of this key; None if there is none any more."""
        return next((entry for entry in self.entries if entry.key == key), None)

    @property
    def summaries(self) -> tuple[RunSummary, ...]:
        """What there is in the user's folder."""
        return tuple(self._kept.values())

    @property
    def unfinished(self) -> tuple[RunSummary, ...]:
        """The run that was broken off the last time, or those of a race, as far as they are there.

        None if none was.
        """
        keys = (str(run.path) for run in self._unfinished)
        return tuple(self._kept[key] for key in keys if key in self._kept)

    @property
    def unreadable(self) -> tuple[str, ...]:
        """Names of files in the user's folder that can't be read."""
        return self._unreadable

    @property
    def unsaved(self) -> tuple[RunEntry, ...]:
        """The runs that are in memory alone, the newest first."""
        return tuple(entry for entry in self.entries if entry.key in self._memory)

    # Comparing.

    @property
    def compared(self) -> tuple[str, ...]:
        """Keys of the runs whose curves are drawn beside those of the shown one."""
        return self._compared.keys

    def compare(self, keys: Sequence[str]) -> None:
        """Draw the curves of these beside those of the shown one: at most three."""
        known = {entry.key for entry in self.entries if not entry.is_shown}
        self._compared.choose([key for key in keys if key in known])
        self._read_curves()
        self._tell()

    def compare_also(self, lane: LaneNews) -> None:
        """Draw the curves of a run that gives way beside the shown one, before all others."""
        key = key_of(lane)
        if key in self._kept:
            self.compare((key, *(other for other in self.compared if other != key)))
        else:
            self._beside = lane.run

    def style(self, key: str) -> int:
        """Return the style of a run's curve: 0 is the shown one's."""
        return self._compared.style(key)

    def curves(self, key: str) -> RunCurves | None:
        """Return the curves of a run that is shown or compared; None while they are being read."""
        lane = self._lane(key)
        return self._compared.curves(key) if lane is None else self._session.curves_of(lane.run)

    # What comes in.

    def keep_unsaved(self, unsaved: Unsaved) -> None:
        """Keep a run in memory that could not be saved."""
        key, began = key_of(unsaved), self._began.get(unsaved.run, time.time())
        memory = InMemory(began, unsaved.path, unsaved.recording)
        if self._deleted is not None and self._deleted.key == key:
            self._deleted.memory = memory
        else:
            self._memory[key] = memory
        if unsaved.run == self._beside and key in self._memory:
            self._beside = None
            self.compare((key, *self.compared))
        self._tell()

    def _take_folder(self, answer: Any) -> None:
        self._unfinished, self._unreadable = answer.unfinished, answer.unreadable
        for summary in answer.found:
            self._kept.setdefault(str(summary.path), summary)
        self.listed.emit()
        self._tell()

    def _lanes_changed(self) -> None:
        lanes, shown = self._session.lanes, self._session.shown_run
        for lane in lanes:
            self._began.setdefault(lane.run, self._beginning(lane))
        self._take_opened(lanes, shown)
        for lane in self._begun():
            if lane.path is not None and lane.iteration:
                began = self._began[lane.run]
                self._kept[str(lane.path)] = summary_of(lane, lane.path, began)
        side_by_side = tuple(lane.run for lane in lanes), shown
        if side_by_side != self._side_by_side:
            self._side_by_side = side_by_side
            self._take_others(lanes, shown)
        shape = side_by_side, tuple((lane.phase, lane.name) for lane in lanes)
        now = time.monotonic()
        if shape != self._told[1] or now - self._told[0] >= NEWS_SECONDS:
            self._told = now, shape
            self.changed.emit()

    def _beginning(self, lane: LaneNews) -> float:
        kept = self._kept.get(key_of(lane))
        return began_at(lane.path, time.time() if kept is None else kept.modified)

    def _take_opened(self, lanes: Sequence[LaneNews], shown: int) -> None:
        """See whether a run that was on its way has come, or another one instead."""
        if self._opening is None:
            return
        run, key = self._opening
        lane = next((lane for lane in lanes if lane.run == run), None)
        if lane is not None or run != shown:
            self._opening = None
        if lane is not None:
            self._memory.pop(key, None)
            self.opened.emit(key_of(lane))

    def _take_others(self, lanes: Sequence[LaneNews], shown: int) -> None:
        """Look at runs that began, and at what became of those that gave way to them."""
        if len(lanes) > 1:  # runs of a race are compared by themselves
            self._compared.choose([key_of(lane) for lane in lanes if lane.run != shown])
        here = {lane.run for lane in lanes} | {shown}
        self._began = {run: began for run, began in self._began.items() if run in here}
        self._read_curves()
        self._find_gone()
        files = {lane.path for lane in lanes if lane.path is not None}
        left, self._files = self._files - files, files
        if left:  # they may have gone on a little after the last that was told of them
            work = partial(run_shelf.summaries_of, left)
            self._store.do_once_saved(work, self._take_summaries)

    def _take_summaries(self, found: Any) -> None:
        loaded = {key_of(lane) for lane in self._session.lanes}
        for summary in found:
            key = str(summary.path)
            if key in self._kept and key not in loaded:
                place = self._kept[key].modified
                self._kept[key] = dataclasses.replace(summary, modified=place)
        self._tell()

    def _find_gone(self) -> None:
        """Look whose files are gone: old runs make room for new ones."""
        loaded = {key_of(lane) for lane in self._session.lanes}  # they need not be saved yet
        paths = [summary.path for key, summary in self._kept.items() if key not in loaded]
        if paths:
            self._store.do_once_saved(partial(run_shelf.gone, paths), self._take_gone)

    def _take_gone(self, paths: Any) -> None:
        loaded = {key_of(lane) for lane in self._session.lanes}
        gone = {str(path) for path in paths} - loaded
        if self._opening is not None:
            gone.discard(self._opening[1])
        if gone & self._kept.keys():
            self._kept = {key: s for key, s in self._kept.items() if key not in gone}
            self._tell()

    def _read_curves(self) -> None:
        """Have curves made that are to be drawn: of a long run that takes longer than a frame."""
        loaded = {key_of(lane) for lane in self._begun()}
        for key in self._compared.missing(loaded):
            work: Callable[[], RunCurves]
            if key in self._memory:
                work = partial(curves_of, self._memory[key].recording)
            elif key in self._kept:
                work = partial(run_shelf.read_curves, self._kept[key].path)
            else:
                self._compared.drop(key)
                continue
            take, drop = partial(self._take_curves, key), partial(self._drop_compared, key)
            self._store.do_once_saved(work, take, drop)

    def _take_curves(self, key: str, curves: Any) -> None:
        self._compared.take(key, curves)
        self._tell()

    def _drop_compared(self, key: str) -> bool:
        """Draw a run no longer whose file can't be read, unless it could not even be saved."""
        self._session.read_news()
        in_memory = key in self._memory
        if in_memory:
            self._compared.ask_again(key)
            self._read_curves()
        else:
            self._compared.drop(key)
            self._find_gone()
        self._tell()
        return in_memory

    # Inside.

    def _lane(self, key: str) -> LaneNews | None:
        return next((lane for lane in self._begun() if key_of(lane) == key), None)

    def _begun(self) -> list[LaneNews]:
        """Return the loaded runs that are any yet, but not one that was just deleted."""
        lanes = self._session.lanes
        gone = self._deleted.key if self._deleted is not None else ""
        begun = [la for la in lanes if la.iteration or la.phase != "idle" or len(lanes) > 1]
        return [lane for lane in begun if key_of(lane) != gone]

    def _tell(self) -> None:
        self._told = time.monotonic(), None
        self.changed.emit()

"""The runs that are kept, and all that is done with them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app import run_shelf
from app.last_save import AtRisk, LastSave
from app.plans import MOST_RUNS, Plan
from app.run_bin import DeletedRun
from app.run_entries import key_of, phase_of
from app.run_list import RunList
from app.run_names import plain
from app.run_state import State
from bpcore.recording import Notes
from bpcore.run_file import load_run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.plans import Opened
    from app.run_entries import RunEntry
    from app.run_session import RunSession
    from bpcore.recording import Recording
    from bpcore.run_summary import RunSummary


@dataclass(frozen=True, eq=False)
class _Wish:
    """A kept run that shall be shown once it is read, unless another one is by then.

    ``keys`` are those of all runs that are to be loaded: of a race, or its own.
    """

    key: str
    keys: tuple[str, ...]
    instead_of: int
    go_on: bool


class Runs(RunList):
    """The runs: they are shown, renamed, repeated, deleted, saved and opened.

    What is done with their files is done in a thread, in the order in which it was asked.
    """

    def __init__(self, session: RunSession, *, keep_runs: bool) -> None:
        super().__init__(session, keep_runs=keep_runs)
        self._wish: _Wish | None = None
        self._elsewhere: dict[str, int] = {}  # at which iteration runs were saved as a file
        self._before: tuple[str, ...] = ("",)  # what was shown, and compared, at the last deletion

    def show(self, key: str, *, go_on: bool = False) -> None:
        """Make a run the session's: it can be looked at anywhere, and gone on with."""
        lane = self._lane(key)
        self._wish = None
        if lane is not None:
            self._session.show_lane(lane.run)
        elif self._run(key) is not None:
            return  # it is on its way, and its file is this window's already
        elif key in self._memory:
            memory = self._memory[key]
            self._open(key, memory.path, memory.recording)
        elif key in self._kept:
            self._ask(_Wish(key, (key,), self._session.shown_run, go_on))

    def go_on(self, broken_off: Sequence[RunSummary]) -> None:
        """Train on with a run that was broken off, or with all of a race, as it was before."""
        shown = max(broken_off, key=_was_shown)
        keys = tuple(str(summary.path) for summary in broken_off)
        if len(keys) == 1 and self._run(keys[0]) == self._session.shown_run:
            self._train_on(shown.notes.pace)  # it is on its way already
            return
        self._ask(_Wish(str(shown.path), keys, self._session.shown_run, go_on=True))

    def open(self, path: str | Path) -> None:
        """Add the run of a file from anywhere to the list, and show it."""
        if str(path) in self._kept:
            self.show(str(path))
        else:
            self._store.do_once_saved(partial(load_run, Path(path)), self._open_copy)

    def rename(self, key: str, name: str) -> None:
        """Give a run another name; "" gives back that which it has by itself."""
        name, run = plain(name), self._run(key)
        if run is not None:
            self._session.rename_lane(run, name)
        elif key in self._memory:
            memory = self._memory[key]
            recording = run_shelf.renamed(memory.recording, name)
            self._memory[key] = dataclasses.replace(memory, recording=recording)
            self._tell()
        elif key in self._kept:
            work = partial(run_shelf.rename, self._kept[key].path, name)
            self._store.do_once_saved(work, partial(self._take_noted, key))
            if self._wish is not None and key in self._wish.keys:
                self._ask(dataclasses.replace(self._wish))  # with its new name

    def repeat(self, key: str) -> None:
        """Begin the same run again, with its changes at the same iterations."""
        entry = self.entry(key)
        if entry is not None:
            self._session.begin(Plan(entry.name, entry.config, entry.changes))

    def race(self, keys: Sequence[str], *, in_turn: bool = True) -> None:
        """Begin two to four runs again, with their changes: in turn, or one after the other."""
        found = [entry for key in keys if (entry := self.entry(key)) is not None]
        if 2 <= len(found) <= MOST_RUNS:
            plans = [Plan(entry.name, entry.config, entry.changes) for entry in found]
            self._session.race(plans, in_turn=in_turn)

    def delete(self, key: str) -> None:
        """Delete a run that is not being trained; ``undo_delete`` brings the last one back."""
        entry, run = self.entry(key), self._run(key)
        if entry is None:
            return
        if entry.phase in ("running", "waiting") or (run and len(self._session.lanes) > 1):
            self.failed.emit(self.tr("A run can be deleted when it is not being trained."))
            return
        self._forget_deleted()
        self._before = ("" if run is None else key, *self.compared)
        self._compared.drop(key)
        kept, memory = self._kept.pop(key, None), self._memory.pop(key, None)
        self._deleted = deleted = DeletedRun(key, entry.name, kept, memory)
        if self._wish is not None and key in self._wish.keys:
            self._wish = None
        if run is not None:
            self._session.reset(self._session.config)  # it is saved once more, and then deleted
        if kept is not None:
            again = partial(self._take_back, deleted, kept)
            self._store.do_once_saved(deleted.put_aside, _nothing, again)
        self._tell()

    @property
    def deleted(self) -> str:
        """The name of the run that ``undo_delete`` brings back; "" if none."""
        return self._deleted.name if self._deleted is not None else ""

    def undo_delete(self) -> None:
        """Bring back the run that was deleted last, and show it if it was and no other is."""
        deleted, self._deleted = self._deleted, None
        if deleted is None:
            return
        if deleted.memory is not None:
            self._memory[deleted.key] = deleted.memory
        if deleted.kept is not None:
            self._store.do_once_saved(deleted.bring_back, partial(self._take_back, deleted))
        else:
            self._take_up(deleted.key)
        self._tell()

    def save(self, key: str, path: str | Path) -> None:
        """Write a run to a file that somebody chose."""
        lane, target = self._lane(key), Path(path)
        timeline = None if lane is None else self._session.timeline_of(lane.run)
        if lane is not None and timeline is not None:
            notes = Notes(lane.name, lane.ended)
            work = partial(run_shelf.write_present, target, timeline, notes)
        elif key in self._memory:
            work = partial(run_shelf.write, target, self._memory[key].recording)
        elif key in self._kept:
            work = partial(run_shelf.copy, self._kept[key].path, target)
        else:
            return
        self._store.do_once_saved(work, partial(self._say_saved, key, target.name))

    def last_save(self) -> LastSave:
        """Return what has training save all there is, and those in memory, too."""
        return LastSave(self._memory)

    def at_risk(self, save: LastSave) -> AtRisk | None:
        """Return what would be lost though it was tried to be saved; None if nothing would."""
        keys = [key_of(lane) for lane in self._session.lanes if lane.run in save.runs]
        lost = [e for e in self.entries if e.key in (*keys, *save.keys) and not self._is_safe(e)]
        return AtRisk(tuple(lost), save.trouble) if lost else None

    def _is_safe(self, entry: RunEntry) -> bool:
        """Tell whether a run was saved as a file, and has stood still since."""
        stands = entry.phase not in ("running", "waiting")
        return stands and self._elsewhere.get(entry.key) == entry.iteration

    def leave(self, broken_off: Sequence[RunSummary]) -> None:
        """Note in the files of runs that nobody wants to go on with them by themselves."""
        for run in broken_off:
            if phase_of(run.notes, run.iteration, run.last_config) == "unfinished":
                work = partial(run_shelf.mark_stopped, run.path)
                self._store.do_once_saved(work, partial(self._take_noted, str(run.path)))

    def close(self, timeout: float) -> bool:
        """Delete for good what was deleted, and end the thread."""
        self._forget_deleted()
        return self._store.close(timeout)

    # Inside.

    def _run(self, key: str) -> int | None:
        """Return the number of a run that is loaded, or about to be."""
        lane = self._lane(key)
        if lane is not None:
            return lane.run
        shown, has_failed = self._session.shown_run, self._session.state is State.FAILED
        return shown if self._opening == (shown, key) and not has_failed else None

    def _ask(self, wish: _Wish) -> None:
        self._wish = wish
        work = partial(run_shelf.read_all_free, [Path(key) for key in wish.keys])
        self._store.do_once_saved(work, partial(self._grant, wish))

    def _grant(self, wish: _Wish, found: Any) -> None:
        """Show a kept run, unless something else is wanted by now."""
        if wish is not self._wish or wish.instead_of != self._session.shown_run:
            return
        self._wish = None
        opened, refused = found
        for sentence in refused:
            self.failed.emit(sentence)
        if refused:
            self._find_gone()
        if opened:
            keys = [str(each.path) for each in opened]
            self._load(opened, keys.index(wish.key) if wish.key in keys else 0, wish.go_on)

    def _load(self, opened: Sequence[Opened], shown: int, go_on: bool) -> None:
        notes = opened[shown].recording.notes
        in_turn = notes.race is None or notes.race.in_turn
        first = self._session.open_recordings(opened, shown, in_turn=in_turn)
        for run, each in enumerate(opened, start=first):
            self._note_opening(run, str(each.path))
        self._opening = first + shown, str(opened[shown].path)
        if go_on:
            self._train_on(run_shelf.pace_of(opened))

    def _train_on(self, pace: float | None) -> None:
        """Train what is shown, at the pace that was noted: 0 is as fast as possible."""
        if pace is not None:
            self._session.set_pace(pace or None)
        self._session.resume()

    def _open(self, key: str, path: Path | None, recording: Recording) -> None:
        run = self._session.open_recording(recording, path)
        self._opening = run, key
        self._note_opening(run, key)

    def _note_opening(self, run: int, key: str) -> None:
        entry = self.entry(key)
        if entry is not None:
            self._began[run] = entry.began

    def _open_copy(self, recording: Recording) -> None:
        names = {entry.name for entry in self.entries}
        self._open("", None, run_shelf.copied(recording, names))

    def _say_saved(self, key: str, name: str, iteration: int) -> None:
        self._elsewhere[key] = iteration
        self.said.emit(self.tr("Saved as {0}.").format(name))

    def _take_noted(self, key: str, summary: Any) -> None:
        if key in self._kept:
            self._kept[key] = summary
            self._tell()

    def _take_back(self, deleted: DeletedRun, summary: RunSummary | None) -> None:
        """Put a run into the list again."""
        if self._deleted is deleted:  # it could not be deleted
            self._deleted = None
            if deleted.memory is not None:
                self._memory[deleted.key] = deleted.memory
        if summary is not None and deleted.kept is not None:
            self._kept[deleted.key] = dataclasses.replace(summary, modified=deleted.kept.modified)
        elif deleted.memory is None:
            text = self.tr("‘{0}’ can't be brought back: its file is gone.")
            self.failed.emit(text.format(deleted.name))
        self._take_up(deleted.key)
        self._tell()

    def _take_up(self, key: str) -> None:
        """Show or compare a run that came back as before, unless others have taken its place."""
        (shown, *before), now = self._before, self.compared
        if key == shown and self._session.state is State.IDLE:
            self.show(key)
        if key in before and set(now) <= set(before):
            self.compare([other for other in before if other == key or other in now])

    def _forget_deleted(self) -> None:
        deleted, self._deleted = self._deleted, None
        if deleted is not None and deleted.kept is not None:
            self._store.do(deleted.remove, _nothing)


def _nothing(_result: object) -> None:
    """Take no notice: it was done."""


def _was_shown(summary: RunSummary) -> tuple[bool, float]:
    race = summary.notes.race
    return race is not None and race.is_shown, summary.modified

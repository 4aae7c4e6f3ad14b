"""How a run comes to be in the training thread: from a plan, a recording, or another run."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

from app.lanes import Lane, sentence_of
from app.run_files import RunFile, new_file, taken
from app.run_names import plain
from bpcore.datasets.mnist import Dataset, load_dataset
from bpcore.recording import Notes, Race
from bpcore.timeline import KEYFRAME_BYTES
from bpcore.training import Trainer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from app.plans import Opened, Plan
    from bpcore.recording import Recording


class LaneMaker:
    """Makes lanes, each with its trainer and its file.

    Digits are kept for the next run: most runs of a session are of the same.

    Parameters
    ----------
    keep_runs
        Whether runs are saved by themselves.
    notice_changed
        Called, in any thread, when whether a run could be saved has changed.

    Attributes
    ----------
    trouble
        Why the runs before could not be saved, for the files of those that come.
    """

    def __init__(self, keep_runs: bool, notice_changed: Callable[[], None]) -> None:
        self.trouble = ""
        self._keeps_runs = keep_runs
        self._notice_changed = notice_changed
        self._dataset: Dataset | None = None
        self._dataset_of = ""

    def planned(self, first: int, plans: Sequence[Plan], in_turn: bool) -> Iterator[Lane]:
        """Give runs that have not begun, numbered from ``first`` on; several are a race."""
        room = KEYFRAME_BYTES // len(plans)
        races = _races(uuid.uuid4().hex, len(plans), 0, in_turn)
        for run, (plan, race) in enumerate(zip(plans, races, strict=True), start=first):
            trainer = Trainer(plan.config, self._load(plan.config.data), room)
            notes = Notes(plain(plan.name), ahead=plan.changes, race=race)
            yield Lane(run, notes, trainer, self._new_file())

    def opened(
        self,
        first: int,
        opened: Sequence[Opened],
        shown: int,
        in_turn: bool,
        refuse: Callable[[str], None],
    ) -> Iterator[Lane]:
        """Give recorded runs, numbered from ``first`` on; several are a race.

        One that can't be gone on with leaves the others: ``refuse`` is told why.

        Raises
        ------
        Exception
            If the run ``shown`` is that one: a RunFileError if another window trains it.
        """
        room = KEYFRAME_BYTES // len(opened)
        race = opened[0].recording.notes.race  # which they stay in: not all are saved again at once
        key = uuid.uuid4().hex if race is None else race.key
        races = _races(key, len(opened), shown - first, in_turn)
        for run, (each, its_race) in enumerate(zip(opened, races, strict=True), start=first):
            try:
                lane = self._opened(run, each, room, its_race)
            except Exception as error:
                if run == shown:
                    raise
                refuse(sentence_of(error))
            else:
                yield lane

    def branched(self, run: int, name: str, recording: Recording, dataset: Dataset) -> Lane:
        """Return a run with the past of another one."""
        lane = Lane(run, Notes(plain(name)), Trainer.resume(recording, dataset), self._new_file())
        lane.phase = "paused" if recording.iteration else "idle"
        return lane

    def _opened(self, run: int, opened: Opened, keyframe_bytes: int, race: Race | None) -> Lane:
        recording, path = opened.recording, opened.path
        data = self._load(recording.config.data)
        trainer = Trainer.resume(recording, data, keyframe_bytes=keyframe_bytes)
        is_complete = trainer.iteration >= trainer.config.iterations
        if path is None or not self._keeps_runs:
            file = self._new_file()
        else:
            file = RunFile(path, self._notice_changed, "" if opened.is_saved else self.trouble)
            if not is_complete and not file.claim():
                raise taken(path)
        lane = Lane(run, replace(recording.notes, race=race), trainer, file)
        lane.phase = "finished" if is_complete else "paused"
        if opened.is_saved:
            lane.take_as_saved()
        else:
            lane.save()
        return lane

    def _load(self, data: str) -> Dataset:
        if self._dataset is None or self._dataset_of != data:
            self._dataset = load_dataset(data)
            self._dataset_of = data
        return self._dataset

    def _new_file(self) -> RunFile | None:
        return new_file(self._notice_changed, self.trouble) if self._keeps_runs else None


def _races(key: str, count: int, shown: int, in_turn: bool) -> list[Race | None]:
    """Return what is noted with each of ``count`` runs about their race; nothing with one alone."""
    return [Race(key, in_turn, n == shown) if count > 1 else None for n in range(count)]

"""How a run comes to be in the training thread: from a plan, a recording, or another run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.lanes import Lane
from app.run_files import RunFile, new_file, taken
from app.run_names import plain
from bpcore.datasets.mnist import Dataset, load_dataset
from bpcore.recording import Notes
from bpcore.training import Trainer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from app.plans import Plan
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

    def planned(self, run: int, plan: Plan, keyframe_bytes: int) -> Lane:
        """Return a run that has not begun."""
        trainer = Trainer(plan.config, self._load(plan.config.data), keyframe_bytes)
        return Lane(run, Notes(plain(plan.name)), trainer, self._new_file(), plan.changes)

    def opened(
        self, run: int, recording: Recording, path: Path | None, *, is_saved: bool = False
    ) -> Lane:
        """Return a recorded run, whose file is ``path``, or a new one.

        ``is_saved`` is whether it was read from there.

        Raises
        ------
        RunFileError
            If another window trains it.
        """
        trainer = Trainer.resume(recording, self._load(recording.config.data))
        is_complete = trainer.iteration >= trainer.config.iterations
        if path is None or not self._keeps_runs:
            file = self._new_file()
        else:
            file = RunFile(path, self._notice_changed, "" if is_saved else self.trouble)
            if not is_complete and not file.claim():
                raise taken(path)
        lane = Lane(run, recording.notes, trainer, file)
        lane.phase = "finished" if is_complete else "paused"
        if is_saved:
            lane.take_as_saved()
        else:
            lane.save()
        return lane

    def branched(self, run: int, name: str, recording: Recording, dataset: Dataset) -> Lane:
        """Return a run with the past of another one."""
        lane = Lane(run, Notes(plain(name)), Trainer.resume(recording, dataset), self._new_file())
        lane.phase = "paused" if recording.iteration else "idle"
        return lane

    def _load(self, data: str) -> Dataset:
        if self._dataset is None or self._dataset_of != data:
            self._dataset = load_dataset(data)
            self._dataset_of = data
        return self._dataset

    def _new_file(self) -> RunFile | None:
        return new_file(self._notice_changed, self.trouble) if self._keeps_runs else None

"""One run in the training thread: its trainer, its clock, its file."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from app.lane_snapshot import snapshot_of
from app.pace_clock import CHUNK_SECONDS, PaceClock
from app.run_names import plain
from app.snapshot import Divergence, LaneNews, Phase, Unsaved
from app.stopwatch import Stopwatch
from bpcore.datasets.mnist import DatasetError
from bpcore.recording import FASTEST, SLOWEST
from bpcore.run_file import RunFileError
from bpcore.training import Diverged, Trainer

if TYPE_CHECKING:
    from app.run_files import RunFile
    from app.snapshot import Snapshot
    from bpcore.recording import Notes

KEPT_KEYFRAME_BYTES = 8 << 20
"""Memory for keyframes of a run that gave way to another and could not be saved."""


class Lane:
    """A run that is trained a little at a time.

    Attributes
    ----------
    run
        Its number in the session.
    phase
        Where it is: ``"running"`` means that it may be trained, whenever its turn comes.
    notes
        Its name, how it ended, and the like; changes ahead of it are made on its way.
    message
        Why it failed.
    divergence
        The same, if it has left the finite numbers.
    """

    def __init__(
        self,
        run: int,
        notes: Notes,
        trainer: Trainer,
        file: RunFile | None,
    ) -> None:
        self.run, self.trainer = run, trainer
        self.phase: Phase = "idle"
        self.message = ""
        self.divergence: Divergence | None = None
        self._file = file
        self._trouble = ""
        self._was_begun = False
        self._watch = Stopwatch()
        self._watched_until = 0.0
        self._clock = PaceClock()
        self._note(notes)

    @property
    def is_complete(self) -> bool:
        """Whether all iterations of the run are done."""
        return self.trainer.iteration >= self.trainer.config.iterations

    # Training.

    def begin(self, pace: float | None) -> None:
        """Let it be trained, from idle or a pause."""
        self.phase, self.message, self.divergence = "running", "", None
        self._begin(pace)
        self.restart_clock()
        self._watched_until = time.perf_counter()
        self._watch.recent.clear()
        if not self.trainer.iteration and self.notes.race is not None:
            self.save()  # it may have to wait for its turn, and is kept all the same

    def note_pace(self, pace: float | None) -> None:
        """Keep with a run that is under way the pace that it is held to from now on."""
        self.restart_clock()
        if self._was_begun and not self.is_complete and not self.notes.ended:
            self._begin(pace)

    def restart_clock(self) -> None:
        """Count what is due at a pace from now on."""
        self._clock.restart(self.trainer.iteration)

    def patience(self, pace: float | None) -> float:
        """Return for how many seconds nothing is due at ``pace``."""
        return self._clock.patience(self.trainer.iteration, pace)

    def advance(self, pace: float | None) -> None:
        """Do what is due, for a chunk of time at most."""
        start = time.perf_counter()
        due = self._clock.due(self.trainer.iteration, pace, start)
        done = self._train(due, start + CHUNK_SECONDS)
        now = time.perf_counter()
        self._watch.add(now, done, now - start, start - self._watched_until)
        self._watched_until = now
        self._end_if_complete()

    def step(self, n: int, pace: float | None) -> None:
        """Do ``n`` iterations and pause."""
        if self.phase not in ("idle", "running", "paused"):
            return
        self._begin(pace)
        start = time.perf_counter()
        done = self._train(n, math.inf)
        self._watch.add(time.perf_counter(), done, time.perf_counter() - start, 0.0)
        if not self._end_if_complete():
            self.phase = "paused"

    def pause(self) -> None:
        """Halt, and save."""
        if self.phase == "running":
            self.phase = "paused"
            self.save()

    def leave(self) -> None:
        """Note that it does not go on by itself: another run was wanted instead of it."""
        if self._was_begun and not self.is_complete and not self.notes.ended:
            self._note(replace(self.notes, ended="stopped"))

    def note_shown(self, shown: bool) -> None:
        """Keep with a run of a race whether it is the one that is looked at."""
        race = self.notes.race
        if race is not None and race.is_shown != shown:
            self._note(replace(self.notes, race=replace(race, is_shown=shown)))

    def finish(self) -> None:
        """End it here, with its accuracies measured."""
        if self.phase in ("running", "paused"):
            self.trainer.measure()
            self.phase = "finished"
            self._note(replace(self.notes, ended="" if self.is_complete else "stopped"))
            self.save(final=True)

    def change(self, name: str, value: float) -> None:
        """Change a hyperparameter from the next iteration on."""
        self.trainer.change(name, value)

    def fail(self, error: Exception) -> None:
        """Take down why it can't go on, and save what there is."""
        self.phase, self.message = "failed", sentence_of(error)
        if isinstance(error, Diverged):
            rate = self.trainer.config.learning_rate
            self.divergence = Divergence(error.iteration, error.what, rate)
            self._note(replace(self.notes, ended="diverged"))
        try:
            self.save()
        except Exception as second:  # what failed may well fail again; the thread must live on
            self.message += f" The run is not saved: {type(second).__name__}: {second}"

    def _begin(self, pace: float | None) -> None:
        self._was_begun = True
        noted = 0.0 if pace is None else min(max(pace, SLOWEST), FASTEST)
        self._note(replace(self.notes, ended="", pace=noted))

    def _train(self, count: float, deadline: float) -> int:
        trainer, done = self.trainer, 0
        while done < count:
            while (ahead := self.notes.ahead) and ahead[0].iteration <= trainer.iteration:
                trainer.change(ahead[0].name, ahead[0].value)
                self._note(replace(self.notes, ahead=ahead[1:]))
            if next(trainer, None) is None:
                break
            done += 1
            if time.perf_counter() >= deadline:
                break
        return done

    def _end_if_complete(self) -> bool:
        if self.is_complete:
            self.phase = "finished"
            self.save(final=True)
        return self.is_complete

    # Its file.

    def take_as_saved(self) -> None:
        """Know that its file holds all of it: it was read from there."""
        if self._file is not None:
            self._file.take_as_saved(self.trainer)

    def rename(self, name: str) -> None:
        """Give it another name."""
        self._note(replace(self.notes, name=plain(name)))
        self.save()

    def save(self, *, final: bool = False) -> None:
        """Begin to save what there is, if that is news; ``final`` once it has ended."""
        if self._file is not None:
            self._file.save(self.trainer, final=final)

    def save_if_due(self) -> None:
        """Begin to save, if it was long ago."""
        if self._file is not None:
            self._file.save_if_due(self.trainer)

    def seconds_to_save(self) -> float | None:
        """Return when what is not saved yet is due; None if nothing is."""
        return None if self._file is None else self._file.seconds_left(self.trainer)

    @property
    def trouble(self) -> str:
        """Why it could not be saved; "" if it could."""
        return self._trouble or ("" if self._file is None else self._file.error)

    def save_for_good(self) -> str:
        """Save all there is, and wait for it; return why that can't be done, or ""."""
        if self._file is None or not self.trainer.iteration:
            return ""
        try:
            self._file.save_for_good(self.trainer)
        except Exception as error:
            return sentence_of(error)
        return self._file.error

    def close(self) -> Unsaved | None:
        """Save for the last time; return what is to be kept in memory if that can't be done."""
        if self._close_file() or not self.trainer.iteration:
            return None
        try:
            recording = self.trainer.recording().thinned(KEPT_KEYFRAME_BYTES)
        except Exception as error:  # it is lost, but what comes after it must come all the same
            self._trouble = sentence_of(error)
            return None
        path = None if self._file is None else self._file.path
        return Unsaved(self.run, path, replace(recording, notes=self.notes))

    def _close_file(self) -> bool:
        """Return whether there is a file, and all is in it."""
        if self._file is None:
            return False
        try:
            if self.trainer.iteration or not self.notes.ended:
                self._file.close(self.trainer)
            else:  # it waited for its turn in vain
                self._file.remove()
        except Exception as error:
            self._trouble = sentence_of(error)
        return not self.trouble

    def _note(self, notes: Notes) -> None:
        self.notes = notes
        if self._file is not None:
            self._file.note(notes)

    # What is told of it.

    def news(self) -> LaneNews:
        """Return where it is."""
        trainer = self.trainer
        return LaneNews(
            run=self.run,
            name=self.notes.name,
            config=trainer.timeline.config,
            last_config=trainer.config,
            events=tuple(trainer.events),
            losses=trainer.losses,
            accuracies=tuple(trainer.accuracies),
            vitals=trainer.vitals,
            phase=self.phase,
            ended=self.notes.ended,
            path=None if self._file is None else self._file.path,
            message=self.message,
            divergence=self.divergence,
            timeline=trainer.timeline,
        )

    def snapshot(self) -> Snapshot:
        """Return its present state."""
        return snapshot_of(self.run, self.trainer, self._watch)


def sentence_of(error: Exception) -> str:
    """Return what went wrong, for whoever trains."""
    if isinstance(error, Diverged | DatasetError | RunFileError):
        return str(error)
    if isinstance(error, MemoryError):
        return "There is not enough memory for this network and batch size."
    return f"Training stopped: {type(error).__name__}: {error}"

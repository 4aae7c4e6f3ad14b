"""Any moment of a run again: keyframes now and then, and exact replay from the one before.

Training is deterministic, so a state needs not be kept to be had: it is computed anew from the last
keyframe before it. Keyframes are a stride of iterations apart. Whenever they outgrow their memory
the stride doubles and every other one is dropped, so that a run of any length fits.
"""

from __future__ import annotations

import dataclasses
from bisect import bisect_right
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from bpcore.learner import batch_generator, draw_batch
from bpcore.recording import FIRST_STRIDE, Notes, Recording, config_after, stride_of
from bpcore.replica import Replica
from bpcore.series import Series, SparseSeries
from bpcore.vitals import VitalsRecorder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy.typing as npt

    from bpcore.config import TrainingConfig
    from bpcore.datasets.mnist import Dataset
    from bpcore.learner import Learner
    from bpcore.recording import Event, State

KEYFRAME_BYTES = 32 << 20
"""Memory for keyframes. The first one is always kept, and the newest state, however large."""

MOST_KEYFRAMES = 512
"""However small they are: each takes more than its arrays, and replays of a small network are
fast."""

STONE_BYTES = 8 << 20
"""Memory for states that a replay keeps on its way."""

PATIENCE = 0.01
"""Seconds after which whoever waits for another replay asks if its own is still wanted."""


class Interrupted(Exception):
    """A replay was given up because nobody waits for it any more."""


class Timeline:
    """What happened in a run, and every state that it went through.

    A Trainer records. ``state_at``, ``at_hand``, ``branch``, ``so_far``, ``batch_at`` and
    ``config_at`` may be asked in any thread meanwhile.

    Parameters
    ----------
    recording
        The run so far: of at least its state at iteration 0.
    dataset
        The digits that it is trained on.
    keyframe_bytes
        Memory for keyframes.

    Attributes
    ----------
    config
        With which the run began.
    events
        Changes made during the run, in order; with each another tuple, so that nobody is disturbed.
    accuracies
        Train and test accuracy at the end of each epoch, in order.
    vitals
        How the network was doing, now and then.
    notes
        Of the recording, but for how it ended.
    stride
        Iterations between two keyframes.
    """

    def __init__(
        self, recording: Recording, dataset: Dataset, keyframe_bytes: int = KEYFRAME_BYTES
    ) -> None:
        self.config = recording.config
        self.dataset = dataset
        self.events = recording.events
        self.accuracies = list(recording.accuracies)
        self.stride = stride_of(recording.keyframes)
        self._iteration = recording.iteration
        self._losses = recording.losses.copy()
        self._loss_series = Series()
        self._accuracy_series = {"train": SparseSeries(), "test": SparseSeries()}
        self._keyframes = list(recording.keyframes)
        # Beside them the newest state, so that what has just happened is undone in no time however
        # far apart they are.
        self._recent = self._keyframes[-1]
        fitting = keyframe_bytes // max(self._keyframes[0].nbytes, 1)
        self._room = min(max(fitting, 1), MOST_KEYFRAMES)
        self._thin_out()
        start = self._keyframes[0]
        self.vitals = VitalsRecorder(tuple(start.params), recording.vitals, recording.iteration)
        self.notes = Notes(recording.notes.name)
        self._replaying = Lock()
        self._replica = Replica(self, STONE_BYTES // max(start.nbytes, 1))
        self._spare = Replica(self, 0)

    @property
    def iteration(self) -> int:
        """Iterations recorded."""
        return self._iteration

    @property
    def losses(self) -> npt.NDArray[np.floating]:
        """Loss of each iteration done, (iteration,): a read-only view that never changes."""
        losses = self._losses[: self._iteration]
        losses.flags.writeable = False
        return losses

    @property
    def loss_series(self) -> Series:
        """The losses, for curves of any stretch at any width."""
        self._loss_series.extend(self.losses[len(self._loss_series) :])
        return self._loss_series

    def accuracy_series(self, split: str) -> SparseSeries:
        """Return the accuracies of ``"train"`` or ``"test"``, for curves like those of losses."""
        series = self._accuracy_series[split]
        new = self.accuracies[len(series) :]
        series.extend([a.iteration for a in new], [getattr(a, split) for a in new])
        return series

    @property
    def keyframes(self) -> tuple[int, ...]:
        """Iterations whose state is kept."""
        return tuple(state.iteration for state in self._keyframes)

    def states_until(self, iteration: int) -> tuple[State, ...]:
        """Return the states that are kept of iterations up to this one, in order."""
        return tuple(state for state in self._keyframes if state.iteration <= iteration)

    # Recording.

    def record(self, learner: Learner, loss: float) -> None:
        """Keep the loss of the iteration that ``learner`` has just done, and its state if due."""
        if self._iteration == len(self._losses):
            grown = np.empty(max(2 * len(self._losses), 1024), learner.network.dtype)
            grown[: self._iteration] = self._losses
            self._losses = grown
        self._losses[self._iteration] = loss
        self._iteration += 1
        if self._iteration % FIRST_STRIDE == 0:
            self._recent = learner.state()
        if self._iteration % self.stride == 0:
            self._keyframes.append(self._recent)
            self._thin_out()

    def _thin_out(self) -> None:
        while len(self._keyframes) > self._room:
            # A new list: whoever replays from the old one meanwhile is not disturbed.
            self.stride *= 2
            self._keyframes = [s for s in self._keyframes if s.iteration % self.stride == 0]

    def recording(self, now: State) -> Recording:
        """Return all that is recorded, up to the present state ``now``."""
        return dataclasses.replace(self._until(now, now.iteration + 1), notes=self.notes)

    def _until(self, state: State, changes_until: int) -> Recording:
        """Return what was recorded up to ``state``, and changes before ``changes_until``."""
        iteration = state.iteration
        return Recording(
            self.config,
            self.dataset.fingerprint,
            tuple(event for event in self.events if event.iteration < changes_until),
            self.losses[:iteration],
            tuple(a for a in self.accuracies if a.iteration <= iteration),
            (*(s for s in self._keyframes if s.iteration < iteration), state),
            self.vitals.view().until(iteration),
        )

    # Looking back.

    def config_at(self, iteration: int) -> TrainingConfig:
        """Return the configuration with which the iteration after ``iteration`` is done."""
        events = self.events
        past = bisect_right(events, iteration, key=_iteration_of)
        return config_after(self.config, events[:past])

    def state_at(self, iteration: int, interrupted: Callable[[], bool] | None = None) -> State:
        """Return the state after ``iteration`` iterations, bit for bit as it was.

        Raises
        ------
        IndexError
            For an iteration that was not done.
        Interrupted
            If ``interrupted``, which is asked before each iteration that is replayed, says so.
        """
        keyframe = self._keyframe_before(iteration)
        if keyframe.iteration == iteration:
            return keyframe
        with self._turn(interrupted):
            return self._replica.state_at(iteration, keyframe, lambda: _ask(interrupted))

    def newest_state(self) -> State:
        """Return the state after all iterations, waiting for no other replay: for the Trainer."""
        keyframe = self._keyframe_before(self._iteration)
        return self._spare.state_at(self._iteration, keyframe, lambda: None)

    def at_hand(self, iteration: int, replay: int = 200) -> int:
        """Return the iteration nearest to ``iteration`` that is soon to be had.

        It takes at most ``replay`` iterations, from a keyframe or from where a replay has been.
        """
        iteration = min(max(iteration, 0), self._iteration)
        anchors = sorted({*self.keyframes, self._recent.iteration, *self._replica.at_hand})
        place = bisect_right(anchors, iteration)
        before = min(anchors[place - 1] + replay, iteration)
        nearer_after = place < len(anchors) and anchors[place] - iteration < iteration - before
        return anchors[place] if nearer_after else before

    def replayed_in(self, seconds: float) -> int:
        """Return how many iterations a replay does in that time, by those that were done."""
        return max(int(seconds * self._replica.speed), 1)

    def branch(self, iteration: int, interrupted: Callable[[], bool] | None = None) -> Recording:
        """Return the first ``iteration`` iterations as a run of their own.

        Changes that were made at ``iteration`` are not part of it: another way begins there.

        Raises
        ------
        IndexError, Interrupted
            As ``state_at``.
        """
        return self._until(self.state_at(iteration, interrupted), iteration)

    def so_far(self, interrupted: Callable[[], bool] | None = None) -> Recording:
        """Return the run as it is now, whatever becomes of it meanwhile.

        Raises
        ------
        Interrupted
            As ``state_at``.
        """
        return self.recording(self.state_at(self._iteration, interrupted))

    def batch_at(self, iteration: int) -> npt.NDArray[np.int64]:
        """Return which training examples (batch_size,) were the batch of ``iteration``, from 1 on.

        Only the draws are replayed, not the training.

        Raises
        ------
        IndexError
            For an iteration that was not done.
        """
        if not 1 <= iteration <= self._iteration:
            raise IndexError(
                f"iteration {iteration:,} is not in this run; it has 1 to {self._iteration:,}"
            )
        keyframe = self._keyframe_before(iteration - 1)
        rng = batch_generator(self.config.seed)
        rng.bit_generator.state = keyframe.generator
        changes = {event.iteration for event in self.events}
        size = self.config_at(keyframe.iteration).batch_size
        for done in range(keyframe.iteration, iteration):
            if done in changes:
                size = self.config_at(done).batch_size
            batch = draw_batch(rng, len(self.dataset.train_labels), size)
        return batch

    def _keyframe_before(self, iteration: int) -> State:
        if not 0 <= iteration <= self._iteration:
            raise IndexError(
                f"iteration {iteration:,} is not in this run; it has 0 to {self._iteration:,}"
            )
        keyframes, recent = self._keyframes, self._recent
        keyframe = keyframes[bisect_right(keyframes, iteration, key=_iteration_of) - 1]
        return recent if keyframe.iteration < recent.iteration <= iteration else keyframe

    @contextmanager
    def _turn(self, interrupted: Callable[[], bool] | None) -> Iterator[None]:
        """Wait until no other thread replays."""
        while not self._replaying.acquire(timeout=PATIENCE):
            _ask(interrupted)
        try:
            yield
        finally:
            self._replaying.release()


def _ask(interrupted: Callable[[], bool] | None) -> None:
    if interrupted is not None and interrupted():
        raise Interrupted


def _iteration_of(thing: State | Event) -> int:
    return thing.iteration

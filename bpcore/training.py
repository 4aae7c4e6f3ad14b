"""Training: the book's loop as an iterator, with all that happens recorded."""

from __future__ import annotations

import dataclasses
from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from bpcore.config import TrainingConfig, checked_change
from bpcore.datasets.mnist import DatasetError, load_dataset
from bpcore.evaluation import accuracy
from bpcore.health import Health, examine
from bpcore.learner import Learner
from bpcore.recording import Accuracies, Event, Recording
from bpcore.timeline import KEYFRAME_BYTES, Timeline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bpcore.datasets.mnist import Dataset
    from bpcore.vitals import Vitals


class Diverged(ArithmeticError):
    """Training has left the finite numbers.

    Attributes
    ----------
    iteration
        The one that failed, counted from 1. It was undone: the trainer is at the one before.
    what
        What was no longer finite: ``"the loss"``, a parameter such as ``"W1"``, or what the
        optimizer remembers, such as ``"v of W1"``.
    learning_rate
        The one that it was done with.
    """

    def __init__(self, iteration: int, what: str, learning_rate: float) -> None:
        super().__init__(
            f"{what[0].upper()}{what[1:]} stopped being finite at iteration {iteration:,}, with "
            f"learning rate {learning_rate:g}. The state before it is kept; a lower rate may help."
        )
        self.iteration = iteration
        self.what = what
        self.learning_rate = learning_rate


class Progress(NamedTuple):
    """One iteration: its number from 1, the loss of its batch before the update.

    ``accuracies`` is there at the end of each epoch and of the run, else None.
    """

    iteration: int
    loss: float
    accuracies: Accuracies | None = None


class Trainer(Learner):
    """Trains a network: ``for progress in trainer``.

    Each ``next`` is one iteration: draw a batch with replacement, backpropagate, update. Not
    calling it is pausing. The same configuration and data give the same numbers, bit for bit.

    Parameters
    ----------
    config
        What the run depends on.
    dataset
        Digits to train on; by default those that ``config.data`` names.
    keyframe_bytes
        Memory for keyframes, see Timeline.

    Attributes
    ----------
    config, network, optimizer, iteration
        See Learner.
    timeline
        The Timeline of the run: what happened, and every state that it went through.
    heartbeat
        If set, called after every thousand digits while accuracies are measured: every few
        milliseconds with the book's network.
    """

    def __init__(
        self,
        config: TrainingConfig,
        dataset: Dataset | None = None,
        keyframe_bytes: int = KEYFRAME_BYTES,
    ) -> None:
        super().__init__(config, dataset)
        start = Recording(
            config, self.dataset.fingerprint, (), np.empty(0, config.dtype), (), (self.state(),)
        )
        self.timeline = Timeline(start, self.dataset, keyframe_bytes)
        self.heartbeat: Callable[[], None] | None = None
        self._broken_off = False
        self._examined = 0
        self._epochs_until = (0, 0)  # epochs done at an iteration, the last change of batch size

    @classmethod
    def resume(
        cls,
        recording: Recording,
        dataset: Dataset | None = None,
        *,
        iterations: int | None = None,
        keyframe_bytes: int = KEYFRAME_BYTES,
    ) -> Trainer:
        """Go on with a recorded run, bit for bit as if it had never stopped.

        ``iterations`` is a new length for the run, if it shall go on for longer.

        Raises
        ------
        DatasetError
            If the digits can't be read, or are not those that the run was trained on.
        ValueError
            If ``iterations`` is out of range or less than what is done.
        """
        config = recording.config
        if iterations is not None:
            if iterations < recording.iteration:
                raise ValueError(
                    f"iterations must be at least the {recording.iteration:,} that are done"
                )
            config = config.replace(iterations=iterations)
            recording = dataclasses.replace(recording, config=config)
        dataset = dataset or load_dataset(config.data)
        if dataset.fingerprint != recording.data_hash:
            raise DatasetError(
                f"{dataset.name}: these are not the digits that this run was trained on; "
                "name the folder that holds them"
            )
        trainer = cls(config, dataset, keyframe_bytes)
        trainer.timeline = Timeline(recording, dataset, keyframe_bytes)
        trainer.restore(recording.keyframes[-1])
        trainer.configure(recording.last_config)
        trainer._count_epochs()
        if trainer._at_end_of_epoch():  # whoever ended there may not have come to it
            trainer.measure()
        return trainer

    @property
    def losses(self) -> npt.NDArray[np.floating]:
        """Loss of each iteration done, (iteration,): a read-only view that never changes."""
        return self.timeline.losses

    @property
    def accuracies(self) -> list[Accuracies]:
        """Train and test accuracy at the end of each epoch and of the run, in order."""
        return self.timeline.accuracies

    @property
    def events(self) -> tuple[Event, ...]:
        """Changes made during the run, in order: see ``change``."""
        return self.timeline.events

    @property
    def vitals(self) -> Vitals:
        """How the network was doing, now and then: see ``bpcore.vitals``."""
        return self.timeline.vitals.view()

    @property
    def iterations_per_epoch(self) -> int:
        """Iterations that draw as many examples as the training set has, at least one."""
        return self._per_epoch(self.config.batch_size)

    @property
    def epochs(self) -> int:
        """Epochs done: how often as many examples were drawn as the training set has."""
        epochs, since = self._epochs_until
        return epochs + (self.iteration - since) // self.iterations_per_epoch

    def __iter__(self) -> Iterator[Progress]:
        """Return the trainer itself."""
        return self

    def __next__(self) -> Progress:
        """Do one iteration.

        Raises
        ------
        Diverged
            If the loss or a parameter is not finite. The iteration is undone: training can go on
            with other hyperparameters.
        """
        self._mend()
        if self.iteration >= self.config.iterations:
            raise StopIteration
        self._broken_off = True
        loss = self.learn()
        what = self.not_finite(loss)
        if what:
            failed = self.iteration
            self._mend()
            raise Diverged(failed, what, self.config.learning_rate)
        if self.timeline.vitals.due(self.iteration):
            self.timeline.vitals.add(examine(self.network, self.optimizer, self.iteration))
        self.timeline.record(self, loss)
        self._broken_off = False
        self._examined = self.iteration
        return Progress(self.iteration, loss, self._accuracies_if_due())

    def change(self, name: str, value: float) -> None:
        """Change a hyperparameter from the next iteration on, as an event of the run.

        What no iteration was done with is no event: of several changes of one parameter in a pause
        the last one counts, and none does if it is as it was before them.

        Raises
        ------
        ValueError
            For a name that is not in ``bpcore.config.CHANGEABLE``, or a value out of range.
        """
        self._mend()
        event = Event(self.iteration, name, checked_change(name, value))
        first = bisect_left(self.events, self.iteration, key=_iteration_of)
        earlier, now = self.events[:first], self.events[first:]
        before = next((e.value for e in reversed(earlier) if e.name == name), None)
        if before is None:
            before = getattr(self.timeline.config, name)
        others = tuple(each for each in now if each.name != name)
        news = () if before == event.value else (event,)
        self.timeline.events = (*earlier, *others, *news)
        self.configure(self.config.replace(**{name: event.value}))
        if name == "batch_size":
            self._count_epochs()
        self._examined = 0  # the last update was made with another value

    def _count_epochs(self) -> None:
        """Find out how many epochs were done when they got the length that they have."""
        epochs, since, size = 0, 0, self.timeline.config.batch_size
        for event in self.events:
            if event.name == "batch_size":
                epochs += (event.iteration - since) // self._per_epoch(size)
                since, size = event.iteration, int(event.value)
        self._epochs_until = (epochs, since)

    def _per_epoch(self, batch_size: int) -> int:
        return max(len(self.dataset.train_labels) // batch_size, 1)

    def recording(self) -> Recording:
        """Return all that is recorded up to now: it can be saved, and resumed."""
        self._mend()
        return self.timeline.recording(self.state())

    def health(self) -> Health | None:
        """Examine the network as it was in the last iteration; None if a change came after it."""
        if self._examined != self.iteration or not self.iteration:
            return None
        return examine(self.network, self.optimizer, self.iteration)

    def measure(self) -> Accuracies:
        """Measure train and test accuracy now, unless this iteration has them already."""
        if not self.accuracies or self.accuracies[-1].iteration != self.iteration:
            network = self.network.twin()  # what the last batch was is still asked for by health
            train, test = (
                accuracy(network, *self.dataset.split(split), self.heartbeat)
                for split in ("train", "test")
            )
            self.accuracies.append(Accuracies(self.iteration, train, test))
        return self.accuracies[-1]

    def _accuracies_if_due(self) -> Accuracies | None:
        at_end = self.iteration == self.config.iterations
        return self.measure() if at_end or self._at_end_of_epoch() else None

    def _at_end_of_epoch(self) -> bool:
        since = self.iteration - self._epochs_until[1]
        return since > 0 and since % self.iterations_per_epoch == 0

    def _mend(self) -> None:
        """Go back to the last iteration recorded, if a later one was broken off or has failed."""
        if self._broken_off:
            self.restore(self.timeline.newest_state())
            self.timeline.vitals.forget_after(self.iteration)
            self._broken_off, self._examined = False, 0


def _iteration_of(event: Event) -> int:
    return event.iteration

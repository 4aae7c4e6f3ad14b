"""Training: the book's loop as an iterator."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from bpcore.config import BUNDLED, TrainingConfig
from bpcore.datasets.mnist import CLASSES, Dataset, load_dataset, scale
from bpcore.network import Network, TwoLayerNet
from bpcore.optimizers import SGD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

EVALUATION_BATCH = 1000


class Diverged(ArithmeticError):
    """The loss is no longer a number; ``iteration`` counts from 1, the update was not made."""

    def __init__(self, iteration: int, learning_rate: float) -> None:
        super().__init__(
            f"The loss stopped being a finite number at iteration {iteration:,}, "
            f"with learning rate {learning_rate:g}. Start again with a lower one."
        )
        self.iteration = iteration


@dataclass(frozen=True, slots=True)
class Accuracies:
    """Share of right answers, 0 to 1, over the whole train and test set after ``iteration``."""

    iteration: int
    train: float
    test: float


@dataclass(frozen=True, slots=True)
class Event:
    """A parameter changed during the run: from the iteration after ``iteration`` on."""

    iteration: int
    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Progress:
    """One iteration: its number from 1, the loss of its batch before the update.

    ``accuracies`` is there at the end of each epoch and of the run, else None.
    """

    iteration: int
    loss: float
    accuracies: Accuracies | None = None


class Trainer:
    """Trains a two-layer network with stochastic gradient descent: ``for progress in trainer``.

    Each ``next`` is one iteration: draw a batch with replacement, backpropagate, update. Not
    calling it is pausing. The same configuration and data give the same numbers, bit for bit.

    Attributes
    ----------
    config
        What the run depends on, as it is now: see ``change``.
    network
        The TwoLayerNet in training.
    iteration
        Iterations done.
    accuracies
        Train and test accuracy at the end of each epoch and of the run, in order.
    events
        Changes made during the run, in order.
    heartbeat
        If set, called every few milliseconds while accuracies are measured, between two iterations.
    """

    def __init__(self, config: TrainingConfig, dataset: Dataset | None = None) -> None:
        self.config = config
        self.dataset = dataset or load_dataset(None if config.data == BUNDLED else config.data)
        self.network = TwoLayerNet(
            self.dataset.train_images.shape[1],
            config.hidden_size,
            CLASSES,
            config.weight_init_std,
            activation=config.activation,
            dtype=config.dtype,
            seed=config.seed,
        )
        self.optimizer = SGD(config.learning_rate)
        self.iteration = 0
        self.accuracies: list[Accuracies] = []
        self.events: list[Event] = []
        self.heartbeat: Callable[[], None] | None = None
        self._losses = np.empty(config.iterations, self.network.dtype)
        # A stream of its own: the batches don't depend on how many weights were drawn before.
        self._rng = np.random.default_rng([config.seed, 1])

    @property
    def losses(self) -> npt.NDArray[np.floating]:
        """Loss of each iteration done, (iteration,): a read-only view that never changes."""
        losses = self._losses[: self.iteration]
        losses.flags.writeable = False
        return losses

    @property
    def iterations_per_epoch(self) -> int:
        """Iterations that draw as many examples as the training set has, at least one."""
        return max(len(self.dataset.train_labels) // self.config.batch_size, 1)

    def __iter__(self) -> Iterator[Progress]:
        """Return the trainer itself."""
        return self

    def __next__(self) -> Progress:
        """Do one iteration.

        Raises
        ------
        Diverged
            If the loss is not finite; the parameters stay as they were.
        """
        if self.iteration >= self.config.iterations:
            raise StopIteration
        loss = self._train_on(*self._draw_batch())
        self._losses[self.iteration] = loss
        self.iteration += 1
        return Progress(self.iteration, loss, self._accuracies_if_due())

    def change(self, name: str, value: float) -> None:
        """Change ``learning_rate`` from the next iteration on, as an event of the run.

        Raises
        ------
        ValueError
            For another name, or a value out of range.
        """
        if name != "learning_rate":
            raise ValueError(f"{name} can't be changed during a run; learning_rate can")
        self.config = self.config.replace(learning_rate=value)
        self.optimizer.learning_rate = value
        self.events.append(Event(self.iteration, name, value))

    def _draw_batch(self) -> tuple[npt.NDArray[np.floating], npt.NDArray[np.uint8]]:
        images, labels = self.dataset.train_images, self.dataset.train_labels
        batch = self._rng.integers(len(labels), size=self.config.batch_size)
        return scale(images[batch], self.network.dtype), labels[batch]

    def _train_on(self, x: npt.NDArray[np.floating], t: npt.NDArray[np.uint8]) -> float:
        with np.errstate(over="ignore", invalid="ignore"):  # reported as Diverged instead
            loss = self.network.loss(x, t)
            if not math.isfinite(loss):
                raise Diverged(self.iteration + 1, self.config.learning_rate)
            self.network.backward()
            self.optimizer.update(self.network.params, self.network.grads)
        return loss

    def measure(self) -> Accuracies:
        """Measure train and test accuracy now, unless this iteration has them already."""
        if not self.accuracies or self.accuracies[-1].iteration != self.iteration:
            train, test = (
                accuracy(self.network, *self.dataset.split(split), self.heartbeat)
                for split in ("train", "test")
            )
            self.accuracies.append(Accuracies(self.iteration, train, test))
        return self.accuracies[-1]

    def _accuracies_if_due(self) -> Accuracies | None:
        at_epoch = self.iteration % self.iterations_per_epoch == 0
        at_end = self.iteration == self.config.iterations
        return self.measure() if at_epoch or at_end else None


def accuracy(
    network: Network,
    images: npt.NDArray[np.uint8],
    labels: npt.NDArray[np.uint8],
    heartbeat: Callable[[], None] | None = None,
) -> float:
    """Return the share of ``images`` (N, 784; 0 to 255) that ``network`` reads as ``labels``.

    ``heartbeat`` is called after every thousand.
    """
    right = 0
    for block in _blocks(len(labels)):
        with np.errstate(over="ignore", invalid="ignore"):
            digits = predicted_labels(network, images[block])
        right += int(np.count_nonzero(digits == labels[block]))
        if heartbeat:
            heartbeat()
    return right / len(labels)


def predicted_labels(network: Network, images: npt.NDArray[np.uint8]) -> npt.NDArray[np.intp]:
    """Return the digit (N,) that ``network`` reads in each of ``images`` (N, 784; 0 to 255)."""
    digits: npt.NDArray[np.intp] = network.predict(scale(images, network.dtype)).argmax(axis=1)
    return digits


def _blocks(count: int) -> Iterator[slice]:
    # The set stays uint8 in memory; only one block at a time is scaled to floating point.
    for start in range(0, count, EVALUATION_BATCH):
        yield slice(start, start + EVALUATION_BATCH)

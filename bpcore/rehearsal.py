"""What a mistake does to training: the run as it is and the run with the mistake, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from bpcore.bugs import broken
from bpcore.learner import Learner

if TYPE_CHECKING:
    from collections.abc import Generator

    from bpcore.bugs import Bug
    from bpcore.config import TrainingConfig
    from bpcore.datasets.mnist import Dataset

LENGTH = 500
"""Iterations that tell the two curves apart, if anything does."""

SMOOTHED = 7
"""Iterations on either side of one over which a smoothed loss is a mean; fewer at the ends."""


@dataclass(frozen=True, eq=False)
class Rehearsal:
    """The losses of two runs that differ in one layer; the arrays are read-only.

    Attributes
    ----------
    right, wrong
        Loss of the batch of each iteration (n,) before its update, in nats. A run that leaves the
        finite numbers ends before the iteration that did it.
    diverged
        The iteration, counted from 1, at which the wrong run left the finite numbers; None if it
        never did.
    """

    right: npt.NDArray[np.float64]
    wrong: npt.NDArray[np.float64]
    diverged: int | None


def rehearse(
    config: TrainingConfig,
    dataset: Dataset,
    bug: Bug,
    place: str | None = None,
    iterations: int = LENGTH,
) -> Generator[float, None, Rehearsal]:
    """Train the network of ``config`` from its first weights, with ``bug`` and without.

    Both start with the same weights and see the same batches, and the right run is, bit for bit,
    the beginning of the one that a Trainer makes. Yields the share that is done, 0 to 1, after each
    iteration of either.

    Parameters
    ----------
    config
        Its ``iterations`` do not count here.
    dataset
        Digits to train on.
    bug, place
        What is wrong, and in which layer: see ``bpcore.bugs.broken``.
    iterations
        How many of each run.

    Raises
    ------
    ValueError
        At the first step, if the bug does not fit or ``iterations`` is out of range.
    """
    config = config.replace(iterations=iterations)
    right, wrong = Learner(config, dataset), Learner(config, dataset)
    wrong.network = broken(wrong.network, bug, place)
    losses: dict[Learner, list[float]] = {right: [], wrong: []}
    training = [right, wrong]
    for iteration in range(1, iterations + 1):
        if not training:
            yield 1.0
            break
        still_finite = tuple(training)
        for n, learner in enumerate(still_finite, start=1):
            loss = learner.learn()
            if learner.not_finite(loss):
                training.remove(learner)
            else:
                losses[learner].append(loss)
            yield (iteration - 1 + n / len(still_finite)) / iterations
    diverged = None if wrong in training else len(losses[wrong]) + 1
    return Rehearsal(_frozen(losses[right]), _frozen(losses[wrong]), diverged)


def smoothed(losses: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the mean of each of ``losses`` (n,) and its neighbours, as many on either side.

    A run's own smoothing puts straight lines through its ends; through losses that explode they
    would fall below 0.
    """
    places = np.arange(len(losses))
    half = np.minimum(np.minimum(places, len(losses) - 1 - places), SMOOTHED)
    means = np.zeros(len(losses))
    for offset in range(-SMOOTHED, SMOOTHED + 1):
        inside = np.flatnonzero(half >= abs(offset))
        # A share at a time: the sum of some that are nearly too large would be too large.
        means[inside] += losses[inside + offset] / (2 * half[inside] + 1)
    return means


def _frozen(losses: list[float]) -> npt.NDArray[np.float64]:
    array = np.array(losses, np.float64)
    array.flags.writeable = False
    return array

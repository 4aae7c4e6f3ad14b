"""How well a network reads digits: accuracy, and which digits it takes for which."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from bpcore.datasets.mnist import CLASSES, scale
from bpcore.layers import log_softmax

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from bpcore.datasets.idx import Bytes
    from bpcore.layers import Array
    from bpcore.network import Network

Indices: TypeAlias = npt.NDArray[np.intp]
Floats: TypeAlias = npt.NDArray[np.float64]

EVALUATION_BATCH = 1000
SEARCH_BLOCK = 500

BLOCK_WORK = 120_000_000
"""Examples times parameters of one step of an evaluation: a few milliseconds."""

Z_95 = 1.959963984540054
"""A normally distributed value lies within so many standard deviations in 95 % of all cases."""


NO_DIGIT = -1
"""The reading of a network whose scores are no finite numbers."""


class EvaluationError(Exception):
    """A network that can't be evaluated; the text says why, and what to do."""


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What a network reads in each of N >= 1 digits. Arrays are read-only.

    Attributes
    ----------
    labels, readings
        The right answers, and what the network reads: its highest score (N,).
    probabilities
        The softmax of its scores (N, 10), in float64.
    losses
        The cross-entropy of each example (N,) in nats, without a penalty on large weights. It
        comes from log-sum-exp: finite however sure the network is of a wrong answer.
    """

    labels: Indices
    readings: Indices
    probabilities: Floats
    losses: Floats

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        for array in (self.labels, self.readings, self.probabilities, self.losses):
            array.flags.writeable = False

    @property
    def count(self) -> int:
        """N."""
        return len(self.labels)

    @property
    def right(self) -> int:
        """How many are read as their labels."""
        return int(np.count_nonzero(self.readings == self.labels))

    @property
    def accuracy(self) -> float:
        """The share of digits that are read as their labels, 0 to 1."""
        return self.right / self.count

    @property
    def interval(self) -> tuple[float, float]:
        """Where the accuracy on all digits of this kind is, with a confidence of 95 %."""
        return wilson_interval(self.right, self.count)

    @property
    def loss(self) -> float:
        """The mean of ``losses``."""
        return float((self.losses / self.count).sum())

    @cached_property
    def confusion(self) -> npt.NDArray[np.int64]:
        """How often each digit was read as each (10, 10): rows are labels, columns readings."""
        counts = np.zeros((CLASSES, CLASSES), np.int64)
        np.add.at(counts, (self.labels, self.readings), 1)
        counts.flags.writeable = False
        return counts

    @cached_property
    def precision(self) -> Floats:
        """Of what is read as each digit, the share that is right (10,); NaN if nothing is."""
        return _shares(self.confusion.diagonal(), self.confusion.sum(axis=0))

    @cached_property
    def recall(self) -> Floats:
        """Of all examples of each digit, the share that is read right (10,); NaN without any."""
        return _shares(self.confusion.diagonal(), self.confusion.sum(axis=1))

    def mistakes(self, label: int | None = None, reading: int | None = None) -> Indices:
        """Return the indices of wrong readings, of one label or as one digit if that is given.

        Those with the largest loss come first, equal ones as they are in the set.
        """
        return self._worst_first(self._chosen(label, reading) & (self.readings != self.labels))

    def cell(self, label: int, reading: int) -> Indices:
        """Return the indices of the examples in a cell of ``confusion``.

        Those with the largest loss come first: the worst mistakes, and on the diagonal the right
        readings that the network is least sure of.
        """
        return self._worst_first(self._chosen(label, reading))

    def _chosen(self, label: int | None, reading: int | None) -> npt.NDArray[np.bool_]:
        chosen = np.ones(self.count, bool)
        if label is not None:
            chosen &= self.labels == label
        if reading is not None:
            chosen &= self.readings == reading
        return chosen

    def _worst_first(self, chosen: npt.NDArray[np.bool_]) -> Indices:
        indices = np.flatnonzero(chosen)
        return indices[np.argsort(-self.losses[indices], kind="stable")]


def evaluate(network: Network, images: Bytes, labels: Bytes) -> Generator[float, None, Evaluation]:
    """Read ``images`` (N, 784; 0 to 255) step by step; return the Evaluation.

    Yields the share done, 0 to 1, after each step; whoever asks for no more has cancelled. The
    layers of ``network`` are left as they are: another thread may use them.

    Raises
    ------
    EvaluationError
        If a score is infinite or no number, as after a run that diverged. Such a network reads no
        digit: its highest "score" would be that of the first NaN.
    ValueError
        If there are no images, not as many labels, or the network has other than 10 scores.
    """
    count = len(labels)
    if not count or len(images) != count or network.sizes[-1] != CLASSES:
        raise ValueError(
            f"an evaluation needs images, a label for each and {CLASSES} scores, not "
            f"{len(images)}, {count} and {network.sizes[-1]}"
        )
    network = network.twin()
    answers = labels.astype(np.intp)
    readings, log_y = np.empty(count, np.intp), np.empty((count, CLASSES))
    for block in blocks(network, count):
        scores = finite_scores(network, images[block])
        readings[block] = scores.argmax(axis=1)
        log_y[block] = log_softmax(scores.astype(np.float64))
        yield block.stop / count
    return Evaluation(answers, readings, np.exp(log_y), -log_y[np.arange(count), answers])


def finite_scores(network: Network, images: Bytes) -> Array:
    """Return the scores (N, 10) of ``images`` (N, 784; 0 to 255), or raise EvaluationError."""
    with np.errstate(over="ignore", invalid="ignore"):
        scores = network.predict(scale(images, network.dtype))
    if not np.isfinite(scores).all():
        raise EvaluationError(
            "This network no longer computes finite numbers, so it reads no digits: choose an "
            "earlier iteration."
        )
    return scores


def wilson_interval(right: float, count: int) -> tuple[float, float]:
    """Return the 95 % confidence interval of a share, of which ``right`` of ``count`` were seen.

    The score interval of E. B. Wilson ("Probable inference, the law of succession, and statistical
    inference", 1927): within 0 to 1, and sound near its ends, where accuracies are.
    """
    share, z2 = right / count, Z_95**2
    middle = (share + z2 / (2 * count)) / (1 + z2 / count)
    reach = Z_95 * math.sqrt(share * (1 - share) / count + z2 / (4 * count**2)) / (1 + z2 / count)
    # The interval holds the share itself, whatever rounding does at 0 and 1.
    return max(min(middle - reach, share), 0.0), min(max(middle + reach, share), 1.0)


def blocks(network: Network, count: int) -> Iterator[slice]:
    """Give slices of ``count`` examples that ``network`` reads in a few milliseconds each."""
    parameters = sum(array.size for array in network.params.values())
    size = max(min(BLOCK_WORK // parameters, EVALUATION_BATCH), 1)
    for start in range(0, count, size):
        yield slice(start, min(start + size, count))


def _shares(parts: npt.NDArray[np.int64], totals: npt.NDArray[np.int64]) -> Floats:
    shares = np.full(len(totals), np.nan)
    np.divide(parts, totals, out=shares, where=totals > 0)
    shares.flags.writeable = False
    return shares


def accuracy(
    network: Network,
    images: Bytes,
    labels: Bytes,
    heartbeat: Callable[[], None] | None = None,
) -> float:
    """Return the share of ``images`` (N, 784; 0 to 255) that ``network`` reads as ``labels``.

    What it reads no digit in is not read right. ``heartbeat`` is called after every thousand.
    """
    right = 0
    for start in range(0, len(labels), EVALUATION_BATCH):
        # The set stays uint8 in memory; only one block at a time is scaled to floating point.
        block = slice(start, start + EVALUATION_BATCH)
        digits = predicted_labels(network, images[block])
        right += int(np.count_nonzero(digits == labels[block]))
        if heartbeat:
            heartbeat()
    return right / len(labels)


def accuracy_in_steps(
    network: Network, images: Bytes, labels: Bytes
) -> Generator[float, None, float]:
    """Return the same, a few milliseconds at a time; yields the share done, 0 to 1, in between."""
    right = 0
    for block in blocks(network, len(labels)):
        digits = predicted_labels(network, images[block])
        right += int(np.count_nonzero(digits == labels[block]))
        yield block.stop / len(labels)
    return right / len(labels)


def predicted_labels(network: Network, images: Bytes) -> npt.NDArray[np.intp]:
    """Return the digit (N,) that ``network`` reads in each of ``images`` (N, 784; 0 to 255).

    It is NO_DIGIT where a score is infinite or no number.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        scores = network.predict(scale(images, network.dtype))
    return np.where(np.isfinite(scores).all(axis=1), scores.argmax(axis=1), NO_DIGIT)


def next_mistake(network: Network, images: Bytes, labels: Bytes, after: int) -> int | None:
    """Return the first index behind ``after``, going round, whose digit is read wrongly.

    None if all are read right.
    """
    order = np.roll(np.arange(len(labels)), -(after + 1))
    for block in np.split(order, range(SEARCH_BLOCK, len(order), SEARCH_BLOCK)):
        wrong = block[predicted_labels(network, images[block]) != labels[block]]
        if len(wrong):
            return int(wrong[0])
    return None

"""A network learns a handwriting without forgetting the digits that it knows.

Each step takes corrections, drawn anew and each changed in its own way, so that five drawings
become many; and four times as many MNIST digits, so that what was known stays known.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from bpcore.datasets.augmentation import augmented
from bpcore.datasets.mnist import scale
from bpcore.evaluation import EVALUATION_BATCH
from bpcore.learner import draw_batch
from bpcore.network import Network
from bpcore.optimizers import Adam
from bpcore.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from bpcore.datasets.idx import Bytes
    from bpcore.datasets.mnist import Dataset
    from bpcore.handwriting import CorrectionSet

MAX_DROP = 0.005
"""The share of held-out MNIST digits that may be lost; a network that loses more is refused."""

OWN_PER_BATCH, KNOWN_PER_BATCH = 24, 104
STRENGTH = 0.5
"""How much digits are changed: at 1, some corrections become what MNIST calls another digit."""

RATE = 0.02
"""Of Adam, divided by the root of the units of the widest layer: the more units answer to a
gradient together, the less each of them must."""

MANY_STEPS, FEW_STEPS = 600, 300
"""For networks that are quick to train, and for those that are not."""

LARGE = 200_000
"""Parameters of a network that is not."""


class AdaptationError(ArithmeticError):
    """The numbers of the network left the range of numbers; the text says what to do."""


@dataclass(frozen=True, eq=False)
class Adaptation:
    """What came of learning a handwriting.

    Attributes
    ----------
    reader
        The one that has learned; the old one, untouched, if ``refused``.
    corrections
        How many drawings it learned from.
    digits
        How many MNIST digits were held out: it learned from none of them here.
    right_before, right_after
        How many of those are read right without what was learned, and with it.
    own_before, own_after
        How many of the corrections are read right. They are what it learned from: this says that
        they were learned, and nothing of the next drawing.
    """

    reader: Reader
    corrections: int
    digits: int
    right_before: int
    right_after: int
    own_before: int
    own_after: int

    @property
    def accuracy_before(self) -> float:
        """Share of the held-out digits read right without what was learned, 0 to 1."""
        return self.right_before / self.digits

    @property
    def accuracy_after(self) -> float:
        """Share of the held-out digits read right with what was learned, 0 to 1."""
        return self.right_after / self.digits

    @property
    def refused(self) -> bool:
        """Whether more than ``MAX_DROP`` of the held-out digits were lost."""
        return self.right_before - self.right_after > MAX_DROP * self.digits


def adapt(
    reader: Reader, corrections: CorrectionSet, digits: Dataset, seed: int = 0
) -> Generator[float, None, Adaptation]:
    """Learn ``corrections`` step by step, leaving ``reader`` untouched; return the Adaptation.

    Yields the share done, 0 to 1, after each step; whoever asks for no more has cancelled.
    ``digits`` has the MNIST digits to learn along, and to hold out: its test split.
    No temperature is fitted anew: of the shipped network, confidence and accuracy differ by 0.3
    points on MNIST's test digits then, by 0.2 before. Equal arguments give equal networks.

    Raises
    ------
    ValueError
        If there are no corrections.
    AdaptationError
        If the numbers of the network are not finite, at the beginning or at the end.
    """
    if not len(corrections):
        raise ValueError("there are no corrections to learn from")
    work = _adapt(reader, corrections, digits, seed)
    units = _steps_of(reader.network) + 2 * math.ceil(len(digits.test_labels) / EVALUATION_BATCH)
    done = 0
    while True:
        try:
            next(work)
        except StopIteration as end:
            adaptation: Adaptation = end.value
            return adaptation
        done += 1
        yield done / units


def _adapt(
    reader: Reader, corrections: CorrectionSet, digits: Dataset, seed: int
) -> Generator[None, None, Adaptation]:
    images, labels = corrections.images, corrections.labels
    # Whoever reads with the network meanwhile, in another thread, has layers of his own.
    old = reader.network.twin()
    new = Network.from_params(old.params, old.activation)
    right_before = yield from _read(old, digits)
    yield from _learn(new, images, labels, digits, np.random.default_rng(seed))
    right_after = yield from _read(new, digits)
    adaptation = Adaptation(
        Reader(new),
        len(labels),
        len(digits.test_labels),
        right_before,
        right_after,
        _right(old, images, labels),
        _right(new, images, labels),
    )
    return replace(adaptation, reader=reader) if adaptation.refused else adaptation


def _steps_of(network: Network) -> int:
    parameters = sum(array.size for array in network.params.values())
    return MANY_STEPS if parameters < LARGE else FEW_STEPS


def _learn(
    network: Network, images: Bytes, labels: Bytes, digits: Dataset, rng: np.random.Generator
) -> Iterator[None]:
    """Let ``network`` take steps, shorter and shorter, with a pause after each."""
    optimizer, steps = Adam(), _steps_of(network)
    rate = RATE / math.sqrt(max(network.sizes[1:]))
    for step in range(steps):
        own = draw_batch(rng, len(labels), OWN_PER_BATCH)
        known = draw_batch(rng, len(digits.train_labels), KNOWN_PER_BATCH)
        batch = augmented(np.concatenate([images[own], digits.train_images[known]]), rng, STRENGTH)
        optimizer.learning_rate = rate * (1 + math.cos(math.pi * step / steps)) / 2
        with np.errstate(over="ignore", invalid="ignore"):  # looked at when digits are read
            network.loss(
                scale(batch, network.dtype),
                np.concatenate([labels[own], digits.train_labels[known]]),
            )
            network.backward()
            optimizer.update(network.params, network.grads)
        yield


def _read(network: Network, digits: Dataset) -> Generator[None, None, int]:
    """Return how many held-out digits ``network`` reads right, with a pause after each block."""
    right = 0
    for start in range(0, len(digits.test_labels), EVALUATION_BATCH):
        block = slice(start, start + EVALUATION_BATCH)
        right += _right(network, digits.test_images[block], digits.test_labels[block])
        yield
    return right


def _right(network: Network, images: Bytes, labels: Bytes) -> int:
    """Return how many of ``images`` are read as ``labels``."""
    with np.errstate(over="ignore", invalid="ignore"):
        scores = network.predict(scale(images, network.dtype))
    if not np.isfinite(scores).all():
        raise AdaptationError(
            "This network no longer computes finite numbers: choose another one to learn from."
        )
    return int(np.count_nonzero(scores.argmax(axis=1) == labels))

"""How well a network reads digits: accuracy, and which digits it takes for which."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from bpcore.datasets.mnist import CLASSES, scale

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bpcore.datasets.idx import Bytes
    from bpcore.network import Network

EVALUATION_BATCH = 1000


def accuracy(
    network: Network,
    images: Bytes,
    labels: Bytes,
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


def predicted_labels(network: Network, images: Bytes) -> npt.NDArray[np.intp]:
    """Return the digit (N,) that ``network`` reads in each of ``images`` (N, 784; 0 to 255)."""
    digits: npt.NDArray[np.intp] = network.predict(scale(images, network.dtype)).argmax(axis=1)
    return digits


def confusion_matrix(network: Network, images: Bytes, labels: Bytes) -> npt.NDArray[np.int64]:
    """Return how often each digit was read as each (10, 10): rows are labels, columns readings."""
    counts = np.zeros((CLASSES, CLASSES), np.int64)
    for block in _blocks(len(labels)):
        with np.errstate(over="ignore", invalid="ignore"):
            digits = predicted_labels(network, images[block])
        np.add.at(counts, (labels[block], digits), 1)
    return counts


def _blocks(count: int) -> Iterator[slice]:
    # The set stays uint8 in memory; only one block at a time is scaled to floating point.
    for start in range(0, count, EVALUATION_BATCH):
        yield slice(start, start + EVALUATION_BATCH)

"""A lesson: one step of gradient descent on one digit, and what it changes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bpcore.datasets.mnist import CLASSES, scale
from bpcore.layers import Array, log_softmax
from bpcore.network import Network
from bpcore.optimizers import SGD
from bpcore.reader import Reader, Reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bpcore.datasets.idx import Bytes

PIECE = 1 << 15
"""Numbers that are summed at a time: as float64 they stay in the processor's cache."""


class LessonError(ArithmeticError):
    """The numbers of the network are not finite, or would not be after the step."""


@dataclass(frozen=True, eq=False)
class Lesson:
    """What one step with ``label`` as the right answer did.

    Attributes
    ----------
    label, rate
        The right answer, and the factor of the gradient.
    before, after
        What was read in the digit without the step and with it.
    loss_before, loss_after
        The cross-entropy for the label in nats, as in training.
    moved
        L2 norm of the change of all parameters, weights and biases together.
    size
        L2 norm of all parameters before.
    """

    label: int
    rate: float
    before: Reading
    after: Reading
    loss_before: float
    loss_after: float
    moved: float
    size: float


def learn(reader: Reader, image: Bytes, label: int, rate: float) -> tuple[Reader, Lesson]:
    """Take one step of SGD on ``image`` (784,), 0 to 255; ``reader`` is left untouched.

    The step follows the cross-entropy alone: a penalty on large weights would move weights that
    have nothing to do with this digit.

    Raises
    ------
    ValueError
        If ``label`` is no digit, or ``rate`` no number above 0.
    LessonError
        If the network's numbers are not finite, before the step or after it.
    """
    if not 0 <= label < CLASSES:
        raise ValueError(f"label must be a digit from 0 to 9, not {label}")
    if not 0 < rate < math.inf:
        raise ValueError(f"rate must be a number above 0, not {rate}")
    network = reader.network
    with np.errstate(over="ignore", invalid="ignore"):
        learned = Reader(_stepped(network, image, label, rate))
        before, after = reader.read(image), learned.read(image)
        lesson = None
        if before is not None and after is not None:
            lesson = Lesson(
                label,
                rate,
                before,
                after,
                _loss(network, image, label),
                _loss(learned.network, image, label),
                _distance(network.params, learned.network.params),
                _norm(network.params.values()),
            )
    if lesson is None:
        raise LessonError("this step leads out of the range of numbers: take a smaller rate")
    return learned, lesson


def _stepped(network: Network, image: Bytes, label: int, rate: float) -> Network:
    pupil = network.twin()
    pupil.weight_decay = 0.0
    x = scale(image, network.dtype)[np.newaxis]
    pupil.loss(x, np.array([label]))
    pupil.backward()
    learned = Network.from_params(network.params, network.activation, network.weight_decay)
    SGD(rate).update(learned.params, pupil.grads)
    return learned


def _loss(network: Network, image: Bytes, label: int) -> float:
    return -float(log_softmax(network.predict(scale(image, network.dtype)))[label])


def _distance(before: Mapping[str, Array], after: Mapping[str, Array]) -> float:
    return _length((after[name], W) for name, W in before.items())


def _norm(arrays: Iterable[Array]) -> float:
    return _length((array, None) for array in arrays)


def _length(pairs: Iterable[tuple[Array, Array | None]]) -> float:
    """Return the L2 norm of all arrays, each less the other of its pair, added up in float64.

    Piece by piece: memory that is new to the process for whole arrays of float64 takes longer to
    get than the sums themselves.
    """
    room, total = np.empty(PIECE), 0.0
    for array, other in pairs:
        flat = array.reshape(-1)
        less = None if other is None else other.reshape(-1)
        for start in range(0, flat.size, PIECE):
            piece = flat[start : start + PIECE]
            exact = room[: piece.size]
            if less is None:
                exact[...] = piece
            else:
                np.subtract(piece, less[start : start + PIECE], out=exact, dtype=np.float64)
            total += float(np.dot(exact, exact))
    return math.sqrt(total)

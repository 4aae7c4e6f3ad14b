"""How well a network still reads digits that are noisy, moved, turned, thicker or thinner."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import numpy as np

from bpcore.config import Range
from bpcore.datasets.augmentation import sampled
from bpcore.datasets.drawing import CENTRE, dilated
from bpcore.datasets.idx import IMAGE_SIZE
from bpcore.evaluation import blocks, finite_scores
from bpcore.steps import evenly_spaced

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping

    import numpy.typing as npt

    from bpcore.datasets.idx import Bytes
    from bpcore.evaluation import Floats
    from bpcore.network import Network

    Levels = npt.NDArray[np.float32]

Kind: TypeAlias = Literal["noise", "shift", "rotation", "thickness"]
KINDS: tuple[Kind, ...] = get_args(Kind)

LIMITS: Mapping[Kind, Range] = MappingProxyType(
    {
        "noise": Range(0, 255, "grey levels", whole=False),
        "shift": Range(0, IMAGE_SIZE, "pixels", whole=False),
        "rotation": Range(0, 180, "degrees", whole=False),
        "thickness": Range(-8, 8, "pixels", whole=False),
    }
)
"""The standard deviation of Gaussian noise; how far digits are shifted and turned; by how much
their strokes are wider."""

AMOUNTS: Mapping[Kind, tuple[float, ...]] = MappingProxyType(
    {
        "noise": tuple(range(0, 129, 16)),
        "shift": tuple(range(9)),
        "rotation": tuple(range(0, 91, 10)),
        "thickness": tuple(n / 2 for n in range(-4, 9)),
    }
)
"""What is tried: from nothing to where little is left to read."""

WAYS: Mapping[Kind, int] = MappingProxyType({"noise": 1, "shift": 4, "rotation": 2, "thickness": 1})
"""In so many ways each amount is tried, of which the mean counts."""

BLOCK = 100
"""Digits at a time: what they need stays in the processor's cache."""


@dataclass(frozen=True, eq=False)
class RobustnessCurve:
    """How the accuracy falls as digits are disturbed more. Arrays are read-only.

    Attributes
    ----------
    kind
        One of ``KINDS``.
    unit
        Of the amounts: ``"grey levels"`` of 255, ``"pixels"`` of 28 or ``"degrees"``.
    amounts
        How much they were disturbed (n,), ascending; 0 is among them.
    accuracies
        Share of digits that are still read right (n,), 0 to 1: of a shift the mean over right,
        left, down and up, of a rotation that over both ways round.
    count
        Number of digits.
    """

    kind: Kind
    unit: str
    amounts: Floats
    accuracies: Floats
    count: int

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        self.amounts.flags.writeable = self.accuracies.flags.writeable = False


def robustness(
    network: Network, images: Bytes, labels: Bytes
) -> Generator[float, None, tuple[RobustnessCurve, ...]]:
    """Read ``images`` (N, 784; 0 to 255) disturbed in all ways; return a curve of each kind.

    Of more than 1,000 images so many are taken, evenly spaced. Yields the share done, 0 to 1, after
    each step of a few milliseconds. The layers of ``network`` are left as they are.

    Raises
    ------
    EvaluationError
        If a score is infinite or no number.
    ValueError
        If there are no images, or not as many labels.
    """
    if not len(images) or len(images) != len(labels):
        raise ValueError(f"{len(images)} images and {len(labels)} labels make no curve")
    network = network.twin()
    chosen = evenly_spaced(len(images))
    images, labels = images[chosen], labels[chosen]
    hits = {kind: np.zeros(len(AMOUNTS[kind]), np.int64) for kind in KINDS}
    tries = [
        (kind, place, way)
        for kind in KINDS
        for place, amount in enumerate(AMOUNTS[kind])
        for way in range(_ways(kind, amount))
    ]
    for done, (kind, place, way) in enumerate(tries):
        for first, block in _disturbed_blocks(images, kind, AMOUNTS[kind][place], way):
            for part in blocks(network, len(block)):
                readings = finite_scores(network, block[part]).argmax(axis=1)
                answers = labels[first + part.start : first + part.stop]
                hits[kind][place] += np.count_nonzero(readings == answers)
                yield (done + (first + part.stop) / len(images)) / len(tries)
    return tuple(_curve(kind, hits[kind], len(images)) for kind in KINDS)


def _ways(kind: Kind, amount: float) -> int:
    return WAYS[kind] if amount else 1


def _curve(kind: Kind, hits: npt.NDArray[np.int64], count: int) -> RobustnessCurve:
    tried = [count * _ways(kind, amount) for amount in AMOUNTS[kind]]
    return RobustnessCurve(
        kind, LIMITS[kind].unit, np.array(AMOUNTS[kind], float), hits / tried, count
    )


def disturbed(images: Bytes, kind: Kind, amount: float, seed: int = 0) -> Bytes:
    """Return ``images`` (N, 784), 0 to 255, all disturbed by ``amount``; 0 changes nothing.

    Parameters
    ----------
    images
        Are left as they are.
    kind
        ``"noise"``, ``"shift"``, ``"rotation"`` or ``"thickness"``.
    amount
        Within ``LIMITS``: the standard deviation of Gaussian noise in grey levels; pixels of a
        shift; degrees of a rotation about (14, 14), where the centre of mass of MNIST's digits is;
        pixels by which strokes are wider, or thinner if it is negative.
    seed
        Of the noise. A shift goes right, down, left and up for 0, 1, 2 and 3, a rotation
        anticlockwise for 0 and clockwise for 1, and so on again.

    Raises
    ------
    ValueError
        For another kind, or an amount out of range.
    """
    changed = np.empty(images.shape, np.uint8)
    for start, block in _disturbed_blocks(images, kind, amount, seed):
        changed[start : start + len(block)] = block
    return changed


def _disturbed_blocks(
    images: Bytes, kind: Kind, amount: float, seed: int
) -> Iterator[tuple[int, Bytes]]:
    """Give the place of each block's first image, and the block disturbed."""
    if kind not in KINDS:
        raise ValueError(f"kind must be {' or '.join(KINDS)}, not {kind!r}")
    if not LIMITS[kind].holds(amount):
        raise ValueError(f"the amount of {kind} must be {LIMITS[kind]}, not {amount!r}")
    amount = float(amount)  # a NumPy scalar would make float32 levels float64
    for first in range(0, len(images), BLOCK):
        block = images[first : first + BLOCK]
        if amount:
            levels = block.reshape(-1, IMAGE_SIZE, IMAGE_SIZE).astype(np.float32)
            levels = _disturbed(levels, kind, amount, (seed, first))
            block = np.rint(levels).clip(0, 255).astype(np.uint8).reshape(block.shape)
        yield first, block


def _disturbed(levels: Levels, kind: Kind, amount: float, seed: tuple[int, int]) -> Levels:
    if kind == "noise":
        noise = np.random.default_rng(seed).standard_normal(levels.shape, np.float32)
        return levels + np.float32(amount) * noise
    if kind == "thickness":
        return dilated(levels, amount / 2)  # a stroke grows on both its sides
    rows, columns = np.mgrid[:IMAGE_SIZE, :IMAGE_SIZE].astype(np.float32)[:, np.newaxis]
    if kind == "shift":
        down, right = ((0, 1), (1, 0), (0, -1), (-1, 0))[seed[0] % 4]
        return sampled(levels, rows - down * amount, columns - right * amount)
    turn = np.radians(amount if seed[0] % 2 == 0 else -amount)
    cos, sin = float(np.cos(turn)), float(np.sin(turn))
    down, right = rows - CENTRE, columns - CENTRE
    return sampled(levels, cos * down + sin * right + CENTRE, cos * right - sin * down + CENTRE)

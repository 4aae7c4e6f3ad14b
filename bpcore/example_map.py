"""A map of the examples: their two principal components, of pixels or of hidden activations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import numpy as np

from bpcore.datasets.mnist import scale
from bpcore.evaluation import EvaluationError, blocks, finite_scores
from bpcore.layers import Affine
from bpcore.steps import evenly_spaced

if TYPE_CHECKING:
    from collections.abc import Generator

    from bpcore.datasets.idx import Bytes
    from bpcore.evaluation import Floats, Indices
    from bpcore.network import Network

Space: TypeAlias = Literal["pixels", "hidden"]

MOST_EXAMPLES = 2000
AXES = 2


@dataclass(frozen=True, eq=False)
class ExampleMap:
    """N examples in the plane in which they differ most. Arrays are read-only.

    Attributes
    ----------
    space
        What they were mapped by: ``"pixels"`` or ``"hidden"``, the outputs of the last hidden
        layer.
    examples
        Their indices in the set (N,), ascending: all of it, or 2,000 evenly spaced.
    points
        Where each lies (N, 2), in pixels from 0 to 1 or outputs of units; the mean is at (0, 0).
    labels, readings
        The right answers, and what the network reads (N,).
    explained
        Share of the whole variance that lies along each axis (2,), 0 to 1; the larger comes first.
        0 where nothing varies.
    """

    space: Space
    examples: Indices
    points: Floats
    labels: Indices
    readings: Indices
    explained: Floats

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        for array in (self.examples, self.points, self.labels, self.readings, self.explained):
            array.flags.writeable = False


def example_map(
    network: Network, images: Bytes, labels: Bytes, space: Space
) -> Generator[float, None, ExampleMap]:
    """Map at most 2,000 of ``images`` (N, 784; 0 to 255) step by step; return the ExampleMap.

    Yields the share done, 0 to 1. The last two steps, a matrix product and the eigenvectors of 784
    x 784 numbers, take some 30 and 60 ms, in which NumPy lets other threads run.

    Raises
    ------
    EvaluationError
        For hidden activations of a network without a hidden layer, and if its numbers are not
        finite.
    ValueError
        For another ``space``, or no images.
    """
    if space not in get_args(Space):
        raise ValueError(f'space must be "pixels" or "hidden", not {space!r}')
    if space == "hidden" and len(network.sizes) < 3:
        raise EvaluationError("This network has no hidden layer: look at the map of the pixels.")
    if not len(images) or len(images) != len(labels):
        raise ValueError(f"{len(images)} images and {len(labels)} labels make no map")
    network = network.twin()
    examples = evenly_spaced(len(images), MOST_EXAMPLES)
    answers, readings = labels[examples].astype(np.intp), np.empty(len(examples), np.intp)
    rows = []
    for block in blocks(network, len(examples)):
        ink = images[examples[block]]
        readings[block] = finite_scores(network, ink).argmax(axis=1)
        last = network.layers[f"Affine{len(network.sizes) - 1}"]
        assert isinstance(last, Affine)
        rows.append(last.x.astype(np.float64) if space == "hidden" else scale(ink, np.float64))
        yield block.stop / len(examples) / 2
    points, explained = yield from _principal(np.concatenate(rows))
    return ExampleMap(space, examples, points, answers, readings, explained)


def _principal(rows: Floats) -> Generator[float, None, tuple[Floats, Floats]]:
    """Return coordinates (N, 2) and shares of variance (2,) along the principal axes of ``rows``.

    An axis has two directions: the one is taken in which its largest loading is positive.
    """
    # In units of the largest value, whose squares are neither too large nor too small for a float.
    unit = np.abs(rows).max() or 1.0
    rows = rows / unit
    rows -= rows.mean(axis=0)
    covariance = rows.T @ rows / len(rows)
    yield 0.7
    variances, axes = np.linalg.eigh(covariance)
    first = axes[:, ::-1][:, :AXES]
    first = first * np.where(first[np.abs(first).argmax(axis=0), range(first.shape[1])] < 0, -1, 1)
    points, explained = np.zeros((len(rows), AXES)), np.zeros(AXES)
    with np.errstate(over="ignore"):
        points[:, : first.shape[1]] = rows @ first * unit
    if not np.isfinite(points).all():
        raise EvaluationError("The activations of this network are too large for a map.")
    whole = np.trace(covariance)
    if whole > 0:
        shares = variances[::-1][:AXES] / whole
        explained[: len(shares)] = np.clip(shares, 0, 1)
    yield 1.0
    return points, explained

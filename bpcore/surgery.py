"""What a network reads without one of its hidden units, or with a louder one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bpcore.network import Network

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from bpcore.evaluation import Evaluation, Indices


def operated(network: Network, scales: Mapping[int, float]) -> Network:
    """Return a copy of ``network`` with units of the first hidden layer louder, softer or off.

    Parameters
    ----------
    network
        Is left as it is.
    scales
        Factors by unit, from 0. The unit's outgoing weights, a row of W2, are multiplied by it: 0
        switches the unit off, 1 changes nothing, a negative one turns what it says around.

    Raises
    ------
    ValueError
        For a unit that there is not, or a factor that is infinite or no number.
    """
    units = network.sizes[1] if len(network.sizes) > 2 else 0
    for unit, factor in scales.items():
        if not 0 <= unit < units:
            raise ValueError(f"no hidden unit {unit}; the first hidden layer has {units}")
        if not math.isfinite(factor):
            raise ValueError(f"the factor of unit {unit} must be a number, not {factor!r}")
    copy = Network.from_params(network.params, network.activation, network.weight_decay)
    for unit, factor in scales.items():
        outgoing = copy.params["W2"][unit]
        with np.errstate(over="ignore", invalid="ignore"):  # an evaluation tells
            # Off is off, also where a weight is infinite.
            outgoing[:] = outgoing * copy.dtype.type(factor) if factor else 0
    return copy


@dataclass(frozen=True, eq=False)
class Effect:
    """What an operation changed.

    Attributes
    ----------
    accuracy
        By how much the accuracy rose, -1 to 1.
    confusion
        By how much each cell of the confusion matrix rose (10, 10).
    lost, won, moved
        Indices, ascending, of examples that are read right no more, that are read right now, and
        that are read as another wrong digit than before.
    """

    accuracy: float
    confusion: npt.NDArray[np.int64]
    lost: Indices
    won: Indices
    moved: Indices

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        for array in (self.confusion, self.lost, self.won, self.moved):
            array.flags.writeable = False


def effect(before: Evaluation, after: Evaluation) -> Effect:
    """Return what is different in ``after``, an evaluation of the same digits.

    Raises
    ------
    ValueError
        If the digits are not the same.
    """
    if not np.array_equal(before.labels, after.labels):
        raise ValueError("the two evaluations are of different digits")
    was, now = before.readings == before.labels, after.readings == after.labels
    changed = before.readings != after.readings
    return Effect(
        (after.right - before.right) / before.count,
        after.confusion - before.confusion,
        np.flatnonzero(was & ~now),
        np.flatnonzero(now & ~was),
        np.flatnonzero(changed & ~was & ~now),
    )

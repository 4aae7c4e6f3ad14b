"""The largest of all paths from the outputs of a network down to one unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from bpcore.layers import Array


@dataclass(frozen=True, eq=False, slots=True)
class Ways:
    """Paths from the outputs to each unit of a layer (U units, K paths each, largest first).

    Attributes
    ----------
    products
        Of the factors along each path (U, K).
    units
        The units that it passes, from the output down, without the last (U, K, layers above).
    """

    products: Array
    units: npt.NDArray[np.intp]


def from_outputs(gradients: Array) -> Ways:
    """Return the one way to each output: its gradient (C,)."""
    return Ways(gradients[:, np.newaxis], np.empty((len(gradients), 1, 0), np.intp))


def downwards(ways: Ways, W: Array, most: int) -> Ways:
    """Go down one layer, through weights ``W`` (M, U) times the slope below them.

    Only the ``most`` largest paths to each of its M units are kept. That loses none of the largest
    further down: a longer path is a shorter one times factors that don't ask where it came from.
    """
    above = np.repeat(np.arange(W.shape[1]), ways.products.shape[1])
    passed = np.column_stack((ways.units.reshape(len(above), -1), above))
    products, units = [], []
    for row in W:
        candidates = (row[:, np.newaxis] * ways.products).ravel()
        chosen = np.argsort(-np.abs(candidates), kind="stable")[:most]
        products.append(candidates[chosen])
        units.append(passed[chosen])
    return Ways(np.array(products), np.array(units))

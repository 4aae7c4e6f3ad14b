"""The arrays of a graph: floating, finite, read-only."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from bpcore.graph.operation import GraphError

if TYPE_CHECKING:
    import numpy.typing as npt

    from bpcore.layers import Array


def array(value: npt.ArrayLike) -> Array:
    """Return a read-only copy of numbers, as float32 if they are, else as float64.

    Raises
    ------
    GraphError
        If they are no real numbers, not finite, or none at all.
    """
    try:
        numbers = np.asarray(value)
    except (ValueError, TypeError) as error:
        raise GraphError(f"no array of numbers: {error}") from None
    if numbers.dtype.kind not in "iuf" or not numbers.size:
        raise GraphError(f"a value must be one or more real numbers, not {value!r:.60}")
    numbers = np.array(numbers, np.float32 if numbers.dtype == np.float32 else np.float64)
    if not np.isfinite(numbers).all():
        raise GraphError("a value must be finite: neither infinite nor NaN")
    return kept(numbers)


def fitted(gradient: Array, shape: tuple[int, ...]) -> Array:
    """Return the gradient of a broadcast input: what came back to each element, added up."""
    added = tuple(range(gradient.ndim - len(shape)))
    gradient = gradient.sum(axis=added)
    stretched = tuple(
        axis for axis, length in enumerate(shape) if length == 1 != gradient.shape[axis]
    )
    return np.asarray(gradient.sum(axis=stretched, keepdims=True))


def kept(values: Array) -> Array:
    """Make an array read-only."""
    values.setflags(write=False)
    return values


def finite(values: Array) -> bool:
    """Say whether there is neither an infinity nor a NaN; quickly where there is one number."""
    return math.isfinite(values) if values.ndim == 0 else bool(np.isfinite(values).all())

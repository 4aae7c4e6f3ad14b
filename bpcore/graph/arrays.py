"""The arrays of a graph: floating, finite, read-only."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from bpcore.graph.operation import GraphError

if TYPE_CHECKING:
    import numpy.typing as npt

    from bpcore.layers import Array


def array(value: npt.ArrayLike | float, dtype: type[np.floating[Any]] | None = None) -> Array:
    """Return a read-only copy of numbers, as float32 if they are, else as float64.

    A ``dtype`` is taken instead.

    Raises
    ------
    GraphError
        If they are no real numbers, not finite, or none at all.
    """
    if isinstance(value, float) and math.isfinite(value):
        return kept(np.array(value, dtype))  # most are: made quickly
    try:
        given = np.asarray(float(value) if type(value) is int else value)
    except (ValueError, TypeError, OverflowError) as error:
        raise GraphError(f"no array of numbers: {error}") from None
    if given.dtype.kind not in "iuf" or not given.size:
        raise GraphError(f"a value must be one or more real numbers, not {_quoted(value)}")
    if dtype is None:
        dtype = np.float32 if given.dtype == np.float32 else np.float64
    with np.errstate(over="ignore"):
        numbers = np.array(given, dtype)
    if not finite(numbers):
        raise GraphError("a value must be finite")
    return kept(numbers)


def _quoted(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:59]}…"


def fitted(gradient: Array, shape: tuple[int, ...]) -> Array:
    """Return the gradient of a broadcast input: what came back to each element, added up."""
    added = tuple(range(gradient.ndim - len(shape)))
    gradient = gradient.sum(axis=added)
    stretched = tuple(
        axis for axis, length in enumerate(shape) if length == 1 != gradient.shape[axis]
    )
    return np.asarray(gradient.sum(axis=stretched, keepdims=True))


def kept(values: Array) -> Array:
    """Make an array read-only, and what it may be a view of."""
    if values.base is not None and values.base.flags.writeable:
        values = values.copy()
    values.setflags(write=False)
    return values


def finite(values: Array) -> bool:
    """Say whether there is neither an infinity nor a NaN; quickly where there is one number."""
    return math.isfinite(values) if values.ndim == 0 else bool(np.isfinite(values).all())

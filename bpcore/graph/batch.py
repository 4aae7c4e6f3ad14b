"""What a batch's examples have in common, and how far they lie apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from bpcore.graph.steps import Trace
    from bpcore.layers import Array


def has_examples(trace: Trace, name: str) -> bool:
    """Tell whether a value of a network's trace has a row per example, as ``x`` and ``dz1`` do."""
    return trace.values[name].ndim == 2 and name.removeprefix("d")[0] not in "Wb"


def averaged(trace: Trace, name: str) -> Array:
    """Return a value's mean over the examples, without their axis; what has none as it is.

    A gradient in a trace is that of the mean loss, each example's already divided by their number:
    the mean over the examples of their own gradients is its sum.
    """
    value = trace.values[name]
    if not has_examples(trace, name):
        return value
    if len(value) == 1:
        row: Array = value[0]
        return row
    return np.asarray(value.sum(axis=0) if name.startswith("d") else value.mean(axis=0))


def of_each(trace: Trace, name: str) -> Array:
    """Return a value of every example (N, M): of a gradient, that of its own loss."""
    value = trace.values[name]
    return value * value.dtype.type(len(value)) if name.startswith("d") else value


def spread(trace: Trace, name: str) -> Array:
    """Return the standard deviation over the examples of what ``averaged`` is the mean of (M,)."""
    return np.asarray(of_each(trace, name).std(axis=0))


def read_right(trace: Trace) -> int:
    """Return how many of the examples get the highest probability for their own class."""
    y, t = trace.values["y"], trace.values["t"]
    return int(np.count_nonzero(y.argmax(axis=1) == t.argmax(axis=1)))

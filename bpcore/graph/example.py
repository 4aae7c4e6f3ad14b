"""One example of a network, as people give it."""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING

import numpy as np

from bpcore.graph.trace import trace_pass

if TYPE_CHECKING:
    import numpy.typing as npt

    from bpcore.graph.steps import Trace
    from bpcore.network import Network


def whole(name: str, value: int) -> int:
    """Return a whole number as Python's own, or raise ValueError."""
    try:
        return index(value)
    except TypeError:
        raise ValueError(f"{name} must be a whole number, not {value!r}") from None


def trace_batch(network: Network, x: npt.ArrayLike, t: npt.ArrayLike) -> Trace:
    """Trace a batch (N, D), or one example: ``x`` (D,) with its class or its one-hot row."""
    x, t = np.asarray(x), np.asarray(t)
    if x.ndim == 1:
        x = x[np.newaxis]
        t = t.reshape(1) if t.size == 1 else t[np.newaxis]
    if x.dtype.kind == "f" and not np.isfinite(x).all():
        raise ValueError("x must be finite: it holds an infinity or NaN")
    return trace_pass(network, x, t)


def trace_example(network: Network, x: npt.ArrayLike, t: npt.ArrayLike) -> Trace:
    """Trace one example, given as (D,) or as a batch of one.

    Raises
    ------
    ValueError
        If it does not fit the network, or is a batch of several.
    """
    trace = trace_batch(network, x, t)
    if len(trace.values["x"]) != 1:
        raise ValueError(f"give one example, not a batch of {len(trace.values['x'])}")
    return trace

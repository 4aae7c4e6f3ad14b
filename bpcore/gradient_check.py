"""Gradients by central differences, and how far backpropagation is from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bpcore.layers import Relu

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy.typing as npt

    from bpcore.layers import Array
    from bpcore.network import Network

STEP = 1e-4
"""The book's h: at it, the errors of truncation and rounding are both small in float64."""

TOLERANCE = 1e-7
"""The largest mean absolute difference with which a parameter passes."""

RELATIVE_ERROR_FLOOR = 1e-6
"""Gradients smaller than this are compared with it: central differences can't resolve them."""


def numerical_gradient(f: Callable[[Array], float], x: Array, h: float = STEP) -> Array:
    """Return df/dx, of the shape of ``x``, by (f(x + h) - f(x - h)) / 2h for each element.

    ``f`` is called with ``x`` itself, one element of it moved in place and put back exactly.
    ``x`` must be of a floating type (the book, chapter 4.4).
    """
    grad = np.empty_like(x)
    for index, above, below in _central_values(lambda: f(x), x, h):
        grad[index] = (above - below) / (2 * h)
    return grad


def _central_values(
    f: Callable[[], float], x: Array, h: float
) -> Iterator[tuple[tuple[int, ...], float, float]]:
    if not np.issubdtype(x.dtype, np.floating):
        raise TypeError(f"x must be of a floating type to be moved by h, not {x.dtype}")
    for index in np.ndindex(x.shape):
        value = x[index]
        try:
            x[index] = value + h
            above = f()
            x[index] = value - h
            below = f()
        finally:
            x[index] = value
        yield index, above, below


@dataclass(frozen=True)
class ParameterReport:
    """Backpropagation against central differences for one parameter.

    ``kinks`` counts elements whose two evaluations saw a Relu open in one and shut in the other:
    there the loss has no derivative between them, so they are left out of the other figures, which
    are NaN if nothing is left.
    """

    name: str
    shape: tuple[int, ...]
    mean_absolute_difference: float
    max_relative_error: float
    kinks: int

    @property
    def count(self) -> int:
        """Number of elements."""
        return int(np.prod(self.shape))

    @property
    def passed(self) -> bool:
        """Whether the mean absolute difference is at most ``TOLERANCE``; not if it is NaN."""
        return self.mean_absolute_difference <= TOLERANCE


def check_gradients(
    network: Network,
    x: npt.ArrayLike,
    t: npt.ArrayLike,
    *,
    h: float = STEP,
    progress: Callable[[int], None] | None = None,
) -> list[ParameterReport]:
    """Compare ``network.gradient`` with central differences, parameter by parameter.

    Use a float64 network: float32 can't resolve the differences. ``progress`` is called after every
    element with the number of elements done; an exception that it raises ends the check, with the
    network as it was.
    """
    return list(iter_reports(network, x, t, h=h, progress=progress))


def iter_reports(
    network: Network,
    x: npt.ArrayLike,
    t: npt.ArrayLike,
    *,
    h: float = STEP,
    progress: Callable[[int], None] | None = None,
) -> Iterator[ParameterReport]:
    """Give the reports of ``check_gradients``, each as soon as it is there."""
    if network.dtype != np.float64:
        raise TypeError(f"a gradient check needs a float64 network, not {network.dtype}")
    backprop = network.gradient(x, t)
    gates: list[list[bytes]] = []

    def loss_and_gates() -> float:
        loss = network.loss(x, t)
        gates.append(_open_gates(network))
        return loss

    done = 0
    for name, array in network.params.items():
        numerical = np.empty_like(array)
        kink = np.zeros(array.shape, bool)
        for index, above, below in _central_values(loss_and_gates, array, h):
            numerical[index] = (above - below) / (2 * h)
            kink[index] = gates[0] != gates[1]
            gates.clear()
            done += 1
            if progress:
                progress(done)
        yield _report(name, backprop[name], numerical, kink)


def _open_gates(network: Network) -> list[bytes]:
    return [layer.mask.tobytes() for layer in network.layers.values() if isinstance(layer, Relu)]


def _report(
    name: str, backprop: Array, numerical: Array, kink: npt.NDArray[np.bool_]
) -> ParameterReport:
    difference = np.abs(backprop - numerical)[~kink]
    size = np.maximum(np.abs(backprop), np.abs(numerical))[~kink]
    relative = difference / np.maximum(size, RELATIVE_ERROR_FLOOR)
    return ParameterReport(
        name=name,
        shape=backprop.shape,
        mean_absolute_difference=float(difference.mean()) if difference.size else np.nan,
        max_relative_error=float(relative.max()) if relative.size else np.nan,
        kinks=int(kink.sum()),
    )

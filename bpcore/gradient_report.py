"""What backpropagation and central differences say of one parameter, and whether they agree."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from bpcore.layers import Array

RELATIVE_TOLERANCE = 1e-5
"""The share of the mean absolute gradient that a mean absolute difference may be."""

ROUNDING, TRUNCATION = 1e-14, 0.09
"""What central differences leave unresolved, about: ROUNDING / h + TRUNCATION * h²."""

MOST_UNRESOLVED = 1e-7
"""However little an h resolves, no more than that is let pass."""

RELATIVE_ERROR_FLOOR = 1e-6
"""Gradients smaller than this are compared with it: central differences can't resolve them."""


@dataclass(frozen=True, eq=False)
class GradientReport:
    """Backpropagation against central differences for one parameter.

    Elements at a kink of a Relu are in the arrays, flagged, but left out of all other figures:
    between their two evaluations the loss has no derivative. With nothing left they are NaN.

    Attributes
    ----------
    name, shape
        Of the parameter.
    h
        How far each element was moved up and down.
    elements
        Flat indices (K,) in the parameter of what was checked: all of it, or a sample.
    backprop, numerical
        The two gradients of each (K,), for a scatter plot.
    kink
        (K,): True where the two evaluations saw a Relu open in one and shut in the other.
    """

    name: str
    shape: tuple[int, ...]
    h: float
    elements: npt.NDArray[np.intp]
    backprop: Array
    numerical: Array
    kink: npt.NDArray[np.bool_]

    @property
    def count(self) -> int:
        """Number of elements checked."""
        return len(self.elements)

    @cached_property
    def kinks(self) -> int:
        """Number of them at a kink."""
        return int(self.kink.sum())

    @cached_property
    def zeros(self) -> int:
        """Number of elements for which both gradients are exactly 0, as of pixels without ink."""
        return int(((self.backprop == 0) & (self.numerical == 0)).sum())

    @cached_property
    def absolute_difference(self) -> Array:
        """|backprop - numerical| of each element (K,)."""
        return np.abs(self.backprop - self.numerical)

    @cached_property
    def relative_error(self) -> Array:
        """The difference as a share of the larger of the two, or of 1e-6 if both are less (K,)."""
        size = np.maximum(np.abs(self.backprop), np.abs(self.numerical))
        error: Array = self.absolute_difference / np.maximum(size, RELATIVE_ERROR_FLOOR)
        return error

    @cached_property
    def mean_absolute_difference(self) -> float:
        """The book's figure, over what is not at a kink."""
        compared = self.absolute_difference[~self.kink]
        return float(compared.mean()) if compared.size else np.nan

    @cached_property
    def max_relative_error(self) -> float:
        """The largest relative error of what is not at a kink."""
        worst = self._worst
        return np.nan if worst is None else float(self.relative_error[worst])

    @property
    def worst(self) -> tuple[int, ...] | None:
        """Where in the parameter the relative error is largest: ``(784, 50)`` has ``(i, j)``."""
        worst = self._worst
        if worst is None:
            return None
        return tuple(int(i) for i in np.unravel_index(self.elements[worst], self.shape))

    @cached_property
    def passed(self) -> bool:
        """Whether the mean absolute difference is small; not if it is NaN.

        It may be ``RELATIVE_TOLERANCE`` of the mean absolute gradient, and what central
        differences leave ``unresolved``: that is no matter of backpropagation.
        """
        compared = ~self.kink
        size = max(self._mean(self.backprop[compared]), self._mean(self.numerical[compared]))
        return bool(agree(self.mean_absolute_difference, size, self.h))

    @cached_property
    def verdict(self) -> bool | None:
        """Whether it passed; None if nothing was compared that could tell.

        So it is where all is at kinks, and where both gradients are exactly 0 in all else: that
        they are with any code, behind units that are shut for every image.
        """
        compared = ~self.kink
        tells = self.backprop[compared].any() or self.numerical[compared].any()
        return self.passed if tells else None

    @cached_property
    def passed_by_column(self) -> npt.NDArray[np.bool_]:
        """Whether each column (M,) of a parameter (L, M) passes, by the rule for a parameter.

        All elements must have been checked. Of a column of kinks only there is nothing to pass.
        """
        kink = self.kink.reshape(self.shape)
        arrays = (self.absolute_difference, np.abs(self.backprop), np.abs(self.numerical))
        with np.errstate(invalid="ignore"):
            difference, *sizes = (
                np.where(kink, 0.0, array.reshape(self.shape)).sum(axis=0) / (~kink).sum(axis=0)
                for array in arrays
            )
            return np.asarray(agree(difference, np.maximum(*sizes), self.h))

    def reckon(self) -> None:
        """Compute the figures now, in this thread: of a large parameter that takes a while."""
        _ = self.zeros, self.max_relative_error, self.verdict

    def with_backprop(self, gradient: Array) -> GradientReport:
        """Return the same comparison with another ``gradient``, of the parameter's shape."""
        backprop = gradient.ravel()[self.elements]
        backprop.flags.writeable = False
        return replace(self, backprop=backprop)

    @staticmethod
    def _mean(values: Array) -> float:
        return float(np.abs(values).mean()) if values.size else np.nan

    @cached_property
    def _worst(self) -> int | None:
        compared = np.flatnonzero(~self.kink)
        return int(compared[self.relative_error[compared].argmax()]) if compared.size else None


def unresolved(h: float) -> float:
    """Return how much central differences with ``h`` may err: 1e-9 with the book's 1e-4."""
    return min(ROUNDING / h + TRUNCATION * h * h, MOST_UNRESOLVED)


def agree(
    difference: float | Array, size: float | Array, h: float
) -> np.bool_ | npt.NDArray[np.bool_]:
    """Tell whether gradients of this ``size`` may differ so, if ``h`` was used.

    Not if one of them is no finite number.
    """
    return np.isfinite(difference) & (difference <= RELATIVE_TOLERANCE * size + unresolved(h))

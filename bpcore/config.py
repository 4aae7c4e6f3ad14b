"""The parameters of a run: their names, ranges and units, in one place."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from numbers import Integral, Real
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Mapping

Activation = Literal["relu", "sigmoid"]
Precision = Literal["float32", "float64"]
BUNDLED = "bundled"


@dataclass(frozen=True)
class Range:
    """The values that a number may have; ``unit`` is "" for a plain number."""

    minimum: float
    maximum: float
    unit: str = ""
    whole: bool = True

    def holds(self, value: float) -> bool:
        """Return whether ``value`` lies within the limits, which are included; NaN does not."""
        return self.minimum <= value <= self.maximum

    def __str__(self) -> str:
        """Write the limits with thousands commas, a fraction as short as it is."""
        style = ",d" if self.whole else ",g"
        return f"{self.minimum:{style}} to {self.maximum:{style}}"


RANGES: Mapping[str, Range] = MappingProxyType(
    {
        "hidden_size": Range(1, 1000, "units"),
        "learning_rate": Range(1e-6, 100.0, whole=False),
        "batch_size": Range(1, 10_000, "examples"),
        "iterations": Range(1, 10_000_000, "iterations"),
        "seed": Range(0, 2**32 - 1),
        "weight_init_std": Range(0.0, 10.0, whole=False),
    }
)

CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"activation": get_args(Activation), "dtype": get_args(Precision)}
)


@dataclass(frozen=True)
class TrainingConfig:
    """What a run depends on, and nothing else.

    Two runs of equal configuration on the same data are equal bit for bit.

    Parameters
    ----------
    data
        ``"bundled"``, or the folder of the four MNIST files.
    activation
        ``"relu"`` or ``"sigmoid"``.
    hidden_size
        Units of the hidden layer.
    learning_rate
        Factor of the gradient in an update.
    batch_size
        Examples per iteration, drawn with replacement.
    iterations
        Length of the run.
    seed
        Of the initial weights and of the batches.
    weight_init_std
        Standard deviation of the initial weights.
    dtype
        ``"float32"`` or ``"float64"``.

    Raises
    ------
    ValueError
        For a value out of range, naming the field, the value and what is allowed.
    """

    data: str = BUNDLED
    activation: Activation = "relu"
    hidden_size: int = 50
    learning_rate: float = 0.1
    batch_size: int = 100
    iterations: int = 10_000
    seed: int = 42
    weight_init_std: float = 0.01
    dtype: Precision = "float32"

    def __post_init__(self) -> None:
        """Check every field; numbers become int or float, whatever type they came in."""
        if not isinstance(self.data, str) or not self.data:
            raise ValueError(f'data must be "bundled" or the path of a folder, not {self.data!r}')
        for name, allowed in CHOICES.items():
            if getattr(self, name) not in allowed:
                raise ValueError(
                    f"{name} must be {' or '.join(allowed)}, not {getattr(self, name)!r}"
                )
        for name, allowed_range in RANGES.items():
            number = _checked(name, getattr(self, name), allowed_range)
            object.__setattr__(self, name, number)

    def replace(self, **changes: object) -> TrainingConfig:
        """Return a copy with other values, checked like the first."""
        return dataclasses.replace(self, **changes)  # type: ignore[arg-type]


def _checked(name: str, value: Any, allowed: Range) -> int | float:
    # A NumPy scalar must not stay one: times a float64 one, float32 gradients become float64.
    is_number = isinstance(value, Integral if allowed.whole else Real)
    if not is_number or value is True or value is False or not allowed.holds(value):
        kind = "a whole number" if allowed.whole else "a number"
        raise ValueError(f"{name} must be {kind} from {allowed}, not {value!r}")
    return int(value) if allowed.whole else float(value)

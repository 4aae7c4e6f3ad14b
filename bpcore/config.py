"""The parameters of a run: their names, ranges and units, in one place."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from numbers import Integral, Real
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, get_args

from bpcore.initializers import Initializer

if TYPE_CHECKING:
    from collections.abc import Mapping

Activation = Literal["relu", "sigmoid", "tanh"]
OptimizerName = Literal["sgd", "momentum", "adagrad", "adam"]
Precision = Literal["float32", "float64"]
BUNDLED, FULL = "bundled", "full"
MAX_HIDDEN_LAYERS = 8
PIXELS, DIGITS = 28 * 28, 10


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
        "weight_decay": Range(0.0, 10.0, whole=False),
        "momentum": Range(0.0, 0.9999, whole=False),
        "beta1": Range(0.0, 0.9999, whole=False),
        "beta2": Range(0.0, 0.9999, whole=False),
    }
)

CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "activation": get_args(Activation),
        "initializer": get_args(Initializer),
        "optimizer": get_args(OptimizerName),
        "dtype": get_args(Precision),
    }
)

LEARNING_RATES: Mapping[str, float] = MappingProxyType(
    {"sgd": 0.1, "momentum": 0.01, "adagrad": 0.01, "adam": 0.001}
)
"""A learning rate with which each optimizer trains the book's network well."""

CHANGEABLE = ("learning_rate", "batch_size", "weight_decay", "momentum", "beta1", "beta2")
"""What can be changed during a run."""


@dataclass(frozen=True)
class TrainingConfig:
    """What a run depends on, and nothing else.

    Two runs of equal configuration on the same data are equal bit for bit.

    Parameters
    ----------
    data
        ``"bundled"``, ``"full"`` for all of MNIST once downloaded, or the folder of its files.
    activation
        ``"relu"``, ``"sigmoid"`` or ``"tanh"``.
    hidden_sizes
        Units of each hidden layer, the first one first: ``(50,)``.
    optimizer
        ``"sgd"``, ``"momentum"``, ``"adagrad"`` or ``"adam"``.
    learning_rate
        Factor of the gradient in an update.
    batch_size
        Examples per iteration, drawn with replacement.
    iterations
        Length of the run.
    seed
        Of the initial weights and of the batches.
    initializer
        ``"std"``, ``"xavier"`` or ``"he"``: how large the initial weights are.
    weight_init_std
        Standard deviation of the initial weights where the initializer is ``"std"``.
    weight_decay
        Factor of half the sum of the squared weights in the loss (L2).
    momentum
        Of the optimizer of this name: the share of its velocity that is kept.
    beta1, beta2
        Of Adam: the shares of the mean gradient and mean square that are kept.
    dtype
        ``"float32"`` or ``"float64"``.

    Raises
    ------
    ValueError
        For a value out of range, naming the field, the value and what is allowed.
    """

    data: str = BUNDLED
    activation: Activation = "relu"
    hidden_sizes: tuple[int, ...] = (50,)
    optimizer: OptimizerName = "sgd"
    learning_rate: float = 0.1
    batch_size: int = 100
    iterations: int = 10_000
    seed: int = 42
    initializer: Initializer = "std"
    weight_init_std: float = 0.01
    weight_decay: float = 0.0
    momentum: float = 0.9
    beta1: float = 0.9
    beta2: float = 0.999
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
        object.__setattr__(self, "hidden_sizes", _checked_sizes(self.hidden_sizes))
        for name, allowed_range in RANGES.items():
            if name != "hidden_size":
                number = _checked(name, getattr(self, name), allowed_range)
                object.__setattr__(self, name, number)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Units per layer, the pixels of an image first and the ten digits last."""
        return (PIXELS, *self.hidden_sizes, DIGITS)

    def replace(self, **changes: object) -> TrainingConfig:
        """Return a copy with other values, checked like the first."""
        return dataclasses.replace(self, **changes)  # type: ignore[arg-type]


def checked_change(name: str, value: Any) -> int | float:
    """Return ``value`` as the plain number that parameter ``name`` can be changed to.

    Raises
    ------
    ValueError
        For a name that is not in ``CHANGEABLE``, or a value out of range.
    """
    if name not in CHANGEABLE:
        raise ValueError(f"{name} can't be changed during a run; {', '.join(CHANGEABLE)} can")
    return _checked(name, value, RANGES[name])


def _checked_sizes(sizes: Any) -> tuple[int, ...]:
    if not isinstance(sizes, tuple | list) or len(sizes) > MAX_HIDDEN_LAYERS:
        raise ValueError(
            f"hidden_sizes must be the units of at most {MAX_HIDDEN_LAYERS} layers, not {sizes!r}"
        )
    return tuple(int(_checked("hidden_size", size, RANGES["hidden_size"])) for size in sizes)


def _checked(name: str, value: Any, allowed: Range) -> int | float:
    # A NumPy scalar must not stay one: times a float64 one, float32 gradients become float64.
    is_number = isinstance(value, Integral if allowed.whole else Real)
    if not is_number or value is True or value is False or not allowed.holds(value):
        kind = "a whole number" if allowed.whole else "a number"
        raise ValueError(f"{name} must be {kind} from {allowed}, not {value!r}")
    return int(value) if allowed.whole else float(value)

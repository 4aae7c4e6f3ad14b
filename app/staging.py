"""What can be sent through a pass: an example, a batch, the book's shopping, a typed expression."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Mapping

Bytes: TypeAlias = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Example:
    """A digit with its label: from ``"train"`` or ``"test"``, or a ``"drawing"`` without index."""

    source: str
    index: int | None
    image: Bytes
    label: int


@dataclass(frozen=True, eq=False)
class Batch:
    """Some examples: ``images`` (N, 784), ``labels`` (N,).

    They are examples ``first`` and following of ``source``, ``"train"`` or ``"test"``; or, of the
    ``"run"``, what iteration ``first`` learns from; or the ``"drawing"``, whose ``first`` is 0.
    """

    source: str
    first: int
    images: Bytes
    labels: npt.NDArray[np.integer]


@dataclass(frozen=True)
class Shop:
    """The book's apples and oranges: prices, numbers and tax, by the names of the graph's leaves.

    What is not given has the book's value.
    """

    values: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Expression:
    """A formula that the user typed, and the numbers of its variables."""

    text: str
    values: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))


Staged: TypeAlias = Example | Batch | Shop | Expression

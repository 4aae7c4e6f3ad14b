"""What is told of a parameter's gradient: factors, paths, and why it may be 0."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Factor:
    """One number of a product.

    Attributes
    ----------
    name
        As mathematics, in the trace's names: ``"W2[17,3]"``.
    value
        The number.
    node
        Where it comes from: ``"Affine2"``, ``"Relu1"``, ``"SoftmaxWithLoss"``.
    blocks
        Why the product is 0, if it is this factor that makes it so; else "".
    """

    name: str
    value: float
    node: str
    blocks: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Path:
    """One way from the loss to the parameter.

    Attributes
    ----------
    units
        One per Affine on the way, from the class at the top to the parameter's own unit.
    factors
        From the loss down.
    contribution
        Their product.
    """

    units: tuple[int, ...]
    factors: tuple[Factor, ...]
    contribution: float

    def __repr__(self) -> str:
        return f"<Path {_product(self.factors)} = {self.contribution:.6g}>"


@dataclass(frozen=True, slots=True, repr=False)
class Chain:
    """The gradient of one example's loss with respect to the parameter.

    Attributes
    ----------
    factors
        The gradient that reaches the parameter's unit, all paths together, and what it is
        multiplied by from there; their product is ``gradient``.
    paths
        The largest ones, the largest first.
    others
        How many there are besides.
    rest
        What those contribute together.
    """

    gradient: float
    factors: tuple[Factor, ...]
    paths: tuple[Path, ...]
    others: int
    rest: float

    def __repr__(self) -> str:
        return f"<Chain {_product(self.factors)} = {self.gradient:.6g}>"

    @property
    def blocked(self) -> tuple[Factor, ...]:
        """The factors that are 0, and so make the gradient 0."""
        return tuple(factor for factor in self.factors if factor.value == 0)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the gradient is 0, if it is."""
        if self.gradient == 0 and not self.blocked:
            return ("the product is closer to 0 than a float can be",)
        return tuple(factor.blocks for factor in self.blocked)


@dataclass(frozen=True, slots=True, repr=False)
class Explanation:
    """Why a parameter's gradient is what it is.

    Attributes
    ----------
    parameter, index
        ``"W1"``, ``(406, 17)``.
    gradient
        The mean over the examples, and the ``penalty``.
    examples
        A chain per example of the batch, each of that example's own loss: the mean is over them.
    penalty
        What weight decay adds: λ times the weight; 0 without it, and for a bias.
    """

    parameter: str
    index: tuple[int, ...]
    gradient: float
    examples: tuple[Chain, ...]
    penalty: float

    def __repr__(self) -> str:
        where = ",".join(map(str, self.index))
        count = len(self.examples)
        over = "1 example" if count == 1 else f"{count} examples"
        return f"<Explanation of {self.parameter}[{where}]: {self.gradient:.6g} over {over}>"

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why nothing comes from the loss, or from some examples: ``"Relu1[17] is closed: …"``."""
        texts = [text for chain in self.examples for text in chain.reasons]
        if len(self.examples) > 1:
            counts = Counter(text.partition(":")[0] for text in texts)
            of = f"of {len(self.examples)} examples"
            texts = [f"{text} in {count} {of}" for text, count in counts.most_common()]
        total = math.fsum(chain.gradient for chain in self.examples)
        if total == 0 and any(chain.gradient for chain in self.examples):
            texts.append("what the examples ask for adds up to 0")
        if total == 0 != self.penalty:
            decay = f"{self.penalty:.6g}".replace("-", "−")
            texts.append(f"the gradient is weight decay alone, {decay}")
        return tuple(texts)


def _product(factors: tuple[Factor, ...]) -> str:
    return " × ".join(f"{factor.name} {factor.value:.4g}" for factor in factors)

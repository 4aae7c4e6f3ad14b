"""What is known of a pass: its steps in order, and every value by its name."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, fields
from string import ascii_letters
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from bpcore.graph.arrays import finite

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bpcore.graph.code import Code
    from bpcore.layers import Array

Phase: TypeAlias = Literal["forward", "backward", "update"]


@dataclass(frozen=True, eq=False, slots=True)
class Downstream:
    """What a backward step hands back to one of the values that its node reads.

    Attributes
    ----------
    input
        Name of that value: ``"a1"``, ``"W2"``.
    gradient
        Name of the gradient handed back: ``"da1"``. Where other nodes read that value too, this is
        a share of its gradient: ``"dx via exp(x)"``.
    local_derivative
        What upstream is multiplied by, shaped as the factor stands in the formula: the gates of a
        Relu (N, M), the slopes of a Sigmoid (N, M), the weights of an Affine for its input (D, M),
        the input (N, D) for its weights, 1 for its bias. Where an input was repeated to fit the
        others, as a bias is for each example, the products are added up.
    formula
        The product as mathematics.
    parameter
        Whether it is a weight or a bias, that is, whether the gradient ends here.
    """

    input: str
    gradient: str
    local_derivative: Array
    formula: str
    parameter: bool = False


@dataclass(frozen=True, eq=False, slots=True, repr=False)
class Step:
    """One thing that a pass does.

    Attributes
    ----------
    phase
        ``"forward"``, ``"backward"`` or ``"update"``.
    node
        The layer, as the network names it (``"Relu1"``), the optimizer (``"SGD"``), or the node of
        a graph.
    computes
        Names of the values that this step makes known: ``("dz1",)``. A gradient is called d and the
        name of its value.
    inputs
        Names of the values it reads.
    output
        Name of the value that the node makes on the way forward, also on the way back; "" for an
        update.
    upstream
        Name of the gradient that comes from above; "" in the forward pass.
    downstream
        What goes to each of the inputs, on the way back.
    formula
        The step as mathematics, in the trace's names.
    rule
        The step in words.
    code
        The method that ran, and its line.
    """

    phase: Phase
    node: str
    computes: tuple[str, ...]
    inputs: tuple[str, ...]
    output: str
    upstream: str
    downstream: tuple[Downstream, ...]
    formula: str
    rule: str
    code: Code

    def __repr__(self) -> str:
        return f"<{self.phase} {self.node}: {self.formula}>"

    @property
    def local_derivative(self) -> Array | None:
        """The local derivative of a backward step with one downstream gradient; else None."""
        return self.downstream[0].local_derivative if len(self.downstream) == 1 else None

    @property
    def parameter_gradients(self) -> dict[str, str]:
        """Names of the gradients of the parameters that this step computes, by parameter."""
        return {share.input: share.gradient for share in self.downstream if share.parameter}


@dataclass(frozen=True, eq=False, repr=False)
class Trace:
    """The steps of a pass in order, and every value by its name; all arrays are read-only copies.

    Attributes
    ----------
    steps
        In the order in which they ran.
    values
        Of a network: ``x`` (N, D), ``t`` (N, C) one-hot, ``W1`` … the parameters, ``z1`` (N, M) and
        ``a1`` (N, M) before and after an activation, ``y`` (N, C) probabilities, ``loss`` ();
        gradients ``dz1`` … of the loss; with an update also ``W1_new`` … and ``loss_after`` ().
        Of a graph: each node under its name, and the gradients of its output.
    layers
        Names of the layers, or of a graph's operations, in forward order; the last makes the loss
        or the output.
    activation
        ``"relu"``, ``"sigmoid"`` or ``"tanh"``; "" for a graph.
    learning_rate
        Of the update; None where there is none.
    weight_decay
        Of the network: its loss has half of this times the sum of all squared weights in it.
    """

    steps: tuple[Step, ...]
    values: Mapping[str, Array]
    layers: tuple[str, ...]
    activation: str = ""
    learning_rate: float | None = None
    weight_decay: float = 0.0

    def __repr__(self) -> str:
        return f"<Trace of {len(self.steps)} steps through {len(self.layers)} nodes>"

    def known(self, position: int) -> frozenset[str]:
        """Return the names of the values that are there after ``position`` steps (0 is before)."""
        computed = {name for step in self.steps for name in step.computes}
        done = {name for step in self.steps[:position] for name in step.computes}
        return frozenset((self.values.keys() - computed) | done)

    def to_json(self) -> str:
        """Return all of it as JSON: an object with the names of this class, arrays as lists.

        Numbers are given in full. One that is not finite is a text: ``"inf"``, ``"nan"``.
        """
        rate = self.learning_rate
        return json.dumps(
            {
                "layers": self.layers,
                "activation": self.activation,
                "learning_rate": None if rate is None else _spelled(rate),
                "weight_decay": self.weight_decay,
                "steps": [_step(step) for step in self.steps],
                "values": {name: _listed(value) for name, value in self.values.items()},
            },
            ensure_ascii=False,
            allow_nan=False,
        )


def _step(step: Step) -> dict[str, Any]:
    return {
        **_fields(step),
        "downstream": [
            {**_fields(share), "local_derivative": _listed(share.local_derivative)}
            for share in step.downstream
        ],
        "code": asdict(step.code),
    }


def _fields(told: Step | Downstream) -> dict[str, Any]:
    return {field.name: getattr(told, field.name) for field in fields(told)}


def _listed(value: Array) -> Any:
    numbers = value.tolist()
    return numbers if finite(value) else _spelled(numbers)


def _spelled(numbers: Any) -> Any:
    if isinstance(numbers, list):
        return [_spelled(number) for number in numbers]
    return numbers if math.isfinite(numbers) else str(numbers)


def layer_number(node: str) -> int:
    """Return the number in the name of a layer: 1 of ``"Relu1"``, and of its values."""
    return int(node.lstrip(ascii_letters))

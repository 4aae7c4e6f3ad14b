"""One forward and backward pass of a network, recorded step by step."""

from __future__ import annotations

from dataclasses import dataclass
from string import ascii_letters
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from bpcore.graph.code import Code, code_of
from bpcore.layers import Affine, Relu, Sigmoid, SoftmaxWithLoss
from bpcore.network import Network
from bpcore.optimizers import SGD

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from bpcore.layers import Array, Labels
    from bpcore.network import ActivationLayer

Phase: TypeAlias = Literal["forward", "backward", "update"]


@dataclass(frozen=True, eq=False)
class Step:
    """One thing that the pass does.

    Attributes
    ----------
    phase
        ``"forward"``, ``"backward"`` or ``"update"``.
    node
        The layer, as the network names it (``"Relu1"``), or the optimizer (``"SGD"``).
    computes
        Names of the values that this step makes known: ``("dz1",)``. A gradient is called d and the
        name of its value.
    inputs
        Names of the values it reads.
    upstream
        Name of the gradient that comes from above; "" in the forward pass.
    local_derivative
        What upstream is multiplied by, shaped as the factor stands in the formula: the gates of a
        Relu (N, M), the slopes of a Sigmoid (N, M), the weights of an Affine for dx (D, M), its
        input for dW (N, D), 1 for db; None in the forward pass.
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
    upstream: str
    local_derivative: Array | None
    formula: str
    rule: str
    code: Code


@dataclass(frozen=True, eq=False)
class Trace:
    """The steps of a pass in order, and every value by its name; all arrays are read-only copies.

    Attributes
    ----------
    steps
        In the order in which they ran.
    values
        ``x`` (N, D), ``t`` (N, C) one-hot, ``W1`` … the parameters, ``z1`` (N, M) and ``a1`` (N, M)
        before and after an activation, ``y`` (N, C) probabilities, ``loss`` (); gradients ``dz1`` …
        of the loss; with an update also ``W1_new`` … and ``loss_after`` ().
    layers
        Names of the layers in forward order, the loss last.
    activation
        ``"relu"``, ``"sigmoid"`` or ``"tanh"``.
    learning_rate
        Of the update; None where there is none.
    """

    steps: tuple[Step, ...]
    values: Mapping[str, Array]
    layers: tuple[str, ...]
    activation: str
    learning_rate: float | None

    def known(self, position: int) -> frozenset[str]:
        """Return the names of the values that are there after ``position`` steps (0 is before)."""
        computed = {name for step in self.steps for name in step.computes}
        done = {name for step in self.steps[:position] for name in step.computes}
        return frozenset((self.values.keys() - computed) | done)


def trace_pass(
    network: Network, x: npt.ArrayLike, t: npt.ArrayLike, *, learning_rate: float | None = None
) -> Trace:
    """Run ``network`` forward and backward on a batch ``x`` (N, D), ``t`` (N,) or (N, C).

    With a ``learning_rate``, two more steps do one SGD update. The network itself is not changed:
    the pass runs on a copy, in the code that trains, so that it equals an untraced one bit for bit.

    Raises
    ------
    ValueError
        If ``x`` or ``t`` do not fit the network.
    """
    recorder = _Recorder(network)
    recorder.forward(network.as_batch(x), np.asarray(t))
    recorder.backward()
    if learning_rate is not None:
        recorder.update(learning_rate)
    return Trace(
        steps=tuple(recorder.steps),
        values=MappingProxyType(recorder.values),
        layers=(*recorder.network.layers, "SoftmaxWithLoss"),
        activation=network.activation,
        learning_rate=learning_rate,
    )


def layer_number(node: str) -> int:
    """Return the number in the name of a layer: 1 of ``"Relu1"``, and of its values."""
    return int(node.lstrip(ascii_letters))


class _Recorder:
    """Runs a copy of a network layer by layer and writes down what each does."""

    def __init__(self, network: Network) -> None:
        self.network = Network.from_params(network.params, network.activation, network.weight_decay)
        self.steps: list[Step] = []
        self.values: dict[str, Array] = {}
        self.keep(self.network.params)

    def keep(self, values: Mapping[str, npt.ArrayLike]) -> None:
        for name, value in values.items():
            self.values[name] = np.array(value)
            self.values[name].flags.writeable = False

    def step(
        self,
        phase: Phase,
        node: str,
        computes: tuple[str, ...],
        inputs: tuple[str, ...],
        formula: str,
        rule: str,
        code: Code,
        upstream: str = "",
        local: npt.NDArray[Any] | None = None,
    ) -> None:
        if local is not None:
            local = local.copy()
            local.flags.writeable = False
        self.steps.append(Step(phase, node, computes, inputs, upstream, local, formula, rule, code))

    def forward(self, x: Array, t: Labels) -> None:
        self.keep({"x": x})
        name, out = "x", x
        for node, layer in self.network.layers.items():
            out = layer.forward(out)
            name = self.layer_forward(node, layer, source=name)
            self.keep({name: out})
        loss_layer = self.network.last_layer
        loss = self.network.penalised(loss_layer.forward(out, t))
        self.keep({"loss": loss, "t": loss_layer.t, "y": loss_layer.y})
        self.step(
            "forward",
            "SoftmaxWithLoss",
            ("y", "loss"),
            (name, "t"),
            f"L = −Σ t · log softmax({name})" + _per_example(x) + self.decay(" + λ/2 · Σ W²"),
            "scores become probabilities, and the loss is how little went to the label",
            code_of(SoftmaxWithLoss.forward, "loss"),
        )

    def decay(self, term: str) -> str:
        """Return what weight decay adds to a formula, if there is any."""
        return f"{term}, λ = {self.network.weight_decay:g}" if self.network.weight_decay else ""

    def layer_forward(self, node: str, layer: Affine | ActivationLayer, source: str) -> str:
        """Write down a layer that read ``source``; return the name of what it made."""
        n = layer_number(node)
        name = f"a{n}"
        inputs: tuple[str, ...] = (source,)
        if isinstance(layer, Affine):
            name, inputs = f"z{n}", (source, f"W{n}", f"b{n}")
            formula = f"{name} = {source} · W{n} + b{n}"
            rule = "each unit weighs its inputs and adds its bias"
        elif isinstance(layer, Relu):
            formula = f"{name} = {source} if {source} > 0 else 0"
            rule = "values above 0 pass, the gate shuts on the rest"
        elif isinstance(layer, Sigmoid):
            formula = f"{name} = 1 / (1 + exp(−{source}))"
            rule = "each value is squashed into 0 to 1"
        else:
            formula = f"{name} = tanh({source})"
            rule = "each value is squashed into −1 to 1"
        code = code_of(type(layer).forward, "out")
        self.step("forward", node, (name,), inputs, formula, rule, code)
        return name

    def backward(self) -> None:
        layers = list(self.network.layers.items())
        scores = f"z{layer_number(layers[-1][0])}"
        loss_layer = self.network.last_layer
        dout = loss_layer.backward()
        self.keep({f"d{scores}": dout, "dL": 1.0})
        self.step(
            "backward",
            "SoftmaxWithLoss",
            (f"d{scores}",),
            ("y", "t"),
            f"d{scores} = dL × (y − t)" + _per_example(dout),
            "the famous difference: what was said minus what is right",
            code_of(SoftmaxWithLoss.backward, "dx"),
            upstream="dL",
            local=(loss_layer.y - loss_layer.t) / len(dout),
        )
        for node, layer in reversed(layers):
            if isinstance(layer, Affine):
                dout = self.affine_backward(node, layer, dout)
            else:
                dout = self.activation_backward(node, layer, dout)

    def affine_backward(self, node: str, layer: Affine, dout: Array) -> Array:
        n = layer_number(node)
        upstream, weights, source = f"dz{n}", f"W{n}", "x" if n == 1 else f"a{n - 1}"
        dx = layer.backward(dout)
        if self.network.weight_decay:
            self.network.decay(layer)
        self.keep({f"d{source}": dx, f"dW{n}": layer.dW, f"db{n}": layer.db})

        def step(
            name: str, target: str, other: tuple[str, ...], local: Array, formula: str, rule: str
        ) -> None:
            code = code_of(Affine.backward, target)
            inputs = (upstream, *other)
            self.step("backward", node, (name,), inputs, formula, rule, code, upstream, local)

        formula = f"d{source} = {upstream} · {weights}ᵀ"
        rule = "the gradient goes back through the same weights"
        step(f"d{source}", "dx", (weights,), layer.W, formula, rule)
        formula = f"dW{n} = {source}ᵀ · {upstream}" + self.decay(f" + λ W{n}")
        rule = "a weight's gradient is its input times the gradient of its unit"
        step(f"dW{n}", "self.dW", (source,), layer.x, formula, rule)
        formula = f"db{n} = Σ {upstream}"
        rule = "a bias is added, so the gradient passes on unchanged"
        step(f"db{n}", "self.db", (), np.ones((), dout.dtype), formula, rule)
        return dx

    def activation_backward(self, node: str, layer: ActivationLayer, dout: Array) -> Array:
        n = layer_number(node)
        inputs = (f"da{n}", f"a{n}")
        if isinstance(layer, Relu):
            local = (~layer.mask).astype(dout.dtype)
            inputs = (f"da{n}", f"z{n}")
            formula = f"dz{n} = da{n} × 1 if z{n} > 0 else 0"
            rule = "closed gates block dout"
        elif isinstance(layer, Sigmoid):
            local = layer.out * (1 - layer.out)
            formula = f"dz{n} = da{n} × a{n} (1 − a{n})"
            rule = "dout is dimmed by the slope y (1 − y), at most 1/4"
        else:
            local = 1 - layer.out * layer.out
            formula = f"dz{n} = da{n} × (1 − a{n}²)"
            rule = "dout is dimmed by the slope 1 − y², at most 1"
        dx = layer.backward(dout)
        self.keep({f"dz{n}": dx})
        code = code_of(type(layer).backward, "dx")
        self.step("backward", node, (f"dz{n}",), inputs, formula, rule, code, f"da{n}", local)
        return dx

    def update(self, learning_rate: float) -> None:
        network = self.network
        SGD(learning_rate).update(network.params, network.grads)
        self.keep({f"{name}_new": array for name, array in network.params.items()})
        self.keep({"loss_after": network.loss(self.values["x"], self.values["t"])})
        code = code_of(SGD.update, "W")
        for kind in "Wb":
            names = tuple(name for name in network.params if name.startswith(kind))
            computes = tuple(f"{name}_new" for name in names)
            inputs = (*names, *(f"d{name}" for name in names))
            formula = f"{kind} ← {kind} − η · d{kind}, η = {learning_rate:g}"
            rule = "one step against the gradient, on a copy of the network"
            if kind == "b":
                computes += ("loss_after",)
            self.step("update", "SGD", computes, inputs, formula, rule, code)


def _per_example(batch: Array) -> str:
    return "" if len(batch) == 1 else " / N"

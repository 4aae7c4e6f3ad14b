"""The passes of a network, written down layer by layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bpcore.graph.arrays import kept
from bpcore.graph.code import code_of
from bpcore.graph.steps import Downstream, Step, layer_number
from bpcore.layers import Affine, Relu, Sigmoid, SoftmaxWithLoss
from bpcore.network import Network
from bpcore.optimizers import SGD

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from bpcore.graph.code import Code
    from bpcore.layers import Array, Labels
    from bpcore.network import ActivationLayer


class NetworkRecorder:
    """Runs a copy of a network layer by layer and writes down what each does.

    The copy and all that it computes belong to the recording: nothing is copied twice.
    """

    def __init__(self, network: Network) -> None:
        self.network = Network.from_params(network.params, network.activation, network.weight_decay)
        self.steps: list[Step] = []
        self.values: dict[str, Array] = {}
        self._keep(self.network.params)

    def _keep(self, values: Mapping[str, npt.ArrayLike]) -> None:
        for name, value in values.items():
            self.values[name] = kept(np.asarray(value))

    def _forward_step(
        self,
        node: str,
        computes: tuple[str, ...],
        inputs: tuple[str, ...],
        formula: str,
        rule: str,
        code: Code,
    ) -> None:
        output = computes[-1]
        self.steps.append(
            Step("forward", node, computes, inputs, output, "", (), formula, rule, code)
        )

    def _backward_step(
        self,
        node: str,
        output: str,
        upstream: str,
        input_: str,
        reads: tuple[str, ...],
        local: Array,
        formula: str,
        rule: str,
        code: Code,
    ) -> None:
        name = f"d{input_}"
        share = Downstream(input_, name, kept(local), formula, input_ in self.network.params)
        inputs = (upstream, *reads) if upstream != "dL" else reads
        self.steps.append(
            Step("backward", node, (name,), inputs, output, upstream, (share,), formula, rule, code)
        )

    def forward(self, x: Array, t: Labels) -> None:
        """Run forward on a batch, from the first layer to the loss."""
        name, out = "x", x.copy()
        self._keep({"x": out})
        for node, layer in self.network.layers.items():
            out = layer.forward(out)
            name = self._layer_forward(node, layer, source=name)
            self._keep({name: out})
        loss_layer = self.network.last_layer
        loss = self.network.penalised(loss_layer.forward(out, t.copy()))
        self._keep({"loss": loss, "t": loss_layer.t, "y": loss_layer.y})
        self._forward_step(
            "SoftmaxWithLoss",
            ("y", "loss"),
            (name, "t"),
            f"L = −Σ t · log softmax({name})" + _per_example(x) + self._decay(" + λ/2 · Σ W²"),
            "scores become probabilities, and the loss is how little went to the label",
            code_of(SoftmaxWithLoss.forward, "loss"),
        )

    def _decay(self, term: str) -> str:
        """Return what weight decay adds to a formula, if there is any."""
        return f"{term}, λ = {self.network.weight_decay:g}" if self.network.weight_decay else ""

    def _layer_forward(self, node: str, layer: Affine | ActivationLayer, source: str) -> str:
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
            rule = "values above 0 pass, the gate is closed for the rest"
        elif isinstance(layer, Sigmoid):
            formula = f"{name} = 1 / (1 + exp(−{source}))"
            rule = "each value is squashed into 0 to 1"
        else:
            formula = f"{name} = tanh({source})"
            rule = "each value is squashed into −1 to 1"
        code = code_of(type(layer).forward, "out")
        self._forward_step(node, (name,), inputs, formula, rule, code)
        return name

    def backward(self) -> None:
        """Run back, from the loss to the input."""
        layers = list(self.network.layers.items())
        scores = f"z{layer_number(layers[-1][0])}"
        loss_layer = self.network.last_layer
        dout = loss_layer.backward()
        self._keep({f"d{scores}": dout, "dL": 1.0})
        self._backward_step(
            "SoftmaxWithLoss",
            "loss",
            "dL",
            scores,
            ("y", "t"),
            (loss_layer.y - loss_layer.t) / len(dout),
            f"d{scores} = dL × (y − t)" + _per_example(dout),
            "the famous difference: what was said minus what is right",
            code_of(SoftmaxWithLoss.backward, "dx"),
        )
        for node, layer in reversed(layers):
            if isinstance(layer, Affine):
                dout = self._affine_backward(node, layer, dout)
            else:
                dout = self._activation_backward(node, layer, dout)

    def _affine_backward(self, node: str, layer: Affine, dout: Array) -> Array:
        n = layer_number(node)
        output, upstream, weights = f"z{n}", f"dz{n}", f"W{n}"
        source = "x" if n == 1 else f"a{n - 1}"
        dx = layer.backward(dout)
        if self.network.weight_decay:
            self.network.decay(layer)
        self._keep({f"d{source}": dx, f"dW{n}": layer.dW, f"db{n}": layer.db})

        def step(
            input_: str, target: str, reads: tuple[str, ...], local: Array, formula: str, rule: str
        ) -> None:
            code = code_of(Affine.backward, target)
            self._backward_step(node, output, upstream, input_, reads, local, formula, rule, code)

        formula = f"d{source} = {upstream} · {weights}ᵀ"
        rule = "the gradient goes back through the same weights"
        step(source, "dx", (weights,), layer.W, formula, rule)
        formula = f"dW{n} = {source}ᵀ · {upstream}" + self._decay(f" + λ W{n}")
        rule = "a weight's gradient is its input times the gradient of its unit"
        step(weights, "self.dW", (source,), layer.x, formula, rule)
        formula = f"db{n} = Σ {upstream}"
        rule = "a bias is added, so the gradient passes on unchanged"
        if len(dout) > 1:
            rule = "a bias is added to every example, so it gets the sum of their gradients"
        step(f"b{n}", "self.db", (), np.ones((), dout.dtype), formula, rule)
        return dx

    def _activation_backward(self, node: str, layer: ActivationLayer, dout: Array) -> Array:
        n = layer_number(node)
        reads = f"a{n}"
        if isinstance(layer, Relu):
            local = (~layer.mask).astype(dout.dtype)
            reads = f"z{n}"
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
        self._keep({f"dz{n}": dx})
        code = code_of(type(layer).backward, "dx")
        self._backward_step(node, f"a{n}", f"da{n}", f"z{n}", (reads,), local, formula, rule, code)
        return dx

    def update(self, learning_rate: float) -> None:
        """Do one SGD update, on another copy, and see what becomes of the loss."""
        before = self.network
        after = Network.from_params(before.params, before.activation, before.weight_decay)
        SGD(learning_rate).update(after.params, before.grads)
        x, t = self.values["x"], self.values["t"]
        self._keep({"loss_after": after.loss(x, t)})
        self._keep({f"{name}_new": array for name, array in after.params.items()})
        code = code_of(SGD.update, "W")
        for kind in "Wb":
            names = tuple(name for name in after.params if name.startswith(kind))
            computes = tuple(f"{name}_new" for name in names)
            inputs = (*names, *(f"d{name}" for name in names))
            formula = f"{kind} ← {kind} − η · d{kind}, η = {learning_rate:g}"
            rule = "one step against the gradient, on a copy of the network"
            if kind == "b":
                computes += ("loss_after",)
            self.steps.append(
                Step("update", "SGD", computes, inputs, "", "", (), formula, rule, code)
            )


def _per_example(batch: Array) -> str:
    return "" if len(batch) == 1 else " / N"

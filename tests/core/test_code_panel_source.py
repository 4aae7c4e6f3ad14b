import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bpcore import layers, optimizers
from bpcore.graph.code import Code, code_of
from bpcore.graph.trace import trace_pass
from bpcore.layers import Affine, Relu, Sigmoid, SoftmaxWithLoss, Tanh
from bpcore.network import Network
from bpcore.optimizers import SGD

Method = Callable[..., Any]

RUNNING: dict[tuple[Method, str], str] = {
    (Affine.forward, "out"): "out = x @ self.W + self.b",
    (Relu.forward, "out"): "out: Array = np.maximum(x, 0)",
    (Sigmoid.forward, "out"): "out: Array = top / (1 + e)",
    (SoftmaxWithLoss.forward, "loss"): "loss = -np.vdot(self.t / len(x), log_y)",
    (SoftmaxWithLoss.backward, "dx"): "dx = dout * (self.y - self.t) / len(self.t)",
    (Affine.backward, "dx"): "dx = dout @ self.W.T",
    (Affine.backward, "self.dW"): "np.matmul(self.x.T, dout, out=self.dW)",
    (Affine.backward, "self.db"): "dout.sum(axis=0, out=self.db)",
    (Relu.backward, "dx"): "dx = dout * ~self.mask",
    (Sigmoid.backward, "dx"): "dx: Array = dout * (y * (1 - y))",
    (Tanh.forward, "out"): "out = np.tanh(x)",
    (Tanh.backward, "dx"): "dx: Array = dout * (1 - y * y)",
    (SGD.update, "W"): "W -= rate * grads[name]",
}
METHODS = list(dict.fromkeys(method for method, _ in RUNNING))


def codes(activation: str) -> list[Code]:
    network = Network((6, 5, 4), activation=activation, seed=0)
    trace = trace_pass(network, np.ones((1, 6)), np.array([0]), learning_rate=0.1)
    return [step.code for step in trace.steps]


@pytest.mark.parametrize(("method", "target"), RUNNING)
def test_the_running_line_is_the_one_that_writes_the_value(method: Method, target: str) -> None:
    code = code_of(method, target)
    assert code.lines[code.running].strip() == RUNNING[method, target]


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
def test_every_step_of_a_trace_runs_one_of_these_lines(activation: str) -> None:
    for code in codes(activation):
        assert code.lines[code.running].strip() in RUNNING.values()


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
def test_the_code_of_a_step_is_what_stands_in_the_file(activation: str) -> None:
    files = {Path(inspect.getfile(module)).name: module for module in (layers, optimizers)}
    for code in codes(activation):
        in_file = inspect.getsource(files[code.file]).splitlines()[code.first_line - 1 :]
        for shown, stands in zip(code.lines, in_file, strict=False):
            assert shown == stands.removeprefix("    ")


@pytest.mark.parametrize("method", METHODS)
def test_the_lines_of_a_method_are_narrow_enough_to_be_read_beside_the_graph(
    method: Method,
) -> None:
    target = next(target for other, target in RUNNING if other is method)
    code = code_of(method, target)
    body = [line for line in code.lines if not line.startswith("def ")]
    assert max(map(len, body)) <= 49


@pytest.mark.parametrize("method", METHODS)
def test_a_method_is_short_enough_to_be_seen_whole(method: Method) -> None:
    target = next(target for other, target in RUNNING if other is method)
    assert len(code_of(method, target).lines) <= 14


def test_a_value_that_a_method_does_not_write_is_refused() -> None:
    with pytest.raises(ValueError, match=r"Relu.forward never writes dx"):
        code_of(Relu.forward, "dx")


def test_a_name_that_is_only_annotated_is_not_written() -> None:
    with pytest.raises(ValueError, match="never writes x"):
        code_of(_annotates, "x")


def _annotates() -> None:
    x: int  # noqa: F842

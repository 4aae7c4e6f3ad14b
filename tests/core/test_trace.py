import itertools

import numpy as np
import pytest

from bpcore.graph.trace import Trace, trace_pass
from bpcore.layers import Array, Labels
from bpcore.network import Network

CASES = list(itertools.product(["relu", "sigmoid", "tanh"], ["float32", "float64"], [1, 5]))


def network(activation: str = "relu", dtype: str = "float32", *sizes: int) -> Network:
    return Network(
        sizes or (6, 5, 4), activation=activation, weight_init_std=0.5, dtype=dtype, seed=1
    )


def batch(count: int = 1) -> tuple[Array, Labels]:
    rng = np.random.default_rng(0)
    return rng.standard_normal((count, 6)), rng.integers(4, size=count)


def traced(count: int = 1, activation: str = "relu", rate: float | None = 0.1) -> Trace:
    return trace_pass(network(activation), *batch(count), learning_rate=rate)


# The truth


@pytest.mark.parametrize(("activation", "dtype", "count"), CASES)
def test_traced_values_equal_those_of_an_untraced_pass(
    activation: str, dtype: str, count: int
) -> None:
    net, (x, t) = network(activation, dtype), batch(count)
    values = trace_pass(net, x, t).values
    assert values["loss"] == net.loss(x, t)
    np.testing.assert_array_equal(values["z2"], net.predict(x))
    for name, grad in net.gradient(x, t).items():
        np.testing.assert_array_equal(values[f"d{name}"], grad)


@pytest.mark.parametrize(("activation", "dtype", "count"), CASES)
def test_traced_values_between_layers_equal_those_of_an_untraced_pass(
    activation: str, dtype: str, count: int
) -> None:
    net, (x, t) = network(activation, dtype), batch(count)
    values = trace_pass(net, x, t).values
    out = x.astype(dtype)
    for name, layer in zip(("z1", "a1", "z2"), net.layers.values(), strict=True):
        out = layer.forward(out)
        np.testing.assert_array_equal(values[name], out)
    net.last_layer.forward(out, t)
    np.testing.assert_array_equal(values["y"], net.last_layer.y)
    dout = net.last_layer.backward()
    np.testing.assert_array_equal(values["dz2"], dout)
    for name, layer in zip(("da1", "dz1", "dx"), reversed(net.layers.values()), strict=True):
        dout = layer.backward(dout)
        np.testing.assert_array_equal(values[name], dout)


@pytest.mark.parametrize(("activation", "dtype", "count"), CASES)
def test_a_traced_update_equals_an_untraced_one(activation: str, dtype: str, count: int) -> None:
    net, (x, t) = network(activation, dtype), batch(count)
    values = trace_pass(net, x, t, learning_rate=0.1).values
    for name, grad in net.gradient(x, t).items():
        net.params[name] -= 0.1 * grad
        np.testing.assert_array_equal(values[f"{name}_new"], net.params[name])
    assert values["loss_after"] == net.loss(x, t)


def test_a_deeper_network_is_traced_through_all_its_layers() -> None:
    net, (x, t) = network("relu", "float64", 6, 5, 5, 4), batch(3)
    trace = trace_pass(net, x, t)
    assert len(trace.steps) == 6 + 1 + 3 * 3 + 2
    for name, grad in net.gradient(x, t).items():
        np.testing.assert_array_equal(trace.values[f"d{name}"], grad)


def test_layers_beyond_the_ninth_are_numbered_in_full() -> None:
    net, (x, t) = network("relu", "float64", *[6] * 11, 4), batch(3)
    values = trace_pass(net, x, t).values
    np.testing.assert_array_equal(values["dW11"], net.gradient(x, t)["W11"])


def test_labels_are_kept_as_one_hot_rows() -> None:
    x, t = batch(3)
    np.testing.assert_array_equal(trace_pass(network(), x, t).values["t"], np.eye(4)[t])


def test_the_network_stays_as_it_was() -> None:
    net = network()
    trace_pass(net, *batch(), learning_rate=0.1)
    for name, array in network().params.items():
        np.testing.assert_array_equal(net.params[name], array)


def test_a_pass_between_forward_and_backward_of_the_network_does_not_disturb_it() -> None:
    net, (x, t) = network(), batch(3)
    expected = net.gradient(x, t)
    net.loss(x, t)
    trace_pass(net, *batch(1))
    net.backward()
    for name, grad in net.grads.items():
        np.testing.assert_array_equal(grad, expected[name])


def test_every_array_is_read_only() -> None:
    trace = traced()
    locals_ = [step.local_derivative for step in trace.steps if step.local_derivative is not None]
    assert not any(array.flags.writeable for array in (*trace.values.values(), *locals_))


def test_no_array_is_the_callers() -> None:
    net, (x, t) = network(dtype="float64"), batch()
    trace = trace_pass(net, x, t, learning_rate=0.1)
    theirs = [x, *net.params.values()]
    for mine in trace.values.values():
        assert not any(np.shares_memory(mine, array) for array in theirs)


@pytest.mark.parametrize("shape", [(6,), (2, 5), (0, 6)])
def test_what_is_no_batch_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"x must be a batch \(N, 6\)"):
        trace_pass(network(), np.zeros(shape), np.zeros(2, int))


def test_labels_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="class numbers"):
        trace_pass(network(), np.zeros((2, 6)), np.zeros(3, int))


# The steps


def test_a_pass_with_an_update_has_fourteen_steps_in_the_order_of_the_computation() -> None:
    assert [(step.phase, step.node, step.computes) for step in traced().steps] == [
        ("forward", "Affine1", ("z1",)),
        ("forward", "Relu1", ("a1",)),
        ("forward", "Affine2", ("z2",)),
        ("forward", "SoftmaxWithLoss", ("y", "loss")),
        ("backward", "SoftmaxWithLoss", ("dz2",)),
        ("backward", "Affine2", ("da1",)),
        ("backward", "Affine2", ("dW2",)),
        ("backward", "Affine2", ("db2",)),
        ("backward", "Relu1", ("dz1",)),
        ("backward", "Affine1", ("dx",)),
        ("backward", "Affine1", ("dW1",)),
        ("backward", "Affine1", ("db1",)),
        ("update", "SGD", ("W1_new", "W2_new")),
        ("update", "SGD", ("b1_new", "b2_new", "loss_after")),
    ]


def test_a_pass_without_an_update_ends_with_the_last_gradient() -> None:
    trace = traced(rate=None)
    assert len(trace.steps) == 12
    assert trace.learning_rate is None
    assert "W1_new" not in trace.values


def test_the_layers_are_listed_in_forward_order() -> None:
    assert traced(activation="sigmoid").layers == (
        "Affine1",
        "Sigmoid1",
        "Affine2",
        "SoftmaxWithLoss",
    )


def test_each_step_reads_only_what_is_known_before_it() -> None:
    trace = traced()
    for position, step in enumerate(trace.steps):
        known = trace.known(position)
        assert known.issuperset(step.inputs)
        assert step.upstream == "" or step.upstream in known


def test_each_step_makes_known_what_it_computes_and_nothing_else() -> None:
    trace = traced()
    for position, step in enumerate(trace.steps):
        new = trace.known(position + 1) - trace.known(position)
        assert new == set(step.computes)


def test_before_the_first_step_only_inputs_and_parameters_are_known() -> None:
    assert traced().known(0) == {"x", "t", "W1", "b1", "W2", "b2", "dL"}


def test_after_the_last_step_everything_is_known() -> None:
    trace = traced()
    assert trace.known(len(trace.steps)) == trace.values.keys()


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
@pytest.mark.parametrize("count", [1, 5])
def test_upstream_times_local_derivative_is_what_a_backward_step_computes(
    activation: str, count: int
) -> None:
    trace = traced(count, activation)
    for step in trace.steps:
        if step.phase != "backward":
            continue
        (name,) = step.computes
        upstream, local = trace.values[step.upstream], step.local_derivative
        assert local is not None
        if not step.node.startswith("Affine"):
            expected = upstream * local
        elif name.startswith("dW"):
            expected = local.T @ upstream
        elif name.startswith("db"):
            expected = (upstream * local).sum(axis=0)
        else:
            expected = upstream @ local.T
        np.testing.assert_allclose(trace.values[name], expected, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
def test_at_an_activation_the_product_is_exact(activation: str) -> None:
    trace = traced(5, activation)
    (step,) = (step for step in trace.steps if step.computes == ("dz1",))
    assert step.local_derivative is not None
    product = trace.values["da1"] * step.local_derivative
    np.testing.assert_array_equal(trace.values["dz1"], product)


def test_forward_steps_have_no_upstream_and_no_local_derivative() -> None:
    for step in traced().steps[:4]:
        assert (step.upstream, step.local_derivative) == ("", None)


@pytest.mark.parametrize(("count", "ending"), [(1, "(y − t)"), (5, "(y − t) / N")])
def test_the_mean_over_a_batch_is_in_the_formula(count: int, ending: str) -> None:
    assert traced(count).steps[4].formula.endswith(ending)


@pytest.mark.parametrize(("count", "rule"), [(1, "passes on unchanged"), (5, "the sum of their")])
def test_a_bias_of_a_batch_gets_a_sum(count: int, rule: str) -> None:
    assert rule in next(step for step in traced(count).steps if step.computes == ("db2",)).rule


def test_every_formula_names_what_it_computes_and_what_it_reads() -> None:
    for step in traced().steps:
        if step.phase == "backward" and step.node != "SoftmaxWithLoss":
            for name in (*step.computes, step.upstream):
                assert name in step.formula


def test_the_first_layers_input_gradient_is_there_to_be_seen_though_training_skips_it() -> None:
    net, (x, t) = network(dtype="float64"), batch()
    numerical = np.zeros_like(x)
    for i in range(6):
        moved = np.eye(6)[[i]] * 1e-5
        numerical[0, i] = (net.loss(x + moved, t) - net.loss(x - moved, t)) / 2e-5
    np.testing.assert_allclose(trace_pass(net, x, t).values["dx"], numerical, atol=1e-9)


def test_traces_can_be_told_apart_and_kept_in_sets() -> None:
    one, other = traced(), traced()
    assert len({one, other, one}) == 2


# Weight decay


def test_with_weight_decay_traced_values_equal_those_of_an_untraced_pass() -> None:
    net = Network((6, 5, 4), weight_init_std=0.5, weight_decay=0.1, seed=1)
    x, t = batch(5)
    trace = trace_pass(net, x, t, learning_rate=0.1)
    assert trace.values["loss"] == net.loss(x, t)
    for name, grad in net.gradient(x, t).items():
        np.testing.assert_array_equal(trace.values[f"d{name}"], grad)
        updated = net.params[name] - 0.1 * grad
        np.testing.assert_array_equal(trace.values[f"{name}_new"], updated)


def test_with_weight_decay_formulas_say_so() -> None:
    net = Network((6, 5, 4), weight_decay=0.1, seed=1)
    formulas = {step.computes[-1]: step.formula for step in trace_pass(net, *batch()).steps}
    assert formulas["loss"].endswith(" + λ/2 · Σ W², λ = 0.1")
    assert formulas["dW2"] == "dW2 = a1ᵀ · dz2 + λ W2, λ = 0.1"

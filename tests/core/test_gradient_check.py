import itertools
from collections.abc import Callable

import numpy as np
import pytest
from hearings import random_network
from steps import finished

from bpcore.central_differences import central_differences
from bpcore.gradient_check import (
    GradientReport,
    check_gradients,
    check_in_steps,
    iter_reports,
    numerical_gradient,
    sweep,
)
from bpcore.gradient_report import unresolved
from bpcore.layers import Affine, Array, Labels, Relu, Sigmoid, SoftmaxWithLoss
from bpcore.network import Network

X = np.random.default_rng(0).standard_normal((5, 6))
T = np.array([0, 1, 2, 3, 0])


def network(activation: str = "relu", **options: object) -> Network:
    options = {"weight_init_std": 0.5} | options
    return Network((6, 5, 4), activation=activation, seed=1, **options)  # type: ignore[arg-type]


def by_name(reports: list[GradientReport]) -> dict[str, GradientReport]:
    return {report.name: report for report in reports}


def verdicts(net: Network) -> dict[str, bool]:
    return {report.name: report.passed for report in check_gradients(net, X, T)}


# numerical_gradient


def test_a_numerical_gradient_has_the_shape_of_its_argument() -> None:
    x = np.ones((2, 3, 4))
    assert numerical_gradient(lambda x: float(x.sum()), x).shape == x.shape


def test_a_numerical_gradient_of_a_quadratic_is_exact_but_for_rounding() -> None:
    x = np.random.default_rng(0).standard_normal((3, 4))
    grad = numerical_gradient(lambda x: float((x**2).sum()), x)
    np.testing.assert_allclose(grad, 2 * x, rtol=1e-9, atol=1e-10)


def test_a_numerical_gradient_of_a_single_number_is_its_derivative() -> None:
    assert numerical_gradient(lambda x: float(np.sin(x)), np.array(0.3)) == pytest.approx(
        np.cos(0.3), rel=1e-8
    )


def test_a_numerical_gradient_puts_every_element_back_exactly() -> None:
    x = np.array([0.1, 1e8, -3e-9])
    before = x.copy()
    numerical_gradient(lambda x: float(x.sum()), x)
    np.testing.assert_array_equal(x, before)


def test_a_numerical_gradient_puts_an_element_back_if_the_function_fails() -> None:
    x = np.array([0.5, 0.5])
    with pytest.raises(ZeroDivisionError):
        numerical_gradient(lambda x: float(1 / 0 if x[1] > 0.5 else 0), x)
    np.testing.assert_array_equal(x, [0.5, 0.5])


def test_whole_numbers_can_not_be_moved_a_little() -> None:
    with pytest.raises(TypeError, match="floating type to be moved by h, not int64"):
        numerical_gradient(lambda x: float(x.sum()), np.ones(3, np.int64))


# Right networks


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
def test_every_parameter_of_a_right_network_passes(activation: str) -> None:
    assert verdicts(network(activation)) == {"W1": True, "b1": True, "W2": True, "b2": True}


@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
def test_the_differences_in_a_right_network_are_a_hundred_times_below_the_limit(
    activation: str,
) -> None:
    for report in check_gradients(network(activation), X, T):
        assert report.mean_absolute_difference < 1e-9


def test_a_report_counts_the_elements_of_its_parameter() -> None:
    reports = by_name(check_gradients(network(), X, T))
    assert (reports["W1"].shape, reports["W1"].count) == ((6, 5), 30)


def test_a_check_leaves_the_network_as_it_was() -> None:
    net = network()
    check_gradients(net, X, T)
    for name, array in network().params.items():
        np.testing.assert_array_equal(net.params[name], array)


def test_progress_counts_elements_up_to_all_of_them() -> None:
    told: list[int] = []
    check_gradients(network(), X, T, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 30 + 5 + 20 + 4


def test_progress_is_told_many_times_a_second() -> None:
    net, told = Network((784, 50, 10), seed=0), []
    x = np.random.default_rng(0).random((3, 784))
    check_gradients(net, x, np.array([1, 2, 3]), progress=told.append)
    assert max(np.diff(told)) <= 39_760 / 20


def test_a_check_that_is_stopped_leaves_the_network_as_it_was() -> None:
    def stop(done: int) -> None:
        if done == 35:
            raise KeyboardInterrupt

    net = network()
    with pytest.raises(KeyboardInterrupt):
        check_gradients(net, X, T, progress=stop)
    for name, array in network().params.items():
        np.testing.assert_array_equal(net.params[name], array)


def test_reports_come_as_soon_as_they_are_there() -> None:
    told: list[int] = []
    reports = iter_reports(network(), X, T, progress=told.append)
    first = list(itertools.islice(reports, 1))
    assert [report.name for report in first] == ["W1"]
    assert told[-1] == 30


def test_a_float32_network_is_refused() -> None:
    with pytest.raises(TypeError, match="float64 network, not float32"):
        check_gradients(Network((6, 5, 4), dtype=np.float32), X, T)


def test_a_check_does_not_disturb_what_the_layers_remember() -> None:
    net = network()
    net.loss(X[:2], T[:2])
    net.backward()
    list(central_differences(net, X, T, "W1", np.arange(30), 1e-4))
    assert len(net.last_layer.y) == 2


# What a report tells


def test_a_report_holds_both_gradients_of_every_element() -> None:
    net = network()
    backprop, numerical = net.gradient(X, T), net.numerical_gradient(X, T)
    for report in check_gradients(net, X, T):
        np.testing.assert_array_equal(report.elements, np.arange(report.count))
        np.testing.assert_array_equal(report.backprop, backprop[report.name].ravel())
        np.testing.assert_array_equal(report.numerical, numerical[report.name].ravel())


def test_the_arrays_of_a_report_are_read_only() -> None:
    for array in vars(check_gradients(network(), X, T)[0]).values():
        assert not (isinstance(array, np.ndarray) and array.flags.writeable)


def test_the_worst_element_is_the_one_with_the_largest_relative_error() -> None:
    elements = np.array([1, 2, 5])
    report = GradientReport(
        "W1",
        (2, 3),
        1e-4,
        elements,
        backprop=np.array([1.0, 2.0, 3.0]),
        numerical=np.array([1.0, 2.2, 3.1]),
        kink=np.array([False, False, False]),
    )
    assert report.worst == (0, 2)
    assert report.max_relative_error == pytest.approx(0.2 / 2.2)
    assert report.mean_absolute_difference == pytest.approx(0.1)


def test_an_element_at_a_kink_is_flagged_and_left_out_of_the_figures() -> None:
    report = GradientReport(
        "b1",
        (3,),
        1e-4,
        np.arange(3),
        backprop=np.array([1.0, 0.0, 3.0]),
        numerical=np.array([1.0, 5.0, 3.0]),
        kink=np.array([False, True, False]),
    )
    assert (report.kinks, report.mean_absolute_difference, report.worst) == (1, 0.0, (0,))
    assert report.passed


def test_only_the_parameters_asked_for_are_checked() -> None:
    reports = check_gradients(network(), X, T, names=["b2", "W1"])
    assert [report.name for report in reports] == ["W1", "b2"]


def test_a_parameter_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="no parameter W3; there are W1, b1, W2, b2"):
        check_gradients(network(), X, T, names=["W3"])


@pytest.mark.parametrize("sample", [0, -1])
def test_a_sample_of_nothing_is_refused(sample: int) -> None:
    with pytest.raises(ValueError, match=f"sample must be at least 1, not {sample}"):
        check_gradients(network(), X, T, sample=sample)


def test_a_check_of_no_parameter_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one parameter"):
        sweep(network(), X, T, names=[])


def test_a_sample_is_that_many_elements_of_each_parameter_or_all_it_has() -> None:
    reports = by_name(check_gradients(network(), X, T, sample=7))
    assert [report.count for report in reports.values()] == [7, 5, 7, 4]
    assert len(np.unique(reports["W1"].elements)) == 7


def test_a_sample_is_the_same_for_the_same_seed_whatever_else_is_checked() -> None:
    one = check_gradients(network(), X, T, sample=7, names=["W2"])[0]
    other = by_name(check_gradients(network(), X, T, sample=7))["W2"]
    np.testing.assert_array_equal(one.elements, other.elements)
    another = by_name(check_gradients(network(), X, T, sample=7, seed=1))["W2"]
    assert (one.elements != another.elements).any()


def test_a_sampled_element_has_the_gradients_that_it_has_among_all() -> None:
    some, every = (check_gradients(network(), X, T, sample=n)[0] for n in (7, None))
    np.testing.assert_array_equal(some.backprop, every.backprop[some.elements])
    np.testing.assert_allclose(some.numerical, every.numerical[some.elements], atol=1e-11)


# Fast, and the same as one at a time


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
@pytest.mark.parametrize("sizes", [(6, 4), (6, 5, 4), (6, 5, 3, 4)])
@pytest.mark.parametrize("weight_decay", [0.0, 0.1])
def test_the_slopes_are_those_of_moving_one_element_at_a_time(
    activation: str, sizes: tuple[int, ...], weight_decay: float
) -> None:
    net = Network(
        sizes, activation=activation, weight_init_std=0.5, weight_decay=weight_decay, seed=1
    )
    for name, array in net.params.items():
        slow = numerical_gradient(lambda _: net.loss(X, T), array)
        np.testing.assert_allclose(net.numerical_gradient(X, T)[name], slow, rtol=0, atol=1e-10)


def test_many_elements_are_done_in_chunks_that_miss_none(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = check_gradients(network(), X, T)
    monkeypatch.setattr("bpcore.central_differences.CHUNK_VALUES", 80)
    for report, other in zip(check_gradients(network(), X, T), whole, strict=True):
        np.testing.assert_allclose(report.numerical, other.numerical, rtol=0, atol=1e-11)


class SoftmaxOverAll(SoftmaxWithLoss):
    """The mistake of a softmax without an axis: its loss mixes the examples of a batch."""

    def forward(self, x: Array, t: Labels) -> float:
        y = np.exp(x) / np.exp(x).sum()
        self.y, self.t = y, np.eye(x.shape[1])[t]
        return float(-np.sum(self.t * np.log(y)) / len(x))


class Halved(Affine):
    def forward(self, x: Array) -> Array:
        return super().forward(x) / 2


@pytest.mark.parametrize("layer", ["loss", "affine"])
def test_a_forward_pass_of_ones_own_is_the_one_that_is_differentiated(layer: str) -> None:
    net = network()
    if layer == "loss":
        net.last_layer = SoftmaxOverAll()
    else:
        net.layers["Affine2"] = Halved(net.params["W2"], net.params["b2"])
    for report in check_gradients(net, X, T):
        slow = numerical_gradient(lambda _: net.loss(X, T), net.params[report.name])
        np.testing.assert_allclose(report.numerical, slow.ravel(), rtol=0, atol=1e-11)


# Sweeps


def test_a_check_in_steps_gives_the_same_reports_and_the_share_done() -> None:
    net = network()
    reports = finished(check_in_steps(net, X, T, h=1e-5, sample=7))
    others = check_gradients(net, X, T, h=1e-5, sample=7)
    for report, other in zip(reports, others, strict=True):
        assert report.numerical.tobytes() == other.numerical.tobytes()
        assert (report.name, report.h) == (other.name, 1e-5)


def one_report(backprop: Array, numerical: Array, h: float = 1e-4) -> GradientReport:
    count = len(numerical)
    none = np.zeros(count, bool)
    return GradientReport("W1", (count,), h, np.arange(count), backprop, numerical, none)


def test_a_gradient_that_is_wrong_fails_though_all_gradients_are_small() -> None:
    numerical = np.full(50, 1e-8)
    report = one_report(numerical * 1.5, numerical)
    assert report.mean_absolute_difference < 1e-7
    assert not report.passed
    assert report.with_backprop(numerical * (1 + 1e-5)).passed


def test_a_large_gradient_may_differ_by_its_share_of_truncation() -> None:
    numerical = np.full(50, 2.0)
    assert one_report(numerical + 1.3e-6, numerical).passed
    assert not one_report(numerical + 1e-4, numerical).passed


@pytest.mark.parametrize(
    ("h", "most"), [(1e-4, 1e-9), (1e-6, 1.0e-8), (1e-2, 1e-7), (1e-12, 1e-7)], ids=str
)
def test_what_central_differences_can_not_resolve_is_no_difference(h: float, most: float) -> None:
    assert unresolved(h) == pytest.approx(most, rel=1e-3)
    zeros = np.zeros(50)
    assert one_report(zeros, np.full(50, 0.99 * most), h).passed
    assert not one_report(zeros, np.full(50, 1.01 * most), h).passed


def test_no_right_network_of_any_kind_fails_the_check() -> None:
    for seed in range(150):
        reports = check_gradients(*random_network(np.random.default_rng(seed)))
        assert all(r.passed for r in reports if r.kinks < r.count), seed


def test_zeros_alone_are_no_test() -> None:
    reports = {report.name: report for report in check_gradients(network(), X * 0, T)}
    assert reports["W1"].verdict is None
    assert reports["W1"].passed
    assert reports["b2"].verdict
    wrong = np.zeros(reports["W1"].shape)
    wrong[0, 0] = 1.0
    assert reports["W1"].with_backprop(wrong).verdict is False


def test_exact_zeros_are_counted() -> None:
    reports = {report.name: report for report in check_gradients(network(), X * 0, T)}
    assert reports["W1"].zeros == reports["W1"].count
    assert reports["b2"].zeros == 0


def test_a_sweep_finds_truncation_at_large_steps_and_rounding_at_small_ones() -> None:
    found = sweep(network("sigmoid"), X, T)
    assert [point.h for point in found.points] == pytest.approx([10.0**-n for n in range(1, 13)])
    assert found.best is not None
    assert 1e-6 < found.best.h < 1e-3
    errors = [found.error_at(point) for point in found.points]
    assert errors == sorted(errors, key=["truncation", "", "rounding"].index)
    assert {"truncation", "rounding"} < set(errors)


def test_truncation_grows_with_the_square_of_the_step() -> None:
    one, other = sweep(network("tanh"), X, T, steps=[1e-2, 1e-1]).points
    assert 50 < other.mean_absolute_difference / one.mean_absolute_difference < 200


def test_rounding_is_larger_in_float32() -> None:
    steps = [1e-4]
    half = sweep(network("sigmoid", dtype=np.float32), X.astype(np.float32), T, steps=steps)
    whole = sweep(network("sigmoid"), X, T, steps=steps)
    factor = half.points[0].mean_absolute_difference / whole.points[0].mean_absolute_difference
    assert factor > 1000


def test_larger_steps_meet_more_kinks() -> None:
    counts = [point.kinks for point in sweep(network(), X, T).points]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > 0


def test_a_sweep_tells_how_far_it_is_over_all_steps() -> None:
    told: list[int] = []
    sweep(network(), X, T, steps=[1e-3, 1e-4], sample=4, progress=told.append)
    assert told[-1] == 2 * (4 + 4 + 4 + 4)


def test_a_sweep_with_nothing_to_compare_has_no_best_step() -> None:
    net = network(weight_init_std=0.0)
    found = sweep(net, np.abs(X), T, steps=[1e-3], names=["W1"])
    assert found.best is None
    assert found.error_at(found.points[0]) == ""


# Kinks


def with_a_unit_at_its_kink() -> tuple[Network, Array]:
    """Return a network and a batch with hidden unit 0 at exactly 0 for the first example."""
    net, x = network(), np.abs(X)
    net.params["W1"][:, 0] = 0
    return net, x


def test_elements_that_move_a_unit_across_its_kink_are_counted() -> None:
    net, x = with_a_unit_at_its_kink()
    reports = by_name(check_gradients(net, x, T))
    assert {name: report.kinks for name, report in reports.items()} == {
        "W1": 6,
        "b1": 1,
        "W2": 0,
        "b2": 0,
    }


def test_elements_at_a_kink_do_not_count_as_wrong() -> None:
    net, x = with_a_unit_at_its_kink()
    assert all(report.passed for report in check_gradients(net, x, T))


def test_a_sigmoid_has_no_kinks() -> None:
    net = network("sigmoid")
    net.params["W1"][:, 0] = 0
    assert all(report.kinks == 0 for report in check_gradients(net, np.abs(X), T))


def test_a_parameter_of_which_nothing_could_be_compared_does_not_pass() -> None:
    report = by_name(check_gradients(network(weight_init_std=0.0), np.abs(X), T))["W1"]
    assert report.kinks == report.count
    assert np.isnan(report.mean_absolute_difference)
    assert not report.passed


# Broken networks


class LeakyBackward(Relu):
    def backward(self, dout: Array) -> Array:
        return dout.copy()


class ForgottenSlope(Sigmoid):
    def backward(self, dout: Array) -> Array:
        return dout * self.out


class ForgottenBias(Affine):
    def backward(self, dout: Array, need_dx: bool = True) -> Array | None:  # type: ignore[override]
        dx = super().backward(dout, need_dx)
        self.db[...] = dout[0]
        return dx


class ForgottenMean(SoftmaxWithLoss):
    def backward(self, dout: float = 1.0) -> Array:
        return dout * (self.y - self.t)


def broken_relu(net: Network) -> None:
    net.layers["Relu1"] = LeakyBackward()


def broken_sigmoid(net: Network) -> None:
    net.layers["Sigmoid1"] = ForgottenSlope()


def broken_affine(net: Network) -> None:
    net.layers["Affine2"] = ForgottenBias(net.params["W2"], net.params["b2"])


def broken_loss(net: Network) -> None:
    net.last_layer = ForgottenMean()


@pytest.mark.parametrize(
    ("activation", "spoil", "failing"),
    [
        ("relu", broken_relu, {"W1", "b1"}),
        ("sigmoid", broken_sigmoid, {"W1", "b1"}),
        ("relu", broken_affine, {"b2"}),
        ("relu", broken_loss, {"W1", "b1", "W2", "b2"}),
    ],
)
def test_a_wrong_backward_is_caught_at_the_parameters_that_it_reaches(
    activation: str, spoil: Callable[[Network], None], failing: set[str]
) -> None:
    net = network(activation)
    spoil(net)
    assert {name for name, passed in verdicts(net).items() if not passed} == failing

import itertools
from collections.abc import Callable

import numpy as np
import pytest

from bpcore.gradient_check import (
    TOLERANCE,
    ParameterReport,
    check_gradients,
    iter_reports,
    numerical_gradient,
)
from bpcore.layers import Affine, Array, Relu, Sigmoid, SoftmaxWithLoss
from bpcore.network import Network

X = np.random.default_rng(0).standard_normal((5, 6))
T = np.array([0, 1, 2, 3, 0])


def network(activation: str = "relu", **options: float) -> Network:
    options = {"weight_init_std": 0.5} | options
    return Network((6, 5, 4), activation=activation, seed=1, **options)  # type: ignore[arg-type]


def by_name(reports: list[ParameterReport]) -> dict[str, ParameterReport]:
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


@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
def test_every_parameter_of_a_right_network_passes(activation: str) -> None:
    assert verdicts(network(activation)) == {"W1": True, "b1": True, "W2": True, "b2": True}


@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
def test_the_differences_in_a_right_network_are_a_hundred_times_below_the_limit(
    activation: str,
) -> None:
    for report in check_gradients(network(activation), X, T):
        assert report.mean_absolute_difference < TOLERANCE / 100


def test_a_report_counts_the_elements_of_its_parameter() -> None:
    reports = by_name(check_gradients(network(), X, T))
    assert (reports["W1"].shape, reports["W1"].count) == ((6, 5), 30)


def test_a_check_leaves_the_network_as_it_was() -> None:
    net = network()
    check_gradients(net, X, T)
    for name, array in network().params.items():
        np.testing.assert_array_equal(net.params[name], array)


def test_progress_is_told_after_every_element() -> None:
    told: list[int] = []
    check_gradients(network(), X, T, progress=told.append)
    assert told == list(range(1, 30 + 5 + 20 + 4 + 1))


def test_a_check_that_is_stopped_leaves_the_network_as_it_was() -> None:
    def stop(done: int) -> None:
        if done == 17:
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

from functools import cache

import numpy as np
import pytest
from bug_networks import T, X, each_bug, each_place, network_for
from steps import finished

from bpcore.bugs import BUGS, SAMPLE, Bug, broken, bug_of, fitting, reports_with
from bpcore.central_differences import central_differences
from bpcore.config import TrainingConfig
from bpcore.datasets.mnist import load_dataset, scale
from bpcore.gradient_check import GradientReport, check_gradients, numerical_gradient
from bpcore.layers import Array, Labels
from bpcore.learner import first_network
from bpcore.network import Network


def fresh(key: str) -> tuple[Network, Array, Labels, tuple[GradientReport, ...]]:
    """The book's network before any training, three digits, and its check."""
    return checked(fitting(TrainingConfig(dtype="float64"), bug_of(key)))


@cache
def checked(config: TrainingConfig) -> tuple[Network, Array, Labels, tuple[GradientReport, ...]]:
    data = load_dataset()
    x, t = scale(data.train_images[:3], np.float64), data.train_labels[:3]
    network = first_network(config)
    return network, x, t, tuple(check_gradients(network, x, t))


# What shows on the network that one starts with


@pytest.mark.parametrize(
    ("key", "wrong"),
    [
        ("mask_forgotten", "W1 b1"),
        ("mask_inverted", "W1 b1"),
        ("dout_overwritten", ""),
        ("count_forgotten", "W1 b1 W2 b2"),
        ("sign_swapped", "W1 b1 W2 b2"),
        ("softmax_over_batch", "W1 b1 W2 b2"),
        ("updated_too_early", "W1 b1"),
        ("mean_for_db", "b2"),
        ("first_row_for_db", "b1"),
        ("transpose_missing", "W1 b1"),
        ("assigned", "W1 b1 W2 b2"),
        ("slope_from_x", "W1 b1"),
        ("open_at_zero", ""),
    ],
)
def test_the_check_finds_the_parameters_that_a_bug_spoils(key: str, wrong: str) -> None:
    network, x, t, right = fresh(key)
    assert all(report.passed for report in right)
    reports = finished(reports_with(bug_of(key), network, x, t, right))
    assert [report.name for report in reports if not report.passed] == wrong.split()


def test_an_overwritten_array_and_a_harmless_bug_change_no_gradient_by_a_bit() -> None:
    for key in ("dout_overwritten", "open_at_zero"):
        network, x, t, right = fresh(key)
        for report, other in zip(
            finished(reports_with(bug_of(key), network, x, t, right)), right, strict=True
        ):
            assert report.backprop.tobytes() == other.backprop.tobytes()


@each_place
def test_a_batch_of_five_shows_it_wherever_it_sits(bug: Bug, place: str) -> None:
    net = network_for(bug)
    reports = finished(reports_with(bug, net, X, T, check_gradients(net, X, T), place))
    assert all(report.passed for report in reports) == (bug.harmless or bug.overwrites)


# Reports


@pytest.mark.parametrize("bug", [bug for bug in BUGS if not bug.changes_forward])
def test_numerical_gradients_are_those_of_the_check(bug: Bug) -> None:
    net = network_for(bug)
    right = check_gradients(net, X, T, sample=7)
    reports = finished(reports_with(bug, net, X, T, right))
    gradient = broken(net, bug).gradient(X, T)
    for report, other in zip(reports, right, strict=True):
        assert report.numerical is other.numerical
        assert report.kink is other.kink
        np.testing.assert_array_equal(
            report.backprop, gradient[report.name].ravel()[report.elements]
        )


@pytest.mark.parametrize("weight_decay", [0.0, 0.1])
def test_of_another_loss_numerical_gradients_are_computed_anew(weight_decay: float) -> None:
    bug = bug_of("softmax_over_batch")
    net = network_for(bug, weight_decay=weight_decay)
    wrong = broken(net, bug)
    for report in finished(reports_with(bug, net, X, T, check_gradients(net, X, T))):
        array = net.params[report.name]
        slow = numerical_gradient(lambda _: wrong.loss(X, T), array)
        np.testing.assert_array_equal(report.elements, np.arange(array.size))
        np.testing.assert_allclose(report.numerical, slow.ravel(), rtol=0, atol=1e-10)


def test_of_many_elements_a_sample_is_computed_anew_the_same_one_each_time() -> None:
    bug = bug_of("softmax_over_batch")
    network, x, t, right = fresh(bug.key)
    reports, again = (finished(reports_with(bug, network, x, t, right)) for _ in range(2))
    assert [report.count for report in reports] == [SAMPLE, 50, SAMPLE, 10]
    for report, other in zip(reports, again, strict=True):
        np.testing.assert_array_equal(report.elements, other.elements)
        assert (np.diff(report.elements) > 0).all()
        assert report.numerical.tobytes() == other.numerical.tobytes()


@each_bug
def test_all_arrays_of_a_report_can_only_be_read(bug: Bug) -> None:
    net = network_for(bug)
    for report in finished(reports_with(bug, net, X, T, check_gradients(net, X, T))):
        for array in (report.elements, report.backprop, report.numerical, report.kink):
            assert not array.flags.writeable


def test_reports_need_float64_a_place_and_a_batch() -> None:
    bug = bug_of("mask_forgotten")
    net = network_for(bug)
    right = check_gradients(net, X, T)
    with pytest.raises(TypeError, match="needs a float64 network, not float32"):
        next(reports_with(bug, network_for(bug, dtype=np.float32), X, T, right))
    with pytest.raises(ValueError, match="x must be a batch"):
        next(reports_with(bug, net, X[:, 1:], T, right))
    with pytest.raises(ValueError, match="fits Relu1 or Relu2, not Affine1"):
        next(reports_with(bug, net, X, T, right, "Affine1"))


def test_numerical_gradients_of_another_loss_leave_what_it_remembers() -> None:
    bug = bug_of("softmax_over_batch")
    wrong = broken(network_for(bug), bug)
    gradient = wrong.gradient(X, T)
    list(central_differences(wrong, X[::-1], T[::-1], "W1", np.arange(30), 1e-4))
    wrong.backward()
    for name, grad in wrong.grads.items():
        np.testing.assert_array_equal(grad, gradient[name])

"""Suspects in right networks of all kinds, and the bugs of the lab in random ones."""

import os

import numpy as np
import numpy.typing as npt
import pytest

from bpcore.bugs import BUGS, Bug, broken, bug_of, reports_with
from bpcore.gradient_check import check_gradients
from bpcore.layers import Array, Relu
from bpcore.network import Network
from tests.core.bug_networks import network_for
from tests.core.hearings import (
    findings,
    guilty_layer,
    heard,
    network,
    random_network,
    result_of,
    with_layer,
)

X = np.random.default_rng(0).standard_normal((3, 6))
T = np.array([0, 1, 2])

HARMFUL = [bug for bug in BUGS if not bug.harmless]

NETWORKS = int(os.environ.get("CHAINLIGHT_EXAMPLES") or 500)
"""Right networks that are heard, in five parts."""


# No false alarms


@pytest.mark.parametrize("part", range(5))
def test_no_layer_of_a_right_network_is_guilty(part: int) -> None:
    for seed in range(part, NETWORKS, 5):
        rng = np.random.default_rng(seed)
        net, x, t = random_network(rng)
        reports = check_gradients(net, x, t) if rng.random() < 0.2 else None
        verdict = heard(net, x, t, reports=reports)
        assert verdict.guilty is None, seed
        assert not any(found.differs for found in findings(verdict).values()), seed


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
@pytest.mark.parametrize("std", [1e-6, 30.0, 1e3])
def test_no_layer_is_guilty_with_tiny_or_huge_weights(activation: str, std: float) -> None:
    for seed in range(5):
        rng = np.random.default_rng(seed)
        net = Network((8, 6, 5, 4), activation=activation, weight_init_std=std, seed=seed)
        x = rng.standard_normal((6, 8)) * (rng.random((6, 1)) < 0.7)
        assert guilty_layer(net, x, rng.integers(0, 4, 6)) is None


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
def test_in_a_network_that_knows_its_batch_by_heart_only_mistakes_are_found(
    activation: str,
) -> None:
    net = network(activation=activation)
    for _ in range(2000):
        for name, gradient in net.gradient(X, T).items():
            net.params[name] = net.params[name] - 0.5 * gradient
    assert max(float(np.abs(g).max()) for g in net.gradient(X, T).values()) < 1e-2
    assert guilty_layer(net, X, T) is None
    assert guilty_layer(broken(net, bug_of("sign_swapped")), X, T) == "SoftmaxWithLoss"
    assert guilty_layer(broken(net, bug_of("first_row_for_db")), X, T) == "Affine1"


def test_with_numbers_that_are_not_finite_nothing_is_said() -> None:
    net = network()
    net.params["W1"][:] = np.inf
    assert guilty_layer(net, X, T) is None


# The bugs of the lab


def shown(net: Network, bug: Bug, place: str, x: Array, t: npt.NDArray[np.integer]) -> bool:
    """Tell whether the bug does something with this batch: not all gates are open, for one."""
    if bug.overwrites:
        return True
    right, wrong = net.gradient(x, t), broken(net, bug, place).gradient(x, t)
    return any(
        bool((np.abs(wrong[name] - right[name]) > 1e-4 * np.abs(right[name]).max() + 1e-7).any())
        for name in right
    )


@pytest.mark.parametrize("bug", HARMFUL, ids=[bug.key for bug in HARMFUL])
def test_a_bug_is_found_in_twenty_random_networks(bug: Bug) -> None:
    rng = np.random.default_rng(0)
    found = 0
    for seed in range(200):
        std, count = 10 ** rng.uniform(-1.3, 0.1), int(rng.integers(2, 7))
        net = network_for(bug, weight_init_std=std, seed=seed)
        for n in range(1, 4):  # else a row of dead units has nothing but kinks behind it
            net.params[f"b{n}"] = rng.normal(0, std, net.params[f"b{n}"].shape)
        place = str(rng.choice(bug.places(net)))
        x, t = rng.standard_normal((count, 6)), rng.integers(0, 4, count)
        if not shown(net, bug, place, x, t):
            continue
        reports = None
        if seed % 2:
            right = check_gradients(net, x, t)
            reports = result_of(reports_with(bug, net, x, t, right, place))
        assert guilty_layer(broken(net, bug, place), x, t, reports=reports) == place, seed
        found += 1
        if found == 20:
            return
    pytest.fail(f"the bug showed in {found} networks only")


def test_a_relu_that_is_open_at_zero_is_not_guilty_though_its_inputs_are_zero() -> None:
    bug = bug_of("open_at_zero")
    seen = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        net = network_for(bug, seed=seed)
        x, t = rng.standard_normal((4, 6)) * (rng.random((4, 1)) < 0.5), rng.integers(0, 4, 4)
        if seed % 2:
            net.params["W1"][:, ::2] = 0
        right = net.gradient(x, t)
        places = bug.places(net)
        wrong = broken(net, bug, places[seed // 2 % len(places)])
        seen += any((right[name] != g).any() for name, g in wrong.gradient(x, t).items())
        assert guilty_layer(wrong, x, t) is None
    assert seen >= 10


def test_values_nearer_to_the_kink_than_h_are_moved_less() -> None:
    """With the book's weights a third layer has values of about 1e-5 before its Relus."""
    net = Network((11, 5, 5, 8, 4), weight_init_std=0.01, seed=3)
    rng = np.random.default_rng(0)
    x, t = rng.standard_normal((1, 11)), np.array([1])
    wrong = with_layer(net, "Relu3", bug_of("mask_forgotten").wrong)
    relu = wrong.layers["Relu3"]
    wrong.loss(x, t)
    assert isinstance(relu, Relu)
    assert relu.mask.any()
    assert guilty_layer(wrong, x, t) == "Relu3"


def test_a_batch_of_one_hides_a_mean_in_place_of_a_sum() -> None:
    net = network_for(bug_of("mean_for_db"))
    wrong = broken(net, bug_of("mean_for_db"))
    assert guilty_layer(wrong, X[:1], T[:1]) is None

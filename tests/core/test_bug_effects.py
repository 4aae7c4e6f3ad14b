"""Where bugs show: in the gradients that the check calls wrong on that batch, and no others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from bpcore.bug_effects import BugEffect, bug_effects
from bpcore.bugs import BUGS, broken, bug_of, reports_with
from bpcore.gradient_check import check_gradients
from bpcore.network import Network

if TYPE_CHECKING:
    from collections.abc import Generator

NETWORK = Network((6, 4, 3, 3), weight_init_std=0.8, seed=3)
_RNG = np.random.default_rng(5)
X, T = _RNG.normal(size=(4, 6)), _RNG.integers(0, 3, 4)


def run(steps: Generator[float, None, tuple]) -> tuple:
    while True:
        try:
            assert 0 <= next(steps) <= 1
        except StopIteration as end:
            return end.value


def effects(network: Network = NETWORK, x=X, t=T) -> tuple[BugEffect, ...]:
    return run(bug_effects(network, x, t))


EFFECTS = effects()


def test_a_bug_makes_those_parameters_differ_of_which_the_check_says_so() -> None:
    clean = tuple(check_gradients(NETWORK, X, T))
    assert all(report.passed for report in clean)
    for each in EFFECTS:
        bug = bug_of(each.key)
        steps = reports_with(bug, NETWORK, X, T, clean, each.layer)
        reports = run(steps)
        failed = tuple(report.name for report in reports if not report.passed)
        assert failed == each.differing, each


def test_every_bug_is_found_in_every_layer_where_it_shows() -> None:
    found = {(each.layer, each.key) for each in EFFECTS}
    right = NETWORK.gradient(X, T)
    for bug in BUGS:
        for place in bug.places(NETWORK):
            wrong = broken(NETWORK, bug, place).gradient(X, T)
            shows = any(np.abs(right[name] - wrong[name]).max() > 1e-6 for name in right)
            assert ((place, bug.key) in found) == (shows and not bug.harmless), (place, bug.key)


def test_what_harms_nothing_and_what_the_table_cannot_show_has_no_effect() -> None:
    keys = {each.key for each in EFFECTS}
    assert not keys & {"open_at_zero", "dout_overwritten"}
    assert "mask_forgotten" in keys


def test_a_relu_that_is_open_at_exactly_0_is_left_out_even_where_it_shows() -> None:
    network = Network((6, 4, 3), weight_init_std=0.8, seed=1)
    x = X.copy()
    x[0] = 0
    right, wrong = network.gradient(x, T), broken(network, bug_of("open_at_zero")).gradient(x, T)
    assert not np.allclose(right["b1"], wrong["b1"])
    assert "open_at_zero" not in {each.key for each in effects(network, x)}


def test_a_difference_too_small_for_the_check_is_no_effect() -> None:
    network = Network.from_params(NETWORK.params)
    network.params["W3"] *= 60
    t = network.predict(X).argmax(axis=1)
    right = network.gradient(X, t)
    wrong = broken(network, bug_of("updated_too_early"), "Affine3").gradient(X, t)
    assert any((right[name] != wrong[name]).any() for name in right)
    assert ("Affine3", "updated_too_early") not in {
        (each.layer, each.key) for each in effects(network, t=t)
    }


def test_one_image_hides_what_only_a_batch_shows() -> None:
    hidden = {"count_forgotten", "softmax_over_batch", "mean_for_db", "first_row_for_db"}
    assert hidden <= {each.key for each in EFFECTS}
    assert not hidden & {each.key for each in effects(x=X[:1], t=T[:1])}


@pytest.mark.parametrize(
    ("activation", "key", "layers"),
    [
        ("relu", "mask_forgotten", ["Relu1", "Relu2"]),
        ("sigmoid", "slope_from_x", ["Sigmoid1", "Sigmoid2"]),
        ("tanh", "mean_for_db", ["Affine1", "Affine2", "Affine3"]),
        ("tanh", "transpose_missing", ["Affine3"]),
    ],
)
def test_a_bug_is_found_in_each_layer_that_it_fits(activation, key, layers) -> None:
    network = Network((6, 4, 3, 3), activation=activation, weight_init_std=0.8, seed=3)
    found = effects(network)
    assert [each.layer for each in found if each.key == key] == layers


def test_layers_come_in_the_order_of_the_forward_pass() -> None:
    order = [*NETWORK.layers, "SoftmaxWithLoss"]
    places = [order.index(each.layer) for each in EFFECTS]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("layer", "key", "outputs"),
    [
        ("Affine1", "mean_for_db", ("db",)),
        ("Affine2", "updated_too_early", ("dx",)),
        ("Relu2", "mask_inverted", ("dx",)),
        ("SoftmaxWithLoss", "sign_swapped", ("dx",)),
        ("SoftmaxWithLoss", "softmax_over_batch", ()),
    ],
)
def test_an_effect_says_what_its_layer_gives_wrong(layer, key, outputs) -> None:
    [found] = [each for each in EFFECTS if (each.layer, each.key) == (layer, key)]
    assert found.outputs == outputs


def test_without_finite_gradients_nothing_is_found() -> None:
    network = Network.from_params(NETWORK.params)
    network.params["W2"][0, 0] = np.nan
    with np.errstate(all="ignore"):
        assert effects(network) == ()


def test_weights_and_the_last_gradients_stay_as_they_were() -> None:
    network = Network((6, 4, 3), weight_init_std=0.8, seed=1)
    gradients = network.gradient(X, T)
    before = {name: array.copy() for name, array in network.params.items()}
    effects(network)
    assert tuple(network.params) == ("W1", "b1", "W2", "b2")
    for name, array in network.params.items():
        assert np.array_equal(array, before[name])
        assert np.array_equal(network.grads[name], gradients[name])


def test_a_batch_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="5"):
        effects(x=X[:, :5])
    with pytest.raises(ValueError, match="3"):
        effects(t=T[:3])

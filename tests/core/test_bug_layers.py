import numpy as np
import pytest
from bug_networks import T, X, each_bug, each_place, network_for

from bpcore.bugs import BUGS, Bug, broken, bug_of
from bpcore.layers import Array, Relu
from bpcore.network import Network

HIDDEN_BY_A_BATCH_OF_ONE = [
    "count_forgotten",
    "softmax_over_batch",
    "mean_for_db",
    "first_row_for_db",
]


# Each wrong layer beside the right one


def layers_of(bug: Bug, count: int = 5) -> tuple[Array, Array]:
    """What comes out of the wrong and of the right layer's backward, in the same network."""
    wrong, right = broken(network_for(bug), bug), network_for(bug)
    place = bug.places(right)[0]
    found = []
    for network in (wrong, right):
        network.loss(X[:count], T[:count])
        found.append(_pulled_back(network, place))
    return found[0], found[1]


def _pulled_back(network: Network, place: str) -> Array:
    dout = network.last_layer.backward()
    if place != "SoftmaxWithLoss":
        for name, layer in reversed(network.layers.items()):
            dout = layer.backward(dout)
            if name == place:
                break
    return dout


@pytest.mark.parametrize(
    ("key", "factor"), [("count_forgotten", 5.0), ("sign_swapped", -1.0), ("open_at_zero", 1.0)]
)
def test_a_mistake_in_scale_is_that_factor(key: str, factor: float) -> None:
    wrong, right = layers_of(bug_of(key))
    np.testing.assert_allclose(wrong, factor * right, rtol=1e-14)


def test_the_two_masks_let_through_what_they_are_given_and_what_they_should_block() -> None:
    x, dout = np.array([[-1.0, 2.0, -3.0]]), np.array([[5.0, 6.0, 7.0]])
    outcomes = {}
    for key in ("mask_forgotten", "mask_inverted", "dout_overwritten"):
        layer = bug_of(key).wrong()  # type: ignore[call-arg]
        assert isinstance(layer, Relu)
        layer.forward(x)
        outcomes[key] = layer.backward(dout.copy()).tolist()
    assert outcomes == {
        "mask_forgotten": [[5, 6, 7]],
        "mask_inverted": [[5, 0, 7]],
        "dout_overwritten": [[0, 6, 0]],
    }


def test_the_bugs_in_db_give_the_mean_and_the_first_row_instead_of_the_sum() -> None:
    for key in ("mean_for_db", "first_row_for_db"):
        bug = bug_of(key)
        wrong, right = broken(network_for(bug), bug, "Affine2"), network_for(bug)
        grads, others = wrong.gradient(X, T), right.gradient(X, T)
        if key == "mean_for_db":
            np.testing.assert_allclose(grads["b2"], others["b2"] / 5, rtol=1e-13)
        else:  # of the same mean over five, the share of the first
            np.testing.assert_allclose(
                grads["b2"], network_for(bug).gradient(X[:1], T[:1])["b2"] / 5, rtol=1e-13
            )


def test_the_bugs_in_dx_send_dout_along_another_matrix() -> None:
    for key in ("updated_too_early", "transpose_missing"):
        bug = bug_of(key)
        net = network_for(bug)
        layer = broken(net, bug).layers["Affine2"]
        dout, x = np.ones((3, 5)) * [[1], [2], [-1]], np.arange(15.0).reshape(3, 5)
        layer.forward(x)
        W = net.params["W2"]
        matrix = (W - 0.1 * x.T @ dout).T if key == "updated_too_early" else W
        np.testing.assert_allclose(layer.backward(dout), dout @ matrix, rtol=1e-13)


def test_a_sigmoids_slope_from_x_is_the_formula_with_x() -> None:
    x = np.array([[-2.0, 0.0, 0.5, 3.0]])
    layer = bug_of("slope_from_x").wrong()  # type: ignore[call-arg]
    layer.forward(x)  # type: ignore[call-arg]
    np.testing.assert_array_equal(layer.backward(np.ones((1, 4))), x * (1 - x))


def test_a_gradient_that_is_assigned_has_forgotten_the_answers() -> None:
    wrong, right = layers_of(bug_of("assigned"))
    np.testing.assert_allclose(right + np.eye(4)[T] / 5, wrong, rtol=1e-13)


@pytest.mark.parametrize("dout", [1.0, -2.5])
def test_the_loss_told_as_a_sum_of_two_ways_is_the_right_one(dout: float) -> None:
    bug = bug_of("assigned")
    net, other = network_for(bug), network_for(bug)
    other.last_layer = bug.right()  # type: ignore[assignment, call-arg]
    assert net.loss(X, T) == other.loss(X, T)
    np.testing.assert_allclose(
        other.last_layer.backward(dout), net.last_layer.backward(dout), rtol=1e-14, atol=1e-17
    )


def test_the_harmless_relu_differs_only_at_exactly_zero() -> None:
    tiny = np.finfo(float).smallest_subnormal
    x = np.array([-np.inf, -1.0, -tiny, -0.0, 0.0, tiny, 1.0, np.inf])
    bug = bug_of("open_at_zero")
    slopes = []
    for layer in (bug.right(), bug.wrong()):  # type: ignore[call-arg]
        slopes.append((layer.forward(x), layer.backward(np.ones(8))))  # type: ignore[call-arg]
    np.testing.assert_array_equal(slopes[0][0], slopes[1][0])
    assert np.flatnonzero(slopes[0][1] != slopes[1][1]).tolist() == [3, 4]
    assert slopes[1][1][[3, 4]].tolist() == [1, 1]


@pytest.mark.parametrize("bug", [bug for bug in BUGS if not bug.changes_forward])
def test_the_forward_pass_stays_bit_for_bit(bug: Bug) -> None:
    net = network_for(bug)
    assert broken(net, bug).loss(X, T) == net.loss(X, T)


def test_a_softmax_over_the_batch_makes_all_its_probabilities_sum_to_one() -> None:
    bug = bug_of("softmax_over_batch")
    net = network_for(bug)
    wrong = broken(net, bug)
    assert wrong.loss(X, T) > net.loss(X, T)
    assert wrong.last_layer.y.sum() == pytest.approx(1)


@each_place
def test_a_batch_of_one_hides_what_mixes_the_examples_and_nothing_else(
    bug: Bug, place: str
) -> None:
    net = network_for(bug)
    right, wrong = net.gradient(X[:1], T[:1]), broken(net, bug, place).gradient(X[:1], T[:1])
    same = all(np.allclose(right[name], wrong[name], rtol=1e-12, atol=0) for name in right)
    silent = bug.harmless or bug.overwrites
    assert same == (silent or bug.key in HIDDEN_BY_A_BATCH_OF_ONE)


# What stays as it is


@each_place
def test_a_broken_network_shares_the_parameters_and_changes_none(bug: Bug, place: str) -> None:
    net = network_for(bug, weight_decay=0.1)
    before = {name: array.tobytes() for name, array in net.params.items()}
    wrong = broken(net, bug, place)
    wrong.gradient(X, T)
    wrong.input_gradient(X, T)
    assert {name: array.tobytes() for name, array in net.params.items()} == before
    assert all(wrong.params[name] is array for name, array in net.params.items())
    net.params["W2"] += 1
    affine = wrong.layers["Affine2"]
    assert affine.W is net.params["W2"]  # type: ignore[union-attr]
    assert wrong.weight_decay == 0.1


@each_place
def test_the_network_that_was_broken_stays_right(bug: Bug, place: str) -> None:
    net = network_for(bug)
    before = net.gradient(X, T)
    held = {name: array.copy() for name, array in net.grads.items()}
    layers = dict(net.layers)
    broken(net, bug, place).gradient(X[::-1], T[::-1])
    assert net.layers == layers
    for name, array in net.grads.items():
        np.testing.assert_array_equal(array, held[name])
        np.testing.assert_array_equal(net.gradient(X, T)[name], before[name])


@each_place
def test_just_the_layer_at_its_place_is_another_one(bug: Bug, place: str) -> None:
    net = network_for(bug)
    wrong = broken(net, bug, place)
    kinds = {name: type(layer) for name, layer in wrong.layers.items()}
    kinds["SoftmaxWithLoss"] = type(wrong.last_layer)  # type: ignore[assignment]
    expected = {name: type(layer) for name, layer in net.layers.items()}
    expected["SoftmaxWithLoss"] = type(net.last_layer)  # type: ignore[assignment]
    assert kinds == expected | {place: bug.wrong}


@each_bug
def test_only_the_one_that_overwrites_writes_into_what_it_is_given(bug: Bug) -> None:
    net = broken(network_for(bug), bug)
    net.loss(X, T)
    dout = net.last_layer.backward()
    for layer in reversed(net.layers.values()):
        given = dout.copy()
        result = layer.backward(dout)
        wrote = not np.array_equal(given, dout)
        assert wrote == (type(layer) is bug.wrong and bug.overwrites)
        dout = result


@each_bug
def test_gradients_of_float32_stay_float32(bug: Bug) -> None:
    net = broken(network_for(bug, dtype=np.float32), bug)
    assert {grad.dtype for grad in net.gradient(X, T).values()} == {np.dtype(np.float32)}
    dx = net.input_gradient(X, T)
    assert dx.dtype == np.float32

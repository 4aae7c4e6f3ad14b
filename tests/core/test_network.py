import copy
import pickle
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpcore.gradient_check import numerical_gradient
from bpcore.layers import Affine, Array, Labels, Tanh
from bpcore.network import Network, TwoLayerNet


def network(*sizes: int, activation: str = "relu", **options: object) -> Network:
    options = {"weight_init_std": 0.5, "seed": 1} | options
    return Network(sizes or (6, 5, 4), activation=activation, **options)  # type: ignore[arg-type]


def batch(count: int = 7, inputs: int = 6, classes: int = 4) -> tuple[Array, Labels]:
    rng = np.random.default_rng(0)
    return rng.standard_normal((count, inputs)), rng.integers(classes, size=count)


# Parameters


def test_layers_see_parameters_updated_in_place() -> None:
    net, (x, _) = network(), batch()
    before = net.predict(x)
    net.params["b2"] += 1
    np.testing.assert_allclose(net.predict(x), before + 1, rtol=1e-14)


def test_layers_see_parameters_that_are_assigned() -> None:
    net, (x, _) = network(), batch()
    net.params["W2"] = np.zeros((5, 4))
    net.params["b2"] = [1, 2, 3, 4]
    np.testing.assert_array_equal(net.predict(x), np.tile([1, 2, 3, 4], (len(x), 1)))


def test_layers_see_parameters_of_an_update_of_all() -> None:
    net, other, (x, _) = network(), network(seed=2), batch()
    net.params.update(other.params)
    np.testing.assert_array_equal(net.predict(x), other.predict(x))


def test_an_assigned_array_stays_the_callers() -> None:
    net, mine = network(), np.ones((5, 4))
    net.params["W2"] = mine
    net.params["W2"] += 1
    np.testing.assert_array_equal(mine, 1)


def test_assigning_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match=r"b2 has shape \(4,\), not \(1,\)"):
        network().params["b2"] = np.zeros(1)


def test_assigning_an_unknown_parameter_is_refused() -> None:
    with pytest.raises(KeyError, match="no parameter 'W3'; there are W1, b1, W2, b2"):
        network().params["W3"] = np.zeros((4, 4))


def test_deleting_a_parameter_is_refused() -> None:
    with pytest.raises(TypeError, match="needs its parameter 'W1'"):
        del network().params["W1"]


@pytest.mark.parametrize(
    "copied", [copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))], ids=["copy", "pickle"]
)
def test_a_copy_has_parameters_of_its_own_that_its_layers_see(
    copied: Callable[[Network], Network],
) -> None:
    net, (x, _) = network(), batch()
    before, twin = net.predict(x), copied(net)
    twin.params["b2"] += 1
    np.testing.assert_array_equal(net.predict(x), before)
    np.testing.assert_allclose(twin.predict(x), before + 1, rtol=1e-14)


# Building


def test_equal_seeds_give_equal_weights() -> None:
    np.testing.assert_array_equal(network(seed=3).params["W1"], network(seed=3).params["W1"])


def test_other_seeds_give_other_weights() -> None:
    assert (network(seed=3).params["W1"] != network(seed=4).params["W1"]).all()


def test_without_a_seed_weights_differ_each_time() -> None:
    assert (network(seed=None).params["W1"] != network(seed=None).params["W1"]).any()


def test_float32_weights_are_the_float64_ones_rounded() -> None:
    half, whole = network(dtype=np.float32), network(dtype=np.float64)
    rounded = whole.params["W1"].astype(np.float32)
    np.testing.assert_array_equal(half.params["W1"], rounded)


def test_initial_weights_have_the_standard_deviation_asked_for() -> None:
    weights = Network([300, 300, 10], weight_init_std=0.25, seed=0).params["W1"]
    assert weights.std() == pytest.approx(0.25, rel=0.01)


@pytest.mark.parametrize(("initializer", "deviation"), [("xavier", 0.05), ("he", 0.05 * 2**0.5)])
def test_xavier_and_he_find_the_standard_deviation_themselves(
    initializer: str, deviation: float
) -> None:
    weights = Network([400, 300, 10], initializer=initializer, seed=0).params["W1"]
    assert weights.std() == pytest.approx(deviation, rel=0.01)


def test_xavier_keeps_the_size_of_activations_through_many_layers_of_tanh() -> None:
    net = Network([100] * 8, activation="tanh", initializer="xavier", seed=0)
    net.predict(np.random.default_rng(0).standard_normal((50, 100)))
    last = net.layers["Tanh6"]
    assert isinstance(last, Tanh)
    assert 0.2 < last.out.std() < 0.6


def test_he_keeps_the_size_of_activations_through_many_layers_of_relu() -> None:
    net = Network([200] * 8, initializer="he", seed=0)
    scores = net.predict(np.random.default_rng(0).standard_normal((50, 200)))
    assert 0.5 < scores.std() < 3


def test_initial_biases_are_zero() -> None:
    assert not network().params["b1"].any()


def test_layers_alternate_and_are_numbered() -> None:
    assert list(network(6, 5, 4, 3, activation="sigmoid").layers) == [
        "Affine1",
        "Sigmoid1",
        "Affine2",
        "Sigmoid2",
        "Affine3",
    ]


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        ([[784]], {}, "sizes must be two or more"),
        ([[784, 0, 10]], {}, "units >= 1"),
        ([[784, 10]], {"activation": "swish"}, "relu or sigmoid or tanh, not 'swish'"),
        ([[784, 10]], {"initializer": "lecun"}, "std, xavier or he, not 'lecun'"),
        ([[784, 10]], {"weight_decay": -1}, "weight_decay must be a number >= 0, not -1"),
        ([[784, 10]], {"weight_decay": np.nan}, "weight_decay must be a number >= 0, not nan"),
        ([[784, 10]], {"dtype": np.float16}, "float32 or float64, not float16"),
    ],
)
def test_a_network_that_cannot_be_is_refused(
    arguments: list[list[int]], options: dict[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Network(*arguments, **options)  # type: ignore[arg-type]


def test_the_books_arguments_make_the_books_network() -> None:
    assert TwoLayerNet(784, 50, 10, 0.01).sizes == (784, 50, 10)


def test_a_network_from_parameters_predicts_the_same() -> None:
    net, (x, _) = network(6, 5, 4, 3, dtype=np.float32), batch()
    twin = Network.from_params(net.params)
    np.testing.assert_array_equal(twin.predict(x), net.predict(x))


def test_a_network_from_parameters_copies_them() -> None:
    net = network()
    Network.from_params(net.params).params["W1"] += 1
    np.testing.assert_array_equal(net.params["W1"], network().params["W1"])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"b3": np.zeros(4)}, "params must be W1, b1, W2, b2, not"),
        ({"W2": np.zeros((4, 4))}, r"W2 \(4, 4\) and b2 \(4,\) do not fit a layer of 5 inputs"),
        ({"W2": np.zeros((5, 3))}, r"W2 \(5, 3\) and b2 \(4,\) do not fit"),
        ({"W1": np.zeros((6, 5), int)}, "dtype must be float32 or float64, not int64"),
    ],
)
def test_parameters_that_make_no_network_are_refused(
    changes: dict[str, Array], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Network.from_params(dict(network().params) | changes)


def test_no_parameters_make_no_network() -> None:
    with pytest.raises(ValueError, match="params must be W1, b1"):
        Network.from_params({})


# Passes


@given(st.integers(1, 5))
def test_a_batch_is_predicted_row_by_row(count: int) -> None:
    net, (x, _) = network(), batch(count)
    rows = [net.predict(row) for row in x]
    np.testing.assert_allclose(net.predict(x), rows, rtol=1e-12)


@pytest.mark.parametrize("shape", [(), (5,), (2, 5), (2, 6, 1), (6, 2)])
def test_predicting_another_shape_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"x must be \(N, 6\) or \(6,\), not"):
        network().predict(np.zeros(shape))


@pytest.mark.parametrize("shape", [(), (6,), (0, 6), (2, 5), (2, 6, 1)])
@pytest.mark.parametrize("method", ["loss", "gradient", "accuracy", "numerical_gradient"])
def test_what_is_no_batch_is_refused(method: str, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"x must be a batch \(N, 6\) with N >= 1, not"):
        getattr(network(), method)(np.zeros(shape), np.zeros(2, int))


@pytest.mark.parametrize("labels", [0, [0, 1], [0, 4, 0], [[0], [1], [2]]])
@pytest.mark.parametrize("method", ["loss", "gradient", "accuracy"])
def test_labels_that_do_not_fit_the_batch_are_refused(method: str, labels: npt.ArrayLike) -> None:
    with pytest.raises(ValueError, match="class numbers"):
        getattr(network(), method)(np.zeros((3, 6)), labels)


def test_accuracy_is_the_share_of_right_answers() -> None:
    net, (x, _) = network(), batch(4)
    answers = net.predict(x).argmax(axis=1)
    answers[0] = (answers[0] + 1) % 4
    assert net.accuracy(x, answers) == 0.75


def test_accuracy_is_the_same_for_one_hot_labels() -> None:
    net, (x, t) = network(), batch(50)
    assert net.accuracy(x, np.eye(4)[t]) == net.accuracy(x, t)


def test_a_float32_network_stays_in_float32() -> None:
    net, (x, t) = network(dtype=np.float32), batch()
    arrays = [net.predict(x), *net.gradient(x, t).values(), *net.params.values()]
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}


def test_a_twin_has_the_same_parameters_and_layers_of_its_own() -> None:
    net, (x, t) = network(), batch()
    twin = net.twin()
    net.loss(x, t)
    twin.predict(x[:2])
    assert len(net.last_layer.y) == len(x)
    hidden = net.layers["Affine2"]
    assert isinstance(hidden, Affine)
    assert len(hidden.x) == len(x)
    net.params["b2"] += 1
    np.testing.assert_array_equal(twin.predict(x), net.predict(x))


def test_the_loss_of_a_float32_network_is_a_float32_number() -> None:
    net, (x, t) = network(dtype=np.float32, weight_decay=0.1), batch()
    assert net.loss(x, t) == np.float32(net.loss(x, t))


# Gradients


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
@pytest.mark.parametrize(
    "sizes", [(6, 4), (6, 5, 4), (6, 5, 5, 4)], ids=["one layer", "two layers", "three layers"]
)
@pytest.mark.parametrize("one_hot", [False, True], ids=["numbers", "one-hot"])
@pytest.mark.parametrize("weight_decay", [0.0, 0.1])
def test_gradient_is_that_of_central_differences(
    activation: str, sizes: tuple[int, ...], one_hot: bool, weight_decay: float
) -> None:
    net, (x, t) = network(*sizes, activation=activation, weight_decay=weight_decay), batch()
    labels = np.eye(4)[t] if one_hot else t
    backprop, numerical = net.gradient(x, labels), net.numerical_gradient(x, labels)
    assert backprop.keys() == numerical.keys() == net.params.keys()
    for name, grad in backprop.items():
        assert np.abs(grad - numerical[name]).max() <= 1e-8


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
@pytest.mark.parametrize("weight_decay", [0.0, 0.1])
def test_the_input_gradient_is_that_of_central_differences(
    activation: str, weight_decay: float
) -> None:
    net, (x, t) = network(activation=activation, weight_decay=weight_decay), batch()
    numerical = numerical_gradient(lambda moved: net.loss(moved, t), x.copy())
    assert np.abs(net.input_gradient(x, t) - numerical).max() <= 1e-8


def test_without_being_asked_the_first_layer_makes_no_input_gradient() -> None:
    net, (x, t) = network(), batch()
    net.loss(x, t)
    assert net.backward() is None


def test_weight_decay_adds_half_of_all_squared_weights_but_no_biases_to_the_loss() -> None:
    plain, decayed, (x, t) = network(), network(weight_decay=0.2), batch()
    for net in (plain, decayed):
        net.params["b1"] = np.arange(5)
    squares = sum(float((plain.params[name] ** 2).sum()) for name in ("W1", "W2"))
    assert decayed.loss(x, t) == pytest.approx(plain.loss(x, t) + 0.1 * squares, rel=1e-12)


def test_weight_decay_that_is_changed_counts_from_the_next_loss_on() -> None:
    net, (x, t) = network(weight_decay=0.2), batch()
    net.weight_decay = 0.0
    assert net.loss(x, t) == network().loss(x, t)


def test_gradients_are_the_callers_own() -> None:
    net, (x, t) = network(), batch()
    first = net.gradient(x, t)
    kept = {name: grad.copy() for name, grad in first.items()}
    net.gradient(x * 2, t)
    for name, grad in first.items():
        np.testing.assert_array_equal(grad, kept[name])
        grad[...] = 0
    for name, grad in net.gradient(x, t).items():
        np.testing.assert_array_equal(grad, kept[name])


def test_backward_leaves_the_gradients_in_the_layers_own_arrays() -> None:
    net, (x, t) = network(), batch()
    net.loss(x, t)
    net.backward()
    layer = net.layers["Affine2"]
    assert isinstance(layer, Affine)
    assert net.grads["W2"] is layer.dW


def test_a_numerical_gradient_leaves_the_parameters_as_they_were() -> None:
    net, (x, t) = network(), batch()
    net.numerical_gradient(x, t)
    for name, array in network().params.items():
        np.testing.assert_array_equal(net.params[name], array)


def test_steps_against_the_gradient_lower_the_loss() -> None:
    net, (x, t) = network(), batch()
    before = net.loss(x, t)
    for _ in range(20):
        for name, grad in net.gradient(x, t).items():
            net.params[name] -= 0.1 * grad
    assert net.loss(x, t) < before * 0.7

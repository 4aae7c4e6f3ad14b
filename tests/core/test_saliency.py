import numpy as np
import pytest

from bpcore.datasets.mnist import scale
from bpcore.network import Network, TwoLayerNet
from bpcore.saliency import SPEAKERS, Saliency, saliency

H = 1e-6


def image(seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    ink = rng.integers(0, 256, 784, dtype=np.uint8) * (rng.random(784) < 0.3)
    ink.flags.writeable = False
    return ink


def network(*hidden: int, activation: str = "relu", **options: object) -> Network:
    options = {"initializer": "he", "seed": 5} | options
    return Network((784, *hidden, 10), activation=activation, **options)  # type: ignore[arg-type]


def loss_at(net: Network, x: np.ndarray, label: int) -> float:
    return net.loss(x[np.newaxis], np.array([label]))


def voices(found: Saliency) -> dict[int, float]:
    return {voice.unit: voice.share for voice in (*found.speaking_for, *found.against)}


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
@pytest.mark.parametrize("hidden", [(), (12,), (20, 9)], ids=str)
def test_the_gradient_is_the_slope_of_the_loss_at_each_pixel(hidden, activation: str) -> None:
    net, ink, label = network(*hidden, activation=activation), image(), 7
    x, found = scale(ink, np.float64), saliency(net, ink, label)
    assert found.gradient.shape == (784,)
    for pixel in range(0, 784, 9):
        step = np.zeros(784)
        step[pixel] = H
        slope = (loss_at(net, x + step, label) - loss_at(net, x - step, label)) / (2 * H)
        assert found.gradient[pixel] == pytest.approx(slope, rel=1e-5, abs=1e-8)


@pytest.mark.parametrize("decay", [0.0, 0.01])
def test_the_loss_is_the_cross_entropy_whatever_large_weights_cost(decay: float) -> None:
    ink = image()
    plain = loss_at(network(12), scale(ink, np.float64), 3)
    assert saliency(network(12, weight_decay=decay), ink, 3).loss == plain


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
def test_in_two_layers_a_share_is_the_units_term_of_the_score(activation: str) -> None:
    net = TwoLayerNet(784, 30, 10, activation=activation, initializer="he", seed=2)
    ink, label = image(), 4
    scores = net.predict(scale(ink, np.float64))
    outputs = net.layers["Affine2"].x[0]
    terms = outputs * net.params["W2"][:, label]
    assert terms.sum() + net.params["b2"][label] == pytest.approx(scores[label])
    found = saliency(net, ink, label)
    ranked = np.argsort(terms).tolist()
    assert [voice.unit for voice in found.speaking_for] == ranked[:-4:-1]
    assert [voice.unit for voice in found.against] == ranked[:3]
    for voice in (*found.speaking_for, *found.against):
        assert voice.share == terms[voice.unit]
        assert voice.output == outputs[voice.unit]
        np.testing.assert_array_equal(voice.weights, net.params["W1"][:, voice.unit])


def test_in_more_layers_a_share_is_the_output_times_the_slope_of_the_score() -> None:
    net, ink, label = network(25, 14, activation="tanh"), image(), 6
    net.predict(scale(ink, np.float64))
    outputs = net.layers["Affine2"].x
    above = list(net.layers.values())[2:]

    def score(hidden: np.ndarray) -> float:
        for layer in above:
            hidden = layer.forward(hidden)
        return float(hidden[0, label])

    shares = np.empty(25)
    for unit in range(25):
        step = np.zeros((1, 25))
        step[0, unit] = H
        slope = (score(outputs + step) - score(outputs - step)) / (2 * H)
        shares[unit] = outputs[0, unit] * slope
    found = voices(saliency(net, ink, label))
    ranked = np.argsort(shares).tolist()
    assert set(found) == {*ranked[:3], *ranked[-3:]}
    for unit, share in found.items():
        assert share == pytest.approx(shares[unit], rel=1e-6)


def test_a_silent_unit_does_not_speak() -> None:
    net = TwoLayerNet(784, 5, 10, initializer="he", seed=2)
    net.params["b1"] = [9, -1e6, 9, -1e6, 9]
    net.params["W2"][:, 1] = [1, 5, -1, -5, 2]
    found = saliency(net, image(), 1)
    assert {voice.unit for voice in found.speaking_for} == {0, 4}
    assert {voice.unit for voice in found.against} == {2}


def test_a_unit_without_weight_for_the_label_does_not_speak() -> None:
    net = network(8, activation="sigmoid")
    net.params["W2"][:, 0] = 0
    assert voices(saliency(net, image(), 0)) == {}


def test_without_a_hidden_layer_nobody_speaks() -> None:
    found = saliency(network(), image(), 0)
    assert (found.speaking_for, found.against) == ((), ())
    assert found.gradient.any()


def test_at_most_three_speak_on_either_side() -> None:
    found = saliency(network(50, activation="sigmoid"), image(), 0)
    assert len(found.speaking_for) == len(found.against) == SPEAKERS == 3
    assert all(voice.share > 0 for voice in found.speaking_for)
    assert all(voice.share < 0 for voice in found.against)


def test_the_network_remembers_its_own_pass() -> None:
    net, ink = network(20, 9, activation="sigmoid"), image()
    x, t = np.random.default_rng(1).random((3, 784)), np.array([1, 2, 3])
    expected = net.gradient(x, t)
    net.loss(x, t)
    saliency(net, ink, 5)
    net.backward()
    for name, gradient in net.grads.items():
        np.testing.assert_array_equal(gradient, expected[name])


def test_what_is_found_does_not_change_with_the_network() -> None:
    net, ink = network(12), image()
    found = saliency(net, ink, 5)
    voice = found.speaking_for[0]
    gradient, weights = found.gradient.copy(), voice.weights.copy()
    net.params["W1"] *= 2
    net.input_gradient(scale(ink, np.float64)[np.newaxis], np.array([5]))
    np.testing.assert_array_equal(found.gradient, gradient)
    np.testing.assert_array_equal(voice.weights, weights)
    for array in (found.gradient, voice.weights):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_the_arithmetic_is_of_the_networks_type() -> None:
    found = saliency(network(12, dtype=np.float32), image(), 5)
    assert found.gradient.dtype == found.speaking_for[0].weights.dtype == np.float32


@pytest.mark.parametrize("label", [-1, 10])
def test_a_label_that_is_no_class_is_refused(label: int) -> None:
    with pytest.raises(ValueError, match="whole class numbers from 0 to 9"):
        saliency(network(12), image(), label)


def test_an_image_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="784"):
        saliency(network(12), image()[:783], 0)


@pytest.mark.parametrize("parameter", ["W1", "W2"])
def test_numbers_that_have_left_the_range_come_out_as_such(parameter: str) -> None:
    net = network(12, dtype=np.float32)
    net.params[parameter] = np.full_like(net.params[parameter], np.inf)
    found = saliency(net, image(), 0)
    assert not np.isfinite(found.loss)

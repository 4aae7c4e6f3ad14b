import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpcore.lesson import PIECE, LessonError, _distance, learn
from bpcore.network import Network
from bpcore.optimizers import SGD
from bpcore.reader import Reader
from bpcore.saliency import saliency


def a_reader(activation: str = "relu", *, units: int = 12, **options: object) -> Reader:
    network = Network(
        (784, units, 10), activation=activation, weight_init_std=0.1, dtype=np.float32, seed=3,
        **options,
    )  # fmt: skip
    return Reader(network)


def an_image(seed: int = 0) -> np.ndarray:
    image = np.random.default_rng(seed).integers(0, 256, 784).astype(np.uint8)
    image.flags.writeable = False
    return image


def bits(reader: Reader) -> dict[str, bytes]:
    return {name: array.tobytes() for name, array in reader.network.params.items()}


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
def test_the_step_is_that_of_sgd_bit_for_bit(activation: str) -> None:
    reader, image = a_reader(activation), an_image()
    by_hand = Network.from_params(reader.network.params, activation)
    x = (image / np.float32(255)).astype(np.float32)[np.newaxis]
    SGD(0.002).update(by_hand.params, by_hand.gradient(x, np.array([4])))
    learned, _ = learn(reader, image, 4, 0.002)
    assert bits(learned) == bits(Reader(by_hand))


@given(seed=st.integers(0, 1000), label=st.integers(0, 9))
def test_a_small_step_makes_the_label_more_likely(seed: int, label: int) -> None:
    _, lesson = learn(a_reader(), an_image(seed), label, 1e-4)
    assert lesson.loss_after < lesson.loss_before
    assert lesson.after.probabilities[label] > lesson.before.probabilities[label]


def test_the_given_reader_keeps_its_bits() -> None:
    reader = a_reader()
    params = bits(reader)
    learn(reader, an_image(), 4, 0.5)
    assert bits(reader) == params


def test_the_readings_are_those_of_the_two_readers() -> None:
    reader, image = a_reader(), an_image()
    learned, lesson = learn(reader, image, 4, 0.002)
    for reading, each in ((lesson.before, reader), (lesson.after, learned)):
        np.testing.assert_array_equal(reading.probabilities, each.read(image).probabilities)


def test_the_losses_are_those_of_training() -> None:
    reader, image = a_reader(), an_image()
    learned, lesson = learn(reader, image, 4, 0.002)
    assert lesson.loss_before == saliency(reader.network, image, 4).loss
    assert lesson.loss_after == saliency(learned.network, image, 4).loss


@pytest.mark.parametrize("units", [12, 100])
def test_how_far_the_weights_moved_is_the_norm_of_the_difference(units: int) -> None:
    reader, image = a_reader(units=units), an_image()
    assert (reader.network.params["W1"].size > PIECE) == (units == 100)
    learned, lesson = learn(reader, image, 4, 0.002)
    old, new = (
        np.concatenate([array.astype(np.float64).ravel() for array in each.network.params.values()])
        for each in (reader, learned)
    )
    assert lesson.moved == pytest.approx(np.linalg.norm(new - old), rel=1e-12)
    assert lesson.size == pytest.approx(np.linalg.norm(old), rel=1e-12)


def test_to_measure_how_far_takes_no_copy_of_the_parameters() -> None:
    params = a_reader(units=400).network.params
    tracemalloc.start()
    try:
        assert _distance(params, params) == 0
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < params["W1"].nbytes / 2


def test_a_penalty_on_large_weights_plays_no_part() -> None:
    plain, _ = learn(a_reader(), an_image(), 4, 0.002)
    decaying, _ = learn(a_reader(weight_decay=0.1), an_image(), 4, 0.002)
    assert bits(plain) == bits(decaying)
    assert decaying.network.weight_decay == 0.1


def test_steps_can_be_stacked() -> None:
    reader, image = a_reader(), an_image()
    losses = []
    for _ in range(5):
        reader, lesson = learn(reader, image, 4, 0.002)
        losses.append(lesson.loss_before)
    assert losses == sorted(losses, reverse=True)


@pytest.mark.parametrize("label", [-1, 10])
def test_only_digits_are_labels(label: int) -> None:
    with pytest.raises(ValueError, match="0 to 9"):
        learn(a_reader(), an_image(), label, 0.002)


@pytest.mark.parametrize("rate", [0.0, -0.1, float("inf"), float("nan")])
def test_a_rate_is_a_number_above_nothing(rate: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        learn(a_reader(), an_image(), 4, rate)


@pytest.mark.parametrize("value", [np.inf, np.nan])
def test_a_network_that_is_not_finite_can_not_learn(value: float) -> None:
    reader = a_reader()
    reader.network.params["W1"][300, 2] = value
    with pytest.raises(LessonError):
        learn(reader, an_image(), 4, 0.002)


def test_a_step_out_of_the_range_of_numbers_is_refused() -> None:
    with pytest.raises(LessonError, match="smaller rate"):
        learn(a_reader(), an_image(), 4, 1e38)

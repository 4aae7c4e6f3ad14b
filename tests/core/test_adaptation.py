import numpy as np
import pytest
from corrections import correction

from bpcore import adaptation
from bpcore.adaptation import Adaptation, AdaptationError, adapt
from bpcore.config import TrainingConfig
from bpcore.datasets.mnist import Dataset
from bpcore.evaluation import accuracy, predicted_labels
from bpcore.handwriting import Correction, CorrectionSet
from bpcore.learner import Learner
from bpcore.network import Network
from bpcore.reader import Reader


@pytest.fixture(scope="module")
def reader(bundled: Dataset) -> Reader:
    """The book's network, which with momentum is good after 600 iterations."""
    learner = Learner(TrainingConfig(optimizer="momentum"), bundled)
    for _ in range(600):
        learner.learn()
    return Reader(learner.network)


@pytest.fixture
def few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps that are quickly taken, and so short that nothing is forgotten by them."""
    monkeypatch.setattr(adaptation, "MANY_STEPS", 5)
    monkeypatch.setattr(adaptation, "RATE", 1e-3)


def finished(*arguments: object, **options: int) -> tuple[list[float], Adaptation]:
    """Return the shares done on the way, and what came of it."""
    steps, shares = adapt(*arguments, **options), []
    while True:
        try:
            shares.append(next(steps))
        except StopIteration as end:
            return shares, end.value


def mirrored(digits: Dataset, count: int, first: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Digits of somebody who writes 2, 3, 4, 7 and 9 from right to left: none is MNIST's."""
    of_interest = np.flatnonzero(np.isin(digits.train_labels, [2, 3, 4, 7, 9]))
    chosen = np.concatenate(
        [
            of_interest[digits.train_labels[of_interest] == label][first : first + count]
            for label in (2, 3, 4, 7, 9)
        ]
    )
    images = digits.train_images[chosen].reshape(-1, 28, 28)[:, :, ::-1].reshape(-1, 784)
    return images, digits.train_labels[chosen]


def corrections_of(images: np.ndarray, labels: np.ndarray) -> CorrectionSet:
    return CorrectionSet(
        Correction(image, int(label), float(n))
        for n, (image, label) in enumerate(zip(images, labels, strict=True))
    )


def test_a_strange_hand_is_learned_and_mnist_is_not_forgotten(
    reader: Reader, bundled: Dataset
) -> None:
    corrections = corrections_of(*mirrored(bundled, 40))
    _, result = finished(reader, corrections, bundled)
    assert not result.refused
    assert result.own_before < 0.7 * result.corrections
    assert result.own_after > 0.95 * result.corrections
    others, labels = mirrored(bundled, 60, first=40)
    assert accuracy(reader.network, others, labels) < 0.7
    assert accuracy(result.reader.network, others, labels) > 0.8
    assert result.accuracy_after > result.accuracy_before - 0.005


def test_what_is_told_is_what_the_networks_read(
    reader: Reader, bundled: Dataset, few_steps: None
) -> None:
    corrections = corrections_of(*mirrored(bundled, 3))
    _, result = finished(reader, corrections, bundled)
    assert (result.corrections, result.digits) == (15, 1000)
    for network, known, own in (
        (reader.network, result.accuracy_before, result.own_before),
        (result.reader.network, result.accuracy_after, result.own_after),
    ):
        assert known == accuracy(network, bundled.test_images, bundled.test_labels)
        read = predicted_labels(network, corrections.images)
        assert own == np.count_nonzero(read == corrections.labels)


def test_wrong_answers_are_refused_and_the_old_reader_stays(
    reader: Reader, bundled: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adaptation, "MANY_STEPS", 100)
    images, labels = bundled.test_images[:100], bundled.test_labels[:100]
    _, result = finished(reader, corrections_of(images, (labels + 1) % 10), bundled)
    assert result.refused
    assert result.right_before - result.right_after > 5
    assert result.reader is reader


@pytest.mark.parametrize(("after", "refused"), [(950, False), (945, False), (944, True)])
def test_half_a_point_of_accuracy_may_be_lost_and_no_more(after: int, refused: bool) -> None:
    result = Adaptation(Reader(Network((784, 10))), 50, 1000, 950, after, 30, 50)
    assert result.refused is refused


def test_equal_arguments_give_equal_networks_and_another_seed_another(
    reader: Reader, bundled: Dataset, few_steps: None
) -> None:
    corrections = corrections_of(*mirrored(bundled, 2))
    one, same, other = (finished(reader, corrections, bundled, seed=s)[1] for s in (3, 3, 4))
    for name, array in one.reader.network.params.items():
        np.testing.assert_array_equal(array, same.reader.network.params[name])
    assert (one.reader.network.params["W1"] != other.reader.network.params["W1"]).any()


def test_the_share_done_grows_to_one_and_the_old_network_stays(
    reader: Reader, bundled: Dataset, few_steps: None
) -> None:
    before = {name: array.copy() for name, array in reader.network.params.items()}
    shares, _ = finished(reader, CorrectionSet([correction(7)]), bundled)
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert len(shares) == 7
    for name, array in before.items():
        np.testing.assert_array_equal(reader.network.params[name], array)


def test_a_pass_of_the_old_network_is_not_disturbed(
    reader: Reader, bundled: Dataset, few_steps: None
) -> None:
    # Another thread may be between forward and backward with the very same network.
    x, t = bundled.test_images[:5] / 255, bundled.test_labels[:5]
    expected = reader.network.gradient(x, t)
    reader.network.loss(x, t)
    finished(reader, CorrectionSet([correction(7)]), bundled)
    reader.network.backward()
    for name, array in reader.network.grads.items():
        np.testing.assert_array_equal(array, expected[name])


def test_no_corrections_are_an_error(reader: Reader, bundled: Dataset) -> None:
    with pytest.raises(ValueError, match="no corrections"):
        finished(reader, CorrectionSet(), bundled)


@pytest.mark.parametrize("size", [np.nan, 1e30])
def test_a_network_without_finite_numbers_is_told(
    reader: Reader, bundled: Dataset, size: float
) -> None:
    network = Network.from_params(reader.network.params)
    network.params["W1"] = network.params["W1"] * np.float32(size)
    network.params["W2"] = network.params["W2"] * np.float32(size)
    with pytest.raises(AdaptationError, match="no longer computes finite numbers"):
        finished(Reader(network), CorrectionSet([correction(7)]), bundled)

import hashlib
import json
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from bpcore import reader as module
from bpcore.calibration import expected_calibration_error
from bpcore.datasets.mnist import Dataset, load_dataset, scale
from bpcore.evaluation import accuracy
from bpcore.layers import log_softmax
from bpcore.network import Network
from bpcore.reader import SURE, Reader, ReaderError, shipped_reader

MNIST = Path(__file__).parents[3] / "shared" / "data" / "mnist"
MODELS = resources.files("resources").joinpath("models")


@pytest.fixture
def network() -> Network:
    return Network((784, 20, 10), initializer="he", dtype=np.float32, seed=1)


def test_a_reading_is_the_softmax_of_the_scores(network: Network, bundled: Dataset) -> None:
    image = bundled.test_images[0]
    scores = network.predict(scale(image))
    reading = Reader(network).read(image)
    assert reading is not None
    np.testing.assert_allclose(reading.probabilities, np.exp(log_softmax(scores)), rtol=1e-6)
    assert reading.probabilities.sum() == pytest.approx(1, abs=1e-5)
    assert reading.digit == scores.argmax()
    first, second = np.sort(reading.probabilities)[[-1, -2]]
    assert reading.margin == pytest.approx(first - second)
    assert reading.unsure == (first < SURE)


def test_numbers_that_are_not_finite_are_no_reading(network: Network, bundled: Dataset) -> None:
    network.params["b2"][0] = np.nan
    assert Reader(network).read(bundled.test_images[0]) is None


# The one that comes with Chainlight


def test_the_shipped_weights_are_the_ones_of_the_note() -> None:
    facts = json.loads(MODELS.joinpath("reader.json").read_text(encoding="utf-8"))
    content = MODELS.joinpath("reader.npz").read_bytes()
    assert hashlib.sha256(content).hexdigest() == facts["sha256"]
    assert len(content) <= 1_000_000
    network = shipped_reader().network
    assert list(network.sizes) == facts["sizes"]
    assert network.activation == facts["activation"]
    with MODELS.joinpath("reader.npz").open("rb") as file, np.load(file) as arrays:
        np.testing.assert_array_equal(network.params["W1"], arrays["W1"].astype(np.float32))
        last = arrays["W3"].astype(np.float32) / np.float32(facts["temperature"])
        np.testing.assert_array_equal(network.params["W3"], last)
    assert facts["sha256"] in MODELS.joinpath("README.md").read_text(encoding="utf-8")


def test_the_shipped_network_reads_the_bundled_digits(bundled: Dataset) -> None:
    # Some of them it has learned: what it makes of others is measured on MNIST's test set.
    assert accuracy(shipped_reader().network, *bundled.split("test")) > 0.985


@pytest.mark.skipif(not MNIST.is_dir(), reason="the whole of MNIST is not here")
def test_the_shipped_network_is_as_good_on_mnists_test_set_as_its_note_says() -> None:
    facts = json.loads(MODELS.joinpath("reader.json").read_text(encoding="utf-8"))
    images, labels = load_dataset(MNIST).split("test")
    reader = shipped_reader()
    right = accuracy(reader.network, images, labels)
    assert right >= 0.988
    assert right == pytest.approx(facts["accuracy"], abs=2e-4)
    scores = reader.network.predict(scale(images))
    error = expected_calibration_error(scores, labels)
    assert error <= 0.02
    assert error == pytest.approx(facts["expected_calibration_error"], abs=1e-3)


@pytest.mark.parametrize("damage", ["missing", "no JSON", "no weights", "half", "other shapes"])
def test_damaged_files_are_named_in_one_sentence(
    damage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = tmp_path / "models"
    models.mkdir()
    facts, weights = (MODELS.joinpath(name).read_bytes() for name in ("reader.json", "reader.npz"))
    if damage != "missing":
        models.joinpath("reader.json").write_bytes(b"[" if damage == "no JSON" else facts)
        models.joinpath("reader.npz").write_bytes(
            {"no weights": b"", "half": weights[: len(weights) // 2]}.get(damage, weights)
        )
    if damage == "other shapes":
        with models.joinpath("reader.npz").open("wb") as file:
            np.savez(file, W1=np.zeros((3, 2)), b1=np.zeros(5))
    monkeypatch.setattr(module.resources, "files", lambda _: tmp_path)
    shipped_reader.cache_clear()
    with pytest.raises(ReaderError, match="reinstall Chainlight"):
        shipped_reader()
    monkeypatch.undo()
    shipped_reader.cache_clear()

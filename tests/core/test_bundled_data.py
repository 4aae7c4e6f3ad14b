import hashlib
from importlib import resources
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bpcore.datasets.mnist import Dataset, load_dataset

DATA = resources.files("resources") / "data"


def rows(images: npt.NDArray[np.uint8]) -> set[bytes]:
    return {image.tobytes() for image in images}


def test_nine_thousand_digits_are_to_train_on_and_one_thousand_to_test(bundled: Dataset) -> None:
    assert bundled.train_images.shape == (9000, 784)
    assert bundled.test_images.shape == (1000, 784)


def test_no_digit_is_in_both_splits(bundled: Dataset) -> None:
    assert rows(bundled.train_images).isdisjoint(rows(bundled.test_images))


def test_no_digit_is_there_twice(bundled: Dataset) -> None:
    assert len(rows(bundled.train_images) | rows(bundled.test_images)) == 10_000


def test_every_digit_is_in_both_splits_about_as_often(bundled: Dataset) -> None:
    for labels in (bundled.train_labels, bundled.test_labels):
        shares = np.bincount(labels, minlength=10) / len(labels)
        assert (abs(shares - 0.1) < 0.04).all()


def test_the_file_is_the_one_that_its_readme_describes() -> None:
    digest = hashlib.sha256((DATA / "mnist_10k.npz").read_bytes()).hexdigest()
    assert digest in (DATA / "README.md").read_text(encoding="utf-8")


def test_every_digit_is_one_of_mnists_training_set(bundled: Dataset, full_set_folder: Path) -> None:
    full = load_dataset(full_set_folder)
    labelled = {
        image.tobytes(): label
        for image, label in zip(full.train_images, full.train_labels, strict=True)
    }
    for images, labels in (bundled.split("train"), bundled.split("test")):
        for image, label in zip(images, labels, strict=True):
            assert labelled[image.tobytes()] == label

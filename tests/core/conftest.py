from pathlib import Path

import pytest

from bpcore.datasets.mnist import Dataset, load_dataset

FULL_SET = Path(__file__).parents[3] / "shared" / "data" / "mnist"


@pytest.fixture(scope="session")
def bundled() -> Dataset:
    return load_dataset()


@pytest.fixture(scope="session")
def small(bundled: Dataset) -> Dataset:
    """300 digits to train on and 100 to test: a run of it takes milliseconds."""
    return Dataset(
        "small",
        bundled.train_images[:300],
        bundled.train_labels[:300],
        bundled.test_images[:100],
        bundled.test_labels[:100],
    )


@pytest.fixture(scope="session")
def full_set_folder() -> Path:
    if not FULL_SET.is_dir():
        pytest.skip("the full MNIST set is not beside the repository")
    return FULL_SET

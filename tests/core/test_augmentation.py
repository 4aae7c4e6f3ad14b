import numpy as np
import pytest

from bpcore.datasets.augmentation import augmented
from bpcore.datasets.mnist import Dataset


def white(images: np.ndarray) -> np.ndarray:
    return images * (255 / images.max(axis=1, keepdims=True).astype(float))


@pytest.fixture
def digits(bundled: Dataset) -> np.ndarray:
    return bundled.train_images[:600]


def test_the_same_generator_gives_the_same_digits(digits: np.ndarray) -> None:
    first = augmented(digits, np.random.default_rng(3))
    np.testing.assert_array_equal(first, augmented(digits, np.random.default_rng(3)))
    assert (first != augmented(digits, np.random.default_rng(4))).any()


def test_no_strength_changes_nothing(digits: np.ndarray) -> None:
    same = augmented(digits, np.random.default_rng(0), 0.0)
    assert np.abs(same - white(digits)).max() <= 0.51


def test_each_digit_is_changed_in_its_own_way(digits: np.ndarray) -> None:
    copies = augmented(np.repeat(digits[:1], 8, axis=0), np.random.default_rng(0))
    assert len(np.unique(copies, axis=0)) == 8


def test_more_strength_changes_more(digits: np.ndarray) -> None:
    def distance(strength: float) -> float:
        changed = augmented(digits, np.random.default_rng(0), strength)
        return float(np.abs(changed - white(digits)).mean())

    assert 0 < distance(0.2) < distance(0.6) < distance(1.0)


def test_digits_stay_where_they_are_as_a_whole(digits: np.ndarray) -> None:
    changed = augmented(digits, np.random.default_rng(0)).reshape(-1, 28, 28).astype(float)
    for axis in (1, 2):
        mass = changed.sum(axis=3 - axis)
        centres = mass @ np.arange(28) / mass.sum(axis=1)
        assert centres.mean() == pytest.approx(14, abs=0.2)
        assert centres.std() < 1.2


def test_the_brightest_pixel_is_white_and_ink_is_neither_lost_nor_made(digits: np.ndarray) -> None:
    changed = augmented(digits, np.random.default_rng(0))
    assert (changed.max(axis=1) == 255).all()
    assert float(changed.sum()) == pytest.approx(float(digits.sum()), rel=0.15)


def test_the_digits_given_are_left_alone_and_none_at_all_are_fine(digits: np.ndarray) -> None:
    before = digits.copy()
    augmented(digits, np.random.default_rng(0))
    np.testing.assert_array_equal(digits, before)
    assert augmented(digits[:0], np.random.default_rng(0)).shape == (0, 784)


def test_paper_stays_paper() -> None:
    paper = np.zeros((3, 784), np.uint8)
    assert not augmented(paper, np.random.default_rng(0)).any()

import numpy as np
import pytest

from bpcore.calibration import expected_calibration_error, fitted_temperature
from bpcore.layers import log_softmax


def drawn(temperature: float, count: int = 20_000) -> tuple[np.ndarray, np.ndarray]:
    """Return scores, and labels drawn from their softmax at ``temperature``."""
    rng = np.random.default_rng(5)
    scores = rng.normal(0, 3, (count, 10))
    probabilities = np.exp(log_softmax(scores / temperature))
    labels = (probabilities.cumsum(axis=1) < rng.random((count, 1))).sum(axis=1)
    return scores, np.minimum(labels, 9)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_the_temperature_of_the_labels_is_found(temperature: float) -> None:
    assert fitted_temperature(*drawn(temperature, 5000)) == pytest.approx(temperature, rel=0.05)


def test_the_right_temperature_leaves_hardly_an_error_and_others_one() -> None:
    scores, labels = drawn(2.0)
    assert expected_calibration_error(scores, labels, 2.0) < 0.015
    assert expected_calibration_error(scores, labels, 1.0) > 0.1
    assert expected_calibration_error(scores, labels, 6.0) > 0.1


def test_always_sure_and_half_of_the_time_right_is_an_error_of_a_half() -> None:
    scores = np.zeros((100, 10))
    scores[:, 3] = 1000
    labels = np.where(np.arange(100) % 2, 3, 4)
    assert expected_calibration_error(scores, labels) == pytest.approx(0.5)


def test_always_sure_and_always_right_is_none() -> None:
    scores = np.eye(10) * 1000
    assert expected_calibration_error(scores, np.arange(10)) == 0

"""The programs of the book's chapter 5, as a reader would write them with this library."""

from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from bpcore import TwoLayerNet, load_mnist

Rows = npt.NDArray[np.generic]


@cache
def digits(folder: Path | None) -> tuple[tuple[Rows, Rows], tuple[Rows, Rows]]:
    train, test = load_mnist(normalize=True, one_hot_label=True, data_dir=folder)
    for array in (*train, *test):
        array.flags.writeable = False
    return train, test


def test_train_neuralnet_reads_at_least_96_5_percent_of_the_test_digits(
    full_set_folder: Path,
) -> None:
    (x_train, t_train), (x_test, t_test) = digits(full_set_folder)
    network = TwoLayerNet(input_size=784, hidden_size=50, output_size=10, seed=0)
    rng = np.random.default_rng(0)
    for _ in range(10_000):
        mask = rng.choice(len(x_train), 100)
        grad = network.gradient(x_train[mask], t_train[mask])
        for key in ("W1", "b1", "W2", "b2"):
            network.params[key] -= 0.1 * grad[key]
    assert network.accuracy(x_test, t_test) >= 0.965


@pytest.fixture(params=["full set", "bundled digits"])
def three_digits(request: pytest.FixtureRequest) -> tuple[Rows, Rows]:
    bundled = request.param == "bundled digits"
    folder = None if bundled else request.getfixturevalue("full_set_folder")
    (x_train, t_train), _ = digits(folder)
    return x_train[:3], t_train[:3]


def test_gradient_check_finds_differences_below_1e_8(
    three_digits: tuple[Rows, Rows],
) -> None:
    x_batch, t_batch = three_digits
    network = TwoLayerNet(input_size=784, hidden_size=50, output_size=10, seed=0)
    grad_numerical = network.numerical_gradient(x_batch, t_batch)
    grad_backprop = network.gradient(x_batch, t_batch)
    for key in ("W1", "b1", "W2", "b2"):
        assert np.average(np.abs(grad_backprop[key] - grad_numerical[key])) <= 1e-8

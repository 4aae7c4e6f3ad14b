import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpcore.config import CHOICES, LEARNING_RATES
from bpcore.layers import Array
from bpcore.optimizers import OPTIMIZERS, SGD, AdaGrad, Adam, Momentum, Optimizer

GRADIENTS = [2.0, -1.0, 0.5, 0.0, 3.0]


def path(optimizer: Optimizer, gradients: list[float], start: float = 1.0) -> list[float]:
    """Return where a single weight goes, in float64."""
    params = {"W1": np.array([start])}
    seen = []
    for gradient in gradients:
        optimizer.update(params, {"W1": np.array([gradient])})
        seen.append(float(params["W1"][0]))
    return seen


# Each formula, written out for one number


def test_sgd_steps_by_rate_times_gradient() -> None:
    expected, W = [], 1.0
    for g in GRADIENTS:
        W -= 0.1 * g
        expected.append(W)
    assert path(SGD(0.1), GRADIENTS) == expected


def test_momentum_keeps_a_share_of_its_velocity() -> None:
    expected, W, v = [], 1.0, 0.0
    for g in GRADIENTS:
        v = 0.8 * v - 0.1 * g
        W += v
        expected.append(W)
    assert path(Momentum(0.1, 0.8), GRADIENTS) == pytest.approx(expected, rel=1e-12)


def test_adagrad_steps_less_the_more_it_has_moved() -> None:
    expected, W, h = [], 1.0, 0.0
    for g in GRADIENTS:
        h += g * g
        W -= 0.1 * g / (math.sqrt(h) + 1e-7)
        expected.append(W)
    assert path(AdaGrad(0.1), GRADIENTS) == pytest.approx(expected, rel=1e-12)


def test_adam_divides_mean_gradient_by_root_mean_square_both_corrected() -> None:
    expected, W, m, v = [], 1.0, 0.0, 0.0
    for n, g in enumerate(GRADIENTS, start=1):
        m = 0.9 * m + 0.1 * g
        v = 0.999 * v + 0.001 * g * g
        W -= 0.1 * (m / (1 - 0.9**n)) / math.sqrt(v / (1 - 0.999**n))
        expected.append(W)
    # 1e-7 keeps from dividing by zero; relative to the root of v it is at most 2e-6 here.
    assert path(Adam(0.1), GRADIENTS) == pytest.approx(expected, rel=1e-5)


@given(gradient=st.floats(1e-3, 1e3), rate=st.floats(1e-4, 1.0))
def test_the_first_step_of_adam_is_the_rate_whatever_the_gradient(
    gradient: float, rate: float
) -> None:
    assert path(Adam(rate), [gradient], start=0.0) == pytest.approx([-rate], rel=1e-2)


# What all have in common

both_types = pytest.mark.parametrize("dtype", [np.float32, np.float64])
each = pytest.mark.parametrize("kind", OPTIMIZERS.values())


def arrays(dtype: type, seed: int) -> dict[str, Array]:
    rng = np.random.default_rng(seed)
    return {"W1": rng.standard_normal((4, 3)).astype(dtype), "b1": np.zeros(3, dtype)}


@both_types
@each
def test_an_update_changes_parameters_in_place_and_in_their_type(
    kind: type[Optimizer], dtype: type
) -> None:
    params = arrays(dtype, 0)
    before = dict(params)
    optimizer = kind()
    optimizer.update(params, arrays(dtype, 1))
    for name, array in params.items():
        assert array is before[name]
        assert array.dtype == dtype
    for kept in optimizer.memory.values():
        assert all(array.dtype == dtype for array in kept.values())


@each
def test_an_update_leaves_the_gradients_as_they_are(kind: type[Optimizer]) -> None:
    grads = arrays(np.float64, 1)
    for grad in grads.values():
        grad.flags.writeable = False
    kind().update(arrays(np.float64, 0), grads)


@each
def test_the_last_step_is_what_the_last_update_added(kind: type[Optimizer]) -> None:
    optimizer, params = kind(0.1), arrays(np.float64, 0)
    for seed in range(1, 4):
        grads = arrays(np.float64, seed)
        before = {name: array.copy() for name, array in params.items()}
        optimizer.update(params, grads)
        for name, array in params.items():
            step = optimizer.last_step(name, grads[name])
            np.testing.assert_allclose(array - before[name], step, rtol=1e-9, atol=1e-15)


@each
def test_preparing_makes_memory_of_zeros_that_a_first_update_would_make(
    kind: type[Optimizer],
) -> None:
    prepared, plain = kind(), kind()
    one, other = arrays(np.float32, 0), arrays(np.float32, 0)
    prepared.prepare(one)
    assert all(not array.any() for kept in prepared.memory.values() for array in kept.values())
    prepared.update(one, arrays(np.float32, 1))
    plain.update(other, arrays(np.float32, 1))
    for name, array in one.items():
        np.testing.assert_array_equal(array, other[name])


@each
def test_memory_is_named_as_the_optimizer_says(kind: type[Optimizer]) -> None:
    optimizer = kind()
    optimizer.prepare(arrays(np.float32, 0))
    assert tuple(optimizer.memory) == kind.remembers


@each
def test_a_formula_and_its_source_are_in_the_docstring(kind: type[Optimizer]) -> None:
    assert kind.__doc__ is not None
    assert "<- " in kind.__doc__
    assert "the book, chapter 6.1" in kind.__doc__


@each
def test_each_finds_the_bottom_of_a_bowl(kind: type[Optimizer]) -> None:
    params = {"W1": np.array([1.0, -2.0])}
    optimizer = kind(0.1)
    for _ in range(500):
        optimizer.update(params, {"W1": params["W1"] * [1.0, 10.0]})
    assert np.abs(params["W1"]).max() < 0.05


def test_every_choice_is_there_with_a_learning_rate() -> None:
    assert CHOICES["optimizer"] == tuple(OPTIMIZERS) == tuple(LEARNING_RATES)

import numpy as np
import pytest
from runs import trained

from bpcore.config import CHOICES, TrainingConfig
from bpcore.datasets.mnist import Dataset
from bpcore.health import root_mean_square
from bpcore.layers import Relu, Sigmoid, Tanh
from bpcore.training import Diverged, Trainer

CONFIG = TrainingConfig(iterations=50, batch_size=30, hidden_sizes=(12, 8))


def test_before_the_first_iteration_there_is_nothing_to_examine(small: Dataset) -> None:
    assert Trainer(CONFIG, small).health() is None


def test_health_is_of_the_last_iteration(small: Dataset) -> None:
    trainer = trained(CONFIG, small, 7)
    health = trainer.health()
    assert health is not None
    assert health.iteration == 7


def test_examining_changes_nothing(small: Dataset) -> None:
    examined = Trainer(CONFIG.replace(optimizer="adam"), small)
    for _ in examined:
        examined.health()
    plain = trained(CONFIG.replace(optimizer="adam"), small)
    np.testing.assert_array_equal(examined.losses, plain.losses)


def test_a_root_mean_square_is_per_element_so_that_sizes_compare() -> None:
    assert root_mean_square(np.full((3, 4), -2.0)) == root_mean_square(np.full(7, 2.0)) == 2.0


@pytest.mark.parametrize("dtype", CHOICES["dtype"])
@pytest.mark.parametrize("size", [1e-30, 1e-18, 1e-8, 1.0, 1e8, 1e18, 1e30])
def test_a_root_mean_square_is_right_for_numbers_of_any_size(dtype: str, size: float) -> None:
    array = (np.random.default_rng(0).normal(size=(300, 40)) * size).astype(dtype)
    expected = size * np.sqrt(np.square(array.astype(np.float64) / size).mean())
    assert root_mean_square(array) == pytest.approx(expected, rel=2e-7)
    assert root_mean_square(array.T) == pytest.approx(expected, rel=2e-7)


@pytest.mark.parametrize("size", [1e-300, 1e300])
def test_a_root_mean_square_of_float64_neither_overflows_nor_vanishes(size: float) -> None:
    assert root_mean_square(np.full(5, size)) == pytest.approx(size)


def test_a_root_mean_square_of_zeros_is_zero() -> None:
    assert root_mean_square(np.zeros((3, 4), np.float32)) == 0


@pytest.mark.parametrize("optimizer", CHOICES["optimizer"])
def test_weight_gradient_and_update_are_those_of_the_last_iteration(
    small: Dataset, optimizer: str
) -> None:
    trainer = trained(CONFIG.replace(optimizer=optimizer, dtype="float64"), small, 9)
    before = trainer.state()
    next(trainer)
    health = trainer.health()
    assert health is not None
    for name, array in trainer.network.params.items():
        added = array - before.params[name]
        assert health.weight[name] == root_mean_square(array)
        assert health.gradient[name] == root_mean_square(trainer.network.grads[name])
        assert health.update[name] == pytest.approx(root_mean_square(added), rel=1e-6)


def test_a_unit_is_dead_if_its_gate_was_shut_for_the_whole_batch(small: Dataset) -> None:
    trainer = trained(CONFIG.replace(initializer="he"), small, 3)
    trainer.network.params["b1"][[2, 5]] = -1e3
    next(trainer)
    health = trainer.health()
    assert health is not None
    relu = trainer.network.layers["Relu1"]
    assert isinstance(relu, Relu)
    assert set(np.flatnonzero(health.dead["Relu1"])) >= {2, 5}
    np.testing.assert_array_equal(health.dead["Relu1"], ~(~relu.mask).any(axis=0))
    assert list(health.dead) == ["Relu1", "Relu2"]
    assert not health.saturated


@pytest.mark.parametrize(("activation", "kind"), [("sigmoid", Sigmoid), ("tanh", Tanh)])
def test_a_unit_is_saturated_where_its_slope_is_a_twentieth_of_the_steepest(
    small: Dataset, activation: str, kind: type[Sigmoid] | type[Tanh]
) -> None:
    config = CONFIG.replace(activation=activation, initializer="xavier")
    trainer = trained(config, small, 3)
    trainer.network.params["b1"][4] = 50
    next(trainer)
    health = trainer.health()
    assert health is not None
    assert health.saturated[f"{kind.__name__}1"][4] == 1
    layer = trainer.network.layers[f"{kind.__name__}1"]
    assert isinstance(layer, kind)
    steepest = {Sigmoid: 0.25, Tanh: 1.0}[kind]
    slopes = layer.backward(np.ones_like(layer.out)) / steepest
    np.testing.assert_allclose(
        health.saturated[f"{kind.__name__}1"], (slopes < 0.05).mean(axis=0), atol=1e-6
    )
    assert not health.dead


def test_measuring_accuracies_does_not_change_what_is_examined(small: Dataset) -> None:
    trainer = trained(CONFIG, small, 7)
    before = trainer.health()
    trainer.measure()
    after = trainer.health()
    assert before is not None
    assert after is not None
    for name, dead in before.dead.items():
        np.testing.assert_array_equal(dead, after.dead[name])


def test_at_the_end_of_an_epoch_health_is_that_of_the_batch(small: Dataset) -> None:
    trainer = trained(CONFIG, small, 10)
    assert trainer.accuracies[-1].iteration == 10
    relu = trainer.network.layers["Relu1"]
    assert isinstance(relu, Relu)
    assert len(relu.mask) == 30


def test_after_a_change_there_is_nothing_to_examine_until_training_goes_on(small: Dataset) -> None:
    trainer = trained(CONFIG, small, 7)
    trainer.change("learning_rate", 0.5)
    assert trainer.health() is None
    next(trainer)
    assert trainer.health() is not None


def test_after_divergence_there_is_nothing_to_examine_until_training_goes_on(
    small: Dataset,
) -> None:
    trainer = trained(CONFIG, small, 5)
    trainer.network.params["b1"][0] = np.nan
    with pytest.raises(Diverged):
        next(trainer)
    assert trainer.health() is None
    next(trainer)
    assert trainer.health() is not None

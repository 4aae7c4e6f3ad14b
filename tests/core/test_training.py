import numpy as np
import pytest
from runs import assert_same_numbers, assert_same_state, trained

from bpcore.config import TrainingConfig
from bpcore.datasets.mnist import Dataset, scale
from bpcore.evaluation import accuracy, predicted_labels
from bpcore.layers import Array
from bpcore.network import TwoLayerNet
from bpcore.recording import Event
from bpcore.training import Diverged, Trainer

CONFIG = TrainingConfig(iterations=40, batch_size=30)


def trained_on(trainer: Trainer) -> Trainer:
    for _ in trainer:
        pass
    return trainer


# The book's run


@pytest.fixture(scope="module")
def books_run(bundled: Dataset) -> Trainer:
    return trained(TrainingConfig(), bundled)


def test_the_default_run_reads_94_percent_of_digits_never_seen(books_run: Trainer) -> None:
    assert books_run.accuracies[-1].test >= 0.94


def test_the_default_run_lowers_the_loss_twentyfold(books_run: Trainer) -> None:
    assert books_run.losses[-500:].mean() < books_run.losses[0] / 20


def test_accuracies_are_measured_at_each_epoch_and_at_the_end(books_run: Trainer) -> None:
    measured = [accuracies.iteration for accuracies in books_run.accuracies]
    assert measured == [*range(90, 10_000, 90), 10_000]


def test_a_run_that_is_over_stays_over(books_run: Trainer) -> None:
    assert next(books_run, None) is None
    assert books_run.iteration == 10_000


# Determinism


@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_equal_configurations_give_equal_runs_bit_for_bit(
    small: Dataset, activation: str, dtype: str
) -> None:
    config = CONFIG.replace(activation=activation, dtype=dtype)
    assert_same_numbers(trained(config, small), trained(config, small))


def test_a_configuration_in_numpy_scalars_gives_the_same_run(small: Dataset) -> None:
    scalars = CONFIG.replace(learning_rate=np.float64(0.1), seed=np.uint32(42))
    assert_same_numbers(trained(CONFIG, small), trained(scalars, small))


def test_a_pause_changes_nothing(small: Dataset) -> None:
    paused = Trainer(CONFIG, small)
    next(paused)
    trained(CONFIG, small)
    for _ in paused:
        pass
    assert_same_numbers(paused, trained(CONFIG, small))


def test_measuring_in_between_changes_nothing(small: Dataset) -> None:
    measured = Trainer(CONFIG, small)
    for _ in measured:
        measured.measure()
    assert_same_numbers(measured, trained(CONFIG, small))


def test_another_seed_gives_another_run(small: Dataset) -> None:
    other = trained(CONFIG.replace(seed=43), small)
    assert (other.losses != trained(CONFIG, small).losses).all()


def test_batches_do_not_depend_on_how_many_weights_are_drawn_before(small: Dataset) -> None:
    # With all weights 0 a network of any width does the same, if its batches are the same.
    narrow, wide = (
        trained(CONFIG.replace(weight_init_std=0.0, hidden_sizes=(size,)), small)
        for size in (5, 50)
    )
    np.testing.assert_array_equal(narrow.losses, wide.losses)


def test_an_iteration_is_one_step_against_the_gradient_of_its_batch(small: Dataset) -> None:
    trainer = Trainer(CONFIG.replace(batch_size=300, dtype="float64"), small)
    network = TwoLayerNet(784, 50, 10, seed=42)
    batch = np.random.default_rng([42, 1]).integers(300, size=300)
    x, t = scale(small.train_images[batch], np.float64), small.train_labels[batch]
    assert next(trainer).loss == network.loss(x, t)
    for name, grad in network.gradient(x, t).items():
        expected = network.params[name] - 0.1 * grad
        np.testing.assert_array_equal(trainer.network.params[name], expected)


def test_a_batch_may_be_larger_than_the_training_set(small: Dataset) -> None:
    trainer = trained(CONFIG.replace(batch_size=1000, iterations=3), small)
    assert [accuracies.iteration for accuracies in trainer.accuracies] == [1, 2, 3]


# Changes during a run


def test_a_change_is_an_event_of_the_run(small: Dataset) -> None:
    trainer = trained(CONFIG, small, 7)
    trainer.change("learning_rate", 0.5)
    assert trainer.events == (Event(7, "learning_rate", 0.5),)
    assert trainer.config == CONFIG.replace(learning_rate=0.5)


def test_a_change_takes_effect_from_the_next_iteration_on(small: Dataset) -> None:
    trainer = trained(CONFIG, small, 7)
    before = {name: array.copy() for name, array in trainer.network.params.items()}
    trainer.change("learning_rate", 1e-6)
    next(trainer)
    for name, array in trainer.network.params.items():
        np.testing.assert_allclose(array, before[name], rtol=0, atol=1e-6)


def test_repeating_the_events_repeats_the_run(small: Dataset) -> None:
    runs = []
    for _ in range(2):
        trainer = trained(CONFIG, small, 7)
        trainer.change("learning_rate", 0.5)
        runs.append(trainer)
        for _ in trainer:
            pass
    assert_same_numbers(*runs)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("seed", 10, "seed can't be changed during a run"),
        ("batch_size", 0, "batch_size must be a whole number from"),
        ("learning_rate", 0.0, "learning_rate must be a number from"),
        ("learning_rate", float("nan"), "learning_rate must be a number from"),
    ],
)
def test_a_change_that_cannot_be_changes_nothing(
    small: Dataset, name: str, value: float, message: str
) -> None:
    trainer = trained(CONFIG, small, 7)
    with pytest.raises(ValueError, match=message):
        trainer.change(name, value)
    assert (trainer.config, trainer.events) == (CONFIG, ())
    assert trainer.optimizer.learning_rate == 0.1


# What a run tells


def test_losses_are_those_of_the_iterations(small: Dataset) -> None:
    trainer = Trainer(CONFIG, small)
    losses = [progress.loss for progress in trainer]
    np.testing.assert_array_equal(trainer.losses, losses)


def test_losses_of_a_float64_run_keep_their_digits(small: Dataset) -> None:
    trainer = Trainer(CONFIG.replace(dtype="float64"), small)
    assert trainer.losses.dtype == np.float64
    assert next(trainer).loss == trainer.losses[0]


def test_losses_can_not_be_written(small: Dataset) -> None:
    trainer = trained(CONFIG, small, 3)
    with pytest.raises(ValueError, match="read-only"):
        trainer.losses[0] = 0


def test_losses_taken_early_stay_as_they_are(small: Dataset) -> None:
    trainer = trained(CONFIG, small, 3)
    early = trainer.losses
    kept = early.copy()
    for _ in trainer:
        pass
    np.testing.assert_array_equal(early, kept)


def test_progress_counts_iterations_from_one(small: Dataset) -> None:
    assert [progress.iteration for progress in Trainer(CONFIG, small)] == list(range(1, 41))


def test_progress_carries_the_accuracies_of_its_iteration(small: Dataset) -> None:
    trainer = Trainer(CONFIG, small)
    told = [progress.accuracies for progress in trainer if progress.accuracies]
    assert told == trainer.accuracies


def test_measuring_twice_is_measuring_once(small: Dataset) -> None:
    trainer = trained(CONFIG, small, 3)
    assert trainer.measure() is trainer.measure()
    assert len(trainer.accuracies) == 1


def test_accuracy_is_that_of_the_network(small: Dataset) -> None:
    network = trained(CONFIG, small).network
    images, labels = small.split("train")
    assert accuracy(network, images, labels) == network.accuracy(scale(images), labels)


def test_accuracy_counts_every_example_of_a_set_larger_than_its_blocks(bundled: Dataset) -> None:
    network = TwoLayerNet(784, 5, 10, seed=0)
    images, labels = (array[:2345] for array in bundled.split("train"))
    right = np.count_nonzero(predicted_labels(network, images) == labels)
    assert accuracy(network, images, labels) == right / 2345


# Divergence


def huge(array: Array) -> None:
    array[...] = 3e38


def not_a_number(array: Array) -> None:
    array[...] = np.nan


@pytest.mark.parametrize("spoil", [huge, not_a_number])
def test_a_loss_that_is_no_number_ends_the_run(small: Dataset, spoil: object) -> None:
    trainer = trained(CONFIG.replace(learning_rate=100.0), small, 3)
    spoil(trainer.network.params["b2"][:1])  # type: ignore[operator]
    spoil(trainer.network.params["W2"])  # type: ignore[operator]
    with pytest.raises(Diverged, match="at iteration 4, with learning rate 100"):
        next(trainer)


def test_a_run_that_diverged_is_at_its_last_finite_state(small: Dataset) -> None:
    trainer, before = trained(CONFIG, small, 20), trained(CONFIG, small, 20).state()
    trainer.network.params["b1"][0] = np.nan
    with pytest.raises(Diverged, match="The loss stopped being finite at iteration 21"):
        next(trainer)
    assert (trainer.iteration, len(trainer.losses)) == (20, 20)
    assert_same_state(trainer.state(), before)


def test_an_update_that_leaves_the_finite_numbers_is_undone(small: Dataset) -> None:
    trainer, before = trained(CONFIG, small, 20), trained(CONFIG, small, 20).state()
    trainer.optimizer.learning_rate = 1e38  # out of the range of a TrainingConfig
    trainer.network.weight_decay = 1e3
    with pytest.raises(Diverged, match="W1 stopped being finite at iteration 21") as caught:
        next(trainer)
    assert (caught.value.iteration, caught.value.what) == (21, "W1")
    assert_same_state(trainer.state(), before)


@pytest.mark.parametrize(("optimizer", "what"), [("adagrad", "h of W"), ("adam", "v of W")])
def test_what_the_optimizer_remembers_stays_finite_too(
    small: Dataset, optimizer: str, what: str
) -> None:
    config = CONFIG.replace(
        optimizer=optimizer, learning_rate=100.0, weight_init_std=10.0, hidden_sizes=(100,) * 8
    )
    trainer = Trainer(config, small)
    with pytest.raises(Diverged) as caught:
        for _ in trainer:
            pass
    assert caught.value.what.startswith(what)
    assert caught.value.learning_rate == 100
    memory = trainer.state().memory.values()
    assert all(np.isfinite(array).all() for arrays in memory for array in arrays.values())


def test_a_loss_out_of_the_range_of_its_type_is_not_finite(small: Dataset) -> None:
    trainer = trained(CONFIG.replace(weight_decay=10.0), small, 3)
    trainer.network.params["W1"][...] = 9e17
    with pytest.raises(Diverged, match="The loss stopped being finite at iteration 4"):
        next(trainer)
    assert np.isfinite(trainer.losses).all()


@pytest.mark.parametrize("broken", ["the update", "the bookkeeping"])
def test_an_iteration_that_was_broken_off_is_as_if_it_had_not_begun(
    small: Dataset, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    trainer, whole = trained(CONFIG, small, 20), trained(CONFIG, small, 20).state()

    def interrupted(*_: object) -> None:
        trainer.network.params["W1"] += 1  # as far as it came
        raise KeyboardInterrupt

    place = trainer.optimizer if broken == "the update" else trainer.timeline
    monkeypatch.setattr(place, "update" if broken == "the update" else "record", interrupted)
    with pytest.raises(KeyboardInterrupt):
        next(trainer)
    monkeypatch.undo()
    recording = trainer.recording()
    assert recording.iteration == 20
    assert_same_state(recording.keyframes[-1], whole)
    assert_same_numbers(trained_on(trainer), trained(CONFIG, small))


def test_after_divergence_a_run_goes_on_with_a_lower_rate(small: Dataset) -> None:
    trainer = trained(CONFIG, small, 20)
    trainer.network.params["W1"][...] = np.inf
    with pytest.raises(Diverged):
        next(trainer)
    trainer.change("learning_rate", 0.01)
    other = trained(CONFIG, small, 20)
    other.change("learning_rate", 0.01)
    assert_same_numbers(trained_on(trainer), trained_on(other))


@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
def test_the_highest_learning_rate_breaks_the_network_but_not_the_loss(
    small: Dataset, activation: str
) -> None:
    trainer = trained(CONFIG.replace(learning_rate=100.0, activation=activation), small)
    assert np.isfinite(trainer.losses).all()
    assert trainer.losses.max() > 50

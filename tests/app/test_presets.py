"""What a lesson's text says is what its runs do."""

import math

import numpy as np
import pytest

from app.passes import Passes
from app.presets import PRESETS, Preset, is_as_staged, staged
from app.staging import Example
from bpcore.config import LEARNING_RATES, TrainingConfig
from bpcore.datasets.mnist import Dataset, load_dataset
from bpcore.recovery import recovery
from bpcore.training import Diverged, Trainer

GUESSING = math.log(10)


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return load_dataset("bundled")


def preset(key: str) -> Preset:
    return next(each for each in PRESETS if each.key == key)


def train(config: TrainingConfig, iterations: int, dataset: Dataset) -> Trainer:
    trainer = Trainer(config, dataset)
    for progress in trainer:
        if progress.iteration == iterations:
            break
    return trainer


def run(key: str, name: str, iterations: int, dataset: Dataset) -> Trainer:
    config = next(plan.config for plan in preset(key).plans if plan.name == name)
    return train(config, iterations, dataset)


def gradients_of_w1(
    key: str, name: str, iterations: tuple[int, ...], dataset: Dataset
) -> tuple[list[float], np.ndarray]:
    """Return its size after each of ``iterations``, and the losses up to the last."""
    config = next(plan.config for plan in preset(key).plans if plan.name == name)
    trainer, gradients = Trainer(config, dataset), []
    for progress in trainer:
        if progress.iteration in iterations:
            gradients.append(trainer.health().gradient["W1"])
        if progress.iteration == iterations[-1]:
            break
    return gradients, trainer.losses


def mean(losses: np.ndarray, last: int = 50) -> float:
    return float(losses[-last:].mean())


def first_below(losses: np.ndarray, level: float) -> int:
    """Return the iteration from whose surroundings on the mean loss is below ``level``."""
    smooth = np.convolve(losses, np.ones(20) / 20, "valid")
    assert (smooth < level).any()
    return int(np.argmax(smooth < level))


def test_keys_and_titles_are_unique_and_short_enough_for_the_list() -> None:
    assert len({each.key for each in PRESETS}) == len(PRESETS)
    assert len({each.title for each in PRESETS}) == len(PRESETS)
    assert all(len(each.title) <= 24 for each in PRESETS)


@pytest.mark.parametrize("key", [each.key for each in PRESETS])
def test_the_runs_of_a_lesson_have_the_same_start_and_length(key: str) -> None:
    configs = [plan.config for plan in preset(key).plans]
    assert 1 <= len(configs) <= 4
    for name in ("data", "seed", "iterations", "batch_size", "hidden_sizes"):
        assert len({getattr(config, name) for config in configs}) == 1


def test_the_books_run_is_that_of_the_book_and_its_loss_falls_from_guessing(dataset) -> None:
    assert preset("book").plans[0].config == TrainingConfig()
    losses = run("book", "The book's run", 300, dataset).losses
    assert losses[0] == pytest.approx(GUESSING, abs=0.01)
    assert mean(losses) < 0.5


def test_sigmoid_stays_at_guessing_while_its_w1_gets_a_tenth_of_relus_gradient(dataset) -> None:
    (of_sigmoid, sigmoid), (of_relu, relu) = (
        gradients_of_w1("activations", name, (60, 80, 100, 120), dataset)
        for name in ("Sigmoid", "Relu")
    )
    assert abs(sigmoid[:110] - GUESSING).max() < 0.06
    assert mean(relu, 20) < 1.3
    assert len(of_sigmoid) == 4
    for small, large in zip(of_sigmoid, of_relu, strict=True):
        assert 0.07 < small / large < 0.15
    assert "Gradient RMS, W1 gets about a tenth" in preset("activations").text


def test_the_local_derivative_of_sigmoid_is_at_most_a_quarter_as_its_lesson_says(dataset) -> None:
    trainer = run("activations", "Sigmoid", 100, dataset)
    passes = Passes(trainer.network, 100, trainer.config.learning_rate)
    trace = passes.trace(Example("train", 0, dataset.train_images[0], dataset.train_labels[0]))
    local = trace.values["a1"] * (1 - trace.values["a1"])
    assert 0.2 < local.max() <= 0.25
    assert "local is at most 0.25" in preset("activations").text


@pytest.mark.parametrize("key", [each.key for each in PRESETS])
def test_charts_are_called_as_on_their_tabs(key: str) -> None:
    assert preset(key).text.count("Gradient") == preset(key).text.count("Gradient RMS")


def test_at_a_rate_that_is_too_high_all_units_die_and_the_loss_is_that_of_guessing(dataset) -> None:
    trainer = run("rate", "A rate that is too high", 400, dataset)
    health = trainer.health()
    assert health.dead["Relu1"].all()
    assert health.gradient["W1"] == 0
    assert trainer.losses[:20].max() > 4 * GUESSING
    assert mean(trainer.losses, 200) == pytest.approx(GUESSING, abs=0.1)


def test_weight_decay_that_is_too_strong_makes_the_run_diverge(dataset) -> None:
    with pytest.raises(Diverged) as error:
        run("diverging", "A run that diverges", 600, dataset)
    assert error.value.iteration < 100
    config = preset("diverging").plans[0].config
    # What is left of a weight by its decay: minus twice of it.
    assert 1 - config.learning_rate * config.weight_decay == -2


def test_what_is_offered_when_it_has_diverged_learns_which_it_did_not_with_its_decay(
    dataset: Dataset,
) -> None:
    config = preset("diverging").plans[0].config
    to_do = recovery(config, (), np.array([8.3, 30.0]), config.learning_rate)
    assert to_do.held_by == config.weight_decay
    again = train(to_do.config, 250, dataset)
    assert mean(again.losses) < 0.6
    held = train(to_do.config.replace(weight_decay=config.weight_decay), 250, dataset)
    assert mean(held.losses) == pytest.approx(GUESSING, abs=0.02)


def test_from_zero_sigmoid_units_stay_equal_and_with_relu_only_b2_learns(dataset) -> None:
    params = run("zero", "Sigmoid from zero", 100, dataset).network.params
    assert (params["W1"] == params["W1"][:, :1]).all()
    assert (params["W2"] == params["W2"][:1]).all()
    assert params["W1"].any()
    params = run("zero", "Relu from zero", 100, dataset).network.params
    assert not params["W1"].any()
    assert not params["b1"].any()
    assert not params["W2"].any()
    assert params["b2"].any()


def test_with_deviation_1_most_sigmoid_activations_are_close_to_0_or_1(dataset) -> None:
    wide = run("deviation", "Deviation 1", 1, dataset)
    xavier = run("deviation", "Xavier", 1, dataset)
    assert wide.health().saturated["Sigmoid1"].mean() > 0.5
    assert not xavier.health().saturated["Sigmoid1"].any()
    wide, xavier = (
        run("deviation", name, 400, dataset).losses for name in ("Deviation 1", "Xavier")
    )
    assert mean(xavier) < 0.7 * mean(wide)


@pytest.mark.parametrize(
    ("key", "name", "level", "sooner"), [("xavier", "Xavier", 2.2, 3), ("he", "He", 1.0, 2)]
)
def test_weights_of_the_right_size_get_more_gradient_and_learn_sooner(
    dataset, key: str, name: str, level: float, sooner: float
) -> None:
    ((of_good, *_), good), ((of_small, *_), small) = (
        gradients_of_w1(key, each, (1, 200), dataset) for each in (name, "Deviation 0.01")
    )
    assert of_good > 10 * of_small
    # The window of the mean is 20 iterations long.
    assert sooner * (first_below(good, level) + 20) <= first_below(small, level) + 20


def test_of_four_optimizers_adagrad_falls_first_and_adam_ends_lowest(dataset) -> None:
    plans = preset("optimizers").plans
    assert {p.config.optimizer: p.config.learning_rate for p in plans} == dict(LEARNING_RATES)
    losses = {p.name: train(p.config, 700, dataset).losses for p in plans}
    falls = {name: first_below(each, 1.0) for name, each in losses.items()}
    ends = {name: mean(each, 100) for name, each in losses.items()}
    assert min(falls, key=falls.get) == "AdaGrad"
    assert min(ends, key=ends.get) == "Adam"


def test_edits_that_leave_a_lesson_what_it_is_reach_all_of_its_runs() -> None:
    lesson = preset("optimizers")
    config = lesson.plans[1].config.replace(seed=7, hidden_sizes=(20,))
    plans = staged(lesson, config)
    assert [plan.config for plan in plans] == [
        plan.config.replace(seed=7, hidden_sizes=(20,)) for plan in lesson.plans
    ]
    assert not is_as_staged(lesson, config)
    assert is_as_staged(lesson, lesson.plans[0].config.replace(seed=7, iterations=10))


def test_an_edit_of_what_a_lesson_is_about_leaves_none_of_its_runs() -> None:
    lesson = preset("optimizers")
    assert staged(lesson, lesson.plans[0].config.replace(learning_rate=0.7)) == ()
    lesson = preset("rate")
    assert staged(lesson, lesson.plans[0].config.replace(learning_rate=1.0)) == ()
    assert len(staged(lesson, lesson.plans[0].config.replace(iterations=50))) == 1

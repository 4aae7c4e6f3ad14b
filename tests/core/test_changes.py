"""What counts as a change of a run, and what had no effect."""

import dataclasses

from runs import assert_same_numbers, assert_same_state, trained

from bpcore.config import TrainingConfig
from bpcore.datasets.mnist import Dataset
from bpcore.recording import Event
from bpcore.training import Trainer

CONFIG = TrainingConfig(iterations=40, batch_size=30)


def trained_on(trainer: Trainer) -> Trainer:
    for _ in trainer:
        pass
    return trainer


def test_of_changes_in_a_pause_only_those_are_events_that_an_iteration_is_done_with(
    small: Dataset,
) -> None:
    trainer = trained(CONFIG, small, 7)
    for name, value in (
        ("learning_rate", 5.0),
        ("batch_size", 60),
        ("learning_rate", 0.5),
        ("batch_size", CONFIG.batch_size),
    ):
        trainer.change(name, value)
    assert trainer.events == (Event(7, "learning_rate", 0.5),)
    next(trainer)
    trainer.change("learning_rate", CONFIG.learning_rate)
    trainer.change("learning_rate", 0.5)
    trainer.change("momentum", CONFIG.momentum)
    assert trainer.events == (Event(7, "learning_rate", 0.5),)
    assert trainer.config == CONFIG.replace(learning_rate=0.5)


def test_a_batch_size_that_is_taken_back_in_a_pause_leaves_the_epochs_as_they_were(
    small: Dataset,
) -> None:
    changed = trained(CONFIG, small, 7)
    for size in (CONFIG.batch_size + 1, CONFIG.batch_size):
        changed.change("batch_size", size)
    assert_same_numbers(trained_on(changed), trained(CONFIG, small))
    assert changed.accuracies == trained(CONFIG, small).accuracies


def test_changes_that_had_no_effect_in_an_older_file_replay_and_go_on_as_they_did(
    small: Dataset,
) -> None:
    plain = trained(CONFIG, small, 20)
    size = CONFIG.batch_size
    told = (Event(7, "batch_size", 60), Event(7, "batch_size", size), Event(7, "momentum", 0.9))
    old = dataclasses.replace(plain.recording(), events=told)
    resumed = Trainer.resume(old, small)
    assert resumed.events == told
    assert_same_state(resumed.timeline.state_at(19), plain.timeline.state_at(19))
    assert resumed.epochs == 7 // resumed.iterations_per_epoch + 13 // resumed.iterations_per_epoch
    assert trained_on(resumed).losses.tolist() == trained_on(plain).losses.tolist()

"""Runs that begin where another one has been, and runs in less room."""

import numpy as np
import pytest
from runs import CHANGES, assert_same_numbers, assert_same_state, eventful, trained

from bpcore.config import CHOICES, TrainingConfig
from bpcore.datasets.mnist import Dataset
from bpcore.recording import State
from bpcore.timeline import Interrupted
from bpcore.training import Trainer

CONFIG = TrainingConfig(iterations=200, batch_size=20, hidden_sizes=(12,))


# Another way from there


@pytest.mark.parametrize("optimizer", CHOICES["optimizer"])
def test_a_branch_that_is_left_as_it_is_becomes_the_same_run(
    small: Dataset, optimizer: str
) -> None:
    original, states = eventful(CONFIG.replace(optimizer=optimizer), small)
    for at in (0, 1, 46, 64, 143):
        assert_branch_becomes_it(original, states, at)


def assert_branch_becomes_it(original: Trainer, states: list[State], at: int) -> None:
    branch = original.timeline.branch(at)
    resumed = Trainer.resume(branch, original.dataset)
    assert_same_state(resumed.state(), states[at])
    if at in CHANGES:
        resumed.change(*CHANGES[at])
    while next(resumed, None) is not None:
        if resumed.iteration in CHANGES:
            resumed.change(*CHANGES[resumed.iteration])
    assert_same_numbers(resumed, original)
    assert_same_state(resumed.state(), original.state())
    assert resumed.events == original.events
    assert resumed.accuracies == original.accuracies
    assert resumed.vitals.table().tobytes() == original.vitals.table().tobytes()


def test_a_branch_with_a_change_differs_only_after_it(small: Dataset) -> None:
    original = trained(CONFIG, small)
    other = Trainer.resume(original.timeline.branch(70), small)
    other.change("learning_rate", 0.3)
    for _ in other:
        pass
    np.testing.assert_array_equal(other.losses[:71], original.losses[:71])
    assert (other.losses[71:] != original.losses[71:]).any()
    for k in (0, 33, 70):
        assert_same_state(other.timeline.state_at(k), original.timeline.state_at(k))


def test_a_branch_is_what_happened_until_then(small: Dataset) -> None:
    original = eventful(CONFIG, small)[0]
    branch = original.timeline.branch(90)
    assert branch.config == original.timeline.config
    assert branch.iteration == 90
    assert [event.iteration for event in branch.events] == [30, 45, 46]
    assert branch.accuracies == tuple(a for a in original.accuracies if a.iteration <= 90)
    assert branch.keyframes[-1].iteration == 90
    assert branch.vitals.iterations.tolist() == list(range(4, 91, 4))
    assert branch.notes.name == ""


@pytest.mark.parametrize("at", [-1, 201])
def test_there_is_no_branch_where_the_run_never_was(small: Dataset, at: int) -> None:
    with pytest.raises(IndexError):
        trained(CONFIG, small).timeline.branch(at)


def test_a_branch_that_is_not_wanted_any_more_is_given_up(small: Dataset) -> None:
    with pytest.raises(Interrupted):
        eventful(CONFIG, small, 0)[0].timeline.branch(100, lambda: True)


def test_a_run_so_far_is_all_that_was_recorded(small: Dataset) -> None:
    trainer = eventful(CONFIG, small)[0]
    now = Trainer.resume(trainer.timeline.branch(143), small)
    now.change("learning_rate", 0.7)
    ours, theirs = now.timeline.so_far(), now.recording()
    assert ours.events == theirs.events
    assert [event.iteration for event in ours.events][-2:] == [140, 143]
    assert (ours.accuracies, ours.notes) == (theirs.accuracies, theirs.notes)
    assert ours.losses.tobytes() == theirs.losses.tobytes()
    for one, other in zip(ours.keyframes, theirs.keyframes, strict=True):
        assert_same_state(one, other)


def test_a_run_that_ended_before_its_accuracy_was_measured_has_it_when_it_goes_on(
    small: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken_off(_: Trainer) -> None:
        raise KeyboardInterrupt

    trainer = trained(CONFIG, small, 44)
    monkeypatch.setattr(Trainer, "measure", broken_off)
    with pytest.raises(KeyboardInterrupt):
        next(trainer)
    monkeypatch.undo()
    resumed = Trainer.resume(trainer.recording(), small)
    for _ in resumed:
        pass
    assert resumed.accuracies == trained(CONFIG, small).accuracies


# Fewer keyframes


@pytest.mark.parametrize("room", [0, 2, 3, 5, 100])
def test_a_thinned_run_has_as_many_keyframes_as_fit_and_its_ends(small: Dataset, room: int) -> None:
    whole = trained(CONFIG, small, 199).recording()
    thinned = whole.thinned(room * whole.keyframes[0].nbytes)
    iterations = [state.iteration for state in thinned.keyframes]
    assert (iterations[0], iterations[-1]) == (0, 199)
    assert len(iterations) <= max(room, 2)
    assert len(set(np.diff(iterations[:-1]))) <= 1
    assert thinned.losses is whole.losses
    assert len(whole.keyframes) == 14


def test_a_thinned_run_comes_back_bit_for_bit_and_goes_on(small: Dataset) -> None:
    original, states = eventful(CONFIG, small)
    part = original.timeline.branch(150).thinned(0)
    resumed = Trainer.resume(part, small)
    for k in (149, 20, 91):
        assert_same_state(resumed.timeline.state_at(k), states[k])
    for _ in resumed:
        pass
    assert_same_state(resumed.state(), original.state())

"""Looking back at a run while it goes on, without waiting for what is not wanted any more."""

import itertools
import threading
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from runs import assert_same_numbers, assert_same_state, eventful, trained

from bpcore.config import CHOICES, TrainingConfig
from bpcore.datasets.mnist import Dataset
from bpcore.learner import Learner
from bpcore.recording import Recording, State
from bpcore.timeline import Interrupted, Timeline
from bpcore.training import Diverged, Trainer

CONFIG = TrainingConfig(iterations=200, batch_size=20, hidden_sizes=(12,))


@pytest.fixture
def learned(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Collect the iterations that are done from here on, by whomever."""
    iterations: list[int] = []
    learn = Learner.learn

    def counted(learner: Learner) -> float:
        iterations.append(learner.iteration + 1)
        return learn(learner)

    monkeypatch.setattr(Learner, "learn", counted)
    return iterations


def sparse(small: Dataset, iterations: int = 200) -> tuple[Trainer, list[State]]:
    """Return a run with a keyframe at its beginning alone, and all of its states."""
    return eventful(CONFIG.replace(iterations=iterations), small, 0)


def after(count: int) -> Callable[[], bool]:
    """Return what says at its call number ``count`` that a replay is not wanted any more."""
    calls = itertools.count()
    return lambda: next(calls) >= count


# A replay that is not wanted any more


@pytest.mark.parametrize("asked", [0, 1, 37])
def test_a_replay_ends_before_the_iteration_at_which_it_is_not_wanted(
    small: Dataset, learned: list[int], asked: int
) -> None:
    timeline = sparse(small)[0].timeline
    learned.clear()
    with pytest.raises(Interrupted):
        timeline.state_at(190, after(asked))
    assert learned == list(range(1, asked + 1))


def test_a_replay_that_was_interrupted_is_gone_on_with(small: Dataset, learned: list[int]) -> None:
    trainer, states = sparse(small)
    with pytest.raises(Interrupted):
        trainer.timeline.state_at(190, after(100))
    learned.clear()
    assert_same_state(trainer.timeline.state_at(110), states[110])
    assert learned == list(range(101, 111))


def test_a_replay_that_is_wanted_to_its_end_is_like_any_other(small: Dataset) -> None:
    trainer, states = sparse(small)
    for k in (150, 91, 92, 17):
        assert_same_state(trainer.timeline.state_at(k, lambda: False), states[k])


def test_who_waits_for_another_replay_can_give_up(small: Dataset) -> None:
    timeline = sparse(small)[0].timeline
    begun, end = threading.Event(), threading.Event()

    def slow() -> bool:
        begun.set()
        end.wait(20)
        return False

    thread = threading.Thread(target=timeline.state_at, args=(150, slow))
    thread.start()
    begun.wait(20)
    with pytest.raises(Interrupted):
        timeline.state_at(10, lambda: True)
    end.set()
    thread.join()


def test_a_replay_does_not_hold_up_a_trainer_that_mends_its_run(small: Dataset) -> None:
    done = sparse(small, 1000)[0].recording()
    trainer = Trainer.resume(done, small, iterations=1200, keyframe_bytes=0)
    for _ in itertools.islice(trainer, 5):
        pass
    begun, end = threading.Event(), threading.Event()

    def slow() -> bool:
        begun.set()
        end.wait(20)
        return False

    thread = threading.Thread(target=trainer.timeline.state_at, args=(600, slow))
    thread.start()
    begun.wait(20)
    before = trainer.state()
    trainer.network.params["b1"][0] = np.nan
    with pytest.raises(Diverged):
        next(trainer)
    assert_same_state(trainer.state(), before)
    next(trainer)
    assert thread.is_alive()
    end.set()
    thread.join()


# Stepping stones


@pytest.mark.parametrize("optimizer", CHOICES["optimizer"])
def test_going_back_step_by_step_does_few_iterations_again(
    small: Dataset, learned: list[int], optimizer: str
) -> None:
    config = CONFIG.replace(optimizer=optimizer)
    trainer, states = eventful(config, small, 0)
    trainer.timeline.state_at(190)
    learned.clear()
    for k in range(189, 125, -1):
        assert_same_state(trainer.timeline.state_at(k), states[k])
    assert len(learned) < 64 * 4


def test_there_are_few_stepping_stones(small: Dataset) -> None:
    timeline = sparse(small, 1000)[0].timeline
    for k in (990, 989, 700, 690, 689, 688, 300, 999, 950, 1):
        timeline.state_at(k)
        stones = timeline._replica.at_hand[:-1]
        assert len(stones) <= 20
        assert list(stones) == sorted(stones)


def test_a_large_network_leaves_few_stepping_stones_or_none(
    small: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = Trainer(CONFIG, small).state().nbytes
    for room in (0, 2):
        monkeypatch.setattr("bpcore.timeline.STONE_BYTES", room * size)
        timeline = sparse(small)[0].timeline
        timeline.state_at(150)
        assert len(timeline._replica.at_hand) == room + 1


def test_a_stepping_stone_knows_if_its_losses_are_not_those_recorded(small: Dataset) -> None:
    timeline = sparse(small)[0].timeline
    timeline._losses[100] = np.nextafter(timeline._losses[100], np.float32(9))
    timeline.state_at(150)
    for k, exact in ((149, False), (147, False), (118, False), (86, True), (100, True)):
        assert timeline.state_at(k).exact == exact


# What is at hand


@given(wanted=st.integers(-50, 400), replay=st.integers(0, 60), stands=st.integers(0, 300))
def test_what_is_at_hand_takes_no_more_iterations_than_that_and_nothing_nearer_does(
    wanted: int, replay: int, stands: int, long_run: Trainer
) -> None:
    timeline = Timeline(long_run.recording(), long_run.dataset, 4 * long_run.state().nbytes)
    timeline.state_at(stands)
    found = timeline.at_hand(wanted, replay)
    anchors = [*timeline.keyframes, timeline._recent.iteration, *timeline._replica.at_hand]

    def steps_to(k: int) -> int:
        return min(k - anchor for anchor in anchors if anchor <= k)

    assert steps_to(found) <= replay
    wanted = min(max(wanted, 0), 300)
    for k in range(301):
        assert abs(k - wanted) >= abs(found - wanted) or steps_to(k) > replay


@pytest.fixture(scope="module")
def long_run(small: Dataset) -> Trainer:
    return trained(CONFIG.replace(iterations=300, hidden_sizes=(3,)), small)


def test_what_is_at_hand_is_had_with_so_few_iterations(small: Dataset, learned: list[int]) -> None:
    timeline = sparse(small, 1000)[0].timeline
    timeline.state_at(500)
    for wanted in (0, 30, 199, 480, 501, 900, 999):
        found = timeline.at_hand(wanted, 40)
        learned.clear()
        timeline.state_at(found)
        assert len(learned) <= 40


def test_how_much_is_replayed_in_a_time_is_learned_from_replays(
    small: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    timeline = sparse(small, 1000)[0].timeline
    assert timeline.replayed_in(0.03) == 60
    now = itertools.count()
    monkeypatch.setattr("time.perf_counter", lambda: next(now) / 10)  # a tenth of a second each
    for k in range(50, 1000, 50):
        timeline.state_at(k)
    assert timeline.replayed_in(2) == 1000
    monkeypatch.undo()
    assert timeline.replayed_in(0) == 1


def test_in_a_short_run_every_iteration_is_at_hand(small: Dataset) -> None:
    timeline = trained(CONFIG, small).timeline
    assert [timeline.at_hand(k) for k in range(201)] == list(range(201))
    assert (timeline.at_hand(-5), timeline.at_hand(10**9)) == (0, 200)


# While it trains


def test_a_run_can_be_looked_back_at_in_every_way_while_it_trains(small: Dataset) -> None:
    config = CONFIG.replace(iterations=1500, hidden_sizes=(5,), batch_size=5)
    trainer = Trainer(config, small, 1 << 17)
    timeline, branches = trainer.timeline, list[Recording]()

    def look(seed: int) -> None:
        rng = np.random.default_rng(seed)
        while trainer.iteration < 1500:
            k = int(rng.integers(timeline.iteration + 1))
            assert timeline.state_at(timeline.at_hand(k, 30)).exact
            branches.append(timeline.branch(timeline.at_hand(k, 30)))
            assert len(timeline.losses) >= k
            assert trainer.vitals.until(k).iterations.max(initial=0) <= k

    failures: list[BaseException] = []

    def looking(seed: int) -> None:
        try:
            look(seed)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=looking, args=(seed,)) for seed in range(3)]
    for thread in threads:
        thread.start()
    for progress in trainer:
        if progress.iteration % 250 == 0:
            trainer.change("learning_rate", 0.1 + progress.iteration / 1e5)
    for thread in threads:
        thread.join()
    assert not failures
    assert branches
    plain = Trainer(config, small)
    for progress in plain:
        if progress.iteration % 250 == 0:
            plain.change("learning_rate", 0.1 + progress.iteration / 1e5)
    assert_same_numbers(trainer, plain)
    for branch in branches[:: len(branches) // 20 + 1]:
        assert_same_state(branch.keyframes[-1], plain.timeline.state_at(branch.iteration))
        np.testing.assert_array_equal(branch.losses, plain.losses[: branch.iteration])
        expected = tuple(e for e in plain.events if e.iteration < branch.iteration)
        assert branch.events == expected
        assert branch.vitals.iterations.max(initial=0) <= branch.iteration

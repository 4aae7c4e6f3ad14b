import itertools
import threading

import numpy as np
import pytest
from runs import CHANGES, assert_same_state, eventful, trained

from bpcore import timeline as timeline_module
from bpcore.config import CHOICES, LEARNING_RATES, TrainingConfig
from bpcore.datasets.mnist import Dataset
from bpcore.learner import Learner
from bpcore.timeline import FIRST_STRIDE, KEYFRAME_BYTES
from bpcore.training import Trainer

CONFIG = TrainingConfig(iterations=200, batch_size=20, hidden_sizes=(12,))


# Any moment again


@pytest.mark.parametrize("optimizer", CHOICES["optimizer"])
@pytest.mark.parametrize("activation", CHOICES["activation"])
def test_every_state_comes_back_bit_for_bit(
    small: Dataset, optimizer: str, activation: str
) -> None:
    config = CONFIG.replace(optimizer=optimizer, activation=activation)
    trainer, states = eventful(config, small)
    for k in np.random.default_rng(0).permutation(201)[:30]:
        state = trainer.timeline.state_at(int(k))
        assert_same_state(state, states[k])
        assert state.exact


@pytest.mark.parametrize("dtype", CHOICES["dtype"])
@pytest.mark.parametrize("hidden_sizes", [(), (9, 7, 5)])
def test_networks_of_any_depth_and_type_come_back_bit_for_bit(
    small: Dataset, dtype: str, hidden_sizes: tuple[int, ...]
) -> None:
    config = CONFIG.replace(hidden_sizes=hidden_sizes, dtype=dtype, initializer="he")
    trainer, states = eventful(config, small)
    for k in range(200, -1, -17):
        assert_same_state(trainer.timeline.state_at(k), states[k])


@pytest.mark.parametrize(
    ("activation", "optimizer"),
    [*(("relu", optimizer) for optimizer in CHOICES["optimizer"]), ("sigmoid", "sgd")],
)
def test_200_random_moments_of_a_run_of_the_books_network_come_back_bit_for_bit(
    bundled: Dataset, optimizer: str, activation: str
) -> None:
    config = TrainingConfig(
        optimizer=optimizer,
        activation=activation,
        learning_rate=LEARNING_RATES[optimizer],
        iterations=240,
        batch_size=20,
    )
    trainer, states = eventful(config, bundled, KEYFRAME_BYTES)
    for k in np.random.default_rng(1).choice(241, 200, replace=False):
        assert_same_state(trainer.timeline.state_at(int(k)), states[k])


def test_looking_back_changes_nothing(small: Dataset) -> None:
    looking = Trainer(CONFIG, small)
    while next(looking, None) is not None:
        looking.timeline.state_at(looking.iteration * 2 // 3)
    assert_same_state(looking.state(), trained(CONFIG, small).state())


def test_looking_back_is_possible_while_the_run_goes_on(small: Dataset) -> None:
    # One thread trains and thins out keyframes, others look back.
    trainer = Trainer(CONFIG.replace(iterations=1500, hidden_sizes=(5,)), small, 1 << 17)
    reference = trained(trainer.config, small, 40).state()
    seen = []

    def look() -> None:
        while trainer.iteration < 1500:
            if trainer.iteration > 40:
                trainer.timeline.state_at(trainer.iteration - 7)
                seen.append(trainer.timeline.state_at(40))

    threads = [threading.Thread(target=look) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _ in trainer:
        pass
    for thread in threads:
        thread.join()
    assert seen
    for state in seen:
        assert_same_state(state, reference)


@pytest.mark.parametrize("iteration", [-1, 201, 10**9])
def test_a_moment_that_was_not_is_refused(small: Dataset, iteration: int) -> None:
    timeline = trained(CONFIG, small).timeline
    with pytest.raises(IndexError, match="is not in this run; it has 0 to 200"):
        timeline.state_at(iteration)


def test_a_replay_that_was_broken_off_spoils_no_later_one(
    small: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer, states = eventful(CONFIG, small)
    learn = Learner.learn

    def interrupted(learner: Learner) -> float:
        if learner.iteration == 20:
            learner.network.params["W1"] += 1
            raise MemoryError
        return learn(learner)

    monkeypatch.setattr(Learner, "learn", interrupted)
    with pytest.raises(MemoryError):
        trainer.timeline.state_at(30)
    monkeypatch.undo()
    assert_same_state(trainer.timeline.state_at(21), states[21])


def test_arrays_of_a_state_are_read_only(small: Dataset) -> None:
    timeline = trained(CONFIG.replace(optimizer="adam"), small).timeline
    for k in (16, 17):
        state = timeline.state_at(k)
        for arrays in (state.params, *state.memory.values()):
            assert not any(array.flags.writeable for array in arrays.values())


def test_a_state_knows_if_its_losses_are_not_those_recorded(small: Dataset) -> None:
    timeline = trained(CONFIG, small).timeline
    timeline._losses[20] = np.nextafter(timeline._losses[20], np.float32(9))
    assert timeline.state_at(20).exact
    assert not timeline.state_at(22).exact
    assert not timeline.state_at(23).exact
    assert timeline.state_at(40).exact


def test_the_configuration_at_a_moment_is_the_one_of_its_next_iteration(small: Dataset) -> None:
    timeline = eventful(CONFIG, small)[0].timeline
    assert timeline.config_at(29) == CONFIG
    assert timeline.config_at(30) == CONFIG.replace(learning_rate=0.05)
    changed = {name: value for _, (name, value) in sorted(CHANGES.items())}
    assert timeline.config_at(200) == CONFIG.replace(**changed)


def test_of_two_changes_at_a_moment_the_last_one_counts(small: Dataset) -> None:
    trainer = trained(CONFIG, small, 5)
    trainer.change("learning_rate", 0.3)
    trainer.change("learning_rate", 0.2)
    assert trainer.timeline.config_at(5).learning_rate == 0.2
    assert len(trainer.events) == 1


@pytest.mark.parametrize("done", [31, 32, 40])
def test_what_has_just_happened_is_near_however_far_apart_keyframes_are(
    small: Dataset, monkeypatch: pytest.MonkeyPatch, done: int
) -> None:
    trainer = Trainer(CONFIG, small, keyframe_bytes=0)
    for _ in itertools.islice(trainer, done):
        pass
    assert trainer.timeline.keyframes == (0,)
    learned = []
    learn = Learner.learn
    monkeypatch.setattr(Learner, "learn", lambda self: learned.append(1) or learn(self))
    assert_same_state(trainer.timeline.state_at(done), trainer.state())
    assert len(learned) == done % FIRST_STRIDE


# The batches


def test_the_batch_of_an_iteration_is_the_one_it_was_trained_on(small: Dataset) -> None:
    drawn = []

    class Watched(np.ndarray):  # type: ignore[type-arg]
        def take(self, indices: np.ndarray, *rest: object, **options: object) -> np.ndarray:  # type: ignore[type-arg, override]
            drawn.append(indices.copy())
            return np.asarray(self).take(indices, *rest, **options)  # type: ignore[call-overload,no-any-return]

    watched = Dataset(
        "watched",
        small.train_images.view(Watched),
        small.train_labels,
        small.test_images,
        small.test_labels,
    )
    timeline = eventful(CONFIG, watched)[0].timeline
    trained_on = list(drawn)
    assert [len(batch) for batch in trained_on[44:47]] == [20, 7, 7]
    for k in (1, 16, 17, 45, 46, 47, 140, 141, 200):
        np.testing.assert_array_equal(timeline.batch_at(k), trained_on[k - 1])


@pytest.mark.parametrize("iteration", [0, 201])
def test_a_batch_that_was_not_is_refused(small: Dataset, iteration: int) -> None:
    with pytest.raises(IndexError):
        trained(CONFIG, small).timeline.batch_at(iteration)


# Keyframes


def test_keyframes_of_a_young_run_are_a_first_stride_apart(small: Dataset) -> None:
    timeline = trained(CONFIG, small, 50).timeline
    assert timeline.keyframes == tuple(range(0, 51, FIRST_STRIDE))


@pytest.mark.parametrize("room", [1, 2, 3, 10])
def test_keyframes_stay_within_their_memory_and_evenly_apart(small: Dataset, room: int) -> None:
    size = Trainer(CONFIG, small).state().nbytes
    trainer = Trainer(CONFIG.replace(iterations=500), small, room * size)
    for _ in trainer:
        timeline = trainer.timeline
        assert 1 <= len(timeline.keyframes) <= room
        assert timeline.keyframes[0] == 0
        assert set(np.diff(timeline.keyframes)) <= {timeline.stride}


def test_keyframes_of_a_tiny_network_are_not_too_many(
    small: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timeline_module, "MOST_KEYFRAMES", 10)
    config = CONFIG.replace(hidden_sizes=(1,), iterations=500)
    timeline = trained(config, small).timeline
    assert 5 <= len(timeline.keyframes) <= 10


def test_a_network_larger_than_the_memory_for_keyframes_can_be_replayed(small: Dataset) -> None:
    trainer = Trainer(CONFIG.replace(iterations=40), small, 10)
    for _ in trainer:
        pass
    assert trainer.timeline.keyframes == (0,)
    assert_same_state(trainer.timeline.state_at(40), trainer.state())


def test_a_million_iterations_fit_into_the_default_memory() -> None:
    # By arithmetic: a run of that length takes minutes.
    keyframe = TrainingConfig()
    size = sum((a + 1) * b for a, b in itertools.pairwise(keyframe.sizes)) * 4
    room, stride = KEYFRAME_BYTES // size, FIRST_STRIDE
    while 1_000_000 // stride + 1 > room:
        stride *= 2
    assert room * size <= KEYFRAME_BYTES
    assert stride <= 8192


# What happened


@pytest.mark.parametrize("iterations", [0, 1, 17, 60])
def test_losses_are_kept_however_long_the_run(small: Dataset, iterations: int) -> None:
    trainer = trained(CONFIG, small, iterations)
    assert len(trainer.timeline.losses) == trainer.timeline.iteration == iterations
    np.testing.assert_array_equal(trainer.losses, trained(CONFIG, small).losses[:iterations])


def test_the_series_of_losses_follows_the_run(small: Dataset) -> None:
    trainer = trained(CONFIG, small, 20)
    assert len(trainer.timeline.loss_series) == 20
    next(trainer)
    envelope = trainer.timeline.loss_series.envelope(1, 21, 21, 0)
    np.testing.assert_array_equal(envelope.low, trainer.losses)


@pytest.mark.parametrize("split", ["train", "test"])
def test_the_series_of_accuracies_follow_the_run(small: Dataset, split: str) -> None:
    trainer = trained(CONFIG, small, 30)
    assert len(trainer.timeline.accuracy_series(split)) == 2
    for _ in itertools.islice(trainer, 15):
        pass
    envelope = trainer.timeline.accuracy_series(split).envelope(0, 45, 10)
    assert envelope.x.tolist() == [15, 30, 45]
    assert envelope.low.tolist() == [getattr(a, split) for a in trainer.accuracies]

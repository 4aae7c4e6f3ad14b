import functools
import itertools
import threading
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from runs import eventful, trained

from bpcore import training
from bpcore.config import CHOICES, TrainingConfig
from bpcore.datasets.mnist import Dataset
from bpcore.health import Health
from bpcore.recording import Recording
from bpcore.training import Diverged, Trainer
from bpcore.vitals import (
    FIRST_STRIDE,
    MOST_ROWS,
    NO_VITALS,
    Vitals,
    VitalsRecorder,
    stride_after,
)

CONFIG = TrainingConfig(iterations=120, batch_size=20, hidden_sizes=(6, 5))
NAMES = ("W1", "b1")


@functools.cache
def health_at(iteration: int) -> Health:
    size = MappingProxyType({name: iteration + n for n, name in enumerate(NAMES)})
    dead = {"Relu1": np.arange(4) < iteration % 5}
    return Health(iteration, size, size, size, MappingProxyType(dead), MappingProxyType({}))


def recorded(iterations: int, recorder: VitalsRecorder | None = None, start: int = 0) -> Vitals:
    recorder = recorder or VitalsRecorder(NAMES)
    step = min(recorder.stride, FIRST_STRIDE)
    for iteration in range(start - start % step + step, iterations + 1, step):
        if recorder.due(iteration):
            recorder.add(health_at(iteration))
    return recorder.view()


def assert_same_vitals(one: Vitals, other: Vitals) -> None:
    assert one.parameters == other.parameters
    assert one.iterations.tobytes() == other.iterations.tobytes()
    assert one.table().tobytes() == other.table().tobytes()


# What is in them


@pytest.mark.parametrize("optimizer", CHOICES["optimizer"])
@pytest.mark.parametrize("activation", CHOICES["activation"])
def test_every_few_iterations_vitals_are_what_the_examination_shows(
    small: Dataset, optimizer: str, activation: str
) -> None:
    trainer = Trainer(CONFIG.replace(optimizer=optimizer, activation=activation), small)
    seen: list[Health] = []
    for progress in trainer:
        health = trainer.health()
        assert health is not None
        if progress.iteration % FIRST_STRIDE == 0:
            seen.append(health)
    vitals = trainer.vitals
    assert vitals.parameters == ("W1", "b1", "W2", "b2", "W3", "b3")
    assert vitals.iterations.tolist() == list(range(4, 121, 4))
    for n, health in enumerate(seen):
        for kind in ("weight", "gradient", "update"):
            assert getattr(vitals, kind)[n].tolist() == list(getattr(health, kind).values())
        layers = {**health.dead, **health.saturated}.values()
        assert vitals.idle[n] == pytest.approx(np.concatenate(list(layers)).mean())


def test_units_that_took_no_part_are_a_share_of_all_hidden_units(small: Dataset) -> None:
    trainer = trained(CONFIG.replace(initializer="he"), small, 3)
    trainer.network.params["b1"][...] = -1e3  # 6 of 11 units
    trainer.network.params["b2"][...] = 1e3
    next(trainer)
    assert trainer.vitals.idle.tolist() == [6 / 11]


def test_a_network_without_hidden_units_has_none_that_are_idle(small: Dataset) -> None:
    vitals = trained(CONFIG.replace(hidden_sizes=()), small).vitals
    assert vitals.parameters == ("W1", "b1")
    assert not vitals.idle.any()


def test_a_change_after_an_iteration_is_too_late_for_its_vitals(small: Dataset) -> None:
    trainer = trained(CONFIG, small, 8)
    before = trainer.vitals
    trainer.change("learning_rate", 0.5)
    assert trainer.health() is None
    assert_same_vitals(trainer.vitals, before)
    assert before.iterations.tolist() == [4, 8]


def test_an_iteration_that_failed_has_no_vitals(small: Dataset) -> None:
    trainer = trained(CONFIG, small, 7)
    trainer.network.params["b1"][0] = np.nan
    with pytest.raises(Diverged):
        next(trainer)
    assert trainer.vitals.iterations.tolist() == [4]
    next(trainer)
    assert_same_vitals(trainer.vitals, trained(CONFIG, small, 8).vitals)


def test_an_iteration_that_was_broken_off_leaves_no_vitals(
    small: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = trained(CONFIG, small, 7)

    def broken_off(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(trainer.timeline, "record", broken_off)
    with pytest.raises(KeyboardInterrupt):
        next(trainer)
    monkeypatch.undo()
    trainer.change("batch_size", 5)
    assert trainer.vitals.iterations.tolist() == [4]
    next(trainer)
    changed = trained(CONFIG, small, 7)
    changed.change("batch_size", 5)
    next(changed)
    assert_same_vitals(trainer.vitals, changed.vitals)


def test_the_first_iterations_alone_are_a_view(small: Dataset) -> None:
    vitals = trained(CONFIG, small).vitals
    assert vitals.until(120) is vitals
    assert vitals.until(50).iterations.tolist() == list(range(4, 49, 4))
    assert_same_vitals(vitals.until(48), vitals.until(51))
    assert not len(vitals.until(3))
    assert not len(NO_VITALS.until(3))


# However long a run is


@pytest.mark.parametrize("iterations", [8191, 8192, 8195, 8196, 40_000, 70_001])
def test_rows_of_a_long_run_are_few_and_evenly_apart(iterations: int) -> None:
    vitals = recorded(iterations)
    stride = stride_after(iterations)
    assert len(vitals) <= MOST_ROWS < len(vitals) * 2 + 2
    assert vitals.iterations.tolist() == list(range(stride, iterations + 1, stride))
    assert vitals.weight[:, 1].tolist() == (vitals.iterations + 1).tolist()
    assert vitals.idle.tolist() == (vitals.iterations % 5 / 4).tolist()


def test_a_stride_doubles_when_there_are_too_many_rows() -> None:
    assert [stride_after(k) for k in (0, 8192, 8195, 8196, 16_391, 16_392)] == [4, 4, 4, 8, 8, 16]
    assert stride_after(10_000_000) == 8192


@given(stops=st.lists(st.integers(0, 18_000), max_size=4))
def test_a_run_that_was_resumed_has_the_rows_of_one_that_never_stopped(stops: list[int]) -> None:
    vitals, done = NO_VITALS, 0
    for stop in [*sorted(stops), 18_000]:
        vitals = recorded(stop, VitalsRecorder(NAMES, vitals, done), done)
        done = stop
    assert_same_vitals(vitals, never_stopped())


@functools.cache
def never_stopped() -> Vitals:
    return recorded(18_000)


def test_rows_that_stand_where_none_belong_are_dropped_when_a_run_is_resumed() -> None:
    every = VitalsRecorder(NAMES)
    every.stride = 1
    odd = recorded(2000, every)
    resumed = VitalsRecorder(NAMES, odd, 2000)
    assert resumed.view().iterations.tolist() == list(range(4, 2001, 4))


def test_vitals_of_other_parameters_are_not_gone_on_with() -> None:
    assert not len(VitalsRecorder(("W1",), recorded(100), 100).view())


def test_a_view_never_changes() -> None:
    recorder = VitalsRecorder(NAMES)
    views = [recorded(k, recorder, k - 4) for k in range(4, 20_001, 4)]
    recorder.forget_after(10_000)
    recorded(20_000, recorder, 10_000)
    for view in views[:: len(views) // 50]:
        assert view.weight[:, 1].tolist() == (view.iterations + 1).tolist()
        assert view.iterations.tolist() == sorted(view.iterations.tolist())


def test_nobody_can_write_into_a_view() -> None:
    vitals = recorded(100)
    for part in (vitals, vitals.until(50), NO_VITALS):
        for name in ("iterations", "weight", "gradient", "update", "idle"):
            assert not getattr(part, name).flags.writeable


def test_rows_can_be_looked_at_while_others_are_added() -> None:
    recorder = VitalsRecorder(NAMES)
    done, wrong = threading.Event(), []

    def look() -> None:
        while not done.is_set():
            view = recorder.view()
            if view.weight[:, 1].tolist() != (view.iterations + 1).tolist():
                wrong.append(view)

    threads = [threading.Thread(target=look) for _ in range(2)]
    for thread in threads:
        thread.start()
    recorded(60_000, recorder)
    done.set()
    for thread in threads:
        thread.join()
    assert not wrong


# Of a run


@pytest.mark.parametrize("at", [1, 4, 50])
def test_a_resumed_run_goes_on_with_its_vitals(small: Dataset, at: int) -> None:
    resumed = Trainer.resume(trained(CONFIG, small, at).recording(), small)
    assert resumed.vitals.iterations.tolist() == list(range(4, at + 1, 4))
    for _ in resumed:
        pass
    assert_same_vitals(resumed.vitals, trained(CONFIG, small).vitals)


def test_a_run_recorded_without_vitals_gets_them_from_there_on(small: Dataset) -> None:
    whole = eventful(CONFIG, small)[0].recording()
    old = Recording(
        whole.config,
        whole.data_hash,
        whole.events,
        whole.losses,
        whole.accuracies,
        whole.keyframes,
    )
    assert not len(old.vitals)
    longer = Trainer.resume(old, small, iterations=130)
    for _ in longer:
        pass
    assert longer.vitals.iterations.tolist() == [124, 128]


def test_taking_vitals_changes_nothing(small: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    config = CONFIG.replace(optimizer="adam", learning_rate=0.01)
    examined = trained(config, small)
    monkeypatch.setattr(VitalsRecorder, "due", lambda *_: False)
    plain = trained(config, small)
    assert not len(plain.vitals)
    np.testing.assert_array_equal(examined.losses, plain.losses)


def test_a_network_is_examined_no_more_often_than_is_due(
    small: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    examine, count = training.examine, itertools.count()

    def counted(*arguments: object) -> Health:
        next(count)
        return examine(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(training, "examine", counted)
    trained(CONFIG, small)
    assert next(count) == 30

import dataclasses
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, tzinfo
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from runs import trained

from bpcore.autosave import Autosave, beginning_of, new_run_path, run_folder
from bpcore.config import TrainingConfig
from bpcore.datasets.mnist import Dataset
from bpcore.recording import Notes, Recording
from bpcore.run_file import load_run, save_run
from bpcore.training import Trainer

CONFIG = TrainingConfig(iterations=100, batch_size=20, hidden_sizes=(4,))


@pytest.fixture
def clock() -> SimpleNamespace:
    return SimpleNamespace(now=1000.0)


@pytest.fixture
def saver(tmp_path: Path, clock: SimpleNamespace) -> Iterator[Autosave]:
    saver = Autosave(tmp_path / "runs" / "a.chainlight", 30.0, lambda: clock.now)
    yield saver
    saver.close()


def saved(saver: Autosave) -> int | None:
    """Return how many iterations the file has; None if there is no file."""
    saver.wait()
    return load_run(saver.path).iteration if saver.path.exists() else None


def test_a_run_is_on_the_disk_within_its_first_second(
    small: Dataset, saver: Autosave, clock: SimpleNamespace
) -> None:
    trainer = trained(CONFIG, small, 5)
    saver.save_if_due(trainer)
    clock.now += 0.4
    saver.save_if_due(trainer)
    assert saved(saver) is None
    clock.now += 0.1
    saver.save_if_due(trainer)
    assert saved(saver) == 5


def test_the_first_second_begins_with_the_first_iteration(
    small: Dataset, saver: Autosave, clock: SimpleNamespace
) -> None:
    trainer = Trainer(CONFIG, small)
    saver.save_if_due(trainer)
    clock.now += 100
    next(trainer)
    saver.save_if_due(trainer)
    assert saved(saver) is None
    assert saver.seconds_left(trainer) == 0.5


def test_a_young_run_is_saved_more_often_and_none_less_than_every_twenty_seconds(
    small: Dataset, tmp_path: Path, clock: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = []

    def noted(path: Path, recording: Recording) -> None:
        save_run(path, recording)
        moments.append(clock.now - 1000)

    monkeypatch.setattr("bpcore.autosave.save_run", noted)
    saver = Autosave(tmp_path / "a.chainlight", clock=lambda: clock.now)
    trainer = Trainer(CONFIG.replace(iterations=1000), small)
    for _ in trainer:
        saver.save_if_due(trainer)
        saver.wait()
        clock.now += 0.125
    saver.close()
    assert moments == [0.5, 2.5, 6.5, 14.5, 30.5, 50.5, 70.5, 90.5, 110.5]


def test_the_interval_begins_anew_with_each_save(
    small: Dataset, saver: Autosave, clock: SimpleNamespace
) -> None:
    trainer = trained(CONFIG, small, 5)
    saver.save(trainer)
    next(trainer)
    clock.now += 1.5
    saver.save(trainer)
    next(trainer)
    clock.now += 3.5
    saver.save_if_due(trainer)
    assert saved(saver) == 6
    clock.now += 0.5
    saver.save_if_due(trainer)
    assert saved(saver) == 7


def test_a_save_begun_is_of_that_moment_however_the_run_goes_on(
    small: Dataset, saver: Autosave
) -> None:
    trainer = trained(CONFIG, small, 40)
    expected = trainer.state()
    saver.save(trainer)
    for _ in trainer:
        pass
    assert saved(saver) == 40
    state = load_run(saver.path).keyframes[-1]
    for name, array in expected.params.items():
        np.testing.assert_array_equal(state.params[name], array)


def test_what_is_saved_is_not_saved_again(small: Dataset, saver: Autosave) -> None:
    trainer = trained(CONFIG, small, 5)
    saver.save(trainer)
    saver.wait()
    before = saver.path.stat().st_mtime_ns
    saver.save(trainer)
    saver.wait()
    assert saver.path.stat().st_mtime_ns == before


@pytest.mark.parametrize("value", [0.2, 0.3])
def test_a_change_is_saved_and_another_value_of_it_too(
    small: Dataset, saver: Autosave, value: float
) -> None:
    trainer = trained(CONFIG, small, 5)
    for rate in (0.2, value):  # a slider that is dragged in a pause is one change
        trainer.change("learning_rate", rate)
        saver.save(trainer)
        saver.wait()
    assert [event.value for event in load_run(saver.path).events] == [value]


def test_changes_that_change_places_are_saved(small: Dataset, saver: Autosave) -> None:
    trainer = trained(CONFIG, small, 5)
    for rate, size in ((0.2, 10), (0.3, 10)):
        trainer.change("learning_rate", rate)
        trainer.change("batch_size", size + 1)
        trainer.change("batch_size", size)
        saver.save(trainer)
        saver.wait()
    assert {event.value for event in load_run(saver.path).events} == {0.3, 10}


def test_what_is_noted_is_saved_though_the_run_stands_still(
    small: Dataset, saver: Autosave
) -> None:
    trainer = trained(CONFIG, small, 5)
    saver.save(trainer)
    saver.wait()
    assert load_run(saver.path).notes == Notes()
    saver.notes = Notes("Mine", "stopped")
    assert saver.seconds_left(trainer) is not None
    saver.save(trainer)
    saver.wait()
    assert load_run(saver.path).notes == Notes("Mine", "stopped")
    assert saver.seconds_left(trainer) is None


def test_where_nothing_is_noted_a_run_keeps_the_name_that_it_brought(
    small: Dataset, saver: Autosave
) -> None:
    trainer = trained(CONFIG, small, 5)
    named = dataclasses.replace(trainer.recording(), notes=Notes("Mine", "stopped"))
    resumed = Trainer.resume(named, small)
    next(resumed)
    saver.save(resumed)
    saver.wait()
    assert load_run(saver.path).notes == Notes("Mine")


# The end of a run


@pytest.fixture
def roomless(monkeypatch: pytest.MonkeyPatch, small: Dataset) -> None:
    """In the file of an ended run there is room for 3 keyframes."""
    size = Trainer(CONFIG, small).state().nbytes
    monkeypatch.setattr("bpcore.autosave.FINAL_KEYFRAME_BYTES", 3 * size)


@pytest.mark.usefixtures("roomless")
def test_the_file_of_an_ended_run_has_few_keyframes(small: Dataset, saver: Autosave) -> None:
    trainer = trained(CONFIG, small)
    saver.save(trainer)
    saver.wait()
    whole = load_run(saver.path)
    assert len(whole.keyframes) == 8
    saver.save(trainer, final=True)
    saver.wait()
    thinned = load_run(saver.path)
    assert [state.iteration for state in thinned.keyframes] == [0, 64, 100]
    assert thinned.losses.tobytes() == whole.losses.tobytes()


@pytest.mark.usefixtures("roomless")
def test_an_ended_run_that_goes_on_is_saved_whole_again(small: Dataset, saver: Autosave) -> None:
    trainer = trained(CONFIG, small, 99)
    saver.save(trainer, final=True)
    saver.wait()
    before = saver.path.stat().st_mtime_ns
    saver.save(trainer)
    saver.wait()
    assert saver.path.stat().st_mtime_ns == before
    next(trainer)
    saver.save(trainer)
    saver.wait()
    assert len(load_run(saver.path).keyframes) == 8


def test_a_run_that_has_not_begun_is_not_saved(small: Dataset, saver: Autosave) -> None:
    saver.save(Trainer(CONFIG, small))
    assert saved(saver) is None


def test_a_save_that_fails_is_told_and_tried_again(
    small: Dataset, saver: Autosave, tmp_path: Path, clock: SimpleNamespace
) -> None:
    trainer = trained(CONFIG, small, 5)
    in_the_way = tmp_path / "runs"
    in_the_way.write_text("")
    saver.save(trainer)
    saver.wait()
    assert saver.error.startswith(f"The folder {in_the_way} can't be made: ")
    in_the_way.unlink()
    clock.now += 30
    saver.save_if_due(trainer)
    assert saved(saver) == 5
    assert saver.error == ""


def test_a_save_that_fails_in_an_unknown_way_does_not_end_saving(
    small: Dataset, saver: Autosave, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ValueError("no more")

    trainer = trained(CONFIG, small, 5)
    monkeypatch.setattr("bpcore.autosave.save_run", fail)
    saver.save(trainer)
    saver.wait()
    assert saver.error == "a.chainlight: can't be saved (ValueError: no more)"
    monkeypatch.undo()
    saver.save(trainer)
    assert saved(saver) == 5


def test_a_save_that_is_broken_off_before_it_begins_is_not_taken_for_done(
    small: Dataset, saver: Autosave, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = trained(CONFIG, small, 5)
    saver.save(trainer)
    saver.wait()
    next(trainer)

    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(trainer, "recording", interrupted)
    with pytest.raises(KeyboardInterrupt):
        saver.save(trainer)
    monkeypatch.undo()
    saver.save(trainer)
    assert saved(saver) == 6


def test_a_file_that_was_deleted_is_written_again(small: Dataset, saver: Autosave) -> None:
    trainer = trained(CONFIG, small, 5)
    saver.save(trainer)
    saver.wait()
    saver.path.unlink()
    saver.save(trainer)
    assert saved(saver) == 5


def test_an_error_is_told_when_it_comes_and_when_it_goes(small: Dataset, tmp_path: Path) -> None:
    told: list[str] = []
    saver = Autosave(tmp_path / "runs" / "a.chainlight", changed=lambda: told.append(saver.error))
    trainer = trained(CONFIG, small, 5)
    (tmp_path / "runs").write_text("")
    saver.save(trainer)
    saver.wait()
    saver.save(trainer)
    saver.wait()
    (tmp_path / "runs").unlink()
    saver.save(trainer)
    saver.close()
    assert [bool(error) for error in told] == [True, False]


def test_what_is_not_saved_yet_is_due_at_the_end_of_the_interval(
    small: Dataset, saver: Autosave, clock: SimpleNamespace
) -> None:
    trainer = trained(CONFIG, small, 5)
    assert saver.seconds_left(trainer) == 0.5
    clock.now += 0.25
    assert saver.seconds_left(trainer) == 0.25
    saver.save(trainer)
    assert saver.seconds_left(trainer) is None
    next(trainer)
    assert saver.seconds_left(trainer) == 2
    clock.now += 9
    assert saver.seconds_left(trainer) == 0


def test_closing_waits_for_the_save(small: Dataset, tmp_path: Path) -> None:
    saver = Autosave(tmp_path / "a.chainlight")
    saver.save(trained(CONFIG, small, 5))
    saver.close()
    assert load_run(saver.path).iteration == 5


def test_where_no_thread_can_be_had_any_more_it_saves_at_once(
    small: Dataset, saver: Autosave, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise RuntimeError("cannot schedule new futures after interpreter shutdown")

    monkeypatch.setattr(saver._writer, "submit", refuse)
    trainer = trained(CONFIG, small, 7)
    saver.save(trainer)
    assert load_run(saver.path).iteration == 7


def test_runs_are_saved_among_the_users_data(monkeypatch: pytest.MonkeyPatch) -> None:
    import platformdirs

    monkeypatch.delenv("CHAINLIGHT_DATA_DIR")
    data = Path(platformdirs.user_data_dir("chainlight", appauthor=False))
    assert run_folder() == data / "runs"


def test_runs_that_begin_at_one_moment_have_names_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Standing(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return datetime(2026, 5, 4, 3, 2, 1, 999_999)

    monkeypatch.setattr("bpcore.autosave.datetime", Standing)
    names = [new_run_path(tmp_path).name for _ in range(4)]
    assert len(set(names)) == 4
    assert names == sorted(names)
    assert names[0].startswith("2026-05-04 03.02.01.999999 ")


def test_the_name_of_a_run_tells_when_it_began(tmp_path: Path) -> None:
    before = time.time()
    assert before - 1e-6 <= beginning_of(new_run_path(tmp_path)) < before + 60
    for name in ("mine.chainlight", "2024-05-17 mine.chainlight", "0000-00-00 00.00.00.000000 1"):
        assert beginning_of(tmp_path / name) is None


# Killed

KILLS = 50

PROGRAM = """
import itertools, os, random, signal, sys
from pathlib import Path
import numpy as np
from bpcore.autosave import Autosave
from bpcore.config import TrainingConfig
from bpcore.datasets.mnist import Dataset
from bpcore.run_file import load_run
from bpcore.training import Trainer

rng = np.random.default_rng(0)
images, labels = rng.integers(256, size=(100, 784), dtype=np.uint8), np.arange(100) % 10
data = Dataset("noise", images, labels.astype(np.uint8), images, labels.astype(np.uint8))
config = TrainingConfig(iterations=10**6, batch_size=10, hidden_sizes=(20,), optimizer="momentum")
config = config.replace(learning_rate=0.001)

def train(path, seconds):
    trainer, saver = Trainer(config, data), Autosave(path, 0.0)
    for _ in trainer:
        saver.save_if_due(trainer)
        if seconds and path.exists():
            # Then the system ends the process, whatever it is at: nobody need wait for the moment.
            signal.setitimer(signal.ITIMER_REAL, seconds)
            seconds = 0

def kill(path):
    # A process of its own, which need not import everything anew.
    seconds = random.uniform(1e-5, 0.03)
    process = os.fork()
    if not process:
        train(path, seconds)
    _, status = os.waitpid(process, 0)
    assert os.WTERMSIG(status) == signal.SIGALRM

random.seed(0)
folder = Path(sys.argv[1])
paths = [folder / f"{n:03}.chainlight" for n in range(int(sys.argv[2]))]
for path in paths:
    kill(path)

reference, left = Trainer(config, data), len(list(folder.iterdir())) - len(paths)
for path in paths:
    opened = Trainer.resume(load_run(path), data)
    for _ in itertools.islice(reference, max(opened.iteration - reference.iteration, 0)):
        pass
    for k in (opened.iteration * 2 // 3, opened.iteration):
        one, other = opened.timeline.state_at(k), reference.timeline.state_at(k)
        assert one.generator == other.generator
        for name, array in one.params.items():
            assert array.tobytes() == other.params[name].tobytes()
            assert one.memory["v"][name].tobytes() == other.memory["v"][name].tobytes()
print(len(paths), left)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that can be forked")
def test_after_a_kill_at_any_moment_the_run_up_to_the_last_save_opens(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path), str(KILLS)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.stderr == ""
    opened, half_written = map(int, done.stdout.split())
    assert opened == KILLS
    # That many were killed in the middle of a save: without any, the moments would be no test.
    assert 5 <= half_written <= KILLS

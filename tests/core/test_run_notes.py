"""What a run file holds beside the run: its vitals, its name, how it ended; and older files."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from runs import assert_same_numbers, assert_same_state, eventful, trained
from zips import members_of, packed

from bpcore.config import CHOICES, TrainingConfig
from bpcore.datasets.mnist import Dataset
from bpcore.recording import NAME_LENGTH, Event, Notes, Race, Recording
from bpcore.run_description import Fault, read_description, written
from bpcore.run_file import load_run, save_run
from bpcore.training import Trainer
from bpcore.vitals import NO_VITALS, Vitals

CONFIG = TrainingConfig(iterations=120, batch_size=20, hidden_sizes=(4,), optimizer="momentum")


def there_and_back(recording: Recording, folder: Path) -> Recording:
    save_run(folder / "a.chainlight", recording)
    return load_run(folder / "a.chainlight")


def as_version_1(path: Path) -> None:
    """Make of a file the one that the first version would have written."""
    members = members_of(path.read_bytes())
    head = json.loads(members["run.json"])
    assert head.pop("version") == 2
    del head["name"], head["ended"], members["vitals.npy"]
    members["run.json"] = json.dumps({"version": 1, **head}).encode()
    path.write_bytes(packed(members))


def assert_same_vitals(one: Vitals, other: Vitals) -> None:
    assert one.parameters == other.parameters
    assert one.iterations.dtype == other.iterations.dtype == np.int64
    assert one.iterations.tobytes() == other.iterations.tobytes()
    assert one.table().tobytes() == other.table().tobytes()


# Vitals


@pytest.mark.parametrize("activation", CHOICES["activation"])
@pytest.mark.parametrize("hidden_sizes", [(), (4,), (5, 4, 3)])
def test_vitals_come_back_bit_for_bit(
    small: Dataset, tmp_path: Path, activation: str, hidden_sizes: tuple[int, ...]
) -> None:
    config = CONFIG.replace(activation=activation, hidden_sizes=hidden_sizes)
    recording = eventful(config, small)[0].recording()
    assert len(recording.vitals) == 30
    vitals = there_and_back(recording, tmp_path).vitals
    assert_same_vitals(vitals, recording.vitals)
    for name in ("iterations", "weight", "gradient", "update", "idle"):
        assert not getattr(vitals, name).flags.writeable


def test_a_run_from_a_file_goes_on_with_its_vitals(small: Dataset, tmp_path: Path) -> None:
    half = there_and_back(trained(CONFIG, small, 70).recording(), tmp_path)
    resumed = Trainer.resume(half, small)
    for _ in resumed:
        pass
    assert_same_vitals(resumed.vitals, trained(CONFIG, small).vitals)


def test_a_run_without_vitals_is_saved_without_them(small: Dataset, tmp_path: Path) -> None:
    recording = dataclasses.replace(trained(CONFIG, small).recording(), vitals=NO_VITALS)
    vitals = there_and_back(recording, tmp_path).vitals
    assert vitals.parameters == ("W1", "b1", "W2", "b2")
    assert not len(vitals)


# Notes


@pytest.mark.parametrize(
    "name", ["", "Mine", "η = 0.1 · 学習 👩‍🔬", "<b>bold</b>", "x" * NAME_LENGTH]
)
@pytest.mark.parametrize("ended", ["", "stopped", "diverged"])
def test_a_name_and_an_end_come_back(small: Dataset, tmp_path: Path, name: str, ended: str) -> None:
    recording = trained(CONFIG, small, 5).recording()
    notes = Notes(name, ended)  # type: ignore[arg-type]
    noted = dataclasses.replace(recording, notes=notes)
    assert there_and_back(noted, tmp_path).notes == notes


@given(name=st.text(max_size=150))
def test_every_name_that_can_be_noted_can_be_read_again(name: str) -> None:
    try:
        Notes(name)
    except ValueError:
        assert len(name) > NAME_LENGTH or not name.isprintable()
    else:
        assert Notes(json.loads(json.dumps(name))) == Notes(name)
        assert len(name.splitlines()) <= 1
        name.encode()


@pytest.mark.parametrize("name", ["x" * 121, "a\nb", "\x00", "\x9b", "\u2028", "\ud800", 7, None])
def test_what_is_no_name_is_refused(name: object) -> None:
    with pytest.raises(ValueError, match="name must be"):
        Notes(name)  # type: ignore[arg-type]


def test_what_is_no_end_is_refused() -> None:
    with pytest.raises(ValueError, match="ended must be"):
        Notes(ended="exploded")  # type: ignore[arg-type]


@pytest.mark.parametrize("pace", [None, 0.0, 60.0])
def test_what_it_takes_to_go_on_as_before_comes_back(small: Dataset, tmp_path: Path, pace) -> None:
    ahead = (Event(3, "learning_rate", 0.5), Event(90, "batch_size", 30))
    notes = Notes("Mine", pace=pace, ahead=ahead, race=Race("a-1", in_turn=False, is_shown=True))
    noted = dataclasses.replace(trained(CONFIG, small, 5).recording(), notes=notes)
    assert there_and_back(noted, tmp_path).notes == notes


@pytest.mark.parametrize("missing", [(), ("pace", "ahead", "race")])
def test_a_file_from_before_a_race_was_noted_is_read(small: Dataset, missing) -> None:
    recording = trained(CONFIG, small, 5).recording()
    noted = dataclasses.replace(recording, notes=Notes("Mine", "stopped"))
    head = json.loads(written(noted))
    kept = {name: value for name, value in head.items() if name not in missing}
    assert read_description(json.dumps(kept).encode()).notes == Notes("Mine", "stopped")


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        *(({"pace": bad}, "pace or race") for bad in (-1, True, "60", 1e300, 10**400, 1e-300)),
        *(({"race": bad}, "pace or race") for bad in ("a", [1], {}, {"key": ""}, {"key": "a/b"})),
        ({"race": {"key": "a", "in_turn": 1}}, "pace or race"),
        ({"race": {"key": "a" * 65}}, "pace or race"),
        ({"ahead": [[200, "learning_rate", 0.5]]}, "out of order"),
        ({"ahead": [[5, "learning_rate", -1]]}, "impossible change"),
        ({"ahead": None}, "damaged changes"),
    ],
)
def test_a_pace_a_race_and_changes_that_can_not_be_are_refused(
    small: Dataset, edit: dict, message: str
) -> None:
    head = json.loads(written(trained(CONFIG, small, 5).recording()))
    with pytest.raises(Fault, match=message):
        read_description(json.dumps(head | edit).encode())


def test_a_run_that_goes_on_has_its_name_and_has_not_ended(small: Dataset) -> None:
    recording = trained(CONFIG, small, 5).recording()
    stopped = dataclasses.replace(recording, notes=Notes("Mine", "stopped"))
    assert Trainer.resume(stopped, small).recording().notes == Notes("Mine")


# Files of the first version


def test_a_file_of_the_first_version_is_still_read(small: Dataset, tmp_path: Path) -> None:
    recording = eventful(CONFIG, small)[0].recording()
    path = tmp_path / "a.chainlight"
    save_run(path, dataclasses.replace(recording, notes=Notes("Mine", "stopped")))
    as_version_1(path)
    old = load_run(path)
    assert (old.config, old.events, old.accuracies) == (
        recording.config,
        recording.events,
        recording.accuracies,
    )
    assert old.losses.tobytes() == recording.losses.tobytes()
    for one, other in zip(old.keyframes, recording.keyframes, strict=True):
        assert_same_state(one, other)
    assert not len(old.vitals)
    assert old.notes == Notes()


def test_a_run_of_the_first_version_goes_on_and_is_saved_as_the_second(
    small: Dataset, tmp_path: Path
) -> None:
    path = tmp_path / "a.chainlight"
    save_run(path, trained(CONFIG, small, 50).recording())
    as_version_1(path)
    resumed = Trainer.resume(load_run(path), small)
    for _ in resumed:
        pass
    assert_same_numbers(resumed, trained(CONFIG, small))
    assert resumed.vitals.iterations.tolist() == list(range(52, 121, 4))
    assert_same_vitals(there_and_back(resumed.recording(), tmp_path).vitals, resumed.vitals)

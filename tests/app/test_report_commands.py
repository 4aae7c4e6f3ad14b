"""The commands of a report do the same run again: they are really run here."""

import shlex
from pathlib import Path

import numpy as np
import pytest

from app.report_commands import FOLDER, commands
from bpcore.cli import main
from bpcore.config import TrainingConfig
from bpcore.recording import Event, Recording
from bpcore.run_file import load_run
from bpcore.training import Trainer


def repeated(lines: tuple[tuple[str, ...], ...], monkeypatch: pytest.MonkeyPatch) -> Recording:
    """Type ``lines`` in the present folder, and return the run that is saved."""
    for line in lines:
        python, m, bpcore, *arguments = shlex.split(" ".join(line))
        assert (python, m, bpcore) == ("python", "-m", "bpcore")
        assert main(arguments) == 0
    return load_run(Path("run.chainlight"))


def trained(config: TrainingConfig, changes: dict[int, tuple[str, float]]) -> Trainer:
    trainer = Trainer(config)
    while True:
        if trainer.iteration in changes:
            trainer.change(*changes[trainer.iteration])
        if next(trainer, None) is None:
            return trainer


CHANGES = {9: ("learning_rate", 0.005), 20: ("batch_size", 13)}
RUNS = [
    ({}, {}),
    ({}, CHANGES),
    (
        {"hidden_sizes": (7, 5), "activation": "tanh", "initializer": "xavier", "seed": 2**32 - 1},
        {},
    ),
    ({"optimizer": "adam", "beta1": 0.8, "dtype": "float64"}, {20: ("beta2", 0.9876543210123)}),
    ({"optimizer": "momentum", "momentum": 0.55, "activation": "sigmoid"}, CHANGES),
    ({"optimizer": "adagrad", "weight_init_std": 0.5, "hidden_sizes": ()}, {1: CHANGES[9]}),
    ({"weight_decay": 1e-05, "learning_rate": 0.0012345678}, {31: ("weight_decay", 0.0)}),
]


@pytest.mark.parametrize(("options", "changes"), RUNS)
def test_they_give_the_same_run_bit_for_bit(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: dict[str, object],
    changes: dict[int, tuple[str, float]],
) -> None:
    monkeypatch.chdir(tmp_path)
    config = TrainingConfig(**{"hidden_sizes": (6,), "batch_size": 20} | options, iterations=32)
    trainer = trained(config, changes)
    events = tuple(Event(at, *change) for at, change in changes.items())
    assert tuple(trainer.events) == events
    again = repeated(commands(config, events, 32), monkeypatch)
    np.testing.assert_array_equal(again.losses, trainer.losses)
    for name, array in again.keyframes[-1].params.items():
        assert array.tobytes() == trainer.network.params[name].tobytes()


def test_a_run_that_stopped_early_is_repeated_as_far_as_it_came() -> None:
    config = TrainingConfig(iterations=10_000)
    (line,) = commands(config, (), 4312)
    assert "--iterations 4312" in line
    assert "--learning-rate 0.1" in line
    assert not [part for part in line if part.startswith(("--momentum", "--beta"))]


def test_changes_before_the_first_iteration_and_after_the_last_need_no_command() -> None:
    events = (Event(0, "learning_rate", 0.25), Event(50, "batch_size", 10))
    (line,) = commands(TrainingConfig(), events, 50)
    assert "--learning-rate 0.25" in line
    assert "--batch-size 100" in line


def test_of_several_changes_at_one_iteration_the_last_counts() -> None:
    events = tuple(Event(5, "learning_rate", rate) for rate in (0.5, 0.25))
    _, second = commands(TrainingConfig(), (*events, Event(5, "batch_size", 7)), 50)
    assert second[2:] == ("--learning-rate 0.25", "--batch-size 7", "--iterations 50")


def test_where_the_digits_lie_is_not_told() -> None:
    config = TrainingConfig(data="/home/evelyn/my digits; rm -rf")
    ((*parts,),) = commands(config, (), 1)
    assert f"--data {FOLDER}" in parts
    assert "evelyn" not in " ".join(parts)

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from bpcore.cli import main
from bpcore.commands import check, train
from bpcore.config import LEARNING_RATES, TrainingConfig
from bpcore.datasets.mnist import Dataset
from bpcore.gradient_check import GradientReport
from bpcore.layers import Array, SoftmaxWithLoss
from bpcore.training import Trainer

ROOT = Path(__file__).parents[2]
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")

Capture = pytest.CaptureFixture[str]


def python(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if name not in THREADS}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=inherited | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def lines_of(capsys: Capture) -> list[str]:
    return capsys.readouterr().out.splitlines()


# The module


def test_help_names_the_commands() -> None:
    result = python("-m", "bpcore", "--help")
    assert result.returncode == 0
    assert re.search(r"train +train on MNIST.*\n +check +compare", result.stdout)


def test_without_a_command_help_is_printed_as_an_error() -> None:
    result = python("-m", "bpcore")
    assert result.returncode == 2
    assert result.stderr.startswith("usage: python -m bpcore")


def test_a_short_run_ends_with_its_figures() -> None:
    result = python("-m", "bpcore", "train", "--iterations", "100")
    assert (result.returncode, result.stderr) == (0, "")
    assert re.search(
        r"epoch +1, iteration +90: train acc, test acc \| 0\.\d+, 0\.\d+", result.stdout
    )
    assert re.fullmatch(
        r"Done after 100 iterations: train accuracy 0\.\d{4}, test accuracy 0\.\d{4}, "
        r"loss of the last batch \d\.\d{4}, \d+\.\d s, [\d,]+ iterations/s",
        result.stdout.splitlines()[-2],
    )
    assert re.fullmatch(r"Saved as .*runs.*\.chainlight", result.stdout.splitlines()[-1])


PRINT_THREADS = """
import json, os, sys
from bpcore import {module}
{call}
print(json.dumps([os.environ.get(name) for name in {names}]))
"""


def threads_after(module: str, call: str, **environment: str) -> list[str | None]:
    script = PRINT_THREADS.format(module=module, call=call, names=THREADS)
    result = python("-c", script, **environment)
    found: list[str | None] = json.loads(result.stdout.splitlines()[-1])
    return found


def test_the_command_line_uses_one_blas_thread() -> None:
    assert threads_after("__main__ as program", "program.main()") == ["1", "1", "1"]


def test_the_command_line_leaves_threads_to_whoever_set_them() -> None:
    call = "program.main()"
    threads = threads_after("__main__ as program", call, OMP_NUM_THREADS="2")
    assert threads == ["1", "2", "1"]


def test_the_number_of_threads_is_set_before_numpy_is_imported() -> None:
    script = (
        "import sys\n"
        "from bpcore import __main__\n"
        "assert 'numpy' not in sys.modules\n"
        "__main__.main()\n"
        "assert 'numpy' in sys.modules\n"
    )
    assert python("-c", script).returncode == 0


def test_importing_the_library_leaves_the_environment_alone() -> None:
    assert threads_after("Trainer", "Trainer") == [None, None, None]


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("train", r"Stopped after \d+ of 1,000,000 iterations: train accuracy 0\.\d+, .*"),
        ("check", r"Stopped after [\d,]+ of 1,796,010 gradients: no verdict yet"),
    ],
)
def test_ctrl_c_ends_a_command_with_how_far_it_came(command: str, message: str) -> None:
    # A shell that runs tests in the background has them ignore SIGINT, and what they start too.
    script = (
        "import signal, sys\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from bpcore.__main__ import main\n"
        "sys.exit(main())\n"
    )
    options = (
        ["--iterations", "1000000", "--no-save"]
        if command == "train"
        else ["--layers", "784,1000,1000,10"]
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, command, *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.readline()  # the first epoch, or the head of the table: it is under way
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert re.fullmatch(message + "\n", errors)


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX pipes")
def test_a_reader_that_goes_away_ends_a_run_quietly() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "bpcore", "train", "--iterations", "1000000"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(timeout=60) == 141


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_said_in_one_line() -> None:
    with open("/dev/full", "w") as full:
        result = subprocess.run(
            [sys.executable, "-m", "bpcore", "train", "--iterations", "1", "--no-save"],
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
        )
    assert result.returncode == 1
    assert result.stderr == "The output can't be written: No space left on device\n"


# Bad use


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["fly"], "COMMAND: invalid choice: 'fly'"),
        (["train", "--fast"], "unrecognized arguments: --fast"),
        (["train", "--iter", "9"], "unrecognized arguments: --iter 9"),
        (["train", "--layers"], "--layers: expected one argument"),
        (["train", "--layers", "784,0,10"], "hidden_size must be a whole number from 1 to 1,000"),
        (["train", "--layers", "784,ten,10"], "such as 784,50,10, not '784,ten,10'"),
        (["train", "--layers", "50"], "--layers: must be units per layer from 784 to 10, such as"),
        (["train", "--layers", "784,50"], "--layers: must be units per layer from 784 to 10"),
        (["train", "--layers", f"784,{'5,' * 9}10"], "the units of at most 8 layers"),
        (["train", "--iterations", "1e3"], "must be a whole number from 1 to 10,000,000, not"),
        (["train", "--learning-rate", "nan"], "must be a number from 1e-06 to 100, not 'nan'"),
        (["train", "--learning-rate", "-1"], "--learning-rate: must be a number from 1e-06 to"),
        (["train", "--activation", "swish"], "--activation: invalid choice: 'swish'"),
        (["train", "--seed", "-1"], "--seed: must be a whole number from 0 to 4,294,967,295"),
        (["train", "--data", ""], 'data must be "bundled" or the path of a folder'),
        (["check", "--batch-size", "0"], "--batch-size: must be a whole number from 1 to 10,000"),
        (["train", "--save", "a", "--no-save"], "--save and --no-save exclude each other"),
        (["train", "--save", "no/such/a"], "--save: there is no folder no/such"),
        (["check", "--iterations", "9"], "unrecognized arguments: --iterations 9"),
        (["check", "--sample", "0"], "--sample: must be a whole number from 1 on, not '0'"),
        (["check", "--step", "2"], "--step: must be a number from 1e-15 to 1, not '2'"),
        (["check", "--step", "x"], "--step: must be a number from 1e-15 to 1, not 'x'"),
        (["check", "--step", "0.1", "--sweep"], "--step and --sweep exclude each other"),
        (["check", "--parameters", "W9"], "no parameter W9; there are W1, b1, W2, b2"),
        (["check", "--dtype", "float32"], "a check needs float64; --sweep takes both"),
        (["evaluate"], "the following arguments are required: FILE"),
    ],
)
def test_a_bad_argument_is_told_in_one_line(
    capsys: Capture, arguments: list[str], message: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    printed = capsys.readouterr()
    assert ended.value.code == 2
    assert message in printed.err
    assert printed.err.count("\n") == 1
    assert printed.out == ""


@pytest.mark.parametrize("command", ["train", "check"])
def test_data_that_can_not_be_read_is_told_in_one_line(
    capsys: Capture, tmp_path: Path, command: str
) -> None:
    assert main([command, "--data", str(tmp_path)]) == 2
    printed = capsys.readouterr()
    assert printed.err.startswith(f"{tmp_path}: holds neither train-images")
    assert printed.err.count("\n") == 1


# train


class Spy:
    """Stands in for Trainer on a small set, and keeps the configuration that it was given."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self.trainer: Trainer | None = None

    def __call__(self, config: TrainingConfig) -> Trainer:
        self.trainer = Trainer(config, self.dataset)
        return self.trainer


@pytest.fixture
def spy(small: Dataset, monkeypatch: pytest.MonkeyPatch) -> Spy:
    spy = Spy(small)
    monkeypatch.setattr(train, "Trainer", spy)
    return spy


def run(spy: Spy, *arguments: str) -> Trainer:
    assert main(["train", *arguments]) == 0
    assert spy.trainer is not None
    return spy.trainer


def test_without_options_a_run_is_the_default_one(spy: Spy) -> None:
    assert run(spy, "--iterations", "5").config == TrainingConfig(iterations=5)


def test_every_option_of_a_run_is_heeded(spy: Spy) -> None:
    options = (
        "--iterations 7 --layers 784,6,5,10 --activation tanh --learning-rate 0.5 --batch-size 4 "
        "--seed 3 --init xavier --init-std 0.5 --optimizer adam --weight-decay 0.25 --momentum 0.5 "
        "--beta1 0.25 --beta2 0.75 --dtype float64"
    )
    assert run(spy, *options.split()).config == TrainingConfig(
        iterations=7,
        hidden_sizes=(6, 5),
        activation="tanh",
        learning_rate=0.5,
        batch_size=4,
        seed=3,
        initializer="xavier",
        weight_init_std=0.5,
        optimizer="adam",
        weight_decay=0.25,
        momentum=0.5,
        beta1=0.25,
        beta2=0.75,
        dtype="float64",
    )


@pytest.mark.parametrize(("optimizer", "rate"), LEARNING_RATES.items())
def test_each_optimizer_has_a_learning_rate_of_its_own(
    spy: Spy, optimizer: str, rate: float
) -> None:
    trainer = run(spy, "--iterations", "1", "--optimizer", optimizer)
    assert trainer.config.learning_rate == rate


def test_an_epoch_is_a_line_with_its_accuracies(spy: Spy, capsys: Capture) -> None:
    trainer = run(spy, "--iterations", "7", "--batch-size", "100")
    first, second = trainer.accuracies[:2]
    assert lines_of(capsys)[1:-2] == [
        f"epoch   1, iteration      3: train acc, test acc | {first.train:.4f}, {first.test:.4f}",
        f"epoch   2, iteration      6: train acc, test acc | {second.train:.4f}, {second.test:.4f}",
    ]


def test_the_last_line_has_the_figures_of_the_run(spy: Spy, capsys: Capture) -> None:
    trainer = run(spy, "--iterations", "7")
    accuracies = trainer.accuracies[-1]
    assert lines_of(capsys)[-2].startswith(
        f"Done after 7 iterations: train accuracy {accuracies.train:.4f}, test accuracy "
        f"{accuracies.test:.4f}, loss of the last batch {trainer.losses[-1]:.4f}, "
    )


def test_a_run_of_another_folder_is_a_run_of_its_digits(
    full_set_folder: Path, capsys: Capture
) -> None:
    assert main(["train", "--data", str(full_set_folder), "--iterations", "1"]) == 0
    assert "60,000 digits to train on" in lines_of(capsys)[0]


def test_a_run_that_diverges_is_told_in_one_line(
    small: Dataset, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def doomed(config: TrainingConfig) -> Trainer:
        trainer = Trainer(config, small)
        trainer.network.params["b2"][0] = np.nan
        return trainer

    monkeypatch.setattr(train, "Trainer", doomed)
    assert main(["train", "--no-save"]) == 1
    assert "The loss stopped being finite at iteration 1, with" in capsys.readouterr().err


# check


def small_check(*options: str) -> Sequence[str]:
    return ["check", "--layers", "784,2,10", *options]


def test_a_check_has_a_row_per_parameter(capsys: Capture) -> None:
    assert main(small_check()) == 0
    rows = [line.split() for line in lines_of(capsys)[2:6]]
    assert [(row[0], row[-1]) for row in rows] == [
        ("W1", "passed"),
        ("b1", "passed"),
        ("W2", "passed"),
        ("b2", "passed"),
    ]


def test_the_columns_of_a_check_are_aligned(capsys: Capture) -> None:
    main(small_check())
    head, *rows = lines_of(capsys)[1:6]
    column = head.index("verdict")
    assert [row.index("passed") for row in rows] == [column] * 4


def test_a_check_states_its_rule_and_its_verdict(capsys: Capture) -> None:
    main(small_check("--activation", "sigmoid", "--seed", "1", "--batch-size", "2"))
    lines = lines_of(capsys)
    assert lines[0].startswith("784-2-10, sigmoid, float64, 2 digits, seed 1: ")
    assert lines[6].startswith(
        "A parameter passes if its mean absolute difference is at most 1e-05 of its mean"
    )
    assert lines[-1] == "All passed: 1,600 gradients"


def test_a_failed_check_names_the_parameters_and_exits_with_1(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    backward = SoftmaxWithLoss.backward

    def swapped(self: SoftmaxWithLoss, dout: float = 1.0) -> Array:
        return -backward(self, dout)

    monkeypatch.setattr(SoftmaxWithLoss, "backward", swapped)
    assert main(small_check()) == 1
    lines = lines_of(capsys)
    assert lines[-1] == "Not passed: W1, b1, W2, b2"
    assert all(line.endswith("FAILED") for line in lines[2:6])


def test_a_parameter_of_which_all_is_at_kinks_is_not_called_wrong() -> None:
    nothing = np.zeros(2)
    report = GradientReport("b1", (2,), 1e-4, np.arange(2), nothing, nothing, np.ones(2, bool))
    assert check._verdict(report) == "nothing to compare"

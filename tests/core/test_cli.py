import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from bpcore import cli, terminal
from bpcore.cli import main
from bpcore.config import TrainingConfig
from bpcore.datasets.mnist import Dataset
from bpcore.gradient_check import ParameterReport
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
        result.stdout.splitlines()[-1],
    )


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
        ("check", r"Stopped after [\d,]+ of 795,010 gradients: no verdict yet"),
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
    options = ["--iterations", "1000000"] if command == "train" else ["--hidden", "1000"]
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
            [sys.executable, "-m", "bpcore", "train", "--iterations", "1"],
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
        (["train", "--hidden"], "--hidden: expected one argument"),
        (["train", "--hidden", "0"], "--hidden: must be a whole number from 1 to 1,000, not '0'"),
        (["train", "--hidden", "ten"], "--hidden: must be a whole number from 1 to 1,000, not"),
        (["train", "--iterations", "1e3"], "must be a whole number from 1 to 10,000,000, not"),
        (["train", "--learning-rate", "nan"], "must be a number from 1e-06 to 100, not 'nan'"),
        (["train", "--learning-rate", "-1"], "--learning-rate: must be a number from 1e-06 to"),
        (["train", "--activation", "tanh"], "--activation: invalid choice: 'tanh'"),
        (["train", "--seed", "-1"], "--seed: must be a whole number from 0 to 4,294,967,295"),
        (["train", "--data", ""], 'data must be "bundled" or the path of a folder'),
        (["check", "--batch-size", "0"], "--batch-size: must be a whole number from 1 to 10,000"),
        (["check", "--iterations", "9"], "unrecognized arguments: --iterations 9"),
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
    monkeypatch.setattr(cli, "Trainer", spy)
    return spy


def run(spy: Spy, *arguments: str) -> Trainer:
    assert main(["train", *arguments]) == 0
    assert spy.trainer is not None
    return spy.trainer


def test_without_options_a_run_is_the_default_one(spy: Spy) -> None:
    assert cli._parser().parse_args(["train"]).iterations == 10_000
    assert run(spy, "--iterations", "5").config == TrainingConfig(iterations=5)


def test_every_option_of_a_run_is_heeded(spy: Spy) -> None:
    options = "--iterations 7 --hidden 6 --activation sigmoid --learning-rate 0.5 --batch-size 4"
    assert run(spy, *options.split(), "--seed", "3").config == TrainingConfig(
        iterations=7,
        hidden_size=6,
        activation="sigmoid",
        learning_rate=0.5,
        batch_size=4,
        seed=3,
    )


def test_an_epoch_is_a_line_with_its_accuracies(spy: Spy, capsys: Capture) -> None:
    trainer = run(spy, "--iterations", "7", "--batch-size", "100")
    first, second = trainer.accuracies[:2]
    assert lines_of(capsys)[1:-1] == [
        f"epoch   1, iteration      3: train acc, test acc | {first.train:.4f}, {first.test:.4f}",
        f"epoch   2, iteration      6: train acc, test acc | {second.train:.4f}, {second.test:.4f}",
    ]


def test_the_last_line_has_the_figures_of_the_run(spy: Spy, capsys: Capture) -> None:
    trainer = run(spy, "--iterations", "7")
    accuracies = trainer.accuracies[-1]
    assert lines_of(capsys)[-1].startswith(
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

    monkeypatch.setattr(cli, "Trainer", doomed)
    assert main(["train"]) == 1
    assert capsys.readouterr().err.startswith("The loss stopped being a finite number at iteration")


# check


def small_check(*options: str) -> Sequence[str]:
    return ["check", "--hidden", "2", *options]


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
        "A parameter passes if its mean absolute difference is at most 1e-07"
    )
    assert lines[-1] == "All passed: 1,600 gradients"


def test_a_failed_check_names_the_parameters_and_exits_with_1(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bpcore.gradient_check.TOLERANCE", 1e-11)
    assert main(small_check()) == 1
    lines = lines_of(capsys)
    assert lines[-1] == "Not passed: b2"
    assert lines[5].endswith("FAILED")


def test_a_parameter_of_which_all_is_at_kinks_is_not_called_wrong() -> None:
    report = ParameterReport("b1", (2,), np.nan, np.nan, kinks=2)
    assert cli._row(report).endswith("2  nothing to compare")


# The terminal


class FakeTerminal:
    def __init__(self, is_terminal: bool) -> None:
        self.written: list[str] = []
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal

    def write(self, text: str) -> int:
        self.written.append(text)
        return len(text)

    def flush(self) -> None:
        pass


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr(terminal, "time", SimpleNamespace(perf_counter=lambda: clock.now))
    return clock


def test_a_progress_bar_shows_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch, clock: SimpleNamespace
) -> None:
    fake = FakeTerminal(True)
    monkeypatch.setattr(sys, "stderr", fake)
    terminal.ProgressBar(2000, "iterations").show(1000, "loss 0.5")
    line = "[" + "#" * 15 + "." * 15 + "] 1,000 of 2,000 iterations  loss 0.5"
    assert "".join(fake.written) == f"\r{line}"


def test_a_progress_bar_is_not_redrawn_at_every_iteration(
    monkeypatch: pytest.MonkeyPatch, clock: SimpleNamespace
) -> None:
    fake = FakeTerminal(True)
    monkeypatch.setattr(sys, "stderr", fake)
    bar = terminal.ProgressBar(100, "iterations")
    for done in range(1, 101):
        clock.now += 0.01
        bar.show(done)
    assert 5 <= len("".join(fake.written).split("\r")) <= 12


def test_a_progress_bar_is_taken_away_whole(
    monkeypatch: pytest.MonkeyPatch, clock: SimpleNamespace
) -> None:
    fake = FakeTerminal(True)
    monkeypatch.setattr(sys, "stderr", fake)
    bar = terminal.ProgressBar(9, "gradients")
    bar.show(3)
    shown = len("".join(fake.written)) - 1
    fake.written.clear()
    bar.clear()
    assert "".join(fake.written) == "\r" + " " * shown + "\r"


def test_there_is_no_progress_bar_where_there_is_no_terminal(
    monkeypatch: pytest.MonkeyPatch, clock: SimpleNamespace
) -> None:
    fake = FakeTerminal(False)
    monkeypatch.setattr(sys, "stderr", fake)
    bar = terminal.ProgressBar(9, "gradients")
    bar.show(3)
    bar.clear()
    assert fake.written == []


def test_there_is_no_progress_bar_where_there_is_no_stderr(
    monkeypatch: pytest.MonkeyPatch, clock: SimpleNamespace
) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    terminal.ProgressBar(9, "gradients").show(3)


@pytest.fixture
def handler() -> object:
    """Let SIGINT be what it is in a program that a person started."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("handler")
def test_ctrl_c_is_a_wish() -> None:
    with terminal.Interruption() as interruption:
        assert not interruption.wanted
        signal.raise_signal(signal.SIGINT)
        assert interruption.wanted


@pytest.mark.usefixtures("handler")
def test_a_second_ctrl_c_interrupts_at_once() -> None:
    with terminal.Interruption():
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


@pytest.mark.usefixtures("handler")
def test_afterwards_ctrl_c_is_what_it_was() -> None:
    with terminal.Interruption():
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.usefixtures("handler")
def test_an_ignored_ctrl_c_stays_ignored() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with terminal.Interruption() as interruption:
        signal.raise_signal(signal.SIGINT)
        assert not interruption.wanted

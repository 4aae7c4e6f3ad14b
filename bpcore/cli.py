"""The engine on the command line: ``python -m bpcore train`` and ``python -m bpcore check``."""

from __future__ import annotations

import argparse
import os
import sys
import time
from typing import TYPE_CHECKING, NoReturn

from bpcore.config import BUNDLED, CHOICES, RANGES, TrainingConfig
from bpcore.datasets.mnist import DatasetError, scale
from bpcore.gradient_check import (
    RELATIVE_ERROR_FLOOR,
    STEP,
    TOLERANCE,
    ParameterReport,
    iter_reports,
)
from bpcore.terminal import Interruption, ProgressBar
from bpcore.training import Diverged, Trainer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bpcore.network import Network

FAILED, BAD_USE, INTERRUPTED, BROKEN_PIPE = 1, 2, 130, 141
"""Exit statuses; the last two are what a shell reports for SIGINT and SIGPIPE."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command in ``argv``, by default the program's arguments; return an exit status."""
    parser = _parser()
    options = parser.parse_args(argv)
    if options.command is None:
        parser.print_help(sys.stderr)
        return BAD_USE
    try:
        names = TrainingConfig.__dataclass_fields__.keys() & vars(options).keys()
        config = TrainingConfig().replace(**{name: getattr(options, name) for name in names})
    except ValueError as error:
        parser.error(str(error))
    try:
        with Interruption() as interruption:
            return int(options.run(config, interruption))
    except DatasetError as error:
        print(error, file=sys.stderr)
        return BAD_USE
    except Diverged as error:
        print(error, file=sys.stderr)
        return FAILED
    except OSError as error:
        # What is still buffered must go nowhere, quietly, at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):  # nobody reads any more, so nobody wants to know
            return BROKEN_PIPE
        print(f"The output can't be written: {error.strerror or error}", file=sys.stderr)
        return FAILED


class _Parser(argparse.ArgumentParser):
    """A parser that says what is wrong in one line, without repeating the usage."""

    def error(self, message: str) -> NoReturn:
        self.exit(BAD_USE, f"{self.prog}: {message.removeprefix('argument ')}\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m bpcore",
        description="Train the two-layer network of Chainlight, or check its gradients.",
        epilog="COMMAND --help lists the options of a command.",
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    train = _add_command(
        commands,
        "train",
        run_train,
        "train on MNIST and print the accuracies of every epoch",
        "Train with stochastic gradient descent on batches drawn with replacement. Equal options "
        "give equal numbers.",
    )
    _add_number(train, "--iterations", "iterations", "length of the run")
    _add_number(train, "--learning-rate", "learning_rate", "factor of the gradient in an update")
    _add_number(train, "--batch-size", "batch_size", "examples per iteration")
    check = _add_command(
        commands,
        "check",
        run_check,
        "compare backpropagation with central differences",
        "Move every weight and bias up and down a little and compare the slope of the loss with "
        "the gradient from backpropagation, in float64. Exits with 1 if they differ.",
    )
    check.set_defaults(dtype="float64")
    _add_number(check, "--batch-size", "batch_size", "examples, the first of the training set", 3)
    return parser


def _add_command(
    commands: argparse._SubParsersAction[_Parser],
    name: str,
    run: Callable[[TrainingConfig, Interruption], int],
    summary: str,
    description: str,
) -> _Parser:
    """Add a command with the options that all have."""
    command = commands.add_parser(
        name,
        help=summary,
        description=description,
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
        allow_abbrev=False,
    )
    command.set_defaults(run=run)
    command.add_argument(
        "--data",
        default=BUNDLED,
        metavar="DIR",
        help=f'"{BUNDLED}" for the digits that come with Chainlight, or the folder of the four '
        "files of MNIST, gzipped or not",
    )
    command.add_argument(
        "--activation",
        choices=CHOICES["activation"],
        default=TrainingConfig.activation,
        help="of the hidden layer",
    )
    _add_number(command, "--hidden", "hidden_size", "units of the hidden layer")
    _add_number(command, "--seed", "seed", "of the initial weights and of the batches")
    return command


def _add_number(
    command: argparse.ArgumentParser, flag: str, name: str, text: str, default: int | None = None
) -> None:
    """Add an option for the field ``name`` of TrainingConfig, with its range and its default."""
    allowed = RANGES[name]
    kind = "a whole number" if allowed.whole else "a number"

    def convert(written: str) -> float:
        try:
            value = int(written) if allowed.whole else float(written)
        except ValueError:
            value = float("nan")
        if not allowed.holds(value):
            raise argparse.ArgumentTypeError(f"must be {kind} from {allowed}, not {written!r}")
        return value

    command.add_argument(
        flag,
        dest=name,
        type=convert,
        default=getattr(TrainingConfig, name) if default is None else default,
        metavar="N" if allowed.whole else "X",
        help=f"{text}, {allowed}",
    )


def run_train(config: TrainingConfig, interruption: Interruption) -> int:
    """Train, printing a line per epoch; return an exit status."""
    trainer = Trainer(config)
    bar = ProgressBar(config.iterations, "iterations")
    print(
        f"{_sizes(trainer.network)}, {config.activation}, {config.dtype}: "
        f"{len(trainer.dataset.train_labels):,} digits to train on, batches of "
        f"{config.batch_size:,}, learning rate {config.learning_rate:g}, seed {config.seed}",
        flush=True,
    )
    start = time.perf_counter()
    try:
        for progress in trainer:
            bar.show(progress.iteration, f"loss {progress.loss:.4f}")
            epoch, rest = divmod(progress.iteration, trainer.iterations_per_epoch)
            if progress.accuracies is not None and not rest:
                bar.clear()
                print(
                    f"epoch {epoch:3}, iteration {progress.iteration:6,}: train acc, test acc | "
                    f"{progress.accuracies.train:.4f}, {progress.accuracies.test:.4f}",
                    flush=True,
                )
            if interruption.wanted:
                break
    finally:
        bar.clear()
    return _end_training(trainer, time.perf_counter() - start)


def _end_training(trainer: Trainer, seconds: float) -> int:
    """Print where the training has come to; return an exit status."""
    done, length = trainer.iteration, trainer.config.iterations
    accuracies = trainer.measure()
    figures = (
        f"train accuracy {accuracies.train:.4f}, test accuracy {accuracies.test:.4f}, "
        f"loss of the last batch {trainer.losses[-1]:.4f}, "
        f"{seconds:.1f} s, {done / seconds:,.0f} iterations/s"
    )
    if done < length:
        print(f"Stopped after {done:,} of {length:,} iterations: {figures}", file=sys.stderr)
        return INTERRUPTED
    print(f"Done after {done:,} iterations: {figures}", flush=True)
    return 0


def run_check(config: TrainingConfig, interruption: Interruption) -> int:
    """Check the gradients, printing a line per parameter; return an exit status."""
    trainer = Trainer(config)  # never trained: its network and its digits are what is checked
    network, (images, labels) = trainer.network, trainer.dataset.split("train")
    x, t = scale(images[: config.batch_size], config.dtype), labels[: config.batch_size]
    count = sum(array.size for array in network.params.values())
    bar = ProgressBar(count, "gradients")
    done = 0

    def progress(gradients: int) -> None:
        nonlocal done
        done = gradients
        bar.show(done)
        if interruption.wanted:
            raise KeyboardInterrupt

    print(
        f"{_sizes(network)}, {config.activation}, float64, {len(x):,} digits, "
        f"seed {config.seed}: backpropagation against (L(w + h) - L(w - h)) / 2h, h = {STEP:g}\n"
        f"parameter  {'shape':>10}  mean abs. difference  max relative error  kinks  verdict",
        flush=True,
    )
    reports: list[ParameterReport] = []
    try:
        for report in iter_reports(network, x, t, progress=progress):
            bar.clear()
            print(_row(report), flush=True)
            reports.append(report)
    except KeyboardInterrupt:
        bar.clear()
        verdicts = ", ".join(f"{report.name} {_verdict(report)}" for report in reports)
        print(
            f"Stopped after {done:,} of {count:,} gradients: {verdicts or 'no verdict yet'}",
            file=sys.stderr,
        )
        return INTERRUPTED
    return _end_check(reports)


def _row(report: ParameterReport) -> str:
    shape = " x ".join(str(side) for side in report.shape)
    return (
        f"{report.name:9}  {shape:>10}  {report.mean_absolute_difference:20.3e}  "
        f"{report.max_relative_error:18.3e}  {report.kinks:5,}  {_verdict(report)}"
    )


def _verdict(report: ParameterReport) -> str:
    if report.kinks == report.count:
        return "nothing to compare"
    return "passed" if report.passed else "FAILED"


def _end_check(reports: list[ParameterReport]) -> int:
    """Print the rule and the verdict on all parameters; return an exit status."""
    failed = [report.name for report in reports if not report.passed]
    compared = sum(report.count - report.kinks for report in reports)
    verdict = (
        f"Not passed: {', '.join(failed)}" if failed else f"All passed: {compared:,} gradients"
    )
    print(
        f"A parameter passes if its mean absolute difference is at most {TOLERANCE:g}. Errors are "
        f"relative to the larger\nof the two gradients, at least {RELATIVE_ERROR_FLOOR:g}. Kinks, "
        "where a Relu opened or shut between the two losses, are left out.\n"
        f"{verdict}",
        flush=True,
    )
    return FAILED if failed else 0


def _sizes(network: Network) -> str:
    return "-".join(str(size) for size in network.sizes)

"""``check``: backpropagation against central differences."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from bpcore.central_differences import STEP
from bpcore.commands.options import (
    FAILED,
    INTERRUPTED,
    Output,
    add_command,
    add_config,
    config_of,
)
from bpcore.config import Range
from bpcore.datasets.mnist import scale
from bpcore.gradient_check import (
    RELATIVE_ERROR_FLOOR,
    RELATIVE_TOLERANCE,
    SWEEP,
    GradientReport,
    Sweep,
    chosen,
    iter_reports,
    sweep,
)
from bpcore.gradient_report import unresolved
from bpcore.terminal import ProgressBar
from bpcore.training import Trainer

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from bpcore.commands.options import Commands
    from bpcore.network import Network
    from bpcore.terminal import Interruption

SWEEP_SAMPLE = 1000
STEPS = Range(1e-15, 1.0, whole=False)


def add_to(commands: Commands) -> None:
    """Add the command."""
    check = add_command(
        commands,
        "check",
        run,
        "compare backpropagation with central differences",
        "Move every weight and bias up and down a little and compare the slope of the loss with "
        "the gradient from backpropagation. Exits with 1 if they differ.",
    )
    add_config(check, "data", "hidden_sizes", "activation", "initializer", "weight_init_std")
    add_config(check, "weight_decay", "seed")
    add_config(check, "batch_size", batch_size=3)
    add_config(check, "dtype", dtype="float64")
    check.add_argument(
        "--parameters",
        type=lambda written: written.split(","),
        metavar="W1,b1,…",
        help="check these only",
    )
    check.add_argument(
        "--sample",
        type=_count,
        metavar="N",
        help=f"check N elements of each, drawn at random (default: all; {SWEEP_SAMPLE} in a sweep)",
    )
    check.add_argument(
        "--step", type=_step, metavar="H", help=f"how far each is moved (default: {STEP:g})"
    )
    check.add_argument(
        "--sweep",
        action="store_true",
        help=f"check with every step from {SWEEP[0]:g} to {SWEEP[-1]:g}, to see the errors of "
        "truncation and of rounding; float32 is allowed",
    )


def run(options: argparse.Namespace, interruption: Interruption) -> int:
    """Check the gradients, printing a line per parameter or step; return an exit status."""
    config = config_of(options, batch_size=3, dtype="float64")
    if config.dtype != "float64" and not options.sweep:
        raise argparse.ArgumentTypeError("--dtype: a check needs float64; --sweep takes both")
    if options.sweep and options.step is not None:
        raise argparse.ArgumentTypeError("--step and --sweep exclude each other")
    trainer = Trainer(config)  # never trained: its network and its digits are what is checked
    network, (images, labels) = trainer.network, trainer.dataset.split("train")
    x, t = scale(images[: config.batch_size], config.dtype), labels[: config.batch_size]
    sample = SWEEP_SAMPLE if options.sweep and options.sample is None else options.sample
    try:
        elements = chosen(network, options.parameters, sample, 0)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"--parameters: {error}") from error
    count = sum(len(wanted) for wanted in elements.values())
    output = Output(options.json)
    sizes = "-".join(str(size) for size in network.sizes)
    about = f"{sizes}, {config.activation}, {config.dtype}, {len(x):,} digits, seed {config.seed}"
    task = _Task(output, network, x, t, options.parameters, sample, interruption, about)
    return task.sweep(count) if options.sweep else task.check(count, options.step or STEP)


class _Task:
    """A check, and how it is told."""

    def __init__(
        self,
        output: Output,
        network: Network,
        x: npt.ArrayLike,
        t: npt.ArrayLike,
        names: list[str] | None,
        sample: int | None,
        interruption: Interruption,
        about: str,
    ) -> None:
        self.output, self.network, self.x, self.t = output, network, x, t
        self.names, self.sample, self.interruption, self.about = names, sample, interruption, about

    def check(self, count: int, h: float) -> int:
        """Print a row per parameter, the rule and the verdict."""
        self.say_head(
            f"backpropagation against (L(w + h) - L(w - h)) / 2h, h = {h:g}",
            f"parameter  {'shape':>10}  {'count':>6}  mean abs. difference  max relative error  "
            "kinks  verdict",
        )
        reports: list[GradientReport] = []
        bar = ProgressBar(count, "gradients")
        progress = self.progress(bar)
        try:
            for report in iter_reports(
                self.network,
                self.x,
                self.t,
                h=h,
                names=self.names,
                sample=self.sample,
                progress=progress,
            ):
                bar.clear()
                _say_report(self.output, report)
                reports.append(report)
        except KeyboardInterrupt:
            bar.clear()
            verdicts = ", ".join(f"{report.name} {_verdict(report)}" for report in reports)
            print(
                f"Stopped after {bar.done:,} of {count:,} gradients: "
                f"{verdicts or 'no verdict yet'}",
                file=sys.stderr,
            )
            return INTERRUPTED
        bar.clear()
        return _say_verdict(self.output, reports, h)

    def sweep(self, count: int) -> int:
        """Print a row per step, and which is the best."""
        total = count * len(SWEEP)
        bar = ProgressBar(total, "gradients")
        progress = self.progress(bar)
        self.say_head(
            f"{count:,} gradients at each step h",
            f"{'h':>7}  mean abs. difference  {'kinks':>6}  mostly",
        )
        try:
            found = sweep(
                self.network,
                self.x,
                self.t,
                names=self.names,
                sample=self.sample,
                progress=progress,
            )
        except KeyboardInterrupt:
            bar.clear()
            print(f"Stopped after {bar.done:,} of {total:,} gradients", file=sys.stderr)
            return INTERRUPTED
        bar.clear()
        _say_sweep(self.output, found)
        return 0

    def say_head(self, what: str, columns: str) -> None:
        if not self.output.as_json:
            print(f"{self.about}: {what}\n{columns}", flush=True)

    def progress(self, bar: ProgressBar) -> Callable[[int], None]:
        def show(done: int) -> None:
            bar.show(done)
            if self.interruption.wanted:
                raise KeyboardInterrupt

        return show


def _say_report(output: Output, report: GradientReport) -> None:
    shape = " x ".join(str(side) for side in report.shape)
    output.say(
        f"{report.name:9}  {shape:>10}  {report.count:6,}  "
        f"{report.mean_absolute_difference:20.3e}  {report.max_relative_error:18.3e}  "
        f"{report.kinks:5,}  {_verdict(report)}",
        "parameter",
        name=report.name,
        shape=report.shape,
        count=report.count,
        kinks=report.kinks,
        mean_absolute_difference=report.mean_absolute_difference,
        max_relative_error=report.max_relative_error,
        worst=report.worst,
        passed=report.passed,
    )


def _verdict(report: GradientReport) -> str:
    if report.verdict is None:
        return "nothing to compare"
    return "passed" if report.passed else "FAILED"


def _say_verdict(output: Output, reports: list[GradientReport], h: float) -> int:
    """Print the rule and the verdict on all parameters; return an exit status."""
    nothing = [report.name for report in reports if report.verdict is None]
    failed = [r.name for r in reports if not r.passed and r.name not in nothing]
    compared = sum(report.count - report.kinks for report in reports)
    verdict = (
        f"Not passed: {', '.join(failed)}" if failed else f"All passed: {compared:,} gradients"
    )
    if nothing:
        verdict += f"; nothing to compare in {', '.join(nothing)}: kinks and zeros only"
    output.say(
        "A parameter passes if its mean absolute difference is at most "
        f"{RELATIVE_TOLERANCE:g} of its mean absolute gradient\nplus {unresolved(h):g}, which "
        "central differences can't resolve. Errors are relative to the larger of the two\n"
        f"gradients, at least {RELATIVE_ERROR_FLOOR:g}. Kinks, where a Relu opened or shut between "
        "the two losses, are left out.\n"
        f"{verdict}",
        "verdict",
        passed=not failed,
        failed=failed,
        compared=compared,
        relative_tolerance=RELATIVE_TOLERANCE,
        unresolved=unresolved(h),
    )
    return FAILED if failed else 0


def _say_sweep(output: Output, found: Sweep) -> None:
    for point in found.points:
        mostly = "the best" if point == found.best else found.error_at(point) or "—"
        output.say(
            f"{point.h:7.0e}  {point.mean_absolute_difference:20.3e}  {point.kinks:6,}  {mostly}",
            "step",
            h=point.h,
            count=point.count,
            kinks=point.kinks,
            mean_absolute_difference=point.mean_absolute_difference,
            error=found.error_at(point),
        )
    best = found.best
    output.say(
        "Above the best h the error is mostly that of the cut-off Taylor series, which grows as "
        "h squared,\nbelow it the rounding of the losses, which grows as 1/h.",
        "best",
        h=None if best is None else best.h,
    )


def _count(written: str) -> int:
    count = int(written) if written.isdecimal() else 0
    if count < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number from 1 on, not {written!r}")
    return count


def _step(written: str) -> float:
    try:
        value = float(written)
    except ValueError:
        value = float("nan")
    if not STEPS.holds(value):
        raise argparse.ArgumentTypeError(f"must be a number from {STEPS}, not {written!r}")
    return value

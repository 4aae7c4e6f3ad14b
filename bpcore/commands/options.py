"""What the commands have in common: options, their checks, what is printed."""

from __future__ import annotations

import argparse
import json
import math
import os
from typing import TYPE_CHECKING, Any, NoReturn

from bpcore.config import (
    BUNDLED,
    CHOICES,
    DIGITS,
    FULL,
    LEARNING_RATES,
    PIXELS,
    RANGES,
    TrainingConfig,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from bpcore.terminal import Interruption

    Run = Callable[[argparse.Namespace, Interruption], int]
    Commands = argparse._SubParsersAction["Parser"]

FAILED, BAD_USE, INTERRUPTED = 1, 2, 130
"""Exit statuses; the last is what a shell reports for SIGINT."""

CONFIG_FLAGS = {
    "data": "--data",
    "hidden_sizes": "--layers",
    "activation": "--activation",
    "initializer": "--init",
    "weight_init_std": "--init-std",
    "optimizer": "--optimizer",
    "learning_rate": "--learning-rate",
    "batch_size": "--batch-size",
    "iterations": "--iterations",
    "weight_decay": "--weight-decay",
    "momentum": "--momentum",
    "beta1": "--beta1",
    "beta2": "--beta2",
    "seed": "--seed",
    "dtype": "--dtype",
}
"""Fields of TrainingConfig and their options."""

HELP = {
    "data": f'"{BUNDLED}" for the digits that come with Chainlight, "{FULL}" for all of MNIST once '
    "it is downloaded, or the folder of its four files, gzipped or not",
    "hidden_sizes": f"units per layer, from the {PIXELS} pixels to the {DIGITS} digits",
    "activation": "of the hidden layers",
    "initializer": "how large the initial weights are",
    "weight_init_std": "standard deviation of the initial weights, with --init std",
    "optimizer": "how a gradient changes the weights",
    "learning_rate": "factor of the gradient in an update",
    "batch_size": "examples per iteration",
    "iterations": "length of the run",
    "weight_decay": "factor of half the squared weights in the loss (L2)",
    "momentum": "share of its velocity that the optimizer momentum keeps",
    "beta1": "share of the mean gradient that the optimizer adam keeps",
    "beta2": "share of the mean square that the optimizer adam keeps",
    "seed": "of the initial weights and of the batches",
    "dtype": "type of all numbers",
}


class Parser(argparse.ArgumentParser):
    """A parser that says what is wrong in one line, without repeating the usage."""

    def error(self, message: str) -> NoReturn:
        """Print ``message`` and exit."""
        self.exit(BAD_USE, f"{self.prog}: {message.removeprefix('argument ')}\n")


def add_command(commands: Commands, name: str, run: Run, summary: str, description: str) -> Parser:
    """Add a command that ``run`` does, with the options that all have."""
    command = commands.add_parser(name, help=summary, description=description, allow_abbrev=False)
    command.set_defaults(run=run, graceful=True)
    command.add_argument("--json", action="store_true", help="print one JSON object per line")
    return command


def add_config(command: Parser, *names: str, **defaults: object) -> None:
    """Add options for fields of TrainingConfig; what is not given is not in the result."""
    for name in names:
        default = defaults.get(name, getattr(TrainingConfig, name))
        text = HELP[name]
        options: dict[str, Any] = {}
        if name in CHOICES:
            options["choices"] = CHOICES[name]
        elif name in RANGES:
            options |= {"type": number(name), "metavar": "N" if RANGES[name].whole else "X"}
            text += f", {RANGES[name]}"
        elif name == "hidden_sizes":
            options |= {"type": layers, "metavar": "N,N,…"}
            default = ",".join(str(size) for size in TrainingConfig().sizes)
        else:
            options |= {"type": data, "metavar": "DIR"}
        if name == "learning_rate":
            default = ", ".join(f"{rate:g} for {kind}" for kind, rate in LEARNING_RATES.items())
        command.add_argument(
            CONFIG_FLAGS[name],
            dest=name,
            default=argparse.SUPPRESS,
            help=f"{text} (default: {default})",
            **options,
        )


def config_of(options: argparse.Namespace, **defaults: object) -> TrainingConfig:
    """Return the configuration that ``options`` give, with the defaults of what they leave out."""
    given = given_config(options)
    optimizer = given.get("optimizer", TrainingConfig.optimizer)
    try:
        rate = LEARNING_RATES[optimizer]
        return TrainingConfig().replace(**({"learning_rate": rate} | defaults | given))
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def given_config(options: argparse.Namespace) -> dict[str, Any]:
    """Return the fields of TrainingConfig that were given."""
    return {name: value for name, value in vars(options).items() if name in CONFIG_FLAGS}


def data(written: str) -> str:
    """Read a source of digits; a folder as an absolute path, which means the same everywhere."""
    return written if written in ("", BUNDLED, FULL) else os.path.abspath(written)


def number(name: str) -> Callable[[str], float]:
    """Return what reads the number ``name`` of TrainingConfig, within its range."""
    allowed = RANGES[name]
    kind = "a whole number" if allowed.whole else "a number"

    def convert(written: str) -> float:
        try:
            value = int(written) if allowed.whole else float(written)
        except ValueError:
            value = math.nan
        if not allowed.holds(value):
            raise argparse.ArgumentTypeError(f"must be {kind} from {allowed}, not {written!r}")
        return value

    return convert


def layers(written: str) -> tuple[int, ...]:
    """Read ``784,50,10`` and return the hidden sizes ``(50,)``."""
    try:
        first, *hidden, last = (int(size) for size in written.split(","))
    except ValueError:
        first = last = 0
    if (first, last) != (PIXELS, DIGITS):
        raise argparse.ArgumentTypeError(
            f"must be units per layer from {PIXELS} to {DIGITS}, such as {PIXELS},50,{DIGITS}, "
            f"not {written!r}"
        )
    try:
        return TrainingConfig(hidden_sizes=tuple(hidden)).hidden_sizes
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


class Output:
    """Prints lines for people, or with ``--json`` objects for programs."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json

    def say(self, text: str, event: str, **values: object) -> None:
        """Print ``text``, or the object of ``event`` and ``values``; a number that is none is null.

        With an empty ``text`` there is nothing for people.
        """
        if self.as_json:
            shown = {"event": event} | {name: _finite(value) for name, value in values.items()}
            print(json.dumps(shown, allow_nan=False), flush=True)
        elif text:
            print(text, flush=True)


def _finite(value: object) -> object:
    return None if isinstance(value, float) and not math.isfinite(value) else value

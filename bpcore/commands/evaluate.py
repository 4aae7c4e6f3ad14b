"""``evaluate``: how well the network of a saved run reads digits."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bpcore.commands.options import FAILED, Output, add_command, add_config, given_config
from bpcore.datasets.mnist import CLASSES, load_dataset
from bpcore.evaluation import EvaluationError, evaluate
from bpcore.network import Network
from bpcore.run_file import load_run
from bpcore.steps import result_of
from bpcore.training import Trainer

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    import numpy.typing as npt

    from bpcore.commands.options import Commands
    from bpcore.terminal import Interruption


def add_to(commands: Commands) -> None:
    """Add the command."""
    command = add_command(
        commands,
        "evaluate",
        run,
        "print accuracy and confusion matrix of a saved run",
        "Read the digits of the test set with the network of a saved run, and count which are "
        "taken for which.",
    )
    command.set_defaults(graceful=False)  # there is nothing to save: Ctrl-C may end it anywhere
    command.add_argument("file", type=Path, metavar="FILE", help="a saved run")
    add_config(command, "data", data="what the run was trained on")
    command.add_argument(
        "--split", choices=("test", "train"), default="test", help="which digits (default: test)"
    )
    command.add_argument(
        "--at", type=int, metavar="K", help="with the network as it was at iteration K"
    )


def run(options: argparse.Namespace, interruption: Interruption) -> int:
    """Print accuracy and confusion matrix; return an exit status."""
    recording = load_run(options.file)
    config = recording.last_config
    state = recording.keyframes[-1]
    dataset = load_dataset(given_config(options).get("data", config.data))
    if options.at is not None and options.at != state.iteration:
        same = dataset.fingerprint == recording.data_hash
        trained_on = dataset if same else load_dataset(config.data)
        try:
            state = Trainer.resume(recording, trained_on).timeline.state_at(options.at)
        except IndexError as error:
            raise argparse.ArgumentTypeError(f"--at: {error}") from error
    network = Network.from_params(state.params, config.activation)
    try:
        found = result_of(evaluate(network, *dataset.split(options.split)))
    except EvaluationError as error:
        text = f"{error} Give it with --at; this is iteration {state.iteration:,}."
        print(text, file=sys.stderr)
        return FAILED
    counts, total, right = found.confusion, found.count, found.right
    sizes = "-".join(str(size) for size in config.sizes)
    Output(options.json).say(
        f"{options.file.name}, {sizes}, {config.activation}, iteration {state.iteration:,}: "
        f"{dataset.name}, {options.split} accuracy {found.accuracy:.4f} "
        f"({right:,} of {total:,})\n\n{_table(counts)}",
        "evaluation",
        file=str(options.file),
        iteration=state.iteration,
        data=dataset.name,
        split=options.split,
        accuracy=found.accuracy,
        right=right,
        total=total,
        confusion=counts.tolist(),
    )
    return 0


def _table(counts: npt.NDArray[np.int64]) -> str:
    """Return the matrix as text; a dot is a zero."""
    width = max(len(f"{counts.max():,}"), 3) + 2

    def line(head: str, cells: Iterable[str]) -> str:
        return f"{head:14}" + "".join(cell.rjust(width) for cell in cells)

    lines = [line("label, read as", map(str, range(CLASSES)))]
    for digit, row in enumerate(counts):
        lines.append(line(f"{digit:>5}", (f"{count:,}" if count else "·" for count in row)))
    return "\n".join(lines)

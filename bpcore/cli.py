"""The engine on the command line: ``python -m bpcore train``, ``check``, ``evaluate`` …."""

from __future__ import annotations

import argparse
import io
import os
import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING

from bpcore.commands import check, download, evaluate, train
from bpcore.commands.options import BAD_USE, FAILED, Parser
from bpcore.datasets.mnist import DatasetError
from bpcore.run_file import RunFileError
from bpcore.terminal import Interruption

if TYPE_CHECKING:
    from collections.abc import Sequence

BROKEN_PIPE = 141
"""What a shell reports for SIGPIPE."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command in ``argv``, by default the program's arguments; return an exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a sign that is not in its code page is no reason
            stream.reconfigure(errors="replace")  # to end a run
    parser = make_parser()
    options = parser.parse_args(argv)
    if options.command is None:
        parser.print_help(sys.stderr)
        return BAD_USE
    try:
        with Interruption() if options.graceful else nullcontext() as interruption:
            return int(options.run(options, interruption))
    except argparse.ArgumentTypeError as error:
        parser.error(str(error))
    except (DatasetError, RunFileError) as error:
        print(error, file=sys.stderr)
        return BAD_USE
    except MemoryError:
        print("There is not enough memory for this network and batch size.", file=sys.stderr)
        return FAILED
    except OSError as error:
        # What is still buffered must go nowhere, quietly, at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):  # nobody reads any more, so nobody wants to know
            return BROKEN_PIPE
        print(f"The output can't be written: {error.strerror or error}", file=sys.stderr)
        return FAILED


def make_parser() -> Parser:
    """Return the parser of all commands; ``run`` among its results is what to call with them."""
    parser = Parser(
        prog="python -m bpcore",
        description="Train the networks of Chainlight, check their gradients, evaluate them.",
        epilog="COMMAND --help lists the options of a command.",
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for module in (train, check, evaluate, download):
        module.add_to(commands)
    return parser

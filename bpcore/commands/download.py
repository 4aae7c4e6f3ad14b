"""``download``: all of MNIST, for ``--data full``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from bpcore.commands.options import INTERRUPTED, Output, add_command
from bpcore.datasets.download import DownloadCancelledError, download_mnist
from bpcore.terminal import ProgressBar

if TYPE_CHECKING:
    import argparse

    from bpcore.commands.options import Commands
    from bpcore.terminal import Interruption


def add_to(commands: Commands) -> None:
    """Add the command."""
    add_command(
        commands,
        "download",
        run,
        "download all of MNIST, for --data full",
        "Download the 60,000 + 10,000 digits of MNIST, 11.6 MB, into the user's cache.",
    )


def run(options: argparse.Namespace, interruption: Interruption) -> int:
    """Download, and print where to; return an exit status."""
    bar: ProgressBar | None = None

    def progress(done: int, total: int) -> None:
        nonlocal bar
        bar = bar or ProgressBar(total, "bytes")
        bar.show(done)

    try:
        folder = download_mnist(progress, lambda: interruption.wanted)
    except DownloadCancelledError as error:
        print(error, file=sys.stderr)
        return INTERRUPTED
    finally:
        if bar is not None:
            bar.clear()
    Output(options.json).say(f"All of MNIST is in {folder}", "downloaded", folder=str(folder))
    return 0

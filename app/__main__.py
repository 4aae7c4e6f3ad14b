"""The command: ``chainlight``, or ``python -m app``."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from app.display import problem

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Show the window, or write pictures of it; return an exit status."""
    arguments = _parser().parse_args(argv)
    # Before NumPy is imported: at this size of network one thread is the fastest, leaves the other
    # core to the window, and gives the same bits on every machine with the same library.
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    if arguments.snapshots:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        from app.snapshots import write_snapshots

        return write_snapshots(arguments.snapshots, arguments.size, arguments.theme or "dark")
    if sentence := problem():
        print(sentence, file=sys.stderr)
        return 2
    from app.application import close_on_interrupt, create, share_time

    app, window = create(sys.argv[:1], theme_choice=arguments.theme)
    close_on_interrupt(window)
    share_time(window)
    window.show()
    return app.exec()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="chainlight", description="See backpropagation happen on a real network."
    )
    parser.add_argument(
        "--snapshots", metavar="DIR", help="train briefly and write a PNG of every page to DIR"
    )
    parser.add_argument(
        "--size", type=_size, default=(1280, 800), metavar="WxH", help="of snapshots; 1280x800"
    )
    parser.add_argument("--theme", choices=("system", "dark", "light"), default="")
    return parser


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().replace("×", "x").partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise argparse.ArgumentTypeError(f"{text!r} is not WIDTHxHEIGHT, like 1280x720")
    size = int(width), int(height)
    if not (1024 <= size[0] <= 7680 and 640 <= size[1] <= 4320):
        raise argparse.ArgumentTypeError(f"{text} is not between 1024x640 and 7680x4320")
    return size


if __name__ == "__main__":
    sys.exit(main())

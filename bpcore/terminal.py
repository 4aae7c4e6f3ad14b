"""What a command needs of a terminal: a progress bar, and an end when Ctrl-C is pressed."""

from __future__ import annotations

import signal
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)
BAR_WIDTH = 30
BAR_INTERVAL = 0.1


class ProgressBar:
    """A line on stderr that shows how far it is; nothing where stderr is no terminal."""

    def __init__(self, total: int, unit: str) -> None:
        self._total = total
        self._unit = unit
        self._enabled = bool(sys.stderr) and sys.stderr.isatty()
        self.done = 0
        self._next = 0.0
        self._shown = 0

    def show(self, done: int, note: str = "") -> None:
        """Redraw the line, but not more often than a person can read."""
        self.done = done
        if self._enabled and time.perf_counter() >= self._next:
            filled = BAR_WIDTH * done // self._total
            line = (
                f"[{'#' * filled:.<{BAR_WIDTH}}] {done:,} of {self._total:,} {self._unit}  {note}"
            )
            print(f"\r{line:{self._shown}}", end="", file=sys.stderr, flush=True)
            self._shown = len(line)
            self._next = time.perf_counter() + BAR_INTERVAL

    def clear(self) -> None:
        """Take the line away, so that another can be printed in its place."""
        if self._shown:
            print(f"\r{'':{self._shown}}\r", end="", file=sys.stderr, flush=True)
            self._shown = 0


class Interruption:
    """Ctrl-C as a wish, granted between two iterations; a second one ends the program at once.

    So is SIGTERM, with which a scheduler ends a program whose time is over.
    """

    def __init__(self) -> None:
        self.wanted = False

    def __enter__(self) -> Interruption:
        self._before = {number: signal.getsignal(number) for number in SIGNALS}
        for number, handler in self._before.items():
            if handler is not signal.SIG_IGN:  # as in a background job: it is not meant for us
                signal.signal(number, self._wish)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler or signal.SIG_DFL)

    def shield(self) -> None:
        """Wish no more: what is left to do is short, and must be done."""
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)

    def _wish(self, signal_number: int, frame: FrameType | None) -> None:
        self.wanted = True
        signal.signal(signal_number, signal.default_int_handler)

"""What became of the runs when all was to be saved for the last time."""

from __future__ import annotations

from threading import Event


class LastSave:
    """Is asked for by the window, and answered by the training thread."""

    def __init__(self) -> None:
        self._trouble = ""
        self._runs: tuple[int, ...] = ()
        self._answered = Event()

    def take(self, trouble: str, runs: tuple[int, ...]) -> bool:
        """Take the answer: why ``runs`` can't be saved; return whether all could be."""
        self._trouble, self._runs = trouble, runs
        self._answered.set()
        return not runs

    def wait(self, timeout: float) -> tuple[str, tuple[int, ...]]:
        """Wait for the answer, so many seconds at most; without one no trouble is known."""
        if not self._answered.wait(timeout):
            return "", ()
        return self._trouble, self._runs

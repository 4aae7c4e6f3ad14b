"""Saving all that there is before the program ends, and what of it can't be saved."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Event
from typing import TYPE_CHECKING

from app.lab import sentence
from app.run_files import is_free, taken
from bpcore.run_file import save_run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from app.run_entries import InMemory, RunEntry


@dataclass(frozen=True, eq=False)
class AtRisk:
    """The runs that would be lost with the program, and why they can't be saved."""

    runs: tuple[RunEntry, ...]
    trouble: str


class LastSave:
    """Is asked for by the window, and done in the training thread.

    ``in_memory`` are runs that could not be saved before; it is tried once more.
    """

    def __init__(self, in_memory: Mapping[str, InMemory]) -> None:
        self._in_memory = dict(in_memory)
        self._answered = Event()
        self.trouble = ""
        self.runs: tuple[int, ...] = ()
        self.keys: tuple[str, ...] = ()

    def do(self, trouble: str, runs: Sequence[int]) -> bool:
        """Save those in memory, too; return whether all is saved, ``runs`` with their ``trouble``.

        Called in the training thread.
        """
        keys = []
        for key, run in self._in_memory.items():
            why = "" if run.path is None else _trouble(run.path, run)
            if why:
                keys.append(key)
                trouble = trouble or why
        self.trouble, self.runs, self.keys = trouble, tuple(runs), tuple(keys)
        self._answered.set()
        return not runs and not keys

    def wait(self, timeout: float) -> bool:
        """Return whether it is known within so many seconds."""
        return self._answered.wait(timeout)


def _trouble(path: Path, run: InMemory) -> str:
    """Save a run; return why it can't be."""
    try:
        if not is_free(path):
            return str(taken(path))
        path.parent.mkdir(parents=True, exist_ok=True)
        save_run(path, run.recording)
    except Exception as error:  # whatever it is, its user must hear of it
        return sentence(error)
    return ""

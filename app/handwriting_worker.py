"""The thread that learns a handwriting, and reads and writes what is kept of it."""

from __future__ import annotations

import time
from functools import partial
from queue import Empty, SimpleQueue
from threading import Lock
from typing import TYPE_CHECKING

from PySide6.QtCore import QThread, Signal

from bpcore.adaptation import AdaptationError, adapt
from bpcore.handwriting import (
    CorrectionSet,
    HandwritingError,
    load_corrections,
    save_corrections,
)
from bpcore.own_network import OwnNetwork, save_own_network

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from bpcore.adaptation import Adaptation
    from bpcore.datasets.mnist import Dataset
    from bpcore.reader import Reader

NEWS_INTERVAL = 0.03
"""Seconds between two reports of progress."""


class HandwritingWorker(QThread):
    """Does commands in the order in which they were posted; learns a step at a time in between.

    The thread starts with the first command. ``progressed``, ``learned`` and ``stopped`` carry the
    number of the learning that they belong to, the others what was read or written, or a sentence:
    ``trouble`` if the corrections can't be kept as they come, ``failed`` for all else.
    """

    loaded = Signal(object)
    imported = Signal(str, object)
    exported = Signal(str)
    saved = Signal()
    own_saved = Signal(object)
    own_gone = Signal()
    failed = Signal(str)
    trouble = Signal(str)
    progressed = Signal(int, float)
    learned = Signal(int, object)
    stopped = Signal(int, str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("handwriting")
        self._commands: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._lock = Lock()
        self._ending = False
        self._waiting: tuple[Path, CorrectionSet, bool] | None = None
        self._kept = CorrectionSet()
        self._damaged: Path | None = None
        self._number = 0
        self._learning: Generator[float, None, Adaptation] | None = None
        self._told = 0.0

    # Called in the thread of the window.

    def load(self, path: Path) -> None:
        """Read what is kept; ``loaded`` answers, with None if it can't be read."""
        self._post(partial(self._load, path))

    def save(self, path: Path, corrections: CorrectionSet, *, join: bool) -> None:
        """Keep ``corrections`` in place of what is kept, or with it if they ``join`` it.

        Of several saves that wait only the last is done.
        """
        with self._lock:
            self._waiting = path, corrections, join
        self._post(self._save)

    def import_from(self, path: Path) -> None:
        """Read the corrections of a file that somebody chose."""
        self._post(partial(self._import, path))

    def export(self, path: Path, corrections: CorrectionSet) -> None:
        """Write ``corrections`` to a file that somebody chose."""
        self._post(partial(self._export, path, corrections))

    def save_own(self, path: Path, own: OwnNetwork) -> None:
        """Keep a network."""
        self._post(partial(self._save_own, path, own))

    def discard_own(self, path: Path) -> None:
        """Delete the network that is kept."""
        self._post(partial(self._discard_own, path))

    def learn(self, number: int, reader: Reader, kept: CorrectionSet, digits: Dataset) -> None:
        """Begin to learn ``kept``, in place of what is being learned."""
        self._post(partial(self._begin, number, adapt(reader, kept, digits)))

    def cancel(self) -> None:
        """Stop learning."""
        self._post(self._forget)

    def end(self) -> None:
        """Let the thread end once what was posted is done; what is being learned is given up."""
        self._ending = True
        if self.isRunning():
            self._commands.put(self._forget)

    def _post(self, command: Callable[[], None]) -> None:
        self._commands.put(command)
        if not self.isRunning() and not self._ending:
            self.start()

    # The thread itself.

    def run(self) -> None:
        """Do commands; learn in between."""
        while not self._ending or not self._commands.empty():
            try:
                command = self._commands.get(block=self._learning is None)
            except Empty:
                command = self._advance
            try:
                command()
            except HandwritingError as error:
                self.failed.emit(str(error))
            except MemoryError:
                self.failed.emit(self.tr("There is not enough memory for this."))
            except Exception as error:  # whatever it is, the window must live on and say so
                self.failed.emit(f"{type(error).__name__}: {error}")

    def _begin(self, number: int, learning: Generator[float, None, Adaptation]) -> None:
        self._number, self._learning = number, learning

    def _forget(self) -> None:
        self._learning = None

    def _advance(self) -> None:
        assert self._learning is not None
        try:
            share = next(self._learning)
        except StopIteration as end:
            self._learning = None
            self.learned.emit(self._number, end.value)
        except AdaptationError as error:
            self._stop(str(error))
        except MemoryError:
            self._stop(self.tr("There is not enough memory to learn from so much."))
        except Exception as error:  # as above, and whoever waits for the end must not wait forever
            self._stop(f"{type(error).__name__}: {error}")
        else:
            now = time.perf_counter()
            if now - self._told >= NEWS_INTERVAL:
                self._told = now
                self.progressed.emit(self._number, share)

    def _stop(self, message: str) -> None:
        self._learning = None
        self.stopped.emit(self._number, message)

    def _load(self, path: Path) -> None:
        try:
            self._kept = load_corrections(path)
            self.loaded.emit(self._kept)
        except HandwritingError as error:
            self._damaged = path
            self.loaded.emit(None)
            self.trouble.emit(str(error))

    def _save(self) -> None:
        with self._lock:
            waiting, self._waiting = self._waiting, None
        if waiting is None:
            return
        path, corrections, join = waiting
        try:
            if join:
                corrections = self._kept.merged(corrections)
            if self._damaged is not None:
                _put_aside(self._damaged)
                self._damaged = None
            save_corrections(path, corrections)
        except HandwritingError as error:
            self.trouble.emit(str(error))
        else:
            self.saved.emit()

    def _import(self, path: Path) -> None:
        self.imported.emit(path.name, load_corrections(path))

    def _export(self, path: Path, corrections: CorrectionSet) -> None:
        save_corrections(path, corrections)
        self.exported.emit(path.name)

    def _save_own(self, path: Path, own: OwnNetwork) -> None:
        save_own_network(path, own)
        self.own_saved.emit(own)

    def _discard_own(self, path: Path) -> None:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise HandwritingError(
                f"{path.name}: can't be deleted ({error.strerror or error})"
            ) from error
        self.own_gone.emit()


def _put_aside(path: Path) -> None:
    """Give a file that can't be read another name: a later Chainlight may be able to read it."""
    names = (path.with_stem(f"{path.stem} (unreadable {n})") for n in range(1, 1000))
    aside = next((name for name in names if not name.exists()), None)
    try:
        if aside is not None and path.exists():
            path.rename(aside)
    except OSError as error:
        raise HandwritingError(
            f"{path.name}: can't be put aside ({error.strerror or error})"
        ) from error

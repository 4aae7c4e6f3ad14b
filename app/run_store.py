"""The thread that reads and writes the files of runs, one at a time."""

from __future__ import annotations

import weakref
from functools import partial
from queue import SimpleQueue
from threading import Event
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QThread, Signal

from app.lab import sentence

if TYPE_CHECKING:
    from collections.abc import Callable


WAIT_SECONDS = 60.0
"""Most seconds that a file waits for training: as long as accuracies of a huge network may take."""


class _Thread(QThread):
    done = Signal(int, object)
    failed = Signal(int, str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("runStore")
        self.work: SimpleQueue[tuple[int, Callable[[], object]] | None] = SimpleQueue()

    def run(self) -> None:
        while self._do(self.work.get()):
            pass

    def _do(self, job: tuple[int, Callable[[], object]] | None) -> bool:
        """Do a job, and hold nothing of it afterwards; return False at the end."""
        if job is None:
            return False
        number, work = job
        try:
            result = work()
        except Exception as error:  # whatever it is, the window must live on and say so
            self.failed.emit(number, sentence(error))
        else:
            self.done.emit(number, result)
        return True


class RunStore(QObject):
    """Does what takes long with files, in order; answers in the thread of the window.

    The thread starts with the first job. ``failed`` carries a sentence. ``call_trainer`` has the
    training thread call something once all that was asked of it is done.
    """

    failed = Signal(str)

    def __init__(
        self,
        call_trainer: Callable[[Callable[[], None]], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._call_trainer = call_trainer
        self._waits: list[Event] = []
        self.thread_ = _Thread()
        self.thread_.done.connect(self._done)
        self.thread_.failed.connect(self._failed)
        self._count = 0
        self._answers: dict[
            int, tuple[Callable[[object], None], Callable[[], bool | None] | None]
        ] = {}
        self._ended = False
        # However the program ends: a thread that outlives its QThread object would abort it.
        self._end_thread = weakref.finalize(self, _end_thread, self.thread_)

    def do(
        self,
        work: Callable[[], object],
        then: Callable[[object], None],
        otherwise: Callable[[], bool | None] | None = None,
    ) -> None:
        """Do ``work`` in the thread; give its result to ``then``, or call ``otherwise``.

        If that returns True it made up for the failure, and nothing is said of it.
        """
        if self._ended:
            return
        self._count += 1
        self._answers[self._count] = then, otherwise
        self.thread_.work.put((self._count, work))
        if not self.thread_.isRunning():
            self.thread_.start()

    def do_once_saved(
        self,
        work: Callable[[], object],
        then: Callable[[Any], None],
        otherwise: Callable[[], bool | None] | None = None,
    ) -> None:
        """Do something with a file once all has been saved that training has to save by now."""
        saved = Event()
        self._waits = [*(wait for wait in self._waits if not wait.is_set()), saved]
        self._call_trainer(saved.set)
        self.do(partial(_once, saved, work), then, otherwise)

    def close(self, timeout: float) -> bool:
        """End the thread after what was asked; return whether it ended within so many seconds."""
        self._ended = True
        for wait in self._waits:
            wait.set()  # training has ended before, and all is saved
        self.thread_.work.put(None)
        return self.thread_.wait(round(timeout * 1000))

    def _done(self, number: int, result: object) -> None:
        then, _ = self._answers.pop(number)
        if not self._ended:
            then(result)

    def _failed(self, number: int, message: str) -> None:
        _, otherwise = self._answers.pop(number)
        if not self._ended:
            if otherwise is None or not otherwise():
                self.failed.emit(message)


def _once(saved: Event, work: Callable[[], object]) -> object:
    saved.wait(WAIT_SECONDS)
    return work()


def _end_thread(thread: _Thread) -> None:
    thread.work.put(None)
    thread.wait()

"""The thread that reads and writes the files of runs, one at a time."""

from __future__ import annotations

import weakref
from queue import SimpleQueue
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, Signal

from bpcore.run_file import RunFileError

if TYPE_CHECKING:
    from collections.abc import Callable


class _Thread(QThread):
    done = Signal(int, object)
    failed = Signal(int, str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("runStore")
        self.work: SimpleQueue[tuple[int, Callable[[], object]] | None] = SimpleQueue()

    def run(self) -> None:
        while (job := self.work.get()) is not None:
            number, work = job
            try:
                result = work()
            except RunFileError as error:
                self.failed.emit(number, str(error))
            except MemoryError:
                self.failed.emit(number, self.tr("There is not enough memory for this run."))
            except Exception as error:  # whatever it is, the window must live on and say so
                self.failed.emit(number, f"{type(error).__name__}: {error}")
            else:
                self.done.emit(number, result)


class RunStore(QObject):
    """Does what takes long with files, in order; answers in the thread of the window.

    The thread starts with the first job. ``failed`` carries a sentence.
    """

    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.thread_ = _Thread()
        self.thread_.done.connect(self._done)
        self.thread_.failed.connect(self._failed)
        self._count = 0
        self._answers: dict[int, tuple[Callable[[object], None], Callable[[], None] | None]] = {}
        self._ended = False
        # However the program ends: a thread that outlives its QThread object would abort it.
        self._end_thread = weakref.finalize(self, _end_thread, self.thread_)

    def do(
        self,
        work: Callable[[], object],
        then: Callable[[object], None],
        otherwise: Callable[[], None] | None = None,
    ) -> None:
        """Do ``work`` in the thread; give its result to ``then``, or call ``otherwise``."""
        if self._ended:
            return
        self._count += 1
        self._answers[self._count] = then, otherwise
        self.thread_.work.put((self._count, work))
        if not self.thread_.isRunning():
            self.thread_.start()

    def close(self, timeout: float) -> bool:
        """End the thread after what was asked; return whether it ended within so many seconds."""
        self._ended = True
        self.thread_.work.put(None)
        return self.thread_.wait(round(timeout * 1000))

    def _done(self, number: int, result: object) -> None:
        then, _ = self._answers.pop(number)
        if not self._ended:
            then(result)

    def _failed(self, number: int, message: str) -> None:
        _, otherwise = self._answers.pop(number)
        if not self._ended:
            if otherwise is not None:
                otherwise()
            self.failed.emit(message)


def _end_thread(thread: _Thread) -> None:
    thread.work.put(None)
    thread.wait()

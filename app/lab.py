"""The thread that examines networks: many questions, each answered a step at a time, in turn."""

from __future__ import annotations

import contextlib
import math
import time
import weakref
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Event
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QCoreApplication, QObject, QThread, Signal

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    Work: TypeAlias = Callable[[], Generator[float, None, object]]

NEWS_INTERVAL = 0.03
"""Seconds between two reports of progress of a question."""

BREATH = 0.0002
"""Seconds after each step that belong to the window and to the thread that trains."""


class Laboratory(QObject):
    """Answers questions in one thread of its own, which starts with the first that is asked.

    Each step of a question is short, and the questions under way take turns: a long one does not
    hold up a short one.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._questions: list[Question] = []
        self._closed = False
        self._thread = _Thread()
        self._thread.advanced.connect(self._tell_progress)
        self._thread.answered.connect(self._tell_answer)
        self._thread.failed.connect(self._tell_failure)
        # However the program ends: a thread that outlives its QThread object would abort it.
        self._end_thread = weakref.finalize(self, _end_thread, self._thread)

    @property
    def running(self) -> bool:
        """Whether the thread is there."""
        return self._thread.isRunning()

    def close(self, timeout: float = 10.0) -> bool:
        """Give up all questions and end the thread after the step it is in.

        Returns whether it ended within ``timeout`` seconds.
        """
        self._closed = True
        for question in self._questions:
            question.cancel()
        self._thread.end()
        return self._thread.wait(round(timeout * 1000))

    def _admit(self, question: Question) -> int:
        self._questions.append(question)
        return len(self._questions) - 1

    def _post(self, key: int, number: int, work: Work | None) -> bool:
        """Let question ``key`` be worked at, or not any more; return whether it will be."""
        if self._closed:
            return False
        self._thread.asks.put((key, number, work))
        if work is not None and not self._thread.isRunning():
            self._thread.start()
        return work is not None

    def _tell_progress(self, key: int, number: int, share: float) -> None:
        self._questions[key]._take_progress(number, share)

    def _tell_answer(self, key: int, number: int, answer: object) -> None:
        self._questions[key]._take_answer(number, answer)

    def _tell_failure(self, key: int, number: int, message: str) -> None:
        self._questions[key]._take_failure(number, message)


class Question(QObject):
    """Something that is asked again and again: only the newest time counts.

    ``answered`` carries what the work returned, ``progressed`` the share done, 0 to 1, ``failed`` a
    sentence. All three arrive in the thread of the window, and never for an ask that was followed
    by another or cancelled.
    """

    answered = Signal(object)
    progressed = Signal(float)
    failed = Signal(str)

    def __init__(self, laboratory: Laboratory, name: str) -> None:
        super().__init__(laboratory)
        self.setObjectName(name)
        self._laboratory = laboratory
        self._key = laboratory._admit(self)
        self._number = 0
        self._busy = False

    @property
    def busy(self) -> bool:
        """Whether an answer is on its way."""
        return self._busy

    def ask(self, work: Work) -> None:
        """Let the laboratory do ``work``, in place of what this question asked before.

        ``work`` is called in the laboratory's thread, as the generator it returns is: it yields the
        share done after each short step.
        """
        self._number += 1
        self._busy = self._laboratory._post(self._key, self._number, work)

    def cancel(self) -> None:
        """Want no answer any more."""
        if self._busy:
            self._number += 1
            self._busy = False
            self._laboratory._post(self._key, self._number, None)

    def _take_progress(self, number: int, share: float) -> None:
        if number == self._number:
            self.progressed.emit(share)

    def _take_answer(self, number: int, answer: object) -> None:
        if number == self._number:
            self._busy = False
            self.answered.emit(answer)

    def _take_failure(self, number: int, message: str) -> None:
        if number == self._number:
            self._busy = False
            self.failed.emit(message)


@dataclass
class _Job:
    """What a question is at: the ask of this number."""

    number: int
    generator: Generator[float, None, object]
    told: float = -math.inf

    def close(self) -> None:
        with contextlib.suppress(Exception):  # nobody waits for what it would have to say
            self.generator.close()


class _Thread(QThread):
    """Advances the generators; signals carry the question's key and the number of the ask."""

    advanced = Signal(int, int, float)
    answered = Signal(int, int, object)
    failed = Signal(int, int, str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("laboratory")
        self.asks: SimpleQueue[tuple[int, int, Work | None]] = SimpleQueue()
        self._jobs: dict[int, _Job] = {}
        self._ending = Event()

    def end(self) -> None:
        """Let the thread end after the step it is in. Called in any thread."""
        self._ending.set()
        self.asks.put((-1, 0, None))

    def run(self) -> None:
        """Take asks; advance what is asked by a step each."""
        while not self._ending.is_set():
            self._take_asks(wait=not self._jobs)
            for key in tuple(self._jobs):
                if self._ending.is_set():
                    break
                self._advance(key)
                time.sleep(BREATH)
                self._take_asks(wait=False)
        for job in self._jobs.values():
            job.close()
        self._jobs.clear()

    def _take_asks(self, *, wait: bool) -> None:
        newest: dict[int, tuple[int, Work | None]] = {}
        with contextlib.suppress(Empty):
            while not self._ending.is_set():
                key, number, work = self.asks.get(block=wait)
                newest[key] = number, work
                wait = False
        for key, (number, work) in newest.items():
            if key in self._jobs:
                self._jobs.pop(key).close()
            if work is not None:
                self._begin(key, number, work)

    def _begin(self, key: int, number: int, work: Work) -> None:
        try:
            self._jobs[key] = _Job(number, work())
        except Exception as error:  # whatever it is, the window must live on and say so
            self.failed.emit(key, number, sentence(error))

    def _advance(self, key: int) -> None:
        job = self._jobs.get(key)
        if job is None:
            return
        try:
            share = next(job.generator)
        except StopIteration as end:
            del self._jobs[key]
            self.answered.emit(key, job.number, end.value)
        except Exception as error:  # as above
            del self._jobs[key]
            self.failed.emit(key, job.number, sentence(error))
        else:
            now = time.perf_counter()
            if now - job.told >= NEWS_INTERVAL:
                job.told = now
                self.advanced.emit(key, job.number, share)


def sentence(error: Exception) -> str:
    """Say what went wrong; an error of Chainlight's own says it itself."""
    if isinstance(error, MemoryError):
        return QCoreApplication.translate("Laboratory", "There is not enough memory for this.")
    if type(error).__module__.partition(".")[0] in ("app", "bpcore"):
        return str(error)
    text = QCoreApplication.translate("Laboratory", "This did not work: {0}.")
    return text.format(f"{type(error).__name__}: {error}")


def _end_thread(thread: _Thread) -> None:
    thread.end()
    thread.wait()

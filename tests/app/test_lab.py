import itertools
import threading

import pytest
from PySide6.QtCore import QThread
from PySide6.QtWidgets import QApplication

from app import lab
from app.lab import Laboratory, Question
from bpcore.folders import FolderError


@pytest.fixture
def laboratory(qapp):
    made = Laboratory()
    yield made
    assert made.close()
    assert not made.running


def kept(work, held: list):
    """``work``, whose generators ``held`` has: only ``close`` ends them, not their deletion."""

    def begin():
        held.append(work())
        return held[-1]

    return begin


class Heard:
    """What a question said, in order."""

    def __init__(self, question: Question) -> None:
        self.said: list[tuple[str, object]] = []
        self.threads: set[QThread] = set()
        question.answered.connect(lambda answer: self._hear("answered", answer))
        question.progressed.connect(lambda share: self._hear("progressed", share))
        question.failed.connect(lambda message: self._hear("failed", message))

    def _hear(self, kind: str, what: object) -> None:
        self.said.append((kind, what))
        self.threads.add(QThread.currentThread())

    def of(self, kind: str) -> list[object]:
        return [what for each, what in self.said if each == kind]


def counting(steps: int, answer: object = "done", into: list | None = None, name: str = ""):
    def work():
        for step in range(steps):
            if into is not None:
                into.append(f"{name}{step}")
            yield (step + 1) / steps
        return answer

    return work


def behind(gate: threading.Event, work, reached: threading.Event | None = None):
    """``work``, whose first step waits until the gate is open."""

    def held():
        if reached is not None:
            reached.set()
        assert gate.wait(20)
        yield 0.0
        return (yield from work())

    return held


def raising(error: Exception):
    def work():
        yield 0.5
        raise error

    return work


def heard(laboratory: Laboratory, name: str = "q") -> tuple[Question, Heard]:
    question = Question(laboratory, name)
    return question, Heard(question)


def test_an_answer_arrives_in_the_thread_of_the_window(qtbot, laboratory) -> None:
    question, said = heard(laboratory)
    with qtbot.waitSignal(question.answered):
        question.ask(counting(3, {"a": 1}))
        assert question.busy
    assert not question.busy
    assert said.of("answered") == [{"a": 1}]
    assert said.threads == {QApplication.instance().thread()}


def test_the_thread_starts_with_the_first_question(qtbot, laboratory) -> None:
    question, _ = heard(laboratory)
    assert not laboratory.running
    with qtbot.waitSignal(question.answered):
        question.ask(counting(1))
    assert laboratory.running


def test_work_runs_in_the_laboratory(qtbot, laboratory) -> None:
    question, said = heard(laboratory)

    def work():
        yield 0.0
        return QThread.currentThread().objectName()

    with qtbot.waitSignal(question.answered):
        question.ask(work)
    assert said.of("answered") == ["laboratory"]


def test_questions_take_turns(qtbot, laboratory) -> None:
    (long, _), (short, _) = heard(laboratory, "long"), heard(laboratory, "short")
    gate, order = threading.Event(), []
    long.ask(behind(gate, counting(4, into=order, name="long")))
    short.ask(counting(2, into=order, name="short"))
    with qtbot.waitSignals([long.answered, short.answered]):
        gate.set()
    # The thread may have taken the long one before the short one was asked, or both at once.
    first, second = ("short", "long") if order[0] == "short0" else ("long", "short")
    turns = [f"{name}{n}" for n in range(2) for name in (first, second)]
    assert order == [*turns, "long2", "long3"]


def test_the_newest_ask_wins_and_the_older_one_is_closed(qtbot, laboratory) -> None:
    question, said = heard(laboratory)
    gate, reached, closed, held = threading.Event(), threading.Event(), threading.Event(), []

    def endless():
        try:
            while True:
                yield 0.0
        finally:
            closed.set()

    question.ask(behind(gate, endless, reached))
    assert reached.wait(20)
    question.ask(counting(1, "newer"))
    question.ask(counting(1, "newest"))
    with qtbot.waitSignal(question.answered):
        gate.set()
    assert said.of("answered") == ["newest"]

    with qtbot.waitSignal(question.progressed):
        question.ask(kept(endless, held))
    with qtbot.waitSignal(question.answered):
        question.ask(counting(1, "after"))
    assert closed.is_set()
    assert said.of("answered") == ["newest", "after"]


def test_of_asks_that_wait_only_the_newest_is_begun(qtbot, laboratory) -> None:
    (other, _), (question, _) = heard(laboratory, "other"), heard(laboratory)
    gate, reached, begun = threading.Event(), threading.Event(), []
    other.ask(behind(gate, counting(1), reached))
    assert reached.wait(20)
    for name in ("first", "second", "third"):
        question.ask(counting(1, name, begun, name))
    with qtbot.waitSignal(question.answered) as blocker:
        gate.set()
    assert blocker.args == ["third"]
    assert begun == ["third0"]


def test_an_answer_that_comes_after_a_newer_ask_is_dropped(qtbot, laboratory) -> None:
    (question, said), (other, _) = heard(laboratory), heard(laboratory, "other")
    gate = threading.Event()
    question.ask(counting(1, "old"))
    answered = threading.Event()

    def after():
        yield 0.0
        yield 0.5
        answered.set()  # its turn comes after the one in which the old answer was given
        return None

    other.ask(after)
    assert answered.wait(20)  # the old answer lies in the window's queue now
    question.ask(behind(gate, counting(1, "new")))
    QApplication.processEvents()
    assert said.of("answered") == []
    assert question.busy
    with qtbot.waitSignal(question.answered):
        gate.set()
    assert said.of("answered") == ["new"]


def test_a_cancelled_question_says_nothing_any_more(qtbot, laboratory) -> None:
    (question, said), (other, _) = heard(laboratory), heard(laboratory, "other")
    gate, reached, closed = threading.Event(), threading.Event(), []

    def work():
        try:
            yield 0.5
            return "late"
        finally:
            closed.append(True)

    question.ask(behind(gate, work, reached))
    assert reached.wait(20)
    question.cancel()
    assert not question.busy
    with qtbot.waitSignal(other.answered):
        other.ask(counting(2))
        gate.set()
    assert said.said == []
    with qtbot.waitSignal(question.answered):
        question.ask(counting(1, "again"))
    assert said.of("answered") == ["again"]


def test_progress_is_reported_at_most_every_thirty_milliseconds(
    qtbot, laboratory, monkeypatch
) -> None:
    now = [0.0]
    monkeypatch.setattr(lab.time, "perf_counter", lambda: now[0])
    question, said = heard(laboratory)

    def work():
        for tick in range(100):  # 5 ms each
            now[0] = tick * 0.005
            yield tick / 100
        return None

    with qtbot.waitSignal(question.answered):
        question.ask(work)
    shares = said.of("progressed")
    assert shares[0] == 0.0
    gaps = [round((b - a) * 100) for a, b in itertools.pairwise(shares)]
    assert min(gaps) >= 6
    assert len(shares) >= 14
    assert [kind for kind, _ in said.said][-1] == "answered"


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (MemoryError(), "There is not enough memory for this."),
        (FolderError("The folder is gone: choose another."), "The folder is gone: choose another."),
        (ValueError("no"), "This did not work: ValueError: no."),
    ],
    ids=["memory", "own", "other"],
)
def test_a_failure_is_one_sentence(qtbot, laboratory, error, message) -> None:
    question, said = heard(laboratory)
    with qtbot.waitSignal(question.failed):
        question.ask(raising(error))
    assert said.of("failed") == [message]
    assert said.of("answered") == []
    assert not question.busy
    with qtbot.waitSignal(question.answered):  # and the thread lives on
        question.ask(counting(1))


def test_work_that_can_not_even_begin_fails_too(qtbot, laboratory) -> None:
    question, said = heard(laboratory)

    def work():
        raise ValueError("at once")

    with qtbot.waitSignal(question.failed):
        question.ask(work)
    assert said.of("failed") == ["This did not work: ValueError: at once."]


def test_one_that_fails_leaves_the_others_alone(qtbot, laboratory) -> None:
    (bad, _), (good, said) = heard(laboratory, "bad"), heard(laboratory, "good")
    with qtbot.waitSignals([bad.failed, good.answered]):
        bad.ask(raising(ValueError("no")))
        good.ask(counting(5, "good"))
    assert said.of("answered") == ["good"]


def test_an_answer_may_lead_to_the_next_question(qtbot, laboratory) -> None:
    question, said = heard(laboratory)
    question.answered.connect(lambda n: question.ask(counting(1, n + 1)) if n < 3 else None)
    question.ask(counting(1, 0))
    qtbot.waitUntil(lambda: said.of("answered") == [0, 1, 2, 3])
    assert not question.busy


def test_closing_ends_the_thread_and_closes_what_is_under_way(qtbot) -> None:
    laboratory = Laboratory()
    question, said = heard(laboratory)
    closed, held = [], []

    def endless():
        try:
            while True:
                yield 0.0
        finally:
            closed.append(QThread.currentThread().objectName())

    with qtbot.waitSignal(question.progressed):
        question.ask(kept(endless, held))
    assert laboratory.close(10)
    assert closed == ["laboratory"]
    assert not laboratory.running
    assert not question.busy
    count = len(said.said)
    question.ask(counting(1))
    assert not question.busy
    QApplication.processEvents()
    assert len(said.said) == count


def test_closing_gives_up_waiting_for_a_step_without_end(qtbot) -> None:
    laboratory = Laboratory()
    question, _ = heard(laboratory)
    gate, reached = threading.Event(), threading.Event()
    question.ask(behind(gate, counting(1), reached))
    assert reached.wait(20)
    assert not laboratory.close(0.01)
    gate.set()
    assert laboratory.close()


def test_one_that_was_never_asked_closes_at_once(qapp) -> None:
    laboratory = Laboratory()
    assert laboratory.close()
    assert not laboratory.running


def test_a_laboratory_that_nobody_closed_ends_its_thread(qtbot) -> None:
    laboratory = Laboratory()
    question, _ = heard(laboratory)
    thread = laboratory._thread
    with qtbot.waitSignal(question.answered):
        question.ask(counting(1))
    laboratory._end_thread()
    assert thread.isFinished()

from collections.abc import Iterator
from threading import Event

import pytest
from small_runs import SMALL

from app.past import Past
from app.plans import Plan
from app.seeker import COARSE_SEEK, Seeker, Wish
from app.session import Session
from app.training_worker import GIVES_WAY, TrainingWorker
from bpcore.datasets.mnist import load_dataset
from bpcore.training import Trainer


class Way(Event):
    """Notes what is waited for, and never lets it be long."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float | None] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.waits.append(timeout)
        return self.is_set()


@pytest.fixture
def trained() -> Trainer:
    trainer = Trainer(SMALL, load_dataset("bundled"))
    for _ in trainer:
        pass
    return trainer


def test_training_waits_before_each_chunk_but_goes_on_all_the_same(qtbot) -> None:
    way = Way()
    worker = TrainingWorker(keep_runs=False, way=way)
    try:
        with qtbot.waitSignal(worker.news):
            worker.prepare(1, 1, (Plan("", SMALL),))
            worker.start()
        worker.resume(2)
        done = []

        def is_done() -> bool:
            report = worker.take().report
            done.append(report is not None and report.phase == "finished")
            return done[-1]

        qtbot.waitUntil(is_done, timeout=20_000)
        assert set(way.waits) == {GIVES_WAY}
    finally:
        worker.end()
        assert worker.wait(10_000)


class Slow:
    """A past of ``trained`` whose states are found once they are ``allowed``."""

    def __init__(self, trained: Trainer, monkeypatch) -> None:
        self.past, self.timeline = Past(), trained.timeline
        self.allowed, state_at = Event(), trained.timeline.state_at

        def found(iteration, interrupted):
            assert self.allowed.wait(10)
            return state_at(iteration, interrupted)

        monkeypatch.setattr(trained.timeline, "state_at", found)

    def pin(self, iteration: int) -> None:
        self.past.pin(1, self.timeline, iteration, coarse=False)


@pytest.fixture
def slow(trained: Trainer, monkeypatch) -> Iterator[Slow]:
    slow = Slow(trained, monkeypatch)
    yield slow
    slow.allowed.set()
    slow.past.end()
    assert slow.past.seeker.wait(10_000)


def test_the_way_is_taken_from_a_wish_on_until_its_state_is_drawn(qtbot, slow: Slow) -> None:
    past, drawn = slow.past, []
    past.found.connect(lambda _: drawn.append(past.idle.is_set()))
    assert past.idle.is_set()
    slow.pin(150)
    assert not past.idle.is_set()
    slow.allowed.set()
    with qtbot.waitSignal(past.found):
        pass
    assert drawn == [False]
    assert not past.idle.is_set()
    qtbot.waitUntil(past.idle.is_set)


def test_a_long_replay_gives_the_way_back_until_it_is_drawn(qtbot, slow: Slow) -> None:
    slow.pin(299)
    qtbot.waitUntil(slow.past.idle.is_set)
    assert slow.past.replaying
    with qtbot.waitSignal(slow.past.found):
        slow.allowed.set()
    assert not slow.past.idle.is_set()


def test_whoever_follows_the_run_again_gives_the_way_back_at_once(slow: Slow) -> None:
    slow.pin(150)
    slow.past.unpin()
    assert slow.past.idle.is_set()


def test_at_the_end_nobody_waits_for_the_past(slow: Slow) -> None:
    slow.pin(150)
    slow.past.end()
    assert slow.past.idle.is_set()


def test_training_gives_way_to_the_past_of_its_session(session: Session) -> None:
    assert session._worker._way is session._past.idle


def test_a_hand_that_drags_gets_what_is_replayed_in_the_time_between_two_frames(
    qtbot, trained: Trainer, monkeypatch
) -> None:
    asked = []
    at_hand = trained.timeline.at_hand

    def noted(iteration: int, replay: int) -> int:
        asked.append(replay)
        return at_hand(iteration, replay)

    monkeypatch.setattr(trained.timeline, "at_hand", noted)
    seeker, expected = Seeker(), trained.timeline.replayed_in(COARSE_SEEK)
    with qtbot.waitSignal(seeker.found):
        seeker.seek(Wish(1, 1, trained.timeline, 150, coarse=True))
    seeker.end()
    assert seeker.wait(10_000)
    assert asked == [expected]
